"""Lifting measures after a repair: what each unit that applies one has to lift, and its confirmation (Dalian 44, Yunnan 38).

A measure names the unit that applies it, which need not be the one that determined the conduct. That unit sees of the case what
it has to lift and by when, and nothing that the resident wrote.
"""

from datetime import datetime

from api.desk.casework import Turn
from api.desk.service import DeskService
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.infra.steps import Step
from api.repairs.applicable import FOLLOW
from api.repairs.errand import ERRAND
from api.repairs.handling import RepairHandling, measure_part
from api.repairs.models import Repair
from api.repairs.schemas import MeasureToLift
from api.repairs.service import RepairService

_MOST_ROWS = 50  # as many ids as one query may contain


class MeasureLifting:
    def __init__(self, repairs: RepairService, handling: RepairHandling, desk: DeskService) -> None:
        self._repairs = repairs
        self._handling = handling
        self._desk = desk

    async def page(self, actor: Actor, cursor: str | None, limit: int, now: datetime) -> Page[MeasureToLift]:
        """What the unit has to lift in its place, the next due first; the read is in the audit.

        A page may hold fewer or more than `limit`, which counts cases.
        """
        found = await self._desk.page_owed_by(
            actor, ERRAND.name, "approved", cursor=cursor, limit=min(limit, _MOST_ROWS)
        )
        cases = {case.id: case for case in await self._repairs.list_by_ids([line.id for line in found.items])}
        mine = [
            (cases[line.id], step)
            for line in found.items
            if line.id in cases
            for step in line.steps
            if _is_of(actor, cases[line.id], step)
        ]
        await self._repairs.audits.write_reads(
            actor, "repairs.read", list({case.id: case for case, _ in mine}.values()), now
        )
        today = civil_date(now)
        return Page(
            items=tuple(MeasureToLift.of(case, step, _code(actor, step), today) for case, step in mine),
            next_cursor=found.next_cursor,
        )

    async def lift(self, tx: Tx, actor: Actor, repair_id: str, code: str, now: datetime) -> MeasureToLift:
        """The unit no longer applies its measure: the step of the case ends with it.

        Raises NotFound for a case in which the unit has no such measure (the attempt is in the audit), and
        MeasureNotApplied for one that it has lifted already.
        """
        case = await self._repairs.by_id(repair_id, tx)
        if _step_of(actor, case, code) is None:
            await self._repairs.audits.turn_away(actor, ERRAND.name, repair_id, now)
        assert actor.unit is not None
        after = await self._handling.lift_measure(Turn(tx, actor, case, now), code=code, unit=actor.unit, note=None)
        step = _step_of(actor, after, code)
        assert step is not None
        return MeasureToLift.of(after, step, code, civil_date(now))


def _step_of(actor: Actor, case: Repair, code: str) -> Step | None:
    if case.jurisdiction != actor.jurisdiction:
        return None
    key = f"{FOLLOW}/{measure_part(code, actor.unit or '')}"
    return next((step for step in case.steps if step.key == key and _is_of(actor, case, step)), None)


def _is_of(actor: Actor, case: Repair, step: Step) -> bool:
    """Units are told apart by name here; of the unit that determined the conduct the id is known, and it counts."""
    if case.provider_unit == actor.unit and case.provider != actor.id:
        return False
    return step.clock == FOLLOW and step.owed_by == actor.unit and step.key.endswith(f"@{actor.unit}")


def _code(actor: Actor, step: Step) -> str:
    return step.key.removeprefix(f"{FOLLOW}/").removesuffix(f"@{actor.unit}")
