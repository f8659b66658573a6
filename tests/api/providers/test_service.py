"""A provider's key: for one unit, shown once, scoped, rotated, revoked."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from api.infra.actors import SYSTEM, Role
from api.infra.errors import Invalid, NotFound, Unauthenticated
from api.infra.mongo import Tx
from api.providers.models import Provider
from api.providers.service import CACHE_LIFE, ROTATION_OVERLAP, ProviderService
from api.providers.store import ProviderStore
from tests.support.api import Api, officer
from tests.support.sign_in import bearer
from tests.support.world import FixedClock

UNIT = Provider(id="dl-market", name="大连市某局（示例）", jurisdiction="dalian", unified_code="12210200000000000X")


async def issue(
    api: Api, scopes: tuple[str, ...] = ("records",), life: timedelta | None = None, *, is_exchange_only: bool = False
) -> str:
    now = api.services.clock.now()

    async def work(tx: Tx) -> str:
        await api.services.providers.add(tx, SYSTEM, UNIT, now)
        return await api.services.providers.issue_key(
            tx, SYSTEM, UNIT.id, now, scopes=scopes, life=life, is_exchange_only=is_exchange_only
        )

    return await api.services.database.transact(work)


def another_process(api: Api) -> ProviderService:
    return ProviderService(
        ProviderStore(api.services.database, api.services.keys), api.services.audits, api.services.keys
    )


async def test_a_key_opens_as_its_unit_and_no_other(api: Api) -> None:
    key = await issue(api)
    actor = await api.services.providers.find(key, api.services.clock.now())
    assert actor is not None and actor.role is Role.PROVIDER
    assert (actor.id, actor.unit, actor.jurisdiction, actor.scopes) == (
        "dl-market", "大连市某局（示例）", "dalian", ("records",),
    )  # fmt: skip


async def test_the_list_does_not_end_at_a_thousand_units(api: Api) -> None:
    codec = ProviderStore(api.services.database, api.services.keys).codec
    units = [codec.encode(msgspec.structs.replace(UNIT, id=f"prv_{n:04}", name=f"某局{n}")) for n in range(1001)]
    await api.services.database.collection("providers").insert_many(units)
    assert "prv_1000" in {one.id for one in await api.services.providers.list_all()}


async def test_a_wrong_secret_an_unknown_key_and_nonsense_open_nothing(api: Api) -> None:
    key = await issue(api)
    now = api.services.clock.now()
    for wrong in (key[:-1] + ("A" if key[-1] != "A" else "B"), key.split(".")[0], "pk_x.y", "", ".", "钥匙.钥匙"):
        assert await api.services.providers.find(wrong, now) is None


async def test_the_secret_is_not_in_the_database(api: Api) -> None:
    key = await issue(api)
    stored = repr(await api.services.database.collection("provider_keys").find({}).to_list(10))
    assert key.split(".")[1] not in stored


async def test_a_revoked_key_is_dead_here_at_once_and_elsewhere_within_seconds(api: Api, clock: FixedClock) -> None:
    key = await issue(api)
    elsewhere = another_process(api)
    assert await elsewhere.find(key, clock.now()) and await api.services.providers.find(key, clock.now())
    key_id = key.split(".")[0]
    await api.services.database.transact(lambda tx: api.services.providers.revoke_key(tx, SYSTEM, key_id, clock.now()))
    assert await api.services.providers.find(key, clock.now()) is None
    clock.advance(seconds=CACHE_LIFE.total_seconds())
    assert await elsewhere.find(key, clock.now()) is None


async def test_a_key_that_is_used_while_it_is_revoked_is_not_remembered(api: Api, clock: FixedClock) -> None:
    providers, key = api.services.providers, await issue(api)
    assert await providers.find(key, clock.now())  # and the day of its use is written

    async def revoke(tx: Tx) -> None:
        await providers.revoke_key(tx, SYSTEM, key.split(".")[0], clock.now())
        assert await providers.find(key, clock.now()), "outside the transaction it still holds"

    await api.services.database.transact(revoke)
    assert await providers.find(key, clock.now()) is None


async def test_rotation_leaves_no_gap(api: Api, clock: FixedClock) -> None:
    old = await issue(api)
    new = await api.services.database.transact(
        lambda tx: api.services.providers.rotate_key(tx, SYSTEM, old.split(".")[0], clock.now())
    )
    assert new != old
    assert await api.services.providers.find(old, clock.now()) and await api.services.providers.find(new, clock.now())
    clock.advance(days=ROTATION_OVERLAP.days + 1)
    assert await api.services.providers.find(old, clock.now()) is None
    assert await api.services.providers.find(new, clock.now())


async def test_a_key_with_a_life_dies_after_its_last_day(api: Api, clock: FixedClock) -> None:
    key = await issue(api, life=timedelta(days=1))
    clock.advance(days=1)
    assert await api.services.providers.find(key, clock.now())
    clock.advance(days=1)
    assert await api.services.providers.find(key, clock.now()) is None


async def test_the_successor_has_the_life_of_the_key_and_an_ended_key_has_none(api: Api, clock: FixedClock) -> None:
    providers = api.services.providers
    limited, lasting = await issue(api, life=timedelta(days=30)), await issue(api)

    async def rotated(key: str) -> Any:
        new = await providers.rotate_key(None, SYSTEM, key.split(".")[0], clock.now())
        stored = {one.id: one for one in await providers.list_keys(UNIT.id)}
        return stored[new.split(".")[0]].expires_on

    clock.advance(days=20)
    in_thirty = clock.today() + timedelta(days=30)
    assert (await rotated(limited), await rotated(limited)) == (in_thirty, in_thirty), "also when the answer was lost"
    assert (await rotated(lasting), await rotated(lasting)) == (None, None)
    # keys of an earlier version tell it by their dates
    earlier = await issue(api, life=timedelta(days=40))
    await api.services.database.collection("provider_keys").update_many({}, {"$unset": {"life_days": ""}})
    assert await rotated(earlier) == clock.today() + timedelta(days=40)
    clock.advance(days=41)
    for ended in (limited, lasting, earlier):
        with pytest.raises(NotFound):
            await rotated(ended)


async def test_unknown_units_and_scopes_get_no_key(api: Api) -> None:
    await issue(api)
    now = api.services.clock.now()
    with pytest.raises(Invalid):
        await api.services.providers.issue_key(None, SYSTEM, UNIT.id, now, scopes=("everything",))
    with pytest.raises(NotFound):
        await api.services.providers.issue_key(None, SYSTEM, "nobody", now)


async def test_a_key_opens_only_what_its_scopes_name(api: Api) -> None:
    reader = api.with_key(await issue(api, scopes=("changes",)))
    assert (await reader.get("/provider/changes")).status_code == 200
    refused = await reader.post("/provider/records", content=b"")
    assert refused.status_code == 403 and "权限" in refused.json()["detail"]


async def test_a_key_from_before_the_finer_scopes_goes_on_doing_what_it_could_and_no_more(api: Api) -> None:
    """Under the first list of scopes `records` opened corrections and revocations, and three groups asked for none."""
    key = await issue(api, scopes=("records",))
    keys = api.services.database.collection("provider_keys")
    await keys.update_many({}, {"$unset": {"edition": ""}})
    now = api.services.clock.now()
    successor = await api.services.providers.rotate_key(None, SYSTEM, key.partition(".")[0], now)
    for one in (key, successor):
        client = api.with_key(one)
        for path in ("/provider/pledges", "/provider/listings", "/provider/withdrawals"):
            assert (await client.get(path)).status_code == 200, path
        for step in ("corrections", "revocation"):
            assert (await client.post(f"/provider/records/none/{step}", json={})).status_code == 400  # the body is read
        for path in ("/provider/repairs", "/provider/verifications", "/provider/changes"):
            refused = await client.get(path)
            assert (refused.status_code, refused.json()["code"]) == (403, "key-scope-missing"), path
    fresh = api.with_key(await issue(api, scopes=("records",)))
    assert (await fresh.get("/provider/pledges")).status_code == 403


async def exchanged(api: Api, key: str) -> Any:
    answer = await api.with_key(key).post("/provider/token")
    assert answer.status_code == 201, answer.text
    assert answer.json()["expiresInSeconds"] == 900
    return bearer(answer.json()["accessToken"])


async def test_a_key_is_exchanged_for_a_token_of_a_quarter_of_an_hour_that_may_do_the_same(
    api: Api, clock: FixedClock
) -> None:
    token = await exchanged(api, await issue(api, scopes=("changes",), life=timedelta(days=9)))
    read = await api.anyone.get("/provider/changes", headers=token)
    assert read.status_code == 200 and read.headers["key-ends-on"]
    refused = await api.anyone.get("/provider/records", headers=token)
    assert (refused.status_code, refused.json()["code"]) == (403, "key-scope-missing")
    again = await api.anyone.post("/provider/token", headers=token)
    assert again.status_code == 401, "a token does not renew itself"
    for path in ("/staff/me", "/me", "/staff/passkeys"):
        assert (await api.anyone.get(path, headers=token)).status_code == 401, path
    clock.advance(minutes=15)
    assert (await api.anyone.get("/provider/changes", headers=token)).status_code == 401


async def test_a_token_ends_with_its_key(api: Api, clock: FixedClock) -> None:
    key = await issue(api, scopes=("changes",))
    token, elsewhere = await exchanged(api, key), another_process(api)
    key_id = key.split(".")[0]
    assert await elsewhere.find_program(key_id, clock.now())
    assert (await api.anyone.get("/provider/changes", headers=token)).status_code == 200
    await api.services.database.transact(lambda tx: api.services.providers.revoke_key(tx, SYSTEM, key_id, clock.now()))
    assert (await api.anyone.get("/provider/changes", headers=token)).status_code == 401
    clock.advance(seconds=CACHE_LIFE.total_seconds())
    assert await elsewhere.find_program(key_id, clock.now()) is None


async def test_a_key_for_the_exchange_alone_opens_nothing_else_and_neither_does_its_successor(
    api: Api, clock: FixedClock
) -> None:
    key = await issue(api, scopes=("changes",), is_exchange_only=True)
    successor = await api.services.providers.rotate_key(None, SYSTEM, key.split(".")[0], clock.now())
    for one in (key, successor):
        refused = await api.with_key(one).get("/provider/changes")
        assert (refused.status_code, refused.json()["code"]) == (403, "key-exchange-needed")
        assert "/provider/token" in refused.json()["nextStep"]["text"]
        token = await exchanged(api, one)
        assert (await api.anyone.get("/provider/changes", headers=token)).status_code == 200


async def test_tokens_of_other_kinds_are_no_programs_tokens(api: Api, clock: FixedClock) -> None:
    tokens, now = api.services.tokens, clock.now()
    program = tokens.issue_program("pk_x", now)
    assert tokens.key_of(program, now) == "pk_x"
    assert tokens.key_of(tokens.issue(officer(), now), now) is None
    assert tokens.key_of(tokens.mark_device("stf_x", "ses_x", "", now), now) is None
    assert tokens.key_of(program, now - timedelta(minutes=1)) is None, "by a clock that was ahead"
    with pytest.raises(Unauthenticated):
        tokens.read(program, now)
