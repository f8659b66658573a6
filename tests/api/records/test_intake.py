"""Intake: good rows land once, bad rows are named, and a file may be sent again whatever happened before."""

import asyncio
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.composition import Services
from api.footprints.models import FootprintKind
from api.infra import migrations
from api.infra.actors import Actor, Role
from api.infra.clock import start_of
from api.infra.errors import Invalid, NotFound
from api.infra.mongo import Database
from api.infra.privacy import subject_index
from api.records.digests import NATURAL, natural_value
from api.records.errors import TooManyRows, UnreadableFile
from api.records.models import NOT_DISCLOSED, Record, Section, Standing
from api.records.returned import notes_of
from api.records.showing import view_of
from api.records.telling import telling_of
from tests.support.files import (
    DALIAN,
    HEADER,
    YUNNAN,
    commendation,
    footprints_of,
    open_services,
    penalty,
    person,
    subject,
    take,
    to_csv,
    to_lines,
)
from tests.support.world import FixedClock


@pytest.fixture
async def services(database: Database, clock: FixedClock) -> Services:
    return await open_services(database, clock)


async def test_a_penalty_becomes_a_record_with_what_was_reported_and_both_dates(services: Services) -> None:
    report = await take(services, to_csv([penalty(1)]))
    assert (report.accepted, report.unchanged, report.refused) == (1, 0, ())
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert record.section is Section.DISHONESTY and record.code == "admin-penalty" and record.record_class == "general"
    assert record.decided_on == date(2026, 9, 1) and record.ended_on == date(2026, 8, 20)
    assert record.disclosed_until is not None and record.disclosed_until >= date(2031, 8, 20)
    assert record.particulars.items["违法事实"] == "未取得营业执照从事经营活动"
    assert record.particulars.document_number == person(1)
    assert [copy.system for copy in record.copies] == ["大连市政务服务平台"]
    assert record.source_unit == "大连市市场监督管理局" and record.provider == DALIAN.id


async def test_nothing_of_the_person_stands_readable_in_the_database(services: Services, database: Database) -> None:
    await take(services, to_csv([penalty(1)]))
    names = ("records", "footprints", "audits")
    stored = repr([await database.collection(name).find({}).to_list(100) for name in names])
    for secret in (person(1), "甲一", "未取得营业执照", "连市监罚"):
        assert secret not in stored


async def test_every_coming_in_leaves_its_footprints(services: Services) -> None:
    await take(services, to_csv([penalty(1)]))
    page = await services.footprints.page(subject(services, 1), None, None, 20)
    assert sorted(entry.kind.value for entry in page.items) == ["collected", "gathered", "published", "shared"]
    assert {entry.unit for entry in page.items} == {
        "大连市市场监督管理局",
        "大连市信用中心（示例）",
        "大连市政务服务平台",
    }
    assert all("大连市社会信用条例" in entry.basis for entry in page.items)


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


async def test_bad_rows_are_named_and_kept_out_and_good_rows_land(services: Services) -> None:
    rows = [
        penalty(1),
        penalty(2, 证件号码=person(2)[:-1] + ("0" if person(2)[-1] != "0" else "1")),
        penalty(3, 处罚决定日期="2027-01-01"),
        penalty(4, 行政相对人类别="法人及非法人组织", 证件号码=""),
        penalty(5, 证件号码=person(5, born="20120101")),
        penalty(6, 数据来源单位统一社会信用代码="91210200MA0000000X"),
        penalty(7, 违法事实="当事人血型为A型"),
        penalty(8, 证件类型="学生证"),
        penalty(9),
    ]
    report = await take(services, to_csv(rows))
    assert report.accepted == 2 and report.refused_count == 7
    assert [(fault.line, fault.column, fault.code) for fault in report.refused] == [
        (3, "证件号码", "document-number-invalid"),
        (4, "处罚决定日期", "date-in-future"),
        (5, "行政相对人代码_1(统一社会信用代码)", "missing"),
        (6, "证件号码", "subject-without-capacity"),
        (7, "数据来源单位统一社会信用代码", "not-own-unit"),
        (8, "违法事实", "barred-personal-data"),
        (9, "证件类型", "document-kind-unknown"),
    ]
    assert report.refused[5].citation is not None and report.refused[5].citation.article == 18
    for row, fault in zip(rows[1:8], report.refused, strict=True):
        assert row["行政相对人名称"] not in fault.reason
        assert not row["证件号码"] or row["证件号码"] not in f"{fault.reason}{fault.value}{fault.cure}"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "dog-keeping"}, "excluded-kind"),
        ({"code": "red-light"}, "legal-basis-required"),
        ({"code": "gossip"}, "not-in-catalogue"),
        ({"code": "self-declaration"}, "self-declared"),
        ({"code": "severe-list"}, "effective-document-missing"),
        ({"code": "blood-donation"}, "excluded-kind"),
        ({"code": "severe-list", "documentType": "penalty", "actNumber": "云1号"}, "document-type-unfit"),
        ({"measures": ["made-up"]}, "measure-not-listed"),
        ({"removedOn": "2026-01-01"}, "dates-contradict"),
    ],
)
async def test_what_the_law_keeps_out_is_refused_with_its_article(
    services: Services, change: dict[str, Any], code: str
) -> None:
    report = await take(services, to_lines([commendation(1, **change)]), YUNNAN)
    assert report.accepted == 0 and report.refused[0].code == code
    if code not in ("self-declared", "dates-contradict"):
        assert report.refused[0].citation is not None


