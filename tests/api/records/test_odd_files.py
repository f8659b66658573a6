"""Ten more files as they lie about in offices: each goes in whole, or is refused in words; nothing is lost on the way."""

import io
import re
import time
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import xlsxwriter
import xlwt

from api.records.errors import ColumnsUnclear, UnreadableFile
from api.records.files.headers import Choice
from tests.api.records.test_cells_as_written import fined
from tests.api.records.test_clerks_files import TITLES, book, row, sheet_of
from tests.api.records.test_files_as_handed_in import LICENCES, licence
from tests.support.files import person
from tests.support.judged import FINE, UNIT, Judged, csv_of

WORDS = [
    "当事人（姓名/名称）", "身份证件类型", "身份证件号码", "处罚文号", "处罚决定主要内容", "罚没金额(元)", "作出决定时间",
    "作出行政处罚决定机关",
]  # fmt: skip


def old_book(build: Callable[[Any], None]) -> bytes:
    made = xlwt.Workbook()
    build(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def refusal(body: bytes, choice: Choice | None = None) -> str:
    with pytest.raises((ColumnsUnclear, UnreadableFile)) as refused:
        Judged(body, choice)
    return refused.value.detail


def test_columns_in_other_words_are_known_and_the_one_that_may_be_two_is_asked_about() -> None:
    body = sheet_of([WORDS, fined(1, 2000)])
    assert "罚没金额" in refusal(body), "fines and what was forfeited together: which it is, the sender says"
    judged = Judged(body, Choice(columns={"罚没金额(元)": FINE}))
    assert (judged.fines, judged.faults) == (["0.2"], [])


def test_a_header_that_nobody_knows_is_told_by_what_it_resembles() -> None:
    titles = [
        "行政相对人名",
        "证件类形",
        "证件号马",
        "处罚决定文书编号",
        "处罚内荣",
        "罚款金颠（万元）",
        "处罚绝定日期",
        "处罚机构关",
    ]
    detail = refusal(sheet_of([titles, row(1)]))
    assert "“处罚绝定日期”像是“处罚决定日期”" in detail and "没有找到表头" not in detail


def test_short_names_below_the_names_of_their_group() -> None:
    def build(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet()
        page.merge_range(0, 0, 0, 7, "2026年处罚台账")
        page.merge_range(1, 0, 1, 2, "行政相对人信息")
        page.write_row(2, 0, ["名称", "证件类型", "证件号码"])
        page.merge_range(1, 3, 1, 7, "处罚信息")
        page.write_row(2, 3, ["文书号", "内容", "罚款（元）", "决定日期", "机关"])
        page.write_row(3, 0, fined(1, 2000))

    judged = Judged(book(build))
    assert (judged.fines, judged.faults) == (["0.2"], [])
    (record,) = judged.records
    assert record.source_unit == UNIT and str(record.decided_on) == "2026-09-01"


@pytest.mark.parametrize("words", ["2026年九月一日", "贰零贰陆年玖月壹日", "二〇二六年9月1日"])
def test_days_in_words_of_either_kind(words: str) -> None:
    assert str(Judged(csv_of([TITLES, row(1, 处罚决定日期=words)])).records[0].decided_on) == "2026-09-01"


@pytest.mark.parametrize("change", [lambda rows: rows, lambda rows: [*([["公示"]] * 60), *rows]])
def test_a_second_table_on_a_sheet_stops_the_file(change: Callable[[list[list[Any]]], list[list[Any]]]) -> None:
    """Its header has more columns than the first: what stood above it was taken for titles, and was lost."""
    below = [[], ["行政许可公示"], LICENCES, licence("甲二", "自然人", "", person(2))]
    assert "两张表" in refusal(sheet_of(change([TITLES, row(1), *below])))
    many = [row(n) for n in range(1, 60)]
    assert "两张表" in refusal(sheet_of(change([TITLES, *many, *below])))
    assert "两张表" in refusal(csv_of(change([LICENCES, licence("甲二", "自然人", "", person(2)), TITLES, row(1)])))


def test_a_half_header_above_the_whole_one_stops_the_file() -> None:
    half = [title for title in TITLES if title != "处罚机关"]
    assert "都像表头" in refusal(sheet_of([half, row(1)[:-1], TITLES, row(2)]))


def test_formulas_of_an_old_workbook_that_nobody_has_computed_are_no_empty_cells() -> None:
    def build(made: Any) -> None:
        page = made.add_sheet("说明")
        for line, cells in enumerate([TITLES, row(1), row(2), row(3)]):
            for place, cell in enumerate(cells):
                if (line, place) in ((1, 5), (2, 3)):
                    page.write(line, place, xlwt.Formula('"a"&"b"' if place == 3 else "0.1*2"))
                else:
                    page.write(line, place, cell)
        page.row(3).hidden = True

    judged = Judged(old_book(build))
    assert judged.faults == [(2, FINE, "excel-error"), (3, "行政处罚决定书文号", "excel-error")]
    assert judged.fines == ["0.2"] and judged.survey.hidden == 1


def test_numbers_of_documents_that_excel_took_for_something_else() -> None:
    def build(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet()
        page.write_row(0, 0, TITLES)
        for line, number in enumerate((20240305120000000012, "2.02403E+19", 45000), 1):
            page.write_row(line, 0, row(line, 行政处罚决定书文号=number))
        page.write_row(4, 0, row(4))
        page.write_datetime(4, 3, date(2024, 1, 5), made.add_format({"num_format": "m-d"}))

    judged = Judged(book(build))
    assert judged.faults == [(line, "行政处罚决定书文号", "act-number-damaged") for line in (2, 3, 5)]
    assert [one.particulars.items["行政处罚决定书文号"] for one in judged.records] == ["45000"]


def test_more_sheets_than_are_read_stop_the_file() -> None:
    def build(made: xlsxwriter.Workbook) -> None:
        for number in range(51):
            page = made.add_worksheet(f"{number}")
            page.write_row(0, 0, TITLES)
            page.write_row(1, 0, row(number))

    assert "51 张工作表" in refusal(book(build))


@pytest.mark.parametrize("between", [b"\x1a", b"\x1a\r\n", b"\xef\xbb\xbf"])
def test_files_that_were_put_together_are_read_to_their_end(between: bytes) -> None:
    first, second = csv_of([TITLES, row(1)], "utf-8"), csv_of([row(2)], "utf-8")
    assert len(Judged(first + between + second).records) == 2
    assert len(Judged(first + between).records) == 1


def test_sums_examples_and_marks_of_repetition() -> None:
    sheet = [
        TITLES,
        ["示例", "身份证", person(9), "大交罚〔2024〕1号", "罚款二千元", "0.2", "2026-01-31", UNIT],
        row(1),
        ["第一所 小计", "", "", "", "", 0.2],
        row(2, 处罚机关="同上", 处罚内容="〃", 处罚决定日期="同上"),
        row(3),
        ["总  计（2笔）", "", "", "", "", 0.4],
    ]
    judged = Judged(sheet_of(sheet))
    assert [(one.line, one.why) for one in judged.survey.skipped] == [(2, "示例"), (4, "合计"), (7, "合计")]
    assert judged.faults == [(5, column, "ditto") for column in ("处罚内容", "处罚决定日期", "处罚机关")]
    assert len(judged.records) == 2


def test_a_record_whose_first_cell_is_a_remark_is_a_record() -> None:
    places = (0, 2, 3, 6, 7)
    judged = Judged(sheet_of([["备注", *(TITLES[n] for n in places)], ["说明：补录", *(row(1)[n] for n in places)]]))
    assert len(judged.records) == 1 and judged.survey.skipped == ()


def test_a_name_that_is_no_persons_whole_name_is_refused() -> None:
    """Whoever is known by such a name could never bind their document."""
    masked = ["王*明", "王某某", "欧阳某", "王××", "王■"]
    others = ["张三、李四", "张三等2人", "123", "王秀兰😀", "钱多多❤", "张三1", "王①", "王\ue863"]
    whole = ["阿卜杜拉·买买提", "WANG XIAOMING", "O’Brien-Smith", "𠮷野\U000323a0", "王〇", "甲 一"]
    judged = Judged(
        sheet_of([TITLES, *(row(n, 行政相对人名称=name) for n, name in enumerate([*masked, *others, *whole], 1))])
    )
    codes = ["name-masked"] * len(masked) + ["name-unclear"] * len(others)
    assert judged.faults == [(line, "行政相对人名称", code) for line, code in enumerate(codes, 2)]
    assert [one.particulars.name for one in judged.records] == [*whole[:-1], "甲一"]


def test_what_was_passed_over_is_counted_to_the_end() -> None:
    rows = [[f"第{n}页"] if n % 2 else row(n) for n in range(1, 602)]
    judged = Judged(sheet_of([TITLES, *rows]))
    assert len(judged.records) == 300 and judged.survey.skipped_count == 301 and "一共 301 行" in judged.notes


def test_signs_that_nobody_sees_are_no_part_of_a_cell() -> None:
    judged = Judged(csv_of([TITLES, row(1, 处罚内容="罚\x00款\x07二千\u202e元\n整", 行政相对人名称="甲\x00一")]))
    (record,) = judged.records
    assert (record.particulars.name, record.particulars.items["处罚内容"]) == ("甲一", "罚款二千元\n整")


def test_a_long_file_without_a_header_is_refused_soon() -> None:
    body = csv_of([[f"第{n}行第{column}格内容" for column in range(20)] for n in range(5000)], "utf-8")
    began = time.process_time()
    assert "没有找到表头" in refusal(body)
    assert time.process_time() - began < 5, "a header is looked for at the beginning, and each row is looked at once"


@pytest.mark.parametrize("empty", [0, 1, 3])
def test_columns_left_empty_before_the_table_move_nothing(empty: int) -> None:
    """What is merged, hidden or not computed is named by its place on the sheet, which begins with the empty columns."""
    kind, number, fine = (TITLES.index(title) + empty for title in ("证件类型", "行政处罚决定书文号", FINE))

    def build(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet()
        for line, cells in enumerate([TITLES, row(1), row(2), row(3)]):
            page.write_row(line, empty, cells)
        page.merge_range(1, kind, 2, kind, "身份证")
        page.write_formula(3, fine, "=0.1*2", None, "")
        page.set_column(number, number, None, None, {"hidden": True})
        page.write(0, len(TITLES) + empty, "")
        page.write(1, len(TITLES) + empty + 1, "不知道的")

    letters = "ABCDEFGHIJKLMNOP"[len(TITLES) + empty + 1]
    assert f"第{letters}列" in refusal(book(build))
    judged = Judged(book(build), Choice(leave=frozenset((letters,))))
    assert judged.faults == [(4, FINE, "excel-error")]
    assert [one.particulars.items["行政处罚决定书文号"] for one in judged.records] == [
        "连市监罚〔2026〕1号",
        "连市监罚〔2026〕2号",
    ]
    assert judged.survey.hidden_columns == ("行政处罚决定书文号",)


def rewritten(body: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook whose sheets are written as another program would write them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as archive, zipfile.ZipFile(out, "w") as made:
        for name in archive.namelist():
            part = archive.read(name)
            made.writestr(name, change(part) if name.startswith("xl/worksheets/") else part)
    return out.getvalue()


def not_computed(made: xlsxwriter.Workbook) -> None:
    page = made.add_worksheet()
    for line, cells in enumerate([TITLES, row(1), row(2)]):
        page.write_row(line, 0, cells)
    page.write_formula(1, TITLES.index(FINE), "=0.1*2", None, "")
    page.set_row(2, None, None, {"hidden": True})
    page.set_column(4, 4, None, None, {"hidden": True})


def test_a_sheet_whose_elements_have_a_prefix_is_looked_through_like_others() -> None:
    """As the Open XML SDK writes it: a formula without a result was an empty cell, and the fine was lost in silence."""

    def prefixed(sheet: bytes) -> bytes:
        return re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", sheet).replace(b"xmlns=", b"xmlns:x=", 1)

    judged = Judged(rewritten(book(not_computed), prefixed))
    assert judged.faults == [(2, FINE, "excel-error")] and len(judged.records) == 1
    assert judged.survey.hidden == 1 and judged.survey.hidden_columns == ("处罚内容",)


def test_a_formula_without_a_result_and_a_place_stops_the_file() -> None:
    def unplaced(sheet: bytes) -> bytes:
        return re.sub(rb' r="[A-Z]*\d+"', b"", sheet)

    assert "公式" in refusal(rewritten(book(not_computed), unplaced))
