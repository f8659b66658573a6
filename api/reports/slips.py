"""A slip for residents without a phone, printed at the window: on one page the records, until when they show, and what to do.

It carries no name and no document number, because paper gets left lying about; its code allows checking it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol, runtime_checkable

import msgspec
from litestar import Controller, Response, post
from litestar.params import JSONBody

from api.desk.service import DeskService
from api.desk.wording import under_way
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.actors import Actor
from api.infra.centres import Centres
from api.infra.clock import civil_date
from api.infra.errands import Errands
from api.infra.ids import receipt_number
from api.infra.wire import Id, In
from api.papers.answers import pdf_response
from api.papers.service import PaperService
from api.papers.setting import Block, Paper, blank
from api.records.lookup import LookupService, Purpose
from api.records.models import Section, Standing
from api.records.showing import view_of
from api.records.views import RecordView
from knowledge import places
from knowledge.clocks import chinese_date

_MOST_RECORDS, _MOST_CASES = 3, 1  # as many as fit on one page in large type
_GISTS = ("违法行为类型", "列入事由", "违法事实")
_LONGEST_NAME = 20
_HELD = {
    "extended": "到移出名单那天",
    "not_begun": "刑罚未执行完，还没开始算",
    "no_number": "条例没写多少年",
}  # as on the phone
_HELD_UNKNOWN = "还算不出"


class PrintSlip(In):
    """As on the document that the officer has seen; the number is in the body, never in an address. `window` is the visit that the
    officer has open, whose document was seen when it began: then nothing is asked again."""

    document_kind: str = ""
    document_number: str = ""
    window: Id | None = None


@runtime_checkable
class Visits(Protocol):
    """What a slip needs of the window."""

    async def subject_of(self, officer: Actor, visit_id: str, now: datetime) -> str: ...


def sheet_of_slip(
    records: Sequence[RecordView],
    cases: Sequence[str],
    place: str,
    issuer: str,
    where: str,
    telephone: str,
    today: date,
) -> Paper:
    """Records against a person with their days, what is under way, and whom to ask, in the place of this name. Pure."""
    against = sorted(
        (one for one in records if one.section is Section.DISHONESTY and one.standing is Standing.STANDING), key=_next
    )
    blocks = [
        Block(
            heading=f"截至{chinese_date(today)}",
            level=1,
            paragraphs=(
                f"{place}的平台上"
                + (f"有{len(against)}条处罚或者名单记录。" if against else "没有处罚记录，也没有列入名单。"),
            ),
        ),
        *(_record(one, number, today) for number, one in enumerate(against[:_MOST_RECORDS], 1)),
    ]
    if len(against) > _MOST_RECORDS:
        more = f"另外还有{len(against) - _MOST_RECORDS}条，请看信用报告。"
        blocks.append(Block(heading="", paragraphs=(more,)))
    if cases:
        rest = len(cases) - _MOST_CASES
        lines = (*cases[:_MOST_CASES], *((f"另外还有{rest}件在办。",) if rest > 0 else ()))
        blocks.append(Block(heading="正在办的", level=1, paragraphs=lines))
    blocks.append(Block(heading="问谁、去哪里", level=1, lines=(("电话", telephone), ("窗口", where))))
    notes = (
        f"这里只有{place}的记录；别的地方的记录，请看信用报告。",
        "有人收钱帮您“修复信用”的，是骗子。",
        "日子以信用报告为准，有变化请再来打一张。",
    )
    sheet = blank("我的信用日子", issuer, "窗口打印，交给本人", tuple(blocks), notes)
    return msgspec.structs.replace(sheet, is_large=True)


def _next(record: RecordView) -> tuple[bool, date]:
    """The next steps, the first possible repair first."""
    repair = record.repair
    return repair is None or repair.state not in ("open", "opens"), (repair and repair.opens_on) or date.max


def _record(record: RecordView, number: int, today: date) -> Block:
    name = next((record.items[label] for label in _GISTS if record.items.get(label)), record.title)
    return Block(
        heading=f"{number}. {name if len(name) <= _LONGEST_NAME else record.title}（{record.source_unit}）",
        lines=(
            ("网上看得到", _publicity(record, today)),
            ("报告里还有", _disclosure(record)),
            ("能申请修复", _repair(record, today)),
        ),
    )


def _publicity(record: RecordView, today: date) -> str:
    if not record.disclosure.is_published:
        return "已经看不到"
    publicity = record.publicity
    if publicity is not None and publicity.ends_by == "stated_unperformed":
        return "单位写明义务没有履行，到期后还会公示"
    ends = publicity.ends_on if publicity else None
    return f"最晚到{chinese_date(ends)}" if ends and ends >= today else "现在看得到，到哪天还算不出"


def _disclosure(record: RecordView) -> str:
    period = record.disclosure_period
    if period is None:
        return _HELD_UNKNOWN
    return f"到{chinese_date(period.ends_on)}" if period.ends_on else _HELD.get(period.state, _HELD_UNKNOWN)


def _repair(record: RecordView, today: date) -> str:
    repair = record.repair
    if repair is None:
        return "不适用"
    if repair.state == "open":
        return "现在就能申请，到窗口或者手机上都行"
    if repair.state == "opens" and repair.opens_on is not None and repair.opens_on > today:
        return f"{chinese_date(repair.opens_on)}起"
    return "还缺条件，请到窗口问" if repair.state in ("unmet", "unknown") else "不能申请"


class SlipController(Controller):
    path = "/staff/slips"
    tags = ("reports",)

    @post(
        access="officer",
        limit="pdf",
        media_type="application/pdf",
        operation_id="printSlip",
        status_code=200,
    )
    async def print_slip(
        self,
        data: JSONBody[PrintSlip],
        visit: Needs[Visit],
        window: Needs[Visits],
        lookup: Needs[LookupService],
        desk: Needs[DeskService],
        errands: Needs[Errands],
        papers: Needs[PaperService],
        centres: Needs[Centres],
    ) -> Response[bytes]:
        """Print one page for the person at the window, who has shown their document. They see it in their footprints."""
        actor, now = visit.actor, visit.now
        subject = (
            await window.subject_of(actor, data.window, now)
            if data.window
            else await lookup.known_as(data.document_kind, data.document_number, now)
        )
        found = await lookup.all_of_subject(None, actor, subject, Purpose.WINDOW, now)
        place = actor.jurisdiction or ""
        found_open = await desk.open_of(subject, place=place)  # what other places work on is not theirs to print
        cases = [under_way(docket, errands[docket.errand]) for docket in found_open]
        centre = centres[place]
        today = civil_date(now)
        sheet = sheet_of_slip(
            [view_of(record, today) for record in found],
            cases,
            places.place(place).name,
            papers.issuer(place),
            f"{centre.windows}（{centre.hours}）",
            centre.telephone,
            today,
        )
        number = receipt_number("RZ", today)
        return pdf_response(await papers.issue(actor, "slip", subject, number, sheet, now), number)
