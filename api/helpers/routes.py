"""Routes of helpers."""

from litestar import Controller, Response, get, post
from litestar.params import FromPath, JSONBody

from api.desk.routing import CaseRoutes, Served, shown
from api.helpers.models import Appointment, Helper, HelperKind
from api.helpers.schemas import Accept, Appoint, AppointedView, AppointmentView, HelpedView, HelperFormView
from api.helpers.service import HelperService
from api.http.access import needs
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.consent_texts import consent_text
from api.infra.mongo import Tx
from api.infra.qr import handed_over
from api.infra.settings import Settings
from api.infra.wire import Items

HELPERS = Served("helpers", HelperService)
own = CaseRoutes(HELPERS, HELPERS, "helper_id", shown(AppointmentView.of), AppointmentView, access="resident")


@own.controller("/me/helpers")
class HelperController(Controller):
    @get("/form", operation_id="readHelperForm")
    async def form(self, visit: Needs[Visit]) -> HelperFormView:
        """Lists what a helper may be allowed to do, with the text of the authority."""
        return HelperFormView.of(consent_text(__package__, visit.today))

    @post(step_up=True, quota="helpers", operation_id="appointHelper")
    async def appoint(
        self, data: JSONBody[Appoint], visit: Needs[Visit], helpers: Needs[HelperService], settings: Needs[Settings]
    ) -> Response[AppointedView]:
        """Let somebody you trust see and do chosen things for you. The code is in this answer only and is not stored."""

        async def work(tx: Tx) -> AppointedView:
            helper = Helper(kind=HelperKind(data.helper.kind), name=data.helper.name)
            case, code = await helpers.appoint(tx, visit.actor, helper, data, visit.now)
            link = handed_over(settings.public_url, "helping", code)
            return AppointedView(appointment=AppointmentView.of(case), **link)

        return await visit.run(work)

    @own.list("listHelpers")
    def page(self, helpers: HelperService, case: Appointment, visit: Visit) -> AppointmentView:
        """Lists your helpers, newest first."""
        return AppointmentView.of(case)

    revoke = own.bare(
        "revoke", "revokeHelper", HelperService.revoke, "Revoke an appointment. The helper loses access at once."
    )


class HelpingController(Controller):
    path = "/helping"
    tags = ("helpers",)
    opt = needs("resident")

    @post("/accept", limit="redeem", operation_id="acceptHelping", status_code=200)
    async def accept(
        self, data: JSONBody[Accept], visit: Needs[Visit], helpers: Needs[HelperService]
    ) -> Response[HelpedView]:
        """Accept the code of somebody who asks you to help. It works once, and only for the person it names."""
        answer = await visit.run(lambda tx: helpers.accept(tx, visit.actor, data.code, visit.now), HelpedView.of)
        await visit.give_back()
        return answer

    @get(operation_id="listHelped")
    async def helped(self, visit: Needs[Visit], helpers: Needs[HelperService]) -> Items[HelpedView]:
        """Lists whom you may help today. A request made for one of them carries the appointment's id in the header
        `On-Behalf-Of`."""
        return Items(tuple(HelpedView.of(case) for case in await helpers.helped_by(visit.actor, visit.now)))

    @post("/{helper_id:str}/resign", quota="steps", operation_id="resignHelping", status_code=200)
    async def resign(
        self, helper_id: FromPath[str], visit: Needs[Visit], helpers: Needs[HelperService]
    ) -> Response[HelpedView]:
        """Stop being a helper."""
        return await visit.run(lambda tx: helpers.resign(tx, visit.actor, helper_id, visit.now), HelpedView.of)


ROUTES = (HelperController, HelpingController)
