"""Repairs: what officers and determining units do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from api.desk.casework import remedies
from api.desk.errors import CopyNotOwed
from api.footprints.models import FootprintKind
from api.footprints.service import footprint
from api.infra.actors import Actor, Role
from api.infra.clock import civil_date
from api.infra.errors import NotFound
from api.infra.mongo import Tx
from api.infra.steps import Step, begin, finish
from api.records.models import Change, Record, Standing
from api.repairs.errors import (
    BarredBefore,
    ExtendedBefore,
    ExtensionTooLate,
    MaterialAskedBefore,
    MeasureNotApplied,
    RemovalNotOwed,
)
from api.repairs.models import Decision, Extension, MaterialList, Repair
from api.repairs.service import ACCEPT, ANSWER, DECIDE, EXTENSION, FOLLOW, RepairService
from api.repairs.states import TABLE
from knowledge.clocks import chinese_date, end_of
from knowledge.rules import in_force

_LAW = {"dalian": ("dalian-44",), "yunnan": ("yunnan-38",)}
_LIST = "severe-list"
_REMOVAL = f"{FOLLOW}/{_LIST}"


class RepairHandling:
    """Every step takes a note for the history; only officers read it."""

    def __init__(self, repairs: RepairService) -> None:
        self._repairs = repairs

    async def ask_for_material(
        self, tx: Tx, actor: Actor, case: Repair, now: datetime, *, items: tuple[str, ...], note: str | None
    ) -> Repair:
        """Once, with everything in it. Raises MaterialAskedBefore."""
        TABLE.advance(case.status, "ask_for_material", actor.role)
        if case.material is not None:
            raise MaterialAskedBefore
        by = case.provider_unit if case.status == "forwarded" else self._repairs.centres[case.jurisdiction]
        material = MaterialList(asked_at=now, by=by, items=items)
        after = await self._repairs.move(tx, actor, case, "ask_for_material", now, note, material=material)
        await self._repairs.tell(tx, after, "repairs.material_asked", now)
        return after

    async def forward(self, tx: Tx, actor: Actor, case: Repair, now: datetime, note: str | None) -> Repair:
        """To the unit that determined the conduct: its days to accept run from here."""
        TABLE.advance(case.status, "forward", actor.role)
        accept = begin(ACCEPT, case.jurisdiction, civil_date(now), case.provider_unit)
        after = await self._repairs.move(tx, actor, case, "forward", now, note, steps=(*case.steps, accept))
        await self._repairs.tell(tx, after, "repairs.forwarded", now, unit=case.provider_unit)
        return after

    async def accept(self, tx: Tx, actor: Actor, case: Repair, now: datetime, note: str | None) -> Repair:
        TABLE.advance(case.status, "accept", actor.role)
        decide = begin(DECIDE, case.jurisdiction, civil_date(now), case.provider_unit)
        steps = (*finish(case.steps, now, ACCEPT), decide)
        after = await self._repairs.move(tx, actor, case, "accept", now, note, steps=steps)
        await self._repairs.tell(tx, after, "repairs.accepted", now, unit=case.provider_unit)
        return after

    async def extend(
        self, tx: Tx, actor: Actor, case: Repair, now: datetime, *, reasons: str, note: str | None
    ) -> Repair:
        """More time, once, told before the day it moves; the days run on from that day.

        The general answer of ten days gives way to the day that is told. Raises ExtendedBefore, ExtensionTooLate.
        """
        TABLE.advance(case.status, "extend", actor.role)
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
        moved = (DECIDE, ANSWER)
        steps = (*(step for step in case.steps if not (step.is_open and step.key in moved)), longer)
        after = await self._repairs.move(tx, actor, case, "extend", now, note, extension=extension, steps=steps)
        day = chinese_date(longer.due_on)
        await self._repairs.tell(tx, after, "repairs.extended", now, unit=case.provider_unit, day=day)
        return after

    async def decline(
        self, tx: Tx, actor: Actor, case: Repair, now: datetime, *, reasons: str, note: str | None
    ) -> Repair:
        """Not accepted: with reasons, and with the remedies and their last days."""
        return await self._against(tx, actor, case, "decline", "declined", now, reasons, note)

    async def refuse(
        self, tx: Tx, actor: Actor, case: Repair, now: datetime, *, reasons: str, note: str | None
    ) -> Repair:
        """Not repaired: with reasons, and with the remedies and their last days."""
        return await self._against(tx, actor, case, "refuse", "refused", now, reasons, note)

    async def _against(
        self,
        tx: Tx,
        actor: Actor,
        case: Repair,
        action: str,
        kind: str,
        now: datetime,
        reasons: str,
        note: str | None,
    ) -> Repair:
        after = await self._repairs.move(
            tx,
            actor,
            case,
            action,
            now,
            note,
            decision=Decision(kind=kind, by=case.provider_unit, at=now, reasons=reasons),
            decided_at=now,
            remedies=remedies(now),
            steps=finish(case.steps, now),
        )
        await self._repairs.tell(tx, after, f"repairs.{kind}", now)
        return after

    async def approve(
        self, tx: Tx, actor: Actor, case: Repair, now: datetime, *, reasons: str, note: str | None
    ) -> Repair:
        """Publication, sharing and use end now; removal from the list with them; measures and copies are followed.

        Raises RecordNotStanding when the record has stopped for another reason in the meantime.
        """
        TABLE.advance(case.status, "approve", actor.role)
        record, was_listed = await self._stop(tx, case, reasons, now)
        entry = footprint(
            case.subject,
            FootprintKind.REPAIRED,
            now,
            unit=case.provider_unit,
            why="同意信用修复申请",
            basis=_LAW[case.jurisdiction][0],
            records=(record.id,),
            ref=case.id,
        )
        await self._repairs.footprints.note_in(tx, [entry])
        after = await self._repairs.move(
            tx,
            actor,
            case,
            "approve",
            now,
            note,
            decision=Decision(kind="approved", by=case.provider_unit, at=now, reasons=reasons),
            decided_at=now,
            steps=(*finish(case.steps, now), *_follow_through(case, record, was_listed, now)),
        )
        await self._repairs.notices.cancel(tx, case.subject, record.id, ("repair.opens", "repair.lacks"))
        await self._repairs.tell(tx, after, "repairs.approved", now)
        return after

    async def _stop(self, tx: Tx, case: Repair, reasons: str, now: datetime) -> tuple[Record, bool]:
        """The record as it stands now, and whether it was on the list until now."""
        record = await self._repairs.records.get(case.record_id, tx)
        is_listed = record.severe_list == "listed"
        change = Change(
            at=now,
            kind="repair.approved",
            unit=case.provider_unit,
            reason=reasons,
            fields=("standing", "severe_list") if is_listed else ("standing",),
            case_id=case.id,
            law=_LAW[case.jurisdiction],
        )
        unlisted: dict[str, Any] = {"severe_list": "removed", "removed_on": civil_date(now)} if is_listed else {}
        return await self._repairs.records.stop(tx, record, Standing.REPAIRED, change, **unlisted), is_listed

    async def copies_followed(self, tx: Tx, actor: Actor, case_id: str, systems: Sequence[str], now: datetime) -> None:
        """The provider said so for several systems in its feed; the record knows it already. Nothing where nothing is owed."""
        case = await self._repairs.by_id(case_id, tx)
        keys = {f"{FOLLOW}/{system}" for system in systems}
        owed = [step.key for step in case.steps if step.is_open and step.key in keys]
        if owed:
            await self._repairs.move(tx, actor, case, "acknowledge_copy", now, steps=finish(case.steps, now, *owed))

    async def acknowledge_copy(
        self, tx: Tx, actor: Actor, case: Repair, now: datetime, *, system: str, note: str | None
    ) -> Repair:
        """Another system no longer uses the record. Raises CopyNotOwed."""
        TABLE.advance(case.status, "acknowledge_copy", actor.role)
        record = await self._repairs.records.get(case.record_id, tx)
        try:
            await self._repairs.records.acknowledge_copy(tx, record, system, now)
        except NotFound as none:
            if not any(step.is_open and step.key == f"{FOLLOW}/{system}" for step in case.steps):
                raise CopyNotOwed from none  # else it followed a newer change, and this one with it
        steps = finish(case.steps, now, f"{FOLLOW}/{system}")
        return await self._repairs.move(tx, actor, case, "acknowledge_copy", now, note, steps=steps)

    async def measure_lifted(self, tx: Tx, actor: Actor, case_id: str, code: str, unit: str, now: datetime) -> None:
        """It was noted on the record itself, which knows it already. Nothing where the case is not waiting for it."""
        case = await self._repairs.by_id(case_id, tx)
        key = f"{FOLLOW}/{measure_part(code, unit)}"
        if any(step.key == key and step.is_open for step in case.steps):
            steps = finish(case.steps, now, key)
            after = await self._repairs.move(tx, actor, case, "lift_measure", now, steps=steps)
            await self._repairs.tell(tx, after, "repairs.measure_lifted", now, unit=unit)

    async def lift_measure(
        self, tx: Tx, actor: Actor, case: Repair, now: datetime, *, code: str, unit: str, note: str | None
    ) -> Repair:
        """A unit no longer applies its measure; a provider says so of its own alone. Raises MeasureNotApplied."""
        TABLE.advance(case.status, "lift_measure", actor.role)
        if actor.role is Role.PROVIDER and unit not in (actor.unit, case.provider_unit):
            raise MeasureNotApplied("这项措施由其他单位实施，由实施单位解除后告知信用中心。")
        record = await self._repairs.records.get(case.record_id, tx)
        try:
            await self._repairs.records.lift_measure(tx, record, code, unit, now)
        except NotFound as none:
            key = f"{FOLLOW}/{measure_part(code, unit)}"
            if not any(step.is_open and step.key == key for step in case.steps):
                raise MeasureNotApplied from none  # else it was lifted in another way before
        steps = finish(case.steps, now, f"{FOLLOW}/{measure_part(code, unit)}")
        after = await self._repairs.move(tx, actor, case, "lift_measure", now, note, steps=steps)
        await self._repairs.tell(tx, after, "repairs.measure_lifted", now, unit=unit)
        return after

    async def confirm_removal(self, tx: Tx, actor: Actor, case: Repair, now: datetime, note: str | None) -> Repair:
        """The list that the unit publishes no longer names the person. Raises RemovalNotOwed."""
        TABLE.advance(case.status, "confirm_removal", actor.role)
        if not any(step.key == _REMOVAL and step.is_open for step in case.steps):
            raise RemovalNotOwed
        steps = finish(case.steps, now, _REMOVAL)
        after = await self._repairs.move(tx, actor, case, "confirm_removal", now, note, steps=steps)
        await self._repairs.tell(tx, after, "repairs.removed", now, unit=case.provider_unit)
        return after

    async def bar(self, tx: Tx, actor: Actor, case: Repair, now: datetime, *, reasons: str, note: str | None) -> Repair:
        """The pledge was seriously untrue: no repair for the years of `repair.breach_bar`, which is not verified.

        Raises BarredBefore.
        """
        TABLE.advance(case.status, "bar", actor.role)
        if case.barred_until is not None:
            raise BarredBefore
        on = civil_date(now)
        until, _ = end_of(in_force("repair.breach_bar", case.jurisdiction, on), on)
        record = await self._repairs.records.get(case.record_id, tx)
        change = Change(
            at=now,
            kind="repair.barred",
            unit=case.provider_unit if actor.role is Role.PROVIDER else self._repairs.centres[case.jurisdiction],
            reason=reasons,
            fields=("barred_until",),
            case_id=case.id,
            law=("order-36",),
        )
        await self._repairs.records.alter(tx, record, change, barred_until=until)
        after = await self._repairs.move(tx, actor, case, "bar", now, note, barred_until=until, remedies=remedies(now))
        await self._repairs.tell(tx, after, "repairs.barred", now, until=chinese_date(until))
        return after


def _follow_through(case: Repair, record: Record, was_listed: bool, now: datetime) -> list[Step]:
    """Who still shares, uses, applies or names on a list: no article gives days, so the clock is the service's own."""
    on = civil_date(now)
    copies = [begin(FOLLOW, case.jurisdiction, on, copy.system, part=copy.system) for copy in record.copies]
    measures = [
        begin(FOLLOW, case.jurisdiction, on, measure.unit, part=measure_part(measure.code, measure.unit))
        for measure in record.measures
        if measure.lifted_at is None
    ]
    removal = [begin(FOLLOW, case.jurisdiction, on, case.provider_unit, part=_LIST)] if was_listed else []
    return [*removal, *copies, *measures]


def measure_part(code: str, unit: str) -> str:
    """What tells apart the follow-through of several measures."""
    return f"{code}@{unit}"
