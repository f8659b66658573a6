"""The clocks of an objection: which ones each transition starts and ends, and the whole path with its days, told beforehand."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

import msgspec

from api.infra.clock import civil_date
from api.infra.steps import Step, begin, finish
from api.objections.models import Addressee, Objection
from api.records.models import Copy
from knowledge.clocks import DueDate, due
from knowledge.places import ObjectionWay, place
from knowledge.rules import supports

ANNOTATE = "objection.annotate"
VERIFY = "objection.verify"
REPLY = "objection.provider_reply"
NOTIFY = "objection.notify"
DIRECT = "objection.provider_direct"
FINISH = "objection.finish"
COPIES = "objection.shared_copies"
FOLLOW_COPIES = "objection.follow_copies"  # a service if the law sets no days
COPY_CLOCKS = (COPIES, FOLLOW_COPIES)
RESULT = "objection.result"
OWN_ERROR = "objection.own_error"
OWN_ERROR_NOTIFY = "objection.own_error_notify"
REVIEW = "objection.review"
MARKET_MARK, MARKET_FINISH = "objection.market_mark", "objection.market_finish"
PAUSABLE = (FINISH, RESULT)

_BY_PROVIDER = frozenset({REPLY, DIRECT})


def way_of(jurisdiction: str, addressee: Addressee) -> ObjectionWay:
    """The path that an objection to this addressee takes in the place."""
    ways = place(jurisdiction).objection
    return ways.centre if addressee is Addressee.CENTRE else ways.provider


class Milestone(msgspec.Struct, frozen=True):
    """A due date of the path. `is_latest`: it counts from the last day of the step before, so it may come earlier."""

    due: DueDate
    owed_by: str
    is_latest: bool


class Owers(msgspec.Struct, frozen=True):
    """Who owes a step, in words a resident knows."""

    centre: str
    provider: str
    addressee: Addressee

    def of(self, clock: str) -> str:
        if clock in _BY_PROVIDER or (clock in (FINISH, RESULT, MARKET_FINISH) and self.addressee is Addressee.PROVIDER):
            return self.provider
        return "已接收共享信息的单位" if clock == COPIES else self.centre


def is_annotated(case: Objection) -> bool:
    """Whether the record was marked; one that is not disclosed gets no mark, unless it comes back into view."""
    return any(step.clock in (ANNOTATE, MARKET_MARK) for step in case.steps)


def is_annotated_at_filing(case: Objection) -> bool:
    filed_on = civil_date(case.filed_at)
    return any(step.clock in (ANNOTATE, MARKET_MARK) and step.started_on == filed_on for step in case.steps)


def marked(case: Objection, who: Owers, now: datetime) -> tuple[Step, ...]:
    """The clocks with that of a mark which is made now, where none was before: started and ended at once."""
    if is_annotated(case):
        return case.steps
    return (*case.steps, *_marking(case.jurisdiction, who, now, is_market=case.is_market))


def _marking(jurisdiction: str, who: Owers, now: datetime, *, is_market: bool) -> tuple[Step, ...]:
    step = begin(MARKET_MARK if is_market else ANNOTATE, jurisdiction, civil_date(now), who.centre)
    return finish((step,), now)


def owers(case: Objection, centres: Mapping[str, str]) -> Owers:
    return Owers(centre=centres[case.jurisdiction], provider=case.provider_unit, addressee=case.addressee)


def filed(
    jurisdiction: str, addressee: Addressee, who: Owers, now: datetime, *, is_market: bool, is_marked: bool
) -> tuple[Step, ...]:
    """The clocks from the day of filing; a mark is made with the filing, so its clock ends at once."""
    on = civil_date(now)
    starts = (MARKET_FINISH,) if is_market else way_of(jurisdiction, addressee).starts
    mark = _marking(jurisdiction, who, now, is_market=is_market) if is_marked else ()
    return (*mark, *(begin(clock, jurisdiction, on, who.of(clock)) for clock in starts))


def path(
    jurisdiction: str, addressee: Addressee, who: Owers, on: date, *, is_market: bool, is_marked: bool
) -> tuple[Milestone, ...]:
    """Every due date from filing to the last follow-up, each with its article."""
    mark = MARKET_MARK if is_market else ANNOTATE
    found = [Milestone(due=due(mark, jurisdiction, on), owed_by=who.centre, is_latest=False)] if is_marked else []
    start = on
    for clock in (MARKET_FINISH,) if is_market else way_of(jurisdiction, addressee).path:
        step = due(clock, jurisdiction, start)
        found.append(Milestone(due=step, owed_by=who.of(clock), is_latest=start != on))
        start = step.on
    return tuple(found)


def dispatched(case: Objection, now: datetime) -> tuple[Step, ...]:
    """If the centre has its own days for checking, they end with the notice to the provider; other clocks continue."""
    return finish(case.steps, now, VERIFY)


def received(case: Objection, who: Owers, on: date) -> tuple[Step, ...]:
    """The provider's days run from its receipt, if the law counts them separately."""
    if case.status != "dispatched":
        return case.steps
    return (*case.steps, begin(REPLY, case.jurisdiction, on, who.provider))


