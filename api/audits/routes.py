"""The audit, for auditors. Reading it is in the audit too."""

from datetime import date
from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api.audits.schemas import AuditActions, AuditEntryView, AuditPage, DayHeads, DayHeadView
from api.audits.service import AuditService
from api.audits.wording import ActionNames
from api.http.visit import Visit
from api.infra.paging import DEFAULT_LIMIT, MAX_LIMIT

_DUTY = "审计职责"


class AuditController(Controller):
    path = "/staff/audit"
    tags = ("audit",)

    @get(access="auditor", operation_id="audit")
    async def entries(
        self,
        visit: NamedDependency[Visit],
        audits: NamedDependency[AuditService],
        action_names: NamedDependency[ActionNames],
        subject: Annotated[str | None, QueryParameter(max_length=64)] = None,
        action: Annotated[str | None, QueryParameter(max_length=64)] = None,
        day: Annotated[date | None, QueryParameter()] = None,
        cursor: Annotated[str | None, QueryParameter(max_length=256)] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    ) -> AuditPage:
        """Entries of the auditor's own place, newest first, by subject, action or day."""
        page = await audits.page(
            subject=subject, action=action, day=day, cursor=cursor, limit=limit, place=visit.actor.jurisdiction
        )
        await audits.write(None, visit.actor, "audits.read", action or "all", visit.now, subject=subject, basis=_DUTY)
        return AuditPage(
            items=tuple(AuditEntryView.of(entry, action_names) for entry in page.items), next_cursor=page.next_cursor
        )

    @get("/actions", access="auditor", operation_id="auditActions")
    async def actions(self, action_names: NamedDependency[ActionNames]) -> AuditActions:
        """Every action that stands in the audit, with its name."""
        return AuditActions(items=action_names.all())

    @get("/heads", access="auditor", operation_id="auditHeads")
    async def heads(
        self,
        audits: NamedDependency[AuditService],
        since: Annotated[date | None, QueryParameter()] = None,
    ) -> DayHeads:
        """The head of each day's chain, to be kept elsewhere."""
        return DayHeads(items=tuple(DayHeadView.of(head) for head in await audits.heads(since)))
