"""What an auditor reads on the page: names of colleagues, a day as a file, and whether its chain holds."""

import csv
import io
from datetime import date

from tests.support.api import Api, auditor, officer, resident
from tests.support.cases import done, employed, penalty, signed_in, stored
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
