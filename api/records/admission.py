"""Whether a row may come in, and the record it becomes: catalogue, bans, capacity, the unit's own rows, dates."""

from datetime import date, datetime
from functools import cache, lru_cache

import msgspec

from api.infra.clock import civil_date
from api.infra.ids import new_id
from api.infra.privacy import KeyRing, subject_index
from api.providers.models import Provider
from api.records import dates
from api.records.layouts import NO_FREE_TEXT, Line, column_of
from api.records.models import (
    NOT_DISCLOSED,
    AppliedMeasure,
    Copy,
    Disclosure,
    Particulars,
    Record,
    RowFault,
    Section,
    Standing,
)
from api.records.parsing import RawRow
from knowledge.catalogue import CatalogueEntry, IntakeItem, Refused, check, entry
from knowledge.errors import InvalidDocumentNumber, KnowledgeError, UnknownMeasure
from knowledge.identity import capacity, check_document_number, document_kinds, parse_resident_id
from knowledge.measures import measure
from knowledge.rules import in_force
from knowledge.screening import screen

_BORN_IN_NUMBER = ("resident_id", "hk_macau_taiwan_residence")
_PAST = ("decided_on", "ended_on", "sentence_completed_on", "duty_performed_on", "corrected_on", "removed_on")
_OTHER_TITLES = {
    "身份证": "resident_id",
    "公民身份号码": "resident_id",
    "身份证号": "resident_id",
    "护照号": "passport",
}
_SHORTEST = 4
_LONGEST_KEPT = 200
_MAX_CLEAN = 20_000


class Refusal(Exception):
    """A row that is kept out."""

    def __init__(self, fault: RowFault) -> None:
        super().__init__(fault.code)
        self.fault = fault


