"""Routes of footprints: who did what with one's records."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Protocol, runtime_checkable

from litestar import Controller, Response, get
from litestar.params import FromQuery, QueryParameter

from api.footprints.models import FootprintKind
from api.footprints.schemas import FootprintView
from api.footprints.service import FootprintService
from api.http.injection import Needs
from api.http.paging import Asked
from api.http.visit import Visit
from api.infra.clock import start_of
from api.infra.paging import Page

_GRANT = "grt_"


@runtime_checkable
class Grantees(Protocol):
    """What footprints need of grants: for whom each was meant."""

    async def grantee_names(self, subject: str, grant_ids: Sequence[str]) -> dict[str, str]: ...


class FootprintController(Controller):
    path = "/me/footprints"
    tags = ("footprints",)

    @get(access="resident", operation_id="listFootprints")
    async def page(
        self,
        visit: Needs[Visit],
        footprints: Needs[FootprintService],
        grantees: Needs[Grantees],
        asked: Needs[Asked],
        kind: FromQuery[FootprintKind | None] = None,
        from_on: Annotated[date | None, QueryParameter(name="from")] = None,
        to_on: Annotated[date | None, QueryParameter(name="to")] = None,
        own: FromQuery[bool | None] = None,
    ) -> Response[Page[FootprintView]]:
        """Who collected, gathered, published, shared, queried, repaired or used my records: newest first.

        `from` and `to` are civil dates in Shanghai, both included. `own`: my own looks alone (true), or all but them (false).
        """
        found = await footprints.page(
            visit.actor.bound_subject,
            kind,
            *asked,
            since=start_of(from_on) if from_on else None,
            before=start_of(to_on + timedelta(days=1)) if to_on and to_on < date.max else None,
            own=own,
        )
        grants = list({entry.ref for entry in found.items if entry.ref and entry.ref.startswith(_GRANT)})
        names = await grantees.grantee_names(visit.actor.bound_subject, grants) if grants else {}
        items = tuple(FootprintView.of(entry, names.get(entry.ref or "")) for entry in found.items)
        return Response(Page(items, found.next_cursor), headers={"Cache-Control": "no-store"})
