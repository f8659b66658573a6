"""The stand-in speaks each form of WeChat's events, and each is read as the same event."""

import asyncio
import base64
import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import httpx
import msgspec
import pytest

from api.demo import wechat_events
from api.demo.wechat import StandIn
from api.demo.wechat_events import Events, Form
from api.demo.wechat_server import Dropped, Request
from api.demo.wechat_state import State
from api.notices.push.events import check_signature, open_sealed, read_event
from tests.support.wechat import EVENT_KEY
from tests.support.world import FixedClock


class Post:
    """In place of the HTTP client: what would have been sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.answers: Iterator[int] = itertools.repeat(200)

    async def post(self, _: str, params: dict[str, str], json: dict[str, Any]) -> httpx.Response:
        self.sent.append((params, json))
        return httpx.Response(next(self.answers))


@pytest.mark.parametrize("form", get_args(Form))
async def test_each_form_says_the_same(clock: FixedClock, monkeypatch: pytest.MonkeyPatch, form: Form) -> None:
    events = Events("http://127.0.0.1:1/events", "token", "wx-test", clock, EVENT_KEY)
    post = Post()
    monkeypatch.setattr(events, "_http", post)
    events.form, events.times = form, 2
    await events.post("subscribe_msg_popup_event", "openid", events.popup({"a": "accept", "b": "reject"}))
    (query, body), again = post.sent
    assert again == (query, body), "byte for byte"
    check_signature("token", query["signature"], query["timestamp"], query["nonce"], clock.now())
    key = base64.b64decode(f"{EVENT_KEY}=") if form in ("sealed", "both") else None
    event = read_event(open_sealed(msgspec.json.encode(body), key, "wx-test", query, "token"))
    assert (event.openid, event.name) == ("openid", "subscribe_msg_popup_event")
    assert [(entry.template, entry.status) for entry in event.listed] == [("a", "accept"), ("b", "reject")]
    assert ("FromUserName" in body) is (form != "sealed")


async def ask(stand_in: StandIn, path: str, body: Any = None, query: dict[str, str] | None = None) -> Any:
    content = b"" if body is None else msgspec.json.encode(body)
    request = Request("POST" if body is not None else "GET", path, path, query or {}, [], content)
    status, _, reply = await stand_in.answer(request)
    return status, msgspec.json.decode(reply)


async def test_on_demand_it_is_away_refuses_and_has_the_switch_off(tmp_path: Path, clock: FixedClock) -> None:
    events = Events(None, "token", "wx-test", clock)
    stand_in = StandIn(State(tmp_path / "wechat.sqlite"), events, "wx-test", "secret", clock)
    login = {"appid": "wx-test", "secret": "secret", "js_code": "demo-wang", "grant_type": "authorization_code"}
    assert (await ask(stand_in, "/sns/jscode2session", query=login))[1]["unionid"].startswith("u")
    await ask(stand_in, "/standin/faults", {"gone": True})
    assert (await ask(stand_in, "/sns/jscode2session", query=login))[0] == 503
    assert (await ask(stand_in, "/standin/health"))[0] == 200, "whoever controls it is not away"
    await ask(stand_in, "/standin/faults", {"token": 40164})
    token = {"appid": "wx-test", "secret": "secret", "grant_type": "client_credential"}
    refused = (await ask(stand_in, "/cgi-bin/stable_token", token))[1]
    assert (refused["errcode"], "rid: " in refused["errmsg"]) == (40164, True)
    await ask(stand_in, "/standin/faults", {})
    await ask(stand_in, "/standin/switch", {"who": "wang", "off": True})
    asked = {"who": "wang", "template": "dev-task-due", "result": "accept"}
    assert (await ask(stand_in, "/standin/subscribe", asked))[1]["errcode"] == 20004
    await ask(stand_in, "/standin/switch", {"who": "wang", "off": False})
    assert (await ask(stand_in, "/standin/subscribe", asked))[1]["errcode"] == 0
    person = (await ask(stand_in, "/standin/person", query={"who": "wang"}))[1]
    assert person["quotas"] == {"dev-task-due": 1}


async def settled(events: Events) -> None:
    await asyncio.gather(*events._running)


async def test_each_message_that_it_takes_has_an_event_also_where_it_hangs_up_and_no_other_has(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    events, post = Events("http://127.0.0.1:1/events", "token", "wx-test", clock), Post()
    monkeypatch.setattr(events, "_http", post)
    state = State(tmp_path / "wechat.sqlite")
    stand_in = StandIn(state, events, "wx-test", "secret", clock)
    openid, (token, _) = state.openid_of("wang"), state.token(time.time(), force=False)
    state.bank_quota(openid, "dev-task-due", 41)
    data = {"thing1": {"value": "有一项业务"}, "date2": {"value": "2026年11月22日"}, "thing3": {"value": "点开查看"}}
    message = {"touser": openid, "template_id": "dev-task-due", "page": "pages/index/index", "data": data}
    dropped = 0
    for share in (0, 1):
        await ask(stand_in, "/standin/faults", {"drop": share})
        for _ in range(20):
            try:
                await ask(stand_in, "/cgi-bin/message/subscribe/send", message, {"access_token": token})
            except Dropped:
                dropped += 1
    await settled(events)
    accepted = {str(one["number"]) for one in state.sent_after(0, 100)}
    told = [body["List"]["MsgID"] for _, body in post.sent]
    assert (dropped, sorted(told), len(accepted) > 20) == (20, sorted(accepted), True)
    health = (await ask(stand_in, "/standin/health"))[1]
    assert (health["dropped"], health["droppedSent"]) == (20, len(accepted) - 20)
    await ask(stand_in, "/standin/faults", {"eventLose": 1})
    await ask(stand_in, "/cgi-bin/message/subscribe/send", message, {"access_token": token})
    await settled(events)
    assert len(post.sent) == len(accepted)
    assert (await ask(stand_in, "/standin/health"))[1]["eventsLost"] == 1


async def test_what_the_product_does_not_take_is_posted_again_signed_anew_and_made_when_it_was(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wechat_events, "_REPEAT_SECONDS", 0.01)
    events, post = Events("http://127.0.0.1:1/events", "token", "wx-test", clock), Post()
    monkeypatch.setattr(events, "_http", post)
    post.answers, events.slow_ms = iter((503, 403, 200, *[500] * 9)), 20
    made = str(int(clock.now().timestamp()))
    events.later("subscribe_msg_sent_event", "openid", events.sent("t", "1"))
    clock.advance(seconds=9)
    await settled(events)
    assert [body["CreateTime"] for _, body in post.sent] == [made] * 3
    assert len({query["signature"] for query, _ in post.sent}) == 3
    assert post.sent[0][0]["timestamp"] == str(int(made) + 9)
    events.later("subscribe_msg_sent_event", "openid", events.sent("t", "2"))
    await settled(events)
    assert (len(post.sent), events.lost) == (3 + 4, 1), "after three more it gives up"
