"""Forward steps stop anywhere and go on; rotation of keys too."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
import structlog

from api.errands import ERRANDS
from api.infra.documents import Codec, Secret
from api.infra.key_file import make_development_keys
from api.infra.migrations import COLLECTION, NotRead, Step, WrongVersion, check, migrate, newest, version_of
from api.infra.mongo import Database
from api.infra.privacy import KeyRing
from api.infra.rotation import NotAllOpened, rotate
from tests.support.api import Api, resident
from tests.support.cases import done, penalty, stored
from tests.support.world import KEYS


def quiet(*_: Any) -> None:
    return


class Stopped(Exception):
    pass


def doubling(limit: int | None) -> Step:
    """Doubles `n` once, and stops after `limit` documents, as a killed process would."""
    done = 0

    def change(document: dict[str, Any], _: KeyRing) -> dict[str, Any] | None:
        nonlocal done
        if limit is not None and done >= limit:
            raise Stopped
        if "doubled" in document:
            return None
        done += 1
        return {**document, "n": document["n"] * 2, "doubled": True}

    return Step(number=2, title="double", collection="things", change=change)


async def test_a_step_that_was_stopped_goes_on_and_changes_nothing_twice(database: Database) -> None:
    await check(database, ())
    await database.collection("things").insert_many([{"_id": f"{n:05}", "n": n} for n in range(1300)])
    with pytest.raises(WrongVersion):
        await check(database, (doubling(None),))
    with pytest.raises(Stopped):
        await migrate(database, KEYS, quiet, (doubling(777),))
    assert await version_of(database) == 1
    assert await migrate(database, KEYS, quiet, (doubling(None),)) == 2
    things = await database.collection("things").find().sort("_id", 1).to_list(2000)
    assert [thing["n"] for thing in things] == [2 * n for n in range(1300)]
    await check(database, (doubling(None),))


async def test_a_value_that_does_not_open_is_named_and_can_be_left_as_it_is(database: Database) -> None:
    """Else one that somebody altered would keep everybody from the next version for good."""
    await check(database, ())
    things = database.collection("things")
    await things.insert_many([{"_id": f"{n}", "sealed": KEYS.seal(b"x", f"things/{n}")} for n in range(4)])
    await things.update_one({"_id": "2"}, {"$set": {"sealed": b"\x01\x02k0 of a key that is gone"}})

    def opening(document: dict[str, Any], keys: KeyRing) -> dict[str, Any]:
        return {**document, "opened": keys.open(document["sealed"], f"things/{document['_id']}")}

    steps = (Step(number=2, title="open", collection="things", change=opening),)
    with pytest.raises(NotRead, match="^things/2 "):
        await migrate(database, KEYS, quiet, steps)
    assert await version_of(database) == 1
    with structlog.testing.capture_logs() as logs:
        assert await migrate(database, KEYS, quiet, steps, leaves_unreadable=True) == 2
    assert [one["_id"] async for one in things.find({"opened": b"x"}).sort("_id", 1)] == ["0", "1", "3"]
    assert [(line["event"], line["case"]) for line in logs] == [("not-read", "2")]


async def test_a_program_refuses_a_database_that_is_newer(database: Database) -> None:
    await check(database, (doubling(None),))
    with pytest.raises(WrongVersion, match="newer"):
        await check(database, ())


class Thing(msgspec.Struct, frozen=True):
    id: str
    secret: Secret[str]
    parts: tuple["Part", ...] = ()


class Part(msgspec.Struct, frozen=True):
    secret: Secret[str]


async def test_rotation_reseals_everything_once_and_old_values_stay_readable_meanwhile(database: Database) -> None:
    old = make_development_keys()
    new = msgspec.structs.replace(
        old, current="k2", field_keys={**old.field_keys, "k2": make_development_keys().field_keys["dev1"]}
    )
    before, after = Codec(Thing, "things", KeyRing.of(old)), Codec(Thing, "things", KeyRing.of(new))
    things = [Thing(id=f"{n:04}", secret=f"s{n}", parts=(Part(f"p{n}"),)) for n in range(450)]
    collection = database.collection("things")
    await collection.insert_many([before.encode(thing) for thing in things])
    assert after.decode(await collection.find_one({"_id": "0007"})) == things[7]

    assert await rotate(database, {"things": after}, quiet) == 450
    assert await rotate(database, {"things": after}, quiet) == 0
    only_new = KeyRing.of(msgspec.structs.replace(new, field_keys={"k2": new.field_keys["k2"]}))
    codec = Codec(Thing, "things", only_new)
    assert [codec.decode(d) for d in await collection.find().sort("_id", 1).to_list(1000)] == things


@pytest.mark.parametrize("harm", [b"\x01\x02k0 of a key that is not here", b"", b"\x09", "text"])
async def test_rotation_passes_over_what_does_not_open_and_says_how_much_that_is(
    database: Database, harm: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever takes a leaked key out of use is kept from nothing by one value that somebody altered."""
    monkeypatch.setattr("api.infra.rotation._BATCH", 3)
    old = make_development_keys()
    new = msgspec.structs.replace(
        old, current="k2", field_keys={**old.field_keys, "k2": make_development_keys().field_keys["dev1"]}
    )
    before, after = Codec(Thing, "things", KeyRing.of(old)), Codec(Thing, "things", KeyRing.of(new))
    collection = database.collection("things")
    await collection.insert_many([before.encode(Thing(id=f"{n:04}", secret="s")) for n in range(9)])
    await collection.update_one({"_id": "0007"}, {"$set": {"secret": harm}})
    with pytest.raises(NotAllOpened, match=r": 1, the first things/0007\. Sealed anew: 8\."):
        await rotate(database, {"things": after}, quiet)
    there = {one["_id"]: one["secret"] async for one in collection.find({})}
    assert there.pop("0007") == harm
    assert {KeyRing.key_of(sealed) for sealed in there.values()} == {"k2"}


