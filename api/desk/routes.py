"""Routes of the officers' queue and of breaches."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Literal

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from api.desk.absences import AbsenceService
from api.desk.casefiles import UNKNOWN, CaseFileService
from api.desk.colleagues import Colleagues
from api.desk.digests import DigestService
from api.desk.models import Docket
from api.desk.schemas import Assign, BreachView, DocketView, csv_header, csv_row
from api.desk.service import DeskService, soon_until
from api.desk.workload import AssignedView, AssignMany, MorningView, WorkloadView
from api.http.injection import Needs
from api.http.paging import Asked
from api.http.visit import Visit
from api.infra.errands import Errands
from api.infra.errors import NotFound
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.infra.sheets import BOM


class DeskController(Controller):
    path = "/staff"
    tags = ("desk",)

    @get("/queue", access="officer", operation_id="listQueue")
    async def queue(
        self,
        visit: Needs[Visit],
        desk: Needs[DeskService],
        errands: Needs[Errands],
        staff: Needs[Colleagues],
        asked: Needs[Asked],
        absences: Needs[AbsenceService],
        case_files: Needs[CaseFileService],
        errand: FromQuery[str | None] = None,
        status: FromQuery[str | None] = None,
        assignee: FromQuery[str | None] = None,
        late: FromQuery[bool | None] = None,
        unit: Annotated[str | None, QueryParameter(max_length=100)] = None,
        until: FromQuery[date | None] = None,
        order: FromQuery[Literal["due", "last"]] = "due",
    ) -> Page[DocketView]:
        """Lists the open cases of your place by due date, with masked names; the read is in the audit. Filtered by assignee, it
        includes the cases of those for whom they stand in."""
        covered = await absences.covered_by(visit.actor, assignee, visit.now) if assignee else frozenset()
        page = await desk.page(
            visit.actor,
            visit.now,
            errand=errand,
            status=status,
            assignee=assignee,
            late=late,
            unit=unit,
            until=until,
            covered=covered,
            last_first=order == "last",
            cursor=asked.cursor,
            limit=asked.limit,
        )
        today, names = visit.today, await staff.names({d.assignee for d in page.items if d.assignee})
        matters = await case_files.matters(visit.actor, page.items, visit.now)

        def line(docket: Docket) -> DocketView:
            matter = matters.get(docket.id, UNKNOWN)
            return DocketView.of(docket, errands[docket.errand], today, names, matter.about, matter.party)

        return page.map(line)

    @post(
        "/queue/{case_ref:str}/assign", access="officer", operation_id="assignCase", stored_first=True, status_code=200
    )
    async def assign(
        self,
        case_ref: FromPath[str],
        data: JSONBody[Assign],
        visit: Needs[Visit],
        desk: Needs[DeskService],
        errands: Needs[Errands],
        staff: Needs[Colleagues],
    ) -> Response[DocketView]:
        """Assign a case to an officer, or to nobody."""
        seen = await desk.docket(visit.actor, case_ref)

        async def work(tx: Tx) -> DocketView:
            docket = await desk.assign(tx, visit.actor, seen, data.assignee, data.reason, visit.now)
            names = await staff.names({docket.assignee} if docket.assignee else set())
            return DocketView.of(docket, errands[docket.errand], visit.today, names)

        return await visit.run(work)

    @get("/workload", access="officer", operation_id="readWorkload")
    async def workload(
        self, visit: Needs[Visit], desk: Needs[DeskService], digests: Needs[DigestService], staff: Needs[Colleagues]
    ) -> WorkloadView:
        """Shows how many cases are open in your place, by officer."""
        loads = await desk.loads(visit.actor, visit.now)
        place = visit.actor.jurisdiction or ""
        morning = await _morning(digests, place, visit.today)
        return WorkloadView.of(loads, await staff.officers_of(place), morning, soon_until(visit.today))

    @post("/queue/assign", access="officer", operation_id="assignCases", stored_first=True, status_code=200)
    async def assign_many(
        self, data: JSONBody[AssignMany], visit: Needs[Visit], desk: Needs[DeskService]
    ) -> Response[AssignedView]:
        """Assign several cases to an officer, or to nobody: all of them or none."""
        seen = [await desk.docket(visit.actor, ref) for ref in dict.fromkeys(data.cases)]

        async def work(tx: Tx) -> AssignedView:
            for docket in seen:
                await desk.assign(tx, visit.actor, docket, data.assignee, data.reason, visit.now)
            return AssignedView(len(seen))

        return await visit.run(work)

    @get("/breaches", access="staff", operation_id="listBreaches")
    async def breaches(self, visit: Needs[Visit], desk: Needs[DeskService], asked: Needs[Asked]) -> Page[BreachView]:
        """Lists the steps that were late."""
        page = await desk.breaches(visit.actor, *asked)
        return page.map(BreachView.of)

    @get("/breaches/export", access="staff", room="whole", operation_id="exportBreaches", media_type="text/csv")
    async def export(
        self,
        visit: Needs[Visit],
        desk: Needs[DeskService],
        errands: Needs[Errands],
        form: Annotated[Literal["csv", "json"], QueryParameter(name="format")] = "csv",
    ) -> Stream:
        """Downloads all late steps as CSV or JSON lines."""
        is_csv = form == "csv"

        async def lines() -> AsyncIterator[str]:
            if is_csv:
                yield BOM + _csv_line(csv_header())
            async for breach in desk.all_breaches(visit.actor):
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


async def _morning(digests: DigestService, place: str, today: date) -> MorningView | None:
    try:
        found = await digests.latest(place)
    except NotFound:
        return None
    return MorningView(found.late, found.soon, found.written_at) if found.on == today else None


def _csv_line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
