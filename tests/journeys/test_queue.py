"""待办: pledges and decisions on the list stand in the officers' queue by their days, beside objections and repairs."""

from datetime import date
from typing import Any

import pytest

from tests.api.listings.test_routes import decision, notice
from tests.api.pledges.test_routes import promise
from tests.support.api import Api, officer, resident
from tests.support.cases import PROVIDER, UNIT, clocks, done, employed, keyed, penalty, refused, signed_in, stored
from tests.support.world import FixedClock


async def queue(desk: Any, **params: Any) -> list[tuple[str, str, str, bool]]:
    """Errand, clock, day and whether it is late, line by line."""
    lines = done(await desk.get("/staff/queue", params=params))["items"]
    return [(line["errand"], line["next"]["clock"], line["next"]["due"]["on"], line["isLate"]) for line in lines]


@pytest.mark.parametrize("place", ["dalian", "yunnan"])
async def test_a_pledge_waits_for_its_finding_from_the_day_it_takes_effect(
    api: Api, clock: FixedClock, place: str
) -> None:
    clock.move_to(date(2026, 11, 23))
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer(place))
    signed = done(await me.post("/me/pledges", json=promise(place)), 201)
    assert signed["number"].startswith("CN") and await queue(desk) == []  # cooling off: nobody owes anything

    clock.move_to(date(2026, 11, 25))
    await api.services.pledges.take_effect_due(clock.now())
    assert await queue(desk) == [("pledges", "pledge.finding", "2026-12-29", False)]  # ten working days after 12-15
    told = done(await me.post("/bot/messages", json={"text": "我的承诺到哪了"}))["personal"]
    assert told["lines"] == [
        f"信用承诺（{signed['number']}）：请您最晚在2026年12月15日履行并提交证明；"
        f"之后认定承诺的履行情况，由{api.services.centre_name(place)}最晚在2026年12月29日完成。"
    ]
    assert [action["flow"] for action in told["actions"]] == ["pledge"]

    clock.move_to(date(2026, 12, 1))
    performed = done(await me.post(f"/me/pledges/{signed['id']}/performance", json={"note": "已经补交"}))
    assert clocks(performed) == {"pledge.finding": "2026-12-15"}  # proof came early: the finding is owed earlier
    clock.move_to(date(2026, 12, 3))
    done(await me.post(f"/me/pledges/{signed['id']}/performance", json={"note": "再补一份"}))
    assert await queue(desk) == [("pledges", "pledge.finding", "2026-12-15", False)]  # more proof does not put it off
    reader = signed_in(api, officer("yunnan" if place == "dalian" else "dalian"))
    assert await queue(reader) == []

    await employed(api, "stf_officer", place)
    assigned = {"assignee": "stf_officer", "reason": "分办"}
    line = done(await desk.post(f"/staff/queue/{signed['id']}/assign", json=assigned))
    assert line["assignee"] == "stf_officer"
    clock.move_to(date(2026, 12, 16))
    assert await queue(desk, late=True, errand="pledges", assignee="stf_officer") == [
        ("pledges", "pledge.finding", "2026-12-15", True)
    ]
    finding = {"outcome": "kept", "reason": "经核对"}
    found = done(await desk.post(f"/staff/pledges/{signed['id']}/finding", json=finding))
    assert clocks(found) == {} and await queue(desk) == []
    assert done(await desk.get("/staff/breaches"))["items"] == []  # late by the service's own days: no breach of law


