"""The queue and the breaches: what is due first on top, pages without gaps, and no more read than handed out."""

import asyncio
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from api.desk.models import Docket
from api.desk.store import BREACHES, QUEUE
from api.infra.actors import Actor, Role
from api.infra.errors import Outdated
from tests.support.api import Api, officer, resident
from tests.support.cases import done, employed, penalty, refused, signed_in, stored
from tests.support.world import FixedClock

STEP: dict[str, Any] = {
    "key": "objection.verify",
    "clock": "objection.verify",
    "jurisdiction": "dalian",
    "owed_by": "中心",
    "started_on": "2026-11-02",
    "paused": [],
    "done_at": None,
}


async def fill(api: Api, count: int) -> None:
    """Dockets of two places, three errands and states, many due on the same day."""
    documents: list[dict[str, Any]] = []
    for number in range(count):
        due_on = (date(2026, 11, 5) + timedelta(days=number % 40)).isoformat()
        documents.append(
            {
                "_id": f"obj_{number:05}",
                "errand": ("objections", "repairs", "pledges")[number % 3],
                "jurisdiction": "yunnan" if number % 5 == 0 else "dalian",
                "number": f"YY{number}",
                "status": ("filed", "asked", "paused")[number % 7 % 3],
                "due_on": due_on,
                "steps": [{**STEP, "due_on": due_on}],
                "assignee": "stf_li" if number % 4 == 0 else None,
            }
        )
    await api.services.database.collection(QUEUE.name).insert_many(documents)


async def test_pages_follow_each_other_without_gap_or_double_and_by_due_date(api: Api) -> None:
    await fill(api, 260)
    desk = signed_in(api, officer("dalian"))
    seen: list[tuple[str, str]] = []
    params: dict[str, Any] = {"limit": 50}
    while True:
        page = done(await desk.get("/staff/queue", params=params))
        seen += [(line["next"]["due"]["on"], line["caseRef"]) for line in page["items"]]
        if page["nextCursor"] is None:
            break
        params["cursor"] = page["nextCursor"]
    assert len(seen) == len({ref for _, ref in seen}) == 208
    stored_order = await api.services.database.collection(QUEUE.name).find({"jurisdiction": "dalian"}).to_list(300)
    assert [ref for _, ref in seen] == [d["_id"] for d in sorted(stored_order, key=lambda d: (d["due_on"], d["_id"]))]


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"errand": "repairs"},
        {"errand": "repairs", "status": "asked"},
        {"assignee": "stf_li"},
        {"late": "true"},
        {"late": "false"},
    ],
)
async def test_the_server_reads_no_more_than_it_hands_out(api: Api, params: dict[str, str]) -> None:
    await fill(api, 900)
    query: dict[str, Any] = {"jurisdiction": "dalian", **{k: v for k, v in params.items() if k != "late"}}
    if "late" in params:
        query["due_on"] = {"$lt" if params["late"] == "true" else "$gte": "2026-11-21"}
    command = {"find": QUEUE.name, "filter": query, "sort": {"due_on": 1, "_id": 1}, "limit": 21}
    plan = await api.services.database.raw.command("explain", command, verbosity="executionStats")
    stats = plan["executionStats"]
    assert stats["totalDocsExamined"] <= stats["nReturned"] + 1, stats
    listed = done(await signed_in(api, officer("dalian")).get("/staff/queue", params=params))["items"]
    assert len(listed) == 20


async def test_a_line_says_whose_case_it_is_and_what_for_and_the_look_is_in_the_audit(api: Api) -> None:
    who = resident(api.services)
    record = penalty(who)
    named = msgspec.structs.replace(record.particulars, items={"违法行为类型": "超限运输"})
    await stored(api.services, msgspec.structs.replace(record, particulars=named))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "这条记录不是我的"}
    done(await signed_in(api, who).post("/me/objections", json=filing), 201)
    desk, audits = signed_in(api, officer("dalian")), api.services.database.collection("audits")
    (line,) = done(await desk.get("/staff/queue"))["items"]
    assert line["party"] == "王*明" and line["about"] == "超限运输"
    assert await audits.count_documents({"action": "desk.queue"}) == 1
    assert done(await signed_in(api, officer("yunnan")).get("/staff/queue"))["items"] == []


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"cursor": "???"}, {"late": "perhaps"}])
async def test_a_page_that_cannot_be_is_refused(api: Api, params: dict[str, Any]) -> None:
    answer = await signed_in(api, officer("dalian")).get("/staff/queue", params=params)
    assert answer.status_code == 400 and answer.json()["nextStep"]


