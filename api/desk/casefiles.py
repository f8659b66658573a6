"""The context of a case (its person, the record, the person's other cases), and the search for cases, closed ones included.

Searched like records, by exact number only: the case's own, that of the act (文书号), or that of the person's document.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from api.audits.service import AuditService
from api.desk.casework import Casework
from api.desk.copies import ERRAND as COPIES
from api.desk.counting import COUNTED
from api.desk.models import Docket
from api.infra.actors import Actor, Role
from api.infra.errors import Forbidden, NotFound
from api.infra.mongo import Tx
from api.infra.privacy import mask_name
from api.records.lookup import LookupService, Purpose
from api.records.models import Record
from api.records.service import RecordService
from api.records.showing import gist_of

_BETWEEN = re.compile(r"[\s-]")
_MOST = 1000  # of one errand
DECIDED_SHOWN = 200


class Found(msgspec.Struct, frozen=True):
    """A case with its errand's service, which knows its words."""

    service: Casework[Any]
    case: Any

    @property
    def is_open(self) -> bool:
        return not self.service.table_of(self.case).is_final(self.case.status)

    @property
    def about(self) -> str:
        """The record's title, or the case's own, or its errand's."""
        case = self.case
        return getattr(case, "record_title", None) or getattr(case, "title", None) or self.service.errand.title

    @property
    def handler(self) -> str | None:
        """The officer who took the last step of a closed case: it has left the queue, where an open one has its assignee."""
        if self.is_open:
            return None
        return next((entry.by for entry in reversed(self.case.history) if entry.role is Role.OFFICER), None)


class CaseFile(msgspec.Struct, frozen=True):
    """`record` is None for a case about none; `others` are the person's other cases of the place, newest first. `is_unit_here`: whether
    the unit that works the case can read it here; None where none does.
    """

    record: Record | None
    others: tuple[Found, ...]
    is_unit_here: bool | None


class Matter(msgspec.Struct, frozen=True):
    """What tells a line of the queue from the next: the deed or the kind of the record, and the person's name, masked; None for a
    case about no record."""

    about: str
    party: str | None


UNKNOWN = Matter("", None)


class CaseFileService:
    """`cases` are the services of all errands by name; those without a place (grants) are not the desk's."""

    def __init__(
        self,
        cases: Mapping[str, Casework[Any]],
        records: RecordService,
        lookup: LookupService,
        audits: AuditService,
    ) -> None:
        self._cases = {name: service for name, service in cases.items() if service.errand.clocks}
        self._records = records
        self._lookup = lookup
        self._audits = audits

    async def read(self, actor: Actor, errand: str, case_id: str, now: datetime) -> CaseFile:
        """The context of a case of the officer's own place; the read is audited. Raises NotFound."""
        service = self._cases.get(errand)
        if service is None:
            raise NotFound
        case = await service.read_by(actor, case_id, now)
        record_id = _record_of(case)
        record = await self._records.get(record_id) if record_id else None
        others = [one for one in await self._of_subject(case.subject, _place(actor)) if one.case.id != case.id]
        unit = getattr(case, service.worked_by, None)
        return CaseFile(record, tuple(others), await service.is_unit_here(unit, now) if unit else None)

    async def matters(self, actor: Actor, dockets: Sequence[Docket], now: datetime) -> dict[str, Matter]:
        """What each of these entries of the actor's queue is about, by its case; that the page was read is in the audit."""
        if not dockets:
            return {}
        found: dict[str, Found | None] = {one.id: None for one in dockets if one.errand == COPIES.name}
        for name, service in self._cases.items():
            ids = [one.id for one in dockets if one.errand == name]
            found |= {case.id: Found(service, case) for case in (await service.of_ids(ids) if ids else ())}
        about = {ref: _record_of(one.case) if one else ref for ref, one in found.items()}
        wanted = list({ref for ref in about.values() if ref})
        records = {one.id: one for one in await self._records.of_ids(wanted)} if wanted else {}
        await self._audits.write(None, actor, "desk.queue", "queue", now)
        return {ref: _matter(one, records.get(about[ref] or "")) for ref, one in found.items()}

    async def by_number(self, actor: Actor, number: str, now: datetime) -> list[Found]:
        """Cases of the place with this receipt number, in whatever width, with any blanks and dashes."""
        folded = _BETWEEN.sub("", unicodedata.normalize("NFKC", number)).upper()
        found = [
            Found(service, case)
            for service in self._cases.values()
            for case in await service.of_number(folded, _place(actor))
        ]
        subject = found[0].case.subject if found else None
        await self._audits.write(
            None, actor, "desk.search", found[0].case.id if found else "none", now, subject=subject, place=_place(actor),
            outcome="done" if found else "not-found",
        )  # fmt: skip
        return found

    async def by_act(
        self, tx: Tx, actor: Actor, number: str, purpose: Purpose, now: datetime
    ) -> tuple[list[Found], bool]:
        """Cases about records that are based on the document with exactly this number, and whether there are more such records than
        were looked through."""
        page = await self._lookup.by_act(tx, actor, number, purpose, now)
        found = await self._about(page.items, _place(actor), {record.id for record in page.items})
        return found, page.next_cursor is not None

    async def by_person(
        self, tx: Tx, actor: Actor, kind: str, number: str, purpose: Purpose, now: datetime
    ) -> list[Found]:
        """Cases of the person with exactly this identity document who has a record here. Raises Invalid."""
        page = await self._lookup.by_person(tx, actor, kind, number, purpose, now)
        return await self._about(page.items, _place(actor), None)

    async def decided(self, actor: Actor, errand: str, since: datetime) -> list[Found]:
        """Cases that the place closed with a decision since then, newest first, at most DECIDED_SHOWN. Raises NotFound."""
        service = self._cases.get(errand) if errand in COUNTED else None
        if service is None:
            raise NotFound
        found = await service.decided_since(_place(actor), since, DECIDED_SHOWN)
        return [Found(service, case) for case in found]

    async def _about(self, records: Iterable[Record], place: str, only: set[str] | None) -> list[Found]:
        subjects = dict.fromkeys(record.subject for record in records)
        found = [one for subject in subjects for one in await self._of_subject(subject, place)]
        return [one for one in found if only is None or _record_of(one.case) in only]

    async def _of_subject(self, subject: str, place: str) -> list[Found]:
        found = [
            Found(service, case)
            for service in self._cases.values()
            for case in await service.of_subject(subject, place, _MOST)
        ]
        return sorted(found, key=lambda one: one.case.history[0].at, reverse=True)


def _matter(found: Found | None, record: Record | None) -> Matter:
    if record is not None:
        return Matter(gist_of(record), mask_name(record.particulars.name))
    return Matter(found.about, None) if found else UNKNOWN


def _record_of(case: Any) -> str | None:
    return getattr(case, "record_id", None) or getattr(case, "record", None)


def _place(actor: Actor) -> str:
    if actor.jurisdiction is None:
        raise Forbidden
    return actor.jurisdiction
