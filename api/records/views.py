"""A record as its person reads it: its source, both periods, what can be done about it and from which day. Pure.

What the law says of the same facts on the same day is computed once and shared by all readers.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

import msgspec

from api.infra.clock import civil_date
from api.infra.privacy import mask_number
from api.infra.sources import DueView, SourceView
from api.infra.wire import Out
from api.notices.outlook import Outlook
from api.records import dates
from api.records.actions import ActionView, actions_of
from api.records.models import OWN, Change, Copy, Mark, Record, Section, Standing
from api.records.wording import plain_items
from knowledge.catalogue import CatalogueEntry, document_types, edition, entry
from knowledge.citations import Certainty
from knowledge.clocks import due
from knowledge.errors import KnowledgeError
from knowledge.loading import library
from knowledge.measures import Measure, measure
from knowledge.periods import Disclosure
from knowledge.remembering import remembered
from knowledge.repair import Condition, Eligibility, RepairFacts
from knowledge.rules import in_force

_MANY = 4_096  # of some 10 kB each
STANDING_LABELS = {
    Standing.STANDING: "正在披露",
    Standing.REPAIRED: "已修复，停止披露",
    Standing.WITHDRAWN: "已撤销公示",
    Standing.EXPIRED: "期满，停止披露",
    Standing.REVOKED: "原决定已撤销",
    Standing.REMOVED: "已删除",
}
_HELD = (
    "证件号码里没有出生日期，报送单位还没有写明，不能核对行为时是否成年：只有您本人看得到，不公示、不共享、不供查询。"
)
_MARK_LABELS = {"objection": "异议处理中", "reconsideration": "行政复议中", "litigation": "诉讼中"}


class PublicityView(Out, frozen=True):
    """The national period. `minimumEndsOn` is None for a class without a minimum; `why` says it in words.

    `endsOn` is the day on which publicity ends by itself, `endsBy` what it rests on (maximum, authority, stated_unperformed
    or unknown); `authorityUntil` is the unit's own date, always beside the computed one, and `difference` how the two differ.
    `arguableUntil`: until when the minimum would last in a reading that this product does not follow.
    """

    state: str
    why: str
    minimum_ends_on: date | None
    maximum_ends_on: date | None
    opens_on: date | None
    is_estimated: bool
    regime: str
    citations: tuple[SourceView, ...]
    certainty: Certainty
    earlier: str | None
    ends_on: date | None
    ends_by: str
    authority_until: date | None
    difference: str | None
    arguable_until: date | None


class DisclosurePeriodView(Out, frozen=True):
    """The local period: `state` is until, extended, not_begun, no_number or unknown. `wouldEndOn` goes with not_begun."""

    state: str
    ends_on: date | None
    why: str
    citation: SourceView
    certainty: Certainty
    would_end_on: date | None = None


class ConditionView(Out, frozen=True):
    name: str
    title: str
    is_met: bool | None
    detail: str
    citation: SourceView
    certainty: Certainty


class RepairView(Out, frozen=True):
    """`state`: open, opens, unmet, unknown or closed."""

    state: str
    opens_on: date | None
    why: str
    conditions: tuple[ConditionView, ...]


class CatalogueView(Out, frozen=True):
    """The five fields of Yunnan 9, as the catalogue has them; `publicSource` is what publication of natural persons rests on,
    with how sure that is: no source that was read says so where it is inferred. `edition` is that of the national catalogue.
    """

    code: str
    title: str
    conduct: str
    public_attribute: str
    share_scope: str
    source_and_channel: str
    update_frequency: str
    source: SourceView
    certainty: Certainty
    note: str
    public_source: SourceView | None
    public_certainty: Certainty | None
    edition: str


class DisclosedView(Out, frozen=True):
    """In which ways others can learn of the record today."""

    is_published: bool
    is_shared: bool
    is_queryable: bool


class MarkView(Out, frozen=True):
    kind: str
    title: str
    since: datetime
    case_id: str
    is_statutory: bool


class ChangeView(Out, frozen=True):
    """Why the record changed: `law` are ids of articles such as `yunnan-36`."""

    at: datetime
    kind: str
    unit: str
    reason: str
    fields: tuple[str, ...]
    law: tuple[str, ...]
    case_id: str | None


class CopyView(Out, frozen=True):
    """Another system that has the record. `due` runs while it still owes the newest change."""

    system: str
    shared_at: datetime
    told_at: datetime | None
    due: DueView | None
    acknowledged_at: datetime | None


class MeasureView(Out, frozen=True):
    """`kind`: incentive or penalty."""

    code: str
    kind: str
    title: str
    unit: str
    since: date
    lifted_at: datetime | None
    source: SourceView


class ConsentView(Out, frozen=True):
    """The unit's proof that the person agreed to market information; `isProven` is false where it gave none."""

    is_proven: bool
    on: date | None
    proof: str | None
    purpose: str | None
    exempt_by: str | None
    is_warned: bool
    source: SourceView


