"""Routes of decisions on the list."""

from datetime import date, datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody

from api.evidence.transfer import download
from api.http.paging import Limit
from api.http.steps import StepRoutes, Steps, Turn, by_id
from api.http.visit import Visit
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT, Page
from api.listings.models import Listing
from api.listings.schemas import Answer, Decide, ListingView, Remove, Reply, Tell
from api.listings.service import ListingService


def _page(found: Page[Listing], actor: Actor, today: date) -> Page[ListingView]:
    return found.map(lambda case: ListingView.of(case, actor.role, today))


async def make_steps(
    listing_id: FromPath[str], visit: NamedDependency[Visit], listings: NamedDependency[ListingService]
) -> Steps[ListingService, str, Listing, ListingView]:
    return Steps(visit, listings, listing_id, by_id, _show)


async def _show(actor: Actor, case: Listing, now: datetime, tx: Tx) -> ListingView:
    return ListingView.of(case, actor.role, civil_date(now))


async def make_work(
    listing_id: FromPath[str], visit: NamedDependency[Visit], listings: NamedDependency[ListingService]
) -> Steps[ListingService, Listing, Listing, ListingView]:
    return Steps(visit, listings, listing_id, listings.for_step, _show)


STEPS = {"steps": Provide(make_steps)}
WORK = {"steps": Provide(make_work)}
step = StepRoutes[ListingService, str, Listing, ListingView](
    "/{listing_id:str}", Response[ListingView], access="resident"
)
provider_step = StepRoutes[ListingService, Listing, Listing, ListingView](
    "/{listing_id:str}", Response[ListingView], access="provider", scope="listings"
)


class ListingController(Controller):
    path = "/me/listings"
    tags = ("listings",)
    dependencies = STEPS

    @get(access="resident", operation_id="listListings")
    async def page(
        self,
        visit: NamedDependency[Visit],
        listings: NamedDependency[ListingService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[ListingView]:
        """Notices and decisions on the list that concern you, newest first."""
        return _page(await listings.page(visit.actor, cursor, limit), visit.actor, visit.today)

    @get("/{listing_id:str}", access="resident", operation_id="readListing")
    async def read(
        self, listing_id: FromPath[str], visit: NamedDependency[Visit], listings: NamedDependency[ListingService]
    ) -> ListingView:
        """One case with its documents."""
        return ListingView.of(await listings.owned(visit.actor, listing_id, visit.now), visit.actor.role, visit.today)

    @step.bare("read", "openListing")
    async def open(self, listings: ListingService, turn: Turn[str]) -> Listing:
        """Confirm that you opened the notice or the decision; for the decision this is the receipt of service."""
        return await listings.open(*turn)

    @step("answer", "answerListing")
    async def answer(self, listings: ListingService, turn: Turn[str], data: JSONBody[Answer]) -> Listing:
        """State your case before anything is decided."""
        return await listings.answer(turn.tx, turn.actor, turn.case, data, turn.now)


class ProviderListingController(Controller):
    path = "/provider/listings"
    tags = ("listings",)
    dependencies = WORK

    @get(access="provider", scope="listings", operation_id="listListingsOfProvider")
    async def page(
        self,
        visit: NamedDependency[Visit],
        listings: NamedDependency[ListingService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[ListingView]:
        """Cases of your unit, newest first."""
        return _page(await listings.page_to_work(visit.actor, cursor, limit, visit.now), visit.actor, visit.today)

    @get("/{listing_id:str}", access="provider", scope="listings", operation_id="readListingAsProvider")
    async def read(
        self, listing_id: FromPath[str], visit: NamedDependency[Visit], listings: NamedDependency[ListingService]
    ) -> ListingView:
        """One case with its documents; the read is in the audit."""
        return ListingView.of(await listings.read_by(visit.actor, listing_id, visit.now), visit.actor.role, visit.today)

    @post(access="provider", scope="listings", operation_id="tellBeforeListing")
    async def tell(
        self, data: JSONBody[Tell], visit: NamedDependency[Visit], listings: NamedDependency[ListingService]
    ) -> Response[ListingView]:
        """Tell the person before deciding: grounds, basis, rights, remedies, and by when they may answer."""
        return await visit.run(
            lambda tx: listings.give_notice(tx, visit.actor, data, visit.now),
            lambda case: ListingView.of(case, visit.actor.role, visit.today),
        )

    @provider_step("reply", "replyToListingAnswer")
    async def reply(self, listings: ListingService, turn: Turn[Listing], data: JSONBody[Reply]) -> Listing:
        """Reply to what the person stated; needed before a decision to list."""
        return await listings.reply(*turn, data.text)

    @provider_step("decision", "decideListing")
    async def decide(self, listings: ListingService, turn: Turn[Listing], data: JSONBody[Decide]) -> Listing:
        """Decide to list, with the whole decision document, or not to."""
        return await listings.decide(*turn, data)

    @provider_step("removal", "removeFromList")
    async def remove(self, listings: ListingService, turn: Turn[Listing], data: JSONBody[Remove]) -> Listing:
        """Take the person off the list, saying for each condition how it was met."""
        return await listings.remove(*turn, data)

    @get(
        "/{listing_id:str}/evidence/{evidence_id:str}",
        access="provider",
        scope="listings",
        operation_id="readListingEvidence",
    )
    async def read_evidence(
        self,
        listing_id: FromPath[str],
        evidence_id: FromPath[str],
        visit: NamedDependency[Visit],
        listings: NamedDependency[ListingService],
    ) -> Response[bytes]:
        """A file that the resident attached, as an attachment; the read is in the audit."""
        return download(*await listings.open_file(visit.actor, listing_id, evidence_id, visit.now))


class StaffListingController(Controller):
    path = "/staff/listings"
    tags = ("listings",)

    @get(access="officer", operation_id="listListingsOfPlace")
    async def page(
        self,
        visit: NamedDependency[Visit],
        listings: NamedDependency[ListingService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[ListingView]:
        """Cases of your place, newest first."""
        return _page(await listings.page_to_work(visit.actor, cursor, limit, visit.now), visit.actor, visit.today)

    @get("/{listing_id:str}", access="officer", operation_id="readListingAsOfficer")
    async def read(
        self, listing_id: FromPath[str], visit: NamedDependency[Visit], listings: NamedDependency[ListingService]
    ) -> ListingView:
        """One case with its documents; the read is in the audit."""
        return ListingView.of(await listings.read_by(visit.actor, listing_id, visit.now), visit.actor.role, visit.today)


ROUTES = (ListingController, ProviderListingController, StaffListingController)
