"""Records for tests: valid by default, changed by keyword."""

from datetime import date, timedelta
from typing import Any

import msgspec

from api.composition import Services
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.ids import new_id
from api.records.models import Particulars, Record, Section

NUMBER = "110105199001012337"
NAME = "王小明"


def make_record(services: Services, who: Actor, **changes: Any) -> Record:
    """A general penalty in Dalian, decided half a year ago, with the duty performed."""
    now = services.clock.now()
    decided_on: date = civil_date(now) - timedelta(days=180)
    record = Record(
        id=new_id("rec"),
        natural_key=new_id("key"),
        jurisdiction="dalian",
        section=Section.DISHONESTY,
        code="admin-penalty",
        title="行政处罚",
        subject=who.bound_subject,
        provider="prv_one",
        source_unit="大连市市场监督管理局（示例）",
        received_at=now,
        particulars=Particulars(NAME, "resident_id", NUMBER, {"违法事实": "未按规定明码标价"}),
        document_type="penalty_decision",
        record_class="general",
        decided_on=decided_on,
        ended_on=decided_on,
        duty_performed_on=decided_on + timedelta(days=10),
    )
    return msgspec.structs.replace(record, **changes)


async def put_records(services: Services, *records: Record) -> None:
    async def work(tx: Any) -> None:
        for record in records:
            await services.records.insert_own(tx, record)

    await services.database.transact(work)
