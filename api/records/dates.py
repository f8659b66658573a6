"""What the law makes of a record's dates: both periods, and whether repair can be applied for. Pure."""

from datetime import date
from functools import cache, lru_cache
from typing import Protocol

from api.records.models import Record, Section, Standing
from knowledge import periods
from knowledge.errors import KnowledgeError
from knowledge.loading import library
from knowledge.periods import Disclosure, Publicity
from knowledge.repair import Eligibility, RepairFacts, eligibility

SEVERE_LIST = "severe-list"


class Facts(Protocol):
    """What a record and a line of a file both say."""

    @property
    def code(self) -> str: ...
    @property
    def record_class(self) -> str | None: ...
    @property
    def decided_on(self) -> date | None: ...
    @property
    def ended_on(self) -> date | None: ...
    @property
    def sentence_completed_on(self) -> date | None: ...
    @property
    def duty_performed_on(self) -> date | None: ...
    @property
    def corrected_on(self) -> date | None: ...
    @property
    def severe_list(self) -> str | None: ...
    @property
    def removed_on(self) -> date | None: ...


def severe_list_of(facts: Facts) -> str | None:
    """`listed` or `removed`; an entry of the severe list is listed until it says that it was removed."""
    return facts.severe_list or ("listed" if facts.code == SEVERE_LIST else None)


@lru_cache(maxsize=16_384)
def publicity(record_class: str | None, decided_on: date | None) -> Publicity:
    """National publicity. Raises UnknownRecordClass."""
    return periods.publicity(record_class, decided_on)


def disclosure(jurisdiction: str, facts: Facts) -> Disclosure:
    """Local disclosure. Raises KnowledgeError for dates that contradict each other."""
    return _disclosure(
        jurisdiction, facts.ended_on, facts.sentence_completed_on, severe_list_of(facts), facts.removed_on
    )


@lru_cache(maxsize=16_384)
def _disclosure(
    jurisdiction: str,
    ended_on: date | None,
    sentence_completed_on: date | None,
    severe_list: str | None,
    removed_on: date | None,
) -> Disclosure:
    return periods.disclosure(
        jurisdiction,
        ended_on=ended_on,
        sentence_completed_on=sentence_completed_on,
        severe_list=severe_list,  # type: ignore[arg-type]  # "listed" or "removed": checked where it comes in
        removed_on=removed_on,
    )


def disclosed_until(section: Section, jurisdiction: str, facts: Facts) -> date | None:
    """The last day of the local disclosure period, where the law gives one and the dates are known.

    Raises KnowledgeError for dates that contradict each other.
    """
    if section is not Section.DISHONESTY or jurisdiction not in _places_with_period():
        return None
    return disclosure(jurisdiction, facts).ends_on


def published_until(section: Section, facts: Facts) -> date | None:
    """The last day of publicity, where conduct is corrected and duties are performed; else the sector's authority says
    what happens then, and nothing ends by itself."""
    if section is not Section.DISHONESTY or facts.duty_performed_on is None or facts.corrected_on is None:
        return None
    try:
        return publicity(facts.record_class, facts.decided_on).maximum_ends_on
    except KnowledgeError:  # older than the calendars at hand: nothing is guessed
        return None


def is_published_in_principle(facts: Facts) -> bool:
    """A minor class is not published in principle; what has no class is, as its authority gave it."""
    try:
        return publicity(facts.record_class, facts.decided_on).is_published_in_principle is not False
    except KnowledgeError:
        return True


def repair_facts(record: Record) -> RepairFacts:
    """What is known of the record for asking whether it can be repaired."""
    return RepairFacts(
        jurisdiction=record.jurisdiction,
        record_class=record.record_class,
        decided_on=record.decided_on,
        duty_performed_on=record.duty_performed_on,
        corrected_on=record.corrected_on,
        ended_on=record.ended_on,
        is_severe_listed=record.severe_list == "listed",
        barred_until=record.barred_until,
        non_repairable_basis=record.non_repairable_basis,
        is_repaired=record.standing is Standing.REPAIRED,
        sentence_completed_on=record.sentence_completed_on,
    )


def repair(record: Record, on: date) -> Eligibility | None:
    """None for what is no dishonesty record, and where no rule on repair is in force."""
    return _eligibility(repair_facts(record), on) if record.section is Section.DISHONESTY else None


@lru_cache(maxsize=16_384)
def _eligibility(facts: RepairFacts, on: date) -> Eligibility | None:
    try:
        return eligibility(facts, on)
    except KnowledgeError:
        return None


@cache
def _places_with_period() -> frozenset[str]:
    return frozenset(library().rules["disclosure.length"])
