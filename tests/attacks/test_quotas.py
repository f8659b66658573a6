"""No account can pile up what others then have to keep, look at or wait for: every change counts, by account and day."""

import msgspec
import pytest

from api.infra.actors import Role
from api.infra.errors import DailyQuotaUsed
from api.infra.limits import quotas
from tests.support.api import Api, built_app, officer, resident
from tests.support.records import make_record, put_records
from tests.support.sign_in import resident_number
from tests.support.world import FixedClock
from tests.wiring.test_access import ask, routes_of

_OF_RESIDENTS = frozenset({"resident", "account"})


def counted() -> dict[str, str]:
    """Every route by which a resident changes something → under what it counts in a day."""
    return {
        route: opt.get("quota", "changes")
        for route, opt in routes_of(built_app()).items()
        if opt["access"] in _OF_RESIDENTS and ("quota" in opt or not (route.startswith("GET ") or "limit" in opt))
    }


ROUTES = counted()
_ONE_OF_EACH = {kind: route for route, kind in sorted(ROUTES.items(), reverse=True)}


def test_every_kind_has_its_number_its_reason_and_a_route() -> None:
    assert set(ROUTES.values()) == set(quotas())
    for kind, quota in quotas().items():
        assert 20 <= quota.times <= 1000 and len(quota.reason) > 20, kind
    assert {"POST /api/v1/me/declarations", "POST /api/v1/me/pledges", "POST /api/v1/me/objections"} <= set(ROUTES)
    assert all(
        ROUTES[f"POST /api/v1/me/{kind}"] == kind for kind in ("declarations", "pledges", "objections", "grants")
    )


def test_every_file_counts_as_an_upload_wherever_it_is_given() -> None:
    """A file for a case is drawn or parsed anew as any other, and counted among a thousand small changes."""
    given = {route: opt for route, opt in routes_of(built_app()).items() if route.startswith("POST ")}
    files = {route for route in given if route.endswith("/evidence") and given[route]["access"] in _OF_RESIDENTS}
    assert len(files) >= 4, "the door and the cases"
    assert {(ROUTES[route], given[route].get("limit")) for route in files} == {("uploads", "upload")}


@pytest.mark.parametrize("kind", sorted(_ONE_OF_EACH))
async def test_a_day_holds_so_many_of_a_kind_and_says_when_the_next_begins(
    api: Api, clock: FixedClock, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 8
    limiter, name = api.services.limiter, f"daily-{kind}"
    rule = msgspec.structs.replace(limiter._purposes[name], times=most)
    monkeypatch.setattr(limiter, "_purposes", {**limiter._purposes, name: rule})
    one = api.as_(resident(api.services), stepped_up=True)
    other = api.as_(resident(api.services, "acc_two", resident_number("11010519850505123")), stepped_up=True)
    answers = [await ask(one, _ONE_OF_EACH[kind]) for _ in range(most + 2)]
    assert all(answer.status_code != 429 for answer in answers[:most])
    for refused in answers[most:]:
        assert (refused.status_code, refused.json()["code"]) == (429, "daily-quota-used")
        assert "明天" in refused.json()["nextStep"]["text"]
        assert 0 < int(refused.headers["Retry-After"]) <= 24 * 60 * 60 + 1
    assert (await ask(other, _ONE_OF_EACH[kind])).status_code != 429, "nobody pays for another"
    clock.advance(hours=24)
    again = api.as_(resident(api.services), stepped_up=True)
    assert (await ask(again, _ONE_OF_EACH[kind])).status_code != 429


async def test_tomorrow_is_the_next_day_of_shanghai(api: Api, clock: FixedClock) -> None:
    """The day was that of UTC: from midnight to eight people were told to come tomorrow, and could have come at eight."""
    limiter = api.services.limiter
    for at, left in (("2026-11-21T23:59:30+08:00", 31), ("2026-11-22T00:30:00+08:00", 23.5 * 3600 + 1)):
        now = FixedClock.at(at).now()
        for _ in range(60):
            await limiter.take_daily("letters", "acc_one", now)
        with pytest.raises(DailyQuotaUsed) as refused:
            await limiter.take_daily("letters", "acc_one", now)
        assert refused.value.retry_after_seconds == left


async def test_seven_hundred_declarations_come_to_sixty_tries(api: Api) -> None:
    me = api.as_(resident(api.services))
    statuses = [
        (await me.post("/me/declarations", json={})).status_code for _ in range(quotas()["declarations"].times + 5)
    ]
    assert statuses.count(429) == 5 and statuses[-5:] == [429] * 5


async def test_a_filing_whose_answer_was_lost_gets_it_when_the_day_is_used_up(api: Api) -> None:
    """Tries count, so whoever tries again and again may have none left when the first is found to have been taken."""
    person = resident(api.services)
    record = make_record(api.services, person)
    await put_records(api.services, record)
    me, key = api.as_(person), {"Idempotency-Key": "key-of-this-filing"}
    body = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了"}
    first = await me.post("/me/objections", json=body, headers=key)
    assert first.status_code == 201, first.text
    for _ in range(quotas()["objections"].times):
        await me.post("/me/objections", json={})
    again = await me.post("/me/objections", json=body, headers=key)
    assert (again.status_code, again.content) == (201, first.content)
    other = await me.post("/me/objections", json={**body, "text": "不是我的"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")
    for headers in ({}, {"Idempotency-Key": "another-key"}):
        refused = await me.post("/me/objections", json=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (429, "daily-quota-used")


async def test_what_officers_and_units_do_is_not_counted_by_the_day(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    async def take(kind: str, account: str, now: object) -> None:
        taken.append(kind)

    monkeypatch.setattr(api.services.limiter, "take_daily", take)
    assert officer().role is Role.OFFICER
    assert (await api.as_(officer()).post("/staff/records/search", json={})).status_code == 400
    assert taken == []
