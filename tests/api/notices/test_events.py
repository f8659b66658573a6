"""WeChat's events over HTTP: only signed ones, once, in both shapes; everything else changes nothing."""

import asyncio
import base64
import hashlib
import struct
from typing import Any

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st

from api.accounts.models import Account
from api.infra.documents import Codec
from api.infra.mongo import Database
from api.notices.errors import BadEvent, BadSignature
from api.notices.models import Bank
from api.notices.push.events import open_sealed, read_event
from api.notices.push.store import OutboxStore
from tests.support.api import Api, open_api, resident
from tests.support.wechat import EVENT_KEY
from tests.support.world import KEYS, FixedClock

OPENID = "o-resident"
PATH = "/wechat/events"


def signed(clock: FixedClock, nonce: str = "n1", *, token: str = "event-token-test", late: int = 0) -> dict[str, str]:
    timestamp = str(int(clock.now().timestamp()) - late)
    text = "".join(sorted((token, timestamp, nonce)))
    return {"timestamp": timestamp, "nonce": nonce, "signature": hashlib.sha1(text.encode()).hexdigest()}


def popup(entries: Any, created: Any = "1700000000", event: str = "subscribe_msg_popup_event") -> dict[str, Any]:
    return {
        "ToUserName": "gh_x",
        "FromUserName": OPENID,
        "CreateTime": created,
        "MsgType": "event",
        "Event": event,
        "List": entries,
    }


def line(status: str, template: str = "dev-date-arrived") -> dict[str, str]:
    return {"TemplateId": template, "SubscribeStatusString": status, "PopupScene": "0"}


@pytest.fixture
async def account(api: Api) -> str:
    return await account_of(api)


async def account_of(api: Api) -> str:
    codec: Codec[Account] = Codec(Account, "accounts", KEYS)
    actor = resident(api.services)
    one = Account(
        id=actor.id,
        openid_index=api.services.keys.blind_index("openid", OPENID),
        openid=OPENID,
        created_at=api.services.clock.now(),
        subject=actor.subject,
    )
    await api.services.database.collection("accounts").insert_one(codec.encode(one))
    return actor.id


async def bank(api: Api, account: str, template: str = "date_arrived") -> Bank:
    return (await api.services.push.find(account)).bank(template)


async def send(api: Api, query: dict[str, str], body: Any) -> httpx.Response:
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return await api.anyone.post(PATH, params=query, content=content)


async def test_an_accept_is_banked_once_in_the_object_and_in_the_array_shape(
    api: Api, clock: FixedClock, account: str
) -> None:
    reply = await send(api, signed(clock), popup(line("accept")))
    assert (reply.status_code, reply.text) == (200, "success")
    assert await bank(api, account) == Bank(confirmed=1, claimed=-1)
    both = [line("accept"), line("reject", "dev-task-due")]
    assert (await send(api, signed(clock, "n2"), popup(both, created=1700000001))).status_code == 200
    assert (await bank(api, account)).confirmed == 2
    assert (await bank(api, account, "task_due")).refused_at == clock.now()


async def test_an_event_that_wechat_repeats_counts_once(api: Api, clock: FixedClock, account: str) -> None:
    for nonce in ("n1", "n2", "n3"):
        assert (await send(api, signed(clock, nonce), popup(line("accept")))).status_code == 200
    assert (await bank(api, account)).confirmed == 1


async def test_a_replayed_signature_a_wrong_one_and_an_old_one_change_nothing(
    api: Api, clock: FixedClock, account: str
) -> None:
    query = signed(clock)
    await send(api, query, popup(line("accept")))
    replayed = await send(api, query, popup(line("accept"), created=1700000009))
    wrong = await send(api, signed(clock, "n2", token="other"), popup(line("accept"), created=1700000002))
    old = await send(api, signed(clock, "n3", late=301), popup(line("accept"), created=1700000003))
    for reply in (replayed, wrong, old):
        assert reply.status_code == 403
        assert reply.json()["code"] == "wechat-signature"
    assert (await bank(api, account)).confirmed == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"<xml></xml>", b"[]", b"\xff\xfe", b'{"FromUserName":1,"CreateTime":2}', b'{"CreateTime":"1"}',
     b'{"FromUserName":"o","CreateTime":"1","List":"x"}', b'{"FromUserName":"o","CreateTime":"1","List":[1]}'],
)  # fmt: skip
async def test_a_malformed_event_is_400_and_its_signature_is_not_spent(
    api: Api, clock: FixedClock, account: str, body: bytes
) -> None:
    query = signed(clock)
    assert (await send(api, query, body)).status_code == 400
    assert (await send(api, query, popup(line("accept")))).status_code == 200


