"""A company, a ward, a principal: asked with proof, confirmed by an officer, acted for by the person's own routes, and ended."""

from datetime import date
from typing import Any

import httpx

from api.infra.actors import Actor
from tests.support.api import Api, officer, resident
from tests.support.cases import done, employed, refused, signed_in
from tests.support.choices import keyed, known_as, uploaded
from tests.support.files import commendation, to_lines
from tests.support.sign_in import bearer, resident_number, sign_in
from tests.support.world import FixedClock

COMPANY, CODE = "昆明某某商贸有限公司", "91530100MA6K000013"
BOSS, WARD, CHILD = (resident_number(head) for head in ("21020319800101233", "21020319500101222", "21020320100301231"))
ORDER = {
    "code": "admin-penalty", "name": COMPANY, "documentKind": "unified_code", "documentNumber": CODE,
    "documentType": "penalty", "actNumber": "昆市监罚〔2026〕1号", "decidedOn": "2026-05-08", "endedOn": "2026-04-20",
    "recordClass": "general", "dutyPerformedOn": "2026-06-01", "items": {"违法事实": "超限运输"},
}  # fmt: skip
PRAISE = commendation(name=COMPANY, documentKind="unified_code", documentNumber=CODE)
EVERYTHING = ("report", "objection", "repair", "withdrawal", "notice")


async def boss_of(api: Api) -> Actor:
    return await known_as(api.services, resident(api.services, "acc_boss", BOSS), "王小明", BOSS)


async def asks(api: Api, who: Actor, **change: Any) -> httpx.Response:
    body = {
        "kind": "organisation", "name": COMPANY, "documentNumber": CODE, "items": EVERYTHING, "untilOn": "2027-06-30",
        "jurisdiction": "yunnan", "evidence": [await uploaded(api, who)], **change,
    }  # fmt: skip
    return await api.as_(who).post("/me/mandates", json=body)


async def at_desk(api: Api) -> httpx.AsyncClient:
    await employed(api, "stf_officer", "yunnan", display_name="赵一")
    return signed_in(api, officer("yunnan"))


def behalf(appointment: Any) -> dict[str, str]:
    return {"On-Behalf-Of": appointment["id"]}


