"""Pledging over HTTP: cooling-off, performance, findings, reminders, and the pledge of a repair."""

import asyncio
from datetime import date
from typing import Any

import pytest

from api.desk.casework import Turn
from api.infra.actors import Actor
from api.infra.database_faults import AlreadyThere
from api.pledges.models import Outcome, RepairFiled
from api.pledges.schemas import PledgeView
from api.providers.models import Provider
from api.records.models import Record, Section
from tests.support.api import Api, officer, resident
from tests.support.choices import dishonesty, keyed, provider, stored, uploaded
from tests.support.world import FixedClock


def promise(jurisdiction: str = "yunnan", **fields: Any) -> dict[str, Any]:
    return {
        "jurisdiction": jurisdiction,
        "kind": "approval",
        "textVersion": "approval-2026-1",
        "content": "补交经营场所证明",
        "dueOn": "2026-12-15",
        "consequenceAccepted": True,
        **fields,
    }


async def sign(api: Api, **fields: Any) -> dict[str, Any]:
    answer = await api.as_(resident(api.services)).post("/me/pledges", json=promise(**fields))
    assert answer.status_code == 201, answer.text
    signed: dict[str, Any] = answer.json()
    return signed


async def lines(api: Api) -> list[Any]:
    found: list[Any] = await api.services.records.list_of_subject(resident(api.services).bound_subject)
    return found


async def notices(api: Api, state: str) -> list[tuple[str, str]]:
    found = await api.services.database.collection("notices").find({"state": state}).to_list(50)
    return sorted((notice["kind"], notice["on"]) for notice in found)


@pytest.mark.parametrize(("jurisdiction", "article"), [("dalian", 9), ("yunnan", 20)])
async def test_before_signing_the_consequence_is_told_with_its_article(
    api: Api, jurisdiction: str, article: int
) -> None:
    answer = await api.as_(resident(api.services)).get("/me/pledges/texts", params={"jurisdiction": jurisdiction})
    texts = {text["kind"]: text for text in answer.json()}
    assert texts["approval"]["citation"]["article"] == article
    assert "记入" in texts["approval"]["consequence"] and texts["approval"]["coolingOffHours"] > 0
    assert texts["repair"]["bar"]["isVerified"] is False and "未核实" in texts["repair"]["bar"]["text"]


async def test_within_the_cooling_off_it_can_be_taken_back_and_leaves_no_trace_in_the_report(api: Api) -> None:
    signed = await sign(api)
    assert signed["status"] == "cooling" and await lines(api) == []
    me = api.as_(resident(api.services))
    early = await me.post(f"/me/pledges/{signed['id']}/performance", json={"note": "已经补交"})
    assert (early.status_code, early.json()["code"]) == (409, "still-cooling-off")
    taken_back = await me.post(f"/me/pledges/{signed['id']}/withdraw")
    assert taken_back.json()["status"] == "withdrawn" and await lines(api) == []


async def test_after_the_cooling_off_it_stands_in_the_record_and_cannot_be_taken_back(
    api: Api, clock: FixedClock
) -> None:
    signed = await sign(api)
    clock.advance(hours=24)
    late = await api.as_(resident(api.services)).post(f"/me/pledges/{signed['id']}/withdraw")
    assert (late.status_code, late.json()["code"]) == (409, "cooling-off-over")
    count = await api.services.pledges.take_effect_due(clock.now())
    assert count == 1
    (line,) = await lines(api)
    assert line.section is Section.PLEDGE and line.due_on == date(2026, 12, 15)
    assert line.particulars.items["履行情况"] == "履行中" and not line.disclosure.is_published
    assert await notices(api, "booked") == [("pledges.due", "2026-12-15"), ("pledges.due_soon", "2026-12-08")]


