"""Decides whether a row is accepted, by catalogue, bans, capacity, dates and the unit's own rows, and makes a record of it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import TypeVar

import msgspec

from api.infra.clock import civil_date
from api.infra.ids import new_id
from api.infra.privacy import KeyRing, subject_index_all
from api.providers.models import Provider
from api.records import dates
from api.records.digests import ACT, CONTENT, NATURAL, content_of, content_value, natural_value
from api.records.faults import Faults, Refusal
from api.records.files.columns import document_kind
from api.records.files.lines import NO_FREE_TEXT, Line
from api.records.files.tables import RawRow
from api.records.files.values import narrow
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
from api.records.names import wrong_name
from knowledge.catalogue import CatalogueEntry, IntakeItem, check, entry
from knowledge.errors import InvalidDocumentNumber, KnowledgeError, UnknownMeasure
from knowledge.identity import capacity, identified, is_organisation
from knowledge.measures import measure
from knowledge.rules import in_force
from knowledge.screening import screen

T = TypeVar("T")
_BORN_IN_NUMBER = ("resident_id", "hk_macau_taiwan_residence")
_SHORTEST = 4
_LONGEST_KEPT = 200
_MOST_KEPT = 20_000
_DATES = attrgetter(
    *dates.PAST, "consented_on", "sentence_completed_on", "authority_until", "is_serving", "severe_list"
)  # what decides whether a line's dates are sound
_OWN_NAMES = ("数据来源单位", "处罚机关", "许可机关")
_SECTIONS = {section.value: section for section in Section}
_SENTENCES = ("nonRepairableBasis", "unperformed", "consentPurpose", "consentExemptBy")
_SENTENCES_OF = attrgetter("non_repairable_basis", "unperformed", "consent_purpose", "consent_exempt_by")


class Admitted(msgspec.Struct, frozen=True):
    """An accepted row, whose record only lacks its digests. `until` is the last day on which the place discloses it, if known."""

    line: Line
    entry: CatalogueEntry
    particulars: Particulars
    until: date | None


class Admission:
    """Checks the rows of one file of one provider at one instant. What was right once is not checked again in another row."""

    def __init__(self, provider: Provider, keys: KeyRing, now: datetime) -> None:
        self._provider = provider
        self._keys = keys
        self._now = now
        self._on = civil_date(now)
        self._copies = tuple(Copy(system=name, shared_at=now) for name in provider.systems)
        self._entries: dict[str, CatalogueEntry] = {}
        self._lawful: set[tuple[object, ...]] = set()
        self._clean: set[str] = set()
        self._own_names: set[str] = set()
        self._sound_dates: set[tuple[object, ...]] = set()

    def admit(self, row: RawRow, line: Line, known: Sequence[RowFault] = ()) -> Admitted:
        """Raises Refusal with `known` and every further fault; a column that has a fault already is not checked again."""
        faults = Faults(row, known)
        self._check_unit(faults, line)
        kind, number, born_on = self._document(faults, line)
        self._check_dates(faults, line)
        self._check_law(faults, line, born_on, is_unit=is_organisation(kind))
        found = self._entry(line.code) if not faults.found or not faults.has("code") else None
        if found is not None and found.is_self_declared:
            faults.add(
                "code", "self-declared", "自主申报信息由本人申报，不由单位报送。", "去掉这一条，请当事人自己申报。"
            )
        if faults.found or found is None:
            raise Refusal(faults.found)
        try:
            until = dates.disclosed_until(_SECTIONS[found.section], self._provider.jurisdiction, line)
        except KnowledgeError:
            cure = "对照文书，改正违法行为终止日期、刑罚执行完毕日期和决定日期。"
            faults.add("ended_on", "dates-contradict", "日期互相矛盾，无法计算披露期限。", cure)
            raise Refusal(faults.found) from None
        return Admitted(line, found, Particulars(line.name, kind, number, _items(line)), until)

    def records_of(self, admitted: Sequence[Admitted]) -> list[Record]:
        """The records of accepted rows. The keys, which may be held by another process, are asked once for each kind of digest."""
        keys, provider = self._keys, self._provider.id
        whose = [(one.particulars.document_kind, one.particulars.document_number) for one in admitted]
        subjects = subject_index_all(keys, whose)
        said = [content_of(one.line, one.particulars) for one in admitted]
        contents = keys.blind_index_all(CONTENT, list(map(content_value, subjects, said)))
        acts = [(one.line.act_number or "").upper() for one in admitted]  # `act_value`: they are read in one form
        naturals = [
            natural_value(provider, one.line.code, subject, act or content)
            for one, subject, act, content in zip(admitted, subjects, acts, contents, strict=True)
        ]
        by_act = iter(keys.blind_index_all(ACT, [act for act in acts if act]))
        return [
            self._record(one, subject, natural, content, next(by_act) if act else None, None if act else text)
            for one, subject, natural, content, act, text in zip(
                admitted, subjects, keys.blind_index_all(NATURAL, naturals), contents, acts, said, strict=True
            )
        ]

    def _check_unit(self, faults: Faults, line: Line) -> None:
        """A unit reports in its own name: neither under another unit's code nor with another unit's name as the source."""
        provider = self._provider
        if line.unit_code is not None and line.unit_code.upper() != provider.unified_code.upper():
            reason = "只能报送本单位的信息，数据来源单位代码与本单位不符。"
            faults.add("unit_code", "not-own-unit", reason, "改成本单位的代码，或者空着。")
        named = ((label, line.items.get(label)) for label in _OWN_NAMES if label in line.items)
        for field, name in (("source_unit", line.source_unit), *named):
            if name is None or name in self._own_names:
                continue
            if is_own(provider, name):
                _remember(self._own_names, name)
            else:
                reason = "只能以本单位的名义报送，这里写的是别的单位。"
                faults.add(field, "not-own-unit", reason, f"改成“{provider.name}”；受委托代报的，先请信用中心登记。")

    def _document(self, faults: Faults, line: Line) -> tuple[str, str, date | None]:
        kind = document_kind(line.document_kind)
        if kind is None:
            cure = "写成身份证、护照、港澳居民来往内地通行证、台湾居民来往大陆通行证、外国人永久居留身份证、港澳台居民居住证或者军官证。"
            faults.add("document_kind", "document-kind-unknown", "不认识的证件类型。", cure)
            return "", "", None
        if not is_organisation(kind) and (wrong := wrong_name(line.name)) is not None:
            faults.add("name", *wrong)
        if not line.document_number:
            return kind, "", None  # told where it was read
        try:
            number, born_on = identified(kind, line.document_number, self._on)
        except InvalidDocumentNumber as fault:
            faults.add("document_number", "document-number-invalid", str(fault), "对照证件原件重新填写。")
            return kind, "", None
        return kind, number, born_on

    def _check_dates(self, faults: Faults, line: Line) -> None:
        shape = (*_DATES(line), line.items.get("有效期自"), line.items.get("有效期至"))
        if shape in self._sound_dates:
            return
        self._check_each_date(faults, line)
        if not faults.found:
            _remember(self._sound_dates, shape)

    def _check_each_date(self, faults: Faults, line: Line) -> None:
        for field in dates.PAST:
            on = getattr(line, field)
            if on is not None and on > self._on:
                faults.add(
                    field, "date-in-future", "日期晚于报送日期，请核对。", f"对照文书改，是不是 {self._on.year} 年？"
                )
        if line.consented_on is not None and line.consented_on > self._on:
            faults.add("consented_on", "date-in-future", "日期晚于报送日期，请核对。", "对照授权书改成签字的那一天。")
        for field, reason in dates.implausible(line, line.items):
            faults.add(field, "date-implausible", reason, "对照文书改正；原文就是这样的，先和信用中心核对。")
        if line.is_serving and line.sentence_completed_on is not None and line.sentence_completed_on <= self._on:
            faults.add("is_serving", "dates-contradict", "刑罚已经执行完毕的，不能同时写明还在执行。", "两项留一项。")
        if line.removed_on is not None and line.severe_list != "removed":
            reason = "有移出日期的，名单状态应为已移出（removed）。"
            faults.add("removed_on", "dates-contradict", reason, "名单状态写成 removed，或者去掉移出日期。")

    def _check_law(self, faults: Faults, line: Line, born_on: date | None, *, is_unit: bool) -> None:
        is_adult = None if is_unit else self._was_adult(faults, line, born_on)
        # The dates were checked to lie in the past, so the law depends only on whether number and date are there.
        shape = (
            line.code,
            line.document_type,
            bool(line.act_number),
            bool(line.decided_on),
            line.record_class,
            is_adult,
            is_unit,
            bool(line.consented_on),
            bool(line.consent_proof),
            bool(line.consent_purpose),
            bool(line.consent_exempt_by),
        )
        if shape not in self._lawful:
            refused = check(self._item(line, is_adult, is_unit=is_unit), self._on)
            for one in refused:
                faults.add_by_law(one)
            if not refused:
                self._lawful.add(shape)
        self._check_texts(faults, line, is_adult, is_unit=is_unit)
        for code in line.measures:
            citation = in_force("measures.listed_only", self._provider.jurisdiction, self._on).citation
            try:
                listed = measure(self._provider.jurisdiction, code, self._on)
            except UnknownMeasure:
                reason = "惩戒措施不在公布的清单内，不得采取，也不能归集。"
                faults.add("measures", "measure-not-listed", reason, "去掉这一项措施；编号见公布的清单。", citation)
                continue
            if (listed.kind == "penalty") != self._is_dishonesty(line.code):
                reason = "惩戒措施只随失信信息报送，激励措施不随失信信息报送。"
                faults.add("measures", "measure-unfit", reason, "去掉这一项措施，或者核对编号。", citation)

    def _item(
        self, line: Line, is_adult: bool | None, texts: dict[str, str] | None = None, *, is_unit: bool
    ) -> IntakeItem:
        return IntakeItem(
            jurisdiction=self._provider.jurisdiction,
            code=line.code,
            document_type=line.document_type,
            document_number=line.act_number,
            decided_on=line.decided_on,
            record_class=line.record_class,
            subject_is_adult=is_adult,
            is_organisation=is_unit,
            has_written_consent=line.is_warned,
            is_from_market=self._provider.is_market,
            consented_on=line.consented_on,
            consent_proof=line.consent_proof,
            consent_purpose=line.consent_purpose,
            consent_exempt_by=line.consent_exempt_by,
            texts=texts or {},
        )

    def _was_adult(self, faults: Faults, line: Line, in_number: date | None) -> bool | None:
        """Whether the person was of age at the conduct and at the decision; the day of intake does not count, so conduct at sixteen
        stays out."""
        born_on = in_number or line.born_on
        if born_on is None:
            return None  # stored but held: only the person sees it until the unit gives the birth date
        if in_number is not None and line.born_on is not None and line.born_on != in_number:
            faults.add("born_on", "dates-contradict", "出生日期与证件号码不一致。", "对照证件改；不写也可以。")
        days = (line.ended_on, line.decided_on)
        return was_adult(born_on, days, self._on, has_own_income=line.has_own_income)

    def _check_texts(self, faults: Faults, line: Line, is_adult: bool | None, *, is_unit: bool) -> None:
        """Screens all free texts at once; texts that another row had are not screened again."""
        clean = self._clean
        texts = {
            label: text
            for label, text in line.items.items()
            if text not in clean and len(text) >= _SHORTEST and label not in NO_FREE_TEXT
        }
        sentences = _SENTENCES_OF(line)
        if any(sentences):
            texts |= {
                label: said
                for label, said in zip(_SENTENCES, sentences, strict=True)
                if said is not None and said not in clean and len(said) >= _SHORTEST
            }
        if not texts:
            return
        if screen("\n".join(texts.values()), self._provider.jurisdiction):
            refused = check(self._item(line, is_adult, texts, is_unit=is_unit), self._on)
            for one in refused:
                faults.add_by_law(one)
            if refused:
                return
        if line.is_warned or is_unit:
            return  # clean for this person, who consented, or for an organisation; not for others
        for text in texts.values():
            if len(text) <= _LONGEST_KEPT:
                _remember(clean, text)

    def _is_dishonesty(self, code: str) -> bool:
        try:
            return self._entry(code).section == "dishonesty"
        except KnowledgeError:  # told under the code
            return True

    def _entry(self, code: str) -> CatalogueEntry:
        found = self._entries.get(code)
        if found is None:
            found = self._entries[code] = entry(self._provider.jurisdiction, code, self._on)
        return found

    def _record(
        self, one: Admitted, subject: str, natural: str, content: str, act: str | None, said: str | None
    ) -> Record:
        provider, line, found, until = self._provider, one.line, one.entry, one.until
        kind = one.particulars.document_kind
        section = _SECTIONS[found.section]
        is_held = kind not in _BORN_IN_NUMBER and line.born_on is None and not is_organisation(kind)
        ways = NOT_DISCLOSED if is_held else ways_of(found, line, self._on)
        is_over = until is not None and until < self._on
        return Record(
            id=new_id("rec"),
            natural_key=natural,
            jurisdiction=provider.jurisdiction,
            section=section,
            code=line.code,
            title=found.title,
            subject=subject,
            provider=provider.id,
            source_unit=line.source_unit or provider.name,
            received_at=self._now,
            particulars=one.particulars,
            awaits_birth_date=is_held,
            standing=Standing.EXPIRED if is_over else Standing.STANDING,
            standing_since=self._now,
            disclosure=NOT_DISCLOSED if is_over else ways,
            is_market=provider.is_market,
            document_type=line.document_type,
            record_class=line.record_class,
            decided_on=line.decided_on,
            ended_on=line.ended_on,
            sentence_completed_on=line.sentence_completed_on,
            is_serving=line.is_serving,
            authority_until=line.authority_until,
            unperformed=line.unperformed,
            duty_performed_on=line.duty_performed_on,
            corrected_on=line.corrected_on,
            severe_list=dates.severe_list_of(line),
            removed_on=line.removed_on,
            non_repairable_basis=line.non_repairable_basis,
            derived_from=line.derived_from,
            due_on=line.due_on,
            consented_on=line.consented_on,
            consent_proof=line.consent_proof,
            consent_purpose=line.consent_purpose,
            consent_exempt_by=line.consent_exempt_by,
            is_warned=line.is_warned,
            measures=tuple(
                AppliedMeasure(code=code, unit=line.source_unit or provider.name, since=line.decided_on or self._on)
                for code in line.measures
            ),
            copies=self._copies if ways.is_shared and not is_over else (),
            content_key=content,
            said=said,
            act_key=act,
            disclosed_until=until,
            published_until=dates.published_until(section, line),
        )


def _remember(kept: set[T], one: T) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept.add(one)


def ways_of(found: CatalogueEntry, facts: dates.Facts, today: date) -> Disclosure:
    """By the public attribute of the catalogue. A minor class is not published in principle, nor is a record past its publicity.
    Market information reaches others only by the person's own grant."""
    is_published = found.public_attribute == "public"
    if is_published and found.section == "dishonesty":
        until = dates.published_until(Section.DISHONESTY, facts)
        is_published = (
            dates.is_published_in_principle(facts)
            and not dates.is_off_the_list(facts)
            and (until is None or until >= today)
        )
    return Disclosure(
        is_published=is_published, is_shared=not found.is_market, is_queryable=found.public_attribute != "government"
    )


def was_adult(born_on: date, days: Iterable[date | None], today: date, *, has_own_income: bool = False) -> bool:
    """Whether the person was of age at the conduct and at the decision; without either date, today."""
    known = {day for day in days if day is not None} or {today}
    return all(_is_adult(born_on, day, has_own_income) for day in known)


def is_own(provider: Provider, name: str) -> bool:
    """Whether it is the unit's own name, with brackets of any width, or a part of the unit whose name begins with it."""
    own, other = narrow(provider.name), narrow(name)
    known = (own, *(narrow(one) for one in provider.represents))
    return any(other == one or (len(one) >= _SHORTEST and other.startswith(one)) for one in known)


@lru_cache(maxsize=16_384)
def _is_adult(born_on: date, on: date, has_own_income: bool) -> bool:
    return born_on <= on and capacity(born_on, on, has_own_income).has_full_capacity


def _items(line: Line) -> dict[str, str]:
    if line.act_number is None or line.act_number in line.items.values():
        return line.items
    return {"文书号": line.act_number, **line.items}
