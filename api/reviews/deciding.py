"""Takes the drafted decision when it is signed, by the same use case as the step's own."""

from datetime import datetime

from api.desk.casework import Turn
from api.desk.documents import ResultDocument
from api.infra.actors import Actor
from api.infra.mongo import Tx
from api.objections.handling import ObjectionHandling
from api.objections.models import Objection
from api.objections.schemas import DraftOfResult
from api.objections.service import ObjectionService
from api.repairs.handling import RepairHandling
from api.repairs.models import Repair
from api.repairs.schemas import DraftOfDecision
from api.repairs.service import RepairService

Draft = DraftOfResult | DraftOfDecision


class Deciding:
    def __init__(
        self,
        objections: ObjectionService,
        objection_handling: ObjectionHandling,
        repairs: RepairService,
        repair_handling: RepairHandling,
    ) -> None:
        self._objections = objections
        self._repairs = repairs
        self._objection_handling = objection_handling
        self._repair_handling = repair_handling

    async def take(
        self, tx: Tx, actor: Actor, case_id: str, draft: Draft, note: str, now: datetime
    ) -> Objection | Repair:
        """Takes the drafted step. Raises whatever the step raises, and Outdated if the case has moved since it was drafted."""
        if isinstance(draft, DraftOfResult):
            objection = await self._objections.for_step(tx, actor, case_id, now, draft.version)
            return await self._objection_handling.decide(Turn(tx, actor, objection, now), draft, note)
        repair = await self._repairs.for_step(tx, actor, case_id, now, draft.version)
        return await self._repair_handling.decide(Turn(tx, actor, repair, now), draft, note)

    async def written(self, tx: Tx, case: Objection | Repair) -> ResultDocument:
        """The paper of a case that was decided in this transaction."""
        if isinstance(case, Objection):
            return await self._objections.written(case, tx)
        return await self._repairs.written(case, tx)
