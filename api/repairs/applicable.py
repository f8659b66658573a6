"""Which steps of a repair apply now; its status alone does not tell. Pure."""

from api.records.models import Record
from api.repairs.models import Repair

FOLLOW = "repair.follow_through"
LIST = "severe-list"
"""The key of the follow-through step for removal from a list."""


def applies(action: str, case: Repair, record: Record) -> bool:
    """Whether the action applies to this case now, which its status alone does not tell."""
    bar = case.bar
    is_proposed = bar is not None and bar.imposed_at is None and bar.dropped_at is None
    owed = {step.key.partition("/")[2] for step in case.steps if step.is_open and step.clock == FOLLOW}
    there_is = {
        "ask_for_material": case.material is None,
        "extend": case.extension is None,
        "acknowledge_copy": any(copy.system in owed for copy in record.copies),
        "lift_measure": any(m.lifted_at is None for m in record.measures),
        "confirm_removal": LIST in owed,
        "propose_bar": case.barred_until is None and not is_proposed,
        "answer_bar": bar is not None and is_proposed and bar.answered_at is None,
        "drop_bar": is_proposed,
        "bar": is_proposed,
    }
    return there_is.get(action, True)
