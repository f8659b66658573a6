"""Staff sign in with a password and a security key that answers only what was asked here, by this page, just now."""

import asyncio
from typing import Any

import cbor2
import httpx
import pyotp
import pytest

from api.accounts.models import Passkey, Signer, Staff
from api.accounts.passkeys import CHALLENGE_LIFE, Signed, party_of
from tests.api.accounts.test_staff import PASSWORD, add, enter
from tests.support.api import Api, admin
from tests.support.passkeys import SecurityKey, text
from tests.support.sign_in import bearer
from tests.support.world import FixedClock

REFUSED = (401, "passkey-sign-in-refused")


class Desk:
    """A member who is signed in at the desk with one key enrolled."""

    def __init__(self, api: Api, clock: FixedClock, staff: Staff, totp: pyotp.TOTP, token: str) -> None:
        self.api, self.clock, self.staff, self._totp = api, clock, staff, totp
        self._headers = bearer(token)
        self.key = SecurityKey()

    async def ask_new(self, password: str = PASSWORD) -> httpx.Response:
        self.clock.advance(seconds=30)
        body = {"currentPassword": password, "otp": self._totp.at(self.clock.now())}
        return await self.api.anyone.post("/staff/passkeys/challenge", json=body, headers=self._headers)

    async def enrol(self, key: SecurityKey, name: str = "钥匙扣上的") -> httpx.Response:
        challenge = (await self.ask_new()).json()["challenge"]
        return await self.send(name=name, **key.make(challenge))

    async def send(self, **body: Any) -> httpx.Response:
        return await self.api.anyone.post("/staff/passkeys", json=body, headers=self._headers)

    async def own(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.api.anyone.get("/staff/passkeys", headers=self._headers)).json()[
            "items"
        ]
        return found

    async def remove(self, passkey: str) -> httpx.Response:
        return await self.api.anyone.delete(f"/staff/passkeys/{passkey}", headers=self._headers)


@pytest.fixture
async def desk(api: Api, clock: FixedClock) -> Desk:
    staff, totp = await add(api)
    token = (await enter(api, totp.at(clock.now()))).json()["accessToken"]
    desk = Desk(api, clock, staff, totp, token)
    enrolled = await desk.enrol(desk.key)
    assert enrolled.status_code == 201, enrolled.text
    return desk


async def asked(api: Api, username: str = "zhang") -> dict[str, Any]:
    answer = await api.anyone.post("/staff/session/challenge", json={"username": username})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def come(api: Api, signed: dict[str, str], username: str = "zhang", password: str = PASSWORD) -> httpx.Response:
    body = {"username": username, "password": password, **signed}
    return await api.anyone.post("/staff/session/passkey", json=body)


async def opens(api: Api, staff: Staff, key: SecurityKey, challenge: str | None = None) -> bool:
    """Whether it would do as the second factor; without the dear work of the first."""
    signed = key.sign(challenge or (await asked(api, staff.username))["challenge"])
    given = Signed(signed["credential"], signed["clientData"], signed["authenticatorData"], signed["signature"])
    return await api.services.passkeys.check(staff, given, api.services.clock.now()) is not None


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def test_a_key_takes_the_place_of_the_one_time_password_and_its_use_is_in_the_audit(api: Api, desk: Desk) -> None:
    question = await asked(api)
    assert (question["party"], question["credentials"]) == ("localhost", [text(desk.key.credential)])
    answer = await come(api, desk.key.sign(question["challenge"]))
    assert answer.status_code == 201, answer.text
    me = await api.anyone.get("/staff/me", headers=bearer(answer.json()["accessToken"]))
    assert me.json()["username"] == "zhang" and answer.json()["lastSignInAt"]
    (own,) = await desk.own()
    assert own["name"] == "钥匙扣上的" and own["usedAt"]
    actions = {row["action"] async for row in api.services.database.collection("audits").find({})}
    assert {"accounts.enrol-passkey", "accounts.staff-sign-in-by-key"} <= actions