@pytest.mark.parametrize("code", ["commendation", "volunteering", "donation", "pledge-performance", "licence"])
async def test_every_kind_of_json_line_lands_in_its_section(services: Services, code: str) -> None:
    report = await take(services, to_lines([commendation(1, code=code)]))
    assert report.accepted == 1
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert record.code == code and record.disclosed_until is None


async def test_a_list_decision_stands_as_listed(services: Services) -> None:
    line = commendation(
        1, code="severe-list", documentType="listing_decision", actNumber="云列〔2026〕1号", recordClass="严重"
    )
    report = await take(services, to_lines([line]), YUNNAN)
    assert report.accepted == 1, report
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert record.severe_list == "listed" and record.record_class == "serious" and record.act_key is not None


async def test_an_entry_of_the_list_is_not_published_once_it_is_off_the_list(services: Services) -> None:
    """大连第三十三条、云南第三十八条: the list is published, and whoever was removed is not on it."""
    line = {
        "code": "severe-list",
        "documentType": "listing_decision",
        "recordClass": "严重",
        "decidedOn": "2026-02-01",
        "endedOn": "2026-01-01",
    }
    rows = [
        commendation(1, **line, actNumber="列1号"),
        commendation(2, **line, actNumber="列2号", severeList="removed", removedOn="2026-10-01"),
    ]
    assert (await take(services, to_lines(rows))).accepted == 2
    (listed,), (removed,) = [await services.records.list_of_subject(subject(services, n)) for n in (1, 2)]
    assert listed.disclosure.is_published and not removed.disclosure.is_published
    assert removed.standing is Standing.STANDING and removed.disclosure.is_queryable, "大连第三十五条: five years"
    unit = Actor(role=Role.PROVIDER, id=DALIAN.id, unit=DALIAN.name, jurisdiction="dalian", session="ses_unit")
    fields = {"severe_list": "removed", "removed_on": date(2026, 11, 1)}

    async def correct(tx: Any) -> Any:
        return await services.corrections.correct(tx, unit, listed, fields, "移出名单", services.clock.now())

    after = await services.database.transact(correct)
    assert not after.disclosure.is_published and after.disclosure.is_queryable


async def test_a_minor_class_is_not_published_in_principle(services: Services) -> None:
    await take(services, to_csv([penalty(1, **{"失信类别(轻微/一般/严重)": "轻微"})]))
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert not record.disclosure.is_published and record.disclosure.is_queryable


async def corrected(services: Services, record: Record, **fields: Any) -> Record:
    unit = Actor(
        role=Role.PROVIDER, id=record.provider, unit=record.source_unit, jurisdiction=record.jurisdiction, session="ses"
    )

    async def correct(tx: Any) -> Record:
        return await services.corrections.correct(tx, unit, record, fields, "日期录错", services.clock.now())

    return await services.database.transact(correct)


async def test_what_had_ended_by_a_day_that_was_wrong_is_disclosed_when_the_day_is_put_right(
    services: Services,
) -> None:
    """2016 for 2026: nothing else could bring it back, since the same row is there already."""
    await take(services, to_csv([penalty(1, 违法行为终止日期="2016-08-20")]))
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert record.standing is Standing.EXPIRED
    still = await corrected(services, record, ended_on=date(2017, 8, 20))
    assert still.standing is Standing.EXPIRED and still.disclosure == NOT_DISCLOSED
    after = await corrected(services, still, ended_on=date(2026, 8, 20))
    assert after.standing is Standing.STANDING and after.disclosure.is_published and after.disclosure.is_queryable
    after = await services.records.get(record.id)
    assert [copy.system for copy in after.copies] == list(DALIAN.systems)
    kinds = [one.kind.value for one in (await services.footprints.page(record.subject, None, None, 20)).items]
    assert kinds.count("published") == kinds.count("shared") == 1
    told = [one.kind for one in (await services.notices.inbox(record.subject, None, 20))[0].items]
    assert told.count("records.told") == 1


