"""Requests and replies of reviews."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

import msgspec

from api.infra.errands import Errands
from api.infra.wire import In, Out
from api.objections.schemas import DraftOfResult
from api.repairs.schemas import DraftOfDecision
from api.reviews.models import STATUSES, Proposal

Reason = Annotated[str, msgspec.Meta(min_length=2, max_length=500, pattern=r"\S")]


class ProposeResult(DraftOfResult, kw_only=True):
    """`reason` is the officer's own note, as with the step itself."""

    reason: Reason


class ProposeDecision(DraftOfDecision, kw_only=True):
    """As `ProposeResult`."""

    reason: Reason


class GiveBack(In):
    reason: Reason


class _Proposed(Out):
    """What every view of a proposal says of its case and its step."""

    id: str
    case_ref: str
    errand: str
    errand_title: str
    number: str
    action_label: str
    at: datetime

    @classmethod
    def _telling(cls, one: Proposal, errands: Errands, **more: Any) -> Self:
        errand = errands[one.errand]
        step = errand.steps[one.action.replace("-", "_")]
        return cls.showing(one, case_ref=one.case, errand_title=errand.title, action_label=step.label, **more)


class ProposalView(_Proposed):
    """`drafter` and `signers` are names; `isMine`: the caller drafted or signed it, and cannot sign it (again); `isDraftMine`: drafted
    it.
    """

    drafter: str
    signers: tuple[str, ...]
    status: str
    status_label: str
    is_mine: bool
    is_draft_mine: bool

    @classmethod
    def of(cls, one: Proposal, errands: Errands, names: Mapping[str, str], me: str) -> Self:
        who = [sign.by for sign in one.signed]
        return cls._telling(
            one,
            errands,
            drafter=names.get(one.officer, ""),
            signers=tuple(names.get(by, "") for by in who),
            status_label=STATUSES[one.status],
            is_mine=me in {one.officer, *who},
            is_draft_mine=me == one.officer,
        )


class ReturnedView(_Proposed):
    """A draft of the caller that a colleague returned: by whom, when, and why."""

    by: str
    why: str

    @classmethod
    def of(cls, one: Proposal, errands: Errands, names: Mapping[str, str]) -> Self:
        assert one.ended_at is not None
        by = names.get(one.returned_by or "", "")
        return cls._telling(one, errands, by=by, why=one.why or "", at=one.ended_at)


class ReviewsView(Out):
    """`wanted` is how many sign in the officer's place, `returned` what colleagues returned to the caller in the last two weeks."""

    wanted: int
    items: tuple[ProposalView, ...]
    returned: tuple[ReturnedView, ...]