class RecordView(Out, frozen=True):
    """Everything about one record. `items` are what the provider reported, under the provider's labels, in plain words."""

    id: str
    section: Section
    code: str
    title: str
    jurisdiction: str
    source_unit: str
    received_at: datetime
    document_type: str | None
    record_class: str | None
    decided_on: date | None
    ended_on: date | None
    sentence_completed_on: date | None
    is_serving: bool
    duty_performed_on: date | None
    corrected_on: date | None
    severe_list: str | None
    due_on: date | None
    derived_from: str | None
    name: str
    document_kind: str
    document_number: str
    items: dict[str, str]
    standing: Standing
    standing_label: str
    held: str | None
    is_market: bool
    consent: ConsentView | None
    standing_since: datetime | None
    disclosure: DisclosedView
    publicity: PublicityView | None
    disclosure_period: DisclosurePeriodView | None
    repair: RepairView | None
    catalogue: CatalogueView | None
    marks: tuple[MarkView, ...]
    changes: tuple[ChangeView, ...]
    copies: tuple[CopyView, ...]
    measures: tuple[MeasureView, ...]
    statement: str | None
    actions: tuple[ActionView, ...]
    reminders: tuple[Outlook, ...] = ()  # when and how the person is told: on their own page of the record


class _Shown(NamedTuple):
    publicity: PublicityView | None = None
    disclosure_period: DisclosurePeriodView | None = None
    repair: RepairView | None = None


class Law(NamedTuple):
    """What the law says of a dishonesty record on a day. `encoded` shows the same as `shown`, each part already as JSON."""

    eligibility: Eligibility | None = None
    shown: _Shown = _Shown()
    encoded: _Shown = _Shown()


_NO_LAW = Law()


def law_of(record: Record, today: date) -> Law:
    """Empty if it is not a dishonesty record."""
    return _law(dates.repair_facts(record), today) if record.section is Section.DISHONESTY else _NO_LAW


@remembered(_MANY)
def _law(facts: RepairFacts, today: date) -> Law:
    """Cached by the facts: the results, with twelve conditions and their articles, take ten times as long to hash."""
    found = dates.eligibility_on(facts, today)
    shown = _Shown(
        publicity=publicity_view(facts),
        disclosure_period=_shown(lambda: dates.disclosure_of(facts, today)),
        repair=repair_view(found) if found is not None else None,
    )
    return Law(found, shown, _Shown(*map(_encoded, shown)))


def _encoded(view: Any) -> Any:
    """What msgspec copies into an answer as it is; None stays None."""
    return None if view is None else msgspec.Raw(msgspec.json.encode(view))


def view_of(record: Record, today: date) -> RecordView:
    """`today` is the civil date in Shanghai. The document number is masked, because the person knows it."""
    law = law_of(record, today)
    return _view_of(record, today, law, law.shown, _catalogue_view(record.jurisdiction, record.code, today))


