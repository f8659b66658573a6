"""A new telephone, a new WeChat: an officer releases the old one, the person binds the new one and finds everything."""

from typing import Any

import httpx

from tests.api.accounts.test_identity import NUMBER, bind
from tests.support.api import Api, auditor, officer
from tests.support.sign_in import bearer, resident_number, sign_in
from tests.support.world import FixedClock

SEEN = {"name": "王小明", "documentKind": "resident_id", "documentNumber": NUMBER, "proof": "in-person"}


async def release(api: Api, where: str = "dalian", **change: Any) -> httpx.Response:
    return await api.as_(officer(where)).post("/staff/bindings/release", json={**SEEN, **change})


async def test_the_new_wechat_gets_the_account_with_all_that_is_in_it(api: Api, clock: FixedClock) -> None:
    old = (await bind(api, "old", jurisdiction="dalian")).json()
    await api.anyone.patch("/me", json={"isElderlyMode": True}, headers=bearer(old["accessToken"]))
    assert (await bind(api, "new")).json()["code"] == "identity-not-confirmed", "before anybody released it"
    clock.advance(days=1)
    released = await release(api)
    assert released.status_code == 200, released.text
    clock.advance(seconds=6)
    assert (await api.anyone.get("/me", headers=bearer(old["accessToken"]))).status_code == 401, (
        "the old devices are out"
    )
    bound = await bind(api, "new", 2)
    assert bound.status_code == 201, bound.text
    assert bound.json()["account"]["id"] == old["account"]["id"]
    assert bound.json()["account"]["isElderlyMode"] is True
    mine = bearer(bound.json()["accessToken"])
    titles = [one["title"] for one in (await api.anyone.get("/me/notices", headers=mine)).json()["items"]]
    assert titles[:2] == ["您的身份已绑定到新的微信", "您的微信已在窗口解除绑定"]
    later = await sign_in(api.anyone, "new", 3)
    assert later["account"]["id"] == old["account"]["id"]


async def test_whoever_holds_the_old_wechat_is_told_and_sees_nothing(api: Api, clock: FixedClock) -> None:
    old = (await bind(api, "old", jurisdiction="dalian")).json()
    await release(api)
    await bind(api, "new")
    again = await sign_in(api.anyone, "old", 5)
    assert again["isBound"] is False
    assert again["account"]["id"] != old["account"]["id"]
    assert again["account"]["releasedAt"] is not None
    report = await api.anyone.get("/me/report", headers=bearer(again["accessToken"]))
    assert report.json()["code"] == "identity-needed"
    refused = await api.anyone.post(
        "/me/identity",
        json={"name": "王小明", "documentKind": "resident_id", "documentNumber": NUMBER},
        headers=bearer(again["accessToken"]),
    )
    assert refused.json()["code"] == "identity-not-confirmed", "it belongs to the new WeChat now"


async def test_a_session_of_the_new_wechat_goes_on_after_it_took_the_account_over(api: Api) -> None:
    await bind(api, "old", jurisdiction="dalian")
    await release(api)
    session = await sign_in(api.anyone, "new")
    body = {"name": "王小明", "documentKind": "resident_id", "documentNumber": NUMBER}
    await api.anyone.post("/me/identity", json=body, headers=bearer(session["accessToken"]))
    renewed = await api.anyone.post("/session/refresh", json={"refreshToken": session["refreshToken"]})
    assert renewed.status_code == 201, renewed.text
    me = await api.anyone.get("/me", headers=bearer(renewed.json()["accessToken"]))
    assert me.json()["isBound"] is True


async def test_every_wrong_release_has_one_answer_and_stands_in_the_audit(api: Api) -> None:
    await bind(api, "old", jurisdiction="dalian")
    other = resident_number("11010519800101233")
    for wrong in ({"name": "王大明"}, {"documentNumber": other}):
        reply = await release(api, **wrong)
        assert (reply.status_code, reply.json()["code"]) == (404, "binding-not-found")
        assert NUMBER not in reply.text
    assert (await release(api, "yunnan")).status_code == 404, "another place's resident"
    assert (await release(api)).status_code == 200
    assert (await release(api)).status_code == 404, "it is off already"
    found = await api.as_(auditor()).get("/staff/audit", params={"action": "accounts.release"})
    outcomes = [one["outcome"] for one in found.json()["items"]]
    assert outcomes.count("done") == 1
    assert outcomes.count("refused") >= 3
    assert "本人持有效身份证件原件到窗口" in found.text
    assert NUMBER not in found.text
    assert "王小明" not in found.text


async def test_a_wrong_name_does_not_take_a_released_account_over(api: Api) -> None:
    await bind(api, "old", jurisdiction="dalian")
    await release(api)
    assert (await bind(api, "thief", name="李四")).json()["code"] == "identity-not-confirmed"
    assert (await bind(api, "new")).status_code == 201
