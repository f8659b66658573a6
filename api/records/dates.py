"""The law applied to a record's dates: both periods, and whether repair can be applied for. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Literal, Protocol

from api.records.models import Record, Section, Standing
from knowledge import periods
from knowledge.errors import KnowledgeError
from knowledge.loading import library
from knowledge.periods import Disclosure, Publicity
from knowledge.remedies import Decider
from knowledge.remembering import remembered
from knowledge.repair import Eligibility, RepairFacts, eligibility

SevereList = Literal["listed", "removed"]
SEVERE_LIST = "severe-list"
_COURT_DOCUMENTS = ("judgment",)
PAST = ("decided_on", "ended_on", "duty_performed_on", "corrected_on", "removed_on")
_EARLIEST = date(1990, 1, 1)
"""Earlier years are typing errors: 1926 for 2026. Older than every catalogue and the law on administrative penalties."""
_LATEST = date(2099, 12, 31)
"""How lists write "no end"; a later year is a typing error."""


class Published(Protocol):
    """The fields that publicity is counted by."""

    @property
    def record_class(self) -> str | None: ...
    @property
    def decided_on(self) -> date | None: ...
    @property
    def authority_until(self) -> date | None: ...
    @property
    def unperformed(self) -> str | None: ...


class Facts(Published, Protocol):
    """The fields that a record and a line of a file have in common."""

    @property
    def code(self) -> str: ...
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
    @property
    def is_serving(self) -> bool: ...


def severe_list_of(facts: Facts) -> SevereList | None:
    """An entry of the severe list is listed until it says otherwise."""
    if facts.severe_list == "removed":
        return "removed"
    return "listed" if facts.severe_list == "listed" or facts.code == SEVERE_LIST else None


class Listed(Protocol):
    """The fields that say whether a record is an entry of the severe list that is off it."""

    @property
    def code(self) -> str: ...
    @property
    def severe_list(self) -> str | None: ...


def is_off_the_list(facts: Listed) -> bool:
    """Whether it is an entry of the severe list that was removed: the list is published (`publicity.of_the_list`), and it is not on it."""
    return facts.code == SEVERE_LIST and facts.severe_list == "removed"


def publicity(facts: Published) -> Publicity:
    """National publicity. Raises UnknownRecordClass."""
    return _publicity(facts.record_class, facts.decided_on, facts.authority_until, facts.unperformed)


@remembered(16_384)
def _publicity(
    record_class: str | None, decided_on: date | None, authority_until: date | None, unperformed: str | None
) -> Publicity:
    return periods.publicity(record_class, decided_on, authority_until=authority_until, unperformed=unperformed)


def disclosure(jurisdiction: str, facts: Facts, today: date | None = None) -> Disclosure:
    """Local disclosure; `today` decides whether a sentence still runs or has been served.

    Raises KnowledgeError for dates that contradict each other.
    """
    completed_on = facts.sentence_completed_on
    return _disclosure(
        jurisdiction,
        facts.ended_on,
        completed_on,
        facts.is_serving,
        severe_list_of(facts),
        facts.removed_on,
        today if completed_on is not None and today is not None and completed_on > today else None,
    )


def disclosure_of(facts: RepairFacts, today: date) -> Disclosure:
    """The same, of the facts that decide on repair."""
    completed_on = facts.sentence_completed_on
    return _disclosure(
        facts.jurisdiction,
        facts.ended_on,
        completed_on,
        facts.is_serving,
        facts.severe_list,
        facts.removed_on,
        today if completed_on is not None and completed_on > today else None,
    )


@remembered(16_384)
def _disclosure(
    jurisdiction: str,
    ended_on: date | None,
    sentence_completed_on: date | None,
    is_serving: bool,
    severe_list: SevereList | None,
    removed_on: date | None,
    today: date | None,
) -> Disclosure:
    return periods.disclosure(
        jurisdiction,
        ended_on=ended_on,
        sentence_completed_on=sentence_completed_on,
        is_serving=is_serving,
        severe_list=severe_list,
        removed_on=removed_on,
        today=today,
    )


def disclosed_until(section: Section, jurisdiction: str, facts: Facts) -> date | None:
    """The last day on which the place discloses the record at all, if known.

    By the place's own period if it has one (Dalian 35). Elsewhere sharing and query are forms of disclosure and end with publicity
    (Yunnan 15), except for people still on the severe list. Raises KnowledgeError for contradictory dates.
    """
    if section is not Section.DISHONESTY:
        return None
    if jurisdiction in _places_with_period():
        found = disclosure(jurisdiction, facts)
        return found.ends_on or found.would_end_on
    return None if severe_list_of(facts) == "listed" else published_until(section, facts)


def published_until(section: Section, facts: Facts) -> date | None:
    """The last day of publicity: the earlier of the longest period and the authority's own date. None if the authority states that
    duties are not performed, and if neither date is known."""
    if section is not Section.DISHONESTY:
        return None
    try:
        return publicity(facts).ends_on
    except KnowledgeError:  # a class without a rule: nothing is guessed
        return facts.authority_until


def is_published_in_principle(facts: Facts) -> bool:
    """Whether the class is published in principle. A minor one is not; without a class the authority's word counts."""
    try:
        return publicity(facts).is_published_in_principle is not False
    except KnowledgeError:
        return True


