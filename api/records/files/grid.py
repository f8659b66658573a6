"""Rows of cells as the file has them, before they are interpreted."""

import msgspec

UNCALCULATED = "#GETTING_DATA"
"""Excel's own word for a formula whose result is not in the file; other programs write nothing there."""


class GridRow(msgspec.Struct, frozen=True):
    """One row. `line` is the number that Excel shows beside it.

    `numeric` are the positions of cells that the file stores as numbers; None if the file does not say (CSV). `fault` is why the
    row could not be read.
    """

    line: int
    cells: list[str]
    numeric: tuple[int, ...] | None = None
    fault: str | None = None


class Sheet(msgspec.Struct, frozen=True):
    """`name` is empty if the file has no sheets.

    `hidden` are the lines of hidden rows, `hidden_columns` the positions of hidden columns: they are read like others, as is a
    sheet that `is_hidden`. `counts_from_1904`: date numbers count from 1904, as on an old Macintosh.
    """

    name: str = ""
    hidden: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    is_hidden: bool = False
    counts_from_1904: bool = False
