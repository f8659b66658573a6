"""What a founded objection does to the record, and whether a correction says enough to do it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from api.infra.clock import civil_date
from api.infra.errors import FieldFault, Invalid
from api.infra.mongo import Tx
from api.objections.errors import CorrectionNeeded
from api.objections.models import DATES, TYPED, Correction, Objection, Outcome
from api.records.models import Change, Record, Standing
from api.records.service import RecordService

OUTCOMES: Mapping[str, str] = {
    Outcome.CORRECTED: "已更正",
    Outcome.SUPPLEMENTED: "已补充",
    Outcome.DELETED: "已删除",
    Outcome.STOPPED: "已停止披露",
    Outcome.UNLISTED: "已移出名单",
    Outcome.EXPLAINED: "已查明并处理",
}
_WRITES = frozenset({Outcome.CORRECTED, Outcome.SUPPLEMENTED})
_ENDS = {Outcome.DELETED: Standing.REMOVED, Outcome.STOPPED: Standing.EXPIRED}


def check(correction: Correction, on: date) -> Correction:
    """Raises CorrectionNeeded for a correction without content, or with content where nothing is to be written; Invalid
    for a day that is still to come."""
    if (correction.outcome in _WRITES) != bool(correction.fields):
        raise CorrectionNeeded
    late = [name for name in DATES if (day := getattr(correction, name)) is not None and day > on]
    if late:
        raise Invalid(faults=tuple(FieldFault(field=_camel(name), message="日期晚于今天，请核对。") for name in late))
    return correction


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


async def apply(
    records: RecordService, tx: Tx, case: Objection, correction: Correction, unit: str, why: str, now: datetime
) -> Record:
    """Changes the record and takes the mark off, with the reason in its change log. Raises Outdated."""
    record = await records.get(case.record_id, tx)
    marks = tuple(mark for mark in record.marks if mark.case_id != case.id)
    if correction.outcome is Outcome.EXPLAINED:
        await records.unmark(tx, record.id, case.id)
        return await records.get(record.id, tx)
    change = Change(
        at=now,
        kind=f"objection.{correction.outcome}",
        unit=unit,
        reason=why,
        fields=correction.fields,
        case_id=case.id,
        law=_LAW[case.jurisdiction],
    )
    ends = _ENDS.get(correction.outcome)
    if ends is not None and record.is_disclosed:
        return await records.stop(tx, record, ends, change, marks=marks)
    return await records.alter(tx, record, change, marks=marks, **_fields(record, correction, now))


_LAW = {"dalian": ("dalian-42",), "yunnan": ("yunnan-36",)}


def _fields(record: Record, correction: Correction, now: datetime) -> dict[str, Any]:
    fields: dict[str, Any] = {name: value for name in TYPED if (value := getattr(correction, name)) is not None}
    if correction.items:
        items = {**record.particulars.items, **correction.items}
        fields["particulars"] = msgspec.structs.replace(record.particulars, items=items)
    if correction.outcome is Outcome.UNLISTED:
        fields |= {"severe_list": "removed", "removed_on": civil_date(now)}
    return fields
