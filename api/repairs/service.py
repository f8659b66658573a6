"""Use cases of residents on repairs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from api.desk.casework import Casework, Ground, Turn
from api.desk.documents import ResultDocument
from api.desk.errors import ResultNotReady
from api.infra.actors import SYSTEM, Actor, Role
from api.infra.clock import civil_date
from api.infra.errors import Conflict, FieldFault, Invalid, NextStep
from api.infra.ids import new_id, receipt_number
from api.infra.mongo import Tx
from api.infra.privacy import sm3
from api.infra.sources import DueView, SourceView
from api.infra.steps import Step, begin, finish
from api.infra.transitions import happened
from api.notices.models import Draft
from api.pledges.models import RepairFiled
from api.pledges.texts import repair_text
from api.records import dates
from api.records.errors import RecordNotStanding
from api.records.models import Record, Section
from api.repairs.decisions import decision_document
from api.repairs.errand import ERRAND
from api.repairs.errors import (
    FEE_NOTICE,
    BarAnswered,
    NoBarProposed,
    NothingToRemind,
    PledgeTextOutdated,
    ProofNeeded,
    RepairAlreadyOpen,
    RepairClosed,
    RepairConditionUnmet,
    RepairNotApplicable,
    RepairNotOpen,
    RepairUnknown,
)
from api.repairs.models import Addressee, Pledge, Repair
from api.repairs.schemas import (
    AddresseeView,
    AnswerBar,
    ConditionView,
    EligibilityView,
    FileRepair,
    GiveMaterial,
    MaterialsView,
    PledgeTextView,
    ReminderView,
    RepairView,
    view,
)
from api.repairs.states import ASKED, FILING, FINAL, NEW, TABLE
from api.repairs.store import RepairStore
from knowledge.clocks import chinese_date, due
from knowledge.errors import KnowledgeError
from knowledge.repair import NOTHING_TO_REPAIR, Condition, Eligibility, eligibility
from knowledge.rules import in_force, supports

FORWARD, ACCEPT, ANSWER = "repair.local_forward", "repair.local_accept", "repair.local_answer"
"""Promises of the service: the days in the sources are for 信用中国 and what it pushes, not for a centre or unit here."""
DECIDE = "repair.decide"
EXTENSION = "repair.decide_extension"
EARLY = "repair.early"
MATERIAL_DUE = "repairs.material_due"
_REFUSALS: Mapping[str, type[Conflict]] = {
    "opens": RepairNotOpen,
    "unmet": RepairConditionUnmet,
    "unknown": RepairUnknown,
    "closed": RepairClosed,
}
_CAPABILITY = {Addressee.CENTRE: "repair.to_centre", Addressee.UNIT: "repair.to_provider"}
Hook = Callable[[Tx, RepairFiled], Awaitable[None]]
Follower = Callable[[Tx, Actor, Repair, str, datetime], Awaitable[None]]


class RepairService(Casework[Repair]):
    already_open = RepairAlreadyOpen

    """`hooks` run in the transaction in which a repair is filed,
    `followers` in that of every later step, with its action."""

    def __init__(self, ground: Ground, hooks: tuple[Hook, ...] = (), followers: tuple[Follower, ...] = ()) -> None:
        self._repairs = RepairStore(ground.database, ground.keys)
        super().__init__(ERRAND, ground, self._repairs)
        self._hooks = hooks
        self._followers = followers

    async def move(self, turn: Turn[Repair], action: str, note: str | None = None, **fields: Any) -> Repair:
        after = await super().move(turn, action, note, **fields)
        if turn.case.status in ASKED and after.status not in ASKED:
            await self.notices.cancel(turn.tx, after.subject, after.id, (MATERIAL_DUE,), turn.now)
        for follower in self._followers:
            await follower(turn.tx, turn.actor, after, action, turn.now)
        return after

    async def list_by_ids(self, ids: Sequence[str]) -> list[Repair]:
        """For other errands, which have checked the access; at most fifty."""
        return await self._repairs.list_by_ids(ids)

    async def seen_by(self, actor: Actor, case_id: str, now: datetime, tx: Tx = None) -> Repair:
        """As in `Casework`; a unit sees a case once it is addressed or forwarded to it. Raises NotFound."""
        case = await super().seen_by(actor, case_id, now, tx)
        if actor.role is Role.PROVIDER and not any(entry.target == "forwarded" for entry in case.history):
            await self.audits.turn_away(actor, self.errand.name, case_id, now)
        return case

    async def eligibility(
        self, actor: Actor, record_id: str, now: datetime, performed_on: date | None = None
    ) -> EligibilityView:
        """Every condition by name. `performed_on`: what if the duties are performed on that day.

        Raises NotFound, RepairNotApplicable, RepairUnknown.
        """
        record = await self.records.owned(actor, record_id, now)
        on = civil_date(now)
        found = self._judge(record, on, performed_on)
        materials = in_force("repair.materials", record.jurisdiction, on)
        assert isinstance(materials.value, tuple)
        pledge = repair_text(on)
        return EligibilityView(
            record_id=record.id,
            state=found.state,
            opens_on=found.opens_on,
            why=found.why,
            regime=found.regime,
            conditions=tuple(ConditionView.showing(condition) for condition in found.conditions),
            materials=MaterialsView(materials.value, SourceView.of(materials.citation), materials.certainty),
            pledge=PledgeTextView(pledge.version, pledge.text),
            addressees=tuple(self._addressee(record, addressee, on) for addressee in Addressee),
            clocks=tuple(DueView.of(due(clock, record.jurisdiction, on)) for clock in (ACCEPT, ANSWER)),
            may_file=found.state == "open" or _is_taken_in(found, on),
            warning=_warning(found, on),
        )

    def _addressee(self, record: Record, addressee: Addressee, on: date) -> AddresseeView:
        capability = supports(_CAPABILITY[addressee], record.jurisdiction, on)
        return AddresseeView(
            addressee=addressee,
            name=record.source_unit if addressee is Addressee.UNIT else self.centres[record.jurisdiction],
            explanation=capability.explanation,
            is_statutory=capability.is_statutory,
            citation=SourceView.of(capability.citation),
        )

    async def remind(self, tx: Tx, actor: Actor, record_id: str, now: datetime) -> ReminderView:
        """Books the reminder for the first possible day: that repair opens, or, if time alone will not open it, what is still
        missing. Planning from the record's facts gives the same reminder, and therefore keeps it.

        Raises NotFound, NothingToRemind.
        """
        record = await self.records.owned(actor, record_id, now)
        found = self._judge(record, civil_date(now), None)
        if found.opens_on is None or found.opens_on <= civil_date(now):
            raise NothingToRemind(found.why)
        day = {"day": chinese_date(found.opens_on)}
        kind = "repairs.lacks" if found.state == "unmet" else "repairs.opens"
        draft = Draft(kind=kind, subject=actor.bound_subject, ref=record.id, on=found.opens_on, params=day)
        await self.notices.book(tx, now, draft)
        await self.audits.write(tx, actor, "repairs.remind", record.id, now, subject=actor.subject)
        return ReminderView(record_id=record.id, on=found.opens_on, state=found.state, why=found.why)

    async def file(self, tx: Tx, actor: Actor, request: FileRepair, now: datetime) -> RepairView:
        """Raises NotFound, RepairNotOpen and its kin, ProofNeeded, PledgeTextOutdated, RepairAlreadyOpen."""
        record = await self.records.owned(actor, request.record_id, now)
        found = self._check(record, request, now)
        on = civil_date(now)
        pledge = repair_text(on)
        row = TABLE.advance(NEW, FILING[request.addressee], actor.role)
        case = Repair(
            id=new_id(ERRAND.prefix),
            number=receipt_number("XF", on),
            owner=actor.id,
            subject=actor.bound_subject,
            record_id=record.id,
            record_title=record.title,
            jurisdiction=record.jurisdiction,
            addressee=request.addressee,
            provider=record.provider,
            provider_unit=record.source_unit,
            performance=request.performance,
            duty_performed_on=request.duty_performed_on,
            pledge=Pledge(version=pledge.version, digest=sm3(pledge.text.encode()), accepted_at=now),
            opened_on=found.opens_on,
            regime=found.regime,
            status=row.target,
            filed_at=now,
            history=(happened(row, NEW, actor, now),),
            steps=self._filed(record, request.addressee, on),
            warning=_warning(found, on),
            decided_by=dates.decider(record),
        )
        unit = self.addressee_name(case)
        await self.start(tx, actor, case, now, told="repairs.filed", unit=unit, way=await self.way_to(case, unit, now))
        files = await self.evidence.attach_first(tx, actor.id, request.evidence, case.id, now)
        await self._run_hooks(tx, case, now)
        return view(case, record, files, actor.role, on)

    async def _run_hooks(self, tx: Tx, case: Repair, now: datetime) -> None:
        filed = RepairFiled(
            repair_id=case.id,
            record_id=case.record_id,
            owner=case.owner,
            subject=case.subject,
            jurisdiction=case.jurisdiction,
            pledge_version=case.pledge.version,
            accepted_at=now,
        )
        for hook in self._hooks:
            await hook(tx, filed)

    def _filed(self, record: Record, addressee: Addressee, on: date) -> tuple[Step, ...]:
        centre = self.centres[record.jurisdiction]
        if addressee is Addressee.CENTRE:
            return tuple(begin(clock, record.jurisdiction, on, centre) for clock in (FORWARD, ANSWER))
        return tuple(begin(clock, record.jurisdiction, on, record.source_unit) for clock in (ACCEPT, ANSWER))

    def _check(self, record: Record, request: FileRepair, now: datetime) -> Eligibility:
        on = civil_date(now)
        if request.pledge_version != repair_text(on).version:
            raise PledgeTextOutdated
        if request.duty_performed_on is not None and request.duty_performed_on > on:
            raise Invalid("履行完毕的日期不能晚于今天。", faults=(FieldFault("dutyPerformedOn", "不能晚于今天"),))
        found = self._judge(record, on, request.duty_performed_on)
        may_file = found.state == "open" or _is_taken_in(found, on)
        is_proven = record.duty_performed_on or (request.duty_performed_on and request.evidence)
        if not is_proven and (may_file or found.state == "unmet"):
            raise ProofNeeded(f"{ProofNeeded.default_detail}{FEE_NOTICE}")
        if not may_file:
            raise _refusal(found, on)
        if not record.is_disclosed:
            raise RecordNotStanding
        return found

    def _judge(self, record: Record, on: date, performed_on: date | None) -> Eligibility:
        """The eligibility; the resident's statement counts where the record has no date. Raises RepairNotApplicable, RepairUnknown."""
        if record.section is not Section.DISHONESTY:
            raise RepairNotApplicable
        facts = self.records.repair_facts(record)
        if facts.duty_performed_on is None and performed_on is not None:
            facts = msgspec.structs.replace(facts, duty_performed_on=performed_on)
        try:
            return eligibility(facts, on)
        except KnowledgeError as fault:
            raise RepairUnknown("这一天没有可以适用的修复规定，请向信用中心窗口咨询。") from fault

    async def withdraw(self, turn: Turn[Repair]) -> Repair:
        after = await self.move(turn, "withdraw", steps=finish(turn.case.steps, turn.now))
        await self.tell(turn.tx, after, "repairs.withdrawn", turn.now)
        return after

    async def record_changed(self, tx: Tx, record: Record, now: datetime) -> None:
        """Ends the open case about a record that has ended otherwise, such as an annulled one: nothing is left to repair."""
        if record.is_disclosed:
            return
        case = await self._repairs.find_open(record.id, tx)
        if case is None or record.changes[-1].case_id == case.id:
            return
        turn = Turn(tx, SYSTEM, case, now)
        after = await self.move(turn, "end_with_record", steps=finish(case.steps, now))
        await self.tell(tx, after, "repairs.record_ended", now)

    async def give_material(self, turn: Turn[Repair], request: GiveMaterial) -> Repair:
        """Answers the list of missing material."""
        tx, actor, case, now = turn
        TABLE.advance(case.status, "give_material", actor.role)
        assert case.material is not None
        material = msgspec.structs.replace(case.material, given_at=now, answer=request.answer)
        after = await self.move(turn, "give_material", material=material)
        await self.evidence.attach(tx, actor.id, request.evidence, case.id, now)
        await self.tell(tx, after, "repairs.material_given", now)
        return after

    async def answer_bar(self, turn: Turn[Repair], request: AnswerBar) -> Repair:
        """Enters the resident's answer before a bar is decided. Raises NoBarProposed."""
        tx, actor, case, now = turn
        TABLE.advance(case.status, "answer_bar", actor.role)
        if case.bar is None or case.bar.imposed_at is not None or case.bar.dropped_at is not None:
            raise NoBarProposed
        if case.bar.answered_at is not None:
            raise BarAnswered
        bar = msgspec.structs.replace(case.bar, answer=request.answer, answered_at=now)
        after = await self.move(turn, "answer_bar", bar=bar)
        await self.evidence.attach(tx, actor.id, request.evidence, case.id, now)
        unit = case.provider_unit
        await self.tell(tx, after, "repairs.bar_answered", now, unit=unit, way=await self.way_to(case, unit, now))
        return after

    async def show(self, actor: Actor, case: Repair, now: datetime, tx: Tx = None) -> RepairView:
        """The repair with its record's measures and copies, its files, and what the actor can do next."""
        record = await self.records.get(case.record_id, tx)
        evidence = await self.evidence.list_of_case(case.id, tx)
        is_shown = case.is_open and actor.role is not Role.RESIDENT
        conditions = self.conditions(case, record, now) if is_shown else ()
        return view(case, record, evidence, actor.role, civil_date(now), conditions)

    def conditions(self, case: Repair, record: Record, now: datetime) -> tuple[Condition, ...]:
        """Each condition as of today, the pledge as signed; empty if nothing can be said."""
        try:
            found = self._judge(record, civil_date(now), case.duty_performed_on).conditions
        except (RepairNotApplicable, RepairUnknown):
            return ()
        signed = f"{chinese_date(civil_date(case.pledge.accepted_at))}已签署信用承诺书（{case.pledge.version}）"
        return tuple(
            msgspec.structs.replace(one, is_met=True, detail=signed) if one.name == "pledge" else one for one in found
        )

    async def written(self, case: Repair, tx: Tx = None) -> ResultDocument:
        """The written decision on a repair. Raises ResultNotReady."""
        if case.status not in FINAL or case.decision is None:
            raise ResultNotReady
        return decision_document(case)

    def addressee_name(self, case: Repair) -> str:
        return case.provider_unit if case.addressee is Addressee.UNIT else self.centres[case.jurisdiction]


