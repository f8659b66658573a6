"""Names what is wrong with a row of a file: where, what was given (of people's numbers and names a part), and how to mend it."""

from collections.abc import Sequence

from api.infra.privacy import mask_name, mask_number
from api.records.files.lines import cell_of, column_of
from api.records.files.tables import RawRow
from api.records.models import RowFault
from knowledge.catalogue import Refused
from knowledge.citations import Citation

_LONGEST_SHOWN = 80
_MANY_DIGITS = 11
_TAKE_OUT = "从表里删掉这一行，不要再报。"
CURES = {
    "excluded-kind": _TAKE_OUT,
    "legal-basis-required": "有法律、法规或者国家政策依据的，先请信用中心登记；没有的，从表里删掉这一行。",
    "not-in-catalogue": "写成目录里有的编号；目录里没有这一类的，从表里删掉这一行。",
    "subject-without-capacity": _TAKE_OUT,
    "effective-document-missing": "对照生效的文书填上；还没有生效文书的，从表里删掉这一行。",
    "document-type-unfit": "写成其中一种；都不是的，从表里删掉这一行。",
    "document-in-future": "对照文书改。",
    "not-of-this-unit": "从表里删掉这一行，由该报的单位报。",
    "market-consent-missing": "对照授权书或者合同填上；本人没有同意的，从表里删掉这一行。",
    "class-unknown": "写成 轻微、一般 或者 严重；没有确定的空着。",
    "written-consent-required": "有书面同意的，写明已经告知并取得书面同意；没有的，把这些内容从这一格删掉。",
    "barred-personal-data": "把这些内容从这一格删掉，其余的照报。",
}
"""What the sender can do about each refusal by law, by its code in `knowledge.catalogue`."""


class Refusal(Exception):
    """A refused row, with all reasons."""

    def __init__(self, faults: Sequence[RowFault]) -> None:
        super().__init__(faults[0].code if faults else "refused")
        self.faults = tuple(faults)


class Faults:
    """The faults of one row by column; the first of each column counts."""

    def __init__(self, row: RawRow, known: Sequence[RowFault] = ()) -> None:
        self._row = row
        self.found: list[RowFault] = list(known)

    def has(self, field: str) -> bool:
        column = column_of(field, self._row)
        return any(fault.column == column for fault in self.found)

    def add(self, field: str, code: str, reason: str, cure: str, citation: Citation | None = None) -> None:
        column = column_of(field, self._row)
        if all(fault.column != column for fault in self.found):
            self.found.append(fault_of(self._row, column, code, reason, cure, citation, field))

    def add_by_law(self, refused: Refused) -> None:
        field = {"document_number": "act_number", "subject": "document_number"}.get(refused.field, refused.field)
        if self._row.value is not None and refused.field == "subject":
            field = "subject"
        self.add(field, refused.code, f"{refused.title}：{refused.detail}", CURES[refused.code], refused.citation)


def fault_of(
    row: RawRow,
    column: str,
    code: str,
    reason: str,
    cure: str,
    citation: Citation | None = None,
    field: str | None = None,
) -> RowFault:
    """A fault with sheet and line as Excel shows them, the document's number, and the given value (personal numbers in part)."""
    return RowFault(
        line=row.line,
        column=column,
        code=code,
        reason=reason,
        cure=cure,
        citation=citation,
        sheet=row.table.sheet if row.table else "",
        act_number=cell_of("act_number" if row.value is None else "actNumber", row)[:_LONGEST_SHOWN] or None,
        value=_given(row, field or column, column),
    )


def _given(row: RawRow, field: str, column: str) -> str | None:
    written = cell_of(field, row) or cell_of(column, row)
    if not written:
        return None
    if field in ("document_number", "documentNumber") or sum(map(str.isdigit, written)) >= _MANY_DIGITS:
        return mask_number(written[:_LONGEST_SHOWN])
    if field == "name":
        return mask_name(written[:_LONGEST_SHOWN])
    return written[:_LONGEST_SHOWN]
