"""Use cases of officers and determining units on repairs."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from api.desk.casework import Turn, remedies
from api.footprints.models import FootprintKind
from api.footprints.service import footprint
from api.infra.actors import Actor, Role
from api.infra.clock import civil_date
from api.infra.errors import FieldFault, Invalid, NextStep, NotFound
from api.infra.mongo import Tx
from api.infra.steps import Step, begin, finish
from api.notices.models import Draft
from api.records.models import Change, Record, Standing
from api.repairs.applicable import FOLLOW, LIST, MATERIAL, later_day
from api.repairs.errors import (
    BarDates,
    BarProposedBefore,
    BarredBefore,
    ConditionsOpen,
    ExtendedBefore,
    ExtensionTooLate,
    MaterialAskedBefore,
    MaterialDayNotLater,
    MaterialDayNotTold,
    MaterialDayRunning,
    MeasureNotApplied,
    NoBarProposed,
    NotHeardYet,
    RemovalNotOwed,
)
from api.repairs.models import Bar, Decision, Extension, MaterialList, Repair
from api.repairs.schemas import Approve, BarFields, DraftOfDecision
from api.repairs.service import ACCEPT, ANSWER, DECIDE, EXTENSION, FORWARD, MATERIAL_DUE, RepairService
from api.repairs.states import TABLE, WITH_UNIT
from knowledge.clocks import chinese_date, due
from knowledge.places import cited
from knowledge.remedies import Decider
from knowledge.rules import in_force

_LONGEST_BAR = timedelta(days=10 * 366)  # no law of ours: a slip of the pen, such as 9999, could never be imposed
_REMINDED_BEFORE = timedelta(days=5)  # of the last day for the material
_REMOVAL = f"{FOLLOW}/{LIST}"


class RepairHandling:
    """Every step takes a note for the history; only officers read it."""

    def __init__(self, repairs: RepairService) -> None:
        self._repairs = repairs

    async def ask_for_material(self, turn: Turn[Repair], *, items: tuple[str, ...], note: str | None) -> Repair:
        """Asks for missing material, once, in one complete list, and says until which day. Raises MaterialAskedBefore."""
        case, now = turn.case, turn.now
        TABLE.advance(case.status, "ask_for_material", turn.actor.role)
        if case.material is not None:
            raise MaterialAskedBefore
        day = due(MATERIAL, case.jurisdiction, civil_date(now)).on
        material = MaterialList(asked_at=now, by=self._handler(case), items=items, answer_by=day)
        after = await self._repairs.move(turn, "ask_for_material", note, material=material)
        await self._tell_day(turn, after, "repairs.material_asked", day)
        return after

    async def give_time(self, turn: Turn[Repair], note: str | None) -> Repair:
        """Tells a later last day for the material, or the first one where none was told. Raises MaterialDayNotLater."""
        case, now = turn.case, turn.now
        TABLE.advance(case.status, "give_time", turn.actor.role)
        day = later_day(case, civil_date(now))
        if day is None or case.material is None:
            raise MaterialDayNotLater
        material = msgspec.structs.replace(case.material, answer_by=day)
        after = await self._repairs.move(turn, "give_time", note, material=material)
        await self._repairs.notices.cancel(turn.tx, case.subject, case.id, (MATERIAL_DUE,), now)
        await self._tell_day(turn, after, "repairs.material_day", day)
        return after

    async def _tell_day(self, turn: Turn[Repair], case: Repair, kind: str, day: date) -> None:
        """Tells the last day for the material, and books the reminder of it."""
        said = {"day": chinese_date(day), "number": case.number}
        await self._repairs.tell(turn.tx, case, kind, turn.now, day=said["day"])
        reminder = Draft(MATERIAL_DUE, case.subject, case.id, day - _REMINDED_BEFORE, said)
        await self._repairs.notices.book(turn.tx, turn.now, reminder)

    async def lapse(self, turn: Turn[Repair], note: str | None) -> Repair:
        """Ends an application whose material is not there although the day that was told is over. Nothing is decided on the merits:
        the resident may apply again at once. Raises MaterialDayNotTold, MaterialDayRunning.
        """
        case, now = turn.case, turn.now
        TABLE.advance(case.status, "lapse", turn.actor.role)
        day = case.material.answer_by if case.material else None
        if case.material is None or day is None:
            raise MaterialDayNotTold
        if civil_date(now) <= day:
            raise MaterialDayRunning(f"告诉当事人的最后一天是{chinese_date(day)}，那天以前不能结束办理。")
        by = self._handler(case)
        decider: Decider = case.decided_by if case.status == "unit_material_asked" else "centre"
        asked_on = chinese_date(civil_date(case.material.asked_at))
        reasons = (
            f"{asked_on}一次列明要补的材料：{'、'.join(case.material.items)}；告诉您最晚{chinese_date(day)}补交，"
            "到今天没有收到。这次申请到此结束，不是不予修复，也不影响您以后申请；材料备齐了，随时可以再申请，不收费。"
        )
        after = await self._repairs.move(
            turn,
            "lapse",
            note,
            decision=Decision(kind="lapsed", by=by, at=now, reasons=reasons),
            decided_at=now,
            remedies=remedies(decider, case.jurisdiction, now),
            steps=finish(case.steps, now),
        )
        await self._repairs.tell(turn.tx, after, "repairs.lapsed", now)
        return after

    def _handler(self, case: Repair) -> str:
        """Who works the application now, in words."""
        return case.provider_unit if case.status in WITH_UNIT else self._repairs.centres[case.jurisdiction]

    async def forward(self, turn: Turn[Repair], note: str | None) -> Repair:
        """Forwards to the unit that determined the conduct, whose days for accepting start now."""
        return await self._next_clock(turn, "forward", note, FORWARD, ACCEPT, told="repairs.forwarded")

    async def accept(self, turn: Turn[Repair], note: str | None) -> Repair:
        return await self._next_clock(turn, "accept", note, ACCEPT, DECIDE, told="repairs.accepted")

    async def _next_clock(
        self, turn: Turn[Repair], action: str, note: str | None, ended: str, started: str, *, told: str
    ) -> Repair:
        """One clock of the unit ends and the next begins."""
        case, now = turn.case, turn.now
        TABLE.advance(case.status, action, turn.actor.role)
        owed = begin(started, case.jurisdiction, civil_date(now), case.provider_unit)
        after = await self._repairs.move(turn, action, note, steps=(*finish(case.steps, now, ended), owed))
        await self._repairs.tell(turn.tx, after, told, now, unit=case.provider_unit)
        return after

    async def extend(self, turn: Turn[Repair], *, reasons: str, note: str | None) -> Repair:
        """Extends the time for the decision, once, and tells the resident before the day that it moves.

        The new day replaces the promised ten, unless these were over before. Raises ExtendedBefore, ExtensionTooLate.
        """
        case, now = turn.case, turn.now
        TABLE.advance(case.status, "extend", turn.actor.role)
        if case.extension is not None:
            raise ExtendedBefore
        decide = next(step for step in case.steps if step.key == DECIDE and step.is_open)
        rule = in_force(EXTENSION, case.jurisdiction, civil_date(now))
        if decide.is_late(civil_date(now)):
            raise ExtensionTooLate(citation=rule.citation)
        longer = begin(EXTENSION, case.jurisdiction, decide.due_on, decide.owed_by)
        extension = Extension(
            at=now, by=case.provider_unit, was_due_on=decide.due_on, due_on=longer.due_on, reasons=reasons
        )
        today = civil_date(now)
        moved = [step.key for step in case.steps if step.key in (DECIDE, ANSWER) and not step.is_late(today)]
        steps = (*(step for step in case.steps if not (step.is_open and step.key in moved)), longer)
        after = await self._repairs.move(turn, "extend", note, extension=extension, steps=steps)
        day = chinese_date(longer.due_on)
        await self._repairs.tell(turn.tx, after, "repairs.extended", now, unit=case.provider_unit, day=day)
        return after

    async def decline(self, turn: Turn[Repair], *, reasons: str, note: str | None) -> Repair:
        """Does not accept the application: with reasons, remedies and their last days."""
        return await self._against(turn, "decline", "declined", reasons, note)

    async def refuse(self, turn: Turn[Repair], *, reasons: str, note: str | None) -> Repair:
        """Refuses the repair: with reasons, remedies and their last days."""
        return await self._against(turn, "refuse", "refused", reasons, note)

    async def _against(self, turn: Turn[Repair], action: str, kind: str, reasons: str, note: str | None) -> Repair:
        case, now = turn.case, turn.now
        after = await self._repairs.move(
            turn,
            action,
            note,
            decision=Decision(kind=kind, by=case.provider_unit, at=now, reasons=reasons),
            decided_at=now,
            remedies=remedies(case.decided_by, case.jurisdiction, now),
            steps=finish(case.steps, now),
        )
        await self._repairs.tell(turn.tx, after, f"repairs.{kind}", now)
        return after

    async def decide(self, turn: Turn[Repair], draft: DraftOfDecision, note: str) -> Repair:
        """Takes the step of a draft, for a rehearsal or once it has its signatures. Raises whatever the step raises, and Invalid if
        reasons are missing."""
        if draft.reasons is None and draft.action != "approve":
            raise Invalid(faults=(FieldFault(field="reasons", message="请写明理由。"),))
        signed = turn._replace(actor=msgspec.structs.replace(turn.actor, is_signed=True))
        reasons = draft.reasons or Approve(reason=note).reasons
        if draft.action == "approve":
            return await self.approve(signed, reasons=reasons, note=note, despite=draft.despite)
        take = self.refuse if draft.action == "refuse" else self.decline
        return await take(signed, reasons=reasons, note=note)

    async def approve(
        self, turn: Turn[Repair], *, reasons: str, note: str | None, despite: tuple[str, ...] = ()
    ) -> Repair:
        """Repairs the record: publication, sharing, use and the entry on the list end now; measures and copies are tracked.

        `despite` names every condition that is not shown to be met, and the decision says so. Raises ConditionsOpen for one that is
        not named, and RecordNotStanding if the record has ended for another reason meanwhile.
        """
        tx, actor, case, now = turn
        TABLE.advance(case.status, "approve", actor.role)
        open_ = await self._open_conditions(tx, case, now, despite)
        record, was_listed = await self._stop(tx, case, reasons, now)
        entry = footprint(
            case.subject,
            FootprintKind.REPAIRED,
            now,
            unit=case.provider_unit,
            why="同意信用修复申请",
            basis=cited(("repair",), case.jurisdiction)[0],
            records=(record.id,),
            ref=case.id,
        )
        await self._repairs.footprints.note_in(tx, [entry])
        after = await self._repairs.move(
            turn,
            "approve",
            note,
            decision=Decision(kind="approved", by=case.provider_unit, at=now, reasons=reasons, despite=open_),
            decided_at=now,
            steps=(*finish(case.steps, now), *_follow_through(case, record, was_listed, now)),
        )
        await self._repairs.notices.cancel(tx, case.subject, record.id, ("repairs.opens", "repairs.lacks"), now)
        await self._repairs.tell(tx, after, "repairs.approved", now)
        return after

    async def _open_conditions(self, tx: Tx, case: Repair, now: datetime, despite: tuple[str, ...]) -> tuple[str, ...]:
        """The titles of the decisive conditions that are not shown to be met. Raises ConditionsOpen unless `despite` names each."""
        record = await self._repairs.records.get(case.record_id, tx)
        found = [
            one for one in self._repairs.conditions(case, record, now) if one.is_decisive and one.is_met is not True
        ]
        if unnamed := [one for one in found if one.name not in despite]:
            raise ConditionsOpen(faults=tuple(FieldFault("despite", f"{one.title}：{one.detail}") for one in unnamed))
        return tuple(one.title for one in found)

    async def _stop(self, tx: Tx, case: Repair, reasons: str, now: datetime) -> tuple[Record, bool]:
        """Ends the record's disclosure. Returns the record, and whether it was on the list until now."""
        record = await self._repairs.records.get(case.record_id, tx)
        is_listed = record.severe_list == "listed"
        change = Change(
            at=now,
            kind="repair.approved",
            unit=case.provider_unit,
            reason=reasons,
            fields=("standing", "severe_list") if is_listed else ("standing",),
            case_id=case.id,
            law=cited(("repair",), case.jurisdiction),
        )
        unlisted: dict[str, Any] = {"severe_list": "removed", "removed_on": civil_date(now)} if is_listed else {}
        return await self._repairs.records.stop(tx, record, Standing.REPAIRED, change, **unlisted), is_listed

    async def copies_followed(self, tx: Tx, actor: Actor, case_id: str, systems: Sequence[str], now: datetime) -> None:
        """Called when systems followed the change by the provider's feed; the record is updated already. Does nothing if none is owed."""
        case = await self._repairs.by_id(case_id, tx)
        keys = {f"{FOLLOW}/{system}" for system in systems}
        owed = [step.key for step in case.steps if step.is_open and step.key in keys]
        if owed:
            await self._repairs.move(
                Turn(tx, actor, case, now), "acknowledge_copy", steps=finish(case.steps, now, *owed)
            )

    async def acknowledge_copy(self, turn: Turn[Repair], *, system: str, note: str | None) -> Repair:
        """Notes that a system no longer uses the record. Raises CopyNotOwed."""
        steps = finish(turn.case.steps, turn.now, f"{FOLLOW}/{system}")
        return await self._repairs.follow_copy(turn, system, steps, note)

    async def measure_lifted(self, tx: Tx, actor: Actor, case_id: str, code: str, unit: str, now: datetime) -> None:
        """Called when lifting was noted on the record itself. Does nothing if the case does not wait for it."""
        case = await self._repairs.by_id(case_id, tx)
        key = f"{FOLLOW}/{measure_part(code, unit)}"
        if any(step.key == key and step.is_open for step in case.steps):
            steps = finish(case.steps, now, key)
            after = await self._repairs.move(Turn(tx, actor, case, now), "lift_measure", steps=steps)
            await self._repairs.tell(tx, after, "repairs.measure_lifted", now, unit=unit)

    async def lift_measure(self, turn: Turn[Repair], *, code: str, unit: str, note: str | None) -> Repair:
        """Notes that a unit no longer applies its measure. A provider can only say so of its own measure. Raises MeasureNotApplied."""
        tx, actor, case, now = turn
        TABLE.advance(case.status, "lift_measure", actor.role)
        if actor.role is Role.PROVIDER and unit not in (actor.unit, case.provider_unit):
            raise MeasureNotApplied("这项措施由其他单位实施，由实施单位解除后告知信用中心。")
        record = await self._repairs.records.get(case.record_id, tx)
        try:
            await self._repairs.records.lift_measure(tx, record, code, unit, now)
        except NotFound as none:
            key = f"{FOLLOW}/{measure_part(code, unit)}"
            if not any(step.is_open and step.key == key for step in case.steps):
                raise MeasureNotApplied from none  # otherwise it was lifted before in another way
        steps = finish(case.steps, now, f"{FOLLOW}/{measure_part(code, unit)}")
        after = await self._repairs.move(turn, "lift_measure", note, steps=steps)
        await self._repairs.tell(tx, after, "repairs.measure_lifted", now, unit=unit)
        return after

    async def confirm_removal(self, turn: Turn[Repair], note: str | None) -> Repair:
        """Notes that the unit's published list no longer names the person. Raises RemovalNotOwed."""
        case, now = turn.case, turn.now
        TABLE.advance(case.status, "confirm_removal", turn.actor.role)
        if not any(step.key == _REMOVAL and step.is_open for step in case.steps):
            raise RemovalNotOwed
        steps = finish(case.steps, now, _REMOVAL)
        after = await self._repairs.move(turn, "confirm_removal", note, steps=steps)
        await self._repairs.tell(turn.tx, after, "repairs.removed", now, unit=case.provider_unit)
        return after

    async def propose_bar(self, turn: Turn[Repair], *, proposal: BarFields, note: str | None) -> Repair:
        """Tells the resident, before the unit decides, what it found, on which basis, and until when it intends to bar repair.

        The product computes no bar: element, last day and remedies come from the unit. Raises BarredBefore, BarDates.
        """
        case, now = turn.case, turn.now
        TABLE.advance(case.status, "propose_bar", turn.actor.role)
        if case.barred_until is not None:
            raise BarredBefore
        if case.bar is not None and case.bar.dropped_at is None:
            raise BarProposedBefore
        today = civil_date(now)
        if not today < proposal.reply_by < proposal.until:
            raise BarDates(faults=(FieldFault("replyBy", "应当在今天以后、截止日期以前。"),))
        if proposal.until > today + _LONGEST_BAR:
            raise BarDates(faults=(FieldFault("until", "应当在十年之内。"),))
        bar = Bar(**msgspec.structs.asdict(proposal), by=case.provider_unit, told_at=now)
        after = await self._repairs.move(turn, "propose_bar", note, bar=bar)
        day = chinese_date(bar.reply_by)
        await self._repairs.tell(turn.tx, after, "repairs.bar_proposed", now, unit=case.provider_unit, day=day)
        return after

    async def drop_bar(self, turn: Turn[Repair], *, reasons: str, note: str | None) -> Repair:
        """Drops the proposed bar after hearing the resident. Raises NoBarProposed."""
        case, now = turn.case, turn.now
        TABLE.advance(case.status, "drop_bar", turn.actor.role)
        bar = msgspec.structs.replace(_proposed(case), dropped_at=now, reasons=reasons)
        after = await self._repairs.move(turn, "drop_bar", note, bar=bar)
        await self._repairs.tell(turn.tx, after, "repairs.bar_dropped", now, unit=case.provider_unit)
        return after

    async def bar(self, turn: Turn[Repair], *, reasons: str, note: str | None) -> Repair:
        """Imposes the proposed bar, after the resident was heard or let the day pass. `reasons` reply to what they said.

        Raises NoBarProposed, NotHeardYet, BarredBefore, and BarDates if the announced day has passed.
        """
        tx, actor, case, now = turn
        TABLE.advance(case.status, "bar", actor.role)
        if case.barred_until is not None:
            raise BarredBefore
        proposed = _proposed(case)
        if proposed.answered_at is None and civil_date(now) <= proposed.reply_by:
            raise NotHeardYet
        if proposed.until < civil_date(now):
            raise BarDates(
                "告知的截止日期已经过了，没有可以禁止的期间。",
                next_step=NextStep("请撤销原来的告知；仍要禁止的，重新告知。"),
            )
        record = await self._repairs.records.get(case.record_id, tx)
        change = Change(
            at=now,
            kind="repair.barred",
            unit=proposed.by,
            reason=f"{proposed.element.label}：{reasons}",
            fields=("barred_until",),
            case_id=case.id,
            law=("order-36",),
        )
        until = max(proposed.until, record.barred_until or proposed.until)  # another case may have barred it for longer
        await self._repairs.records.alter(tx, record, change, barred_until=until)
        after = await self._repairs.move(
            turn,
            "bar",
            note,
            barred_until=proposed.until,
            bar=msgspec.structs.replace(
                proposed, imposed_at=now, reasons=reasons, ways=remedies(case.decided_by, case.jurisdiction, now)
            ),
        )
        await self._repairs.tell(tx, after, "repairs.barred", now, until=chinese_date(proposed.until))
        return after


def _proposed(case: Repair) -> Bar:
    if case.bar is None or case.bar.dropped_at is not None:
        raise NoBarProposed
    return case.bar


def _follow_through(case: Repair, record: Record, was_listed: bool, now: datetime) -> list[Step]:
    """Steps for everybody who still shares, uses, applies or lists the record. No article sets days, so the clock is a service."""
    on = civil_date(now)
    copies = [begin(FOLLOW, case.jurisdiction, on, copy.system, part=copy.system) for copy in record.copies]
    measures = [
        begin(FOLLOW, case.jurisdiction, on, measure.unit, part=measure_part(measure.code, measure.unit))
        for measure in record.measures
        if measure.lifted_at is None
    ]
    removal = [begin(FOLLOW, case.jurisdiction, on, case.provider_unit, part=LIST)] if was_listed else []
    return [*removal, *copies, *measures]


def measure_part(code: str, unit: str) -> str:
    """The key that tells apart the follow-through steps of several measures."""
    return f"{code}@{unit}"
