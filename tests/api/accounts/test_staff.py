"""Staff sign in with a password and a one-time password that is good once."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pyotp
import pytest

from api.accounts.errors import StaffSignInRefused
from api.accounts.models import Staff
from api.accounts.passwords import MAX_PASSWORD
from api.accounts.staff import UsernameTaken
from api.infra.actors import SYSTEM
from api.infra.errors import Invalid
from tests.support.api import Api, officer
from tests.support.sign_in import bearer
from tests.support.staff import enrolled
from tests.support.world import FixedClock

PASSWORD = "correct horse battery"


async def add(api: Api, username: str = "zhang", **fields: Any) -> tuple[Staff, pyotp.TOTP]:
    password = fields.pop("password", PASSWORD)
    values = {
        "role": "officer",
        "jurisdiction": "dalian",
        "unit": "大连市信用中心（示例）",
        "display_name": "张工",
        **fields,
    }
    staff, address = await enrolled(api.services, password=password, username=username, **values)
    parsed = pyotp.parse_uri(address)
    assert isinstance(parsed, pyotp.TOTP)
    return staff, parsed


async def enter(api: Api, otp: str, username: str = "zhang", password: str = PASSWORD) -> httpx.Response:
    return await api.anyone.post("/staff/session", json={"username": username, "password": password, "otp": otp})


async def change(api: Api, token: str, otp: str, password: str) -> None:
    body = {"currentPassword": PASSWORD, "otp": otp, "newPassword": password}
    assert (await api.anyone.post("/staff/password", json=body, headers=bearer(token))).status_code == 200


async def test_an_officer_signs_in_sees_who_they_are_and_signs_out(api: Api, clock: FixedClock) -> None:
    _, totp = await add(api)
    response = await enter(api, totp.at(clock.now()))
    assert response.status_code == 201, response.text
    headers = bearer(response.json()["accessToken"])
    me = (await api.anyone.get("/staff/me", headers=headers)).json()
    assert (me["role"], me["jurisdiction"], me["displayName"]) == ("officer", "dalian", "张工")
    refreshed = await api.anyone.post("/session/refresh", json={"refreshToken": response.json()["refreshToken"]})
    assert refreshed.status_code == 201
    headers = bearer(refreshed.json()["accessToken"])
    assert (await api.anyone.get("/staff/me", headers=headers)).status_code == 200
    assert (await api.anyone.delete("/staff/session", headers=headers)).status_code == 204
    assert (await api.anyone.get("/staff/me", headers=headers)).status_code == 401


async def test_a_one_time_password_is_good_once(api: Api, clock: FixedClock) -> None:
    _, totp = await add(api)
    otp = totp.at(clock.now())
    assert (await enter(api, otp)).status_code == 201
    assert (await enter(api, otp)).status_code == 401
    older = totp.at(clock.now().timestamp() - 30)
    assert (await enter(api, older)).status_code == 401
    clock.advance(seconds=30)
    assert (await enter(api, totp.at(clock.now()))).status_code == 201


async def test_of_many_requests_with_one_one_time_password_one_gets_in(api: Api, clock: FixedClock) -> None:
    _, totp = await add(api)
    otp = totp.at(clock.now())

    async def until_looked_at() -> int:
        """Who finds no place for the dear work of a password is told to come again."""
        while (answer := await enter(api, otp)).status_code == 503:
            assert int(answer.headers["retry-after"]) > 0
        return answer.status_code

    answers = await asyncio.gather(*(until_looked_at() for _ in range(4)))
    assert sorted(answers) == [201, 401, 401, 401]


async def test_wrong_name_wrong_password_and_wrong_otp_get_one_answer(api: Api, clock: FixedClock) -> None:
    _, totp = await add(api)
    otp = totp.at(clock.now())
    wrong = "000000" if otp != "000000" else "111111"
    answers = [
        await enter(api, otp, username="nobody"),
        await enter(api, otp, password="not the password"),
        await enter(api, wrong),
    ]
    bodies = [answer.json() for answer in answers]
    for body in bodies:
        body.pop("instance")
    assert {answer.status_code for answer in answers} == {401} and bodies[0] == bodies[1] == bodies[2]
    refused = await api.services.database.collection("audits").count_documents({"outcome": "refused"})
    assert refused == 3


async def test_after_eight_failures_even_the_right_password_waits(api: Api, clock: FixedClock) -> None:
    _, totp = await add(api)
    for _ in range(8):
        assert (await enter(api, "000000", password="wrong")).status_code == 401
    locked = await enter(api, totp.at(clock.now()))
    assert locked.status_code == 429 and int(locked.headers["retry-after"]) <= 15 * 60 + 1
    clock.advance(minutes=15)
    assert (await enter(api, totp.at(clock.now()))).status_code == 201


async def test_what_is_refused_from_two_addresses_shuts_nobody_out_elsewhere(api: Api, clock: FixedClock) -> None:
    _, totp = await add(api)
    body = {"username": "zhang", "password": "wrong", "otp": "000000"}
    for address in ("203.0.113.1", "203.0.113.2"):
        tried = [(await api.at(address).post("/staff/session", json=body)).status_code for _ in range(55)]
        assert tried == [401] * 8 + [429] * 47
    mine = await api.at("198.51.100.9").post(
        "/staff/session", json={**body, "password": PASSWORD, "otp": totp.at(clock.now())}
    )
    assert mine.status_code == 201


async def test_wrong_passwords_from_elsewhere_do_not_shut_the_owner_out(api: Api, clock: FixedClock) -> None:
    _, totp = await add(api)
    body = {"username": "zhang", "password": "wrong", "otp": "000000"}
    for serial in range(9):
        await api.at(f"2001:db8:1:2::{serial + 1}").post("/staff/session", json=body)
    other = await api.at("2001:db8:1:2:ffff::1").post("/staff/session", json=body)
    assert other.status_code == 429, "one subscriber of IPv6 has a whole /64 and is counted by it"
    assert (await enter(api, totp.at(clock.now()))).status_code == 201


async def test_the_owner_comes_in_on_a_known_device_while_the_world_guesses(api: Api, clock: FixedClock) -> None:
    _, totp = await add(api)
    mine = (await enter(api, totp.at(clock.now()))).json()
    mark = mine["knownDevice"]
    clock.advance(minutes=1)
    for _ in range(100):  # failures from a hundred networks
        await api.services.limiter.take("staff-name", "zhang", clock.now())
    body = {"username": "zhang", "password": PASSWORD, "otp": totp.at(clock.now())}
    assert (await api.at("203.0.113.9").post("/staff/session", json=body)).status_code == 429
    foreign = {**body, "knownDevice": api.services.tokens.mark_device("stf_other", "ses_x", "", clock.now())}
    assert (await api.at("203.0.113.9").post("/staff/session", json=foreign)).status_code == 429
    known = await api.at("203.0.113.9").post("/staff/session", json={**body, "knownDevice": mark})
    assert known.status_code == 201, known.text
    await change(api, mine["accessToken"], totp.at(clock.now().timestamp() + 30), "quite another sentence")
    clock.advance(minutes=1)
    changed = {**body, "password": "quite another sentence", "otp": totp.at(clock.now()), "knownDevice": mark}
    assert (await api.at("203.0.113.9").post("/staff/session", json=changed)).status_code == 429, "a stranger again"


async def test_a_flood_of_sign_ins_leaves_everybody_else_alone_and_what_was_tried_is_in_the_audit(api: Api) -> None:
    await add(api, is_hashed_as_in_production=True)
    me = api.as_(officer())

    async def guess(serial: int) -> int:
        body = {"username": f"user{serial}", "password": "wrong wrong wrong", "otp": "000000"}
        return (await api.at(f"2001:db8:{serial:x}::1").post("/staff/session", json=body)).status_code

    guesses = [asyncio.create_task(guess(serial)) for serial in range(300)]
    await asyncio.sleep(0.05)
    others = [(await me.get("/staff/queue")).status_code for _ in range(20)]
    outcomes = await asyncio.gather(*guesses)
    assert others == [200] * 20
    assert set(outcomes) <= {401, 503} and 503 in outcomes, (
        "how many were looked at is the machine's: none where it crawls"
    )
    outcomes.append(await guess(300))
    assert outcomes[-1] == 401, "no place is left taken"
    tried = await api.services.database.collection("audits").count_documents({"outcome": "refused"})
    assert tried == outcomes.count(401)


async def test_an_officer_changes_the_password_and_every_device_is_out(api: Api, clock: FixedClock) -> None:
    _, totp = await add(api)
    first = (await enter(api, totp.at(clock.now()))).json()
    clock.advance(minutes=1)
    change = {"currentPassword": PASSWORD, "otp": totp.at(clock.now()), "newPassword": "aaaaaaaaaaaa"}
    headers = bearer(first["accessToken"])
    weak = await api.anyone.post("/staff/password", json=change, headers=headers)
    assert weak.status_code == 400 and "猜到" in weak.json()["errors"][0]["message"]
    change["newPassword"] = "seven quiet lanterns"
    wrong = await api.anyone.post("/staff/password", json={**change, "currentPassword": "x"}, headers=headers)
    assert wrong.status_code == 401
    assert (await api.anyone.post("/staff/password", json=change, headers=headers)).status_code == 200
    assert (await api.anyone.get("/staff/me", headers=headers)).status_code == 401
    clock.advance(minutes=1)
    assert (await enter(api, totp.at(clock.now()))).status_code == 401
    clock.advance(minutes=1)
    assert (await enter(api, totp.at(clock.now()), password="seven quiet lanterns")).status_code == 201


async def test_wrong_tries_at_a_new_password_or_key_are_told_at_the_next_sign_in(api: Api, clock: FixedClock) -> None:
    _, totp = await add(api)
    headers = bearer((await enter(api, totp.at(clock.now()))).json()["accessToken"])
    clock.advance(minutes=1)
    wrong = {"currentPassword": "not the password", "otp": totp.at(clock.now())}
    body = {**wrong, "newPassword": "seven quiet lanterns"}
    assert (await api.anyone.post("/staff/password", json=body, headers=headers)).status_code == 401
    assert (await api.anyone.post("/staff/passkeys/challenge", json=wrong, headers=headers)).status_code == 401
    for _ in range(9):  # right ones are not counted among them
        right = {"currentPassword": PASSWORD, "otp": totp.at(clock.now())}
        assert (await api.anyone.post("/staff/passkeys/challenge", json=right, headers=headers)).status_code == 201
        clock.advance(seconds=30)
    used = {"currentPassword": PASSWORD, "otp": totp.at(clock.now() - timedelta(seconds=30))}
    again = await api.anyone.post("/staff/passkeys/challenge", json=used, headers=headers)
    assert again.status_code == 401, "each one-time password once"
    clock.advance(minutes=1)
    news = (await enter(api, totp.at(clock.now()))).json()["news"]
    assert sorted((one["action"], one["outcome"]) for one in news) == [
        ("accounts.change-staff-password", "已拒绝"),
        ("accounts.enrol-passkey", "已拒绝"),
        ("accounts.enrol-passkey", "已拒绝"),
    ]


@pytest.mark.parametrize("password", ["aaaaaaaaaaaa", "password1234", "qwertyuiop12", "zhang19800101"])
async def test_a_password_that_is_guessed_soon_is_refused(api: Api, password: str) -> None:
    with pytest.raises(Invalid):
        await add(api, password=password)


async def test_whoever_signs_in_reads_what_was_tried_and_changed_since_the_last_time(
    api: Api, clock: FixedClock
) -> None:
    _, totp = await add(api)
    first = (await enter(api, totp.at(clock.now()))).json()
    assert (first["lastSignInAt"], first["news"]) == (None, [])
    since = clock.now()
    clock.advance(seconds=1)
    assert (await enter(api, totp.at(since))).status_code == 401  # seen over a shoulder
    clock.advance(minutes=1)
    assert (await enter(api, totp.at(clock.now()), password="something else")).status_code == 401
    await change(api, first["accessToken"], totp.at(clock.now()), "seven quiet lanterns")
    clock.advance(minutes=1)
    second = (await enter(api, totp.at(clock.now()), password="seven quiet lanterns")).json()
    assert datetime.fromisoformat(second["lastSignInAt"]) == since
    told = [(one["action"], one["outcome"]) for one in second["news"]]
    assert sorted(told) == [
        ("accounts.change-staff-password", "已办"),
        ("accounts.staff-sign-in", "已拒绝"),
        ("accounts.staff-sign-in", "已拒绝"),
    ]
    clock.advance(minutes=1)
    assert (await enter(api, totp.at(clock.now()), password="seven quiet lanterns")).json()["news"] == []


async def test_a_password_has_sixty_four_characters_or_twice_as_many_and_no_more(api: Api, clock: FixedClock) -> None:
    words = "seven quiet lanterns above the harbour of an unnamed town, each lit by somebody else, and none for long"
    longest = (words + words[::-1])[:MAX_PASSWORD]
    _, totp = await add(api, password=longest[:64])
    entered = await enter(api, totp.at(clock.now()), password=longest[:64])
    headers = bearer(entered.json()["accessToken"])
    with pytest.raises(Invalid):
        await add(api, "other", password=longest + "x")
    clock.advance(minutes=1)
    change = {"currentPassword": longest[:64], "otp": totp.at(clock.now()), "newPassword": longest + "x"}
    assert (await api.anyone.post("/staff/password", json=change, headers=headers)).status_code == 400
    change["newPassword"] = longest
    assert (await api.anyone.post("/staff/password", json=change, headers=headers)).status_code == 200
    clock.advance(minutes=1)
    cut = await enter(api, totp.at(clock.now()), password=longest[:-1])
    assert (len(longest), cut.status_code) == (128, 401), "every character counts"
    assert (await enter(api, totp.at(clock.now()), password=longest)).status_code == 201


async def test_who_leaves_is_out_on_every_device(api: Api, clock: FixedClock) -> None:
    staff, totp = await add(api)
    response = (await enter(api, totp.at(clock.now()))).json()
    await api.services.database.transact(lambda tx: api.services.staff.deactivate(tx, SYSTEM, staff.id, clock.now()))
    assert (await api.anyone.get("/staff/me", headers=bearer(response["accessToken"]))).status_code == 401
    again = await api.anyone.post("/session/refresh", json={"refreshToken": response["refreshToken"]})
    assert again.status_code == 401
    clock.advance(seconds=60)
    assert (await enter(api, totp.at(clock.now()))).status_code == 401


async def test_a_name_is_given_once_and_a_short_password_is_refused(api: Api) -> None:
    await add(api)
    with pytest.raises(UsernameTaken):
        await add(api)
    with pytest.raises(Invalid):
        await add(api, "other", password="short")
    with pytest.raises(Invalid):
        await add(api, "other", role="king")


async def test_neither_password_nor_seed_can_be_read_in_the_database(api: Api) -> None:
    _, totp = await add(api, is_hashed_as_in_production=True)
    stored = repr(await api.services.database.collection("staff").find({}).to_list(10))
    assert PASSWORD not in stored and totp.secret not in stored and "张工" not in stored
    assert "$argon2id$v=19$m=65536,t=3,p=4$" in stored, "64 MB and three rounds to try a password"


async def test_a_session_of_staff_ends_after_a_working_day_however_busy(api: Api, clock: FixedClock) -> None:
    _, totp = await add(api)
    token = (await enter(api, totp.at(clock.now()))).json()["refreshToken"]
    for _ in range(7):
        clock.advance(hours=1)
        token = (await api.anyone.post("/session/refresh", json={"refreshToken": token})).json()["refreshToken"]
    clock.advance(hours=1, seconds=1)
    assert (await api.anyone.post("/session/refresh", json={"refreshToken": token})).status_code == 401


async def test_a_sign_in_checked_before_the_password_ended_does_not_outlive_it(api: Api, clock: FixedClock) -> None:
    """A reset ends every session; one that was being opened at that moment came after the end, with the old password."""
    staff, totp = await add(api)
    service, database = api.services.staff, api.services.database
    checked, step = await service.check_password(SYSTEM, "zhang", PASSWORD, totp.at(clock.now()), clock.now())
    await database.transact(lambda tx: service.invite_again(tx, SYSTEM, staff.id, clock.now()))
    with pytest.raises(StaffSignInRefused):
        await database.transact(lambda tx: service.sign_in(tx, SYSTEM, checked, step, "desk", clock.now()))
    assert await api.services.sessions.devices(staff.id, clock.now()) == []
