"""Plans reminders from the facts of a record. Pure: the same facts on the same day give the same drafts."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from api.infra.clock import civil_date
from api.infra.steps import Step
from api.notices.models import Draft, Notice, NoticeState
from api.records import dates
from api.records.models import Record, Section, Standing
from knowledge.clocks import chinese_date

REPAIR_OPENS = "repairs.opens"
REPAIR_LACKS = "repairs.lacks"
REPAIR_MOVED = "repairs.moved"
DISCLOSURE_ENDED = "records.disclosure_ended"
PUBLICITY_ENDED = "records.publicity_ended"
PLEDGE_SOON = "pledges.due_soon"
PLEDGE_DUE = "pledges.due"
STEP_LATE = "desk.step_late"
KINDS = (REPAIR_OPENS, REPAIR_LACKS, DISCLOSURE_ENDED, PUBLICITY_ENDED, PLEDGE_SOON, PLEDGE_DUE)
"""The kinds of notices that planning books and cancels; `repairs.moved` is told at once and never booked."""

PLEDGE_NOTICE = timedelta(days=7)
_DAY = timedelta(days=1)

_WHY = {
    "corrected": "记录的内容有更正，日期已重新计算。",
    "repaired": "这条记录已经修复，不需要再提醒。",
    "revoked": "这条记录已被撤销，不需要再提醒。",
    "withdrawn": "您已撤销公示，不需要再提醒。",
    "expired": "披露期限已满，已经停止披露，也已通知您。",
    "unpublished": "公示期已满，已经停止公示，也已通知您。",
    "performed": "义务已记载履行完毕，日期已重新计算。",
    "removed": "这条记录已经移除，不需要再提醒。",
}
RULES_CHANGED = "规则有变化，日期已重新计算。"
STEPS_CHANGED = "办理有了新的进展，到期日随之变化。"
_CHANGED = "记录有变化，日期已重新计算。"


def plan(records: Iterable[Record], now: datetime) -> tuple[Draft, ...]:
    """All reminders of these records, each once. Past days are included, because what was not told is told late."""
    today = civil_date(now)
    return tuple(draft for record in records for draft in plan_record(record, today))


def plan_record(record: Record, today: date) -> tuple[Draft, ...]:
    """The reminders of one record. Their days depend on the facts only, so that planning again gives the same notices."""
    received_on = civil_date(record.received_at)
    return (
        *_repair(record, today, received_on),
        *_ends(record, received_on),
        *_pledge(record, received_on),
    )


def _repair(record: Record, today: date, received_on: date) -> tuple[Draft, ...]:
    if record.standing is not Standing.STANDING:
        return ()
    found = dates.repair(record, today)
    if found is None or found.opens_on is None or found.state not in ("open", "opens", "unmet"):
        return ()
    if found.state == "unmet":
        # Waiting is not enough: something else is missing. Said once, on the day on which time is no obstacle any more.
        return (_draft(REPAIR_LACKS, record, found.opens_on),) if found.opens_on > received_on else ()
    return (_draft(REPAIR_OPENS, record, max(found.opens_on, received_on), found.opens_on),)


def _ends(record: Record, received_on: date) -> Iterable[Draft]:
    """The reminder of the end of a period, for the morning after its last day. Ending it earlier tells the person and cancels this."""
    if record.standing is not Standing.STANDING:
        return
    published_until = record.published_until if record.disclosure.is_published else None
    ends = ((DISCLOSURE_ENDED, record.disclosed_until), (PUBLICITY_ENDED, published_until))
    for kind, last in ends:
        if last is not None and last >= received_on:
            yield _draft(kind, record, last + _DAY, last)


def _pledge(record: Record, received_on: date) -> Iterable[Draft]:
    is_due = record.section is Section.PLEDGE and record.standing is Standing.STANDING
    if not is_due or record.due_on is None or record.duty_performed_on is not None:
        return
    for kind, on in ((PLEDGE_SOON, record.due_on - PLEDGE_NOTICE), (PLEDGE_DUE, record.due_on)):
        if on > received_on:
            yield _draft(kind, record, on, record.due_on)


def plan_steps(what: str, subject: str, case: str, number: str, steps: Iterable[Step]) -> tuple[Draft, ...]:
    """For each day on which something is owed: told on the morning after, unless it was done. One a day is enough.

    `what` is how the notice calls the errand.
    """
    owed: dict[date, str] = {}
    for step in steps:
        if step.is_open:
            owed.setdefault(step.due_on, step.owed_by)
    return tuple(
        Draft(
            kind=STEP_LATE,
            subject=subject,
            ref=case,
            on=day + _DAY,
            params={"what": what, "number": number, "unit": unit, "day": chinese_date(day)},
        )
        for day, unit in sorted(owed.items())
    )


def _draft(kind: str, record: Record, on: date, day: date | None = None) -> Draft:
    return Draft(kind=kind, subject=record.subject, ref=record.id, on=on, params={"day": chinese_date(day or on)})


def why(record: Record) -> str:
    """The reason for a changed booking, for the resident."""
    return _WHY.get(record.changes[-1].kind, _CHANGED) if record.changes else _CHANGED


def corrections(record: Record, there: Iterable[Notice], desired: Iterable[Draft], now: datetime) -> tuple[Draft, ...]:
    """Notices to send at once: repair was said to be open, and by the new facts it opens later or the day is unknown."""
    told_open = [n for n in there if n.kind == REPAIR_OPENS and n.state is NoticeState.TOLD]
    if not told_open or record.standing is not Standing.STANDING:
        return ()
    opening = next((draft for draft in desired if draft.kind == REPAIR_OPENS), None)
    today = civil_date(now)
    if opening is not None and opening.on <= today:
        return ()
    if opening is not None:
        day = f"最早{chinese_date(opening.on)}可以申请"
    else:
        found = dates.repair(record, today)
        is_closed = found is not None and found.state == "closed"
        day = "没有可以申请的日子了" if is_closed else "现在无法确定哪一天可以申请"
    draft = Draft(
        kind=REPAIR_MOVED,
        subject=record.subject,
        ref=record.id,
        on=max(notice.on for notice in told_open),
        params={"day": day},
        occasion=opening.on.isoformat() if opening else "unknown",
    )
    return (draft,)