@pytest.mark.parametrize("jurisdiction", ["dalian", "yunnan"])
@pytest.mark.parametrize(
    ("outcome", "shown"), [("kept", "已履行（践诺）"), ("partly", "部分履行"), ("broken", "未履行")]
)
async def test_performance_and_finding_enter_the_record_whatever_they_are(
    api: Api, clock: FixedClock, jurisdiction: str, outcome: str, shown: str
) -> None:
    signed = await sign(api, jurisdiction=jurisdiction)
    clock.advance(hours=25)
    me = api.as_(resident(api.services))
    body = {"note": "已于12月1日补交，窗口已收"}
    performed = await me.post(f"/me/pledges/{signed['id']}/performance", json=body)
    assert performed.status_code == 200 and performed.json()["status"] == "performed"
    (line,) = await lines(api)
    assert line.duty_performed_on == date(2026, 11, 22) and line.due_on == date(2026, 12, 15)
    assert await notices(api, "booked") == []

    desk = api.as_(officer(jurisdiction))
    queue = (await desk.get("/staff/pledges")).json()["items"]
    assert [case["id"] for case in queue] == [signed["id"]]
    assert queue[0]["number"] and queue[0]["party"]["name"].count("*") == 1  # told apart, and not named
    assert performed.json()["party"] is None
    finding = {"outcome": outcome, "reason": "经核对窗口记录"}
    found = await desk.post(f"/staff/pledges/{signed['id']}/finding", json=finding)
    assert found.json()["status"] == outcome and found.json()["actions"] == []
    (line,) = await lines(api)
    assert line.particulars.items["履行情况"] == shown
    assert line.due_on is None and line.particulars.items["履行期限"] == "2026-12-15"
    assert line.changes[-1].reason == "经核对窗口记录"
    assert line.changes[-1].law == ("dalian-9" if jurisdiction == "dalian" else "yunnan-20",)
    seen = (await me.get(f"/me/pledges/{signed['id']}")).json()
    assert seen["finding"]["outcome"] == outcome and seen["bar"] is None
    assert (f"pledges.{outcome}", "2026-11-22") in await notices(api, "told")


async def test_an_officer_of_another_place_and_another_provider_see_nothing(api: Api, clock: FixedClock) -> None:
    signed = await sign(api)
    clock.advance(hours=25)
    finding = {"outcome": "broken", "reason": "没有收到"}
    answer = await api.as_(officer("dalian")).post(f"/staff/pledges/{signed['id']}/finding", json=finding)
    assert answer.status_code == 404
    unit = await keyed(api, "prv_other")
    assert (await unit.post(f"/provider/pledges/{signed['id']}/finding", json=finding)).status_code == 404


async def test_a_pledge_to_a_provider_is_found_on_by_that_provider(api: Api, clock: FixedClock) -> None:
    unit = await keyed(api)
    signed = await sign(api, recipient="prv_one")
    assert signed["recipientUnit"] == "某志愿服务联合会"
    clock.advance(hours=25)
    await api.services.pledges.take_effect_due(clock.now())
    listed = (await unit.get("/provider/pledges", params={"status": "effective"})).json()["items"]
    assert [case["id"] for case in listed] == [signed["id"]]
    finding = {"outcome": "kept", "reason": "材料已收到"}
    found = await unit.post(f"/provider/pledges/{signed['id']}/finding", json=finding)
    assert found.status_code == 200 and found.json()["finding"]["unit"] == "某志愿服务联合会"
    wrong_place = await api.as_(resident(api.services)).post(
        "/me/pledges", json=promise("dalian", recipient="prv_one", dueOn="2026-12-20")
    )
    assert wrong_place.status_code == 400 and wrong_place.json()["errors"][0]["field"] == "recipient"


async def test_the_provider_to_which_it_was_made_changes_nothing_of_a_pledge(api: Api, clock: FixedClock) -> None:
    unit = await keyed(api)
    await sign(api, recipient="prv_one")
    clock.advance(hours=25)
    await api.services.pledges.take_effect_due(clock.now())
    (before,) = await lines(api)
    assert (await unit.get("/provider/records")).json()["items"] == []
    for path, body in (
        ("corrections", {"fields": {"items": {"承诺内容": "补交双倍保证金"}}, "reason": "写错"}),
        ("revocation", {"act": "revoked", "reason": "不再需要"}),
    ):
        answer = await unit.post(f"/provider/records/{before.id}/{path}", json=body)
        assert answer.status_code == 404, answer.text
    assert (await unit.get(f"/provider/records/{before.id}")).status_code == 404
    assert await lines(api) == [before]