async def test_a_case_of_another_place_cannot_be_assigned(api: Api) -> None:
    await fill(api, 1)
    await employed(api, "stf_li", "yunnan")
    body = {"assignee": "stf_li", "reason": "分办"}
    refused(await signed_in(api, officer("dalian")).post("/staff/queue/obj_00000/assign", json=body), 404, "not-found")
    desk = signed_in(api, officer("yunnan"))
    assert done(await desk.post("/staff/queue/obj_00000/assign", json=body))["assignee"] == "stf_li"
    back = await desk.post("/staff/queue/obj_00000/assign", json={"assignee": None, "reason": "退回"})
    assert done(back)["assignee"] is None


async def test_a_case_goes_only_to_an_officer_who_works_there_now(api: Api) -> None:
    await fill(api, 1)
    await employed(api, "stf_gone", "yunnan", is_active=False)
    await employed(api, "stf_auditor", "yunnan", role="auditor")
    await employed(api, "stf_elsewhere", "dalian")
    desk = signed_in(api, officer("yunnan"))
    for nobody in ("stf_gone", "stf_auditor", "stf_elsewhere", "stf_nobody"):
        body = {"assignee": nobody, "reason": "分办"}
        refused(await desk.post("/staff/queue/obj_00000/assign", json=body), 404, "assignee-not-found")
    malformed = await desk.post("/staff/queue/obj_00000/assign", json={"assignee": "张三", "reason": "分办"})
    assert malformed.status_code == 400
    (line,) = done(await desk.get("/staff/queue"))["items"]
    assert line["assignee"] == "stf_li"  # as it was
    query = {"action": "desk.assign"}
    assert await api.services.database.collection("audits").count_documents(query) == 0


async def test_of_two_officers_who_take_a_case_at_once_one_gets_it(api: Api) -> None:
    await fill(api, 1)
    names = ("stf_wang", "stf_zhao")
    for name in names:
        await employed(api, name, "yunnan")
    services, now = api.services, api.services.clock.now()
    both = [officer("yunnan", name) for name in names]
    seen = await services.desk.docket(both[0], "obj_00000")

    async def take(who: Actor) -> Docket:
        return await services.database.transact(lambda tx: services.desk.assign(tx, who, seen, who.id, "我来办", now))

    answers = await asyncio.gather(*map(take, both), return_exceptions=True)
    (winner,) = [answer.assignee for answer in answers if isinstance(answer, Docket)]
    assert sum(isinstance(answer, Outdated) for answer in answers) == 1
    assert done(await signed_in(api, both[0]).get("/staff/queue"))["items"][0]["assignee"] == winner


async def test_a_step_done_late_is_a_breach_even_if_the_clock_never_looked(api: Api, clock: FixedClock) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("dalian"))
    record = await stored(api.services, penalty(resident(api.services)))
    clock.move_to(date(2026, 11, 23))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"]}
    case = done(await me.post("/me/objections", json=filing), 201)
    clock.move_to(date(2026, 11, 26))  # the last day: not late
    assert await api.services.desk.record_breaches(clock.now()) == 0
    clock.move_to(date(2026, 11, 27))
    done(await desk.post(f"/staff/objections/{case['id']}/dispatch", json={"reason": "转核查"}))
    (breach,) = await api.services.database.collection(BREACHES.name).find({}).to_list(5)
    assert breach["done_at"] is not None and breach["due_on"] == "2026-11-26" and breach["owed_by"]
    auditor = Actor(role=Role.AUDITOR, id="stf_auditor", unit="监督", session="ses_auditor")
    lines = (await signed_in(api, auditor).get("/staff/breaches/export", params={"format": "json"})).text.splitlines()
    assert len(lines) == 1 and case["number"] in lines[0]
    assert done(await signed_in(api, officer("yunnan")).get("/staff/breaches"))["items"] == []


