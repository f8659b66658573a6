"""Files of twenty-odd more agencies, judged to the end without a database: what comes in, what is refused, what is told."""

import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from api.records.errors import ColumnsUnclear, UnreadableFile
from api.records.files.headers import Choice
from tests.api.records.test_clerks_files import TITLES, book, row, sheet_of
from tests.support.files import commendation, person, to_lines
from tests.support.judged import UNIT, Judged, csv_of

OLD_ORGANISATIONS = [
    "行政处罚决定书文号", "案件名称", "处罚类别1", "处罚类别2", "处罚事由", "处罚依据", "行政相对人名称",
    "行政相对人代码_1(统一社会信用代码)", "行政相对人代码_2(组织机构代码)", "行政相对人代码_3(工商登记码)",
    "行政相对人代码_4(税务登记号)", "行政相对人代码_5(居民身份证号)", "法定代表人姓名", "处罚结果", "处罚生效期",
    "处罚截止期", "处罚机关", "当前状态", "地方编码", "数据更新时间戳", "备注", "信息使用范围",
]  # fmt: skip
LICENCES = [
    "行政相对人名称", "行政相对人类别", "行政相对人代码_1(统一社会信用代码)", "行政相对人代码_2(工商注册号)",
    "行政相对人代码_3(组织机构代码)", "行政相对人代码_4(税务登记号)", "行政相对人代码_5(事业单位证书号)",
    "行政相对人代码_6(社会组织登记证号)", "法定代表人", "法定代表人证件类型", "法定代表人证件号码", "证件类型", "证件号码",
    "行政许可决定文书名称", "行政许可决定文书号", "许可类别", "许可证书名称", "许可编号", "许可决定日期", "有效期自",
    "有效期至", "许可内容", "许可机关", "许可机关统一社会信用代码", "当前状态", "数据来源单位",
    "数据来源单位统一社会信用代码", "备注",
]  # fmt: skip


def of_2015(name: str, company: str, number: str, scope: str = "0") -> list[str]:
    return [
        f"连市监罚〔2026〕{name[-1]}号", "某案", "罚款", "", "无照经营", "《办法》第十三条", name, company, "", "", "", number,
        "", "罚款2000元", "2026/3/5", "2027/3/5", UNIT, "0", "210200", "2026-03-06 10:00:00", "", scope,
    ]  # fmt: skip


def licence(name: str, kind: str, company: str, number: str) -> list[str]:
    return [
        name, kind, company, "", "", "", "", "", "李某" if company else "", "", "", "身份证" if number else "", number,
        "准予决定书", f"大市监许〔2026〕{name[-1]}号", "普通", "许可证", "JY1", "2026/3/5", "2026/3/5", "2031/3/4", "食品经营",
        UNIT, "11210200MB0000000X", "1", UNIT, "11210200MB0000000X", "",
    ]  # fmt: skip


def test_the_layout_of_2015_with_a_day_of_effect_is_asked_about_and_then_taken() -> None:
    body = csv_of([OLD_ORGANISATIONS, of_2015("甲一", "", person(1)), of_2015("某公司2", "91210200MA0XXXXX1A", "")])
    with pytest.raises(ColumnsUnclear) as unclear:
        Judged(body)
    assert "处罚决定日期" in unclear.value.detail
    assert [one.header for one in unclear.value.columns] == ["处罚生效期"]
    judged = Judged(body, Choice(columns={"处罚生效期": "处罚决定日期"}))
    assert [record.decided_on for record in judged.records] == [date(2026, 3, 5)]
    assert judged.faults == [(3, "行政相对人代码_1(统一社会信用代码)", "document-number-invalid")]
    assert "地方编码" in judged.notes  # understood, not kept, and told


def test_what_its_unit_does_not_publish_does_not_come_in_as_published() -> None:
    choice = Choice(columns={"处罚生效期": "处罚决定日期"})
    judged = Judged(csv_of([OLD_ORGANISATIONS, of_2015("甲一", "", person(1), "1")]), choice)
    assert judged.faults == [(2, "信息使用范围", "not-public")]


