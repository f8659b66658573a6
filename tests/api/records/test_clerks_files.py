"""What else clerks send: sheets, merged cells, hidden rows, other headers, damage. Written here cell by cell; no database."""

import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from api.records.errors import ColumnsUnclear, UnreadableFile
from api.records.files.columns import columns_of, layouts, taken_apart
from api.records.files.headers import Choice
from api.records.files.lines import Read, read_line
from api.records.files.reading import Reading
from api.records.files.survey import Survey
from api.records.files.tables import RawRow
from api.records.files.values import Misread
from tests.support.files import HEADER, penalty, person, to_csv
from tests.support.judged import csv_of

TITLES = [
    "行政相对人名称", "证件类型", "证件号码", "行政处罚决定书文号", "处罚内容", "罚款金额（万元）", "处罚决定日期", "处罚机关",
]  # fmt: skip


def row(serial: int = 1, **cells: Any) -> list[Any]:
    values = {**penalty(serial), **cells}
    return [values.get(title, "") for title in TITLES]


Build = Callable[[xlsxwriter.Workbook], None]


def book(build: Build) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        build(made)
    return out.getvalue()


def sheet_of(rows: list[list[Any]], name: str = "Sheet1") -> bytes:
    def build(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet(name)
        for line, cells in enumerate(rows):
            page.write_row(line, 0, cells)

    return book(build)


def look(body: bytes, choice: Choice | None = None) -> tuple[Survey, list[RawRow], list[Read]]:
    reading = Reading(io.BytesIO(body), choice)
    survey = reading.survey()
    rows = list(reading.rows())
    return survey, rows, [read_line(one) for one in rows]


def good(body: bytes, count: int = 1) -> list[Read]:
    _, _, read = look(body)
    assert len(read) == count and [one.faults for one in read] == [()] * count
    return read


def test_no_name_means_two_columns() -> None:
    for layout in layouts():
        seen: dict[str, str] = {}
        for column in columns_of(layout.id).values():
            for name in (column.title, *column.names, *column.codes):
                key = taken_apart(name).whole
                assert seen.setdefault(key, column.id) == column.id, (layout.id, name)


def test_instructions_first_and_data_on_the_second_sheet() -> None:
    def build(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet("填写说明")
        page.write_column(0, 0, ["一、证件号码设成文本格式", "二、日期写成 2026-01-31"])
        page = made.add_worksheet("数据")
        for line, cells in enumerate([TITLES, row(1)]):
            page.write_row(line, 0, cells)
        made.add_worksheet("Sheet3")

    survey, rows, _ = look(book(build))
    assert survey.left_sheets == ("填写说明",) and rows[0].table is not None and rows[0].table.sheet == "数据"


def test_two_sheets_of_data_are_both_read_each_under_its_own_header() -> None:
    def build(made: xlsxwriter.Workbook) -> None:
        for name, serial in (("一季度", 1), ("二季度", 2)):
            page = made.add_worksheet(name)
            page.write_row(0, 0, TITLES)
            page.write_row(1, 0, row(serial))

    _, rows, read = look(book(build))
    assert [(one.table.sheet, one.line) for one in rows if one.table] == [("一季度", 2), ("二季度", 2)]
    assert [one.line.document_number for one in read] == [person(1), person(2)]


def test_titles_groups_numbers_codes_sums_and_signatures_are_no_records() -> None:
    def build(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet()
        page.merge_range(0, 0, 0, 8, "2026年第三季度行政处罚信息汇总表")
        page.write_row(1, 0, ["填报单位：某某局", "", "", "", "填报日期：2026/9/30"])
        page.merge_range(2, 0, 3, 0, "序号")
        page.merge_range(2, 1, 2, 3, "行政相对人")
        page.write_row(3, 1, TITLES[:3])
        for place, title in enumerate(TITLES[3:], 4):
            page.merge_range(2, place, 3, place, title)
        page.write_row(4, 0, range(1, 10))
        page.write_row(5, 0, [1, *row(1)])
        page.write_row(6, 0, [2, *row(2)])
        page.write_row(7, 0, [3])
        page.write_row(8, 0, ["合  计", "", "", "", "", "", 0.4])
        page.merge_range(9, 0, 9, 8, "填表人：王某    审核人：李某    联系电话：0411-12345678")
        page.merge_range(10, 0, 10, 8, "说明：1.证件号码请以文本格式填写；2.罚款以万元为单位。")

    survey, rows, read = look(book(build))
    assert [one.line for one in rows] == [6, 7] and [one.faults for one in read] == [(), ()]
    assert {one.line for one in survey.skipped} >= {8, 9, 10, 11}


def test_hidden_rows_are_read_and_told() -> None:
    def build(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet()
        for line, cells in enumerate([TITLES, row(1), row(2), row(3)]):
            page.write_row(line, 0, cells)
        page.set_row(2, None, None, {"hidden": True})

    survey, rows, _ = look(book(build))
    assert [one.line for one in rows] == [2, 3, 4] and survey.hidden == 1


def test_a_merged_cell_says_the_same_in_each_of_its_rows() -> None:
    def build(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet()
        page.write_row(0, 0, TITLES)
        page.write_row(1, 0, row(1)[:-1])
        page.write_row(2, 0, row(2)[:-1])
        page.merge_range(1, len(TITLES) - 1, 2, len(TITLES) - 1, "大连市市场监督管理局")

    assert {one.line.source_unit for one in good(book(build), 2)} == {"大连市市场监督管理局"}


def test_real_dates_and_numbers_of_a_workbook() -> None:
    def build(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet()
        page.write_row(0, 0, TITLES)
        page.write_row(1, 0, row(1))
        page.write_number(1, 6, 46266, made.add_format({"num_format": "yyyy/m/d"}))
        page.write_number(1, 5, 0.2)
        page.write_row(2, 0, row(2))
        page.write_number(2, 2, int(person(2)[:17] + "0"))

    _, _, (first, second) = look(book(build))
    assert str(first.line.decided_on) == "2026-09-01" and first.line.items["罚款金额（万元）"] == "0.2"
    assert [(one.column, one.code) for one in second.faults] == [("证件号码", "number-rounded")]


def test_the_old_binary_workbook_is_read() -> None:
    xlwt = pytest.importorskip("xlwt")
    made = xlwt.Workbook()
    page = made.add_sheet("处罚")
    for line, cells in enumerate([["处罚信息表"], TITLES, row(1)]):
        for place, cell in enumerate(cells):
            page.write(line, place, cell)
    out = io.BytesIO()
    made.save(out)
    good(out.getvalue())


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "XML"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04word/document.xml", "Word"),
        (b"PK\x03\x04something.csv", "压缩包"),
        (b"PK\x03\x04xl/workbook.xml", "打不开"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "打不开"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        ("姓名,备注\n甲,无\n".encode(), "没有找到表头"),
    ],
)
def test_what_is_no_table_is_refused_in_words(body: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        look(body)
    assert words in refused.value.detail


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_encoding_with_any_usual_separator(encoding: str, separator: str) -> None:
    text = "\r\n".join(separator.join(map(str, cells)) for cells in (TITLES, row(1)))
    good(text.encode(encoding))
    good(f"sep={separator}\r\n{text}".encode(encoding))


def test_two_marks_at_the_start_are_as_good_as_one() -> None:
    good(b"\xef\xbb\xbf" + to_csv([penalty(1)], "utf-8-sig"))


def test_a_damaged_cell_in_a_file_of_utf8_leaves_the_rest_readable() -> None:
    body = to_csv([penalty(1), penalty(2)]).replace("甲一".encode(), b"\xff\xfe\xfd")
    reading = Reading(io.BytesIO(body))
    assert [one.fault is None for one in reading.rows()] == [False, True]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"处罚机关": "处罚机关名称", "证件号码": "证件号"}, None),
        ({"罚款金额（万元）": "罚款金额（元）"}, None),
        ({"处罚决定日期": "作出处罚决定日期 "}, None),
        ({"行政处罚决定书文号": "＊行政处罚决定书文号（必填）"}, None),
        ({"处罚决定日期": "处罚绝定日期"}, "处罚决定日期"),
        ({"证件号码": "证件号马"}, "证件号码"),
    ],
)
def test_renamed_columns_are_known_and_typos_are_proposed(changes: dict[str, str], expected: str | None) -> None:
    titles = [changes.get(title, title) for title in TITLES]
    amount = "2000" if "罚款金额（元）" in titles else "0.2"
    body = sheet_of([titles, row(1, **{"罚款金额（万元）": amount})])
    if expected is None:
        (read,) = good(body)
        assert read.line.items["罚款金额（万元）"] == "0.2"
        return
    with pytest.raises(ColumnsUnclear) as unclear:
        look(body)
    assert f"像是“{expected}”" in unclear.value.detail
    (theirs,) = set(titles) - set(TITLES)
    assert look(body, Choice(columns={theirs: expected}))[2][0].faults == ()


def test_data_under_no_header_stops_the_file_and_empty_columns_do_not() -> None:
    assert len(good(sheet_of([[*TITLES, "", ""], [*row(1), "", ""]]))) == 1
    with pytest.raises(ColumnsUnclear, match="columns-unclear"):
        look(sheet_of([TITLES, [*row(1), "", "有话"]]))
    assert len(look(sheet_of([TITLES, [*row(1), "", "有话"]]), Choice(leave=frozenset(("J",))))[1]) == 1


def test_two_columns_of_one_name_are_asked_about() -> None:
    with pytest.raises(UnreadableFile) as twice:
        look(sheet_of([[*TITLES, "处罚日期"], [*row(1), "2026-09-02"]]))
    assert "重复" in twice.value.detail


@pytest.mark.parametrize(
    "written",
    ["'{}", "`{}`", "\t{}", '="{}"', " {} ", "{}\u200b", "‘{}"],
)
def test_what_forces_text_is_not_part_of_a_number(written: str) -> None:
    (read,) = good(to_csv([penalty(1, 证件号码=written.format(person(1)))]))
    assert read.line.document_number == person(1)


def test_a_good_number_that_ends_in_zeros_is_taken_unless_others_of_the_file_were_rounded() -> None:
    zeros = next(
        number for n in range(0, 1000, 100) for y in range(60) if (number := person(n, f"{1940 + y}0101"))[-3:] == "000"
    )
    good(to_csv([penalty(1, 证件号码=zeros), penalty(2)]), 2)
    _, _, (first, second) = look(to_csv([penalty(1, 证件号码=zeros), penalty(2, 证件号码="2.10204E+17")]))
    assert [one.faults[0].code for one in (first, second)] == ["number-rounded", "number-scientific"]


def test_full_width_digits_are_digits() -> None:
    wide = str.maketrans("0123456789X-", "０１２３４５６７８９Ｘ－")
    (read,) = good(
        sheet_of([TITLES, row(1, 证件号码=person(1).translate(wide), 处罚决定日期="2026-09-01".translate(wide))])
    )
    assert read.line.document_number == person(1) and str(read.line.decided_on) == "2026-09-01"


def test_a_revoked_act_of_2015_is_not_taken_for_a_standing_one() -> None:
    titles = [*TITLES, "当前状态"]
    good(sheet_of([titles, [*row(1), "0"]]))
    _, _, (read,) = look(sheet_of([titles, [*row(1), "1"]]))
    assert [one.code for one in read.faults] == ["act-revoked"]


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        (
            ("CF_XDR_MC", "CF_XDR_ZJLX", "CF_XDR_ZJHM", "CF_WSH", "CF_NR", "CF_NR_FK", "CF_JDRQ", "CF_CFJG"),
            "admin-penalty",
        ),
        (("XK_XDR_MC", "XK_XDR_ZJLX", "XK_XDR_ZJHM", "XK_WSH", "XK_NR", "XK_XKBH", "XK_JDRQ", "XK_XKJG"), "licence"),
        (("xk_xdr", "bz", "xk_xdr_sfz", "xk_wsh", "xk_nr", "xk_xmmc", "xk_jdrq", "xk_xzjg"), "licence"),
    ],
)
def test_field_codes_are_headers_too(codes: tuple[str, ...], code: str) -> None:
    (read,) = good(sheet_of([list(codes), row(1)]))
    assert read.line.code == code and read.line.act_number == "连市监罚〔2026〕1号"


