"""Files as agencies hand them in: each gives what it must, from the bytes of the file to the counts at the end."""

import csv
from pathlib import Path

import pytest

from api.composition import Services
from api.infra.actors import SYSTEM
from api.infra.mongo import Database
from api.providers.models import Provider
from api.records.errors import UnreadableFile
from api.records.models import IntakeReport, Record
from tests.support.api import make_settings
from tests.support.world import FixedClock

SHAPES = Path(__file__).parent / "shapes"
UNIT = Provider(id="prv_unit", name="大连市交通运输局（试）", jurisdiction="dalian", unified_code="11210200MB0000009X")


def expected() -> dict[str, dict[str, str]]:
    with (SHAPES / "expected.tsv").open(encoding="utf-8") as table:
        return {row["file"]: row for row in csv.DictReader(table, delimiter="\t")}


COUNTED = [
    (name, int(row["taken"]), int(row["already"]), int(row["refused"]))
    for name, row in expected().items()
    if row["taken"] != "-" and not name.startswith(("11b", "16_"))
]


@pytest.fixture
async def services(database: Database, clock: FixedClock) -> Services:
    services = Services(make_settings(), clock=clock, database=database)
    await services.prepare()
    await services.providers.add(None, SYSTEM, UNIT, clock.now())
    return services


async def take(services: Services, name: str, *, is_dry: bool = False) -> IntakeReport:
    return await services.intake.import_file(SHAPES / name, UNIT.id, now=services.clock.now(), is_dry=is_dry)


async def stored(services: Services) -> list[Record]:
    return (await services.records._store.list_after("", 1000))[0]


def codes(report: IntakeReport) -> list[tuple[int, str]]:
    return [(fault.line, fault.code) for fault in report.refused]


@pytest.mark.parametrize(("name", "taken", "already", "refused"), COUNTED)
async def test_a_shape_gives_what_it_must_dry_and_in_earnest(
    services: Services, name: str, taken: int, already: int, refused: int
) -> None:
    for is_dry in (True, False):
        report = await take(services, name, is_dry=is_dry)
        assert (report.accepted, report.unchanged, report.refused_count) == (taken, already, refused), report.refused
        assert len(await stored(services)) == (0 if is_dry else taken)
    again = await take(services, name)
    assert (again.accepted, again.unchanged, again.refused_count) == (0, taken + already, refused)


async def test_every_shape_is_tried() -> None:
    assert {file.name for file in SHAPES.iterdir()} - {"expected.tsv"} == set(expected())


async def test_amounts_under_another_name_are_kept(services: Services) -> None:
    await take(services, "03_traffic29_gbk.csv")
    for record in await stored(services):
        assert record.particulars.items["罚款金额（万元）"] == "0.05"


async def test_what_excel_did_to_numbers_is_said(services: Services) -> None:
    report = await take(services, "08c_sci_and_serial.csv")
    assert codes(report) == [(2, "number-scientific"), (3, "number-rounded")]
    assert all("Excel" in fault.reason and fault.cure for fault in report.refused)
    decided = {record.particulars.items["处罚决定日期"] for record in await stored(services)}
    assert decided == {"2024-03-05"}


async def test_what_is_no_text_is_one_clear_line(services: Services) -> None:
    with pytest.raises(UnreadableFile) as refused:
        await take(services, "11b_utf16_no_bom.csv")
    assert "编码" in refused.value.detail and "\n" not in refused.value.detail


async def test_no_amount_becomes_ten_thousand_times_itself(services: Services) -> None:
    report = await take(services, "14_money.csv")
    assert codes(report) == [
        (9, "amount-unit-unclear"),  # 1,000.5
        (10, "bad-amount"),  # -1
        (12, "bad-amount"),  # 1e3
        (15, "amount-unit-unclear"),  # 5000
    ]
    amounts = {
        record.particulars.name: record.particulars.items.get("罚款金额（万元）") for record in await stored(services)
    }
    assert amounts == {
        "潘一": "0.5", "潘二": "0.5", "潘三": "0.5", "潘四": "0.5", "潘五": "0.05", "潘六": "0", "潘七": "0",
        "潘十": "0.2", "潘乙": None, "潘丙": None,
    }  # fmt: skip


async def test_a_company_by_a_wrong_code_and_a_trader_without_an_owner_are_told_what_to_fill_in(
    services: Services,
) -> None:
    report = await take(services, "16_mixed_subjects.csv")
    assert report.accepted == 1
    assert codes(report) == [(2, "document-number-invalid"), (3, "out-of-scope")]
    assert all(fault.cure for fault in report.refused)


async def test_identity_cards_by_their_many_names_are_one_kind(services: Services) -> None:
    report = await take(services, "24_document_kinds.csv")
    assert codes(report) == [(14, "document-kind-unknown")]
    kinds = {record.particulars.name: record.particulars.document_kind for record in await stored(services)}
    assert [kinds.pop(name) for name in ("苗九", "苗十", "苗甲", "苗乙")] == [
        "hk_macau_permit",
        "passport",
        "foreign_permanent_residence",
        "military_officer",
    ]
    assert len(kinds) == 9 and set(kinds.values()) == {"resident_id"}


async def test_a_category_that_says_something_else_is_asked_about(services: Services) -> None:
    report = await take(services, "24b_subject_category.csv")
    assert codes(report) == [(5, "category-unclear")] and report.accepted == 6


async def test_no_end_is_no_end_however_it_is_written(services: Services) -> None:
    report = await take(services, "23b_valid_until.csv")
    assert codes(report) == [(8, "bad-date")]
    (fault,) = report.refused
    assert "一年" in (fault.value or "") and "填算出来的最后一天" in fault.cure and "“长期”" in fault.cure, (
        "a length is no day"
    )
    ends = [record.particulars.items.get("处罚有效期") for record in await stored(services)]
    assert set(ends) == {"长期", None} and ends.count("长期") == 6


async def test_a_licence_is_a_record_of_its_own_kind(services: Services) -> None:
    await take(services, "15_licence_natural.csv")
    (record,) = await stored(services)
    assert record.code == "licence" and record.particulars.items["有效期至"] == "2030-03-04"
    assert record.particulars.items["当前状态"] == "有效"
