"""What an upheld objection changes in the record, and whether a correction says enough to change it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from api.infra.clock import civil_date
from api.infra.errors import FieldFault, Invalid
from api.infra.mongo import Tx
from api.objections.errors import CorrectionNeeded, NotOnList
from api.objections.models import DATES, Correction, Objection, Outcome
from api.records.amended import camel
from api.records.amending import Amending
from api.records.models import Amended, Change, Record, Standing
from api.records.service import RecordService
from knowledge.places import cited

OUTCOMES: Mapping[str, str] = {
    Outcome.CORRECTED: "已更正",
    Outcome.SUPPLEMENTED: "已补充",
    Outcome.DELETED: "已删除",
    Outcome.STOPPED: "已停止披露",
    Outcome.UNLISTED: "已移出名单",
    Outcome.EXPLAINED: "已查明并处理",
}
_WRITES = frozenset({Outcome.CORRECTED, Outcome.SUPPLEMENTED})
_MISSING = (Outcome.SUPPLEMENTED, Outcome.EXPLAINED)
_ENDS = {Outcome.DELETED: Standing.REMOVED, Outcome.STOPPED: Standing.EXPIRED}


def possible(record: Record | None) -> tuple[Outcome, ...]:
    """The outcomes to choose from for a record as it stands; without one, for what is missing."""
    if record is None:
        return _MISSING
    return tuple(one for one in Outcome if one is not Outcome.UNLISTED or record.severe_list == "listed")


async def checked(
    amending: Amending, record: Record, correction: Correction, on: date, unit: str | None
) -> tuple[Correction, dict[str, Any]]:
    """The correction with its changes to this record, and the fields to write. `unit`: the unit, if it writes for itself.

    Raises CorrectionNeeded for a correction without content, or with content if nothing is to be written, NotOnList for taking off a
    list what is on none, and whatever `Amending.changes` raises for unknown labels and values that intake would refuse.
    """
    if (correction.outcome in _WRITES) != bool(correction.fields):
        raise CorrectionNeeded
    if correction.outcome not in possible(record):
        raise NotOnList
    if not correction.fields:
        return correction, {}
    late = [name for name in DATES if (day := getattr(correction, name)) is not None and day > on]
    if late:
        raise Invalid(faults=tuple(FieldFault(field=camel(name), message="日期晚于今天，请核对。") for name in late))
    amendment = await amending.changes(record, correction.fields, on, unit)
    return msgspec.structs.replace(correction, changes=amendment.lines), amendment.fields


def checked_missing(correction: Correction) -> Correction:
    """For what is missing: what will be supplemented, or an explanation; there is no record to change. Raises CorrectionNeeded."""
    if correction.outcome not in possible(None):
        raise CorrectionNeeded("没有记录可以更正：认定遗漏成立的，请选“补充”并写明要补充的内容，由单位另行报送。")
    lines = tuple(Amended(label, None, text) for label, text in correction.items.items() if text)
    return msgspec.structs.replace(correction, changes=lines)


async def apply(
    records: RecordService,
    tx: Tx,
    case: Objection,
    record: Record,
    correction: Correction,
    fields: dict[str, Any],
    unit: str,
    why: str,
    now: datetime,
) -> Record:
    """Changes the record and removes the mark, with the reason in the change log. Raises Outdated."""
    marks = tuple(mark for mark in record.marks if mark.case_id != case.id)
    if correction.outcome is Outcome.EXPLAINED:
        await records.unmark(tx, record.id, case.id)
        return await records.get(record.id, tx)
    change = _change(case, correction, unit, why, now)
    ends = _ENDS.get(correction.outcome)
    if ends is not None and record.is_disclosed:
        return await records.stop(tx, record, ends, change, marks=marks)
    if ends is Standing.REMOVED:
        fields = {**fields, "standing": ends, "standing_since": now}
    if correction.outcome is Outcome.UNLISTED:
        fields = {**fields, "severe_list": "removed", "removed_on": civil_date(now)}
    return await records.alter(tx, record, change, marks=marks, **fields)


def _change(case: Objection, correction: Correction, unit: str, why: str, now: datetime) -> Change:
    return Change(
        at=now,
        kind=f"objection.{correction.outcome}",
        unit=unit,
        reason=why,
        fields=tuple(line.name for line in correction.changes),
        case_id=case.id,
        law=() if case.is_market else cited(("objection",), case.jurisdiction),
    )