def test_an_individual_business_with_its_owners_document_is_a_person() -> None:
    titles = ["行政相对人类别", "统一社会信用代码", *TITLES]
    (read,) = good(sheet_of([titles, ["个体工商户", "92210200MA0XXXXX2B", *row(1)]]))
    assert read.line.document_number == person(1)


def test_an_individual_business_without_its_owners_name_is_asked_for_it() -> None:
    """Its person was recorded under the name of the shop, and could not bind their document by their own."""
    titles = ["行政相对人类别", "统一社会信用代码", *TITLES]
    shops, people = ("甘井子区老王小吃店", "沙河口区便民超市", "某某美发工作室"), ("欧阳子社", "王玉堂", "李子轩")

    def rows(names: tuple[str, ...]) -> list[list[Any]]:
        return [
            ["个体工商户", "92210200MA0XXXXX2B", *row(serial, 行政相对人名称=name)]
            for serial, name in enumerate(names, 1)
        ]

    _, _, read = look(csv_of([titles, *rows((*shops, *people))]))
    asked = [[(fault.code, fault.column) for fault in one.faults] for one in read]
    assert asked == [[("name-unclear", "行政相对人名称")]] * 3 + [[]] * 3
    whole = good(csv_of([[*titles, "经营者"], *([*cells, "王某某"] for cells in rows(shops))]), 3)
    assert {one.line.name for one in whole} == {"王某某"}


