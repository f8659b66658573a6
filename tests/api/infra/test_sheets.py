"""What goes to a spreadsheet computes nothing there, and each cell comes back as it was."""

import csv
import io

import pytest

from api.infra.sheets import without_formula


@pytest.mark.parametrize(
    "cell", ["=1+1", "＝1+1", "﹦1", "+1", "＋1", "-1", "－1", "@SUM(1)", "＠A1", "\t=1", "\r=1", "\n1", " =1", "\u3000＝1", "\r\n－1"]
)  # fmt: skip
def test_what_would_run_is_quoted(cell: str) -> None:
    assert without_formula(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "大交罚〔2026〕1号", "1-1", "a=b", "'=1", "王\r\n小明", "—"])
def test_what_would_not_is_left_alone(cell: str) -> None:
    assert without_formula(cell) == cell


def test_a_lone_return_ends_no_row() -> None:
    out = io.StringIO()
    csv.writer(out).writerow([without_formula("王\r＝1"), "b"])
    assert list(csv.reader(io.StringIO(out.getvalue(), newline=""))) == [["王\r＝1", "b"]]
