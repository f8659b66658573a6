"""A pledge as lines of the report."""

from datetime import datetime

from api.pledges.models import Outcome, Pledge
from api.pledges.texts import text_of
from api.records.models import OWN, Disclosure, Particulars, Record, Section

STATE = "履行情况"
OUTCOMES = {Outcome.KEPT: "已履行（践诺）", Outcome.PARTLY: "部分履行", Outcome.BROKEN: "未履行"}


def record_of(case: Pledge, now: datetime) -> Record:
    """The record of a pledge in effect. Its subject says whose it is: name and number are not stored again."""
    assert case.record is not None
    items = {"承诺内容": case.content, "承诺对象": case.recipient_unit, STATE: "履行中"}
    if case.due_on is not None:
        items["履行期限"] = case.due_on.isoformat()
    return Record(
        id=case.record,
        natural_key=f"pledge:{case.id}",
        jurisdiction=case.jurisdiction,
        section=Section.PLEDGE,
        code=f"pledge.{case.kind}",
        title=case.title,
        subject=case.subject,
        provider=case.recipient or OWN,
        source_unit=case.recipient_unit,
        received_at=now,
        particulars=Particulars(name="", document_kind="", document_number="", items=items),
        disclosure=Disclosure(is_published=text_of(case.text_version).is_public, is_shared=True, is_queryable=True),
        due_on=case.due_on,
    )
