"""Makes a sheet of paper from a report, with the data and words of the page. Pure."""

import re
from datetime import date

from api.infra.clock import civil_date
from api.papers.setting import Block, Paper, Point, Segment, TimeLine, blank
from api.records.views import RecordView
from api.reports.schemas import ReportView

_ISO_DAY = re.compile(r"^(\d{4})-0?(\d+)-0?(\d+)$")
_MEASURES = {"penalty": "惩戒措施", "incentive": "激励措施"}
_LIFTED = {"penalty": "，已解除", "incentive": "，已停止"}
_CLASSES = {"minor": "轻微", "general": "一般", "serious": "严重"}


def sheet_of(report: ReportView, issuer: str, purpose: str) -> Paper:
    """The sheet of a report, without number, code and time, which are added when it is issued."""
    blocks = [
        Block(
            heading="",
            lines=(
                ("姓名", report.name),
                ("证件", f"{report.document_kind} {report.document_number}"),
                ("数据截至", _day(report.as_of)),
            ),
            paragraphs=(report.summary.text,),
        )
    ]
    for section in report.sections:
        blocks.append(Block(heading=section.title, level=1, note=section.note))
        blocks += [_record(record, report.as_of) for record in section.records]
    return blank("个人公共信用报告", issuer, purpose, tuple(blocks), report.notes)


def _record(record: RecordView, today: date) -> Block:
    lines: list[tuple[str, str]] = [
        ("来源单位", record.source_unit),
        ("归集时间", _day(civil_date(record.received_at))),
    ]
    if record.record_class:
        lines.append(("失信类别", _CLASSES.get(record.record_class, record.record_class)))
    for label, day in (
        ("认定日期", record.decided_on),
        ("行为终止", record.ended_on),
        ("义务履行", record.duty_performed_on),
        ("履约期限", record.due_on),
    ):
        if day:
            lines.append((label, _day(day)))
    lines += [(label, _ISO_DAY.sub(r"\1年\2月\3日", text)) for label, text in record.items.items() if text]
    if record.derived_from:
        lines.append(("关联单位", record.derived_from))
    if record.repair:
        lines.append(("信用修复", record.repair.why))
    if record.disclosure_period:
        lines.append(("披露期限", record.disclosure_period.why))
    lines += [
        (_MEASURES[m.kind], f"{m.title}（{m.unit}）{_LIFTED[m.kind] if m.lifted_at else ''}") for m in record.measures
    ]
    if record.statement:
        lines.append(("本人说明", record.statement))
    changes = tuple(f"{_day(civil_date(change.at))} {change.unit}：{change.reason}" for change in record.changes)
    sources = [c.label for c in record.publicity.citations] if record.publicity else []
    if record.catalogue:
        sources.append(record.catalogue.source.label)
    return Block(
        heading=record.title,
        tags=(record.standing_label, *(mark.title for mark in record.marks)),
        lines=tuple(lines),
        paragraphs=(("变动：" + "；".join(changes),) if changes else ()),
        time_line=_time_line(record, today),
        note="依据：" + "、".join(dict.fromkeys(sources)) if sources else "",
    )


def _time_line(record: RecordView, today: date) -> TimeLine | None:
    """Both periods as one line; unknown dates are not drawn, nor publicity of what the web does not show."""
    segments = []
    ends_on = record.publicity.ends_on if record.publicity else None
    if ends_on and record.decided_on and (record.disclosure.is_published or ends_on < today):
        segments.append(Segment("公示期（至迟）", record.decided_on, ends_on))
    if record.disclosure_period and record.ended_on and record.disclosure_period.state in ("until", "extended"):
        segments.append(
            Segment("披露期限", record.ended_on, record.disclosure_period.ends_on)
            if record.disclosure_period.ends_on
            else Segment("披露期限（移出名单为止）", record.ended_on, None)
        )
    if not segments:
        return None
    points = [Point("今天", today)]
    if record.repair and record.repair.opens_on and record.repair.opens_on > today:
        points.append(Point("最早可申请修复", record.repair.opens_on))
    return TimeLine(tuple(segments), tuple(points))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