def test_an_individual_business_is_its_owner_and_keeps_its_own_name_and_code() -> None:
    """民法典 54: a 个体工商户 is a natural person; in the layout of 2018 the owner stands where a company's representative does."""
    head = [
        "行政相对人名称",
        "行政相对人类别",
        "统一社会信用代码",
        "法定代表人",
        "法定代表人证件类型",
        "法定代表人证件号码",
    ]
    rest = ["行政处罚决定书文号", "处罚内容", "处罚决定日期", "处罚机关"]
    what = ["连市监罚〔2026〕1号", "罚款二千元", "2026-09-01", "大连市市场监督管理局"]
    trader = ["甘井子区老王小吃店", "个体工商户", "92210200MA0XXXXX2B", "王某某", "身份证", person(1)]
    for category in ("个体工商户", ""):  # the code alone says it too
        (read,) = good(sheet_of([[*head, *rest], [trader[0], category, *trader[2:], *what]]))
        assert (read.line.name, read.line.document_number) == ("王某某", person(1))
        assert read.line.items["个体工商户名称"] == trader[0] and read.line.items["统一社会信用代码"] == trader[2]
    _, _, (bare,) = look(sheet_of([[*head, *rest], [*trader[:3], "王某某", "", "", *what]]))
    assert [(fault.code, fault.column) for fault in bare.faults] == [("out-of-scope", "法定代表人证件号码")]
    company = ["某有限公司", "法人及非法人组织", "91210200MA0XXXXX2B", "王某某", "身份证", person(1)]
    _, _, (other,) = look(sheet_of([[*head, *rest], [*company, *what]]))
    assert [fault.code for fault in other.faults] == ["document-number-invalid"]


