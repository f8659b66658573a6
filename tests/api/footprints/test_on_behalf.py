"""What a helper or the window does for a resident is written down as theirs, and not as done by the resident."""

import httpx

from api.infra.actors import Actor
from tests.api.helpers.test_helpers import People, helps, on_behalf, owner_of
from tests.api.window.test_window import NUMBER, at, comes
from tests.journeys.test_still_wrong import FOUNDED
from tests.support.api import Api, officer, resident
from tests.support.cases import done, employed, penalty, signed_in, stored
from tests.support.choices import make_record

AGREED = {"consentVersion": "2026-1"}


async def traces(api: Api, owner: Actor) -> list[tuple[str, str, bool]]:
    found = done(await api.as_(owner).get("/me/footprints"))["items"]
    return [(one["unit"], one["why"], one["canDispute"]) for one in found]


async def changes(api: Api, record_id: str) -> list[tuple[str, str]]:
    return [(one.unit, one.reason) for one in (await api.services.records.get(record_id)).changes]


async def test_a_helpers_look_at_a_record_is_the_helpers(api: Api) -> None:
    owner, helper, appointment = await helps(People(api), "report")
    record = await stored(api.services, penalty(owner_of(api), "yunnan"))
    done(await api.anyone.get(f"/me/records/{record.id}", headers=on_behalf(helper, appointment)))
    done(await api.anyone.get(f"/me/records/{record.id}", headers=owner))
    seen = await traces(api, owner_of(api))
    assert ("帮手李*红", "受本人委托查看一条记录", True) in seen and ("本人", "查看一条记录", False) in seen


async def at_the_window(api: Api) -> tuple[httpx.AsyncClient, dict[str, str]]:
    await employed(api, "stf_officer", display_name="赵一")
    desk = signed_in(api, officer("dalian"))
    return desk, at(await comes(desk, name="王小明"))


async def test_a_look_at_the_window_and_a_declaration_there_are_the_windows(api: Api) -> None:
    owner = resident(api.services, "acc_none", NUMBER)
    record = await stored(api.services, penalty(owner))
    desk, headers = await at_the_window(api)
    done(await desk.get(f"/me/records/{record.id}", headers=headers))
    form = done(await desk.get("/me/declarations/form?jurisdiction=dalian", headers=headers))
    words = {
        "text": "按时还清货款。", "statementVersion": form["statement"]["version"], "statementAccepted": True,
    }  # fmt: skip
    about = {"jurisdiction": "dalian", "kind": form["kinds"][0]["code"]}
    case = done(await desk.post("/me/declarations", json={**words, **about}, headers=headers), 201)
    done(await desk.post(f"/me/declarations/{case['id']}/edit", json=words, headers=headers))
    done(await desk.post(f"/me/declarations/{case['id']}/withdraw", headers=headers))
    seen = {(unit[-2:], why) for unit, why, _ in await traces(api, owner)}
    assert {("窗口", "在窗口为本人查看一条记录"), ("窗口", "在窗口为本人自主申报")} <= seen
    stored_case = await api.services.database.collection("declarations").find_one({"_id": case["id"]})
    assert stored_case is not None
    said = [(unit[-2:], why) for unit, why in await changes(api, stored_case["record"])]
    assert said == [("窗口", "在窗口为本人修改"), ("窗口", "在窗口为本人撤回")]


async def test_a_record_withdrawn_and_restored_at_the_window_says_so(api: Api) -> None:
    owner = resident(api.services, "acc_none", NUMBER)
    record = await stored(api.services, make_record(owner))
    desk, headers = await at_the_window(api)
    made = done(await desk.post("/me/withdrawals", json={"recordIds": [record.id]}, headers=headers), 201)
    done(await desk.post(f"/me/withdrawals/{made['withdrawals'][0]['id']}/undo", json=AGREED, headers=headers))
    said = [(unit[-2:], why) for unit, why in await changes(api, record.id)]
    assert said == [("窗口", "在窗口为本人撤销公示"), ("窗口", "在窗口为本人重新同意公开")]
    seen = {(unit[-2:], why) for unit, why, _ in await traces(api, owner)}
    assert ("窗口", "在窗口为本人撤销公示后重新同意公开") in seen


async def test_a_copy_reported_at_the_window_is_the_windows_report(api: Api) -> None:
    owner = resident(api.services, "acc_none", NUMBER)
    record = await stored(api.services, penalty(owner))
    desk, headers = await at_the_window(api)
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
    case = done(await desk.post("/me/objections", json=filing, headers=headers), 201)
    done(await desk.post(f"/staff/objections/{case['id']}/correct-own-error", json=FOUNDED))
    (step,) = (await api.services.records.get(record.id)).copies
    done(await desk.post(f"/staff/records/{record.id}/copies", json={"system": step.system, "reason": "已处理"}))
    wrong = {"system": step.system, "text": "还是旧的金额"}
    done(await desk.post(f"/me/objections/{case['id']}/report-still-wrong", json=wrong, headers=headers))
    unit, reason = (await changes(api, record.id))[-1]
    assert unit.endswith("窗口") and reason.startswith(f"{step.system}回复处理完毕")
