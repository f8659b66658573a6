"""The officers' URLs of reviews."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Annotated, Protocol, runtime_checkable

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.desk.documents import ResultDocument
from api.http.visit import Visit
from api.infra.errands import Errands
from api.infra.mongo import Database, Tx
from api.infra.wire import In, Out
from api.objections.schemas import DraftOfResult
from api.repairs.schemas import DraftOfDecision
from api.reviews.deciding import Deciding
from api.reviews.models import STATUSES, Proposal
from api.reviews.service import ReviewService

Reason = Annotated[str, msgspec.Meta(min_length=2, max_length=500, pattern=r"\S")]


@runtime_checkable
class Colleagues(Protocol):
    """Who works here, as far as a review names them."""

    async def names(self, ids: AbstractSet[str]) -> Mapping[str, str]: ...


class ProposeResult(DraftOfResult, frozen=True, kw_only=True):
    """`reason` is the officer's own note, as with the step itself."""

    reason: Reason


class ProposeDecision(DraftOfDecision, frozen=True, kw_only=True):
    """As `ProposeResult`."""

    reason: Reason


class GiveBack(In, frozen=True):
    reason: Reason


class ProposalView(Out, frozen=True):
    """`drafter` and `signers` are names; `isMine`: the caller drafted or signed it, and cannot sign it (again)."""

    id: str
    case_ref: str
    errand: str
    errand_title: str
    number: str
    action_label: str
    drafter: str
    signers: tuple[str, ...]
    status: str
    status_label: str
    at: datetime
    is_mine: bool

    @classmethod
    def of(cls, one: Proposal, errands: Errands, names: Mapping[str, str], me: str) -> "ProposalView":
        errand = errands[one.errand]
        who = [sign.by for sign in one.signed]
        return cls(
            id=one.id,
            case_ref=one.case,
            errand=one.errand,
            errand_title=errand.title,
            number=one.number,
            action_label=errand.steps[one.action.replace("-", "_")].label,
            drafter=names.get(one.officer, ""),
            signers=tuple(names.get(by, "") for by in who),
            status=one.status,
            status_label=STATUSES[one.status],
            at=one.at,
            is_mine=me in {one.officer, *who},
        )


class ReviewsView(Out, frozen=True):
    """`wanted` is how many sign in the officer's place."""

    wanted: int
    items: tuple[ProposalView, ...]


class ReviewController(Controller):
    path = "/staff"
    tags = ("desk",)

    @get("/reviews", access="officer", operation_id="listReviews")
    async def open(
        self,
        visit: NamedDependency[Visit],
        reviews: NamedDependency[ReviewService],
        errands: NamedDependency[Errands],
        staff: NamedDependency[Colleagues],
    ) -> ReviewsView:
        """Drafted decisions of one's place that wait for a signature, newest first."""
        found = await reviews.open_of(visit.actor)
        names = await _named(found, staff)
        views = tuple(ProposalView.of(one, errands, names, visit.actor.id) for one in found)
        return ReviewsView(wanted=reviews.wanted(visit.actor.jurisdiction), items=views)

    @post("/objections/{objection_id:str}/proposal", access="officer", operation_id="proposeObjectionResult")
    async def result(
        self,
        objection_id: FromPath[str],
        data: JSONBody[ProposeResult],
        visit: NamedDependency[Visit],
        reviews: NamedDependency[ReviewService],
        errands: NamedDependency[Errands],
        staff: NamedDependency[Colleagues],
    ) -> Response[ProposalView]:
        """Draft the result of an objection for others to sign; it is refused here for whatever the step is refused for."""
        if (earlier := await visit.earlier()) is not None:
            return earlier
        draft = DraftOfResult(data.action, data.reasons, data.correction, data.version)
        work = await reviews.propose(visit.actor, "objections", objection_id, draft, data.reason, visit.now)
        names = await staff.names({visit.actor.id})
        return await visit.run(work, lambda one: ProposalView.of(one, errands, names, visit.actor.id))

    @post("/repairs/{repair_id:str}/proposal", access="officer", operation_id="proposeRepairDecision")
    async def decision(
        self,
        repair_id: FromPath[str],
        data: JSONBody[ProposeDecision],
        visit: NamedDependency[Visit],
        reviews: NamedDependency[ReviewService],
        errands: NamedDependency[Errands],
        staff: NamedDependency[Colleagues],
    ) -> Response[ProposalView]:
        """Draft the decision on a repair for others to sign; it is refused here for whatever the step is refused for."""
        if (earlier := await visit.earlier()) is not None:
            return earlier
        draft = DraftOfDecision(data.action, data.reasons, data.despite, data.version)
        work = await reviews.propose(visit.actor, "repairs", repair_id, draft, data.reason, visit.now)
        names = await staff.names({visit.actor.id})
        return await visit.run(work, lambda one: ProposalView.of(one, errands, names, visit.actor.id))

    @get("/reviews/{review_id:str}/paper", access="officer", operation_id="readReviewPaper")
    async def paper(
        self,
        review_id: FromPath[str],
        visit: NamedDependency[Visit],
        reviews: NamedDependency[ReviewService],
        deciding: NamedDependency[Deciding],
        database: NamedDependency[Database],
    ) -> ResultDocument:
        """The paper that a signature would send, from the draft as it stands. Raises what the step raises."""
        proposal, draft = await reviews.draft_of(visit.actor, review_id, visit.now)
        actor, now = visit.actor, visit.now

        async def step(tx: Tx) -> ResultDocument:
            return await deciding.written(tx, await deciding.take(tx, actor, proposal.case, draft, "-", now))

        return await database.rehearse(step)

    @post("/reviews/{review_id:str}/sign", access="officer", operation_id="signReview", status_code=200)
    async def sign(
        self,
        review_id: FromPath[str],
        visit: NamedDependency[Visit],
        reviews: NamedDependency[ReviewService],
        errands: NamedDependency[Errands],
        staff: NamedDependency[Colleagues],
    ) -> Response[ProposalView]:
        """Sign what another officer drafted; the last signature decides the case and tells the party."""

        async def work(tx: Tx) -> ProposalView:
            done = await reviews.sign(tx, visit.actor, review_id, visit.now)
            return ProposalView.of(done, errands, await _named([done], staff), visit.actor.id)

        return await visit.run(work)

    @post("/reviews/{review_id:str}/return", access="officer", operation_id="returnReview", status_code=200)
    async def give_back(
        self,
        review_id: FromPath[str],
        data: JSONBody[GiveBack],
        visit: NamedDependency[Visit],
        reviews: NamedDependency[ReviewService],
        errands: NamedDependency[Errands],
        staff: NamedDependency[Colleagues],
    ) -> Response[ProposalView]:
        """Give a draft back with a reason, or take one's own back."""

        async def work(tx: Tx) -> ProposalView:
            done = await reviews.give_back(tx, visit.actor, review_id, data.reason, visit.now)
            return ProposalView.of(done, errands, await _named([done], staff), visit.actor.id)

        return await visit.run(work)


async def _named(found: list[Proposal], staff: Colleagues) -> Mapping[str, str]:
    return await staff.names({by for one in found for by in (one.officer, *(sign.by for sign in one.signed))})


ROUTES = (ReviewController,)
