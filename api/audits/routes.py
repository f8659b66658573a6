"""Routes of the audit, for auditors. Reading the audit is audited too."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Annotated, Protocol, runtime_checkable

from litestar import Controller, get
from litestar.params import QueryParameter
from litestar.response import Stream

from api.audits.schemas import ROW_TITLES, AuditEntryView, ChainFault, ChainState, DayHeadView, staff_of
from api.audits.service import AuditService
from api.audits.wording import ActionNames, Named
from api.http.access import needs
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.paging import DEFAULT_LIMIT, MAX_LIMIT, Page
from api.infra.sheets import BOM
from api.infra.wire import Items

_DUTY = "审计职责"


@runtime_checkable
class People(Protocol):
    """What the audit needs of the staff service: names."""

    async def names(self, ids: AbstractSet[str]) -> Mapping[str, str]:
        """Display names by id."""
        ...


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


class AuditController(Controller):
    path = "/staff/audit"
    tags = ("audit",)
    opt = needs("auditor")

    @get(operation_id="audit")
    async def entries(
        self,
        visit: Needs[Visit],
        audits: Needs[AuditService],
        action_names: Needs[ActionNames],
        staff: Needs[People],
        subject: Annotated[str | None, QueryParameter(max_length=80)] = None,
        action: Annotated[str | None, QueryParameter(max_length=64)] = None,
        day: Annotated[date | None, QueryParameter()] = None,
        by: Annotated[str | None, QueryParameter(max_length=64)] = None,
        ref: Annotated[str | None, QueryParameter(max_length=64)] = None,
        cursor: Annotated[str | None, QueryParameter(max_length=256)] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    ) -> Page[AuditEntryView]:
        """Lists the entries of the auditor's place, newest first, filtered by subject, action, day, person or case."""
        place = visit.actor.jurisdiction
        page = await audits.page(
            subject=subject, action=action, day=day, by=by, ref=ref, cursor=cursor, limit=limit, place=place
        )
        await audits.write(
            None, visit.actor, "audits.read", ref or by or action or "all", visit.now, subject=subject, basis=_DUTY
        )
        people = await staff.names(staff_of(page.items))
        return Page(
            items=tuple(AuditEntryView.of(entry, action_names, people) for entry in page.items),
            next_cursor=page.next_cursor,
        )

    @get("/export", room="whole", operation_id="exportAudit", media_type="text/csv")
    async def export(
        self,
        visit: Needs[Visit],
        audits: Needs[AuditService],
        action_names: Needs[ActionNames],
        staff: Needs[People],
        day: Annotated[date, QueryParameter()],
        subject: Annotated[str | None, QueryParameter(max_length=80)] = None,
        action: Annotated[str | None, QueryParameter(max_length=64)] = None,
    ) -> Stream:
        """Downloads one day of the auditor's place as CSV, filtered by subject or action."""
        place = visit.actor.jurisdiction
        await audits.write(None, visit.actor, "audits.export", day.isoformat(), visit.now, subject=subject, basis=_DUTY)

        async def lines() -> AsyncIterator[str]:
            yield BOM + _line(ROW_TITLES)
            cursor: str | None = None
            while True:
                page = await audits.page(
                    subject=subject, action=action, day=day, cursor=cursor, limit=MAX_LIMIT, place=place
                )
                people = await staff.names(staff_of(page.items))
                for entry in page.items:
                    yield _line(AuditEntryView.of(entry, action_names, people).row())
                if (cursor := page.next_cursor) is None:
                    return

        headers = {"Content-Disposition": f'attachment; filename="audit-{day}.csv"', "Cache-Control": "no-store"}
        return Stream(lines(), media_type="text/csv", headers=headers)

    @get("/chain", room="whole", operation_id="checkAuditChain")
    async def chain(self, audits: Needs[AuditService], day: Annotated[date, QueryParameter()]) -> ChainState:
        """Checks one day's chain by computing it again from every entry of the day."""
        found = await audits.verify(day)
        faults = tuple(ChainFault(one.kind, one.number, one.text) for one in found)
        return ChainState(day=day, is_whole=not faults, faults=faults)

    @get("/actions", operation_id="auditActions")
    async def actions(self, action_names: Needs[ActionNames]) -> Items[Named]:
        """Lists every action that the audit knows, with its name."""
        return Items(action_names.all())

    @get("/heads", operation_id="auditHeads")
    async def heads(
        self, audits: Needs[AuditService], since: Annotated[date | None, QueryParameter()] = None
    ) -> Items[DayHeadView]:
        """Lists the head of each day's chain, to be kept elsewhere."""
        return Items(tuple(DayHeadView.of(head) for head in await audits.heads(since)))
