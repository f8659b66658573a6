"""Routes of appeals."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody

from api.desk.schemas import StaffStep
from api.http.paging import Limit
from api.http.steps import StepRoutes, Steps, Turn
from api.http.visit import Visit
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT, Page
from tests.specimen.models import Appeal
from tests.specimen.schemas import AppealView, Lodge
from tests.specimen.service import AppealService


async def make_steps(
    appeal_id: FromPath[str], visit: NamedDependency[Visit], appeals: NamedDependency[AppealService]
) -> Steps[AppealService, Appeal, Appeal, AppealView]:
    return Steps(visit, appeals, appeal_id, appeals.for_step, _show)


async def _show(actor: Actor, case: Appeal, now: datetime, tx: Tx) -> AppealView:
    return AppealView.of(case, civil_date(now), actor.role)


STEPS = {"steps": Provide(make_steps)}
step = StepRoutes[AppealService, Appeal, Appeal, AppealView](
    "/{appeal_id:str}", Response[AppealView], access="resident"
)
officer_step = StepRoutes[AppealService, Appeal, Appeal, AppealView](
    "/{appeal_id:str}", Response[AppealView], access="officer"
)


class AppealController(Controller):
    path = "/me/appeals"
    tags = ("appeals",)
    dependencies = STEPS

    @post(access="resident", operation_id="lodgeAppeal")
    async def lodge(
        self, data: JSONBody[Lodge], visit: NamedDependency[Visit], appeals: NamedDependency[AppealService]
    ) -> Response[AppealView]:
        """Tell the centre that a decision is under reconsideration."""
        return await visit.run(
            lambda tx: appeals.lodge(tx, visit.actor, data, visit.now), lambda case: AppealView.of(case, visit.today)
        )

    @get(access="resident", operation_id="listAppeals")
    async def page(
        self,
        visit: NamedDependency[Visit],
        appeals: NamedDependency[AppealService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[AppealView]:
        """One's own, newest first."""
        found = await appeals.page(visit.actor, cursor, limit)
        return found.map(lambda case: AppealView.of(case, visit.today))

    @get("/{appeal_id:str}", access="resident", operation_id="readAppeal")
    async def read(
        self, appeal_id: FromPath[str], visit: NamedDependency[Visit], appeals: NamedDependency[AppealService]
    ) -> AppealView:
        """One appeal with its clock and history."""
        return AppealView.of(await appeals.owned(visit.actor, appeal_id, visit.now), visit.today)

    @step.bare("withdraw", "withdrawAppeal")
    async def withdraw(self, appeals: AppealService, turn: Turn[Appeal]) -> Appeal:
        """Take it back."""
        return await appeals.withdraw(*turn)


class StaffAppealController(Controller):
    path = "/staff/appeals"
    tags = ("appeals",)
    dependencies = STEPS

    @officer_step("note", "noteAppeal")
    async def note(self, appeals: AppealService, turn: Turn[Appeal], data: JSONBody[StaffStep]) -> Appeal:
        """Note it beside the record."""
        return await appeals.note(*turn, data.reason)


ROUTES = (AppealController, StaffAppealController)
