"""The result of an objection as a document: request, findings with reasons, what was done, and remedies."""

from api.desk.documents import Passage, ResultDocument, law_names, remedies_passage
from api.infra.clock import civil_date
from api.objections.clockwork import is_annotated, told_at_decision
from api.objections.models import Objection
from api.objections.outcomes import OUTCOMES
from api.objections.reasons import reason_codes
from api.records.models import Amended
from knowledge.clocks import chinese_date
from knowledge.rules import supports


def result_document(case: Objection, centre: str) -> ResultDocument:
    """For an objection that has been decided, from the case alone: what its record becomes later does not change a letter that was
    sent. Names nobody: the receipt number stands for the resident.
    """
    assert case.finding is not None
    assert case.decided_at is not None
    decided_on = civil_date(case.decided_at)
    right = supports("objection.file", case.jurisdiction, civil_date(case.filed_at))
    passages = [_asked(case), _found(case), _done(case)]
    citations = [right.citation, *(step.due.citation for step in case.steps)]
    remedies, more = remedies_passage(case.remedies, case.jurisdiction)
    passages.append(remedies)
    return ResultDocument(
        title="信用信息异议处理结果通知书",
        number=case.number,
        issued_by=case.finding.by or centre,
        issued_on=decided_on,
        passages=tuple(passage for passage in passages if passage.paragraphs),
        law_names=law_names([*citations, *more]),
    )


def _asked(case: Objection) -> Passage:
    codes = reason_codes()
    if case.missing:
        asked = f"您于{chinese_date(civil_date(case.filed_at))}提出异议：信用信息有遗漏（应当提供的单位：{case.provider_unit}）。"
        return Passage("异议事项", (asked, f"遗漏的内容：{case.missing.what}"))
    lines = [
        f"您于{chinese_date(civil_date(case.filed_at))}对“{case.record_title}”（提供单位：{case.provider_unit}）提出异议。",
        "异议理由：" + "；".join(codes[code].title for code in case.reasons) + "。",
    ]
    if case.text:
        lines.append(f"您的说明：{case.text}")
    return Passage("异议事项", tuple(lines))


def _found(case: Objection) -> Passage:
    assert case.finding is not None
    outcome = "异议成立" if case.finding.is_founded else "异议不成立，不予更正"
    return Passage("核查结果", (f"{outcome}。", f"理由：{case.finding.reasons}"))


def _done(case: Objection) -> Passage:
    assert case.finding is not None
    lines = ["处理期间作出的异议标注已取消。"] if is_annotated(case) else []
    if correction := case.finding.correction:
        lines[:0] = (f"处理：{OUTCOMES[correction.outcome]}。", *map(_changed, correction.changes))
        if told := told_at_decision(case):
            lines.append(f"已通知接收过这条信息的单位一并处理：{'、'.join(told)}。")
    return Passage("处理情况", tuple(lines))


def _changed(line: Amended) -> str:
    if line.after is None:
        return f"“{line.name}”原为“{line.before}”，已去掉。"
    return f"“{line.name}”{f'原为“{line.before}”，更正为' if line.before else '补为'}“{line.after}”。"