def test_licences_of_companies_and_people_in_one_file() -> None:
    """云南第十一条第二款: an organisation is known by its unified code, checked by GB 32100, and needs no birth date."""
    rows = [
        licence("某公司1", "法人及非法人组织", "91210200ma0000001m", ""),
        licence("甲二", "自然人", "", person(2)),
        licence("某公司3", "法人及非法人组织", "91210200MA0000001A", ""),
        licence("某小吃店4", "法人及非法人组织", "92210200MA0000001J", ""),
        licence("某公司5", "法人及非法人组织", "", ""),
    ]
    judged = Judged(csv_of([LICENCES, *rows], "gb18030"))
    found = [(one.particulars.document_kind, one.particulars.document_number) for one in judged.records]
    assert found == [("unified_code", "91210200MA0000001M"), ("resident_id", person(2))]
    company = judged.records[0]
    assert company.disclosure.is_published and not company.awaits_birth_date
    assert not any("李某" in text for text in company.particulars.items.values()), "who represents it stays out"
    assert [code for _, _, code in judged.faults] == ["document-number-invalid", "document-number-invalid", "missing"]


def test_penalties_and_licences_on_two_sheets_and_a_list_of_words_on_a_third() -> None:
    def build(made: xlsxwriter.Workbook) -> None:
        for name, rows in (
            ("行政处罚", [TITLES, row(1)]),
            ("行政许可", [LICENCES, licence("甲二", "自然人", "", person(2))]),
            ("字典", [["身份证"], ["护照"]]),
        ):
            page = made.add_worksheet(name)
            for line, cells in enumerate(rows):
                page.write_row(line, 0, cells)

    judged = Judged(book(build))
    assert [record.code for record in judged.records] == ["admin-penalty", "licence"]
    assert judged.survey.left_sheets == ("字典",) and "字典" in judged.notes


def test_what_is_seen_of_a_sheet_is_told_of_that_sheet_also_when_tabs_were_dragged() -> None:
    made = openpyxl.Workbook()
    for name, serial in (("甲", 1), ("乙", 2)):
        page = made.create_sheet(name)
        page.append(TITLES)
        page.append(row(serial))
    made["乙"]["F2"] = "=0.1*2"
    del made["Sheet"]
    made.move_sheet("乙", -1)
    out = io.BytesIO()
    made.save(out)
    # As Excel saves it: the file of a sheet keeps its name when its tab is dragged.
    swapped = io.BytesIO()
    with zipfile.ZipFile(out) as before, zipfile.ZipFile(swapped, "w") as after:
        for entry in before.infolist():
            content = before.read(entry)
            if entry.filename == "xl/_rels/workbook.xml.rels":
                content = content.replace(b"sheet1.xml", b"sheet9.xml").replace(b"sheet2.xml", b"sheet1.xml")
                content = content.replace(b"sheet9.xml", b"sheet2.xml")
            swap = {
                "xl/worksheets/sheet1.xml": "xl/worksheets/sheet2.xml",
                "xl/worksheets/sheet2.xml": "xl/worksheets/sheet1.xml",
            }
            after.writestr(swap.get(entry.filename, entry.filename), content)
    judged = Judged(swapped.getvalue())
    assert [code for _, _, code in judged.faults] == ["excel-error"] and judged.fines == ["0.2"]