def implausible(facts: Facts, items: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    """Implausible dates by field or label, with the reason: somebody has to look at the document."""
    for field in PAST:
        on = getattr(facts, field)
        if on is not None and on < _EARLIEST:
            yield field, f"{on.year} 年太早，不像是这一类信息的日期，请核对年份。"
    for field in ("sentence_completed_on", "authority_until"):  # those that may lie ahead
        on = getattr(facts, field)
        if on is not None and on > _LATEST:
            yield field, f"{on.year} 年太晚，请核对年份。"
    if facts.authority_until and facts.decided_on and facts.authority_until < facts.decided_on:
        yield "authority_until", "公示截止期早于决定日期，请核对。"
    if facts.sentence_completed_on and facts.ended_on and facts.sentence_completed_on < facts.ended_on:
        yield "sentence_completed_on", "刑罚执行完毕早于违法行为终止，请核对。"
    if facts.severe_list == "removed" and facts.removed_on and facts.decided_on and facts.removed_on < facts.decided_on:
        yield "removed_on", "移出日期早于决定日期，请核对。"
    begins, ends = items.get("有效期自"), items.get("有效期至")
    if begins and ends and begins[:1].isdigit() and ends[:1].isdigit() and ends < begins:
        yield "有效期至", "有效期的结束早于开始，请核对。"


def repair_facts(record: Record) -> RepairFacts:
    """The facts of the record that decide on its repair."""
    severe_list = severe_list_of(record)
    return RepairFacts(
        jurisdiction=record.jurisdiction,
        record_class=record.record_class,
        decided_on=record.decided_on,
        duty_performed_on=record.duty_performed_on,
        corrected_on=record.corrected_on,
        ended_on=record.ended_on,
        is_severe_listed=severe_list == "listed",
        barred_until=record.barred_until,
        non_repairable_basis=record.non_repairable_basis,
        is_repaired=record.standing is Standing.REPAIRED,
        sentence_completed_on=record.sentence_completed_on,
        is_serving=record.is_serving,
        severe_list=severe_list,
        removed_on=record.removed_on,
        authority_until=record.authority_until,
        unperformed=record.unperformed,
        is_court_matter=is_court_matter(record),
    )


def is_court_matter(record: Record) -> bool:
    """Whether it was decided by a court or is of a kind that courts decide: repair then follows the court's own rules."""
    return record.document_type in _COURT_DOCUMENTS or _is_court_entry(record.jurisdiction, record.code)


def decider(record: Record) -> Decider:
    """The kind of body that decided it, which determines the remedies."""
    if is_court_matter(record):
        return "court"
    return "company" if record.is_market else "authority"


@cache
def _is_court_entry(jurisdiction: str, code: str) -> bool:
    versions = library().entries.get(code, {}).get(jurisdiction, ())
    return any(version.is_court_matter for version in versions)


def repair(record: Record, on: date) -> Eligibility | None:
    """None if it is not a dishonesty record, and if no rule on repair is in force."""
    return eligibility_on(repair_facts(record), on) if record.section is Section.DISHONESTY else None


@remembered(16_384)
def eligibility_on(facts: RepairFacts, on: date) -> Eligibility | None:
    """None if no rule on repair is in force."""
    try:
        return eligibility(facts, on)
    except KnowledgeError:
        return None


@cache
def _places_with_period() -> frozenset[str]:
    return frozenset(library().rules["disclosure.length"])
