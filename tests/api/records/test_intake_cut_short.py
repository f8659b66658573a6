"""Intake that is cut short, by an outage, a death or a caller who leaves: nothing is lost or doubled, and the next run completes it."""

import asyncio
from typing import Any

import pytest
from pymongo.errors import NetworkTimeout

from api.composition import Services
from api.footprints.models import FootprintKind
from api.infra.mongo import Database
from api.records.tally import Tally
from tests.support.files import footprints_of, penalty, subject, take, to_csv


async def test_what_a_death_in_the_middle_left_out_is_completed(services: Services, database: Database) -> None:
    body = to_csv([penalty(n) for n in range(1, 5)])
    await take(services, body)
    footprints = database.collection("footprints")
    whole = {document["_id"] async for document in footprints.find({})}
    gone = await database.collection("records").find_one_and_delete({})
    await footprints.delete_many({"records": gone["_id"]})
    kept = await database.collection("records").find_one({})
    await footprints.delete_many({"records": kept["_id"]})
    report = await take(services, body)
    assert (report.accepted, report.unchanged) == (1, 3)
    now = {document["_id"] async for document in footprints.find({})}
    assert len(now) == len(whole) == 4 and len(now & whole) == 3
    assert await footprints_of(services, 1, 5) == 16


async def test_footprints_that_an_earlier_version_stored_one_by_one_are_completed_and_not_doubled(
    services: Services, database: Database
) -> None:
    await take(services, to_csv([penalty(1)]))
    before = (await services.footprints.page(subject(services, 1), None, None, 20)).items
    footprints = database.collection("footprints")
    await footprints.delete_many({})
    died = [one for one in before if one.kind in (FootprintKind.COLLECTED, FootprintKind.PUBLISHED)]
    await services.footprints.note_in(None, died)
    await take(services, to_csv([penalty(1)]))
    assert (await services.footprints.page(subject(services, 1), None, None, 20)).items == before
    assert await footprints.count_documents({}) == 4


async def test_a_database_that_is_away_for_a_moment_does_not_end_a_file(
    services: Services, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert_once = services.intake._footprints._store.insert_once
    failures = iter([True, False])

    async def away(footprints: Any) -> None:
        if next(failures, False):
            raise NetworkTimeout("timed out")
        await insert_once(footprints)

    monkeypatch.setattr("api.records.intake._PAUSES", (0.0,))
    monkeypatch.setattr(services.intake._footprints._store, "insert_once", away)
    report = await take(services, to_csv([penalty(n) for n in range(1, 4)]))
    assert (report.accepted, report.unchanged, report.refused_count) == (3, 0, 0)
    assert await footprints_of(services, 1, 4) == 12


async def test_a_run_that_ends_early_says_true_counts_and_goes_on_without_doubling(
    services: Services, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, tally = to_csv([penalty(n) for n in range(1, 1201)]), Tally()
    insert_new, batches = services.intake._store.insert_new, 0

    async def away_after_two(documents: Any) -> Any:
        nonlocal batches
        batches += 1
        if batches > 2:
            raise NetworkTimeout("timed out")
        return await insert_new(documents)

    monkeypatch.setattr("api.records.intake._PAUSES", ())
    monkeypatch.setattr(services.intake._store, "insert_new", away_after_two)
    with pytest.raises(NetworkTimeout):
        await take(services, body, tally=tally)
    assert tally.accepted == await database.collection("records").count_documents({}) == 1000
    monkeypatch.setattr(services.intake._store, "insert_new", insert_new)
    report = await take(services, body)
    assert (report.accepted, report.unchanged, report.refused_count) == (200, 1000, 0), report.refused[:3]
    assert await database.collection("records").count_documents({}) == 1200
    assert await database.collection("footprints").count_documents({}) == 1200, "those of a row are one document"


async def test_a_run_that_ends_before_its_footprints_are_left_is_completed_by_the_next(
    services: Services, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, tally = to_csv([penalty(n) for n in range(1, 1201)]), Tally()
    insert_once, batches = services.intake._footprints._store.insert_once, 0

    async def away_after_one(make: Any) -> None:
        nonlocal batches
        batches += 1
        if batches > 1:
            raise NetworkTimeout("timed out")
        await insert_once(make)

    monkeypatch.setattr("api.records.intake._PAUSES", ())
    monkeypatch.setattr(services.intake._footprints._store, "insert_once", away_after_one)
    with pytest.raises(NetworkTimeout):
        await take(services, body, tally=tally)
    assert tally.accepted == await database.collection("footprints").count_documents({}) == 500
    there = await database.collection("records").count_documents({})
    monkeypatch.setattr(services.intake._footprints._store, "insert_once", insert_once)
    report = await take(services, body)
    assert (report.accepted, report.unchanged, report.refused_count) == (1200 - there, there, 0)
    for name in ("records", "footprints", "notices"):
        assert await database.collection(name).count_documents({}) == 1200


async def test_who_leaves_a_file_leaves_no_record_without_its_footprints(
    services: Services, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert_new, stored = services.intake._store.insert_new, asyncio.Event()

    async def slowly(documents: Any) -> Any:
        there = await insert_new(documents)
        stored.set()
        await asyncio.sleep(0.1)
        return there

    monkeypatch.setattr(services.intake._store, "insert_new", slowly)
    run = asyncio.create_task(take(services, to_csv([penalty(n) for n in range(1, 1201)])))
    await stored.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    there = await database.collection("records").count_documents({})
    assert 0 < there < 1200
    assert await database.collection("footprints").count_documents({}) == there
    assert await database.collection("notices").count_documents({}) == there


@pytest.mark.parametrize("other", [30, 50])
async def test_of_two_rows_on_one_document_the_first_counts_however_batches_overtake_each_other(
    services: Services, monkeypatch: pytest.MonkeyPatch, other: int
) -> None:
    for name in ("_BATCH", "_LEAST"):
        monkeypatch.setattr(f"api.records.intake.{name}", 20)
    rows = [penalty(n) for n in range(1, 61)]
    rows[other] = penalty(5, 违法事实="另一回事")
    insert_new, begun, is_overtaken = services.intake._store.insert_new, 0, asyncio.Event()

    async def first_waits(documents: Any) -> Any:
        nonlocal begun
        begun += 1
        if begun > 1:
            is_overtaken.set()
        elif other == 30:  # the second batch has the other row
            await asyncio.sleep(0.2)
            assert not is_overtaken.is_set()
        else:
            await asyncio.wait_for(is_overtaken.wait(), 5)
        return await insert_new(documents)

    monkeypatch.setattr(services.intake._store, "insert_new", first_waits)
    report = await take(services, to_csv(rows))
    assert (report.accepted, report.unchanged, begun) == (59, 0, 3)
    assert [(fault.code, fault.line) for fault in report.refused] == [("differs", other + 2)]
    assert [one.line for one in report.taken] == [line for line in range(2, 62) if line != other + 2]
