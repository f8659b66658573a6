"""What a provider does to its own records afterwards: corrections, revoked acts, and following its feed (Dalian 14, 43)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from api.audits.service import AuditService
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.errors import FieldFault, Invalid
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.infra.privacy import KeyRing
from api.notices.models import Draft
from api.notices.service import NoticeService
from api.records import dates
from api.records.admission import act_key, natural_key, was_adult, ways_of
from api.records.amended import Given, camel
from api.records.errors import NothingToChange, RecordNotStanding
from api.records.models import Change, FeedEntry, Record, Section, Standing
from api.records.service import RecordService
from api.records.store import FeedStore
from knowledge.catalogue import IntakeItem, check, entry
from knowledge.clocks import DueDate, due
from knowledge.errors import KnowledgeError
from knowledge.rules import supports

_CLOCK = "revocation.update"
_LABELS = {
    "record_class": "失信类别",
    "document_type": "文书类型",
    "act_number": "文书号",
    "decided_on": "文书日期",
    "ended_on": "行为终止日期",
    "sentence_completed_on": "刑罚执行完毕日期",
    "duty_performed_on": "义务履行日期",
    "corrected_on": "纠正日期",
    "severe_list": "名单状态",
    "removed_on": "移出名单日期",
    "is_serving": "刑罚是否还在执行",
    "authority_until": "公示截止期",
    "unperformed": "公示延续理由",
    "non_repairable_basis": "不可修复的依据",
    "due_on": "承诺期限",
    "name": "姓名",
    "source_unit": "作出决定的机关",
}
_DATES = ("decided_on", "ended_on", "duty_performed_on", "corrected_on", "removed_on")
_PUBLICITY = {"record_class", "decided_on"}


class Act(StrEnum):
    """What became of the act on which the record rests (Dalian 43)."""

    CORRECTED = "corrected"  # by the authority itself
    REVOKED = "revoked"  # on reconsideration
    ANNULLED = "annulled"  # by a court

    @property
    def label(self) -> str:
        return _ACTS[self]


_ACTS = {Act.CORRECTED: "行政机关自行更正", Act.REVOKED: "复议机关决定撤销", Act.ANNULLED: "人民法院判决撤销"}


class Corrected(msgspec.Struct, frozen=True):
    """The record as it now stands, the copies' due date in it, and by when the law wants it done where it says so."""

    record: Record
    due: DueDate | None
    explanation: str
    law: str


CaseFollowed = Callable[[Tx, Actor, str, Sequence[str], datetime], Awaitable[None]]