def replied(case: Objection, who: Owers, now: datetime) -> tuple[Step, ...]:
    if case.status != "provider_checking":
        return case.steps
    told = begin(NOTIFY, case.jurisdiction, civil_date(now), who.centre)
    return (*finish(case.steps, now, REPLY), told)


def own_error(case: Objection, who: Owers, now: datetime) -> tuple[Step, ...]:
    """Corrected at once and told in the same transaction: both clocks start and end now."""
    on = civil_date(now)
    steps = (begin(clock, case.jurisdiction, on, who.centre) for clock in (OWN_ERROR, OWN_ERROR_NOTIFY))
    return finish((*case.steps, *steps), now)


def closed(case: Objection, copies: Iterable[Copy], now: datetime) -> tuple[Step, ...]:
    """Ends the running clocks; each system with the wrong content owes the correction from now on."""
    done = finish(case.steps, now)
    clock, on = _copies_clock(case, now), civil_date(now)
    return (
        *done,
        *(begin(clock, case.jurisdiction, on, copy.system, part=copy.system) for copy in copies if owes(copy)),
    )


def told_at_decision(case: Objection) -> tuple[str, ...]:
    """The systems that were told of the correction when it was decided: each has owed a step since then."""
    return tuple(
        step.owed_by
        for step in case.steps
        if step.clock in COPY_CLOCKS and step.key.partition("/")[2] == step.owed_by  # without those owed again
    )


def reopened(case: Objection, system: str, now: datetime) -> tuple[Step, ...]:
    """The system owes the correction again, with its own clock."""
    earlier = sum(step.clock in COPY_CLOCKS and step.owed_by == system for step in case.steps)
    part = f"{system}#{earlier + 1}"
    clock = _copies_clock(case, now)
    return (*case.steps, begin(clock, case.jurisdiction, civil_date(now), system, part=part))


def followed(steps: tuple[Step, ...], systems: Collection[str], now: datetime) -> tuple[Step, ...]:
    """Ends the steps that the systems owe; unchanged if they owe none."""
    keys = [step.key for step in steps if step.is_open and step.clock in COPY_CLOCKS and step.owed_by in systems]
    return finish(steps, now, *keys) if keys else steps


def _copies_clock(case: Objection, now: datetime) -> str:
    is_by_law = not case.is_market and supports(COPIES, case.jurisdiction, civil_date(now)).is_available
    return COPIES if is_by_law else FOLLOW_COPIES


def owes(copy: Copy) -> bool:
    """Whether a system was told of a change and has not said that it followed."""
    return copy.told_at is not None and copy.acknowledged_at is None


def review(case: Objection, who: Owers, now: datetime) -> tuple[Step, ...]:
    return (*case.steps, begin(REVIEW, case.jurisdiction, civil_date(now), who.centre))
