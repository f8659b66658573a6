"""Somebody with more than twenty open cases, such as a company with many penalties: each is counted, and each can be complained about."""

from datetime import date

from tests.api.reports.test_results import text_of
from tests.support.api import Api, officer, resident
from tests.support.cases import done, penalty, signed_in, stored
from tests.support.sign_in import resident_number
from tests.support.world import FixedClock

NUMBER = resident_number("11010519900101233")
OTHERS = 24


async def test_all_open_cases_are_counted_and_the_last_due_can_be_complained_about(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    who = resident(api.services, number=NUMBER)
    me, desk = signed_in(api, who), signed_in(api, officer())
    record = await stored(api.services, penalty(who))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
    case = done(await me.post("/me/objections", json=filing), 201)
    queue = api.services.database.collection("queue")
    (docket,) = await queue.find({"_id": case["id"]}).to_list(2)
    earlier = {"due_on": "2026-11-24"}
    await queue.insert_many([docket | earlier | {"_id": f"obj_{one}"} for one in range(OTHERS)])

    slip = text_of(
        (await desk.post("/staff/slips", json={"documentKind": "resident_id", "documentNumber": NUMBER})).content
    )
    assert f"另外还有{OTHERS}件在办。" in slip
    told = done(await me.post("/bot/messages", json={"text": "我的异议到哪了"}))["personal"]
    assert told["text"] == f"您有{OTHERS + 1}件正在办理的事项："
    clock.move_to(date(2026, 12, 31))
    assert done(await me.post("/me/letters", json={"kind": "complaint", "caseId": case["id"]}), 201)["number"]
