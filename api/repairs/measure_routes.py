"""Routes for units that apply a measure because of a record: what to lift after a repair, and confirming it."""

from litestar import Controller, Response, get, post
from litestar.params import FromPath, JSONBody

from api.http.access import needs
from api.http.injection import Needs
from api.http.paging import Asked
from api.http.visit import Visit
from api.infra.paging import Page
from api.repairs.lifting import MeasureLifting
from api.repairs.schemas import MeasureToLift, OwnMeasureLifted


class UnitMeasureController(Controller):
    path = "/provider/measures"
    tags = ("repairs",)
    opt = needs("provider", "repairs")

    @get(operation_id="listMeasuresToLift")
    async def page(
        self, visit: Needs[Visit], measure_lifting: Needs[MeasureLifting], asked: Needs[Asked]
    ) -> Page[MeasureToLift]:
        """Lists the measures that your unit has to lift after a repair, the next due first. The read is recorded in the audit."""
        return await measure_lifting.page(visit.actor, *asked, visit.now)

    @post("/{repair_id:str}/lifted", operation_id="liftMeasureAsItsUnit", status_code=200)
    async def lifted(
        self,
        repair_id: FromPath[str],
        data: JSONBody[OwnMeasureLifted],
        visit: Needs[Visit],
        measure_lifting: Needs[MeasureLifting],
    ) -> Response[MeasureToLift]:
        """Confirm that a measure is no longer applied."""
        return await visit.run(lambda tx: measure_lifting.lift(tx, visit.actor, repair_id, data.code, visit.now))


ROUTES = (UnitMeasureController,)
