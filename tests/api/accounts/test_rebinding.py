"""A new telephone, a new WeChat: an officer releases the old one, the person binds the new one and finds everything."""

from typing import Any

import httpx

from tests.api.accounts.test_consents import decide
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


async def test_a_number_in_full_width_releases_too(api: Api) -> None:
    await bind(api, "old", jurisdiction="dalian")
    wide = NUMBER.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789X"})
    assert (await release(api, documentNumber=wide)).status_code == 200


async def test_a_wrong_name_does_not_take_a_released_account_over(api: Api) -> None:
    await bind(api, "old", jurisdiction="dalian")
    await release(api)
    assert (await bind(api, "thief", name="李四")).json()["code"] == "identity-not-confirmed"
    assert (await bind(api, "new")).status_code == 201


async def test_what_the_new_wechat_allowed_and_decided_comes_with_it(api: Api, clock: FixedClock) -> None:
    old = (await bind(api, "old", jurisdiction="dalian")).json()
    for purpose, is_given in (("push", True), ("bot-personal", False)):
        await decide(api, bearer(old["accessToken"]), purpose, isGiven=is_given)
    clock.advance(days=1)
    new = await sign_in(api.anyone, "new")
    template = api.services.settings.wechat.templates["task_due"]
    asked = {"results": {template: "accept"}}
    await api.anyone.post("/me/subscriptions", json=asked, headers=bearer(new["accessToken"]))
    for purpose in ("push", "electronic-service"):
        await decide(api, bearer(new["accessToken"]), purpose, isGiven=False)
    await release(api)
    body = {"name": "王小明", "documentKind": "resident_id", "documentNumber": NUMBER}
    bound = (await api.anyone.post("/me/identity", json=body, headers=bearer(new["accessToken"]))).json()

    subscriptions = await api.services.database.collection("subscriptions").find({}).to_list(9)
    assert [one["_id"] for one in subscriptions] == [old["account"]["id"]]
    allowed = (await api.services.push.find(old["account"]["id"])).bank("task_due")
    assert (allowed.confirmed, allowed.claimed) == (0, 1)
    mine = bearer(bound["accessToken"])
    shown = {
        one["purpose"]: one["status"] for one in (await api.anyone.get("/me/consents", headers=mine)).json()["items"]
    }
    assert (shown["push"], shown["bot-personal"], shown["electronic-service"]) == ("refused", "refused", "refused")
    consents = await api.services.database.collection("consents").find({}).to_list(9)
    assert {one["owner"] for one in consents} == {old["account"]["id"]}
    (push,) = [one for one in consents if one["purpose"] == "push"]
    assert [event["action"] for event in push["history"]] == ["given", "refused"]
    account = await api.services.accounts.get(old["account"]["id"])
    assert account.refusals == ("bot-personal", "electronic-service", "push")


async def test_what_the_person_decided_last_holds_whichever_wechat_it_was(api: Api, clock: FixedClock) -> None:
    new = await sign_in(api.anyone, "new")
    await decide(api, bearer(new["accessToken"]), "push", isGiven=False)
    clock.advance(minutes=5)
    old = (await bind(api, "old", jurisdiction="dalian")).json()
    await decide(api, bearer(old["accessToken"]), "push", isGiven=True)
    await release(api)
    body = {"name": "王小明", "documentKind": "resident_id", "documentNumber": NUMBER}
    bound = await api.anyone.post("/me/identity", json=body, headers=bearer(new["accessToken"]))
    assert bound.status_code == 201, bound.text
    assert await api.services.consents.is_allowed(old["account"]["id"], "push", clock.now())
    account = await api.services.accounts.get(old["account"]["id"])
    assert account.refusals == ()


async def test_large_type_and_the_place_that_the_new_wechat_chose_come_with_it(api: Api) -> None:
    """At the window an account begins without either: whoever set large type on the phone and bound it had small type again."""
    await bind(api, "old", jurisdiction="dalian")
    await release(api)
    new = await sign_in(api.anyone, "new")
    await api.anyone.patch("/me", json={"isElderlyMode": True}, headers=bearer(new["accessToken"]))
    body = {"name": "王小明", "documentKind": "resident_id", "documentNumber": NUMBER, "jurisdiction": "yunnan"}
    answer = await api.anyone.post("/me/identity", json=body, headers=bearer(new["accessToken"]))
    bound = answer.json()["account"]
    assert (bound["isElderlyMode"], bound["jurisdiction"]) == (True, "yunnan")
    report = await api.anyone.get("/me/report", headers=bearer(answer.json()["accessToken"]))
    basic = [one for one in report.json()["sections"] if one["section"] == "basic"]
    assert {one["jurisdiction"] for one in basic[0]["records"]} == {"dalian", "yunnan"}
