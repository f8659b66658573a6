"""Which steps of a repair apply now; its status alone does not tell. Pure."""

from datetime import date

from api.records.models import Record
from api.repairs.models import Repair
from api.repairs.states import ASKED
from knowledge.clocks import due

FOLLOW = "repair.follow_through"
MATERIAL = "repair.material"
LIST = "severe-list"
"""The key of the follow-through step for removal from a list."""


def applies(action: str, case: Repair, record: Record, today: date) -> bool:
    """Whether the action applies to this case now, which its status alone does not tell."""
    is_proposed = _is_bar_proposed(case)
    owed = {step.key.partition("/")[2] for step in case.steps if step.is_open and step.clock == FOLLOW}
    there_is = {
        "ask_for_material": case.material is None,
        "give_time": later_day(case, today) is not None,
        "lapse": _is_day_over(case, today),
        "extend": case.extension is None,
        "acknowledge_copy": any(copy.system in owed for copy in record.copies),
        "lift_measure": any(m.lifted_at is None for m in record.measures),
        "confirm_removal": LIST in owed,
        "propose_bar": case.barred_until is None and not is_proposed,
        "answer_bar": _is_bar_unanswered(case),
        "drop_bar": is_proposed,
        "bar": is_proposed,
    }
    return there_is.get(action, True)


def asked(case: Repair) -> str | None:
    """What its resident is asked to do now, in words."""
    if case.status in ASKED:
        day = case.material.answer_by if case.material else None
        return f"请您补交材料，最晚{day.month}月{day.day}日" if day else "请您补交材料"
    return "单位拟禁止再申请，您可以申辩" if _is_bar_unanswered(case) else None


def later_day(case: Repair, today: date) -> date | None:
    """The last day for the material, counted from today; None where it would not be later than the one that was told."""
    counted = due(MATERIAL, case.jurisdiction, today).on
    told = case.material.answer_by if case.material else None
    return counted if told is None or counted > told else None


def _is_day_over(case: Repair, today: date) -> bool:
    told = case.material.answer_by if case.material else None
    return told is not None and today > told


def _is_bar_proposed(case: Repair) -> bool:
    return case.bar is not None and case.bar.imposed_at is None and case.bar.dropped_at is None


def _is_bar_unanswered(case: Repair) -> bool:
    return _is_bar_proposed(case) and case.bar is not None and case.bar.answered_at is None
