"""For somebody without a phone the officer reads, prints and files by the resident's own routes, and it is known who did."""

from typing import Any

import httpx
import msgspec
import pytest

from api.window.powers import OPERATIONS
from tests.support.api import Api, auditor, officer, resident
from tests.support.cases import done, employed, penalty, refused, signed_in, stored
from tests.support.sign_in import bearer, resident_number, sign_in
from tests.support.world import FixedClock

NAME, NUMBER = "王秀兰", resident_number("21020319500101222")
OTHER = resident_number("21020319900102444")
SHOWN = {"name": NAME, "documentKind": "resident_id", "documentNumber": NUMBER, "proof": "in-person"}


def at(visit: Any) -> dict[str, str]:
    return {"On-Behalf-Of": visit["id"]}


@pytest.fixture
async def desk(api: Api) -> httpx.AsyncClient:
    await employed(api, "stf_officer", display_name="赵一")
    return signed_in(api, officer("dalian"))


async def comes(desk: httpx.AsyncClient, **change: str) -> Any:
    return done(await desk.post("/staff/window", json={**SHOWN, **change}), 201)


async def test_an_officer_files_for_somebody_who_has_no_account(api: Api, desk: httpx.AsyncClient) -> None:
    owner = resident(api.services, "acc_none", NUMBER)
    record = await stored(api.services, penalty(owner))
    await api.services.database.collection("records").update_one(
        {"_id": record.id}, {"$set": {"jurisdiction": "dalian"}}
    )
    refused(await desk.post("/staff/window", json=SHOWN), 409, "record-name-differs")  # the record says 王小明
    visit = await comes(desk, name="王小明")
    assert visit["resident"] == "王*明"
    assert done(await desk.get("/staff/window"))["visit"]["id"] == visit["id"]

    report = done(await desk.get("/me/report", headers=at(visit)))
    assert record.id in {one["id"] for section in report["sections"] for one in section["records"]}
    pdf = await desk.get("/me/report.pdf", headers=at(visit))
    assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF")
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
    case = done(await desk.post("/me/objections", json=filing, headers=at(visit)), 201)
    assert case["history"][0]["unit"].endswith("窗口")
    assert case["id"] in {one["caseRef"] for one in done(await desk.get("/staff/queue"))["items"]}

    reader = signed_in(api, auditor())
    entries = done(await reader.get("/staff/audit", params={"action": "objections.file"}))["items"]
    (filed,) = [one for one in entries if one["ref"] == case["id"]]
    assert (filed["by"], filed["byName"], filed["role"], filed["origin"]) == (
        "stf_officer", "赵一", "officer", "window",
    )  # fmt: skip
    (opened,) = done(await reader.get("/staff/audit", params={"action": "window.open"}))["items"]
    assert opened["ref"] == visit["id"] and opened["origin"] is None
    await api.services.audits.chain_pending(api.services.clock.now())
    assert await api.services.audits.verify() == []

    # With a phone of their own, whoever binds the document finds what was filed, and reads who did it.
    phone = await sign_in(api.anyone, "later")
    body = {"name": "王小明", "documentKind": "resident_id", "documentNumber": NUMBER, "jurisdiction": "dalian"}
    me = bearer(
        done(await api.anyone.post("/me/identity", json=body, headers=bearer(phone["accessToken"])), 201)["accessToken"]
    )
    assert done(await api.anyone.get("/me/objections", headers=me))["items"][0]["id"] == case["id"]
    told = {one["title"]: one["text"] for one in done(await api.anyone.get("/me/notices", headers=me))["items"]}
    assert "窗口正在替您办事" in told and "异议：" in told["窗口替您办了一步"]
    shown = done(await api.anyone.post("/session/step-up", json={"documentNumber": NUMBER}, headers=me), 201)
    export = (await api.anyone.get("/me/export", headers=bearer(shown["accessToken"]))).json()["parts"]
    parts = {part["name"]: part["data"] for part in export}
    assert len(parts["window"]) == 1 and "stf_officer" not in str(parts["window"]) + str(parts["objections"])
    traces = done(await api.anyone.get("/me/footprints", headers=me))["items"]
    assert "在窗口为本人下载信用报告" in {one["why"] for one in traces}


