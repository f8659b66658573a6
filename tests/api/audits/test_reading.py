"""What an auditor reads on the page: names of colleagues, a day as a file, and whether its chain holds."""

import csv
import io
from datetime import date

from api.accounts.newcomers import UNIT_SCOPES
from api.infra.actors import Actor, Role
from tests.support.api import Api, auditor, officer, resident
from tests.support.cases import PROVIDER, UNIT, done, employed, keyed, penalty, signed_in, stored
from tests.support.world import FixedClock


async def test_colleagues_have_names_a_day_is_a_file_and_its_chain_is_checked(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    await employed(api, "stf_officer", display_name="赵一")
    actor = resident(api.services)
    record = await stored(api.services, penalty(actor))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"]}
    case = done(await signed_in(api, actor).post("/me/objections", json=filing), 201)
    desk = signed_in(api, officer("dalian"))
    done(await desk.post(f"/staff/queue/{case['id']}/assign", json={"assignee": "stf_officer", "reason": "=1+1"}))
    reader = signed_in(api, auditor())
    (entry,) = done(await reader.get("/staff/audit", params={"action": "desk.assign"}))["items"]
    assert (entry["by"], entry["byName"]) == ("stf_officer", "赵一")
    (filed,) = done(await reader.get("/staff/audit", params={"action": "objections.file"}))["items"]
    assert filed["byName"] is None  # residents have no name here
    found = done(await reader.get("/staff/audit", params={"by": "stf_officer"}))["items"]
    assert found and {one["by"] for one in found} == {"stf_officer"}
    found = done(await reader.get("/staff/audit", params={"ref": case["id"]}))["items"]
    assert {one["action"] for one in found} == {"objections.file", "desk.assign"}

    answer = await reader.get("/staff/audit/export", params={"day": "2026-11-23"})
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head[:4] == ["时间", "角色", "谁", "做了什么"] and len(rows) >= 3
    (assigned,) = [row for row in rows if row[3] == "分配待办"]
    assert assigned[2] == "赵一" and assigned[6] == "'=1+1"  # no spreadsheet runs it
    assert "王小明" not in answer.text
    done(await reader.get("/staff/audit", params={"action": "audits.export"}))

    await api.services.audits.chain_pending(clock.now())
    assert done(await reader.get("/staff/audit/chain", params={"day": "2026-11-23"})) == {
        "day": "2026-11-23", "isWhole": True, "faults": [],
    }  # fmt: skip
    await api.services.database.collection("audits").update_one({"action": "desk.assign"}, {"$set": {"ref": "obj_x"}})
    broken = done(await reader.get("/staff/audit/chain", params={"day": "2026-11-23"}))
    assert not broken["isWhole"] and broken["faults"]


def clerk(name: str) -> Actor:
    return Actor(
        role=Role.PROVIDER, id=PROVIDER, unit=UNIT, jurisdiction="dalian", session=f"ses_{name}", person=name,
        scopes=UNIT_SCOPES["lead"],
    )  # fmt: skip


async def test_the_audit_tells_which_of_a_units_people_or_keys_it_was(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    await employed(api, "stf_anna", display_name="安娜", role="unit_lead", provider=PROVIDER)
    key, record = await keyed(api), await stored(api.services, penalty(resident(api.services)))
    for number, client in enumerate((signed_in(api, clerk("stf_anna")), signed_in(api, clerk("stf_bert")), key)):
        fixed = {"fields": {"items": {"罚款金额": f"0.{number + 3}"}}, "reason": "录入有误"}
        done(await client.post(f"/provider/records/{record.id}/corrections", json=fixed))
    reader = signed_in(api, auditor())
    found = done(await reader.get("/staff/audit", params={"action": "records.correct"}))["items"]
    (key_id,) = [one.id for one in await api.services.providers.list_keys(PROVIDER)]
    assert [(one["by"], one["person"], one["personName"]) for one in found] == [
        (PROVIDER, key_id, None), (PROVIDER, "stf_bert", None), (PROVIDER, "stf_anna", "安娜"),
    ]  # fmt: skip
    answer = await reader.get("/staff/audit/export", params={"day": "2026-11-23", "action": "records.correct"})
    _, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert [row[2] for row in rows] == [f"{PROVIDER}（{who}）" for who in (key_id, "stf_bert", "安娜")]

    await api.services.audits.chain_pending(clock.now())
    entries = api.services.database.collection("audits")
    await entries.update_one({"person": "stf_anna"}, {"$set": {"person": "stf_bert"}})
    assert [fault.kind for fault in await api.services.audits.verify()] == ["changed"]


async def test_the_history_of_a_case_tells_it_and_the_person_is_not_told(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    await keyed(api)
    me, record = signed_in(api, resident(api.services)), await stored(api.services, penalty(resident(api.services)))
    filing = {"recordId": record.id, "addressee": "unit", "pledgeVersion": "2026-1", "performance": "已缴清"}
    case = done(await me.post("/me/repairs", json=filing), 201)["id"]
    unit = signed_in(api, clerk("stf_anna"))
    done(await unit.post(f"/provider/repairs/{case}/accept", json={}))
    seen = done(await unit.post(f"/provider/repairs/{case}/refuse", json={"reasons": "材料不实"}))
    kept = await api.services.repairs.by_id(case, None)
    assert [entry.person for entry in kept.history] == [None, "stf_anna", "stf_anna"]
    assert {entry.by for entry in kept.history[1:]} == {PROVIDER}
    for shown in (seen, done(await me.get(f"/me/repairs/{case}"))):
        assert "stf_anna" not in str(shown)
    mine = api.as_(resident(api.services), stepped_up=True)
    assert "stf_anna" not in (await mine.get("/me/export")).text
