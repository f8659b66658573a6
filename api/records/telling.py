"""Tells a person of a new dishonesty record and of each measure: facts, basis, reasons, rights, remedies (Yunnan 24).

The notice names unit, kind and day; what the person did is sealed and shown on the record's own page only.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, lru_cache
from importlib import resources

import msgspec

from api.infra.clock import civil_date
from api.infra.data_files import FromFile
from api.infra.sources import DueView, SourceView
from api.infra.wire import Out
from api.notices.models import Draft
from api.records import dates
from api.records.listed import is_burden, measure_title
from api.records.models import AppliedMeasure, Record, Section
from api.records.wording import plain_items
from knowledge.catalogue import document_types
from knowledge.citations import Certainty
from knowledge.clocks import chinese_date
from knowledge.errors import CalendarUnknown, NoRuleInForce
from knowledge.places import articles_of
from knowledge.remedies import Decider, remedies
from knowledge.remembering import remembered

NEW, MEASURED = "records.told", "records.measured"
_NO_REASONS = "报送的内容里没有单独写明理由。可以向作出决定的单位询问，它应当说明。"
_NO_BASIS = "报送的内容里没有写明依据。可以向作出决定的单位询问。"
_FROM = "从文书日期算起的；决定书送达您的日子更晚的，从送达之日起算，以决定书写明的为准。"


class RightView(Out):
    title: str
    sources: tuple[SourceView, ...]


class WayView(Out):
    """Where one can go. `due` counts from the date of the document, the earliest day it can count from."""

    title: str
    body: str
    due: DueView | None
    citation: SourceView
    certainty: Certainty
    note: str


class TellingView(Out):
    """What Yunnan 24 wants told, of one record and the measures that rest on it. `counted` says from when the days run."""

    facts: dict[str, str]
    basis: dict[str, str]
    reasons: dict[str, str]
    lacks: tuple[str, ...]
    measures: tuple[str, ...]
    rights: tuple[RightView, ...]
    remedies: tuple[WayView, ...]
    counted: str


class _File(FromFile):
    basis: tuple[str, ...]
    reasons: tuple[str, ...]
    rights: dict[str, str]


@cache
def _file() -> _File:
    return msgspec.toml.decode((resources.files("api.records") / "telling.toml").read_bytes(), type=_File)


def drafts_of(record: Record, record_id: str, at: datetime) -> list[Draft]:
    """The notices to the person when a record comes in or is released. The same call makes the same notices."""
    if not record.is_disclosed or record.awaits_birth_date:
        return []
    return [
        Draft(one.kind, record.subject, record_id, one.on, one.params, one.occasion)
        for one in _drafts(
            record.jurisdiction,
            record.section,
            record.title,
            record.source_unit,
            record.decided_on,
            record.measures,
            at,
        )
    ]


@lru_cache(maxsize=1024)
def _drafts(
    jurisdiction: str,
    section: Section,
    title: str,
    unit: str,
    decided_on: date | None,
    measures: tuple[AppliedMeasure, ...],
    at: datetime,
) -> tuple[Draft, ...]:
    """To nobody yet. The rows of a file have few such."""
    on = civil_date(at)
    found = []
    if section is Section.DISHONESTY:
        day = f"{chinese_date(decided_on)}的" if decided_on else ""
        found.append(Draft(NEW, "", "", on, {"unit": unit, "what": f"{day}{title}"}))
    for applied in measures:
        if is_burden(jurisdiction, applied.code, on):
            params = {"unit": applied.unit, "measure": measure_title(jurisdiction, applied.code, on)}
            found.append(Draft(MEASURED, "", "", on, params, occasion=applied.code))
    return tuple(found)


def telling_of(record: Record) -> TellingView | None:
    """None if the record burdens nobody."""
    file, on = _file(), civil_date(record.received_at)
    burdens = [one.code for one in record.measures if is_burden(record.jurisdiction, one.code, on)]
    if record.section is not Section.DISHONESTY and not burdens:
        return None
    sorted_out: dict[str, dict[str, str]] = {"facts": {}, "basis": {}, "reasons": {}}
    for label, said in plain_items(record.particulars).items():
        kind = "basis" if _has(label, file.basis) else "reasons" if _has(label, file.reasons) else "facts"
        sorted_out[kind][label] = said
    title = next((kind.title for kind in document_types() if kind.id == record.document_type), None)
    if title:
        sorted_out["basis"] = {"文书": title, **sorted_out["basis"]}
    lacks = [] if sorted_out["reasons"] else [_NO_REASONS]
    return TellingView(
        facts=sorted_out["facts"],
        basis=sorted_out["basis"],
        reasons=sorted_out["reasons"],
        lacks=(*([] if sorted_out["basis"] else [_NO_BASIS]), *lacks),
        measures=tuple(measure_title(record.jurisdiction, code, on) for code in burdens),
        rights=_rights(record.jurisdiction),
        remedies=_ways(dates.decider(record), record.jurisdiction, record.decided_on or on, on),
        counted=_FROM,
    )


def _has(label: str, words: Iterable[str]) -> bool:
    return any(word in label for word in words)


@cache
def _rights(jurisdiction: str) -> tuple[RightView, ...]:
    return tuple(
        RightView(title, tuple(map(SourceView.of, law)))
        for act, title in _file().rights.items()
        if (law := articles_of(act, jurisdiction))
    )


@remembered(1024)
def _ways(decider: Decider, jurisdiction: str, counted_from: date, told_on: date) -> tuple[WayView, ...]:
    is_counted = True
    try:
        found = remedies(decider, jurisdiction, counted_from)
    except (CalendarUnknown, NoRuleInForce):  # older than our calendars, or than the law that has the days
        found, is_counted = remedies(decider, jurisdiction, told_on), False
    return tuple(
        WayView(
            title=way.title,
            body=way.body,
            due=DueView.of(way.due) if way.due and is_counted else None,
            citation=SourceView.of(way.citation),
            certainty=way.certainty,
            note=way.note,
        )
        for way in found
    )
