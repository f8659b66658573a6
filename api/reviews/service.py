"""Drafts of decisions: proposing one, signing it, giving it back."""

from collections.abc import Awaitable, Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any

import msgspec

from api.audits.service import AuditService
from api.infra.actors import Actor
from api.infra.ids import new_id
from api.infra.mongo import Database, Tx
from api.objections.schemas import DraftOfResult
from api.repairs.schemas import DraftOfDecision
from api.reviews.deciding import Deciding, Draft
from api.reviews.errors import AlreadyProposed, ReviewOver, SameOfficer
from api.reviews.models import Proposal, Signature
from api.reviews.store import ProposalStore

_ROLES = ("审核", "签发")
_SHOWN_FOR = timedelta(days=14)


class _Kept(msgspec.Struct, frozen=True):
    """The stored form, with the note that only officers read."""

    form: msgspec.Raw
    reason: str


class ReviewService:
    """`wanted` is the number of signatures by place; `names` returns display names of officers."""

    def __init__(
        self,
        database: Database,
        store: ProposalStore,
        deciding: Deciding,
        audits: AuditService,
        wanted: Mapping[str, int],
        names: Callable[[AbstractSet[str]], Awaitable[Mapping[str, str]]],
    ) -> None:
        self._database = database
        self._store = store
        self._deciding = deciding
        self._audits = audits
        self._wanted = wanted
        self._names = names

    def wanted(self, place: str | None) -> int:
        """How many sign besides the drafter; zero if an officer decides alone."""
        return self._wanted.get(place or "", 0)

    async def propose(
        self,
        officer: Actor,
        errand: str,
        case_id: str,
        draft: Draft,
        reason: str,
        now: datetime,
    ) -> Callable[[Tx], Awaitable[Proposal]]:
        """Rehearses the decision and returns the work for the transaction. Raises whatever the step raises."""
        seen = await self._database.rehearse(lambda tx: self._deciding.take(tx, officer, case_id, draft, reason, now))

        async def work(tx: Tx) -> Proposal:
            kept = _Kept(msgspec.Raw(msgspec.json.encode(draft)), reason)
            proposal = Proposal(
                id=new_id("pps"),
                case=seen.id,
                errand=errand,
                number=seen.number,
                jurisdiction=seen.jurisdiction,
                subject=seen.subject,
                action=draft.action,
                draft=msgspec.json.encode(kept).decode(),
                officer=officer.id,
                at=now,
            )
            await self._store.insert(tx, proposal, taken=AlreadyProposed)
            await self._note(tx, officer, proposal, "propose", now)
            return proposal

        return work

    async def open_of(self, officer: Actor) -> list[Proposal]:
        return await self._store.open_of(officer.jurisdiction or "")

    async def returned_to(self, officer: Actor, now: datetime) -> list[Proposal]:
        """The officer's own drafts that a colleague of the place returned in the last two weeks, newest first."""
        return [
            one
            for one in await self._store.returned_to(officer.id)
            if one.jurisdiction == officer.jurisdiction
            and one.returned_by != officer.id
            and one.ended_at is not None
            and now - _SHOWN_FOR < one.ended_at
        ]

    async def sign(self, tx: Tx, officer: Actor, proposal_id: str, now: datetime) -> Proposal:
        """Signs; the last signature takes the step. Raises NotFound, ReviewOver, SameOfficer, and whatever the step raises."""
        proposal = await self._mine(tx, officer, proposal_id, now)
        if officer.id in {proposal.officer, *(one.by for one in proposal.signed)}:
            raise SameOfficer
        signed = (*proposal.signed, Signature(by=officer.id, at=now))
        if len(signed) < max(1, self.wanted(proposal.jurisdiction)):
            after = await self._store.save(tx, proposal, msgspec.structs.replace(proposal, signed=signed))
            await self._note(tx, officer, after, "sign", now)
            return after
        kept = msgspec.json.decode(proposal.draft, type=_Kept)
        names = await self._names({proposal.officer, *(one.by for one in signed)})
        roles = _ROLES if len(signed) > 1 else ("审核并签发",)
        by = [
            f"承办{names.get(proposal.officer, '')}",
            *(f"{r}{names.get(s.by, '')}" for r, s in zip(roles, signed, strict=True)),
        ]
        form: type[Any] = DraftOfResult if proposal.errand == "objections" else DraftOfDecision
        draft = msgspec.json.decode(kept.form, type=form)
        note = f"{kept.reason}（{'，'.join(by)}）"
        await self._deciding.take(tx, officer, proposal.case, draft, note, now)
        ended = msgspec.structs.replace(proposal, signed=signed, status="issued", is_open=False, ended_at=now)
        after = await self._store.save(tx, proposal, ended)
        await self._note(tx, officer, after, "issue", now)
        return after

    async def give_back(self, tx: Tx, officer: Actor, proposal_id: str, why: str, now: datetime) -> Proposal:
        """Returns it to the drafter, who may also take it back. Raises NotFound, ReviewOver."""
        proposal = await self._mine(tx, officer, proposal_id, now)
        ended = msgspec.structs.replace(
            proposal, status="returned", is_open=False, returned_by=officer.id, why=why, ended_at=now
        )
        after = await self._store.save(tx, proposal, ended)
        await self._note(tx, officer, after, "return", now)
        return after

    async def draft_of(self, officer: Actor, proposal_id: str, now: datetime) -> tuple[Proposal, Any]:
        """A proposal and its form; the read is audited. Raises NotFound."""
        proposal = await self._store.get(proposal_id)
        if proposal.jurisdiction != officer.jurisdiction:
            await self._audits.turn_away(officer, "reviews", proposal_id, now)
        await self._note(None, officer, proposal, "read", now)
        kept = msgspec.json.decode(proposal.draft, type=_Kept)
        form: type[Any] = DraftOfResult if proposal.errand == "objections" else DraftOfDecision
        return proposal, msgspec.json.decode(kept.form, type=form)

    async def _mine(self, tx: Tx, officer: Actor, proposal_id: str, now: datetime) -> Proposal:
        proposal = await self._store.get(proposal_id, tx)
        if proposal.jurisdiction != officer.jurisdiction:
            await self._audits.turn_away(officer, "reviews", proposal_id, now)
        if not proposal.is_open:
            raise ReviewOver
        return proposal

    async def _note(self, tx: Tx, officer: Actor, proposal: Proposal, deed: str, now: datetime) -> None:
        await self._audits.write(
            tx, officer, f"reviews.{deed}", proposal.case, now, subject=proposal.subject, place=proposal.jurisdiction
        )
