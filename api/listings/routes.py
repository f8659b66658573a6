"""Routes of decisions on the list."""

from datetime import date
from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from api.evidence.routes import download
from api.http.idempotency import Once
from api.infra.actors import Actor
from api.infra.clock import Clock, civil_date
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT, MAX_LIMIT, Page
from api.listings.models import Listing
from api.listings.schemas import Answer, Decide, ListingView, Remove, Reply, Tell
from api.listings.service import ListingService

Limit = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT)]


def _page(found: Page[Listing], actor: Actor, today: date) -> Page[ListingView]:
    return Page(tuple(ListingView.of(case, actor.role, today) for case in found.items), found.next_cursor)


class ListingController(Controller):
    path = "/me/listings"
    tags = ("listings",)

    @get(access="resident", operation_id="listListings")
    async def page(
        self,
        actor: NamedDependency[Actor],
        listings: NamedDependency[ListingService],
        clock: NamedDependency[Clock],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[ListingView]:
        """Notices and decisions on the list that concern you, newest first."""
        return _page(await listings.page(actor, cursor, limit), actor, clock.today())

    @get("/{listing_id:str}", access="resident", operation_id="readListing")
    async def read(
        self,
        listing_id: FromPath[str],
        actor: NamedDependency[Actor],
        listings: NamedDependency[ListingService],
        clock: NamedDependency[Clock],
    ) -> ListingView:
        """One case with its documents."""
        return ListingView.of(await listings.of_subject(actor, listing_id, clock.now()), actor.role, clock.today())

    @post("/{listing_id:str}/read", access="resident", operation_id="openListing", status_code=200)
    async def open(
        self,
        listing_id: FromPath[str],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        listings: NamedDependency[ListingService],
        clock: NamedDependency[Clock],
    ) -> Response[ListingView]:
        """Confirm that you opened the notice or the decision; for the decision this is the receipt of service."""
        now = clock.now()

        async def work(tx: Tx) -> ListingView:
            return ListingView.of(await listings.open(tx, actor, listing_id, now), actor.role, civil_date(now))

        return await once.run(work)

    @post("/{listing_id:str}/answer", access="resident", operation_id="answerListing", status_code=200)
    async def answer(
        self,
        listing_id: FromPath[str],
        data: JSONBody[Answer],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        listings: NamedDependency[ListingService],
        clock: NamedDependency[Clock],
    ) -> Response[ListingView]:
        """State your case before anything is decided."""
        now = clock.now()

        async def work(tx: Tx) -> ListingView:
            return ListingView.of(await listings.answer(tx, actor, listing_id, data, now), actor.role, civil_date(now))

        return await once.run(work)


class ProviderListingController(Controller):
    path = "/provider/listings"
    tags = ("listings",)

    @get(access="provider", scope="listings", operation_id="listListingsOfProvider")
    async def page(
        self,
        actor: NamedDependency[Actor],
        listings: NamedDependency[ListingService],
        clock: NamedDependency[Clock],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[ListingView]:
        """Cases of your unit, newest first."""
        return _page(await listings.page(actor, cursor, limit), actor, clock.today())

    @get("/{listing_id:str}", access="provider", scope="listings", operation_id="readListingAsProvider")
    async def read(
        self,
        listing_id: FromPath[str],
        actor: NamedDependency[Actor],
        listings: NamedDependency[ListingService],
        clock: NamedDependency[Clock],
    ) -> ListingView:
        """One case with its documents; the read is in the audit."""
        now = clock.now()
        return ListingView.of(await listings.read(actor, listing_id, now), actor.role, civil_date(now))

    @post(access="provider", scope="listings", operation_id="tellBeforeListing")
    async def tell(
        self,
        data: JSONBody[Tell],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        listings: NamedDependency[ListingService],
        clock: NamedDependency[Clock],
    ) -> Response[ListingView]:
        """Tell the person before deciding: grounds, basis, rights, remedies, and by when they may answer."""
        now = clock.now()

        async def work(tx: Tx) -> ListingView:
            return ListingView.of(await listings.tell(tx, actor, data, now), actor.role, civil_date(now))

        return await once.run(work)

    @post(
        "/{listing_id:str}/reply",
        access="provider",
        scope="listings",
        operation_id="replyToListingAnswer",
        status_code=200,
    )
    async def reply(
        self,
        listing_id: FromPath[str],
        data: JSONBody[Reply],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        listings: NamedDependency[ListingService],
        clock: NamedDependency[Clock],
    ) -> Response[ListingView]:
        """Reply to what the person stated; needed before a decision to list."""
        now = clock.now()

        async def work(tx: Tx) -> ListingView:
            return ListingView.of(
                await listings.reply(tx, actor, listing_id, data.text, now), actor.role, civil_date(now)
            )

        return await once.run(work)

    @post(
        "/{listing_id:str}/decision", access="provider", scope="listings", operation_id="decideListing", status_code=200
    )
    async def decide(
        self,
        listing_id: FromPath[str],
        data: JSONBody[Decide],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        listings: NamedDependency[ListingService],
        clock: NamedDependency[Clock],
    ) -> Response[ListingView]:
        """Decide to list, with the whole decision document, or not to."""
        now = clock.now()

        async def work(tx: Tx) -> ListingView:
            return ListingView.of(await listings.decide(tx, actor, listing_id, data, now), actor.role, civil_date(now))

        return await once.run(work)

    @post(
        "/{listing_id:str}/removal", access="provider", scope="listings", operation_id="removeFromList", status_code=200
    )
    async def remove(
        self,
        listing_id: FromPath[str],
        data: JSONBody[Remove],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        listings: NamedDependency[ListingService],
        clock: NamedDependency[Clock],
    ) -> Response[ListingView]:
        """Take the person off the list, saying for each condition how it was met."""
        now = clock.now()

        async def work(tx: Tx) -> ListingView:
            return ListingView.of(await listings.remove(tx, actor, listing_id, data, now), actor.role, civil_date(now))

        return await once.run(work)

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
        actor: NamedDependency[Actor],
        listings: NamedDependency[ListingService],
        clock: NamedDependency[Clock],
    ) -> Response[bytes]:
        """A file that the resident attached, as an attachment; the read is in the audit."""
        return download(*await listings.open_file(actor, listing_id, evidence_id, clock.now()))


class StaffListingController(Controller):
    path = "/staff/listings"
    tags = ("listings",)

    @get(access="officer", operation_id="listListingsOfPlace")
    async def page(
        self,
        actor: NamedDependency[Actor],
        listings: NamedDependency[ListingService],
        clock: NamedDependency[Clock],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[ListingView]:
        """Cases of your place, newest first."""
        return _page(await listings.page(actor, cursor, limit), actor, clock.today())

    @get("/{listing_id:str}", access="officer", operation_id="readListingAsOfficer")
    async def read(
        self,
        listing_id: FromPath[str],
        actor: NamedDependency[Actor],
        listings: NamedDependency[ListingService],
        clock: NamedDependency[Clock],
    ) -> ListingView:
        """One case with its documents; the read is in the audit."""
        now = clock.now()
        return ListingView.of(await listings.read(actor, listing_id, now), actor.role, civil_date(now))
