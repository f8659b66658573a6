"""Assembling a person's report, issuing documents, verifying them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime
from importlib import metadata
from typing import Protocol

import msgspec

from api.accounts.models import Account, Identity
from api.audits.service import AuditService
from api.footprints.models import FootprintKind
from api.footprints.service import FootprintService, footprint
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.ids import read_code, receipt_number, verification_code
from api.infra.privacy import KeyRing, sm3
from api.records.models import Record
from api.records.service import RecordService
from api.reports.assembly import assemble
from api.reports.models import IssuedDocument
from api.reports.papers import Paper, Papers
from api.reports.schemas import ReportView, VerificationView
from api.reports.sheets import sheet_of
from api.reports.store import IssuedDocumentStore
from knowledge.places import bases

_CODE = "document-code"
_OWN = f"本人查询自己的信用信息（{'、'.join(article.label for _, article in bases('grant'))}）"


def _build() -> str:
    """A new program may word the same facts differently."""
    try:
        return metadata.version("credit-window")
    except metadata.PackageNotFoundError:
        return "from a clone"


_BUILD = _build()


class Holders(Protocol):
    """Who is behind a subject."""

    async def find_by_subject(self, subject: str) -> Account | None: ...


class ReportService:
    def __init__(
        self,
        store: IssuedDocumentStore,
        records: RecordService,
        footprints: FootprintService,
        audits: AuditService,
        keys: KeyRing,
        holders: Holders,
        issuers: Callable[[str | None], str],
        public_url: str,
    ) -> None:
        """`issuers` names the centre of a jurisdiction; `public_url` is where a code is checked."""
        self._store = store
        self._records = records
        self._footprints = footprints
        self._audits = audits
        self._keys = keys
        self._holders = holders
        self._issuers = issuers
        self._address = f"{public_url}/verify"
        self._papers = Papers()

    def issuer(self, jurisdiction: str | None) -> str:
        """The centre in whose name a document is issued."""
        return self._issuers(jurisdiction)

    async def version(self, actor: Actor, today: date) -> str:
        """What the report's ETag is made of: one covered query, no content read, so no footprint."""
        return _version(await self._records.versions_of_subject(actor.bound_subject), today)

    async def own(self, actor: Actor, now: datetime) -> tuple[ReportView, str]:
        """The actor's report and its version. Three round trips, side by side; the footprint is durable when it returns."""
        subject = actor.bound_subject
        records, holder, _ = await asyncio.gather(
            self._records.list_of_subject(subject),
            self._holder(subject),
            self._footprints.note(
                footprint(
                    subject,
                    FootprintKind.QUERIED,
                    now,
                    unit=actor.unit or "本人",
                    why=_why(actor, "查看"),
                    basis=_OWN,
                )
            ),
        )
        today = civil_date(now)
        return assemble(records, holder, now), _version([(r.id, r.version) for r in records], today)

    async def own_pdf(self, actor: Actor, purpose: str, now: datetime) -> tuple[bytes, str]:
        """The report on paper, and its number. The issue is in the footprint and in the audit."""
        subject = actor.bound_subject
        records, holder, _ = await asyncio.gather(
            self._records.list_of_subject(subject),
            self._holder(subject),
            self._footprints.note(
                footprint(
                    subject, FootprintKind.QUERIED, now, unit=actor.unit or "本人", why=_why(actor, "下载"), basis=_OWN
                )
            ),
        )
        sheet = sheet_of(assemble(records, holder, now), self._issuers(_place(records, actor)), purpose)
        number = receipt_number("BG", civil_date(now))
        pdf = await self.issue(actor, "report", subject, number, sheet, now, records=records)
        return pdf, number

    async def issue(
        self,
        actor: Actor,
        kind: str,
        subject: str,
        number: str,
        sheet: Paper,
        now: datetime,
        *,
        ref: str | None = None,
        records: Sequence[Record] | None = None,
    ) -> bytes:
        """Sets a sheet with a number and a verification code, and keeps what a verification needs."""
        code = verification_code()
        facts = _version(
            [(r.id, r.version) for r in records]
            if records is not None
            else await self._records.versions_of_subject(subject),
            None,
        )
        pdf = await self._papers.set(sheet.numbered(number, now, code, self._address))
        await self._store.insert(
            IssuedDocument(
                id=self._index(code),
                kind=kind,
                number=number,
                subject=subject,
                issued_at=now,
                digest=sm3(pdf),
                facts=facts,
                ref=ref,
            )
        )
        await self._audits.write(None, actor, f"reports.issue-{kind}", ref or number, now, subject=subject)
        return pdf

    async def draft(self, sheet: Paper, number: str, now: datetime) -> bytes:
        """A sheet that nobody issues: a draft on every page, without a code, and kept nowhere."""
        drafted = sheet.numbered(f"{number}（草稿）", now, "", "")
        return await self._papers.set(msgspec.structs.replace(drafted, is_draft=True, purpose="内部预览，不得送达"))

    async def verify(self, code: str) -> VerificationView:
        """The same two queries whether the code is known or not, or could be none."""
        read = read_code(code)
        document = await self._store.find(self._keys.every_index(_CODE, read or ""))
        versions = await self._records.versions_of_subject(document.subject if document else "nobody")
        if document is None:
            return VerificationView(is_genuine=False, answer="unknown", is_complete=read is not None)
        has_newer_facts = _version(versions, None) != document.facts
        return VerificationView(
            is_genuine=True,
            answer="outdated" if has_newer_facts else "genuine",
            is_complete=True,
            kind=document.kind,
            issued_at=document.issued_at,
            digest=document.digest,
            digest_algorithm="SM3",
            has_newer_facts=has_newer_facts,
        )

    async def _holder(self, subject: str) -> Identity | None:
        account = await self._holders.find_by_subject(subject)
        return account.identity if account else None

    def _index(self, code: str) -> str:
        return self._keys.blind_index(_CODE, code)


def _why(actor: Actor, deed: str) -> str:
    if actor.window:
        return f"在窗口为本人{deed}信用报告"
    return f"受本人委托{deed}信用报告" if actor.helper else f"{deed}本人信用报告"


def _version(versions: Sequence[tuple[str, int]], today: date | None) -> str:
    """The same facts on the same day read the same."""
    head = f"{_BUILD} {today}" if today else "facts"
    return sm3("\n".join([head, *sorted(f"{key} {version}" for key, version in versions)]).encode())[:32]


def _place(records: Sequence[Record], actor: Actor) -> str | None:
    return actor.jurisdiction or next((r.jurisdiction for r in records if r.section != "basic"), None)