def encoded_view_of(record: Record, today: date, law: Law) -> RecordView:
    """The same, to be encoded and nothing else: what many records share stands in it as JSON."""
    return _view_of(record, today, law, law.encoded, _encoded_catalogue(record.jurisdiction, record.code, today))


def _view_of(record: Record, today: date, law: Law, shown: _Shown, catalogue: CatalogueView | None) -> RecordView:
    particulars = record.particulars
    return RecordView(
        id=record.id,
        section=record.section,
        code=record.code,
        title=record.title,
        jurisdiction=record.jurisdiction,
        source_unit=record.source_unit,
        received_at=record.received_at,
        document_type=_document_titles().get(record.document_type or "", record.document_type),
        record_class=record.record_class,
        decided_on=record.decided_on,
        ended_on=record.ended_on,
        sentence_completed_on=record.sentence_completed_on,
        is_serving=record.is_serving,
        duty_performed_on=record.duty_performed_on,
        corrected_on=record.corrected_on,
        severe_list=record.severe_list,
        due_on=record.due_on,
        derived_from=record.derived_from,
        name=particulars.name,
        document_kind=kind_title(particulars.document_kind),
        document_number=mask_number(particulars.document_number),
        items=plain_items(particulars),
        standing=record.standing,
        standing_label=STANDING_LABELS[record.standing],
        held=_HELD if record.awaits_birth_date else None,
        is_market=record.is_market,
        consent=_consent_view(record, today),
        standing_since=record.standing_since,
        disclosure=DisclosedView(
            record.disclosure.is_published, record.disclosure.is_shared, record.disclosure.is_queryable
        ),
        publicity=shown.publicity,
        disclosure_period=shown.disclosure_period,
        repair=shown.repair,
        catalogue=catalogue,
        marks=tuple(map(_mark_view, record.marks)),
        changes=tuple(map(_change_view, record.changes)),
        copies=tuple(copy_view(copy, record.jurisdiction) for copy in record.copies),
        measures=_measures(record, today),
        statement=record.statement,
        actions=actions_of(record, law.eligibility, today),
    )


def _consent_view(record: Record, today: date) -> ConsentView | None:
    if not record.is_market or record.provider == OWN:
        return None
    return ConsentView(
        is_proven=record.consented_on is not None or record.consent_exempt_by is not None,
        on=record.consented_on,
        proof=record.consent_proof,
        purpose=record.consent_purpose,
        exempt_by=record.consent_exempt_by,
        is_warned=record.is_warned,
        source=SourceView.of(in_force("personal.market_consent", record.jurisdiction, today).citation),
    )


def publicity_view(facts: dates.Published) -> PublicityView | None:
    """None for a class that no rule knows."""
    try:
        found = dates.publicity(facts)
    except KnowledgeError:
        return None
    return PublicityView(
        state=found.state,
        why=found.why,
        minimum_ends_on=found.minimum_ends_on,
        maximum_ends_on=found.maximum_ends_on,
        opens_on=found.opens_on,
        is_estimated=found.is_estimated,
        regime=found.regime,
        citations=tuple(map(SourceView.of, found.citations)),
        certainty=found.certainty,
        earlier=found.earlier.why if found.earlier else None,
        ends_on=found.ends_on,
        ends_by=found.ends_by,
        authority_until=found.authority_until,
        difference=found.difference or None,
        arguable_until=found.arguable_until,
    )


def disclosure_view(record: Record, today: date) -> DisclosurePeriodView | None:
    """None where the dates contradict each other."""
    return _shown(lambda: dates.disclosure(record.jurisdiction, record, today))


def _shown(look: Callable[[], Disclosure]) -> DisclosurePeriodView | None:
    try:
        found = look()
    except KnowledgeError:
        return None
    return DisclosurePeriodView(
        found.state, found.ends_on, found.why, SourceView.of(found.citation), found.certainty, found.would_end_on
    )