async def test_an_objection_of_an_older_version_is_filed_by_its_procedure(api: Api, database: Database) -> None:
    actor = resident(api.services)
    me = api.as_(actor)
    cases = {}
    for addressee, old in (("centre", "file_with_dalian_centre"), ("provider", "file_with_dalian_provider")):
        record = await stored(api.services, penalty(actor))
        filing = {"recordId": record.id, "addressee": addressee, "reasons": ["wrong"], "text": "金额写错了"}
        cases[done(await me.post("/me/objections", json=filing), 201)["id"]] = old
    stored_ones = database.collection("objections")
    now = {case: (await stored_ones.find_one({"_id": case}))["history"][0]["action"] for case in cases}
    for case, old in cases.items():
        await stored_ones.update_one({"_id": case}, {"$set": {"history.0.action": old}})
    await database.collection(COLLECTION).replace_one({"_id": "schema"}, {"version": 1, "after": None}, upsert=True)

    assert await migrate(database, KEYS, quiet) == newest()
    for case in cases:
        assert (await stored_ones.find_one({"_id": case}))["history"][0]["action"] == now[case]
        assert done(await me.get(f"/me/objections/{case}"))["history"][0]["label"] == "提出异议"


@pytest.mark.parametrize(
    ("collection", "old", "new"), [("grants", "used-up", "used_up"), ("listings", "not-listed", "not_listed")]
)
async def test_a_status_has_one_kind_of_separator_and_its_history_too(
    database: Database, collection: str, old: str, new: str
) -> None:
    cases = database.collection(collection)
    ends = [{"source": None, "target": "active"}, {"source": "active", "target": old}]
    await cases.insert_many(
        [
            {"_id": "one", "status": old, "history": ends},
            {"_id": "two", "status": "active", "history": ends[:1]},
        ]
    )
    await database.collection(COLLECTION).replace_one({"_id": "schema"}, {"version": 2, "after": None}, upsert=True)
    assert await migrate(database, KEYS, quiet) == newest()
    one, two = await cases.find({}).sort("_id", 1).to_list(2)
    assert one["status"] == new and one["history"] == [ends[0], {"source": "active", "target": new}]
    assert two == {"_id": "two", "status": "active", "history": ends[:1]}


