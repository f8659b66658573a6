"""What an administrator does for people, units and keys of one place, and what they never see."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pyotp

from tests.support.api import Api, admin, auditor, officer, resident
from tests.support.cases import done, employed, keyed, penalty, refused, signed_in, stored
from tests.support.world import FixedClock

PASSWORD = "correct horse battery"
NEW = {"username": "lin", "displayName": "林八", "role": "officer"}


def looks_after(api: Api, place: str = "dalian") -> httpx.AsyncClient:
    return api.as_(admin(place), stepped_up=True)


async def activate(api: Api, code: str, username: str = "lin", password: str = PASSWORD) -> httpx.Response:
    return await api.anyone.post("/staff/activation", json={"username": username, "code": code, "password": password})


async def enters(api: Api, otpauth: str, clock: FixedClock) -> httpx.Response:
    clock.advance(seconds=30)
    totp = pyotp.parse_uri(otpauth)
    assert isinstance(totp, pyotp.TOTP)
    body = {"username": "lin", "password": PASSWORD, "otp": totp.at(clock.now())}
    return await api.anyone.post("/staff/session", json=body)


async def test_an_officer_is_added_and_alone_knows_password_and_second_factor(api: Api, clock: FixedClock) -> None:
    boss = looks_after(api)
    added = done(await boss.post("/staff/members", json=NEW), 201)
    assert added["member"]["activationUntil"] and added["member"]["unit"].startswith("大连")
    refused(await activate(api, "0000-0000-0000-0000-0000"), 403, "activation-refused")
    refused(await activate(api, added["code"], password="password1234"), 400, "invalid")
    mine = done(await activate(api, added["code"].lower()), 201)
    assert "<svg" in mine["qrSvg"]
    refused(await activate(api, added["code"]), 403, "activation-refused")  # used up
    signed = done(await enters(api, mine["otpauth"], clock), 201)
    assert signed["staff"]["role"] == "officer"
    listed = {one["username"]: one for one in done(await boss.get("/staff/members"))["items"]}
    assert listed["lin"]["activationUntil"] is None and listed["lin"]["isActive"]

    # a lost telephone: what was good before is no longer, and the code of yesterday is none
    again = done(await boss.post(f"/staff/members/{added['member']['id']}/reset"), 201)
    assert (await enters(api, mine["otpauth"], clock)).status_code == 401
    clock.advance(hours=25)
    refused(await activate(api, again["code"]), 403, "activation-refused")

    boss = looks_after(api)
    done(await boss.post(f"/staff/members/{added['member']['id']}/leave"))
    again = await boss.post(f"/staff/members/{added['member']['id']}/reset")
    assert (await activate(api, done(again, 201)["code"])).status_code == 403  # who left gets in by no code
    actions = [one["action"] for one in done(await signed_in(api, auditor()).get("/staff/audit"))["items"]]
    assert {"accounts.add-staff", "accounts.activate-staff", "accounts.invite-staff"} <= set(actions)
    assert "accounts.deactivate-staff" in actions


async def test_an_administrator_changes_no_watcher_nobody_elsewhere_and_reads_no_case(api: Api) -> None:
    boss = looks_after(api)
    await employed(api, "stf_watch", role="auditor")
    await employed(api, "stf_chief", role="admin")
    await employed(api, "stf_north", "yunnan")
    for name in ("stf_watch", "stf_chief", "stf_north"):
        for deed in ("reset", "leave", "return"):
            assert (await boss.post(f"/staff/members/{name}/{deed}")).status_code == 404
    for role in ("auditor", "admin"):
        refused(await boss.post("/staff/members", json={**NEW, "role": role}), 400, "malformed")
    for path in ("/staff/queue", "/staff/audit", "/staff/figures", "/staff/breaches", "/staff/reviews"):
        refused(await boss.get(path), 403, "forbidden")
    refused(await api.as_(admin()).post("/staff/members", json=NEW), 403, "step-up-needed")
    refused(await boss.post("/staff/members", json={**NEW, "role": "clerk", "provider": "prv_none"}), 400, "invalid")


async def test_a_place_has_no_two_units_of_one_name_or_one_code(api: Api) -> None:
    boss, code = looks_after(api), "11210200000000009K"
    done(await boss.post("/staff/units", json={"name": "大连市某局", "unifiedCode": code}), 201)
    for name, other in (("大连市某局", code), ("大连市某局", "11210200000000010A"), ("大连市另一局", code)):
        refused(await boss.post("/staff/units", json={"name": name, "unifiedCode": other}), 409, "unit-already-there")
    done(await boss.post("/staff/units", json={"name": "大连市另一局", "unifiedCode": "11210200000000010A"}), 201)
    elsewhere = looks_after(api, "yunnan")
    done(await elsewhere.post("/staff/units", json={"name": "大连市某局", "unifiedCode": code}), 201)


async def test_two_administrators_at_once_add_one_unit(api: Api) -> None:
    unit = {"name": "大连市某局", "unifiedCode": "11210200000000009K"}
    for _ in range(5):
        both = [looks_after(api).post("/staff/units", json=unit) for _ in range(2)]
        assert {answer.status_code for answer in await asyncio.gather(*both)} <= {201, 409}
    found = [one for one in done(await looks_after(api).get("/staff/units"))["items"] if one["name"] == unit["name"]]
    assert len(found) == 1


async def test_a_unit_is_added_and_its_key_is_issued_rotated_and_revoked(api: Api) -> None:
    boss = looks_after(api)
    unit = done(await boss.post("/staff/units", json={"name": "大连市某局", "unifiedCode": "11210200000000009K"}), 201)
    key = done(await boss.post(f"/staff/units/{unit['id']}/keys", json={"scopes": ["records"]}), 201)["key"]
    assert (await api.with_key(key).get("/provider/records")).status_code == 200
    successor = done(await boss.post(f"/staff/keys/{key.partition('.')[0]}/rotate"), 201)["key"]

    async def keys() -> list[Any]:
        (found,) = [one for one in done(await boss.get("/staff/units"))["items"] if one["id"] == unit["id"]]
        return [(one["state"], one["usedOn"] is not None, one["scopes"]) for one in found["keys"]]

    assert await keys() == [("ending", True, ["records"]), ("good", False, ["records"])]
    done(await boss.post(f"/staff/keys/{key.partition('.')[0]}/revoke"))
    assert (await api.with_key(key).get("/provider/records")).status_code == 401
    assert (await api.with_key(successor).get("/provider/records")).status_code == 200
    clerk = {**NEW, "role": "clerk", "provider": unit["id"]}
    assert done(await boss.post("/staff/members", json=clerk), 201)["member"]["unit"] == "大连市某局"

    await keyed(api, "yunnan", "prv_north")
    (north,) = await api.services.providers.list_keys("prv_north")
    assert (await boss.post("/staff/units/prv_north/keys", json={})).status_code == 404
    assert (await boss.post(f"/staff/keys/{north.id}/revoke")).status_code == 404
    assert "prv_north" not in [one["id"] for one in done(await boss.get("/staff/units"))["items"]]


async def test_a_step_up_takes_a_fresh_one_time_password_once(api: Api, clock: FixedClock) -> None:
    secret = pyotp.random_base32()
    await employed(api, "stf_admin", role="admin", totp_secret=secret)
    otp = pyotp.TOTP(secret).at(clock.now())
    boss = api.as_(admin())
    token = done(await boss.post("/staff/step-up", json={"otp": otp}), 201)["accessToken"]
    refused(await boss.post("/staff/step-up", json={"otp": otp}), 403, "otp-refused")
    bearing = {"Authorization": f"Bearer {token}"}
    done(await api.anyone.post("/staff/members", json=NEW, headers=bearing), 201)
    refused(await signed_in(api, officer()).post("/staff/step-up", json={"otp": otp}), 403, "forbidden")


async def test_right_step_ups_are_not_counted_and_wrong_ones_are_and_stand_in_the_audit(
    api: Api, clock: FixedClock
) -> None:
    """Six right ones in a day locked an administrator out until the evening."""
    secret = pyotp.random_base32()
    await employed(api, "stf_admin", role="admin", totp_secret=secret)
    bearing = {"Authorization": f"Bearer {api.services.tokens.issue(admin(), clock.now())}"}

    async def shows(otp: str) -> httpx.Response:
        return await api.anyone.post("/staff/step-up", json={"otp": otp}, headers=bearing)

    for _ in range(8):
        done(await shows(pyotp.TOTP(secret).at(clock.now())), 201)
        clock.advance(seconds=30)
    for _ in range(6):
        refused(await shows("000000"), 403, "otp-refused")
    refused(await shows(pyotp.TOTP(secret).at(clock.now())), 429, "too-many-attempts")
    entries = await api.services.database.collection("audits").find({"action": "accounts.step-up"}).to_list(None)
    assert sorted(one["outcome"] for one in entries) == ["done"] * 8 + ["refused"] * 6


async def test_days_that_were_counted_by_another_calendar_are_counted_anew_and_what_moved_is_shown(
    api: Api, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 11, 23))
    actor = resident(api.services)
    record = await stored(api.services, penalty(actor))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"]}
    me = signed_in(api, actor)
    case = done(await me.post("/me/objections", json=filing), 201)
    owed = min((one for one in case["clocks"] if one["doneAt"] is None), key=lambda one: str(one["due"]["on"]))
    for collection in ("objections", "queue"):  # as a program that knew other working days had stored it
        await api.services.database.collection(collection).update_one(
            {"_id": case["id"]},
            {
                "$set": {
                    "steps.$[one].due_on": "2027-02-12",
                    **({"due_on": "2027-02-12"} if collection == "queue" else {}),
                }
            },
            array_filters=[{"one.clock": owed["clock"]}],
        )
    assert done(await looks_after(api).get("/staff/setup"))["estimated"] == 1
    assert await api.services.recounting.run(clock.now()) == 1
    assert await api.services.recounting.run(clock.now()) == 0
    shown = done(await looks_after(api).get("/staff/setup"))
    (moved,) = shown["moved"]
    assert (moved["number"], moved["fromOn"], moved["toOn"]) == (case["number"], "2027-02-12", owed["due"]["on"])
    assert shown["estimated"] == 0 and record.title not in str(shown)
    (line,) = done(await signed_in(api, officer()).get("/staff/queue"))["items"]
    assert line["next"]["due"]["on"] == owed["due"]["on"]
    late = await api.services.database.collection("notices").find({"ref": case["id"], "state": "booked"}).to_list(9)
    assert late and "2027-02-13" not in [one["on"] for one in late]
    assert done(await looks_after(api, "yunnan").get("/staff/setup"))["moved"] == []
