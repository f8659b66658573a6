"""Everything held about a person, across all errands; `api/accounts/personal_data.toml` has a row for each kind.

It calls the services of every errand, which no errand may do.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from api.accounts.basic_record import SELF
from api.accounts.consents import WORDS as CONSENTS
from api.accounts.consents import ConsentService, purposes
from api.accounts.personal_data import STAFF, Holding, HoldingText, every_page
from api.accounts.service import AccountService
from api.accounts.sessions import SessionService
from api.audits.models import AuditEntry
from api.audits.service import AuditService
from api.desk.casework import Casework
from api.evidence.service import EvidenceService
from api.footprints.schemas import LABELS as FOOTPRINTS
from api.footprints.service import FootprintService
from api.infra.actors import Actor
from api.infra.clock import Clock
from api.infra.mongo import Tx
from api.infra.paging import MOST_EXPORTED, Page
from api.journal.models import KINDS, REACHED, WAYS
from api.journal.service import JournalService
from api.notices.push.service import PushService
from api.notices.schemas import LABELS as TEMPLATES
from api.notices.service import NoticeService
from api.papers.service import PaperService
from api.records.service import RecordService


def _of_subject(read: Callable[[str], Awaitable[Sequence[Any]]]) -> Callable[[Actor], Awaitable[Sequence[Any]]]:
    """Reads data that is stored under the person's document; empty if none is bound."""

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
    journal: JournalService,
    evidence: EvidenceService,
    papers: PaperService,
    cases: Iterable[Casework[Any]],
) -> tuple[Holding, ...]:
    """All kinds, in display order. Their rows were checked against the data at the start."""

    async def read_notices(subject: str) -> list[Any]:
        async def page(cursor: str | None, limit: int) -> Page[Any]:
            return (await notices.inbox(subject, cursor, limit))[0]

        return [*await notices.list_booked(subject), *await every_page(page)]

    async def read_audits(actor: Actor) -> list[AuditEntry]:
        found = await audits.all_of_subject(actor.subject, MOST_EXPORTED + 1) if actor.subject else []
        return [_as_told(entry, actor.id) for entry in found]

    async def forget_basic(tx: Tx, actor: Actor, _: datetime) -> None:
        if actor.subject:
            await records.forget_basic(tx, actor.subject, SELF)

    asked = {purpose.id: purpose.title for purpose in purposes().values()}
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
        Holding("records", _of_subject(records.list_of_subject), forget_basic),
        Holding(
            "footprints",
            _of_subject(lambda subject: every_page(partial(footprints.page, subject, None))),
            words={"kind": FOOTPRINTS},
        ),
        Holding("notices", _of_subject(read_notices), words={"template": TEMPLATES}),
        *(_cases_of(service) for service in cases),
        Holding("evidence", lambda actor: evidence.given_by(actor.id)),
        Holding("documents", _of_subject(papers.issued_about)),
        Holding("journal", _of_subject(journal.of_subject), words={"kind": KINDS, "way": WAYS | REACHED}),
        Holding("audits", read_audits),
    )


def _as_told(entry: AuditEntry, account: str) -> AuditEntry:
    """What others did, without the address that it came from and, of staff, without who it was: that is not this person's data."""
    if entry.by == account:
        return entry
    return msgspec.structs.replace(entry, address=None, by="" if entry.by.startswith(STAFF) else entry.by)


def _cases_of(service: Casework[Any]) -> Holding:
    """The cases of an errand as a kind of data. Raises ValueError if the errand does not say why they are kept."""
    errand = service.errand
    if errand.kept is None:
        raise ValueError(f"{errand.name}: say in its declaration why its cases are kept")

    async def read(actor: Actor) -> list[Any]:
        return [service.exported(case) for case in await every_page(partial(service.page, actor))]

    return Holding(
        errand.name,
        read,
        service.let_go,
        text=HoldingText(errand.name, errand.title, "kept", errand.kept.why, errand.kept.law),
        tables=errand.tables,
        words=errand.words,
        labels=errand.labels,
    )
