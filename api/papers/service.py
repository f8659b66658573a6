"""Issues and verifies documents."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from api.audits.service import AuditService
from api.infra.actors import Actor
from api.infra.ids import read_code, verification_code
from api.infra.privacy import KeyRing, sm3
from api.papers.models import Issued, IssuedDocument
from api.papers.schemas import VerificationView
from api.papers.setting import Paper, Papers
from api.papers.store import IssuedDocumentStore
from api.records.models import Record
from api.records.service import RecordService

_CODE = "document-code"


class PaperService:
    def __init__(
        self,
        store: IssuedDocumentStore,
        records: RecordService,
        audits: AuditService,
        keys: KeyRing,
        issuers: Callable[[str | None], str],
        public_url: str,
    ) -> None:
        """`issuers` names the centre of a jurisdiction; `public_url` is where a code is checked."""
        self._store = store
        self._records = records
        self._audits = audits
        self._keys = keys
        self._issuers = issuers
        self._address = f"{public_url}/verify"
        self._press = Papers()

    def issuer(self, jurisdiction: str | None) -> str:
        """The centre in whose name a document is issued."""
        return self._issuers(jurisdiction)

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
        """Typesets a sheet with a number and a verification code, and stores what a verification needs."""
        code = verification_code()
        facts = digest_of(
            [(r.id, r.version) for r in records]
            if records is not None
            else await self._records.versions_of_subject(subject)
        )
        pdf = await self._press.set(sheet.numbered(number, now, code, self._address))
        await self._store.insert(
            None,
            IssuedDocument(
                id=self._index(code),
                kind=kind,
                number=number,
                subject=subject,
                issued_at=now,
                digest=sm3(pdf),
                facts=facts,
                ref=ref,
            ),
        )
        await self._audits.write(None, actor, f"reports.issue-{kind}", ref or number, now, subject=subject)
        return pdf

    async def draft(self, sheet: Paper, number: str, now: datetime) -> bytes:
        """Typesets a sheet as a draft: marked on every page, without a code, not stored."""
        drafted = sheet.numbered(f"{number}（草稿）", now, "", "")
        return await self._press.set(msgspec.structs.replace(drafted, is_draft=True, purpose="内部预览，不得送达"))

    async def issued_about(self, subject: str) -> list[Issued]:
        """For the person's export, newest first."""
        found = await self._store.list_of_subject(subject)
        return [Issued(one.kind, one.number, one.issued_at, one.digest, one.ref) for one in found]

    async def verify(self, code: str) -> VerificationView:
        """Verifies a code, with the same two queries for known, unknown and impossible codes."""
        read = read_code(code)
        document = await self._store.find(self._keys.every_index(_CODE, read or ""))
        versions = await self._records.versions_of_subject(document.subject if document else "nobody")
        if document is None:
            return VerificationView(is_genuine=False, answer="unknown", is_complete=read is not None)
        has_newer_facts = digest_of(versions) != document.facts
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

    def _index(self, code: str) -> str:
        return self._keys.blind_index(_CODE, code)


def digest_of(versions: Sequence[tuple[str, int]], head: str = "facts") -> str:
    """A digest of a person's records by id and version, which is the same for the same facts."""
    return sm3("\n".join([head, *sorted(f"{key} {version}" for key, version in versions)]).encode())[:32]