async def test_missing_parameters_are_400(api: Api) -> None:
    assert (await api.anyone.post(PATH, content=b"{}")).status_code == 400


async def test_wechats_first_look_gets_its_echo_only_with_the_right_signature(api: Api, clock: FixedClock) -> None:
    query = {**signed(clock), "echostr": "8273"}
    assert (await api.anyone.get(PATH, params=query)).text == "8273"
    assert (await api.anyone.get(PATH, params={**query, "signature": "0" * 40})).status_code == 403


async def test_a_refusal_in_the_settings_empties_the_bank(api: Api, clock: FixedClock, account: str) -> None:
    await send(api, signed(clock), popup(line("accept")))
    change = popup(line("reject"), created=1700000004, event="subscribe_msg_change_event")
    await send(api, signed(clock, "n2"), change)
    assert await bank(api, account) == Bank(refused_at=clock.now())


async def test_an_event_of_nobody_we_know_is_taken_and_changes_nothing(api: Api, clock: FixedClock) -> None:
    assert (await send(api, signed(clock), popup(line("accept")))).status_code == 200
    assert await api.services.database.collection("subscriptions").count_documents({}) == 0


async def test_the_result_of_a_push_reaches_the_outbox(api: Api, clock: FixedClock, account: str) -> None:
    notices = api.services.database.collection("notices")
    await notices.insert_many([{"_id": "one", "push": "sent"}, {"_id": "two", "push": "sent"}])
    outbox = OutboxStore(api.services.database, KEYS)
    await outbox.note_messages({"77": "one", "78": "two"}, clock.now())
    failed = [
        {"TemplateId": "t", "MsgID": "77", "ErrorCode": 43101},
        {"TemplateId": "t", "MsgID": 78, "ErrorCode": "0"},
    ]
    await send(api, signed(clock), popup(failed, event="subscribe_msg_sent_event"))
    assert (await notices.find_one({"_id": "one"}))["push"] == "refused"
    assert (await notices.find_one({"_id": "two"}))["push"] == "sent"


async def test_the_result_of_a_push_that_comes_before_the_worker_has_written_is_not_lost(
    api: Api, clock: FixedClock, account: str
) -> None:
    notices = api.services.database.collection("notices")
    await notices.insert_many([{"_id": "one", "push": "waiting"}, {"_id": "two", "push": "waiting"}])
    result = {"TemplateId": "t", "MsgID": "77", "ErrorCode": 43101}
    await send(api, signed(clock), popup(result, event="subscribe_msg_sent_event"))
    assert (await notices.find_one({"_id": "one"}))["push"] == "waiting"
    await notices.update_many({}, {"$set": {"push": "sent"}})
    await OutboxStore(api.services.database, KEYS).note_messages({"77": "one", "78": "two"}, clock.now())
    assert (await notices.find_one({"_id": "one"}))["push"] == "refused"
    assert (await notices.find_one({"_id": "two"}))["push"] == "sent"


@pytest.mark.parametrize(
    ("event", "wrapper"),
    [
        ("subscribe_msg_popup_event", "SubscribeMsgPopupEvent"),
        ("subscribe_msg_change_event", "SubscribeMsgChangeEvent"),
    ],
)
async def test_an_event_whose_list_is_wrapped_says_the_same(
    api: Api, clock: FixedClock, account: str, event: str, wrapper: str
) -> None:
    status = "accept" if event.endswith("popup_event") else "reject"
    body = popup(None, event=event)
    del body["List"]
    for number, wrapped in enumerate(({"List": [line(status)]}, {"List": line(status)}, [line(status)])):
        reply = await send(
            api, signed(clock, f"w{number}"), {**body, wrapper: wrapped, "CreateTime": 1700000100 + number}
        )
        assert reply.status_code == 200
    found = await bank(api, account)
    assert found.confirmed == (3 if status == "accept" else 0)
    assert (found.refused_at is None) is (status == "accept")


async def test_the_wrapped_result_of_a_push_reaches_the_outbox(api: Api, clock: FixedClock, account: str) -> None:
    notices = api.services.database.collection("notices")
    await notices.insert_one({"_id": "one", "push": "sent"})
    await OutboxStore(api.services.database, KEYS).note_messages({"77": "one"}, clock.now())
    body = popup(None, event="subscribe_msg_sent_event")
    del body["List"]
    result = {"List": {"TemplateId": "t", "MsgID": 77, "ErrorCode": "43101", "ErrorStatus": "user refuse"}}
    assert (await send(api, signed(clock), {**body, "SubscribeMsgSentEvent": result})).status_code == 200
    assert (await notices.find_one({"_id": "one"}))["push"] == "refused"


