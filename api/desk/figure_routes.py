"""Routes for officers: the monthly figures of their place."""

import asyncio
import io
from typing import Annotated

from litestar import Controller, Response, get
from litestar.params import FromPath, QueryParameter

from api.desk.figures import Figures, FigureService, PublicFigures, UnitFigures
from api.http.access import needs
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.errands import Errands
from api.infra.errors import Forbidden, NotFound
from knowledge.places import jurisdictions

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Months = Annotated[int, QueryParameter(ge=1, le=24)]


class FigureController(Controller):
    path = "/staff/figures"
    tags = ("desk",)
    opt = needs("officer")

    @get(limit="figures", operation_id="readFigures")
    async def read(self, visit: Needs[Visit], figures: Needs[FigureService], months: Months = 12) -> Figures:
        """What came in, was decided, was on time and took how long, by month and unit; repairs that opened, were told, read and asked
        for; what the bot could not answer by week. Nobody's name."""
        return await figures.read(_place(visit), months)

    @get("/export", limit="figures", operation_id="exportFigures", media_type=_XLSX)
    async def export(
        self, visit: Needs[Visit], figures: Needs[FigureService], errands: Needs[Errands], months: Months = 12
    ) -> Response[bytes]:
        """Downloads the figures as a workbook with a sheet each for months, units, steps, repairs and the bot."""
        found = await figures.read(_place(visit), months)
        content = await asyncio.to_thread(_workbook, found, errands)
        return Response(
            content,
            media_type=_XLSX,
            headers={"Content-Disposition": 'attachment; filename="figures.xlsx"', "Cache-Control": "no-store"},
        )


class PublicFigureController(Controller):
    path = "/figures"
    tags = ("reference",)

    @get("/{jurisdiction:str}", access="anyone", cached_daily=True, operation_id="readPublicFigures")
    async def read(
        self, jurisdiction: FromPath[str], visit: Needs[Visit], figures: Needs[FigureService]
    ) -> PublicFigures:
        """Shows how many of each unit's steps were in time in the last four whole quarters. Units with few steps are left out."""
        if jurisdiction not in jurisdictions():
            raise NotFound
        return await figures.public(jurisdiction, visit.now)


class UnitFigureController(Controller):
    path = "/provider/figures"
    tags = ("provider",)

    @get(access="provider", scope="records", limit="figures", operation_id="readOwnFigures")
    async def read(self, visit: Needs[Visit], figures: Needs[FigureService], months: Months = 12) -> UnitFigures:
        """Counts what your unit owed in its cases by month: done in time, late, and open. Contains no names."""
        return await figures.of_unit(_place(visit), visit.actor.id, visit.actor.unit or "", months)


def _workbook(found: Figures, errands: Errands) -> bytes:
    import xlsxwriter  # not at the start of every process

    sheets: dict[str, list[tuple[str | float, ...]]] = {
        "按月": [
            ("月份", "事项", "收到", "办结", "按期步骤", "超期步骤"),
            *((m.month, errands[m.errand].title, m.incoming, m.decided, m.on_time, m.late) for m in found.months),
        ],
        "按单位": [
            ("单位", "月份", "按期步骤", "超期步骤"),
            *((u.unit, u.month, u.on_time, u.late) for u in found.units),
        ],
        "步骤用时": [
            ("步骤", "办完", "平均工作日"),
            *((s.title, s.count, s.working_days) for s in found.steps),
        ],
        "能修复了": [
            ("月份", "到期能修复、已提醒", "推送到手机", "读过", "已申请修复"),
            *((r.month, r.opened, r.pushed, r.read, r.used) for r in found.repairs),
        ],
        "机器人": [
            ("周", "没答上", "说没用", "又问一遍"),
            *((b.week, b.unanswered, b.disliked, b.again) for b in found.bot),
        ],
    }  # fmt: skip
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return out.getvalue()


def _place(visit: Visit) -> str:
    if visit.actor.jurisdiction is None:
        raise Forbidden
    return visit.actor.jurisdiction


ROUTES = (FigureController, PublicFigureController, UnitFigureController)
