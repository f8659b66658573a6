"""One act is one record: sent again, twice in a file, by three at once, in whatever letters, under another name."""

import asyncio
from datetime import timedelta

import pytest

from api.composition import Services
from api.infra import migrations
from api.infra.mongo import Database
from api.records.digests import NATURAL, natural_value
from api.records.returned import notes_of
from tests.support.files import (
    YUNNAN,
    commendation,
    footprints_of,
    penalty,
    person,
    subject,
    take,
    to_csv,
    to_lines,
)
from tests.support.world import FixedClock


async def test_the_same_file_again_changes_nothing(services: Services, database: Database, clock: FixedClock) -> None:
    body = to_csv([penalty(n) for n in range(1, 8)])
    await take(services, body)
    before = [document async for document in database.collection("records").find({}).sort("_id", 1)]
    clock.advance(days=3)
    again = await take(services, body)
    assert (again.accepted, again.unchanged, again.refused_count) == (0, 7, 0)
    assert [document async for document in database.collection("records").find({}).sort("_id", 1)] == before
    assert await footprints_of(services, 1, 8) == 28


async def test_the_same_row_twice_in_a_file_lands_once(services: Services) -> None:
    report = await take(services, to_csv([penalty(1), penalty(1)]))
    assert (report.accepted, report.unchanged) == (1, 1)


async def test_a_row_whose_person_another_record_names_otherwise_is_taken_and_its_unit_is_told(
    services: Services,
) -> None:
    assert (await take(services, to_csv([penalty(1), penalty(2)]), max_rows=100)).misnamed == ()
    wrong = penalty(3, 证件号码=person(1), 行政相对人名称="甲明")
    among = [
        penalty(4),
        wrong,
        penalty(5, 证件号码=person(4), 行政相对人名称="甲似"),
        penalty(6, 证件号码=person(4), 行政相对人名称="甲四"),
    ]
    for options in ({"is_dry": True}, {"max_rows": 100}):
        report = await take(services, to_csv(among), **options)
        assert (report.accepted, report.misnamed) == (4, (3, 4)), "the second of two rows of one file, too"
        (note,) = [one for one in notes_of(report) if "姓名" in one]
        assert "第3行、第4行。" in note and "核对姓名和号码" in note and "甲" not in note
    assert (await take(services, to_csv(among), max_rows=100)).misnamed == (), "sent again, nothing is new"
    spelt = penalty(7, 证件号码=person(2), 行政相对人名称="甲 二")
    company = [commendation(8, name=name, documentKind="unified_code", documentNumber="91530100MA6K000013", decidedOn=on)
               for name, on in (("昆明某某商贸有限公司", "2026-05-04"), ("昆明新名商贸有限公司", "2026-06-04"))]  # fmt: skip
    assert (await take(services, to_csv([spelt]), max_rows=100)).misnamed == ()
    assert (await take(services, to_lines(company), YUNNAN, max_rows=100)).misnamed == ()


async def test_the_same_document_with_other_words_is_refused_and_sent_to_corrections(services: Services) -> None:
    await take(services, to_csv([penalty(1)]))
    report = await take(services, to_csv([penalty(1, **{"罚款金额（万元）": "9"})]))
    assert report.accepted == report.unchanged == 0
    assert report.refused[0].code == "differs" and report.refused[0].line == 2


@pytest.mark.parametrize("written", ["dl〔2026〕a1号", "ｄL【２０２６】 Ａ1 号", "DL〔2026〕A1号"])
async def test_one_document_is_one_record_in_whatever_letters(services: Services, written: str) -> None:
    await take(services, to_csv([penalty(1, 行政处罚决定书文号="Dl〔2026〕a1号")]))
    for rows in ([written], [written, "DL(2026)a1号"]):
        report = await take(services, to_csv([penalty(1, 行政处罚决定书文号=one) for one in rows]))
        assert (report.accepted, report.refused_count) == (0, len(rows))
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert {fault.record for fault in report.refused} == {record.id}
    assert record.particulars.items["行政处罚决定书文号"] == "Dl〔2026〕a1号"


async def as_before(services: Services, serial: int, number: str) -> str:
    """Lays in a record as earlier versions did, whose key had the number's letters as written. Returns its key now."""
    await take(services, to_csv([penalty(serial, 行政处罚决定书文号=number)]))
    (record,) = await services.records.list_of_subject(subject(services, serial))
    value = natural_value(record.provider, record.code, record.subject, number)
    before = {"natural_key": services.keys.blind_index(NATURAL, value)}
    await services.database.collection("records").update_one({"_id": record.id}, {"$set": before})
    return record.natural_key


async def test_records_of_earlier_versions_are_known_in_whatever_letters(services: Services) -> None:
    keys = [await as_before(services, 1, "dl〔2026〕a1号"), await as_before(services, 2, "dl〔2026〕a1号")]
    await take(services, to_csv([penalty(2, 行政处罚决定书文号="DL〔2026〕A1号")]))  # stands beside it, as it could
    await take(services, to_csv([penalty(3)]))
    await take(services, to_lines([commendation(3)]))
    schema = services.database.collection(migrations.COLLECTION)
    records = services.database.collection("records")
    for _ in range(2):
        await schema.replace_one({"_id": "schema"}, {"version": 8, "after": None}, upsert=True)
        await migrations.migrate(services.database, services.keys, lambda *_: None)
    (one,) = await services.records.list_of_subject(subject(services, 1))
    assert one.natural_key == keys[0]
    both = await records.find({"subject": subject(services, 2)}).to_list(5)
    assert len({record["natural_key"] for record in both}) == 2 and keys[1] in {one["natural_key"] for one in both}
    rows = [penalty(1, 行政处罚决定书文号="dl〔2026〕a1号"), penalty(3)]
    report = await take(services, to_csv(rows))
    assert (report.accepted, report.unchanged) == (0, 2)
    assert (await take(services, to_lines([commendation(3)]))).unchanged == 1


async def test_two_imports_of_one_file_at_once_land_every_row_once(services: Services, database: Database) -> None:
    body = to_csv([penalty(n) for n in range(1, 41)])
    reports = await asyncio.gather(*(take(services, body) for _ in range(3)))
    assert sum(report.accepted for report in reports) == 40
    assert sum(report.unchanged for report in reports) == 80
    assert await database.collection("records").count_documents({}) == 40
    assert await footprints_of(services, 1, 41) == 160


async def test_a_row_unlike_another_far_down_the_file_is_told_that_one(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.records.tally.MAX_ROWS_OVER_HTTP", 10)
    rows = [penalty(n) for n in range(30)]
    report = await take(services, to_csv([*rows, penalty(25, 处罚内容="罚款九万元"), penalty(25)]))
    assert (report.accepted, report.unchanged, report.refused_count) == (30, 1, 1)
    (fault,) = report.refused
    assert (fault.code, fault.line) == ("differs", 32)
    assert fault.reason == "和这个文件第27行是同一份文书，内容不同。"
    assert len(report.taken) == 10


async def test_a_file_keeps_its_rows_apart_by_provider(services: Services) -> None:
    await take(services, to_csv([penalty(1)]))
    report = await take(services, to_csv([penalty(1)]), YUNNAN)
    assert report.accepted == 1
    records = await services.records.list_of_subject(subject(services, 1))
    assert {record.jurisdiction for record in records} == {"dalian", "yunnan"}
    assert records[0].received_at - records[1].received_at < timedelta(seconds=1)