def test_hidden_columns_and_sheets_are_read_and_told() -> None:
    def build(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet("今年")
        page.write_row(0, 0, [*TITLES, "备注"])
        page.write_row(1, 0, [*row(1), "线索来自举报"])
        page.set_column(8, 8, None, None, {"hidden": True})
        page = made.add_worksheet("去年")
        page.write_row(0, 0, TITLES)
        page.write_row(1, 0, row(2))
        page.hide()

    judged = Judged(book(build))
    assert len(judged.records) == 2 and "隐藏的列" in judged.notes and "备注" in judged.notes
    assert "隐藏的工作表" in judged.notes and "去年" in judged.notes


@pytest.mark.parametrize(
    "titles",
    [
        ["*行政相对人名称", "证件类型（必填项）", "证件号码(必填，文本格式)", "行政处罚决定书文号【必填】", "处罚内容*必填",
         "罚款金额（单位：万元，保留6位小数）", "处罚决定日期（格式：yyyy/mm/dd）", "处罚机关(√)"],
        ["行政相对人名称(M)", "证件类型（下拉选择）", "证件号码（18位）", "行政处罚决定书文号（不可为空）", "处罚内容（限2000字）",
         "罚款金额/万元", "处罚决定日期（YYYY-MM-DD）", "处罚机关（全称）"],
        ["行政相对人\n名称", "证件\n类型", "证件 号码", "行政处罚决定书\n文号", "处罚内容 ", "罚款金额\n（万元）", "处罚决定日期：",
         "处罚机关"],
    ],
)  # fmt: skip
def test_marks_remarks_and_breaks_in_a_header_are_no_part_of_its_names(titles: list[str]) -> None:
    assert Judged(sheet_of([titles, row(1)])).fines == ["0.2"]


def test_signatures_days_sums_and_counts_below_the_table_are_told_and_no_records() -> None:
    below: list[list[Any]] = [
        ["", "", "", "", "合计", 0.4],
        ["共2条"],
        ["", "", "", "", "", "", "", f"{UNIT}（盖章）"],
        ["", "", "", "", "", "", "", "2026年3月31日"],
        ["注：罚款以万元为单位"],
    ]
    judged = Judged(sheet_of([TITLES, row(1), ["小计", "", "", "", "", 0.2], row(2), [], *below]))
    assert len(judged.records) == 2 and judged.faults == []
    assert {one.line for one in judged.survey.skipped} == {3, 6, 7, 8, 9, 10}


def test_a_record_that_lacks_nearly_everything_is_refused_and_not_passed_over() -> None:
    judged = Judged(sheet_of([TITLES, ["张某"], ["", "", "", "连市监罚〔2026〕9号"]]))
    assert judged.records == [] and {line for line, _, _ in judged.faults} == {2, 3}


def test_excels_row_is_told_behind_cells_of_several_lines() -> None:
    rows = [TITLES, row(1, 处罚内容="第一行\n第二行\n第三行"), row(2, 处罚决定日期="昨天", 证件号码="1")]
    for body in (csv_of(rows, "gb18030", ";"), csv_of(rows, "utf-16", "\t"), sheet_of(rows)):
        judged = Judged(body)
        assert {(line, column) for line, column, _ in judged.faults} == {(3, "处罚决定日期"), (3, "证件号码")}


PAGE = "<html><table><tr><td>行政相对人名称</td></tr></table></html>"


@pytest.mark.parametrize(
    "body",
    [
        ("\ufeff<!DOCTYPE html>" + PAGE).encode(), PAGE.encode("utf-16"), ("<!-- 导出 -->" + PAGE).encode("gb18030"),
        (" \r\n<meta charset=gb2312>" + PAGE).encode("gb18030"), PAGE.upper().encode(),
    ],
)  # fmt: skip
def test_a_page_that_is_called_xls_is_refused_by_its_name(body: bytes) -> None:
    with pytest.raises(UnreadableFile) as refused:
        Judged(body)
    assert "网页" in refused.value.detail


def test_a_person_merged_over_two_decisions_is_the_person_of_both() -> None:
    def build(made: xlsxwriter.Workbook) -> None:
        page = made.add_worksheet()
        page.write_row(0, 0, TITLES)
        page.write_row(1, 0, row(1))
        page.write_row(2, 0, row(1, 行政处罚决定书文号="连市监罚〔2026〕9号"))
        for column in range(3):
            page.merge_range(1, column, 2, column, row(1)[column])

    judged = Judged(book(build))
    assert len({record.subject for record in judged.records}) == 1 and len(judged.records) == 2


@pytest.mark.parametrize("title", ["罚款金额合计", "实缴罚款", "没收物品", "联系电话", "执法人员"])
def test_no_column_with_something_in_it_is_dropped_in_silence(title: str) -> None:
    with pytest.raises(ColumnsUnclear) as unclear:
        Judged(csv_of([[*TITLES, title], [*row(1), "12"]]))
    assert title in unclear.value.detail
    judged = Judged(csv_of([[*TITLES, title], [*row(1), "12"]]), Choice(leave=frozenset((title,))))
    assert len(judged.records) == 1 and title in judged.notes


def test_a_field_that_nobody_knows_is_named() -> None:
    judged = Judged(
        to_lines([commendation(1), commendation(2, nickname="小甲"), {"code": "commendation", "name": "甲"}])
    )
    assert len(judged.records) == 1
    assert judged.faults == [(2, "nickname", "malformed"), (3, "documentNumber", "malformed")]


CODES = ["CF_XDR_MC", "CF_XDR_ZJLX", "CF_XDR_ZJHM", "CF_WSH", "CF_NR", "CF_NR_FK", "CF_JDRQ", "CF_CFJG"]


@pytest.mark.parametrize(
    "above",
    [[CODES, TITLES], [TITLES, CODES], [[code.lower() for code in CODES]], [[f"{a}({b})" for a, b in zip(TITLES, CODES, strict=True)]]],
)  # fmt: skip
def test_field_codes_stand_above_below_or_beside_the_names(above: list[list[str]]) -> None:
    judged = Judged(sheet_of([*above, row(1)]))
    assert judged.fines == ["0.2"] and judged.faults == []


@pytest.mark.parametrize(("written", "taken"), [("是", 1), ("1", 1), ("否", 0), ("0", 0)])
def test_whether_it_is_published_is_not_the_other_way_round(written: str, taken: int) -> None:
    judged = Judged(csv_of([[*TITLES, "是否公示"], [*row(1), written]]))
    assert len(judged.records) == taken
    assert [code for _, _, code in judged.faults] == ["not-public"] * (1 - taken)


def test_of_two_columns_that_mean_the_same_one_can_be_left() -> None:
    body = csv_of([[*TITLES, "公示截止期", "公示期限"], [*row(1), "2027-03-05", "1年"]])
    with pytest.raises(UnreadableFile) as twice:
        Judged(body)
    assert "重复" in twice.value.detail
    judged = Judged(body, Choice(leave=frozenset(("公示期限",))))
    assert judged.records[0].authority_until == date(2027, 3, 5) and "公示期限" in judged.notes


def test_the_mark_by_which_dos_ends_a_text_is_no_row() -> None:
    judged = Judged(csv_of([TITLES, row(1)], "gb18030") + b"\x1a")
    assert len(judged.records) == 1 and judged.faults == []


def test_the_small_table_of_a_district() -> None:
    titles = [
        "序号",
        "姓名",
        "身份证号",
        "处罚决定书文号",
        "处罚事由",
        "处罚依据",
        "处罚种类",
        "处罚结果",
        "处罚决定日期",
        "处罚机关",
    ]
    cells = ["1", "甲一", person(1), "连市监罚〔2026〕1号", "无照", "办法13条", "罚款", "罚款2000元", "2026.3.5", UNIT]
    for body in (csv_of([titles, cells], "gb18030", "\t"), csv_of([titles, cells]).replace(b"\r\n", b"\r")):
        assert [record.decided_on for record in Judged(body).records] == [date(2026, 3, 5)]


def test_a_form_with_its_names_at_the_left_is_no_table() -> None:
    with pytest.raises(UnreadableFile) as refused:
        Judged(sheet_of([[title, cell] for title, cell in zip(TITLES, row(1), strict=True)]))
    assert "没有找到表头" in refused.value.detail
