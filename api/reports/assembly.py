"""Assembles a report from records. Pure."""

from collections.abc import Sequence
from datetime import datetime

from api.accounts.models import Identity
from api.infra.clock import civil_date
from api.infra.privacy import mask_number
from api.records.listed import kind_title
from api.records.models import Record, Section
from api.records.showing import Law, encoded_view_of, law_of, view_of
from api.records.views import RecordView
from api.reports.schemas import ReportView, SectionView, SummaryView
from knowledge.loading import library
from knowledge.places import bases, places

_STOPPED = "stopped"
_SECTIONS: tuple[tuple[str, str, str], ...] = (
    (Section.DISHONESTY, "失信信息", "每条都标出全国公示期和本地披露期限；能办什么、从哪天起能办，写在每条下面。"),
    (Section.COMMENDATION, "表彰奖励、志愿服务和慈善捐赠", ""),
    (Section.OTHER, "其他信息", ""),
    (Section.PLEDGE, "信用承诺和践诺", "承诺和履行情况都会记入信用记录。"),
    (Section.DECLARATION, "自主申报（未经核验）", "由本人申报，信用中心没有核验，仅供参考。"),
    (Section.BASIC, "基础信息", ""),
    (_STOPPED, "已停止披露", "这些记录不再对外公示、共享和提供查询，只有您自己能看到。"),
)
_WITHDRAWN_AT_ANY_TIME = {
    place.id: f"依据{article.label}，{place.name}的这类信息可以随时申请撤销公示。"
    for place, article in bases("withdrawal")
}
_WITHOUT_YEARS = "、".join(one.name for one in places() if one.id not in library().rules["disclosure.length"])
_NOTES = (
    "本报告只含本平台归集的公共信用信息和您自主申报的信息，不含中国人民银行征信系统的信贷记录，也不含法院的失信被执行人名单。",
    "标注“未核实”的数字来自尚未核对官方文本的资料，办理时以官方公布的为准。",
    "公示期按《信用修复管理办法》从认定文书之日起计算；披露期限按地方条例计算，"
    + _WITHOUT_YEARS
    + "条例没有规定具体年限。",
    "查询、异议、修复和下载报告都不收费。有人以“修复信用”为名向您收钱，请不要付款，并向信用中心反映。",
)


def assemble(
    records: Sequence[Record], holder: Identity | None, now: datetime, *, is_encoded: bool = False
) -> ReportView:
    """`records` are newest first. The person comes from the bound document, because not every record names one.
    `is_encoded`: to be encoded and nothing else, so that what many records share is in it as JSON.
    """
    today = civil_date(now)
    found = [(record, law_of(record, today)) for record in records]
    chosen: dict[str, list[RecordView]] = {}
    for record, law in found:
        view = encoded_view_of(record, today, law) if is_encoded else view_of(record, today)
        chosen.setdefault(record.section if record.is_disclosed else _STOPPED, []).append(view)
    sections = [
        SectionView(str(section), title, note or _note(section, chosen[section]), tuple(chosen[section]))
        for section, title, note in _SECTIONS
        if section in chosen
    ]
    return ReportView(
        as_of=today,
        issued_at=now,
        name=holder.name if holder else "",
        document_kind=kind_title(holder.document_kind) if holder else "",
        document_number=mask_number(holder.document_number) if holder else "",
        summary=_summary([(record, law) for record, law in found if record.is_disclosed]),
        sections=tuple(sections),
        notes=_NOTES,
    )


def _note(section: str, records: Sequence[RecordView]) -> str:
    """What the law of the records' own places gives here."""
    if section != Section.COMMENDATION:
        return ""
    places_of = {record.jurisdiction for record in records}
    return "".join(text for place, text in _WITHDRAWN_AT_ANY_TIME.items() if place in places_of)


def _summary(found: Sequence[tuple[Record, Law]]) -> SummaryView:
    bad = [law for record, law in found if record.section is Section.DISHONESTY]
    good = sum(record.section is Section.COMMENDATION for record, _ in found)
    repairs = [law.eligibility for law in bad if law.eligibility is not None]
    can_now = sum(repair.state == "open" for repair in repairs)
    coming = [repair.opens_on for repair in repairs if repair.state == "opens" and repair.opens_on is not None]
    next_on = min(coming, default=None)
    if not bad:
        text = "没有正在披露的失信信息。"
    elif can_now:
        text = f"有{len(bad)}条失信信息，其中{can_now}条现在就可以申请修复。"
    elif next_on:
        text = f"有{len(bad)}条失信信息，最早{next_on.year}年{next_on.month}月{next_on.day}日可以申请修复。"
    else:
        text = f"有{len(bad)}条失信信息，修复条件还不齐，请打开逐条查看。"
    return SummaryView(
        text=text,
        dishonesty=len(bad),
        commendations=good,
        can_repair_now=can_now,
        next_opens_on=next_on,
        marked=sum(bool(record.marks) for record, _ in found),
    )
