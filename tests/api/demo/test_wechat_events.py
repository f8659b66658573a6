"""The stand-in speaks each form of WeChat's events, and each is read as the same event."""

import base64
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from api.demo.wechat import StandIn
from api.demo.wechat_events import Events, Form
from api.demo.wechat_server import Request
from api.demo.wechat_state import State
from api.notices.push.events import check_signature, open_sealed, read_event
from tests.support.wechat import EVENT_KEY
from tests.support.world import FixedClock


class Post:
    """In place of the HTTP client: what would have been sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[dict[str, str], dict[str, Any]]] = []

    async def post(self, _: str, params: dict[str, str], json: dict[str, Any]) -> None:
        self.sent.append((params, json))


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
