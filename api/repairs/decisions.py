"""The decision on a repair as a document."""

from api.desk.documents import Passage, ResultDocument, law_names, remedies_passage
from api.infra.clock import civil_date
from api.repairs.applicable import FOLLOW, LIST
from api.repairs.errors import FEE_NOTICE
from api.repairs.models import Decision, Repair
from knowledge.clocks import chinese_date
from knowledge.rules import in_force, supports

_OUTCOMES = {"approved": "同意修复", "refused": "不予修复", "declined": "不予受理", "lapsed": "材料没有补交，结束办理"}
_TITLES = {
    "approved": "信用修复决定书",
    "refused": "不予信用修复决定书",
    "declined": "信用修复不予受理通知书",
    "lapsed": "信用修复申请办理终止通知书",
}


def decision_document(case: Repair) -> ResultDocument:
    """For a repair that has been decided, from the case alone: what its record becomes later does not change a decision that was
    sent. Names nobody: the receipt number stands for the resident.
    """
    assert case.decision is not None
    decided_on = civil_date(case.decision.at)
    right = supports("repair.apply", case.jurisdiction, decided_on)
    stops = in_force("repair.stops", case.jurisdiction, decided_on)
    remedies, more = remedies_passage(case.remedies, case.jurisdiction)
    asked = (
        f"您于{chinese_date(civil_date(case.filed_at))}申请修复“{case.record_title}”"
        f"（认定单位：{case.provider_unit}），并作出信用承诺（文本{case.pledge.version}）。"
    )
    passages = (
        Passage("申请事项", (asked,)),
        Passage(
            "决定", (f"{_OUTCOMES[case.decision.kind]}。", f"理由：{case.decision.reasons}", *_despite(case.decision))
        ),
        _effects(case),
        remedies,
        Passage("提示", (FEE_NOTICE,)),
    )
    return ResultDocument(
        title=_TITLES[case.decision.kind],
        number=case.number,
        issued_by=case.decision.by,
        issued_on=decided_on,
        passages=tuple(passage for passage in passages if passage.paragraphs),
        law_names=law_names([right.citation, stops.citation, *(step.due.citation for step in case.steps), *more]),
    )


def _despite(decision: Decision) -> tuple[str, ...]:
    if not decision.despite:
        return ()
    return (f"作出决定时，下列条件没有满足或者无法核对：{'；'.join(decision.despite)}。",)


def _effects(case: Repair) -> Passage:
    if case.status != "approved":
        return Passage("效果", ())
    lines = ["自本决定作出之日起，停止公示、共享和使用这条信息。"]
    owed = {step.key.partition("/")[2]: step.owed_by for step in case.steps if step.clock == FOLLOW}
    if LIST in owed:
        lines.append("同时移出严重失信主体名单。")
    systems = [unit for part, unit in owed.items() if part == unit]
    if units := [unit for part, unit in owed.items() if part.endswith(f"@{unit}")]:
        lines.append(f"实施的惩戒措施由各实施单位及时解除：{'、'.join(dict.fromkeys(units))}。")
    if systems:
        lines.append(f"已通知接收过这条信息的单位：{'、'.join(systems)}。")
    return Passage("效果", tuple(lines))
