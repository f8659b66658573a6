"""Routes of reviews, for officers."""

from collections.abc import Awaitable, Callable, Sequence

from litestar import Controller, Response, get, post
from litestar.di import Provide
from litestar.params import FromPath, JSONBody

from api.desk.colleagues import Colleagues
from api.desk.documents import ResultDocument
from api.http.access import needs
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.errands import Errands
from api.infra.mongo import Database, Tx
from api.objections.schemas import DraftOfResult
from api.repairs.schemas import DraftOfDecision
from api.reviews.deciding import Deciding, Draft
from api.reviews.models import Proposal
from api.reviews.schemas import GiveBack, ProposalView, ProposeDecision, ProposeResult, ReturnedView, ReviewsView
from api.reviews.service import ReviewService


class Reviewing:
    """The reviews, and who asks: what every handler here asks for as `reviewing`."""

    def __init__(self, visit: Visit, reviews: ReviewService, errands: Errands, staff: Colleagues) -> None:
        self.visit = visit
        self.reviews = reviews
        self._errands = errands
        self._staff = staff

    async def show(self, found: Sequence[Proposal]) -> tuple[ProposalView, ...]:
        names = await self._staff.names(
            {by for one in found for by in (one.officer, *(sign.by for sign in one.signed))}
        )
        return tuple(ProposalView.of(one, self._errands, names, self.visit.actor.id) for one in found)

    async def show_returned(self) -> tuple[ReturnedView, ...]:
        found = await self.reviews.returned_to(self.visit.actor, self.visit.now)
        names = await self._staff.names({one.returned_by for one in found if one.returned_by})
        return tuple(ReturnedView.of(one, self._errands, names) for one in found)

    async def propose(self, errand: str, case_id: str, draft: Draft, reason: str) -> Response[ProposalView]:
        """The draft is rehearsed before it is kept, so these handlers say `stored_first`."""
        visit = self.visit
        return await self.run(await self.reviews.propose(visit.actor, errand, case_id, draft, reason, visit.now))

    async def run(self, work: Callable[[Tx], Awaitable[Proposal]]) -> Response[ProposalView]:
        async def shown(tx: Tx) -> ProposalView:
            (view,) = await self.show([await work(tx)])
            return view

        return await self.visit.run(shown)


async def make_reviewing(
    visit: Needs[Visit], reviews: Needs[ReviewService], errands: Needs[Errands], staff: Needs[Colleagues]
) -> Reviewing:
    return Reviewing(visit, reviews, errands, staff)


DEPENDENCIES = {"reviewing": Provide(make_reviewing)}


class ReviewController(Controller):
    path = "/staff"
    tags = ("desk",)
    dependencies = DEPENDENCIES
    opt = needs("officer")

    @get("/reviews", operation_id="listReviews")
    async def open(self, reviewing: Needs[Reviewing]) -> ReviewsView:
        """Lists the drafted decisions of your place that wait for a signature, and your own that were returned, newest first."""
        actor, reviews = reviewing.visit.actor, reviewing.reviews
        views = await reviewing.show(await reviews.open_of(actor))
        returned = await reviewing.show_returned()
        return ReviewsView(wanted=reviews.wanted(actor.jurisdiction), items=views, returned=returned)

    @post(
        "/objections/{objection_id:str}/proposal",
        operation_id="proposeObjectionResult",
        quota="steps",
        stored_first=True,
    )
    async def result(
        self, objection_id: FromPath[str], data: JSONBody[ProposeResult], reviewing: Needs[Reviewing]
    ) -> Response[ProposalView]:
        """Draft the result of an objection for others to sign. It is refused for the same reasons as the step itself."""
        draft = DraftOfResult(data.action, data.reasons, data.correction, data.version)
        return await reviewing.propose("objections", objection_id, draft, data.reason)

    @post("/repairs/{repair_id:str}/proposal", operation_id="proposeRepairDecision", quota="steps", stored_first=True)
    async def decision(
        self, repair_id: FromPath[str], data: JSONBody[ProposeDecision], reviewing: Needs[Reviewing]
    ) -> Response[ProposalView]:
        """Draft the decision on a repair for others to sign. It is refused for the same reasons as the step itself."""
        draft = DraftOfDecision(data.action, data.reasons, data.despite, data.version)
        return await reviewing.propose("repairs", repair_id, draft, data.reason)

    @get("/reviews/{review_id:str}/paper", operation_id="readReviewPaper")
    async def paper(
        self,
        review_id: FromPath[str],
        visit: Needs[Visit],
        reviews: Needs[ReviewService],
        deciding: Needs[Deciding],
        database: Needs[Database],
    ) -> ResultDocument:
        """Shows the paper that a signature would send. It is refused for the same reasons as the step itself."""
        proposal, draft = await reviews.draft_of(visit.actor, review_id, visit.now)
        actor, now = visit.actor, visit.now

        async def step(tx: Tx) -> ResultDocument:
            return await deciding.written(tx, await deciding.take(tx, actor, proposal.case, draft, "-", now))

        return await database.rehearse(step)

    @post("/reviews/{review_id:str}/sign", quota="steps", operation_id="signReview", status_code=200)
    async def sign(self, review_id: FromPath[str], reviewing: Needs[Reviewing]) -> Response[ProposalView]:
        """Sign what another officer drafted; the last signature decides the case and tells the party."""
        visit, reviews = reviewing.visit, reviewing.reviews
        return await reviewing.run(lambda tx: reviews.sign(tx, visit.actor, review_id, visit.now))

    @post("/reviews/{review_id:str}/return", quota="steps", operation_id="returnReview", status_code=200)
    async def give_back(
        self, review_id: FromPath[str], data: JSONBody[GiveBack], reviewing: Needs[Reviewing]
    ) -> Response[ProposalView]:
        """Return a draft with a reason, or withdraw your own."""
        visit, reviews = reviewing.visit, reviewing.reviews
        return await reviewing.run(lambda tx: reviews.give_back(tx, visit.actor, review_id, data.reason, visit.now))


ROUTES = (ReviewController,)
