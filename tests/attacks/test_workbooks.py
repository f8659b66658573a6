"""A workbook that goes back to a unit opens, whatever its sheets and cells were called, and computes nothing."""

import io
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from api.records.models import IntakeReport, RefusedRow, RowFault
from api.records.returned import returned_rows

_FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+1",
    "@SUM(1)",
    "-2",
    "＝1",
    "\t=1",
    "http://example.com",
    "x" * 40_000,
    "\x00\x1f\ud7ff",
)


def report(*sheets: str) -> IntakeReport:
    rows = tuple(RefusedRow(line=2 + n, sheet=sheet, cells=_FORMULAS) for n, sheet in enumerate(sheets))
    faults = tuple(
        RowFault(line=row.line, column="a", code="c", reason="=1+1", cure="-2", sheet=row.sheet) for row in rows
    )
    return IntakeReport(accepted=0, unchanged=0, refused=faults, refused_count=len(rows), refused_rows=rows)


@pytest.mark.parametrize(
    "sheets",
    [("a2", "a"), ("A", "a"), ("History",), ("history", "HISTORY"), ("", "要改的行"), ("x" * 40, "x" * 41), ("[]:*?/", "a\x00b"), ("'a'",)],
)  # fmt: skip
def test_any_names_of_sheets_make_a_workbook(sheets: tuple[str, ...]) -> None:
    made = returned_rows(report(*sheets))
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(made)).sheet_names) == len(set(sheets))


def test_no_cell_of_it_is_a_formula_or_a_link() -> None:
    with zipfile.ZipFile(io.BytesIO(returned_rows(report("a")))) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet and b"hyperlink" not in sheet
        assert not any("external" in name.lower() for name in parts.namelist())