async def test_what_has_ended_does_not_come_back_by_another_class_or_statement(services: Services) -> None:
    row = penalty(1, 处罚机关=YUNNAN.name, 处罚决定日期="2025-06-01", 公示截止期="", 违法行为终止日期="2025-05-01")
    await take(services, to_csv([row]), YUNNAN)
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert record.standing is Standing.EXPIRED
    for fields in (
        {"record_class": "serious"},
        {"authority_until": date(2027, 5, 1)},
        {"unperformed": "罚款没有缴纳，已申请强制执行"},
    ):
        record = await corrected(services, record, **fields)
        assert record.standing is Standing.EXPIRED and record.disclosure == NOT_DISCLOSED


async def test_what_is_past_its_disclosure_period_comes_in_undisclosed(services: Services) -> None:
    await take(services, to_csv([penalty(1, 处罚决定日期="2021-08-01", 违法行为终止日期="2021-07-02")]))
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert record.standing is Standing.EXPIRED and not record.disclosure.is_queryable


@pytest.mark.parametrize("decided", ["1999-03-01", "2015-03-01", "2020-12-31", "2021-01-01"])
async def test_a_document_older_than_the_calendars_lands_and_nothing_is_guessed(
    services: Services, decided: str
) -> None:
    report = await take(services, to_csv([penalty(1, 处罚决定日期=decided, 违法行为终止日期=decided)]), YUNNAN)
    assert report.accepted == 1, report
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert view_of(record, services.clock.today()).decided_on == date.fromisoformat(decided)


async def test_two_imports_of_one_file_at_once_land_every_row_once(services: Services, database: Database) -> None:
    body = to_csv([penalty(n) for n in range(1, 41)])
    reports = await asyncio.gather(*(take(services, body) for _ in range(3)))
    assert sum(report.accepted for report in reports) == 40
    assert sum(report.unchanged for report in reports) == 80
    assert await database.collection("records").count_documents({}) == 40
    assert await footprints_of(services, 1, 41) == 160


async def test_progress_is_told_at_each_thousand(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(to_lines(commendation(n) for n in range(2100)))
    heard: list[int] = []
    report = await services.intake.import_file(file, DALIAN.id, now=services.clock.now(), progress=heard.append)
    assert report.accepted == 2100 and heard == [1000, 2000]


async def test_too_many_rows_store_nothing(services: Services, database: Database) -> None:
    with pytest.raises(TooManyRows):
        await take(services, to_csv([penalty(n) for n in range(11)]), max_rows=10)
    assert await database.collection("records").count_documents({}) == 0


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


async def test_a_header_without_its_columns_and_an_unknown_unit_are_refused(services: Services) -> None:
    with pytest.raises(UnreadableFile, match="unreadable-file"):
        await take(services, "姓名,身份证\n甲,1\n".encode())
    with pytest.raises(NotFound):
        await services.intake.import_file(io.BytesIO(b"x"), "prv_nobody", now=services.clock.now())


async def test_a_file_keeps_its_rows_apart_by_provider(services: Services) -> None:
    await take(services, to_csv([penalty(1)]))
    report = await take(services, to_csv([penalty(1)]), YUNNAN)
    assert report.accepted == 1
    records = await services.records.list_of_subject(subject(services, 1))
    assert {record.jurisdiction for record in records} == {"dalian", "yunnan"}
    assert records[0].received_at - records[1].received_at < timedelta(seconds=1)


async def test_each_measure_that_comes_with_a_record_is_a_use_of_it_in_the_footprints(services: Services) -> None:
    line = commendation(
        1,
        code="admin-penalty",
        documentType="penalty",
        actNumber="连市监罚〔2026〕9号",
        recordClass="general",
        measures=["cn-p1", "cn-p2"],
        items={"违法事实": "未取得营业执照从事经营活动"},
    )
    for _ in range(2):  # sent again, it leaves nothing more
        report = await take(services, to_lines([line]))
        assert report.refused == ()
    page = await services.footprints.page(subject(services, 1), FootprintKind.USED, None, 20)
    assert len(page.items) == 2 and {entry.unit for entry in page.items} == {DALIAN.name}
    assert all(entry.why.startswith("采取惩戒措施：") and entry.basis for entry in page.items)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"违法行为终止日期": "2024-02-29", "处罚决定日期": "2026-03-02"}, "subject-without-capacity"),  # done at 17
        ({"违法行为终止日期": "2024-03-01", "处罚决定日期": "2026-03-02"}, None),  # on the eighteenth birthday
        (
            {
                "违法行为终止日期": "2023-05-01",
                "处罚决定日期": "2026-03-02",
                "以自己劳动收入为主要生活来源": "是",
            },
            None,
        ),
    ],
)
async def test_age_counts_at_the_conduct_and_the_decision_and_not_on_the_day_of_intake(
    services: Services, cells: dict[str, str], code: str | None
) -> None:
    row = penalty(1, 证件号码=person(1, born="20060301"), **cells)
    report = await take(services, to_csv([row], header=[*HEADER, "以自己劳动收入为主要生活来源"]))
    assert [fault.code for fault in report.refused] == ([code] if code else [])