def test_no_status_of_any_errand_is_written_with_a_hyphen() -> None:
    assert [status for errand in ERRANDS.values() for status in errand.statuses if "-" in status] == []


@pytest.mark.parametrize(("kind", "own"), [("refused", ["2026-11-23"]), ("approved", [])])
async def test_a_bar_gets_the_remedies_that_were_written_over_those_of_the_decision(
    database: Database, kind: str, own: list[str]
) -> None:
    decided, barred = datetime(2026, 11, 22, 18, tzinfo=UTC), datetime(2026, 12, 20, 2, tzinfo=UTC)
    repairs = database.collection("repairs")
    taken = {"clock": "remedy.reconsideration", "starts_on": "2026-12-20"}
    decision = {"kind": kind, "at": decided}
    await repairs.insert_many(
        [
            {"_id": "barred", "decision": decision, "bar": {"imposed_at": barred}, "remedies": [taken]},
            {"_id": "open", "decision": None, "bar": None, "remedies": []},
            {"_id": "proposed", "decision": decision, "bar": {"imposed_at": None}, "remedies": [taken]},
        ]
    )
    await database.collection(COLLECTION).replace_one({"_id": "schema"}, {"version": 9, "after": None}, upsert=True)
    for _ in range(2):
        assert await migrate(database, KEYS, quiet) == newest()
        one, open_, proposed = await repairs.find({}).sort("_id", 1).to_list(3)
        assert one["bar"]["ways"] == [taken] and [way["starts_on"] for way in one["remedies"]] == own
        assert open_["remedies"] == [] and proposed["remedies"] == [taken]


async def test_a_rejected_review_gets_the_days_of_the_first_result_back(database: Database) -> None:
    first = {"at": datetime(2026, 11, 22, 18, tzinfo=UTC)}
    objections = database.collection("objections")
    remedies = [{"clock": "remedy.reconsideration", "starts_on": "2027-01-26"}]
    history = [{"source": None, "target": "handling", "action": "file_for_handling"}]
    case = {"first_finding": first, "remedies": remedies, "history": history}
    await objections.insert_many(
        [{"_id": "one", "status": "review_rejected", **case}, {"_id": "two", "status": "rejected", **case}]
    )
    await database.collection(COLLECTION).replace_one({"_id": "schema"}, {"version": 10, "after": None}, upsert=True)
    for _ in range(2):
        assert await migrate(database, KEYS, quiet) == newest()
        days = {one["_id"]: one["remedies"][0]["starts_on"] async for one in objections.find({})}
        assert days == {"one": "2026-11-23", "two": "2027-01-26"}


async def test_an_objection_whose_review_was_withdrawn_is_rejected_again(database: Database) -> None:
    objections = database.collection("objections")

    def withdrawn_from(state: str) -> dict[str, Any]:
        last = {"source": state, "target": "withdrawn", "action": "withdraw"}
        return {"status": "withdrawn", "history": [{"source": "handling", "target": "rejected"}, last]}

    await objections.insert_many([{"_id": state, **withdrawn_from(state)} for state in ("review", "handling")])
    await database.collection(COLLECTION).replace_one({"_id": "schema"}, {"version": 11, "after": None}, upsert=True)
    for _ in range(2):
        assert await migrate(database, KEYS, quiet) == newest()
    after = {one["_id"]: (one["status"], one["history"][-1]["target"]) async for one in objections.find({})}
    assert after == {"review": ("rejected", "rejected"), "handling": ("withdrawn", "withdrawn")}
