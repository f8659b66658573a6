"""A person's report, on the page and on paper."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from importlib import metadata
from typing import Protocol

from api.accounts.models import Account, Identity
from api.footprints.models import FootprintKind
from api.footprints.service import FootprintService, footprint
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.gathered import Gathered
from api.infra.ids import receipt_number
from api.infra.mongo import Database
from api.infra.queries import Query
from api.papers.service import PaperService, digest_of
from api.records.models import Record
from api.records.service import RecordService
from api.reports.assembly import assemble
from api.reports.schemas import ReportView
from api.reports.sheets import sheet_of
from knowledge.loading import library
from knowledge.places import bases

_OWN = f"本人查询自己的信用信息（{'、'.join(article.label for _, article in bases('grant'))}）"


def _build() -> str:
    """The program's build, part of the version: a new program may word the same facts differently."""
    try:
        return metadata.version("credit-window")
    except metadata.PackageNotFoundError:
        return "from a clone"


_BUILD = _build()


class Holders(Protocol):
    """Finds the accounts behind subjects."""

    def open_of(self, subjects: Sequence[str]) -> Query[dict[str, Account]]: ...


class ReportService:
    def __init__(
        self,
        database: Database,
        papers: PaperService,
        records: RecordService,
        footprints: FootprintService,
        holders: Holders,
    ) -> None:
        self._database = database
        self._papers = papers
        self._records = records
        self._footprints = footprints
        self._holders = holders
        self._read = Gathered(self._read_together)

    async def version(self, actor: Actor, today: date) -> str:
        """The report's version, for its ETag: one covered query that reads no content and leaves no footprint."""
        return _version(actor, await self._records.versions_of_subject(actor.bound_subject), today)

    async def own(self, actor: Actor, now: datetime) -> tuple[ReportView, str]:
        """The actor's report, to be encoded, and its version. The reads and the footprint run side by side; the footprint is durable when it returns."""
        subject = actor.bound_subject
        (records, holder), _ = await asyncio.gather(
            self._read.of(subject),
            self._footprints.note(
                footprint(
                    subject,
                    FootprintKind.QUERIED,
                    now,
                    unit=actor.named,
                    why=_why(actor, "查看"),
                    basis=_OWN,
                )
            ),
        )
        today = civil_date(now)
        report = assemble(records, holder, now, is_encoded=True)
        return report, _version(actor, [(r.id, r.version) for r in records], today)

    async def own_pdf(self, actor: Actor, purpose: str, now: datetime) -> tuple[bytes, str]:
        """The report on paper, and its number. Leaves a footprint and an audit entry."""
        subject = actor.bound_subject
        (records, holder), _ = await asyncio.gather(
            self._read.of(subject),
            self._footprints.note(
                footprint(subject, FootprintKind.QUERIED, now, unit=actor.named, why=_why(actor, "下载"), basis=_OWN)
            ),
        )
        sheet = sheet_of(assemble(records, holder, now), self._papers.issuer(_place(records, actor)), purpose)
        number = receipt_number("BG", civil_date(now))
        pdf = await self._papers.issue(actor, "report", subject, number, sheet, now, records=records)
        return pdf, number

    async def _read_together(self, subjects: Sequence[str]) -> Mapping[str, tuple[list[Record], Identity | None]]:
        """Each person's records, and who they are."""
        records, accounts = await self._database.read_both(
            self._records.of_subjects(subjects), self._holders.open_of(subjects)
        )
        holders = {subject: account.identity for subject, account in accounts.items()}
        return {subject: (records.get(subject, []), holders.get(subject)) for subject in subjects}


def _why(actor: Actor, deed: str) -> str:
    return f"{actor.on_behalf}{deed}信用报告" if actor.on_behalf else f"{deed}本人信用报告"


def _version(actor: Actor, versions: Sequence[tuple[str, int]], today: date) -> str:
    """The same for the same facts of the same person on the same day by the same working days. Two people without records differ."""
    whose = f"{actor.bound_subject} {actor.id}"
    return digest_of(versions, f"{_BUILD} {today} {library().working_days.digest} {whose}")


def _place(records: Sequence[Record], actor: Actor) -> str | None:
    return actor.jurisdiction or next((r.jurisdiction for r in records if r.section != "basic"), None)