def repair_view(found: Eligibility) -> RepairView:
    return RepairView(found.state, found.opens_on, found.why, tuple(map(_condition_view, found.conditions)))


def _condition_view(found: Condition) -> ConditionView:
    return ConditionView(
        found.name, found.title, found.is_met, found.detail, SourceView.of(found.citation), found.certainty
    )


@lru_cache(maxsize=256)
def _catalogue_view(jurisdiction: str, code: str, on: date) -> CatalogueView | None:
    try:
        found: CatalogueEntry = entry(jurisdiction, code, on)
    except KnowledgeError:
        return None
    return CatalogueView(
        code=found.code,
        title=found.title,
        conduct=found.conduct,
        public_attribute=found.public_attribute,
        share_scope=found.share_scope,
        source_and_channel=found.source_and_channel,
        update_frequency=found.update_frequency,
        source=SourceView.of(found.source),
        certainty=found.certainty,
        note=found.note,
        public_source=SourceView.of(found.public_basis) if found.public_basis else None,
        public_certainty=found.public_certainty if found.public_basis else None,
        edition=edition(on),
    )


@lru_cache(maxsize=256)
def _encoded_catalogue(jurisdiction: str, code: str, on: date) -> Any:
    return _encoded(_catalogue_view(jurisdiction, code, on))


def _mark_view(mark: Mark) -> MarkView:
    title = _MARK_LABELS.get(mark.kind, "有标注")
    return MarkView(mark.kind, title, mark.since, mark.case_id, bool(mark.law))


def _change_view(change: Change) -> ChangeView:
    return ChangeView(change.at, change.kind, change.unit, change.reason, change.fields, change.law, change.case_id)


def copy_view(copy: Copy, jurisdiction: str) -> CopyView:
    return CopyView(copy.system, copy.shared_at, copy.told_at, copy_due(copy, jurisdiction), copy.acknowledged_at)


def copy_due(copy: Copy, jurisdiction: str) -> DueView | None:
    """The date by which the system has to follow the newest change; None if it has, or if the law sets none."""
    if copy.told_at is None or copy.due_on is None or copy.acknowledged_at is not None:
        return None
    return _copies_due(jurisdiction, civil_date(copy.told_at))


@remembered(1024)
def _copies_due(jurisdiction: str, told_on: date) -> DueView | None:
    try:
        return DueView.of(due("objection.shared_copies", jurisdiction, told_on))
    except KnowledgeError:
        return None


def _measures(record: Record, today: date) -> tuple[MeasureView, ...]:
    """Only measures on the published list: no other may be applied, or shown as applicable."""
    found = []
    for applied in record.measures:
        listed = _listed(record.jurisdiction, applied.code, today)
        if listed is not None:
            source = SourceView.of(listed.citation)
            found.append(
                MeasureView(
                    applied.code, listed.kind, listed.title, applied.unit, applied.since, applied.lifted_at, source
                )
            )
    return tuple(found)


def measure_title(jurisdiction: str, code: str, on: date) -> str:
    """The title of a measure; a neutral text if the list in force no longer has it."""
    listed = _listed(jurisdiction, code, on)
    return listed.title if listed else "现行清单中没有的措施"


@lru_cache(maxsize=1024)
def _listed(jurisdiction: str, code: str, on: date) -> Measure | None:
    try:
        return measure(jurisdiction, code, on)
    except KnowledgeError:
        return None


def is_burden(jurisdiction: str, code: str, on: date) -> bool:
    """A penalty measure, and no incentive."""
    listed = _listed(jurisdiction, code, on)
    return listed is not None and listed.kind == "penalty"


@cache
def _document_titles() -> dict[str, str]:
    return {kind.id: kind.title for kind in document_types()}


def kind_title(kind: str) -> str:
    """The name of a kind of identity document."""
    return _kind_titles().get(kind, kind)


@cache
def _kind_titles() -> dict[str, str]:
    return {kind.id: kind.title for kind in library().identity_documents.values()}
