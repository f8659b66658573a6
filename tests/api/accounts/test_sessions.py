"""Signing in with WeChat, tokens that rotate, devices, and what is revoked."""

import asyncio
from datetime import datetime, timedelta

import pytest

from api.infra.mongo import Database
from tests.support.api import Api, open_api
from tests.support.sign_in import bearer, sign_in
from tests.support.world import FixedClock


async def test_signing_in_twice_gives_one_account_and_two_devices(api: Api) -> None:
    first = await sign_in(api.anyone, "wang", 1)
    second = await sign_in(api.anyone, "wang", 2)
    assert first["account"]["id"] == second["account"]["id"]
    assert first["isBound"] is False and first["expiresInSeconds"] == 600
    devices = await api.anyone.get("/me/devices", headers=bearer(second["accessToken"]))
    assert [device["isCurrent"] for device in devices.json()["items"]].count(True) == 1
    assert len(devices.json()["items"]) == 2


async def test_one_person_who_signs_in_on_two_devices_at_once_gets_one_account(api: Api) -> None:
    found = await asyncio.gather(*(sign_in(api.anyone, "wang", attempt) for attempt in range(6)))
    assert len({session["account"]["id"] for session in found}) == 1


async def test_a_code_is_good_once_but_the_same_request_repeated_gets_the_same_answer(api: Api) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = await api.anyone.post("/session/wechat", json={"code": "code-wang-1"}, headers=headers)
    again = await api.anyone.post("/session/wechat", json={"code": "code-wang-1"}, headers=headers)
    assert first.status_code == again.status_code == 201 and first.content == again.content
    spent = await api.anyone.post("/session/wechat", json={"code": "code-wang-1"})
    assert spent.status_code == 400 and spent.json()["code"] == "wechat-code-invalid"


async def test_no_openid_is_in_the_answer_or_the_token(api: Api) -> None:
    response = await api.anyone.post("/session/wechat", json={"code": "code-wang-1"})
    assert "openid" not in response.text


async def test_a_refresh_token_gives_the_next_pair(api: Api, clock: FixedClock) -> None:
    session = await sign_in(api.anyone, "wang")
    clock.advance(minutes=11)
    assert (await api.anyone.get("/me", headers=bearer(session["accessToken"]))).status_code == 401
    fresh = await api.anyone.post("/session/refresh", json={"refreshToken": session["refreshToken"]})
    assert fresh.status_code == 201 and fresh.json()["refreshToken"] != session["refreshToken"]
    assert (await api.anyone.get("/me", headers=bearer(fresh.json()["accessToken"]))).status_code == 200


async def test_a_refresh_token_used_twice_ends_the_session_for_both(api: Api, clock: FixedClock) -> None:
    session = await sign_in(api.anyone, "wang")
    fresh = (await api.anyone.post("/session/refresh", json={"refreshToken": session["refreshToken"]})).json()
    stolen = await api.anyone.post("/session/refresh", json={"refreshToken": session["refreshToken"]})
    assert stolen.status_code == 401 and stolen.json()["code"] == "refresh-reused"
    assert (await api.anyone.get("/me", headers=bearer(fresh["accessToken"]))).status_code == 401
    clock.advance(seconds=6)
    assert (await api.anyone.get("/me", headers=bearer(fresh["accessToken"]))).status_code == 401
    after = await api.anyone.post("/session/refresh", json={"refreshToken": fresh["refreshToken"]})
    assert after.status_code == 401


async def test_two_who_use_one_refresh_token_at_once_do_not_both_stay(api: Api) -> None:
    session = await sign_in(api.anyone, "wang")
    body = {"refreshToken": session["refreshToken"]}
    answers = await asyncio.gather(*(api.anyone.post("/session/refresh", json=body) for _ in range(4)))
    assert [answer.status_code for answer in answers].count(201) == 1
    kept = next(answer for answer in answers if answer.status_code == 201).json()
    assert (await api.anyone.post("/session/refresh", json={"refreshToken": kept["refreshToken"]})).status_code == 401


async def test_a_lost_answer_is_asked_for_again_with_the_same_key(api: Api) -> None:
    session = await sign_in(api.anyone, "wang")
    body, headers = {"refreshToken": session["refreshToken"]}, {"Idempotency-Key": "r1"}
    first = await api.anyone.post("/session/refresh", json=body, headers=headers)
    again = await api.anyone.post("/session/refresh", json=body, headers=headers)
    assert first.status_code == 201 and first.content == again.content
    kept = await api.anyone.post("/session/refresh", json={"refreshToken": first.json()["refreshToken"]})
    assert kept.status_code == 201