class Admission:
    """For one file of one provider at one instant."""

    def __init__(self, provider: Provider, keys: KeyRing, now: datetime) -> None:
        self._provider = provider
        self._keys = keys
        self._now = now
        self._on = civil_date(now)
        self._entries: dict[str, CatalogueEntry] = {}
        self._lawful: set[tuple[object, ...]] = set()
        self._clean: set[str] = set()

    def admit(self, row: RawRow, line: Line) -> Record:
        """Raises Refusal."""
        if line.unit_code is not None and line.unit_code.upper() != self._provider.unified_code.upper():
            raise _refusal(row, "unit_code", "not-own-unit", "只能报送本单位的信息，数据来源单位代码与本单位不符。")
        kind, number, born_on = self._document(row, line)
        self._check_dates(row, line)
        self._check_law(row, line, born_on)
        found = self._entry(line.code)
        if found.is_self_declared:
            raise _refusal(row, "code", "self-declared", "自主申报信息由本人申报，不由单位报送。")
        return self._record(row, line, found, kind, number)

    def _document(self, row: RawRow, line: Line) -> tuple[str, str, date | None]:
        kind = _kinds().get("".join(line.document_kind.split()), "")
        if not kind:
            raise _refusal(row, "document_kind", "document-kind-unknown", "不认识的证件类型。")
        try:
            number = check_document_number(kind, line.document_number, self._on)
        except InvalidDocumentNumber as fault:
            raise _refusal(row, "document_number", "document-number-invalid", str(fault)) from None
        if kind in _BORN_IN_NUMBER:
            return kind, number, parse_resident_id(number, self._on).born_on
        return kind, number, None

    def _check_dates(self, row: RawRow, line: Line) -> None:
        for field in _PAST:
            on = getattr(line, field)
            if on is not None and on > self._on:
                raise _refusal(row, field, "date-in-future", "日期晚于报送日期，请核对。")
        if line.removed_on is not None and line.severe_list != "removed":
            raise _refusal(row, "removed_on", "dates-contradict", "有移出日期的，名单状态应为已移出（removed）。")

    def _check_law(self, row: RawRow, line: Line, born_on: date | None) -> None:
        is_adult = None if born_on is None else _is_adult(born_on, self._on)
        item = IntakeItem(
            jurisdiction=self._provider.jurisdiction,
            code=line.code,
            document_type=line.document_type,
            document_number=line.act_number,
            decided_on=line.decided_on,
            record_class=line.record_class,
            subject_is_adult=is_adult,
        )
        # The dates lie in the past by now, so of number and date only their presence matters to the law.
        shape = (
            line.code,
            line.document_type,
            bool(line.act_number),
            bool(line.decided_on),
            line.record_class,
            is_adult,
        )
        if shape not in self._lawful:
            refused = check(item, self._on)
            if refused:
                raise Refusal(_fault_of(row, refused[0]))
            self._lawful.add(shape)
        self._check_texts(row, line, item)
        for code in line.measures:
            try:
                measure(self._provider.jurisdiction, code, self._on)
            except UnknownMeasure:
                citation = in_force("measures.listed_only", self._provider.jurisdiction, self._on).citation
                reason = "惩戒措施不在公布的清单内，不得采取，也不能归集。"
                raise Refusal(
                    RowFault(row.line, column_of("measures", row), "measure-not-listed", reason, citation)
                ) from None

    def _check_texts(self, row: RawRow, line: Line, item: IntakeItem) -> None:
        """All free texts at once; the same words of another row are not looked at again."""
        texts = {
            label: text
            for label, text in (*line.items.items(), ("nonRepairableBasis", line.non_repairable_basis or ""))
            if label not in NO_FREE_TEXT and len(text) >= _SHORTEST and text not in self._clean
        }
        if not texts:
            return
        if screen("\n".join(texts.values()), item.jurisdiction):
            refused = check(msgspec.structs.replace(item, texts=texts), self._on)
            if refused:
                raise Refusal(_fault_of(row, refused[0]))
        if len(self._clean) > _MAX_CLEAN:
            self._clean.clear()
        self._clean.update(text for text in texts.values() if len(text) <= _LONGEST_KEPT)

    def _entry(self, code: str) -> CatalogueEntry:
        found = self._entries.get(code)
        if found is None:
            found = self._entries[code] = entry(self._provider.jurisdiction, code, self._on)
        return found

    def _record(self, row: RawRow, line: Line, found: CatalogueEntry, kind: str, number: str) -> Record:
        provider = self._provider
        subject = subject_index(self._keys, kind, number)
        content = self._keys.blind_index("content", f"{subject}\x00{msgspec.json.encode(line).decode()}")
        which = line.act_number or content
        section = Section(found.section)
        ways = self._ways(found, line)
        try:
            until = dates.disclosed_until(section, provider.jurisdiction, line)
        except KnowledgeError:
            raise _refusal(row, "ended_on", "dates-contradict", "日期互相矛盾，无法计算披露期限。") from None
        is_over = until is not None and until < self._on
        return Record(
            id=new_id("rec"),
            natural_key=self._keys.blind_index("record", f"{provider.id}\x00{line.code}\x00{subject}\x00{which}"),
            jurisdiction=provider.jurisdiction,
            section=section,
            code=line.code,
            title=found.title,
            subject=subject,
            provider=provider.id,
            source_unit=line.source_unit or provider.name,
            received_at=self._now,
            particulars=Particulars(name=line.name, document_kind=kind, document_number=number, items=_items(line)),
            standing=Standing.EXPIRED if is_over else Standing.STANDING,
            standing_since=self._now,
            disclosure=NOT_DISCLOSED if is_over else ways,
            is_market=provider.is_market,
            document_type=line.document_type,
            record_class=line.record_class,
            decided_on=line.decided_on,
            ended_on=line.ended_on,
            sentence_completed_on=line.sentence_completed_on,
            duty_performed_on=line.duty_performed_on,
            corrected_on=line.corrected_on,
            severe_list=dates.severe_list_of(line),
            removed_on=line.removed_on,
            non_repairable_basis=line.non_repairable_basis,
            derived_from=line.derived_from,
            due_on=line.due_on,
            measures=tuple(
                AppliedMeasure(code=code, unit=line.source_unit or provider.name, since=line.decided_on or self._on)
                for code in line.measures
            ),
            copies=tuple(Copy(system=name, shared_at=self._now) for name in provider.systems)
            if ways.is_shared and not is_over
            else (),
            content_key=content,
            act_key=act_key(self._keys, line.act_number) if line.act_number else None,
            disclosed_until=until,
            published_until=dates.published_until(section, line),
        )

    def _ways(self, found: CatalogueEntry, line: Line) -> Disclosure:
        """By the public attribute of the catalogue; a minor class is not published in principle, nor is what is past
        the longest publicity period."""
        is_published = found.public_attribute == "public"
        if is_published and found.section == "dishonesty":
            until = dates.published_until(Section.DISHONESTY, line)
            is_published = dates.is_published_in_principle(line) and (until is None or until >= self._on)
        return Disclosure(
            is_published=is_published, is_shared=True, is_queryable=found.public_attribute != "government"
        )


def act_key(keys: KeyRing, number: str) -> str:
    """The blind index of a document's number, without spaces."""
    return keys.blind_index("act", "".join(number.split()).upper())


@cache
def _kinds() -> dict[str, str]:
    found = {kind.id: kind.id for kind in document_kinds()}
    found.update({kind.title: kind.id for kind in document_kinds()})
    return {**_OTHER_TITLES, **found}


@lru_cache(maxsize=16_384)
def _is_adult(born_on: date, on: date) -> bool:
    return capacity(born_on, on).has_full_capacity


def _items(line: Line) -> dict[str, str]:
    if line.act_number is None or line.act_number in line.items.values():
        return line.items
    return {"文书号": line.act_number, **line.items}


def _refusal(row: RawRow, field: str, code: str, reason: str) -> Refusal:
    return Refusal(RowFault(row.line, column_of(field, row), code, reason))


def _fault_of(row: RawRow, refused: Refused) -> RowFault:
    field = "act_number" if refused.field == "document_number" else refused.field
    return RowFault(
        row.line, column_of(field, row), refused.code, f"{refused.title}：{refused.detail}", refused.citation
    )
