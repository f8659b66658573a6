"""Checks a change to a record as at intake, for its unit or for a case. Writes nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from api.infra.errors import FieldFault, Invalid
from api.infra.privacy import KeyRing
from api.records import dates
from api.records.admission import was_adult, ways_of
from api.records.amended import ACT_LABELS, Given, camel
from api.records.digests import CONTENT, act_key, act_keys, content_of, content_value, natural_key, natural_keys
from api.records.errors import NothingToChange
from api.records.models import Amended, Disclosure, Record, Section, Standing
from api.records.names import wrong_name
from api.records.service import RecordService
from knowledge.catalogue import IntakeItem, check, entry
from knowledge.clocks import chinese_date
from knowledge.errors import KnowledgeError
from knowledge.identity import identified, is_organisation
from knowledge.rules import supports

LABELS = {
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
_OF_AGE = ("born_on", "has_own_income")
_PUBLICITY = {"record_class", "decided_on"}
_PERIOD = {"decided_on", "ended_on", "sentence_completed_on", "is_serving"}
_PUNISHMENT = {"is_serving", "sentence_completed_on"}
_FREE_TEXTS = ("unperformed", "non_repairable_basis")


class Amendment(msgspec.Struct, frozen=True):
    """`fields` of the record by our names, with their new values; `lines` describe the change for the person."""

    fields: dict[str, Any]
    lines: tuple[Amended, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(line.name for line in self.lines)


class Amending:
    def __init__(self, records: RecordService, keys: KeyRing) -> None:
        self._records = records
        self._keys = keys

    async def changes(self, record: Record, fields: Mapping[str, Any], on: date, unit: str | None) -> Amendment:
        """`fields` by our names; `items` replaces labelled fields, None removes one. `unit` is the name of the unit if it acts for
        itself, None for the centre.

        Raises Invalid with every fault, also for a label that the record and its layout do not have; NothingToChange.
        """
        born_on = fields.get("born_on") if record.awaits_birth_date else None
        given = Given.of(record, {name: value for name, value in fields.items() if name not in _OF_AGE}, unit)
        _check_dates(given.fields, on)
        changed = {
            name: value for name, value in given.fields.items() if name != "name" and getattr(record, name) != value
        }
        lines = [Amended(LABELS[name], _words(getattr(record, name)), _words(value)) for name, value in changed.items()]
        particulars = record.particulars
        items: dict[str, str | None] = dict(particulars.items)
        for label, text in given.items.items():
            if items.get(label) != text:
                lines += [] if given.stands_for_field(label) else [Amended(label, items.get(label), text)]
                items[label] = text
        number = given.act_number
        if number is not None and record.act_key not in act_keys(self._keys, number):
            changed["act_key"] = act_key(self._keys, number)
            changed["natural_key"] = await self._free_key(record, number)
            changed |= {"is_renumbered": True, "said": self._said(record)}
            lines.append(Amended(LABELS["act_number"], _number_of(record), number))
        name = given.fields.get("name") or particulars.name
        if name != particulars.name:
            _check_name(name, particulars.document_kind)
            lines.append(Amended(LABELS["name"], particulars.name, name))
        kept = {label: text for label, text in items.items() if text is not None}
        particulars = msgspec.structs.replace(particulars, name=name, items=kept)
        if particulars != record.particulars:
            changed["particulars"] = particulars
        if born_on is not None:
            lines.append(Amended("出生日期（只用来核对，不保存）", None, None))
        if not lines:
            raise NothingToChange
        after = msgspec.structs.replace(record, **changed)
        _check_plausible(record, after)
        if _PUNISHMENT & changed.keys() and after.is_serving and (after.sentence_completed_on or date.max) <= on:
            raise Invalid(faults=(FieldFault(field="isServing", message="刑罚已经执行完毕的，不能同时写明还在执行。"),))
        texts = given.items | {camel(name): given.fields.get(name) for name in _FREE_TEXTS}
        _check_law(after, texts, on, is_adult=_was_adult(record, after, on))
        if record.section is Section.DISHONESTY and _PUBLICITY & changed.keys():
            changed["disclosure"] = _published_by_class(record, after)
        if born_on is not None:
            changed |= _released(after, born_on, on, has_own_income=bool(fields.get("has_own_income")))
        return Amendment(changed, tuple({line.name: line for line in lines}.values()))

    def _said(self, record: Record) -> str | None:
        """What intake was given, as long as it is known: for a new index key."""
        said = content_of(record, record.particulars)
        is_first = record.content_key is not None and self._keys.matches(
            record.content_key, CONTENT, content_value(record.subject, said)
        )
        return said if is_first else record.said

    async def _free_key(self, record: Record, number: str) -> str:
        """The record's key under another document number. Raises Invalid if another record of the person has it."""
        key = natural_key(self._keys, record.provider, record.code, record.subject, number)
        whose = record.particulars.document_kind, record.particulars.document_number
        same = natural_keys(self._keys, record.provider, record.code, whose, number)
        there = await self._records.find_natural([key, *same])
        if there is not None and there != record.id:
            message = "这个文书号已经有一条记录，不能再用在这一条上。"
            raise Invalid(faults=(FieldFault(field="actNumber", message=message),))
        return key


