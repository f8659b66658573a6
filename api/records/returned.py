"""What a clerk gets back: the refused rows as a workbook to correct and send again, and remarks on the file."""

import io
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from api.records.models import IntakeReport, RefusedRow, RowFault

REASONS = "退回原因"
_LINE = "原来的行"
_WIDTH, _REASON_WIDTH = 18, 60
_MOST_LINES = 20
_MAX_NAME = 31
_NOT_A_NAME = frozenset({"history"})  # Excel keeps it for itself


def returned_rows(report: IntakeReport) -> bytes:
    """An xlsx file: the rows as written, all as text, with faulty cells coloured and the reasons in an extra column."""
    import xlsxwriter  # not at the start of every process

    faults: dict[tuple[str, int], list[RowFault]] = defaultdict(list)
    for fault in report.refused:
        faults[fault.sheet, fault.line].append(fault)
    headers = {table.sheet: table.header for table in report.survey.tables} if report.survey else {}
    rows: dict[str, list[RefusedRow]] = defaultdict(list)
    for row in sorted(report.refused_rows, key=lambda row: row.line):
        rows[row.sheet].append(row)
    out = io.BytesIO()
    taken = set(_NOT_A_NAME)
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for sheet in rows or {"": []}:
            _write_sheet(book, _sheet_name(sheet, taken), headers.get(sheet, ()), rows[sheet], sheet, faults)
    return out.getvalue()


def _write_sheet(
    book: Any,
    name: str,
    header: tuple[str, ...],
    rows: list[RefusedRow],
    sheet: str,
    faults: dict[tuple[str, int], list[RowFault]],
) -> None:
    head = book.add_format({"bold": True, "bg_color": "#E2F2E9", "border": 1, "text_wrap": True})
    text = book.add_format({"num_format": "@"})
    wrong = book.add_format({"num_format": "@", "bg_color": "#FDF1DC", "font_color": "#B3261E"})
    said = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "font_color": "#B3261E"})
    page = book.add_worksheet(name)
    page.freeze_panes(1, 0)
    kept = [place for place, title in enumerate(header) if title not in (REASONS, _LINE)]
    for place, column in enumerate(kept):
        page.write_string(0, place, header[column], head)
        page.set_column(place, place, _WIDTH, text)
    page.write_string(0, len(kept), REASONS, head)
    page.set_column(len(kept), len(kept), _REASON_WIDTH, said)
    page.write_string(0, len(kept) + 1, _LINE, head)
    for line, row in enumerate(rows, 1):
        found = faults.get((sheet, row.line), [])
        at_fault = {fault.column for fault in found}
        for place, column in enumerate(kept):
            cell = row.cells[column] if column < len(row.cells) else ""
            page.write_string(line, place, cell, wrong if header[column] in at_fault else text)
        page.write_string(line, len(kept), "\n".join(map(_reason, found)), said)
        page.write_string(line, len(kept) + 1, str(row.line), text)


def _reason(fault: RowFault) -> str:
    column = f"【{fault.column}】" if fault.column else ""
    return f"{column}{fault.reason}{fault.cure}"


def _sheet_name(sheet: str, taken: set[str]) -> str:
    """The sheet's own name, made valid for Excel and unique among `taken`, to which it is added."""
    name = "".join(one for one in sheet if one not in "[]:*?/\\'" and one.isprintable())[: _MAX_NAME - 4] or "要改的行"
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{name}{number}"
    taken.add(found.casefold())
    return found


def notes_of(report: IntakeReport) -> Iterator[str]:
    """Remarks on the file for its sender, one a line."""
    survey = report.survey
    if survey is None:
        return
    unused = [one.header for one in survey.columns if one.is_left and one.has_data]
    if unused:
        yield f"没有报的列：{'、'.join(unused)}。"
    if survey.left_sheets and any(survey.left_sheets):
        yield f"没有读的工作表（没有找到表头）：{'、'.join(survey.left_sheets)}。"
    if survey.hidden:
        yield f"有 {survey.hidden} 行在表里是隐藏的，也一样读了。"
    if survey.hidden_columns:
        yield f"有隐藏的列，也一样读了：{'、'.join(survey.hidden_columns)}。"
    if survey.hidden_sheets:
        yield f"有隐藏的工作表，也一样读了：{'、'.join(survey.hidden_sheets)}。"
    understood = [one.header for one in survey.columns if one.has_data and one.column and not one.is_kept]
    if understood:
        yield f"读懂了、但不入库的列：{'、'.join(dict.fromkeys(understood))}。"
    if survey.skipped:
        lines = "、".join(f"第{one.line}行（{one.why}）" for one in survey.skipped[:20])
        more = f"等，一共 {survey.skipped_count} 行" if survey.skipped_count > len(survey.skipped[:20]) else ""
        yield f"不是记录、没有报的行：{lines}{more}。"
    if report.misnamed:
        lines = "、".join(f"第{line}行" for line in report.misnamed[:_MOST_LINES])
        more = f"等，一共 {len(report.misnamed)} 行" if len(report.misnamed) > _MOST_LINES else ""
        yield (
            f"姓名和同一证件号码的其他记录不一样：{lines}{more}。能收；请对照证件核对姓名和号码，写错的先改正，已经报了的在“本单位的记录”里更正。"
        )
    if report.without_class:
        yield f"没写“失信类别”的有 {report.without_class} 行，能收，但当事人算不出修复的日子。"