async def test_what_was_signed_once_signs_nobody_in_again(api: Api, desk: Desk) -> None:
    signed = desk.key.sign((await asked(api))["challenge"])
    answers = [await come(api, signed, password="not the password"), await come(api, signed)]
    assert [said(one) for one in answers] == [REFUSED, REFUSED], (
        "the challenge is used up by whatever was tried with it"
    )
    signed = desk.key.sign((await asked(api))["challenge"])

    async def until_looked_at() -> int:
        while (answer := await come(api, signed)).status_code == 503:
            assert int(answer.headers["retry-after"]) > 0
        return answer.status_code

    assert sorted(await asyncio.gather(*(until_looked_at() for _ in range(3)))) == [201, 401, 401]


async def test_a_copied_page_a_foreign_key_and_an_old_question_open_nothing(api: Api, desk: Desk) -> None:
    def like(key: SecurityKey, private: bool = True) -> SecurityKey:
        key.credential = desk.key.credential
        key._private = desk.key._private if private else key._private
        return key

    assert await opens(api, desk.staff, desk.key), "the honest one"
    for what, key in {
        "a page elsewhere that looks like the desk": like(SecurityKey(origin="http://desk.example.com")),
        "another port of this machine": like(SecurityKey(origin="http://localhost:9000")),
        "a key made for elsewhere": like(SecurityKey(party="example.com")),
        "a key that nobody enrolled": SecurityKey(),
        "the same under the name of a known one": like(SecurityKey(), private=False),
    }.items():
        key.count = 100
        assert not await opens(api, desk.staff, key), what
    challenge = (await asked(api))["challenge"]
    desk.clock.advance(seconds=CHALLENGE_LIFE.total_seconds())
    assert not await opens(api, desk.staff, desk.key, challenge), "too late"
    assert not await opens(api, desk.staff, desk.key, text(bytes(32))), "a question that nobody asked"


async def test_a_question_for_one_thing_or_one_person_answers_no_other(api: Api, desk: Desk) -> None:
    liu, _ = await add(api, "liu")
    assert not await opens(api, desk.staff, desk.key, (await asked(api, "liu"))["challenge"])
    assert not await opens(api, liu, desk.key, (await asked(api, "liu"))["challenge"]), "another's key"
    keys = api.services.database.collection("passkeys")
    await keys.update_many({}, {"$set": {"holder": liu.id}})
    assert not await opens(api, liu, desk.key), "a key that was moved to another in the database"
    await keys.update_many({}, {"$set": {"holder": desk.staff.id}})
    assert await opens(api, desk.staff, desk.key)
    assert not await opens(api, desk.staff, desk.key, (await desk.ask_new()).json()["challenge"])
    at_sign_in = (await asked(api))["challenge"]
    assert said(await desk.send(name="又一个", **SecurityKey().make(at_sign_in))) == (400, "passkey-refused")


async def test_a_copy_of_a_key_is_found_by_its_count_and_a_key_that_never_counts_is_taken(api: Api, desk: Desk) -> None:
    copy = SecurityKey()
    copy._private, copy.credential, copy.count = desk.key._private, desk.key.credential, desk.key.count
    for _ in range(2):
        assert (await come(api, desk.key.sign((await asked(api))["challenge"]))).status_code == 201
    assert said(await come(api, copy.sign((await asked(api))["challenge"]))) == REFUSED
    quiet = SecurityKey(counts=False)
    assert (await desk.enrol(quiet)).status_code == 201
    for _ in range(2):
        assert (await come(api, quiet.sign((await asked(api))["challenge"]))).status_code == 201


async def test_of_two_answers_with_one_count_one_gets_in(api: Api, desk: Desk) -> None:
    first, second = [(await asked(api))["challenge"] for _ in range(2)]
    copy = SecurityKey()
    copy._private, copy.credential, copy.count = desk.key._private, desk.key.credential, desk.key.count
    store, now = api.services.staff._passkeys, api.services.clock.now()
    (stored,) = await store.list_of(desk.staff.id)
    assert (await come(api, desk.key.sign(first))).status_code == 201
    assert said(await come(api, copy.sign(second))) == REFUSED
    assert not await store.use(None, stored, 9, now), "what was read before the first one is not counted on"


async def test_nobody_enrols_at_a_desk_that_was_left_open(api: Api, desk: Desk) -> None:
    refused = await desk.ask_new(password="not the password")
    assert said(refused) == (401, "staff-sign-in-refused")
    made = SecurityKey().make(text(bytes(32)))
    assert said(await desk.send(name="别人的", **made)) == (400, "passkey-refused")
    wrong_page = SecurityKey(origin="http://desk.example.com")
    assert said(await desk.enrol(wrong_page)) == (400, "passkey-refused")
    assert len(await desk.own()) == 1


