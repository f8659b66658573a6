"""What is held about a person, over all errands; `api/accounts/holdings.toml` has a row for each.

It asks the services of every errand, which none of them may do.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from api.accounts.consents import WORDS as CONSENTS
from api.accounts.consents import ConsentService, purposes
from api.accounts.holdings import Holding, every_page
from api.accounts.service import SELF, AccountService
from api.accounts.sessions import SessionService
from api.audits.service import AuditService
from api.declarations import kinds
from api.declarations.service import DeclarationService
from api.declarations.states import TABLE as DECLARATIONS
from api.footprints.schemas import LABELS as FOOTPRINTS
from api.footprints.service import FootprintService
from api.grants.service import GrantService
from api.grants.states import TABLE as GRANTS
from api.infra.actors import Actor
from api.infra.clock import Clock
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.listings.service import ListingService
from api.listings.states import TABLE as LISTINGS
from api.notices.push.service import PushService
from api.notices.schemas import LABELS as TEMPLATES
from api.notices.service import NoticeService
from api.objections.outcomes import OUTCOMES
from api.objections.reasons import reason_codes
from api.objections.service import ObjectionService
from api.objections.states import TABLE as OBJECTIONS
from api.pledges import texts
from api.pledges.service import PledgeService
from api.pledges.states import TABLE as PLEDGES
from api.records.service import RecordService
from api.repairs.service import RepairService
from api.repairs.states import TABLE as REPAIRS
from api.withdrawals.service import WithdrawalService
from api.withdrawals.states import COURTESY, RIGHT
from knowledge.loading import library

_MOST_AUDITS = 10_000


def _of_subject(read: Callable[[str], Awaitable[Sequence[Any]]]) -> Callable[[Actor], Awaitable[Sequence[Any]]]:
    """What is known by the person's document is empty while none is bound."""

    async def of(actor: Actor) -> Sequence[Any]:
        return await read(actor.subject) if actor.subject else ()

    return of


def holdings_of(
    *,
    clock: Clock,
    accounts: AccountService,
    sessions: SessionService,
    push: PushService,
    consents: ConsentService,
    records: RecordService,
    footprints: FootprintService,
    notices: NoticeService,
    audits: AuditService,
    objections: ObjectionService,
    repairs: RepairService,
    withdrawals: WithdrawalService,
    declarations: DeclarationService,
    pledges: PledgeService,
    listings: ListingService,
    grants: GrantService,
) -> tuple[Holding, ...]:
    """In the order in which they are shown. Raises nothing: the rows are compared with the data at the start."""

    async def read_notices(subject: str) -> list[Any]:
        async def page(cursor: str | None, limit: int) -> Page[Any]:
            return (await notices.inbox(subject, cursor, limit))[0]

        return [*await notices.list_booked(subject), *await every_page(page)]

    async def forget_basic(tx: Tx, actor: Actor, _: datetime) -> None:
        if actor.subject:
            await records.forget_basic(tx, actor.subject, SELF)

    async def revoke_grants(tx: Tx, actor: Actor, now: datetime) -> None:
        for grant in await every_page(partial(grants.page, actor)):
            if grant.status == "active":
                await grants.revoke(tx, actor, grant.id, now)

    asked = {purpose.id: purpose.title for purpose in purposes().values()}
    found = {code: reason.title for code, reason in reason_codes().items()}
    pauses = {kind.id: kind.title for kind in library().pause_kinds}
    return (
        Holding(
            "account",
            lambda actor: accounts.get(actor.id),
            accounts.close,
            words={"refusals": asked},
        ),
        Holding(
            "devices",
            lambda actor: sessions.devices(actor.id, clock.now()),
            lambda tx, actor, now: sessions.revoke_all(tx, actor.id, now),
        ),
        Holding(
            "subscriptions",
            lambda actor: push.find(actor.id),
            lambda tx, actor, now: push.delete(tx, actor.id),
            words={"banks": TEMPLATES},
        ),
        Holding(
            "consents",
            lambda actor: consents.history(actor.id),
            words={"purpose": asked, "state": CONSENTS},
        ),
        Holding("grants", lambda actor: every_page(partial(grants.page, actor)), revoke_grants, tables=(GRANTS,)),
        Holding("records", _of_subject(records.list_of_subject), forget_basic),
        Holding(
            "footprints",
            _of_subject(lambda subject: every_page(partial(footprints.page, subject, None))),
            words={"kind": FOOTPRINTS},
        ),
        Holding("notices", _of_subject(read_notices), words={"template": TEMPLATES}),
        Holding(
            "objections",
            lambda actor: every_page(partial(objections.page, actor)),
            tables=(OBJECTIONS,),
            words={"reasons": found, "outcome": OUTCOMES, "kind": pauses},
        ),
        Holding(
            "repairs",
            lambda actor: every_page(partial(repairs.page, actor)),
            tables=(REPAIRS,),
            words={"kind": REPAIRS.words},
        ),
        Holding("withdrawals", lambda actor: every_page(partial(withdrawals.page, actor)), tables=(RIGHT, COURTESY)),
        Holding(
            "declarations",
            lambda actor: every_page(partial(declarations.page, actor)),
            tables=(DECLARATIONS,),
            words={"kind": kinds.titles()},
        ),
        Holding(
            "pledges",
            lambda actor: every_page(partial(pledges.page, actor)),
            tables=(PLEDGES,),
            words={"kind": texts.titles(), "outcome": PLEDGES.words},
        ),
        Holding("listings", lambda actor: every_page(partial(listings.page, actor)), tables=(LISTINGS,)),
        Holding("audits", _of_subject(lambda subject: audits.all_of_subject(subject, _MOST_AUDITS))),
    )