async def test_the_same_event_byte_for_byte_is_success_and_counts_once(
    api: Api, clock: FixedClock, account: str
) -> None:
    query, body = signed(clock), msgspec.json.encode(popup(line("accept")))
    for _ in range(3):
        reply = await send(api, query, body)
        assert (reply.status_code, reply.text) == (200, "success")
    assert (await bank(api, account)).confirmed == 1
    both = await asyncio.gather(*(send(api, signed(clock, "n9"), popup(line("accept"), 1700000050)) for _ in range(2)))
    assert [reply.status_code for reply in both] == [200, 200], "also where the second comes while the first is at work"
    assert (await bank(api, account)).confirmed == 2


async def test_wechats_accept_says_that_the_main_switch_is_on(api: Api, clock: FixedClock, account: str) -> None:
    client = api.as_(resident(api.services))
    assert (await client.post("/me/subscriptions", json={"errorCode": 20004})).json()["isSwitchedOff"]
    await send(api, signed(clock), popup(line("reject")))
    assert (await client.get("/me/subscriptions")).json()["isSwitchedOff"]
    await send(api, signed(clock, "n2"), popup(line("acceptWithAudio"), created=1700000004))
    assert not (await client.get("/me/subscriptions")).json()["isSwitchedOff"]
    assert (await bank(api, account)).confirmed == 1


def sealed(clock: FixedClock, event: Any, *, key: str = EVENT_KEY, nonce: str = "n1") -> tuple[dict[str, str], bytes]:
    """As 安全模式 sends it: made here by WeChat's document, not by our own code."""
    aes = base64.b64decode(f"{key}=")
    text = msgspec.json.encode(event)
    plain = b"0123456789abcdef" + struct.pack(">I", len(text)) + text + b"wx-test"
    padding = 32 - len(plain) % 32
    encryptor = Cipher(AES(aes), CBC(aes[:16])).encryptor()
    encrypted = base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()
    query = signed(clock, nonce)
    parts = sorted(("event-token-test", query["timestamp"], nonce, encrypted))
    query |= {"msg_signature": hashlib.sha1("".join(parts).encode()).hexdigest(), "encrypt_type": "aes"}
    return query, msgspec.json.encode({"ToUserName": "gh_x", "Encrypt": encrypted})


async def test_a_sealed_event_is_opened_and_one_that_was_changed_or_is_in_clear_is_refused(
    database: Database, clock: FixedClock
) -> None:
    async with open_api(database, clock, CW_WECHAT_EVENT_KEY=EVENT_KEY) as api:
        who = await account_of(api)
        query, body = sealed(clock, popup(line("accept")))
        assert (await send(api, query, body)).text == "success"
        assert (await bank(api, who)).confirmed == 1
        query, body = sealed(clock, popup(line("accept"), created=1700000002), nonce="n2")
        forged = {**query, "msg_signature": "0" * 40}
        assert (await send(api, forged, body)).status_code == 403
        assert (await send(api, query, body.replace(b'"Encrypt":"', b'"Encrypt":"AAAA'))).status_code == 403
        clear = await send(api, signed(clock, "n3"), popup(line("accept"), created=1700000003))
        assert clear.status_code == 403, "in clear the signature says nothing of the content"
        foreign = sealed(clock, popup(line("accept")), key=EVENT_KEY[::-1], nonce="n4")
        assert (await send(api, *foreign)).status_code == 400
        assert (await bank(api, who)).confirmed == 1
        query, body = sealed(clock, popup(line("accept"), created=1700000005), nonce="n5")
        both = {**popup(line("reject"), created=1700000005), **msgspec.json.decode(body)}
        assert (await send(api, query, both)).text == "success"
        found = await bank(api, who)
        assert (found.confirmed, found.refused_at) == (2, None), "what stands in clear beside it is not read"


async def test_without_the_key_a_sealed_event_is_refused_with_what_to_do(api: Api, clock: FixedClock) -> None:
    query, body = sealed(clock, popup(line("accept")))
    reply = await send(api, query, body)
    assert reply.status_code == 400
    assert "CW_WECHAT_EVENT_KEY" in reply.json()["detail"]


@given(st.binary(max_size=200))
def test_no_bytes_make_the_opener_fall_over(body: bytes) -> None:
    key = base64.b64decode(f"{EVENT_KEY}=")
    wrapped = msgspec.json.encode({"Encrypt": base64.b64encode(body).decode()})
    parts = sorted(("t", "1", "n", base64.b64encode(body).decode()))
    query = {"timestamp": "1", "nonce": "n", "msg_signature": hashlib.sha1("".join(parts).encode()).hexdigest()}
    for content in (body, wrapped):
        try:
            open_sealed(content, key, "wx", query, "t")
        except (BadEvent, BadSignature):
            continue


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fall_over(body: bytes) -> None:
    try:
        read_event(body)
    except BadEvent:
        return