_CLASSES = {"minor": "轻微", "general": "一般", "serious": "严重"}
_LISTED = {"listed": "在名单上", "removed": "已移出"}


def _number_of(record: Record) -> str | None:
    items = record.particulars.items
    return next((items[label] for label in ACT_LABELS if label in items), None)


def _words(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return _CLASSES.get(value, _LISTED.get(value, value)) if value else None
    if isinstance(value, bool):
        return "是" if value else "否"
    return chinese_date(value) if isinstance(value, date) else str(value)


def _published_by_class(before: Record, after: Record) -> Any:
    """Ends publication if the new class is not published in principle; a change of class never begins publication."""
    is_published = before.disclosure.is_published and dates.is_published_in_principle(after)
    return msgspec.structs.replace(before.disclosure, is_published=is_published)


def disclosed_again(record: Record, changed: Mapping[str, Any], on: date) -> Disclosure | None:
    """How a record is disclosed that had ended by a day which was wrong, once the day is put right; None where it stays as it is.

    Neither another class, a later day of the unit's own nor a statement about duties brings it back, nor anything what an objection
    has stopped.
    """
    was, days = record.disclosed_until, {name: value for name, value in changed.items() if name in _PERIOD}
    if record.standing is not Standing.EXPIRED or record.awaits_birth_date or not days or was is None or was >= on:
        return None
    if any(change.kind.startswith("objection.") for change in record.changes):
        return None
    after = msgspec.structs.replace(record, **days)
    until = dates.disclosed_until(after.section, after.jurisdiction, after)
    if until is None or until < on:
        return None
    return ways_of(entry(record.jurisdiction, record.code, on), after, on)


def _released(record: Record, born_on: Any, on: date, *, has_own_income: bool) -> dict[str, Any]:
    """Discloses a record that was held for lack of a birth date, if the person was of age. Raises Invalid."""
    if not was_adult(born_on, (record.ended_on, record.decided_on), on, has_own_income=has_own_income):
        barred = supports("report.minor", record.jurisdiction, on)
        fault = FieldFault(field="bornOn", message="行为时或者认定时还没有成年，不得归集，请办理撤销。")
        raise Invalid(barred.explanation, citation=barred.citation, faults=(fault,))
    ways = ways_of(entry(record.jurisdiction, record.code, on), record, on)
    is_over = record.standing is not Standing.STANDING
    return {"awaits_birth_date": False, "disclosure": record.disclosure if is_over else ways}


def _check_dates(fields: dict[str, Any], on: date) -> None:
    late = [name for name in dates.PAST if (value := fields.get(name)) is not None and value > on]
    if late:
        raise Invalid(faults=tuple(FieldFault(field=camel(name), message="日期晚于今天，请核对。") for name in late))


def _check_name(name: str, document_kind: str) -> None:
    if not is_organisation(document_kind) and (wrong := wrong_name(name)) is not None:
        _, reason, cure = wrong
        raise Invalid(faults=(FieldFault(field="name", message=f"{reason}{cure}"),))


def _check_plausible(before: Record, after: Record) -> None:
    """Checks for implausible dates, except those that were implausible before the correction."""
    known = set(dates.implausible(before, before.particulars.items))
    odd = [one for one in dates.implausible(after, after.particulars.items) if one not in known]
    if odd:
        raise Invalid(faults=tuple(FieldFault(field=camel(field), message=message) for field, message in odd))


def _was_adult(before: Record, after: Record, on: date) -> bool | None:
    """None where nothing says so: the days stay as intake judged them, or the document's number has no birth date. Who was taken in
    under age had an income of their own."""
    before_days, days = ((one.ended_on, one.decided_on) for one in (before, after))
    if days == before_days:
        return None
    try:
        _, born_on = identified(after.particulars.document_kind, after.particulars.document_number, on)
    except KnowledgeError:
        return None
    if born_on is None:
        return None
    return was_adult(born_on, days, on, has_own_income=not was_adult(born_on, before_days, on))


def _check_law(after: Record, texts: dict[str, str | None], on: date, *, is_adult: bool | None) -> None:
    item = IntakeItem(
        jurisdiction=after.jurisdiction,
        code=after.code,
        document_type=after.document_type,
        document_number=after.act_key,
        decided_on=after.decided_on,
        record_class=after.record_class,
        subject_is_adult=is_adult,
        is_organisation=is_organisation(after.particulars.document_kind),
        has_written_consent=after.is_warned,
        is_from_market=after.is_market,
        consented_on=after.consented_on,
        consent_proof=after.consent_proof,
        consent_purpose=after.consent_purpose,
        consent_exempt_by=after.consent_exempt_by,
        texts={name: text for name, text in texts.items() if text},
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