async def test_whom_a_unit_gave_another_name_gets_in_by_the_document_and_objects(
    api: Api, desk: httpx.AsyncClient
) -> None:
    """The only record under the number names somebody else, so the phone cannot tell who is right. The document can."""
    record = await stored(api.services, penalty(resident(api.services, "acc_none", NUMBER)))  # which says 王小明
    body = {"name": NAME, "documentKind": "resident_id", "documentNumber": NUMBER, "jurisdiction": "dalian"}
    phone = bearer((await sign_in(api.anyone, "herself"))["accessToken"])
    told = refused(await api.anyone.post("/me/identity", json=body, headers=phone), 409, "identity-not-confirmed")
    assert "单位报来的姓名写错了" in told["detail"] and "王小明" not in str(told)
    assert all(way in told["nextStep"]["text"] for way in ("窗口", "打电话", "提异议"))
    assert (told["citation"]["regulation"], told["citation"]["article"]) == ("dalian", 42)

    warned = refused(await desk.post("/staff/window", json=SHOWN), 409, "record-name-differs")
    assert "单位报来的姓名写错了" in warned["detail"] and "王小明" not in str(warned)
    visit = done(await desk.post("/staff/window", json={**SHOWN, "compared": True}), 201)
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "姓名写错了，不是我。"}
    case = done(await desk.post("/me/objections", json=filing, headers=at(visit)), 201)
    (opened,) = done(await signed_in(api, auditor()).get("/staff/audit", params={"action": "accounts.bind"}))["items"][
        :1
    ]
    assert opened["basis"] == "窗口核对证件，记录上是另一个姓名"

    bound = done(await api.anyone.post("/me/identity", json=body, headers=phone), 201)
    me = bearer(bound["accessToken"])
    assert done(await api.anyone.get("/me/objections", headers=me))["items"][0]["id"] == case["id"]
    shown = done(await api.anyone.get(f"/me/records/{record.id}", headers=me))
    assert shown["name"] == "王小明", "she sees whom the unit wrote"


async def test_who_has_an_account_is_told_and_keeps_it(api: Api, desk: httpx.AsyncClient) -> None:
    phone = await sign_in(api.anyone, "owner")
    body = {"name": NAME, "documentKind": "resident_id", "documentNumber": NUMBER, "jurisdiction": "dalian"}
    me = bearer(
        done(await api.anyone.post("/me/identity", json=body, headers=bearer(phone["accessToken"])), 201)["accessToken"]
    )
    refused(await desk.post("/staff/window", json={**SHOWN, "name": "王小明"}), 409, "identity-not-confirmed")
    visit = await comes(desk)
    form = done(await desk.get("/me/declarations/form?jurisdiction=dalian", headers=at(visit)))
    declared = done(await desk.post("/me/declarations", headers=at(visit), json={
        "jurisdiction": "dalian", "kind": form["kinds"][0]["code"], "text": "按时还清货款。",
        "statementVersion": form["statement"]["version"], "statementAccepted": True,
    }), 201)  # fmt: skip
    assert done(await api.anyone.get("/me/declarations", headers=me))["items"][0]["id"] == declared["id"]
    await comes(desk)  # what one declares or pledges oneself carries no name, and is no other person's
    titles = [one["title"] for one in done(await api.anyone.get("/me/notices", headers=me))["items"]]
    assert {"窗口正在替您办事", "窗口替您办了一步"} <= set(titles)
    assert done(await api.anyone.get("/me", headers=me))["id"], "the WeChat stays bound"


async def test_what_binds_for_long_is_not_done_at_the_window(desk: httpx.AsyncClient) -> None:
    visit = await comes(desk)
    for method, path in (
        ("GET", "/me"), ("GET", "/me/export"), ("DELETE", "/me"), ("GET", "/me/devices"), ("GET", "/me/notices"),
        ("POST", "/me/grants"), ("GET", "/me/consents"), ("GET", "/staff/queue"), ("POST", "/me/helpers"),
    ):  # fmt: skip
        answer = await desk.request(method, path, headers=at(visit), json={} if method == "POST" else None)
        refused(answer, 403, "not-at-window")


