"""Routes of appeals."""

from datetime import datetime

from litestar import Controller, Response, post
from litestar.params import JSONBody

from api.desk.casework import Turn
from api.desk.routing import CaseRoutes, Served
from api.desk.schemas import StaffStep
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.mongo import Tx
from tests.specimen.models import Appeal
from tests.specimen.schemas import AppealView, Lodge
from tests.specimen.service import AppealService


async def _show(appeals: AppealService, actor: Actor, case: Appeal, now: datetime, tx: Tx) -> AppealView:
    return AppealView.of(case, civil_date(now), actor.role)


APPEALS = Served("appeals", AppealService)
own = CaseRoutes(APPEALS, APPEALS, "appeal_id", _show, AppealView, access="resident")
officer = own.to("officer")


@own.controller("/me/appeals")
class AppealController(Controller):
    @post(operation_id="lodgeAppeal")
    async def lodge(
        self, data: JSONBody[Lodge], visit: Needs[Visit], appeals: Needs[AppealService]
    ) -> Response[AppealView]:
        """Tell the centre that a decision is under reconsideration."""
        return await visit.run(
            lambda tx: appeals.lodge(tx, visit.actor, data, visit.now), lambda case: AppealView.of(case, visit.today)
        )

    @own.list("listAppeals")
    def page(self, appeals: AppealService, case: Appeal, visit: Visit) -> AppealView:
        """Lists your own, newest first."""
        return AppealView.of(case, visit.today)

    read = own.read("readAppeal", "One appeal with its clock and history.")

    withdraw = own.bare("withdraw", "withdrawAppeal", AppealService.withdraw, "Take it back.")


@officer.controller("/staff/appeals")
class StaffAppealController(Controller):
    @officer("note", "noteAppeal")
    async def note(self, appeals: AppealService, turn: Turn[Appeal], data: JSONBody[StaffStep]) -> Appeal:
        """Note it beside the record."""
        return await appeals.note(turn, data.reason)


ROUTES = (AppealController, StaffAppealController)