class CorrectionService:
    """Only a provider's own records: another's are not found, and the attempt is in the audit.

    `case_followed` is told when a change that a case made has been followed, so that the case's own step ends with it.
    """

    def __init__(
        self,
        records: RecordService,
        feed: FeedStore,
        notices: NoticeService,
        audits: AuditService,
        keys: KeyRing,
        case_followed: CaseFollowed,
    ) -> None:
        self._records = records
        self._feed = feed
        self._notices = notices
        self._audits = audits
        self._keys = keys
        self._case_followed = case_followed

    async def correct(
        self, tx: Tx, actor: Actor, record: Record, fields: dict[str, Any], reason: str, now: datetime
    ) -> Record:
        """Puts fields right at once, tells the person and every copy.

        `fields` by our names; `items` replaces labelled fields, None takes one away. Raises Invalid, NothingToChange,
        RecordNotStanding, Outdated.
        """
        if record.standing in (Standing.REVOKED, Standing.REMOVED):
            raise RecordNotStanding
        changed, names = await self._changes(record, fields, now, actor)
        law = (f"{record.jurisdiction}-{_DUTY[record.jurisdiction]}",) if record.jurisdiction in _DUTY else ()
        change = Change(
            at=now, kind="corrected", unit=actor.unit or record.source_unit, reason=reason, fields=names, law=law
        )
        after = await self._records.alter(tx, record, change, **changed)
        await self._tell(tx, "records.corrected", after, change)
        await self._audits.write(
            tx, actor, "records.correct", record.id, now, place=record.jurisdiction, subject=record.subject
        )
        return after

    async def revoke(
        self, tx: Tx, actor: Actor, record: Record, act: Act, reason: str, fields: dict[str, Any] | None, now: datetime
    ) -> Corrected:
        """The act no longer stands: the record is changed where `fields` say how, else it stops being disclosed, at once.

        Dalian 43 gives three working days; Yunnan has no such article, where it is handled like a founded objection.
        Raises Invalid, RecordNotStanding, Outdated.
        """
        on = civil_date(now)
        right = supports(_CLOCK, record.jurisdiction, on)
        law = f"{right.citation.regulation}-{right.citation.article}"
        if record.standing is not Standing.STANDING:
            raise RecordNotStanding
        if fields:
            changed, names = await self._changes(record, fields, now, actor)
        else:
            changed, names = {}, ("披露",)
        change = Change(
            at=now,
            kind=f"act-{act.value}",
            unit=actor.unit or record.source_unit,
            reason=f"{act.label}：{reason}",
            fields=names,
            law=(law,),
        )
        if fields:
            after = await self._records.alter(tx, record, change, **changed)
        else:
            after = await self._records.stop(tx, record, Standing.REVOKED, change)
        await self._tell(tx, "records.corrected" if fields else "records.revoked", after, change)
        await self._audits.write(
            tx,
            actor,
            "records.revoke",
            record.id,
            now,
            place=record.jurisdiction,
            subject=record.subject,
            basis=right.citation.label,
        )
        return Corrected(after, _due(record.jurisdiction, on), f"{right.explanation}{right.instead}", law)

    async def page(self, actor: Actor, after: str | None, limit: int) -> Page[FeedEntry]:
        """The provider's feed, oldest first."""
        return await self._feed.page_of_provider(actor.id, after, limit)

    async def acknowledge(
        self, tx: Tx, actor: Actor, entry_id: str, systems: Sequence[str] | None, now: datetime
    ) -> FeedEntry:
        """The provider, for itself and for all or some of the systems, has followed a change. Again changes nothing.

        A copy that owes a newer change goes on owing it. Raises NotFound, Invalid for a system that has no copy.
        """
        entry = await self._feed.get_of_provider(entry_id, actor.id, tx)
        if systems is not None and not set(systems) <= set(entry.systems):
            raise Invalid(faults=(FieldFault(field="systems", message="有的系统没有这条记录的副本。"),))
        record = await self._records.get(entry.record, tx)
        if entry.systems:
            record = await self._records.acknowledge_copies(tx, record, systems or entry.systems, entry.at, now)
            for case_id in cases_until(record, entry.at):
                await self._case_followed(tx, actor, case_id, systems or entry.systems, now)
        owing = any(copy.told_at == entry.at and copy.acknowledged_at is None for copy in record.copies)
        if entry.acknowledged_at is None and not owing:
            await self._feed.acknowledge(tx, entry.id, now)
            entry = msgspec.structs.replace(entry, acknowledged_at=now)
        await self._audits.write(
            tx, actor, "records.acknowledge", record.id, now, place=record.jurisdiction, subject=record.subject
        )
        return entry

    async def _changes(
        self, record: Record, fields: dict[str, Any], now: datetime, actor: Actor
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Checked changes by field of the record, and their names for the person. Raises Invalid, NothingToChange."""
        on = civil_date(now)
        born_on = fields.get("born_on") if record.awaits_birth_date else None
        given = Given.of(record, {name: value for name, value in fields.items() if name != "born_on"}, actor.unit)
        _check_dates(given.fields, on)
        changed = {
            name: value for name, value in given.fields.items() if name != "name" and getattr(record, name) != value
        }
        names = [_LABELS[name] for name in changed]
        particulars = record.particulars
        items: dict[str, str | None] = dict(particulars.items)
        for label, text in given.items.items():
            if items.get(label) != text:
                names += [] if given.stands_for_field(label) else [label]
                items[label] = text
        items = {label: text for label, text in items.items() if text is not None}
        number = given.act_number
        if number is not None and record.act_key != act_key(self._keys, number):
            changed["act_key"] = act_key(self._keys, number)
            changed["natural_key"] = await self._free_key(record, number)
            names.append(_LABELS["act_number"])
        name = given.fields.get("name") or particulars.name
        if name != particulars.name:
            names.append(_LABELS["name"])
        particulars = msgspec.structs.replace(particulars, name=name, items=items)
        if particulars != record.particulars:
            changed["particulars"] = particulars
        if born_on is not None:
            names.append("出生日期（只用来核对，不保存）")
        if not names:
            raise NothingToChange
        after = msgspec.structs.replace(record, **changed)
        _check_law(after, given.items, on)
        if record.section is Section.DISHONESTY and _PUBLICITY & changed.keys():
            changed["disclosure"] = _published_by_class(record, after)
        if born_on is not None:
            changed |= _released(after, born_on, on)
        return changed, tuple(dict.fromkeys(names))

    async def _free_key(self, record: Record, number: str) -> str:
        """The key of the record under another document number. Raises Invalid where another record of the person has it."""
        key = natural_key(self._keys, record.provider, record.code, record.subject, number)
        there = await self._records.find_natural(key)
        if there is not None and there != record.id:
            message = "这个文书号已经有一条记录，不能再用在这一条上。"
            raise Invalid(faults=(FieldFault(field="actNumber", message=message),))
        return key

    async def _tell(self, tx: Tx, kind: str, record: Record, change: Change) -> None:
        draft = Draft(
            kind=kind,
            subject=record.subject,
            ref=record.id,
            on=civil_date(change.at),
            params={"unit": change.unit},
            occasion=change.at.isoformat(),
        )
        await self._notices.tell(tx, change.at, draft)


def cases_until(record: Record, at: datetime) -> tuple[str, ...]:
    """The cases that changed the record up to an instant: who has the newest content has what they wanted too."""
    return tuple(dict.fromkeys(c.case_id for c in record.changes if c.case_id is not None and c.at <= at))


_DUTY = {"dalian": 14, "yunnan": 12}


def _published_by_class(before: Record, after: Record) -> Any:
    """A class that is not published in principle ends publication; a change of class never begins it."""
    is_published = before.disclosure.is_published and dates.is_published_in_principle(after)
    return msgspec.structs.replace(before.disclosure, is_published=is_published)


def _released(record: Record, born_on: Any, on: date) -> dict[str, Any]:
    """A record held for want of a birth date is disclosed from now on, if the person was of age. Raises Invalid."""
    if not was_adult(born_on, (record.ended_on, record.decided_on), on):
        barred = supports("report.minor", record.jurisdiction, on)
        fault = FieldFault(field="bornOn", message="行为时或者认定时还没有成年，不得归集，请办理撤销。")
        raise Invalid(barred.explanation, citation=barred.citation, faults=(fault,))
    ways = ways_of(entry(record.jurisdiction, record.code, on), record, on)
    is_over = record.standing is not Standing.STANDING
    return {"awaits_birth_date": False, "disclosure": record.disclosure if is_over else ways}


def _check_dates(fields: dict[str, Any], on: date) -> None:
    late = [name for name in _DATES if (value := fields.get(name)) is not None and value > on]
    if late:
        raise Invalid(faults=tuple(FieldFault(field=camel(name), message="日期晚于今天，请核对。") for name in late))


def _check_law(after: Record, items: dict[str, str | None], on: date) -> None:
    item = IntakeItem(
        jurisdiction=after.jurisdiction,
        code=after.code,
        document_type=after.document_type,
        document_number=after.act_key,
        decided_on=after.decided_on,
        record_class=after.record_class,
        texts={label: text for label, text in items.items() if text},
    )
    refused = check(item, on)
    if refused:
        faults = tuple(FieldFault(field=camel(one.field), message=one.detail) for one in refused)
        raise Invalid(refused[0].title, citation=refused[0].citation, faults=faults)
    if after.removed_on is not None and after.severe_list != "removed":
        fault = FieldFault(field="removedOn", message="有移出日期的，名单状态应为已移出。")
        raise Invalid(faults=(fault,))
    try:
        dates.disclosed_until(after.section, after.jurisdiction, after)
    except KnowledgeError:
        fault = FieldFault(field="endedOn", message="日期互相矛盾，无法计算披露期限。")
        raise Invalid(faults=(fault,)) from None


def _due(jurisdiction: str, on: date) -> DueDate | None:
    try:
        return due(_CLOCK, jurisdiction, on)
    except KnowledgeError:
        return None
