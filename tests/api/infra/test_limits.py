"""Limits hold across processes: several limiters over one database count together."""

import asyncio
import hashlib
from datetime import timedelta

import pytest

from api.infra.errors import TooMany
from api.infra.limits import PURPOSES, Limiter, Purpose
from api.infra.mongo import Database
from tests.support.world import KEYS, FixedClock

RULES = {
    "cold": Purpose(10, timedelta(minutes=1)),
    "hot": Purpose(100, timedelta(minutes=1), lease=20),
    "uneven": Purpose(25, timedelta(minutes=1), lease=20),
    "easy": Purpose(30, timedelta(minutes=1), lease=10, unasked=5),
}


async def spend(limiters: list[Limiter], purpose: str, times: int, clock: FixedClock, key: str = "k") -> int:
    async def one(number: int) -> bool:
        try:
            await limiters[number % len(limiters)].take(purpose, key, clock.now())
        except TooMany:
            return False
        return True

    return sum(await asyncio.gather(*(one(number) for number in range(times))))


async def test_two_processes_together_never_pass_the_limit(database: Database, clock: FixedClock) -> None:
    two = [Limiter(database, KEYS, RULES), Limiter(database, KEYS, RULES)]
    assert await spend(two, "cold", 40, clock) == 10


async def test_one_after_the_other_gets_exactly_the_limit(database: Database, clock: FixedClock) -> None:
    two = [Limiter(database, KEYS, RULES), Limiter(database, KEYS, RULES)]
    passed = 0
    for number in range(40):
        passed += await spend([two[number % 2]], "cold", 1, clock)
    assert passed == 10


@pytest.mark.parametrize("purpose", ["hot", "uneven"])
async def test_leased_permits_never_pass_the_limit_either(database: Database, clock: FixedClock, purpose: str) -> None:
    limiters = [Limiter(database, KEYS, RULES) for _ in range(3)]
    passed = 0
    for number in range(400):
        passed += await spend([limiters[number % 3]], purpose, 1, clock)
    times, lease = RULES[purpose].times, RULES[purpose].lease
    assert times - 3 * lease < passed <= times


async def test_a_hot_purpose_asks_the_database_once_in_a_lease(database: Database, clock: FixedClock) -> None:
    limiter = Limiter(database, KEYS, RULES)
    await spend([limiter], "hot", 1, clock)
    stored = await database.collection("limits").find_one({})
    for _ in range(19):
        await limiter.take("hot", "k", clock.now())
    assert await database.collection("limits").find_one({}) == stored
    await limiter.take("hot", "k", clock.now())
    assert (await database.collection("limits").find_one({}))["count"] == 40


async def test_the_first_few_are_given_without_the_database_and_counted_with_the_first_lease(
    database: Database, clock: FixedClock
) -> None:
    limiter = Limiter(database, KEYS, RULES)
    assert await spend([limiter], "easy", 5, clock) == 5
    assert await database.collection("limits").find_one({}) is None
    assert await spend([limiter], "easy", 1, clock) == 1
    assert (await database.collection("limits").find_one({}))["count"] == 15
    passed = 6
    for _ in range(60):
        passed += await spend([limiter], "easy", 1, clock)
    assert passed == 30


async def test_each_process_may_pass_the_limit_by_its_first_few_and_no_more(
    database: Database, clock: FixedClock
) -> None:
    three = [Limiter(database, KEYS, RULES) for _ in range(3)]
    passed = 0
    for limiter in three:
        for _ in range(60):
            passed += await spend([limiter], "easy", 1, clock)
    assert 30 <= passed <= 30 + 3 * 5


async def test_the_next_window_starts_anew_and_says_when(database: Database, clock: FixedClock) -> None:
    limiter = Limiter(database, KEYS, RULES)
    clock.advance(seconds=20)
    assert await spend([limiter], "cold", 20, clock) == 10
    with pytest.raises(TooMany) as refused:
        await limiter.take("cold", "k", clock.now())
    wait = refused.value.retry_after_seconds
    assert wait is not None and 40 <= wait <= 42
    clock.advance(seconds=wait)
    await limiter.take("cold", "k", clock.now())


async def test_keys_and_purposes_do_not_count_each_other(database: Database, clock: FixedClock) -> None:
    limiter = Limiter(database, KEYS, RULES)
    assert await spend([limiter], "cold", 20, clock, "a") == 10
    assert await spend([limiter], "cold", 5, clock, "b") == 5
    assert await spend([limiter], "hot", 5, clock, "a") == 5


async def test_what_is_given_back_can_be_taken_again(database: Database, clock: FixedClock) -> None:
    limiter = Limiter(database, KEYS, RULES)
    assert await spend([limiter], "cold", 12, clock) == 10
    await limiter.give_back("cold", "k", clock.now())
    assert await spend([limiter], "cold", 3, clock) == 1


async def test_neither_address_nor_account_stands_in_the_counters(database: Database, clock: FixedClock) -> None:
    await Limiter(database, KEYS, RULES).take("cold", "203.0.113.9", clock.now())
    assert "203.0.113.9" not in repr(await database.collection("limits").find_one({}))


def test_every_purpose_that_gives_back_takes_one_at_a_time() -> None:
    assert all(PURPOSES[name].lease == 1 for name in ("step-up", "staff-sign-in", "identity", "identity-document"))


async def test_many_at_once_spend_every_permit_that_was_leased(database: Database, clock: FixedClock) -> None:
    assert await spend([Limiter(database, KEYS, RULES)], "hot", 150, clock) == 100


async def test_a_counter_tells_nobody_without_the_keys_whose_it_is(database: Database, clock: FixedClock) -> None:
    """Four thousand million addresses are gone through in minutes where the digest needs no key."""
    await Limiter(database, KEYS, RULES).take("cold", "203.0.113.9", clock.now())
    (counter,) = await database.collection("limits").find({}).to_list(2)
    digests = [getattr(hashlib, name)(b"cold\x00203.0.113.9").hexdigest()[:32] for name in ("sha256", "sha1", "md5")]
    assert not any(digest in counter["_id"] for digest in digests) and "203.0" not in counter["_id"]
    assert KEYS.blind_index("limit", "cold/203.0.113.9") in counter["_id"]