async def test_a_decision_on_the_list_moves_through_the_queue_by_the_days_that_were_set(
    api: Api, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 11, 23))
    me, desk, mine = signed_in(api, resident(api.services)), signed_in(api, officer()), await keyed(api)
    record = await stored(api.services, penalty(resident(api.services)))
    case = done(await mine.post("/provider/listings", json=notice(record)), 201)
    assert case["number"].startswith("MD")
    assert await queue(desk) == [("listings", "listing.decide", "2026-12-15", False)]  # ten working days after 12-01
    told = done(await me.post("/bot/messages", json={"text": "我的名单事项到哪了"}))["personal"]
    assert told["lines"][0].startswith(
        f"名单事项（{case['number']}）：您可以陈述、申辩或者提出异议，最晚在2026年12月1日；"
    )
    assert [action["flow"] for action in told["actions"]] == ["listing"]

    done(await me.post(f"/me/listings/{case['id']}/answer", json={"text": "已经付清"}))
    (line,) = done(await desk.get("/staff/queue"))["items"]
    assert (line["next"]["clock"], line["next"]["due"]["on"]) == ("listing.reply", "2026-12-08")
    assert line["next"]["owedBy"] == UNIT and not line["next"]["due"]["isStatutory"]
    assert "自己写明" in line["next"]["due"]["reason"]  # the authority's own day, not counted
    clock.move_to(date(2026, 12, 4))
    done(await mine.post(f"/provider/listings/{case['id']}/reply", json={"text": "转账属另一工程"}))
    assert await queue(desk) == [("listings", "listing.decide", "2026-12-18", False)]
    done(await mine.post(f"/provider/listings/{case['id']}/decision", json=decision(decidedOn="2026-12-04")))
    assert await queue(desk) == [
        ("listings", "listing.serve", "2026-12-11", False)
    ]  # nobody agreed to electronic service
    served = {"on": "2026-12-04", "way": "handed", "proof": "送达回证1号"}
    done(await mine.post(f"/provider/listings/{case['id']}/service", json=served))
    assert await queue(desk) == []
    assert done(await me.post("/bot/messages", json={"text": "我的名单事项到哪了"}))["personal"]["lines"] == []


async def test_an_answer_after_the_day_for_replies_is_replied_to_within_the_services_days(
    api: Api, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 11, 23))
    me, desk, mine = signed_in(api, resident(api.services)), signed_in(api, officer()), await keyed(api)
    record = await stored(api.services, penalty(resident(api.services)))
    case = done(await mine.post("/provider/listings", json=notice(record)), 201)
    clock.move_to(date(2026, 12, 10))
    done(await me.post(f"/me/listings/{case['id']}/answer", json={"text": "刚看到"}))
    assert await queue(desk) == [("listings", "listing.reply", "2026-12-17", False)]
    clock.move_to(date(2026, 12, 18))
    assert await api.services.desk.record_breaches(clock.now()) == 0
    late = await api.services.database.collection("notices").find({"kind": "desk.step_late"}).to_list(5)
    assert late == []  # nothing to urge: the morning's message would lead nowhere
    done(await mine.post(f"/provider/listings/{case['id']}/decision", json={"isListed": False, "reason": "已改正"}))
    assert await queue(desk) == []


async def test_what_is_late_stands_on_top_whatever_the_errand(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    me, desk, mine = signed_in(api, resident(api.services)), signed_in(api, officer()), await keyed(api)
    first = await stored(api.services, penalty(resident(api.services)))
    second = await stored(api.services, penalty(resident(api.services)))
    done(await mine.post("/provider/listings", json=notice(second)), 201)
    filing = {"recordId": first.id, "addressee": "centre", "reasons": ["wrong"]}
    done(await me.post("/me/objections", json=filing), 201)
    pledged = done(await me.post("/me/pledges", json=promise("dalian", recipient=PROVIDER)), 201)
    clock.move_to(date(2026, 11, 27))
    done(await me.post(f"/me/pledges/{pledged['id']}/performance", json={"note": "已补交"}))
    assert [(errand, late) for errand, _, _, late in await queue(desk)] == [
        ("objections", True),
        ("pledges", False),
        ("listings", False),
    ]
    (waiting,) = done(await mine.get("/provider/pledges"))["items"]
    assert waiting["clocks"][0]["owedBy"] == UNIT
    refused(await desk.get("/staff/queue", params={"cursor": "???"}), 400, "invalid")