def test_errors_of_excel_are_called_so() -> None:
    body = to_csv([penalty(1, 处罚内容="#REF!", 处罚决定日期="########")])
    _, _, (read,) = look(body)
    assert {one.code for one in read.faults} == {"excel-error"} and len(read.faults) == 2


BOMBS: dict[str, Callable[[], bytes]] = {
    "200,000 columns": lambda: (",".join(f"列{n}" for n in range(200_000)) + "\n" + "1," * 200_000).encode(),
    "20,000 nested brackets": lambda: to_csv([penalty(1)], header=(*HEADER, "(" * 20_000 + ")" * 20_000)),
    "40 headers of 5,000 brackets": lambda: ",".join(f"{n}{'（' * 5000}" for n in range(40)).encode(),
    "one quote before many lines": lambda: to_csv([penalty(1)]) + b'"' + b"a,b\n" * 50_000,
    "a cell of five megabytes": lambda: to_csv([penalty(1, 备注="长" * 2_000_000)]),
    "a hundred thousand nested arrays": lambda: b"[" * 100_000,
    "deep objects": lambda: b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_every_file_is_read_in_a_time_of_its_size(bomb: str) -> None:
    body = BOMBS[bomb]()
    start = time.process_time()
    try:
        reading = Reading(io.BytesIO(body))
        reading.survey()
        for one in reading.rows():
            try:
                read_line(one)
            except Misread:
                continue
    except (UnreadableFile, ColumnsUnclear):
        pass
    assert time.process_time() - start < 3


def test_archives_that_unfold_hugely_and_cells_far_apart_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (300 << 20))
    far = book(lambda made: made.add_worksheet().write("XFD1048576", "x"))
    for body in (out.getvalue(), far):
        with pytest.raises(UnreadableFile) as refused:
            look(body)
        assert "太大" in refused.value.detail
