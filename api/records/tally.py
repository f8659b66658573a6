"""The outcome of a file as it is counted row by row: what was taken in, what was refused and why."""

from array import array
from collections.abc import Iterable, Sequence

import msgspec

from api.records.files.survey import Survey
from api.records.files.tables import RawRow
from api.records.models import IntakeReport, RefusedRow, RowFault, Taken

_MAX_FAULTS = 10_000
_MAX_RETURNED = 5_000
MAX_ROWS_OVER_HTTP = 10_000


class _Places:
    """The rows of the file that have become new records, in sixteen bytes each: a file may have millions of them."""

    def __init__(self) -> None:
        self._sheets: dict[str, int] = {}
        self._records = array("q")
        self._places = array("q")

    def note(self, record_id: str, sheet: str, line: int) -> None:
        self._records.append(hash(record_id))
        self._places.append(self._sheets.setdefault(sheet, len(self._sheets)) << 32 | line)

    def of(self, record_ids: Iterable[str]) -> dict[str, tuple[str, int]]:
        """Sheet and line of those that this file has made."""
        wanted = {hash(record_id): record_id for record_id in record_ids}
        sheets = list(self._sheets)
        there = zip(self._records, self._places, strict=True) if wanted else ()
        return {
            wanted[record]: (sheets[place >> 32], place & 0xFFFF_FFFF) for record, place in there if record in wanted
        }


class Tally:
    """The outcome of the rows so far, also correct for a run that ended early."""

    def __init__(self) -> None:
        self.accepted = 0
        self.unchanged = 0
        self.refused = 0
        self.without_class = 0
        self.misnamed: list[int] = []
        self.faults: list[RowFault] = []
        self.rows: list[RefusedRow] = []
        self.taken: list[Taken] = []
        self._places = _Places()

    def refuse(self, row: RawRow, faults: Sequence[RowFault]) -> None:
        self.refused += 1
        if len(self.faults) + len(faults) > _MAX_FAULTS or len(self.rows) == _MAX_RETURNED:
            return  # every refused row has its reasons
        self.faults += faults
        self.rows.append(RefusedRow(row.line, row.table.sheet if row.table else "", row.written))

    def take(self, row: RawRow, record_id: str, *, is_new: bool) -> None:
        sheet = row.table.sheet if row.table else ""
        if is_new:
            self.accepted += 1
            self._places.note(record_id, sheet, row.line)
        else:
            self.unchanged += 1
        if len(self.taken) < MAX_ROWS_OVER_HTTP:
            self.taken.append(Taken(row.line, record_id, is_new, sheet))

    def report(self, survey: Survey, *, is_dry: bool) -> IntakeReport:
        places = self._places.of(fault.record for fault in self.faults if fault.record)
        faults = (_beside(fault, places.get(fault.record or ""), is_dry=is_dry) for fault in self.faults)
        return IntakeReport(
            accepted=self.accepted,
            unchanged=self.unchanged,
            refused=tuple(sorted(faults, key=lambda fault: (fault.sheet, fault.line))),
            refused_count=self.refused,
            ignored_columns=tuple(one.header for one in survey.columns if one.column is None),
            taken=tuple(sorted(self.taken, key=lambda one: (one.sheet, one.line))),
            refused_rows=tuple(self.rows),
            survey=survey,
            is_dry=is_dry,
            without_class=self.without_class,
            misnamed=tuple(sorted(self.misnamed)),
        )


def _beside(fault: RowFault, other: tuple[str, int] | None, *, is_dry: bool) -> RowFault:
    """A row that is not as another row of its own file: that row is named, since after a trial run there is no record to open."""
    if other is None:
        return fault
    sheet, line = other
    where = f"“{sheet}”第{line}行" if sheet else f"第{line}行"
    return msgspec.structs.replace(
        fault,
        reason=f"和这个文件{where}是同一份文书，内容不同。",
        cure=f"对照文书，两行里留对的一行，另一行从表里删掉。{'' if is_dry else fault.cure}",
        record=None if is_dry else fault.record,
    )
