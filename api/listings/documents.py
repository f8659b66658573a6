"""The decision document, with every part that the article names, in its order."""

from collections.abc import Sequence
from datetime import date

from api.infra.errors import FieldFault, Invalid
from api.listings.errors import MeasureNotListed
from api.listings.models import Listing
from api.listings.schemas import Decide
from knowledge.clocks import chinese_date
from knowledge.errors import UnknownMeasure
from knowledge.measures import Measure, measure
from knowledge.rules import in_force


def must_be_complete(decide: Decide, jurisdiction: str, on: date) -> None:
    """Raises Invalid with every part that the article asks for and the decision lacks."""
    parts = {
        "documentNumber": decide.document_number,
        "decidedOn": decide.decided_on,
        "basis": decide.basis,
        "measures": decide.measures,
        "removalConditions": decide.removal_conditions,
        "removalProcedure": decide.removal_procedure,
        "remedies": decide.remedies,
    }
    missing = tuple(FieldFault(field=name, message="决定书须载明此项。") for name, value in parts.items() if not value)
    if missing:
        rule = in_force("listing.decision_contents", jurisdiction, on)
        raise Invalid("决定书的内容不完整。", citation=rule.citation, faults=missing)


def listed_measures(codes: Sequence[str], jurisdiction: str, on: date) -> tuple[Measure, ...]:
    """Raises MeasureNotListed for a code that is not a penalty measure of the lists in force."""
    found = []
    for code in dict.fromkeys(codes):
        try:
            row = measure(jurisdiction, code, on)
        except UnknownMeasure:
            row = None
        if row is None or row.kind != "penalty" or row.imposed_by != "authority":
            raise MeasureNotListed(
                citation=in_force("measures.listed_only", jurisdiction, on).citation,
                faults=(FieldFault(field="measures", message="清单内没有这个编号的惩戒措施。"),),
            )
        found.append(row)
    return tuple(found)


def compose(case: Listing, decide: Decide, measures: Sequence[Measure]) -> str:
    """The text that is digested, shown and served."""
    assert decide.decided_on is not None
    lines = [
        f"关于列入“{case.list_title}”的决定",
        f"文号：{decide.document_number}",
        f"作出单位：{case.unit}",
        f"作出日期：{chinese_date(decide.decided_on)}",
        f"事由：{decide.reason}",
        f"依据：{decide.basis}",
        "失信惩戒措施提示：",
        *(f"  {number}. {row.title}（{row.code}，{row.list_title}）" for number, row in enumerate(measures, 1)),
        "移出名单的条件：",
        *(f"  {number}. {text}" for number, text in enumerate(decide.removal_conditions, 1)),
        f"移出名单的程序：{decide.removal_procedure}",
        f"救济途径和程序：{decide.remedies}",
    ]
    return "\n".join(lines)
