"""Intake: good rows land once, bad rows are named, and a file may be sent again whatever happened before."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.composition import Services
from api.footprints.models import FootprintKind
from api.infra.errors import NotFound
from api.infra.mongo import Database
from api.records.errors import TooManyRows, UnreadableFile
from api.records.models import Section
from api.records.showing import view_of
from api.records.telling import telling_of
from tests.support.files import (
    DALIAN,
    HEADER,
    YUNNAN,
    commendation,
    penalty,
    person,
    subject,
    take,
    to_csv,
    to_lines,
)


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


@pytest.mark.parametrize("decided", ["1999-03-01", "2015-03-01", "2020-12-31", "2021-01-01"])
async def test_a_document_older_than_the_calendars_lands_and_nothing_is_guessed(
    services: Services, decided: str
) -> None:
    report = await take(services, to_csv([penalty(1, 处罚决定日期=decided, 违法行为终止日期=decided)]), YUNNAN)
    assert report.accepted == 1, report
    (record,) = await services.records.list_of_subject(subject(services, 1))
    assert view_of(record, services.clock.today()).decided_on == date.fromisoformat(decided)


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


async def test_a_header_without_its_columns_and_an_unknown_unit_are_refused(services: Services) -> None:
    with pytest.raises(UnreadableFile, match="unreadable-file"):
        await take(services, "姓名,身份证\n甲,1\n".encode())
    with pytest.raises(NotFound):
        await services.intake.import_file(io.BytesIO(b"x"), "prv_nobody", now=services.clock.now())


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