async def test_a_cell_that_a_spreadsheet_would_run_is_quoted(api: Api, clock: FixedClock) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("dalian"))
    record = await stored(api.services, penalty(resident(api.services), source_unit='=HYPERLINK("http://x")'))
    filing = {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"]}
    done(await me.post("/me/objections", json=filing), 201)
    clock.advance(days=20)
    await api.services.desk.record_breaches(clock.now())
    text = (await desk.get("/staff/breaches/export")).text
    assert "'=HYPERLINK" in text and ',"=HYPERLINK' not in text and text.startswith("\ufeff编号")


async def test_the_queue_is_narrowed_by_who_owes_by_day_and_by_nobody(api: Api) -> None:
    await fill(api, 60)
    desk = signed_in(api, officer("dalian"))

    async def count(**params: str) -> int:
        return len(done(await desk.get("/staff/queue", params={**params, "limit": "100"}))["items"])

    whole = await count()
    assert await count(unit="中心") == whole and await count(unit="别的单位") == 0
    assert 0 < await count(until="2026-11-10") < whole
    assert await count(assignee="nobody") + await count(assignee="stf_li") == whole


async def test_the_workload_counts_the_whole_place_and_several_cases_go_to_one_colleague_or_none_does(
    api: Api, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 11, 21))
    await fill(api, 60)
    for name, place in (("stf_li", "dalian"), ("stf_wu", "dalian"), ("stf_far", "yunnan")):
        await employed(api, name, place)
    desk = signed_in(api, officer("dalian"))
    load = done(await desk.get("/staff/workload"))
    by_id = {one["id"]: one for one in load["colleagues"]}
    assert load["total"] == 48 == sum(one["total"] for one in by_id.values())
    assert by_id["stf_wu"]["total"] == 0 and "stf_far" not in by_id and by_id[None]["name"] == "没人办"
    free = [one["caseRef"] for one in done(await desk.get("/staff/queue", params={"assignee": "nobody"}))["items"]][:3]
    body = {"cases": free, "assignee": "stf_wu", "reason": "李的手上太多"}
    refused(await desk.post("/staff/queue/assign", json={**body, "assignee": "stf_far"}), 404, "assignee-not-found")
    refused(await desk.post("/staff/queue/assign", json={**body, "cases": [*free, "obj_none"]}), 404, "not-found")
    assert done(await desk.post("/staff/queue/assign", json=body)) == {"count": 3}
    load = done(await desk.get("/staff/workload"))
    assert {one["id"]: one["total"] for one in load["colleagues"]}["stf_wu"] == 3


async def test_the_queue_is_walked_from_its_other_end_too(api: Api) -> None:
    await fill(api, 60)
    desk = signed_in(api, officer("dalian"))

    async def walked(order: str) -> list[str]:
        seen: list[str] = []
        params: dict[str, Any] = {"limit": 20, "order": order}
        while True:
            page = done(await desk.get("/staff/queue", params=params))
            seen += [line["caseRef"] for line in page["items"]]
            if page["nextCursor"] is None:
                return seen
            params["cursor"] = page["nextCursor"]

    assert await walked("last") == (await walked("due"))[::-1]


async def test_who_is_away_has_a_substitute_who_sees_their_cases_for_those_days(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    for name in ("stf_li", "stf_sub", "stf_third"):
        await employed(api, name, display_name=name)
    await employed(api, "stf_north", "yunnan")
    await fill(api, 20)
    li, sub = signed_in(api, officer("dalian", "stf_li")), signed_in(api, officer("dalian", "stf_sub"))

    async def mine() -> int:
        return len(done(await sub.get("/staff/queue", params={"assignee": "stf_sub"}))["items"])

    assert await mine() == 0
    days = {"fromOn": "2026-11-24", "untilOn": "2026-11-25"}
    named = done(await li.post("/staff/absences", json={"substitute": "stf_sub", **days}), 201)
    assert (named["officer"], named["substituteName"], await mine()) == ("stf_li", "stf_sub", 0)  # from tomorrow
    for officer_away, substitute in (("stf_li", "stf_third"), ("stf_third", "stf_li")):  # twice, and by who is away
        clash = {"officer": officer_away, "substitute": substitute, "fromOn": "2026-11-25", "untilOn": "2026-11-27"}
        refused(await sub.post("/staff/absences", json=clash), 409, "absence-clashes")
    for wrong in ("stf_north", "stf_nobody"):
        refused(await li.post("/staff/absences", json={"substitute": wrong, **days}), 404, "assignee-not-found")
    refused(await li.post("/staff/absences", json={"substitute": "stf_li", **days}), 400, "invalid")

    clock.move_to(date(2026, 11, 24))
    sub = signed_in(api, officer("dalian", "stf_sub"))
    theirs = await mine()
    assert theirs == len([n for n in range(20) if n % 4 == 0 and n % 5])
    ill = {"officer": "stf_sub", "substitute": "stf_third", "fromOn": "2026-11-24", "untilOn": "2026-11-24"}
    done(await sub.post("/staff/absences", json=ill), 201)
    third = signed_in(api, officer("dalian", "stf_third"))
    assert len(done(await third.get("/staff/queue", params={"assignee": "stf_third"}))["items"]) == theirs
    (_, away) = done(await sub.get("/staff/absences"))["items"]
    assert done(await signed_in(api, officer("yunnan", "stf_north")).get("/staff/absences"))["items"] == []
    clock.move_to(date(2026, 11, 26))
    sub = signed_in(api, officer("dalian", "stf_sub"))
    assert await mine() == 0
    assert done(await sub.get("/staff/absences"))["items"] == []
    assert (await sub.post(f"/staff/absences/{away['id']}/end")).status_code == 200
