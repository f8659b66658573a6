"""How a record becomes its view. Pure.

What the law says of the same facts on the same day is computed once and shared by all readers.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from api.infra.clock import civil_date
from api.infra.privacy import mask_number
from api.infra.sources import DueView, SourceView
from api.records import dates
from api.records.actions import ActionView, actions_of, encoded_actions_of
from api.records.listed import document_titles, kind_title, listed
from api.records.models import OWN, Change, Copy, Mark, Record, Section, Standing
from api.records.views import (
    CatalogueView,
    ChangeView,
    ConditionView,
    ConsentView,
    CopyView,
    DisclosedView,
    DisclosurePeriodView,
    MarkView,
    MeasureView,
    PublicityView,
    RecordView,
    RepairView,
)
from api.records.wording import plain_items
from knowledge.catalogue import CatalogueEntry, edition, entry
from knowledge.clocks import due
from knowledge.errors import KnowledgeError
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
_STOPPED = "异议成立，停止披露"
_HELD = (
    "证件号码里没有出生日期，报送单位还没有写明，不能核对行为时是否成年：只有您本人看得到，不公示、不共享、不供查询。"
)
_MARK_LABELS = {"objection": "异议处理中", "reconsideration": "行政复议中", "litigation": "诉讼中"}


_GISTS = (
    "违法行为类型", "列入事由", "荣誉名称", "服务项目", "捐赠项目", "许可名称", "承诺事项", "合同事项", "表彰名称",
)  # fmt: skip


def standing_label(record: Record) -> str:
    """How the record stands, in words; what an objection stopped had not ended by its time."""
    is_stopped = record.standing is Standing.EXPIRED and any(
        change.kind == "objection.stopped" and change.at == record.standing_since for change in record.changes
    )
    return _STOPPED if is_stopped else STANDING_LABELS[record.standing]


def gist_of(record: Record) -> str:
    """What tells a record from another of the same kind, in the provider's words, as on the page; else its title."""
    items = record.particulars.items
    return next((items[name] for name in _GISTS if items.get(name)), record.title)


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
    catalogue = _catalogue_view(record.jurisdiction, record.code, today)
    return _view_of(record, today, law.shown, catalogue, actions_of(record, law.eligibility, today))


def encoded_view_of(record: Record, today: date, law: Law) -> RecordView:
    """The same, only to be encoded: parts that many records share are in it as JSON already."""
    catalogue = _encoded_catalogue(record.jurisdiction, record.code, today)
    return _view_of(record, today, law.encoded, catalogue, encoded_actions_of(record, law.eligibility, today))


def _view_of(
    record: Record,
    today: date,
    shown: _Shown,
    catalogue: CatalogueView | None,
    actions: tuple[ActionView, ...],
) -> RecordView:
    particulars = record.particulars
    return RecordView(
        id=record.id,
        section=record.section,
        code=record.code,
        title=record.title,
        jurisdiction=record.jurisdiction,
        source_unit=record.source_unit,
        received_at=record.received_at,
        document_type=document_titles().get(record.document_type or "", record.document_type),
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
        standing_label=standing_label(record),
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
        copies=tuple([copy_view(record, copy) for copy in record.copies]),
        measures=_measures(record, today),
        statement=record.statement,
        actions=actions,
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


def copy_view(record: Record, copy: Copy) -> CopyView:
    return CopyView(copy.system, copy.shared_at, copy.told_at, _copy_due(record, copy), copy.acknowledged_at)


def _copy_due(record: Record, copy: Copy) -> DueView | None:
    """The date by which the system has to follow the first correction that it owes; None if it owes none, or if the law sets none."""
    owed = record.correction_owed_by(copy) if copy.due_on is not None else None
    return _copies_due(record.jurisdiction, civil_date(owed.at)) if owed else None


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
        row = listed(record.jurisdiction, applied.code, today)
        if row is not None:
            source = SourceView.of(row.citation)
            found.append(
                MeasureView(applied.code, row.kind, row.title, applied.unit, applied.since, applied.lifted_at, source)
            )
    return tuple(found)
