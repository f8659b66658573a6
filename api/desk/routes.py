"""The officers' queue and the breaches."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Annotated, Literal

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from api.desk.schemas import Assign, BreachView, DocketView, csv_header, csv_row
from api.desk.service import DeskService
from api.http.idempotency import Once
from api.http.paging import Limit
from api.infra.actors import Actor
from api.infra.clock import Clock
from api.infra.errands import Errands
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT, Page

_BOM = "\ufeff"  # spreadsheets read UTF-8 only with it


class DeskController(Controller):
    path = "/staff"
    tags = ("desk",)

    @get("/queue", access="officer", operation_id="listQueue")
    async def queue(
        self,
        actor: NamedDependency[Actor],
        desk: NamedDependency[DeskService],
        errands: NamedDependency[Errands],
        clock: NamedDependency[Clock],
        errand: FromQuery[str | None] = None,
        status: FromQuery[str | None] = None,
        assignee: FromQuery[str | None] = None,
        late: FromQuery[bool | None] = None,
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[DocketView]:
        """Open cases of one's own jurisdiction, what is due first on top."""
        page = await desk.page(
            actor,
            clock.now(),
            errand=errand,
            status=status,
            assignee=assignee,
            late=late,
            cursor=cursor,
            limit=limit,
        )
        today = clock.today()
        return page.map(lambda d: DocketView.of(d, errands[d.errand], today))

    @post("/queue/{case_ref:str}/assign", access="officer", operation_id="assignCase", status_code=200)
    async def assign(
        self,
        case_ref: FromPath[str],
        data: JSONBody[Assign],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        desk: NamedDependency[DeskService],
        errands: NamedDependency[Errands],
        clock: NamedDependency[Clock],
    ) -> Response[DocketView]:
        """Give a case to an officer, or put it back."""
        now = clock.now()
        if (earlier := await once.earlier()) is not None:
            return earlier
        seen = await desk.docket(actor, case_ref)

        async def work(tx: Tx) -> DocketView:
            docket = await desk.assign(tx, actor, seen, data.assignee, data.reason, now)
            return DocketView.of(docket, errands[docket.errand], clock.today())

        return await once.run(work)

    @get("/breaches", access="staff", operation_id="listBreaches")
    async def breaches(
        self,
        actor: NamedDependency[Actor],
        desk: NamedDependency[DeskService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[BreachView]:
        """Steps that were late, by their days."""
        page = await desk.breaches(actor, cursor, limit)
        return page.map(BreachView.of)

    @get("/breaches/export", access="staff", operation_id="exportBreaches", media_type="text/csv")
    async def export(
        self,
        actor: NamedDependency[Actor],
        desk: NamedDependency[DeskService],
        errands: NamedDependency[Errands],
        form: Annotated[Literal["csv", "json"], QueryParameter(name="format")] = "csv",
    ) -> Stream:
        """All of them as CSV, or as JSON lines."""
        is_csv = form == "csv"

        async def lines() -> AsyncIterator[str]:
            if is_csv:
                yield _BOM + _csv_line(csv_header())
            async for breach in desk.all_breaches(actor):
                if is_csv:
                    yield _csv_line(csv_row(breach, errands))
                else:
                    yield msgspec.json.encode(BreachView.of(breach)).decode() + "\n"

        return Stream(
            lines(),
            media_type="text/csv" if is_csv else "application/x-ndjson",
            headers={
                "Content-Disposition": f'attachment; filename="breaches.{form}"',
                "Cache-Control": "no-store",
            },
        )


def _csv_line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