async def test_a_visit_is_of_one_officer_and_ends(api: Api, desk: httpx.AsyncClient, clock: FixedClock) -> None:
    visit = await comes(desk)
    other = signed_in(api, officer("dalian", "stf_second"))
    refused(await other.get("/me/report", headers=at(visit)), 403, "not-at-window")
    refused(await desk.get("/me/report", headers={"On-Behalf-Of": "win_none"}), 403, "not-at-window")
    refused(await desk.get("/me/report"), 403, "forbidden")
    assert (await other.post(f"/staff/window/{visit['id']}/close")).status_code == 404
    done(await desk.post(f"/staff/window/{visit['id']}/close"))
    refused(await desk.get("/me/report", headers=at(visit)), 403, "not-at-window")

    first, second = await comes(desk), await comes(desk, name="孙丽", documentNumber=OTHER)
    refused(await desk.get("/me/report", headers=at(first)), 403, "not-at-window")  # one person at a time
    assert (await desk.get("/me/report", headers=at(second))).status_code == 200
    clock.advance(hours=1)
    refused(await desk.get("/me/report", headers=at(second)), 403, "not-at-window")
    assert done(await desk.get("/staff/window"))["visit"] is None
    assert await api.services.window.expire_due(clock.now()) == 1


def test_each_operation_of_the_window_is_one_of_the_api(api: Api) -> None:
    there = {
        getattr(handler, "operation_id", None)
        for route in api.app.routes
        for handler in getattr(route, "route_handlers", ())
    }
    assert there >= OPERATIONS


async def test_a_visit_ends_with_the_account_of_the_person(api: Api, desk: httpx.AsyncClient) -> None:
    me = bearer((await sign_in(api.anyone, "wang"))["accessToken"])
    body = {"name": NAME, "documentKind": "resident_id", "documentNumber": NUMBER, "jurisdiction": "dalian"}
    me = bearer(done(await api.anyone.post("/me/identity", json=body, headers=me), 201)["accessToken"])
    visit = await comes(desk)
    done(await desk.get("/me/report", headers=at(visit)))
    shown = done(await api.anyone.post("/session/step-up", json={"documentNumber": NUMBER}, headers=me), 201)
    assert (await api.anyone.delete("/me", headers=bearer(shown["accessToken"]))).status_code == 200
    assert done(await desk.get("/staff/window"))["visit"] is None
    refused(await desk.get("/me/report", headers=at(visit)), 403, "not-at-window")
    filing = {"recordId": "rec_any", "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
    refused(await desk.post("/me/objections", json=filing, headers=at(visit)), 403, "not-at-window")
    ended = await api.services.window.by_id(visit["id"], None)
    assert (ended.status, ended.history[-1].action) == ("closed", "let_go")

    # whatever closed the account, nobody goes on in its name
    await api.services.database.collection("window_visits").update_one(
        {"_id": visit["id"]}, {"$set": {"status": "open"}}
    )
    refused(await desk.get("/me/report", headers=at(visit)), 403, "not-at-window")


async def test_the_slip_of_whoever_is_at_the_window_asks_for_no_number_again(api: Api, desk: httpx.AsyncClient) -> None:
    owner = resident(api.services, "acc_none", NUMBER)
    await stored(api.services, penalty(owner))
    visit = await comes(desk, name="王小明")
    printed = await desk.post("/staff/slips", json={"window": visit["id"]})
    assert printed.status_code == 200 and printed.content.startswith(b"%PDF"), printed.text
    seen = (await api.services.footprints.page(owner.bound_subject, None, None, 10)).items
    assert "本人到窗口查询" in {one.why for one in seen}
    await employed(api, "stf_other", display_name="钱二")
    other = signed_in(api, msgspec.structs.replace(officer("dalian"), id="stf_other"))
    refused(await other.post("/staff/slips", json={"window": visit["id"]}), 403, "not-at-window")
    done(await desk.post(f"/staff/window/{visit['id']}/close"))
    refused(await desk.post("/staff/slips", json={"window": visit["id"]}), 403, "not-at-window")
