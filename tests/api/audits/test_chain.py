"""The audit is a chain: what is changed, taken out or put in is found and named."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from api.audits.chain import first_link, is_behind, next_link
from api.audits.commands import verify_audit
from api.audits.models import AuditEntry
from api.audits.service import AuditService
from api.audits.store import AUDITS, AuditStore
from api.infra.actors import SYSTEM, Actor, Role
from api.infra.mongo import Database
from tests.support.api import Api, officer
from tests.support.world import KEYS, FixedClock

TODAY = date(2026, 11, 21)


async def by_one_name(subject: str) -> list[str]:
    return [subject]


@pytest.fixture
async def audits(database: Database) -> AuditService:
    await database.ensure_indexes({AUDITS.name: AUDITS.indexes})
    return AuditService(AuditStore(database, KEYS), KEYS, by_one_name)


async def fill(audits: AuditService, clock: FixedClock, count: int = 12) -> None:
    for number in range(count):
        await audits.write(None, officer(), "objections.uphold", f"obj_{number}", clock.now(), subject="s1")
        clock.advance(milliseconds=1)
    await audits.chain_pending(clock.now())


async def test_an_untouched_audit_has_no_fault(audits: AuditService, clock: FixedClock) -> None:
    await fill(audits, clock)
    clock.advance(days=1)
    await fill(audits, clock, 3)
    assert await audits.verify() == [] and await audits.verify(TODAY) == []
    assert [(head.id, head.number) for head in await audits.heads()] == [("2026-11-21", 12), ("2026-11-22", 3)]


async def test_entries_are_chained_in_their_order_and_once(
    audits: AuditService, database: Database, clock: FixedClock
) -> None:
    await fill(audits, clock)
    await fill(audits, clock, 5)
    rows = await database.collection("audits").find({}).sort("number", 1).to_list(100)
    assert [row["number"] for row in rows] == list(range(1, 18))
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert await audits.chain_pending(clock.now()) == 0


async def test_the_day_is_the_civil_day_in_shanghai(audits: AuditService, clock: FixedClock) -> None:
    clock.move_to(TODAY, hour=23)
    await fill(audits, clock, 1)
    clock.advance(hours=1)
    await fill(audits, clock, 1)
    assert [head.id for head in await audits.heads()] == ["2026-11-21", "2026-11-22"]


async def test_several_workers_at_once_make_one_chain(
    audits: AuditService, database: Database, clock: FixedClock
) -> None:
    for number in range(60):
        await audits.write(None, officer(), "a.b", str(number), clock.now())
    workers = [AuditService(AuditStore(database, KEYS), KEYS, by_one_name) for _ in range(4)]
    done = await asyncio.gather(*(worker.chain_pending(clock.now()) for worker in workers))
    while await audits.chain_pending(clock.now()):
        pass
    assert sum(done) <= 60 and await audits.verify() == []
    assert (await audits.heads())[0].number == 60


Tamper = Callable[[Any], Coroutine[Any, Any, Any]]


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (lambda c: c.update_one({"number": 5}, {"$set": {"outcome": "refused"}}), [("changed", 5)]),
        (lambda c: c.update_one({"number": 5}, {"$set": {"by": "stf_other"}}), [("changed", 5)]),
        (lambda c: c.update_one({"number": 12}, {"$set": {"address": "1.2.3.4"}}), [("unreadable", 12)]),
        (lambda c: c.delete_one({"number": 5}), [("missing", 5)]),
        (lambda c: c.delete_one({"number": 1}), [("missing", 1)]),
        (lambda c: c.delete_one({"number": 12}), [("missing", 12)]),
        (lambda c: c.delete_many({"number": {"$gt": 10}}), [("missing", 11), ("missing", 12)]),
    ],
)
async def test_what_was_changed_or_taken_out_is_named(
    audits: AuditService, database: Database, clock: FixedClock, tamper: Tamper, expected: list[tuple[str, int]]
) -> None:
    await fill(audits, clock)
    await tamper(database.collection("audits"))
    assert [(fault.kind, fault.number) for fault in await audits.verify(TODAY)] == expected


@pytest.mark.parametrize("number", [1, 5, 12, 13, 40])
async def test_what_was_put_in_is_named(
    audits: AuditService, database: Database, clock: FixedClock, number: int
) -> None:
    await fill(audits, clock)
    row = await database.collection("audits").find_one({"number": min(number, 12)})
    await database.collection("audits").insert_one({**row, "_id": "zzz_forged", "number": number, "ref": "forged"})
    faults = await audits.verify(TODAY)
    assert [(fault.kind, fault.number, fault.entry) for fault in faults] == [("inserted", number, "zzz_forged")]


async def test_a_day_rewritten_with_new_links_has_a_head_that_does_not_fit(
    audits: AuditService, database: Database, clock: FixedClock
) -> None:
    await fill(audits, clock)
    exported = await audits.heads()
    collection, heads = database.collection("audits"), database.collection("audit_heads")
    chain = first_link("2026-11-21")
    for row in await collection.find({}).sort("number", 1).to_list(100):
        number = row["number"]
        entry = AuditStore(database, KEYS).codec.decode(dict(row))
        forged = replace(entry, by="stf_other")
        chain = next_link(chain, forged, "2026-11-21", number)
        await collection.update_one({"number": number}, {"$set": {"by": "stf_other", "chain": chain}})
    every_one = ["changed"] * 12  # no entry's mark can be made without the keys
    assert [fault.kind for fault in await audits.verify(TODAY)] == [*every_one, "head"]
    await heads.update_one({}, {"$set": {"chain": chain}})  # the head too, but its seal needs the keys
    assert [fault.kind for fault in await audits.verify(TODAY)] == [*every_one, "head"]
    assert [fault.kind for fault in await audits.verify(TODAY, exported)] == [*every_one, "head", "head"]


async def test_a_day_taken_away_whole_is_found_by_the_exported_head(
    audits: AuditService, database: Database, clock: FixedClock
) -> None:
    await fill(audits, clock)
    exported = await audits.heads()
    await database.collection("audits").delete_many({})
    assert len(await audits.verify(TODAY)) == 12
    await database.collection("audit_heads").delete_many({})
    assert await audits.verify() == []
    assert {fault.kind for fault in await audits.verify(known_heads=exported)} == {"head"}


async def test_a_day_without_its_head_is_found(audits: AuditService, database: Database, clock: FixedClock) -> None:
    await fill(audits, clock)
    await database.collection("audit_heads").delete_many({})
    assert [fault.kind for fault in await audits.verify()] == ["head"]


async def test_an_exported_head_stays_good_while_the_day_grows(audits: AuditService, clock: FixedClock) -> None:
    await fill(audits, clock)
    exported = await audits.heads()
    await fill(audits, clock, 4)
    assert await audits.verify(TODAY, exported) == []


async def test_days_whose_time_is_over_go_whole(audits: AuditService, clock: FixedClock) -> None:
    await fill(audits, clock)
    clock.advance(days=1)
    await fill(audits, clock, 3)
    exported = await audits.heads()
    assert await audits.forget_before(TODAY + timedelta(days=1), clock.now()) == 12
    await audits.chain_pending(clock.now())
    assert await audits.verify() == [] and len(await audits.heads()) == 1
    assert await audits.verify(known_heads=exported) == [], "heads that were kept elsewhere know of days that are over"
    found = (await audits.page(subject=None, action="audits.forget", day=None, cursor=None, limit=5, place="x")).items
    assert [(one.ref, one.role) for one in found] == [("2026-11-22", Role.SYSTEM)]
    assert await audits.forget_before(TODAY + timedelta(days=1), clock.now()) == 0, "and nothing is written of nothing"


async def test_days_that_went_before_their_time_are_missed_whoever_says_that_they_were_over(
    audits: AuditService, database: Database, clock: FixedClock
) -> None:
    await fill(audits, clock)
    exported = await audits.heads()
    clock.advance(days=1)
    await fill(audits, clock, 3)
    for name in ("audits", "audit_heads"):
        await database.collection(name).delete_many(
            {"day": "2026-11-21"} if name == "audits" else {"_id": "2026-11-21"}
        )
    stolen = await database.collection("audits").find_one({})
    forged = stolen | {"_id": "aud_forged", "action": "audits.forget", "ref": "2026-11-22", "place": None, "number": 4}
    await database.collection("audits").insert_one(forged)
    assert {fault.day for fault in await audits.verify(known_heads=exported) if fault.kind == "head"} >= {"2026-11-21"}


def test_every_field_of_an_entry_is_in_its_link(clock: FixedClock) -> None:
    entry = AuditEntry(id="a", at=clock.now(), role=Role.OFFICER, by="x", action="a.b", ref="r")
    other = {
        "id": "b", "at": clock.now() + timedelta(milliseconds=1), "role": Role.SYSTEM, "by": "y", "action": "a.c",
        "ref": "q", "subject": "s", "basis": "z", "address": "1.1.1.1", "outcome": "refused",
        "place": "dalian", "mark": "m", "origin": "window", "person": "p",
    }  # fmt: skip
    assert set(other) == set(AuditEntry.__struct_fields__) - {"day", "number", "chain"}
    links = {next_link("p", replace(entry, **{name: value}), "d", 1) for name, value in other.items()}
    links |= {next_link("p", entry, "d", 1), next_link("q", entry, "d", 1), next_link("p", entry, "e", 1)}
    assert len(links) == len(other) + 3


async def test_the_command_names_the_entry(api: Api, clock: FixedClock) -> None:
    await fill(api.services.audits, clock, 3)
    assert await verify_audit(api.services.audits, api.services.clock.now(), None) == []
    await api.services.database.collection("audits").update_one({"number": 2}, {"$set": {"ref": "x"}})
    row = await api.services.database.collection("audits").find_one({"number": 2})
    lines = await verify_audit(api.services.audits, api.services.clock.now(), TODAY)
    assert len(lines) == 1 and row["_id"] in lines[0] and "第2条" in lines[0]


def auditor() -> Actor:
    return Actor(role=Role.AUDITOR, id="stf_auditor", jurisdiction="dalian", session="ses_a", unit="x")


async def test_an_auditor_reads_by_subject_action_and_day_page_by_page(api: Api, clock: FixedClock) -> None:
    client = api.as_(auditor())
    for number in range(5):
        await api.services.audits.write(
            None, officer(), "objections.uphold", f"obj_{number}", clock.now(), subject="s1"
        )
        await api.services.audits.write(None, officer(), "repairs.accept", f"rep_{number}", clock.now(), subject="s2")
        clock.advance(hours=5)
    client = api.as_(auditor())
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query: dict[str, Any] = {"subject": "s1", "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await client.get("/staff/audit", params=query)).json()
        seen += [row["ref"] for row in page["items"]]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert [ref for ref in seen if ref.startswith("obj")] == ["obj_4", "obj_3", "obj_2", "obj_1", "obj_0"]
    today = (await client.get("/staff/audit", params={"action": "repairs.accept", "day": "2026-11-21"})).json()
    assert [row["ref"] for row in today["items"]] == ["rep_2", "rep_1", "rep_0"]
    reads = (await client.get("/staff/audit", params={"action": "audits.read"})).json()
    assert reads["items"] and reads["items"][0]["by"] == "stf_auditor"
    await api.services.audits.chain_pending(clock.now())
    heads = (await client.get("/staff/audit/heads")).json()["items"]
    assert {head["day"] for head in heads} == {"2026-11-21", "2026-11-22"}


async def test_an_entry_that_is_not_ours_gets_no_place_and_is_named(
    audits: AuditService, database: Database, clock: FixedClock
) -> None:
    await fill(audits, clock, 3)
    genuine = await database.collection("audits").find_one({"number": 2})
    assert genuine is not None
    forged = {**genuine, "_id": "aud_forged", "by": "stf_innocent", "day": None, "number": None, "chain": None}
    broken = {"_id": "aud_broken", "day": None, "number": None, "at": "no instant"}
    await database.collection("audits").insert_many([forged, broken])
    await fill(audits, clock, 2)
    head = (await audits.heads())[0]
    assert head.number == 5, "what is genuine is chained past what is not"
    assert {(fault.kind, fault.entry) for fault in await audits.verify()} == {
        ("inserted", "aud_forged"),
        ("inserted", "aud_broken"),
    }


async def test_a_chained_entry_rewritten_with_a_fitting_chain_is_found_by_its_mark(
    audits: AuditService, database: Database, clock: FixedClock
) -> None:
    await fill(audits, clock, 1)
    stored = await database.collection("audits").find_one({"number": 1})
    assert stored is not None
    (entry,) = (await audits.page(subject=None, action=None, day=None, cursor=None, limit=5, place="dalian")).items
    other = replace(entry, action="objections.reject")
    chain = next_link(first_link(TODAY.isoformat()), other, TODAY.isoformat(), 1)
    await database.collection("audits").update_one(
        {"_id": entry.id}, {"$set": {"action": "objections.reject", "chain": chain}}
    )
    kinds = [fault.kind for fault in await audits.verify()]
    assert kinds.count("changed") == 1


async def test_an_entry_that_cannot_be_read_is_a_fault_and_no_traceback(
    audits: AuditService, database: Database, clock: FixedClock
) -> None:
    await fill(audits, clock, 4)
    await database.collection("audits").update_one({"number": 2}, {"$set": {"at": "no instant", "address": b"x"}})
    assert [(fault.kind, fault.number) for fault in await audits.verify()] == [("unreadable", 2)]


async def test_entries_that_cannot_be_read_do_not_end_an_auditors_list(
    audits: AuditService, database: Database, clock: FixedClock
) -> None:
    """Whoever spoils a page of entries would else hide every older one from the list, the file and the person's export."""
    await fill(audits, clock, 7)
    await database.collection("audits").update_many({"number": {"$in": [4, 5, 6]}}, {"$set": {"address": b"x"}})
    seen, cursor = [], None
    while True:
        page = await audits.page(subject=None, action=None, day=None, cursor=cursor, limit=2, place="dalian")
        seen += [entry.ref for entry in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert seen == ["obj_6", "obj_2", "obj_1", "obj_0"]
    assert len(await audits.all_of_subject("s1", 3)) == 3


async def test_a_cut_day_with_its_older_head_put_back_is_found_by_the_head_kept_elsewhere(
    audits: AuditService, database: Database, clock: FixedClock
) -> None:
    await fill(audits, clock, 3)
    older = (await audits.heads())[0]
    await fill(audits, clock, 2)
    kept = (await audits.heads())[0]
    await database.collection("audits").delete_many({"number": {"$gt": older.number}})
    await database.collection("audit_heads").replace_one(
        {"_id": older.id}, {"number": older.number, "chain": older.chain, "seal": older.seal}
    )
    assert await audits.verify() == [], "the database alone cannot tell"
    assert [fault.kind for fault in await audits.verify(None, (kept,))] == ["head"]
    assert is_behind(older, kept) and not is_behind(kept, older)


async def test_an_auditor_reads_what_concerns_their_place_or_none(audits: AuditService, clock: FixedClock) -> None:
    await audits.write(None, officer("dalian"), "objections.uphold", "obj_d", clock.now())
    await audits.write(None, officer("yunnan"), "objections.uphold", "obj_y", clock.now())
    await audits.write(None, SYSTEM, "records.expired", "rec_y", clock.now(), place="yunnan")
    await audits.write(None, SYSTEM, "keys.rotate", "all", clock.now())
    for place, seen in (("dalian", {"obj_d", "all"}), ("yunnan", {"obj_y", "rec_y", "all"})):
        page = await audits.page(subject=None, action=None, day=None, cursor=None, limit=9, place=place)
        assert {entry.ref for entry in page.items} == seen


async def test_what_an_officer_gave_as_reason_and_from_where_is_sealed(
    audits: AuditService, database: Database, clock: FixedClock
) -> None:
    actor = replace(officer(), address="198.51.100.7")
    await audits.write(None, actor, "desk.assign", "obj_1", clock.now(), basis="王某住中山路17号")
    stored = repr(await database.collection("audits").find({}).to_list(5))
    assert "中山路" not in stored and "198.51.100.7" not in stored