async def test_a_made_up_refresh_token_is_refused_and_ends_nothing(api: Api) -> None:
    session = await sign_in(api.anyone, "wang")
    name, generation, mac = session["refreshToken"].split(".")
    for forged in (f"{name}.{generation}.{'0' * len(mac)}", f"{name}.2.{mac}", "x", f"{name}.٢.{mac}", f"{name}.1"):
        answer = await api.anyone.post("/session/refresh", json={"refreshToken": forged})
        assert answer.status_code == 401 and answer.json()["code"] == "refresh-refused"
    assert (await api.anyone.get("/me", headers=bearer(session["accessToken"]))).status_code == 200


async def test_signing_out_ends_the_access_token_too(api: Api) -> None:
    session = await sign_in(api.anyone, "wang")
    headers = bearer(session["accessToken"])
    assert (await api.anyone.delete("/session", headers=headers)).status_code == 204
    assert (await api.anyone.get("/me", headers=headers)).status_code == 401


async def test_another_device_is_signed_out_and_anothers_device_is_not_there(api: Api) -> None:
    here = await sign_in(api.anyone, "wang", 1)
    there = await sign_in(api.anyone, "wang", 2)
    stranger = await sign_in(api.anyone, "li", 1)
    headers = bearer(here["accessToken"])
    devices = (await api.anyone.get("/me/devices", headers=headers)).json()["items"]
    other = next(device["id"] for device in devices if not device["isCurrent"])
    foreign = await api.anyone.delete(f"/me/devices/{other}", headers=bearer(stranger["accessToken"]))
    assert foreign.status_code == 404
    assert (await api.anyone.delete(f"/me/devices/{other}", headers=headers)).status_code == 204
    assert (await api.anyone.get("/me", headers=bearer(there["accessToken"]))).status_code == 401
    assert (await api.anyone.get("/me", headers=headers)).status_code == 200


async def test_a_session_that_another_process_ended_is_turned_away_within_seconds(api: Api, clock: FixedClock) -> None:
    session = await sign_in(api.anyone, "wang")
    headers = bearer(session["accessToken"])
    assert (await api.anyone.get("/me", headers=headers)).status_code == 200
    name = session["refreshToken"].split(".")[0]
    await api.services.database.collection("sessions").update_one({"_id": name}, {"$set": {"revoked_at": clock.now()}})
    clock.advance(seconds=6)
    assert (await api.anyone.get("/me", headers=headers)).status_code == 401