async def test_of_two_findings_at_once_one_wins(api: Api, clock: FixedClock) -> None:
    signed = await sign(api)
    clock.advance(hours=25)
    desk = api.as_(officer("yunnan"))
    answers = await asyncio.gather(
        *(
            desk.post(f"/staff/pledges/{signed['id']}/finding", json={"outcome": outcome, "reason": "核对记录"})
            for outcome in ("kept", "broken")
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (line,) = await lines(api)
    winner = next(answer.json() for answer in answers if answer.status_code == 200)
    assert line.particulars.items["履行情况"].startswith("已履行" if winner["status"] == "kept" else "未履行")


REFUSED: tuple[tuple[dict[str, Any], str | None], ...] = (
    ({"textVersion": "approval-2025-1"}, "pledge-text-outdated"),
    ({"kind": "repair", "textVersion": "2026-1"}, "unknown-pledge"),
    ({"kind": "nonsense"}, "unknown-pledge"),
    ({"consequenceAccepted": False}, "consequence-not-accepted"),
    ({"dueOn": "2026-11-20"}, "pledge-due-date-invalid"),
    ({"dueOn": "2040-01-01"}, "pledge-due-date-invalid"),
    ({"content": "我患有糖尿病，会按期补交"}, "barred-content"),
    ({"recipient": "prv_unknown"}, "invalid"),
    ({"content": "字" * 1001}, None),
    ({"more": 1}, None),
)


async def test_what_cannot_be_signed_is_refused_and_nothing_is_stored(api: Api) -> None:
    me = api.as_(resident(api.services))
    for fields, code in REFUSED:
        answer = await me.post("/me/pledges", json=promise(**fields))
        assert answer.status_code == 400 and answer.json()["nextStep"]["text"], fields
        assert code is None or answer.json()["code"] == code
    assert (await me.get("/me/pledges")).json()["items"] == []


def filed(record: Record, actor: Actor, clock: FixedClock) -> RepairFiled:
    return RepairFiled(
        repair_id="rep_1",
        record_id=record.id,
        owner=actor.id,
        subject=record.subject,
        jurisdiction=record.jurisdiction,
        pledge_version="2026-1",
        accepted_at=clock.now(),
    )


async def test_a_repair_pledge_is_public_and_its_breach_bars_nothing_by_itself(api: Api, clock: FixedClock) -> None:
    """A late report is no "seriously untrue": the bar is for the determining unit to find, hear and state."""
    actor, services = resident(api.services), api.services
    record = await stored(services, dishonesty(actor))
    await services.database.transact(lambda tx: services.pledges.repair_filed(tx, filed(record, actor, clock)))
    (case,) = (await services.pledges.page(actor, None, 5)).items
    line = next(found for found in await lines(api) if found.id == case.record)
    assert line.disclosure.is_published and case.status == "effective"
    with pytest.raises(AlreadyThere):
        await services.database.transact(lambda tx: services.pledges.repair_filed(tx, filed(record, actor, clock)))
    unit = provider()
    broken = await services.database.transact(
        lambda tx: services.pledges.find(Turn(tx, unit, case, clock.now()), Outcome.BROKEN, "材料虚假")
    )
    assert PledgeView.of(broken, clock.today()).bar is None and broken.barred_until is None
    assert (await services.records.get(record.id)).barred_until is None


async def test_when_the_repair_does_not_go_ahead_its_pledge_ends_with_it(api: Api, clock: FixedClock) -> None:
    actor, services = resident(api.services), api.services
    record = await stored(services, dishonesty(actor))
    await services.database.transact(lambda tx: services.pledges.repair_filed(tx, filed(record, actor, clock)))
    (case,) = (await services.pledges.page(actor, None, 5)).items
    for _ in range(2):
        await services.database.transact(lambda tx: services.pledges.release_for_repair(tx, "rep_1", clock.now()))
    assert (await services.pledges.owned(actor, case.id, clock.now())).status == "released"
    assert not next(line for line in await lines(api) if line.id == case.record).is_disclosed


async def test_anothers_pledge_looks_like_none_and_the_attempt_is_in_the_audit(api: Api) -> None:
    signed = await sign(api)
    other = api.as_(resident(api.services, "acc_two", "11010519491231002X"))
    unit = await keyed(api, "prv_other")
    for client, path in ((other, "me"), (unit, "provider"), (api.as_(officer("dalian")), "staff")):
        assert (await client.get(f"/{path}/pledges/{signed['id']}")).status_code == 404
    audits = (
        await api.services.database.collection("audits").find({"ref": signed["id"], "outcome": "not-found"}).to_list(9)
    )
    assert {entry["by"] for entry in audits} == {"acc_two", "prv_other", "stf_officer"}


async def test_what_is_attached_as_proof_can_be_read_by_whoever_finds_and_by_nobody_else(
    api: Api, clock: FixedClock
) -> None:
    actor, unit, other = resident(api.services), await keyed(api), await keyed(api, "prv_other")
    signed = await sign(api, recipient="prv_one")
    clock.advance(hours=25)
    file = await uploaded(api, actor)
    path = f"/me/pledges/{signed['id']}/performance"
    performed = await api.as_(actor).post(path, json={"note": "已补交", "evidence": [file]})
    assert performed.json()["performances"][0]["evidence"] == [file]
    used = await api.as_(actor).post(path, json={"note": "再补充", "evidence": [file]})
    assert used.status_code == 400 and used.json()["nextStep"]["text"]
    read = await unit.get(f"/provider/pledges/{signed['id']}/evidence/{file}")
    assert read.status_code == 200 and read.headers["content-disposition"].startswith("attachment")
    assert (await other.get(f"/provider/pledges/{signed['id']}/evidence/{file}")).status_code == 404
    assert (await api.as_(officer()).get(f"/staff/pledges/{signed['id']}/evidence/{file}")).status_code == 404
    seen = await api.services.database.collection("audits").find_one({"action": "evidence.read"})
    assert seen["by"] == "prv_one"


async def test_the_units_to_pledge_to_are_listed_by_place_page_by_page_and_say_nothing_but_their_names(
    api: Api,
) -> None:
    for number in range(5):
        await keyed(api, f"prv_{number}")
    await keyed(api, "prv_dalian", "dalian")
    market = Provider(id="prv_market", name="某征信公司", jurisdiction="yunnan", unified_code="x", is_market=True)
    await api.services.providers.add(None, officer("yunnan"), market, api.services.clock.now())
    me, seen, cursor = api.as_(resident(api.services)), [], None
    while True:
        params: dict[str, str | int] = {"jurisdiction": "yunnan", "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await me.get("/me/pledges/recipients", params=params)).json()
        assert len(page["items"]) <= 2
        seen += page["items"]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert [unit["id"] for unit in seen] == [f"prv_{number}" for number in range(5)]
    assert all(unit.keys() == {"id", "name"} for unit in seen)
    for query in ("", "?jurisdiction=beijing", "?jurisdiction=yunnan&limit=101"):
        assert (await me.get(f"/me/pledges/recipients{query}")).status_code == 400
    wrong = await me.get("/me/pledges/recipients", params={"jurisdiction": "yunnan", "cursor": "???"})
    assert wrong.status_code == 400 and wrong.json()["nextStep"]["text"]
    to_market = await me.post("/me/pledges", json=promise(recipient="prv_market"))
    assert to_market.status_code == 400 and to_market.json()["errors"][0]["field"] == "recipient"