async def test_broken_answers_of_a_key_are_refused(api: Api, desk: Desk) -> None:
    honest = SecurityKey()
    deep = b"\x81" * 3000 + b"\x00"
    for broken in (b"", b"\xff", deep, cbor2.dumps({}), cbor2.dumps({"fmt": "none", "authData": b"x", "attStmt": {}}),
                   cbor2.dumps({"fmt": "tpm", "authData": bytes(200), "attStmt": {"x5c": [1]}}),
                   cbor2.dumps([1])):  # fmt: skip
        challenge = await api.services.passkeys._ask(None, desk.staff.id, "enrol", desk.clock.now())
        made = honest.make(challenge)
        answer = await desk.send(name="坏的", **{**made, "attestation": text(broken) or "AA"})
        assert said(answer) == (400, "passkey-refused"), broken[:20]


async def test_one_key_is_one_persons_and_one_person_has_ten(api: Api, desk: Desk) -> None:
    assert said(await desk.enrol(desk.key)) == (409, "passkey-known")
    for serial in range(9):
        signer = Signer(desk.staff.id, f"more{serial}", "")
        more = Passkey(f"psk_{serial}", desk.staff.id, f"more{serial}", signer, f"第{serial}个", desk.clock.now())
        await api.services.staff._passkeys.insert(None, more)
    assert said(await desk.ask_new()) == (409, "passkeys-full")


async def test_a_removed_key_opens_nothing_and_an_administrators_reset_removes_all(api: Api, desk: Desk) -> None:
    other = SecurityKey()
    assert (await desk.enrol(other)).status_code == 201
    (first, _) = await desk.own()
    assert (await desk.remove(first["id"])).status_code == 204
    assert said(await come(api, desk.key.sign((await asked(api))["challenge"]))) == REFUSED
    assert said(await desk.remove(first["id"])) == (404, "not-found")
    reset = await api.as_(admin(), stepped_up=True).post(f"/staff/members/{desk.staff.id}/reset")
    assert reset.status_code == 201, reset.text
    assert await api.services.passkeys.of(desk.staff.id) == []


async def test_the_question_does_not_tell_who_works_here(api: Api, desk: Desk) -> None:
    await add(api, "liu")
    for name in ("liu", "nobody"):
        once, again = await asked(api, name), await asked(api, name)
        assert once["credentials"] == again["credentials"] and len(once["credentials"][0]) == 43
        assert once["challenge"] != again["challenge"]
    body = {"username": "nobody", "password": PASSWORD}
    signed = desk.key.sign((await asked(api, "nobody"))["challenge"])
    unknown = await api.anyone.post("/staff/session/passkey", json={**body, **signed})
    wrong = await come(api, desk.key.sign((await asked(api))["challenge"]), password="not the password")
    assert said(unknown) == said(wrong) == REFUSED and unknown.json()["detail"] == wrong.json()["detail"]


async def test_failures_with_a_key_are_counted_with_those_of_the_one_time_password(api: Api, desk: Desk) -> None:
    for turn in range(8):
        if turn % 2:
            assert (await enter(api, "000000", password="wrong")).status_code == 401
        else:
            signed = desk.key.sign((await asked(api))["challenge"])
            assert said(await come(api, signed, password="wrong")) == REFUSED
    assert (await come(api, desk.key.sign((await asked(api))["challenge"]))).status_code == 429


def test_keys_are_for_the_public_address_and_on_this_machine_for_its_name() -> None:
    public, here = party_of("https://credit.example.cn"), party_of("http://127.0.0.1:8000")
    assert (public.id, public.origin) == ("credit.example.cn", "https://credit.example.cn")
    assert (here.id, here.origin) == ("localhost", "http://localhost:8000")


async def test_only_the_pages_of_staff_may_ask_a_key(api: Api) -> None:
    for page, may in (("/desk", True), ("/unit", True), ("/", False), ("/figures", False), ("/api/v1/centres", False)):
        policy = (await api.anyone.get(f"http://testserver.local{page}")).headers["permissions-policy"]
        assert ("publickey-credentials-get=(self)" in policy) is may, page
        assert ("publickey-credentials-create=()" in policy) is not may, page