async def test_a_process_that_has_just_started_lets_no_ended_session_in_while_it_asks(
    api: Api, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions, store = api.services.sessions, api.services.sessions._store
    asked, answer, ask = asyncio.Event(), asyncio.Event(), store.list_revoked_since

    async def slowly(since: datetime) -> list[str]:
        asked.set()
        await answer.wait()
        return [*await ask(since), "ses_ended"]

    monkeypatch.setattr(store, "list_revoked_since", slowly)
    sessions._asked_at = None
    first = asyncio.create_task(sessions.is_revoked("ses_other", clock.now()))
    await asked.wait()
    second = asyncio.create_task(sessions.is_revoked("ses_ended", clock.now()))
    await asyncio.sleep(0)
    answer.set()
    assert (await first, await second) == (False, True)


async def test_a_question_that_failed_is_asked_again_by_the_next(
    api: Api, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions, store = api.services.sessions, api.services.sessions._store

    async def fails(since: datetime) -> list[str]:
        raise ConnectionError

    async def answers(since: datetime) -> list[str]:
        return ["ses_ended"]

    monkeypatch.setattr(store, "list_revoked_since", fails)
    for seconds in (6, 1):  # when it has an answer, and when it had none
        clock.advance(seconds=seconds)
        with pytest.raises(ConnectionError):
            await sessions.is_revoked("ses_ended", clock.now())
    monkeypatch.setattr(store, "list_revoked_since", answers)
    assert await sessions.is_revoked("ses_ended", clock.now())


async def test_many_at_once_share_one_question_and_a_session_that_ends_meanwhile_stays_ended(
    api: Api, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await sign_in(api.anyone, "wang")
    name = session["refreshToken"].split(".")[0]
    sessions, store = api.services.sessions, api.services.sessions._store
    answer, asked = asyncio.Event(), 0

    async def slowly(since: datetime) -> list[str]:
        nonlocal asked
        asked += 1
        await answer.wait()
        return ["ses_ended"]

    monkeypatch.setattr(store, "list_revoked_since", slowly)
    clock.advance(seconds=6)
    waiting = [asyncio.create_task(sessions.is_revoked("ses_ended", clock.now())) for _ in range(3)]
    await asyncio.sleep(0)
    waiting.pop().cancel()
    await sessions.end(name, clock.now())
    answer.set()
    assert await asyncio.gather(*waiting) == [True, True] and asked == 1
    assert await sessions.is_revoked(name, clock.now()), "the question began before it ended"


async def test_a_session_not_used_for_a_month_has_expired(api: Api, clock: FixedClock) -> None:
    session = await sign_in(api.anyone, "wang")
    clock.advance(days=30, seconds=1)
    late = await api.anyone.post("/session/refresh", json={"refreshToken": session["refreshToken"]})
    assert late.status_code == 401


async def renewed(api: Api, token: str) -> str | None:
    """The next refresh token; None if the person has to sign in again."""
    answer = await api.anyone.post("/session/refresh", json={"refreshToken": token})
    if answer.status_code == 401:
        assert answer.json()["code"] == "refresh-refused"
        return None
    assert answer.json()["sessionExpiresInSeconds"] > 0
    return str(answer.json()["refreshToken"])


async def test_however_much_it_is_used_a_session_ends_after_three_months(api: Api, clock: FixedClock) -> None:
    token: str | None = (await sign_in(api.anyone, "wang"))["refreshToken"]
    for _ in range(3):
        clock.advance(days=29)
        token = await renewed(api, token or "")
        assert token
    clock.advance(days=3)
    assert await renewed(api, token or "") is None


async def test_a_deployment_ends_sessions_after_half_an_hour_without_use_or_half_a_day_of_it(
    database: Database, clock: FixedClock
) -> None:
    tight = {"CW_RESIDENT_IDLE_MINUTES": "30", "CW_RESIDENT_SESSION_HOURS": "12", "CW_STAFF_IDLE_MINUTES": "30"}
    async with open_api(database, clock) as before:
        old = (await sign_in(before.anyone, "li"))["refreshToken"]
    async with open_api(database, clock, **tight) as api:
        idle = await sign_in(api.anyone, "wang")
        assert idle["sessionExpiresInSeconds"] == 30 * 60
        busy: str | None = (await sign_in(api.anyone, "wang", 2))["refreshToken"]
        staff, _ = await api.services.sessions.open(None, "stf_x", "staff", "desk", clock.now())
        assert staff.expires_at - clock.now() == timedelta(minutes=30)
        clock.advance(minutes=29)
        busy = await renewed(api, busy or "")
        clock.advance(minutes=1)
        assert await renewed(api, idle["refreshToken"]) is None
        assert await renewed(api, old) is None, "a session from before the settings were shortened"
        for _ in range(24):
            clock.advance(minutes=28)
            busy = await renewed(api, busy or "")
            assert busy
        clock.advance(minutes=18)
        assert await renewed(api, busy or "") is None


async def test_settings_are_kept_and_unknown_places_refused(api: Api) -> None:
    headers = bearer((await sign_in(api.anyone, "wang"))["accessToken"])
    changed = await api.anyone.patch("/me", json={"jurisdiction": "dalian", "isElderlyMode": True}, headers=headers)
    assert changed.status_code == 200 and changed.json()["isElderlyMode"] is True
    assert (await api.anyone.get("/me", headers=headers)).json()["jurisdiction"] == "dalian"
    assert (await api.anyone.patch("/me", json={"jurisdiction": "mars"}, headers=headers)).status_code == 400
    assert (await api.anyone.patch("/me", json={"status": "closed"}, headers=headers)).status_code == 400


async def test_what_unites_a_person_with_the_operators_other_accounts_is_kept_sealed(
    api: Api, database: Database
) -> None:
    first = await sign_in(api.anyone, "wang")
    again = await sign_in(api.anyone, "wang", attempt="u1")
    assert first["account"]["id"] == again["account"]["id"]
    account = await api.services.accounts.get(first["account"]["id"])
    assert account.unionid == "union-wang"
    stored = await database.collection("accounts").find_one({"_id": account.id})
    assert "union-wang" not in str(stored)
