"""Which clocks run on an objection: what each transition starts and ends, and the whole path with its days beforehand."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import msgspec

from api.infra.clock import civil_date
from api.infra.steps import Step, begin, finish
from api.objections.models import Addressee, Objection
from api.records.models import Copy
from knowledge.clocks import DueDate, due
from knowledge.rules import supports

ANNOTATE = "objection.annotate"
VERIFY = "objection.verify"
REPLY = "objection.provider_reply"
NOTIFY = "objection.notify"
DIRECT = "objection.provider_direct"
FINISH = "objection.finish"
COPIES = "objection.shared_copies"
RESULT = "objection.result"
OWN_ERROR = "objection.own_error"
OWN_ERROR_NOTIFY = "objection.own_error_notify"
REVIEW = "objection.review"
PAUSABLE = (FINISH, RESULT)

_STARTS = {
    ("dalian", Addressee.CENTRE): (VERIFY, RESULT),
    ("dalian", Addressee.PROVIDER): (DIRECT,),
    ("yunnan", Addressee.CENTRE): (FINISH,),
    ("yunnan", Addressee.PROVIDER): (FINISH,),
}
_PATHS = {
    ("dalian", Addressee.CENTRE): (VERIFY, REPLY, NOTIFY),
    ("dalian", Addressee.PROVIDER): (DIRECT,),
    ("yunnan", Addressee.CENTRE): (FINISH, COPIES),
    ("yunnan", Addressee.PROVIDER): (FINISH, COPIES),
}
_BY_PROVIDER = frozenset({REPLY, DIRECT})


class Milestone(msgspec.Struct, frozen=True):
    """A due date of the path. `is_latest`: it starts from the last day of the step before, so it may come earlier."""

    due: DueDate
    owed_by: str
    is_latest: bool


class Owers(msgspec.Struct, frozen=True):
    """Who owes a step, in words a resident knows."""

    centre: str
    provider: str
    addressee: Addressee

    def of(self, clock: str) -> str:
        if clock in _BY_PROVIDER or (clock in (FINISH, RESULT) and self.addressee is Addressee.PROVIDER):
            return self.provider
        return "已接收共享信息的单位" if clock == COPIES else self.centre


def owers(case: Objection, centres: Mapping[str, str]) -> Owers:
    return Owers(centre=centres[case.jurisdiction], provider=case.provider_unit, addressee=case.addressee)


def filed(jurisdiction: str, addressee: Addressee, who: Owers, now: datetime) -> tuple[Step, ...]:
    """The clocks from the day of filing; the mark is made with the filing, so its clock ends at once."""
    on = civil_date(now)
    mark = finish([begin(ANNOTATE, jurisdiction, on, who.centre)], now)
    return (*mark, *(begin(clock, jurisdiction, on, who.of(clock)) for clock in _STARTS[jurisdiction, addressee]))


def path(jurisdiction: str, addressee: Addressee, who: Owers, on: date) -> tuple[Milestone, ...]:
    """Every due date from filing to the last follow-up, each with its article."""
    found = [Milestone(due=due(ANNOTATE, jurisdiction, on), owed_by=who.centre, is_latest=False)]
    start = on
    for clock in _PATHS[jurisdiction, addressee]:
        step = due(clock, jurisdiction, start)
        found.append(Milestone(due=step, owed_by=who.of(clock), is_latest=start != on))
        start = step.on
    return tuple(found)


def dispatched(case: Objection, now: datetime) -> tuple[Step, ...]:
    """In Dalian the centre's own clock ends with the notice to the provider; Yunnan's one clock runs on."""
    return finish(case.steps, now, VERIFY)


def received(case: Objection, who: Owers, on: date) -> tuple[Step, ...]:
    """The provider's days run from its own receipt, where the law counts them apart."""
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


def closed(steps: Iterable[Step], jurisdiction: str, copies: Iterable[Copy], now: datetime) -> tuple[Step, ...]:
    """Ends what ran; each system that still holds the wrong content owes the correction, where the law sets days."""
    done = finish(steps, now)
    on = civil_date(now)
    if not supports(COPIES, jurisdiction, on).is_available:
        return done
    keys = {step.key for step in done}
    owed = (begin(COPIES, jurisdiction, on, copy.system, part=copy.system) for copy in copies if owes(copy))
    return (*done, *(step for step in owed if step.key not in keys))


def owes(copy: Copy) -> bool:
    """Whether a system was told of a change and has not said that it followed."""
    return copy.told_at is not None and copy.acknowledged_at is None


def copy_key(system: str) -> str:
    return f"{COPIES}/{system}"


def review(case: Objection, who: Owers, now: datetime) -> tuple[Step, ...]:
    return (*case.steps, begin(REVIEW, case.jurisdiction, civil_date(now), who.centre))
