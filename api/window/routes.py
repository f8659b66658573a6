"""Routes of the window, for officers. Requests in the person's name go to `/me`, with the visit in `On-Behalf-Of`."""

from litestar import Controller, Response, get, post
from litestar.params import FromPath, JSONBody

from api.accounts.identity import check_age, check_identity
from api.http.access import needs
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.errors import Forbidden
from api.window.schemas import CurrentView, OpenWindow, WindowView
from api.window.service import WindowService


class WindowController(Controller):
    path = "/staff/window"
    tags = ("window",)
    opt = needs("officer")

    @post(operation_id="openWindow")
    async def open(
        self, data: JSONBody[OpenWindow], visit: Needs[Visit], window: Needs[WindowService]
    ) -> Response[WindowView]:
        """Act for an hour for the person at the window whose document was checked. They are told, and the audit names the
        officer."""
        if visit.actor.jurisdiction is None:
            raise Forbidden
        claim = check_identity(data.name, data.document_kind, data.document_number, data.born_on, visit.today)
        check_age(claim, visit.actor.jurisdiction, visit.today)
        await window.know(claim)
        proof, is_compared = data.proof, data.compared
        return await visit.run(
            lambda tx: window.open(tx, visit.actor, claim, proof, visit.now, is_compared=is_compared), WindowView.of
        )

    @get(operation_id="currentWindow")
    async def current(self, visit: Needs[Visit], window: Needs[WindowService]) -> CurrentView:
        """Shows the officer's current visit, after the page was reloaded."""
        case = await window.current(visit.actor, visit.now)
        return CurrentView(visit=WindowView.of(case) if case else None)

    @post("/{visit_id:str}/close", operation_id="closeWindow", status_code=200)
    async def close(
        self, visit_id: FromPath[str], visit: Needs[Visit], window: Needs[WindowService]
    ) -> Response[WindowView]:
        """End a visit: nothing more can be done in the person's name."""
        return await visit.run(lambda tx: window.close(tx, visit.actor, visit_id, visit.now), WindowView.of)


ROUTES = (WindowController,)
