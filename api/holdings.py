"""What is held about a person, over all errands; `api/accounts/holdings.toml` has a row for each.

A part of the house: it asks the services of every errand, which none of them may do.
"""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from api.accounts.consents import WORDS as CONSENTS
from api.accounts.consents import purposes
from api.accounts.holdings import Holding, every_page
from api.accounts.service import SELF
from api.declarations import kinds
from api.declarations.states import TABLE as DECLARATIONS
from api.footprints.schemas import LABELS as FOOTPRINTS
from api.grants.states import TABLE as GRANTS
from api.infra.actors import Actor
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.listings.states import TABLE as LISTINGS
from api.notices.schemas import LABELS as TEMPLATES
from api.objections.outcomes import OUTCOMES
from api.objections.reasons import reason_codes
from api.objections.states import TABLE as OBJECTIONS
from api.pledges import texts
from api.pledges.states import TABLE as PLEDGES
from api.repairs.states import TABLE as REPAIRS
from api.withdrawals.states import COURTESY, RIGHT
from knowledge.loading import library

if TYPE_CHECKING:  # the house makes these, and they ask the house
    from api.house import House

_MOST_AUDITS = 10_000


class _Readers:
    """What is known by the person's document is empty while none is bound."""

    def __init__(self, house: "House") -> None:
        self._house = house

    async def records(self, actor: Actor) -> list[Any]:
        return list(await self._house.records.list_of_subject(actor.subject)) if actor.subject else []

    async def footprints(self, actor: Actor) -> list[Any]:
        if actor.subject is None:
            return []
        return await every_page(partial(self._house.footprints.page, actor.subject, None))

    async def notices(self, actor: Actor) -> list[Any]:
        subject = actor.subject
        if subject is None:
            return []

        async def page(cursor: str | None, limit: int) -> Page[Any]:
            return (await self._house.notices.inbox(subject, cursor, limit))[0]

        return [*await self._house.notices.list_booked(subject), *await every_page(page)]

    async def audits(self, actor: Actor) -> list[Any]:
        return list(await self._house.audits.all_of_subject(actor.subject, _MOST_AUDITS)) if actor.subject else []

    async def listings(self, actor: Actor) -> list[Any]:
        return list(await self._house.listings.export(actor)) if actor.subject else []

    async def forget_basic(self, tx: Tx, actor: Actor, _: datetime) -> None:
        if actor.subject:
            await self._house.records.forget_basic(tx, actor.subject, SELF)

    async def revoke_grants(self, tx: Tx, actor: Actor, now: datetime) -> None:
        for grant in await self._house.grants.export(actor):
            if grant.status == "active":
                await self._house.grants.revoke(tx, actor, grant.id, now)


def holdings_of(house: "House") -> tuple[Holding, ...]:
    """In the order in which they are shown. Raises nothing: the rows are compared with the data at the start."""
    readers = _Readers(house)
    asked = {purpose.id: purpose.title for purpose in purposes().values()}
    found = {code: reason.title for code, reason in reason_codes().items()}
    pauses = {kind.id: kind.title for kind in library().pause_kinds}
    return (
        Holding(
            "account",
            lambda actor: house.accounts.get(actor.id),
            house.accounts.close,
            words={"refusals": asked},
        ),
        Holding(
            "devices",
            lambda actor: house.sessions.devices(actor.id, house.clock.now()),
            lambda tx, actor, now: house.sessions.revoke_all(tx, actor.id, now),
        ),
        Holding(
            "subscriptions",
            lambda actor: house.push.find(actor.id),
            lambda tx, actor, now: house.push.delete(tx, actor.id),
            words={"banks": TEMPLATES},
        ),
        Holding(
            "consents",
            lambda actor: house.consents.history(actor.id),
            words={"purpose": asked, "state": CONSENTS},
        ),
        Holding("grants", house.grants.export, readers.revoke_grants, tables=(GRANTS,)),
        Holding("records", readers.records, readers.forget_basic),
        Holding("footprints", readers.footprints, words={"kind": FOOTPRINTS}),
        Holding("notices", readers.notices, words={"template": TEMPLATES}),
        Holding(
            "objections",
            lambda actor: every_page(partial(house.objections.page, actor)),
            tables=(OBJECTIONS,),
            words={"reasons": found, "outcome": OUTCOMES, "kind": pauses},
        ),
        Holding(
            "repairs",
            lambda actor: every_page(partial(house.repairs.page, actor)),
            tables=(REPAIRS,),
            words={"kind": REPAIRS.words},
        ),
        Holding("withdrawals", house.withdrawals.export, tables=(RIGHT, COURTESY)),
        Holding("declarations", house.declarations.export, tables=(DECLARATIONS,), words={"kind": kinds.titles()}),
        Holding(
            "pledges",
            house.pledges.export,
            tables=(PLEDGES,),
            words={"kind": texts.titles(), "outcome": PLEDGES.words},
        ),
        Holding("listings", readers.listings, tables=(LISTINGS,)),
        Holding("audits", readers.audits),
    )
