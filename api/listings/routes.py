"""Routes of decisions on the list."""

from datetime import datetime

from litestar import Controller, Response, post
from litestar.params import JSONBody

from api.desk.casework import Turn
from api.desk.routing import CaseRoutes, Served
from api.http.injection import Needs
from api.http.paging import Asked
from api.http.visit import Visit
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.listings.models import Listing
from api.listings.schemas import (
    Answer,
    CorrectService,
    Decide,
    ListingView,
    Remove,
    Reply,
    Serve,
    ServeAsOfficer,
    Tell,
)
from api.listings.service import ListingService


async def _to_work(listings: ListingService, visit: Visit, asked: Asked) -> Page[Listing]:
    return await listings.page_to_work(visit.actor, *asked, visit.now)


async def _show(listings: ListingService, actor: Actor, case: Listing, now: datetime, tx: Tx) -> ListingView:
    return ListingView.of(case, actor.role, civil_date(now))


LISTINGS = Served("listings", ListingService)
own = CaseRoutes(LISTINGS, LISTINGS, "listing_id", _show, ListingView, access="resident")
unit = own.to("provider", "listings")
officer = own.to("officer")


@own.controller("/me/listings")
class ListingController(Controller):
    @own.list("listListings")
    def page(self, listings: ListingService, case: Listing, visit: Visit) -> ListingView:
        """Lists the notices and decisions about the severe list that concern you, newest first."""
        return ListingView.of(case, visit.actor.role, visit.today)

    read = own.read("readListing", "Shows one case with its documents.")

    open = own.bare(
        "read",
        "openListing",
        ListingService.open,
        "Open the notice or the decision. With your consent to electronic service (`electronic-service`) this serves the decision; "
        "without it you only see it, and the unit serves it on paper.",
        quota="changes",
    )

    @own("answer", "answerListing")
    async def answer(self, listings: ListingService, turn: Turn[Listing], data: JSONBody[Answer]) -> Listing:
        """Give your answer before anything is decided."""
        return await listings.answer(turn, data)


@unit.controller("/provider/listings")
class ProviderListingController(Controller):
    @unit.list("listListingsOfProvider", _to_work)
    def page(self, listings: ListingService, case: Listing, visit: Visit) -> ListingView:
        """Lists the cases of your unit, newest first."""
        return ListingView.of(case, visit.actor.role, visit.today)

    read = unit.read("readListingAsProvider", "Shows one case with its documents. The read is recorded in the audit.")
    read_evidence = unit.file("readListingEvidence")

    @post(operation_id="tellBeforeListing")
    async def tell(
        self, data: JSONBody[Tell], visit: Needs[Visit], listings: Needs[ListingService]
    ) -> Response[ListingView]:
        """Give the person notice before deciding: grounds, basis, rights, remedies, and the last day for an answer."""
        return await visit.run(
            lambda tx: listings.give_notice(tx, visit.actor, data, visit.now),
            lambda case: ListingView.of(case, visit.actor.role, visit.today),
        )

    @unit("reply", "replyToListingAnswer")
    async def reply(self, listings: ListingService, turn: Turn[Listing], data: JSONBody[Reply]) -> Listing:
        """Reply to the person's answer. A decision to list needs it."""
        return await listings.reply(turn, data.text)

    @unit("decision", "decideListing")
    async def decide(self, listings: ListingService, turn: Turn[Listing], data: JSONBody[Decide]) -> Listing:
        """Decide to put the person on the list, with the whole decision document, or not to."""
        return await listings.decide(turn, data)

    @unit("service", "serveListing")
    async def serve(self, listings: ListingService, turn: Turn[Listing], data: JSONBody[Serve]) -> Listing:
        """Record that the decision was served on paper: when, how, by which receipt."""
        return await listings.serve(turn, data)

    @unit("removal", "removeFromList")
    async def remove(self, listings: ListingService, turn: Turn[Listing], data: JSONBody[Remove]) -> Listing:
        """Remove the person from the list, and say for each condition how it was met."""
        return await listings.remove(turn, data)


@officer.controller("/staff/listings")
class StaffListingController(Controller):
    @officer.list("listListingsOfPlace", _to_work)
    def page(self, listings: ListingService, case: Listing, visit: Visit) -> ListingView:
        """Lists the cases of your place, newest first."""
        return ListingView.of(case, visit.actor.role, visit.today)

    read = officer.read("readListingAsOfficer", "Shows one case with its documents. The read is recorded in the audit.")

    @officer("service", "serveListingAsOfficer")
    async def serve(self, listings: ListingService, turn: Turn[Listing], data: JSONBody[ServeAsOfficer]) -> Listing:
        """Record that the decision was served on paper, where the centre does it for the unit."""
        return await listings.serve(turn, data, data.reason)

    @officer("service-correction", "correctListingService")
    async def correct_service(
        self, listings: ListingService, turn: Turn[Listing], data: JSONBody[CorrectService]
    ) -> Listing:
        """Put right the day, way or proof of a service on paper. The remedies are counted anew, and the resident is told."""
        return await listings.correct_service(turn, data)


ROUTES = (ListingController, ProviderListingController, StaffListingController)