async def test_without_a_birth_date_a_record_is_held_until_the_unit_names_it(services: Services) -> None:
    row = penalty(1, 证件类型="护照", 证件号码="E12345678")
    assert (await take(services, to_csv([row]))).accepted == 1
    held = subject_index(services.keys, "passport", "E12345678")
    (record,) = await services.records.list_of_subject(held)
    assert record.awaits_birth_date and record.disclosure == NOT_DISCLOSED and record.copies == ()
    assert "只有您本人看得到" in (view_of(record, services.clock.today()).held or "")

    unit = Actor(role=Role.PROVIDER, id=DALIAN.id, unit=DALIAN.name, jurisdiction="dalian")

    async def correct(born_on: date) -> None:
        async def work(tx: Any) -> None:
            given = {"born_on": born_on}
            await services.corrections.correct(tx, unit, record, given, "核对护照", services.clock.now())

        await services.database.transact(work)

    with pytest.raises(Invalid):
        await correct(date(2012, 1, 1))
    await correct(date(1980, 1, 1))
    (after,) = await services.records.list_of_subject(held)
    assert after.disclosure.is_published and not after.awaits_birth_date
    named = penalty(2, 证件类型="护照", 证件号码="E22345678", 出生日期="1980-01-01")
    assert (await take(services, to_csv([named]))).accepted == 1
    (other,) = await services.records.list_of_subject(subject_index(services.keys, "passport", "E22345678"))
    assert other.disclosure.is_published


async def test_the_units_own_date_ends_publicity_and_a_stated_non_performance_keeps_it(services: Services) -> None:
    rows = [
        penalty(1, 公示截止期="2026-10-01"),
        penalty(2, 公示截止期="2099-12-31", 处罚决定日期="2024-05-06", 违法行为终止日期="2024-05-01"),
        penalty(
            3,
            公示截止期="2099-12-31",
            处罚决定日期="2024-05-06",
            违法行为终止日期="2024-05-01",
            公示延续理由="罚款没有缴纳，已申请强制执行",
        ),
    ]
    assert (await take(services, to_csv(rows))).accepted == 3
    today = services.clock.today()
    views = [view_of((await services.records.list_of_subject(subject(services, n)))[0], today) for n in (1, 2, 3)]
    assert [view.disclosure.is_published for view in views] == [False, False, True]
    periods = [view.publicity for view in views if view.publicity is not None]
    assert [(one.ends_on, one.ends_by) for one in periods] == [
        (date(2026, 10, 1), "authority"),
        (date(2025, 5, 6), "maximum"),
        (None, "stated_unperformed"),
    ]
    assert "早于" in (periods[0].difference or "") and periods[0].authority_until == date(2026, 10, 1)


async def test_in_yunnan_sharing_and_query_end_with_publicity(services: Services) -> None:
    """Yunnan 15: publication, sharing and authorised query are one disclosure."""
    assert (await take(services, to_csv([penalty(1, 处罚机关=YUNNAN.name)]), YUNNAN)).accepted == 1
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert record.disclosed_until == record.published_until == date(2027, 9, 1)
    assert await services.expiry.expire(start_of(date(2027, 9, 1))) == 0
    assert await services.expiry.expire(start_of(date(2027, 9, 2))) == 1
    (after,) = await services.records.list_of_subject(subject(services, 1))
    assert after.standing is Standing.EXPIRED and after.disclosure == NOT_DISCLOSED


async def test_an_incentive_is_shown_as_one_and_goes_with_no_dishonesty(services: Services) -> None:
    """Yunnan 25: what eases is no penalty, neither in the footprints nor in what is told."""
    honest = commendation(1, measures=["yn-i2"])
    unfit = [
        commendation(2, measures=["cn-p1"]),
        commendation(3, code="admin-penalty", documentType="penalty", actNumber="云1号", measures=["yn-i1"]),
    ]
    report = await take(services, to_lines([honest, *unfit]), YUNNAN)
    assert report.accepted == 1 and [one.code for one in report.refused] == ["measure-unfit", "measure-unfit"]
    (record,) = await services.records.list_of_subject(subject(services, 1))
    view = view_of(record, services.clock.today())
    assert [(one.kind, one.source.article) for one in view.measures] == [("incentive", 25)]
    assert telling_of(record) is None
    page = await services.footprints.page(subject(services, 1), FootprintKind.USED, None, 20)
    assert [entry.why.partition("：")[0] for entry in page.items] == ["给予激励措施"]
