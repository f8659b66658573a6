"""A decision on a repair tells what was stopped by it, and says so for ever."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from api.records.models import AppliedMeasure
from tests.support.api import Api, officer, resident
from tests.support.cases import done, penalty, signed_in, stored
from tests.support.world import FixedClock

NOTE = {"reason": "核对材料"}
LIFTED = AppliedMeasure(
    code="DL-01", unit="市公共资源交易中心", since=date(2026, 6, 1), lifted_at=datetime(2026, 9, 1, tzinfo=UTC)
)
APPLIED = AppliedMeasure(code="DL-02", unit="市财政局", since=date(2026, 6, 1))
ALSO = AppliedMeasure(code="DL-03", unit="市财政局", since=date(2026, 6, 1))


@pytest.mark.parametrize(("severe_list", "is_listed"), [("listed", True), ("removed", False), (None, False)])
async def test_a_decision_asks_only_who_still_applies_a_measure_and_unlists_only_what_is_listed(
    api: Api, clock: FixedClock, severe_list: str | None, is_listed: bool
) -> None:
    clock.move_to(date(2026, 11, 23))
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("dalian"))
    fields: dict[str, Any] = {"record_class": "serious", "decided_on": date(2025, 5, 8), "severe_list": severe_list}
    given = penalty(resident(api.services), measures=(LIFTED, APPLIED, ALSO), **fields)
    record = await stored(api.services, given)
    filing = {"recordId": record.id, "addressee": "unit", "pledgeVersion": "2026-1", "performance": "已缴清"}
    case = done(await me.post("/me/repairs", json=filing), 201)
    at = f"/staff/repairs/{case['id']}"
    done(await desk.post(f"{at}/accept", json=NOTE))
    done(await desk.post(f"{at}/approve", json=NOTE))
    letter = done(await me.get(f"/me/repairs/{case['id']}/decision"))
    (effects,) = [passage["paragraphs"] for passage in letter["passages"] if passage["heading"] == "效果"]
    assert effects[1:] == [
        *(["同时移出严重失信主体名单。"] if is_listed else []),
        "实施的惩戒措施由各实施单位及时解除：市财政局。",
        "已通知接收过这条信息的单位：信用中国。",
    ]
    for code in ("DL-02", "DL-03"):
        done(await desk.post(f"{at}/lift-measure", json={**NOTE, "code": code, "unit": "市财政局"}))
    done(await desk.post(f"{at}/acknowledge-copy", json={**NOTE, "system": "信用中国"}))
    assert done(await me.get(f"/me/repairs/{case['id']}/decision")) == letter
