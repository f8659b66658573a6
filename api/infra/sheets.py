"""Text for spreadsheets, which would run a cell that looks like a formula."""

import unicodedata

BOM = "\ufeff"
"""Spreadsheets read UTF-8 only with it."""
_FORMULA = ("=", "+", "-", "@")


def without_formula(cell: str) -> str:
    """Quoted where it would run as a formula, also where a sign of full width, a blank or a line's end stands before it:
    spreadsheets look past them."""
    begins = unicodedata.normalize("NFKC", cell.lstrip()).startswith(_FORMULA)
    return f"'{cell}" if begins or cell.startswith(("\t", "\r", "\n")) else cell