def _is_taken_in(found: Eligibility, on: date) -> bool:
    """Whether the place accepts an application that our own dates would refuse (Yunnan 38): the unit decides, with reasons.

    Never against a bar stated by the determining unit, nor if there is nothing left to repair.
    """
    failing = {c.name for c in found.conditions if c.is_decisive and c.is_met is not True}
    if not failing or failing & (NOTHING_TO_REPAIR | {"not_barred"}):
        return False
    return supports(EARLY, found.facts.jurisdiction, on).is_available


def _warning(found: Eligibility, on: date) -> str | None:
    """The warning to the resident if the application is accepted although a condition is not met as far as is known here."""
    if found.state == "open" or not _is_taken_in(found, on):
        return None
    return f"{found.why}申请仍会收下，由受理单位决定；不同意的，应当说明理由，您可以依法寻求救济。"


def _refusal(found: Eligibility, on: date) -> Conflict:
    """The refusal, with the article of the first decisive condition that fails; a known day can be reminded of."""
    failing = [c for c in found.conditions if c.is_decisive and c.is_met is not True]
    step = NextStep("请看每一项条件的说明；信息有误的，可以提出异议。", flow="repair")
    faults: tuple[FieldFault, ...] = ()
    if found.facts.is_court_matter:
        step = NextStep(
            "请按法院文书上写明的办法，向作出文书的人民法院申请；信息有误的，也可以提出异议。", flow="objection"
        )
    elif found.state == "unknown":
        step = NextStep("打开这条记录，可以一键询问认定单位，请它补上失信类别或者文书日期。", flow="report")
    elif found.state == "closed" and not NOTHING_TO_REPAIR & {c.name for c in failing}:
        step = NextStep("期满那天自动停止，不需要申请；到时还查得到的，请提出异议，由我们通知停止。", flow="objection")
    elif found.state == "closed":
        step = NextStep("已经期满停止的，不需要申请；别处还查得到的，请提出异议，由我们通知停止。", flow="objection")
    if found.opens_on is not None and found.opens_on > on:
        step = NextStep(f"可以预约{chinese_date(found.opens_on)}早上的提醒，到时再申请。", flow="report")
        faults = (FieldFault("opensOn", found.opens_on.isoformat()),)
    return _REFUSALS[found.state](
        f"{found.why}{FEE_NOTICE}", citation=failing[0].citation if failing else None, next_step=step, faults=faults
    )
