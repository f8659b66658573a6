"""What clerks write into cells: amounts, days, numbers, names and formulas."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt

from tests.api.records.test_clerks_files import TITLES, book, row, sheet_of
from tests.support.files import penalty, person, to_lines
from tests.support.judged import FINE, UNIT, Judged, csv_of


def fined(serial: int, amount: Any, **cells: Any) -> list[Any]:
    return row(serial, **{FINE: amount}, **cells)


def with_formula(change: Callable[[Any], None]) -> bytes:
    """As programs write it that leave the computing to Excel."""
    made = openpyxl.Workbook()
    made.active.append(TITLES)
    made.active.append(row(1))
    change(made.active)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_the_unit_above_the_header_is_that_of_the_amounts() -> None:
    titles = [title.replace("（万元）", "") for title in TITLES]
    judged = Judged(sheet_of([["处罚公示表"], ["", "金额单位：元"], titles, fined(1, 200), fined(2, "2000")]))
    assert judged.fines == ["0.02", "0.2"]
    judged = Judged(sheet_of([["单位：元", "", "单位：万元"], titles, fined(1, 200)]))
    assert judged.faults == [(3, "罚款金额", "amount-unit-unclear")]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2000元", "0.2"), ("2000 元整", "0.2"), ("0.2万", "0.2"), ("￥2,000.00", "0.2"), ("贰仟元整", "0.2"), ("2千元", "0.2"),
        ("人民币2000元", "0.2"), ("0.20", "0.2"), ("０．２", "0.2"), ("\\N", None), ("——", None), ("<null>", None),
    ],
)  # fmt: skip
def test_a_unit_in_the_cell_is_obeyed(written: str, kept: str | None) -> None:
    judged = Judged(csv_of([TITLES, fined(1, written)]))
    assert judged.fines == [kept]


@pytest.mark.parametrize(
    ("written", "said", "kept"),
    [
        ("￥30", "罚款三十元", "0.003"), ("￥30.00", "警告", None), ("¥0.2", "罚款", None), ("￥0.2", "罚款二千元", "0.2"),
        ("￥0", "警告", "0"), ("人民币30", "罚款", None), ("￥30万元", "罚款", "30"),
    ],
)  # fmt: skip
def test_a_sign_of_yuan_makes_no_ten_thousands_of_a_small_sum(written: str, said: str, kept: str | None) -> None:
    """￥30 was stored as 300,000 yuan."""
    judged = Judged(csv_of([TITLES, row(1, **{FINE: written, "处罚内容": said})]))
    if kept is None:
        assert judged.faults == [(2, FINE, "amount-unit-unclear")]
    else:
        assert (judged.fines, judged.faults) == ([kept], [])


@pytest.mark.parametrize(
    "written", ["0,2", "约0.2", "0.2、0.3", "0.2万元（已缴）", "1e3", "-0.2", "二十万", "#DIV/0!", "0.2."]
)
def test_what_is_no_amount_is_not_guessed(written: str) -> None:
    judged = Judged(csv_of([TITLES, fined(1, written)]))
    assert [column for _, column, _ in judged.faults] == [FINE]


def test_amounts_under_two_rows_of_merged_headings() -> None:
    def build(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet()
        page.merge_range(0, 0, 0, 9, "行政处罚汇总")
        for place, title in enumerate(["序号", *TITLES[:5]]):
            page.merge_range(1, place, 2, place, title)
        page.merge_range(1, 6, 1, 7, "处罚金额")
        page.write_row(2, 6, ["罚款（万元）", "没收违法所得（万元）"])
        for place, title in enumerate(TITLES[6:], 8):
            page.merge_range(1, place, 2, place, title)
        cells = row(1)
        page.write_row(3, 0, [1, *cells[:5], 0.2, 0.1, *cells[6:]])

    judged = Judged(book(build))
    items = judged.records[0].particulars.items
    assert (items[FINE], items["没收违法所得、没收非法财物的金额（万元）"]) == ("0.2", "0.1")


DAYS = [
    "2026-03-05 00:00:00.0", "2026/3/5 0:00", "2026年3月5日 14时30分", "2026-03-05T00:00:00+08:00", "20260305143000",
    "2026.03.05", "46086", "46086.5", "1772640000", "1772640000000", "２０２６年３月５日", "2026年03月05日 上午10:00",
    "2026-3-5 星期四", "2026年3月5号", "Thu Mar 05 00:00:00 CST 2026", "2026/03/05 08:30:00 +0800", "二〇二六年三月五日",
    "2026—03—05", "2026  年 3 月 5 日", "2026-03-05;", "05-Mar-2026",
]  # fmt: skip
NO_DAYS = [
    "5/3/2026",
    "26.3.5",
    "2026-03",
    "2026年",
    "3月5日",
    "2026/3/5-2026/3/9",
    "2026-02-30",
    "昨天",
    "0",
    "1899-12-30 x",
]


def test_a_day_is_a_day_however_it_is_written() -> None:
    judged = Judged(csv_of([TITLES, *(row(n, 处罚决定日期=text) for n, text in enumerate(DAYS, 1))]))
    assert judged.faults == [] and {record.decided_on for record in judged.records} == {date(2026, 3, 5)}


def test_what_may_be_several_days_or_none_is_refused() -> None:
    judged = Judged(csv_of([TITLES, *(row(n, 处罚决定日期=text) for n, text in enumerate(NO_DAYS, 1))]))
    assert judged.records == [] and {code for _, _, code in judged.faults} == {"bad-date"}


def test_a_formula_that_nobody_has_computed_is_no_empty_cell() -> None:
    def change(page: Any) -> None:
        page["F2"] = "=0.1*2"
        page.append(row(2))

    judged = Judged(with_formula(change))
    assert judged.faults == [(2, FINE, "excel-error")] and judged.fines == ["0.2"]


def test_a_formula_with_its_result_is_its_result() -> None:
    def build(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet()
        page.write_row(0, 0, TITLES)
        page.write_row(1, 0, row(1))
        page.write_formula(1, 5, "=0.1*2", None, 0.2)
        page.write_formula(1, 3, '=CONCATENATE("连市监罚","〔2026〕7号")', None, "连市监罚〔2026〕7号")

    judged = Judged(book(build))
    assert (
        judged.fines == ["0.2"] and judged.records[0].particulars.items["行政处罚决定书文号"] == "连市监罚〔2026〕7号"
    )


def test_numbers_as_clerks_leave_them() -> None:
    whole = person(1)
    written = [
        f"{whole[:6]} {whole[6:14]} {whole[14:]}", person(2).lower(), f"\t{person(3)}", f"'{person(4)}", int(person(5)[:15] + "000"),
        2.10202e17, int(person(7)[:15]), "",
    ]  # fmt: skip
    judged = Judged(sheet_of([TITLES, *(row(n, 证件号码=text) for n, text in enumerate(written, 1))]))
    assert [record.particulars.document_number for record in judged.records] == [person(n) for n in range(1, 5)]
    assert [(line, code) for line, _, code in judged.faults] == [
        (6, "number-rounded"), (7, "number-rounded"), (8, "number-old"), (9, "missing"),
    ]  # fmt: skip


def test_days_of_a_macintosh() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": True}) as made:
        page = made.add_worksheet()
        page.write_row(0, 0, TITLES)
        page.write_row(1, 0, row(1))
        page.write_datetime(1, 6, date(2026, 3, 5), made.add_format({"num_format": "yyyy/m/d"}))
    assert Judged(out.getvalue()).records[0].decided_on == date(2026, 3, 5)


def _of_1904(*, is_old: bool, flag: bool) -> bytes:
    out = io.BytesIO()
    if is_old:
        made = xlwt.Workbook()
        made.dates_1904 = flag
        page = made.add_sheet("a")
        for line, cells in enumerate((TITLES, row(1, 处罚决定日期=44000))):
            for place, cell in enumerate(cells):
                page.write(line, place, cell)
        made.save(out)
        return out.getvalue()
    with xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": flag}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, TITLES)
        sheet.write_row(1, 0, row(1, 处罚决定日期=44000))
    return out.getvalue()


@pytest.mark.parametrize("is_old", [False, True])
def test_a_bare_number_of_days_is_refused_where_the_workbook_counts_from_1904(is_old: bool) -> None:
    judged = Judged(_of_1904(is_old=is_old, flag=True))
    assert judged.faults == [(2, "处罚决定日期", "bad-date")] and judged.records == []
    assert Judged(_of_1904(is_old=is_old, flag=False)).records[0].decided_on == date(2020, 6, 18)


def test_every_fault_of_a_row_is_told_at_once() -> None:
    bad = penalty(1, 证件号码="1", 处罚决定日期="昨天", 处罚机关="别的局", **{FINE: "很多"})
    judged = Judged(sheet_of([TITLES, [bad.get(title, "") for title in TITLES]]))
    assert {column for _, column, _ in judged.faults} == {"证件号码", "处罚决定日期", "处罚机关", FINE}


def test_a_name_spread_to_the_width_of_three_is_the_name() -> None:
    judged = Judged(csv_of([TITLES, row(1, 行政相对人名称="张　三"), row(2, 行政相对人名称="John Smith")]))
    assert [record.particulars.name for record in judged.records] == ["张三", "John Smith"]


@pytest.mark.parametrize("written", ["penalty", "行政处罚决定书", "生效的行政处罚决定书", " 处罚决定书 "])
def test_the_kind_of_document_may_be_written_as_it_is_told(written: str) -> None:
    """The refusal named 生效的行政处罚决定书, and refused that as well."""
    judged = Judged(csv_of([[*TITLES, "文书类型"], [*row(1), written]]))
    assert judged.faults == [] and judged.records[0].document_type == "penalty"
    other = Judged(csv_of([[*TITLES, "文书类型"], [*row(1), "生效的仲裁文书"]]))
    assert other.faults == [(2, "文书类型", "document-type-unfit")]
    line = {
        "code": "admin-penalty",
        "name": "甲一",
        "documentNumber": person(1),
        "actNumber": "1",
        "decidedOn": "2026-09-01",
    }
    judged = Judged(to_lines([{**line, "documentType": written.strip()}]))
    assert judged.faults == [] and judged.records[0].document_type == "penalty"


@pytest.mark.parametrize(
    ("written", "said", "is_taken"),
    [
        ("0.2", "罚款二千元", True), ("2000", "罚款二千元", False), ("2000", "罚款", False), ("2000元", "罚款", True),
        ("2000", "罚款二千万元", True), ("不详", "警告", True),
    ],
)  # fmt: skip
def test_a_programs_amount_is_asked_about_as_a_clerks_is(written: str, said: str, is_taken: bool) -> None:
    """A fine of 2,000 yuan under 万元 was read out to its person as 20,000,000元."""
    line = {
        "code": "admin-penalty", "name": "甲一", "documentNumber": person(1), "documentType": "penalty", "actNumber": "1",
        "decidedOn": "2026-09-01", "items": {FINE: written, "处罚内容": said},
    }  # fmt: skip
    judged = Judged(to_lines([line]))
    assert judged.faults == ([] if is_taken else [(1, FINE, "amount-unit-unclear")])
    assert judged.fines == ([written] if is_taken else [])


@pytest.mark.parametrize(
    ("items", "fault"),
    [
        ({"处罚决定日期": "2026年9月1日", "行政处罚决定书文号": "罚[2026]1号", "处罚机关": UNIT}, None),
        ({"处罚决定日期": "2026-08-01"}, ("处罚决定日期", "dates-contradict")),
        ({"公示截止期": "2026-12-31"}, ("公示截止期", "dates-contradict")),
        ({"行政处罚决定书文号": "罚〔2026〕2号"}, ("行政处罚决定书文号", "number-unclear")),
        ({"处罚机关": "最高人民法院"}, ("处罚机关", "not-own-unit")),
        ({"数据来源单位": "最高人民法院"}, ("数据来源单位", "not-own-unit")),
        ({"处罚决定日期": "见决定书"}, None),
    ],
)  # fmt: skip
def test_what_a_program_says_twice_is_the_same(items: dict[str, str], fault: tuple[str, str] | None) -> None:
    """Its person read the one, and the days were counted from the other; any authority could stand as the one that decided."""
    line = {
        "code": "admin-penalty", "name": "甲一", "documentNumber": person(1), "documentType": "penalty",
        "actNumber": "罚〔2026〕1号", "decidedOn": "2026-09-01", "authorityUntil": "2027-01-31", "items": items,
    }  # fmt: skip
    judged = Judged(to_lines([line]))
    assert judged.faults == ([] if fault is None else [(1, *fault)])


def test_the_units_own_last_day_counts_also_where_a_program_says_it_among_the_items() -> None:
    line = {
        "code": "admin-penalty", "name": "甲一", "documentNumber": person(1), "documentType": "penalty", "actNumber": "1",
        "decidedOn": "2026-09-01", "recordClass": "general", "items": {"公示截止期": "2027-01-31"},
    }  # fmt: skip
    judged = Judged(to_lines([line, {**line, "actNumber": "2", "items": {"公示截止期": "长期"}}]))
    assert judged.faults == []
    assert [str(one.published_until) for one in judged.records] == ["2027-01-31", "2027-09-01"]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"endedOn": "2021-05-01", "sentenceCompletedOn": "2012-05-01"}, "sentenceCompletedOn"),
        ({"endedOn": "2021-05-01", "sentenceCompletedOn": "2021-05-01"}, None),
        ({"severeList": "removed", "removedOn": "2021-01-01"}, "removedOn"),
        ({"severeList": "removed", "removedOn": "2026-02-01"}, None),
    ],
)
def test_days_in_an_order_that_cannot_be_are_asked_about(fields: dict[str, str], fault: str | None) -> None:
    """大连第三十五条 counts from the completion: a year typed wrongly ended the disclosure nine years early."""
    line = {
        "code": "severe-list", "name": "甲一", "documentNumber": person(1), "documentType": "listing_decision",
        "actNumber": "1", "decidedOn": "2026-02-01", "recordClass": "serious", **fields,
    }  # fmt: skip
    judged = Judged(to_lines([line]))
    assert judged.faults == ([] if fault is None else [(1, fault, "date-implausible")])