async def test_a_companys_representative_sees_its_report_and_files_for_it_until_an_officer_ends_it(
    api: Api, clock: FixedClock
) -> None:
    """云南第三条、第十一条第二款、大连第三条: 法人 is a subject, known by its code, served through whoever represents it."""
    clock.move_to(date(2026, 11, 23))
    unit = await keyed(api)
    lines = {"Content-Type": "application/x-ndjson"}
    taken = done(await unit.post("/provider/records", content=to_lines([ORDER, PRAISE]), headers=lines))
    assert (taken["accepted"], taken["refused"]) == (2, [])

    boss, desk = await boss_of(api), await at_desk(api)
    me = api.as_(boss)
    wrong = refused(await asks(api, boss, documentNumber="91530100MA6K000014"), 400, "identity-invalid")
    assert [(one["field"], "校验位" in one["message"]) for one in wrong["errors"]] == [("documentNumber", True)]
    trader = refused(await asks(api, boss, documentNumber="92210200MA0000001J"), 400, "identity-invalid")
    assert "个体工商户按自然人办理" in trader["errors"][0]["message"]
    case = done(await asks(api, boss), 201)
    assert (case["status"], case["represented"]["documentNumber"]) == ("asked", CODE)
    refused(await asks(api, boss), 409, "mandate-already-asked")
    assert done(await me.get("/helping"))["items"] == [], "asking opens nothing"
    assert (await me.get("/me/report", headers=behalf(case))).status_code == 403

    at = f"/staff/mandates/{case['id']}"
    assert case["id"] in {one["caseRef"] for one in done(await desk.get("/staff/queue"))["items"]}
    read = done(await desk.get(at))
    assert (read["party"]["name"], read["represented"]["name"], len(read["evidence"])) == ("王小明", COMPANY, 1)
    assert (await signed_in(api, officer("dalian")).get(at)).status_code == 404
    assert (await me.post(f"{at}/confirm-mandate", json={"reason": "自己来"})).status_code == 403
    assert (
        done(await desk.post(f"{at}/confirm-mandate", json={"reason": "执照与本人身份证一致"}))["status"] == "confirmed"
    )
    assert done(await desk.get("/staff/queue"))["items"] == []

    (given,) = done(await me.get("/helping"))["items"]
    assert given["resident"] == COMPANY
    on = behalf(given)
    report = done(await me.get("/me/report", headers=on))
    assert (report["name"], report["documentKind"]) == (COMPANY, "统一社会信用代码")
    by_section = {section["section"]: section["records"] for section in report["sections"]}
    assert by_section.keys() == {"dishonesty", "commendation"}, "no basic record of a person was made for it"
    (order,), (praise,) = by_section["dishonesty"], by_section["commendation"]
    filing = {"recordId": order["id"], "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
    objection = done(await me.post("/me/objections", json=filing, headers=on), 201)
    assert objection["history"][0]["unit"] == "代表人王*明"
    done(await me.post("/me/withdrawals", json={"recordIds": [praise["id"]]}, headers=on), 201)
    told = done(await me.get("/me/repairs/eligibility", params={"recordId": order["id"]}, headers=on))
    assert told["state"] == "open"
    repair = {"recordId": order["id"], "addressee": "centre", "performance": "已缴清"}
    repair["pledgeVersion"] = told["pledge"]["version"]
    done(await me.post("/me/repairs", json=repair, headers=on), 201)
    entries = await api.services.audits.all_of_subject((await api.services.records.get(order["id"])).subject, 50)
    assert {(one.action, one.by) for one in entries} >= {
        ("objections.file", "acc_boss"), ("repairs.file", "acc_boss"), ("withdrawals.withdraw", "acc_boss"),
    }  # fmt: skip
    inbox = {one["title"] for one in done(await me.get("/me/notices", headers=on))["items"]}
    assert {"有人可以替您看和办了", "帮手替您办了一步"} <= inbox and any(title.startswith("请核对") for title in inbox)
    for path in ("/me/export", "/me", "/me/grants", "/me/mandates"):
        assert (await me.get(path, headers=on)).status_code == 403, path
    assert order["id"] not in (await me.get("/me/report")).text, "without the header it is one's own"

    ended = {"reason": "执照已注销", "reasons": "单位已经注销。"}
    assert done(await desk.post(f"{at}/revoke-mandate", json=ended))["status"] == "revoked"
    refused(await me.get("/me/report", headers=on), 403, "not-for-helpers")
    mine = done(await me.get(f"/me/mandates/{case['id']}"))
    assert (mine["decision"]["reasons"], mine["authority"]) == ("单位已经注销。", "已收回")
    titles = {one["title"] for one in done(await me.get("/me/notices"))["items"]}
    assert {"代办资格申请已收到", "可以开始代办了", "代办资格已经取消"} <= titles


async def test_whose_proof_will_not_do_reads_why_and_may_ask_again(api: Api) -> None:
    boss, desk = await boss_of(api), await at_desk(api)
    case = done(await asks(api, boss), 201)
    body = {"reason": "没有授权书", "reasons": "您不是法定代表人，缺少授权书。"}
    done(await desk.post(f"/staff/mandates/{case['id']}/refuse-mandate", json=body))
    mine = done(await api.as_(boss).get(f"/me/mandates/{case['id']}"))
    assert (mine["statusLabel"], mine["decision"]["reasons"], mine["party"]) == ("没有开通", body["reasons"], None)
    done(await asks(api, boss), 201)


async def test_a_principal_learns_of_an_agent_and_takes_it_back(api: Api) -> None:
    """民法典第一百六十五条、第一百七十三条: in writing, for matters and days, and taken back at will."""
    boss, desk = await boss_of(api), await at_desk(api)
    person = {"name": "孙丽", "documentKind": "resident_id", "documentNumber": WARD}
    refused(await asks(api, boss, kind="agent", **person | {"documentNumber": CHILD}), 403, "identity-under-age")
    refused(await asks(api, boss, kind="agent", **person | {"documentNumber": BOSS}), 409, "mandate-own")
    case = done(await asks(api, boss, kind="agent", **person, items=["report"]), 201)
    assert WARD not in str(case), "the number in part, once it was sent"
    done(await desk.post(f"/staff/mandates/{case['id']}/confirm-mandate", json={"reason": "授权书和双方证件一致"}))
    exported = await api.as_(boss, stepped_up=True).get("/me/export")
    assert exported.status_code == 200 and WARD not in exported.text, "nor whole in what the agent takes along"
    (given,) = done(await api.as_(boss).get("/helping"))["items"]
    assert given["resident"] == "孙*"
    assert "选定" not in given["until"]["reason"], "the principal chose no day here"
    done(await api.as_(boss).get("/me/report", headers=behalf(given)))
    filing = {"reasons": ["missing"], "text": "漏了表彰。", "jurisdiction": "yunnan", "addressee": "centre"}
    refused(
        await api.as_(boss).post("/me/objections", json=filing, headers=behalf(given)), 403, "not-for-helpers"
    )  # not what was asked for

    session = await sign_in(api.anyone, "sun")
    bound = await api.anyone.post(
        "/me/identity", json={**person, "jurisdiction": "yunnan"}, headers=bearer(session["accessToken"])
    )
    principal = bearer(done(bound, 201)["accessToken"])
    inbox = {one["title"]: one["text"] for one in done(await api.anyone.get("/me/notices", headers=principal))["items"]}
    assert "代理人王*明" in inbox["有人可以替您看和办了"]
    (mine,) = done(await api.anyone.get("/me/helpers", headers=principal))["items"]
    assert (mine["helperKind"], mine["canRevoke"]) == ("agent", True)
    assert "选定" not in mine["until"]["reason"], "nor did they"
    done(await api.anyone.post(f"/me/helpers/{mine['id']}/revoke", headers=principal))
    inbox = {one["title"]: one["text"] for one in done(await api.anyone.get("/me/notices", headers=principal))["items"]}
    assert inbox["委托已经结束"].startswith("代理人王*明从现在起"), "who it was, and not a helper whom they asked"
    refused(await api.as_(boss).get("/me/report", headers=behalf(given)), 403, "not-for-helpers")


async def test_a_childs_guardian_acts_to_the_day_before_it_is_of_age_and_no_longer(api: Api) -> None:
    boss, desk = await boss_of(api), await at_desk(api)
    almost = resident_number("21020320090115121")  # of age on 2027-01-15
    ward = {"kind": "guardian", "name": "李一", "documentKind": "resident_id", "documentNumber": almost}
    late = refused(await asks(api, boss, **ward, untilOn="2027-01-15"), 400, "mandate-term-invalid")
    assert "2027年1月14日" in late["errors"][0]["message"]
    case = done(await asks(api, boss, **ward, untilOn="2027-01-14"), 201)
    done(await desk.post(f"/staff/mandates/{case['id']}/confirm-mandate", json={"reason": "户口簿"}))
    (given,) = done(await api.as_(boss).get("/helping"))["items"]
    report = done(await api.as_(boss).get("/me/report", headers=behalf(given)))
    assert report["sections"] == [], "nothing is gathered of a minor, and asking for one gathers nothing"


async def test_who_closes_the_account_acts_for_nobody_and_asks_for_nothing(api: Api) -> None:
    boss, desk = await boss_of(api), await at_desk(api)
    first = done(await asks(api, boss), 201)
    done(await desk.post(f"/staff/mandates/{first['id']}/confirm-mandate", json={"reason": "执照"}))
    done(await asks(api, boss, documentNumber="91210200MA0000001M", name="大连某某商贸有限公司"), 201)
    assert (await api.as_(boss, stepped_up=True).delete("/me")).status_code in (200, 204)
    assert done(await desk.get("/staff/queue"))["items"] == []
    assert done(await desk.get(f"/staff/mandates/{first['id']}"))["authority"] == "对方不再帮忙"


async def test_nobody_binds_an_organisation_as_oneself(api: Api) -> None:
    """Its account waits for no WeChat: whoever has its code would be it."""
    boss, desk = await boss_of(api), await at_desk(api)
    case = done(await asks(api, boss), 201)
    done(await desk.post(f"/staff/mandates/{case['id']}/confirm-mandate", json={"reason": "执照"}))
    claim = {"name": COMPANY, "documentKind": "unified_code", "documentNumber": CODE, "bornOn": "1990-01-01"}
    stranger = bearer((await sign_in(api.anyone, "stranger"))["accessToken"])
    body = refused(
        await api.anyone.post("/me/identity", json={**claim, "jurisdiction": "yunnan"}, headers=stranger),
        400,
        "identity-invalid",
    )
    assert [one["field"] for one in body["errors"]] == ["documentKind"]
    refused(await desk.post("/staff/window", json={**claim, "proof": "in-person"}), 400, "identity-invalid")
