"""Lodging, noting, withdrawing."""

from datetime import datetime

from api.desk.casework import Casework, Ground, Turn
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.ids import new_id, receipt_number
from api.infra.mongo import Tx
from api.infra.steps import begin, finish
from tests.specimen.errand import ERRAND
from tests.specimen.models import Appeal
from tests.specimen.schemas import Lodge
from tests.specimen.store import AppealStore

REVIEW = "objection.review"


class AppealService(Casework[Appeal]):
    def __init__(self, ground: Ground) -> None:
        super().__init__(ERRAND, ground, AppealStore(ground.database, ground.keys))

    async def lodge(self, tx: Tx, actor: Actor, request: Lodge, now: datetime) -> Appeal:
        """The centre notes it within the days of its clock."""
        on = civil_date(now)
        case = Appeal(
            id=new_id(ERRAND.prefix),
            number=receipt_number("FY", on),
            owner=actor.id,
            subject=actor.bound_subject,
            status="lodged",
            jurisdiction=request.jurisdiction,
            provider="",
            authority=request.authority,
            lodged_at=now,
            steps=(begin(REVIEW, request.jurisdiction, on, self.centres[request.jurisdiction]),),
        )
        return await self.start(tx, actor, case, now, "lodge", told="appeals.lodged")

    async def note(self, turn: Turn[Appeal], reason: str) -> Appeal:
        return await self.move(turn, "note", reason, steps=finish(turn.case.steps, turn.now))

    async def withdraw(self, turn: Turn[Appeal]) -> Appeal:
        return await self.move(turn, "withdraw", steps=finish(turn.case.steps, turn.now))
