"""A stand-in for WeChat's servers: their documented shapes, error codes and keyword limits, for development and tests.

`python -m api.demo.wechat --port 8100 --state .data/wechat` keeps openids, quotas and what was pushed in a file, so that a
second start finds them. `demo-NAME` is a sign-in code that always works and always gives the same openid; any other code
comes from `POST /standin/login {"who": NAME}`, holds five minutes and works once, as WeChat's do.

Inspection and control: `GET /standin/sent` (newest last, `?after=N`), `POST /standin/login`, `POST /standin/subscribe
{"who" or "openid", "template", "result"}` (as the resident tapping the question; posts the signed event to `--events-url`),
`POST /standin/faults` (see `Faults`), `POST /standin/templates {"template", "known"}`. They hold people apart by name
only because everybody here is invented.
"""

import argparse
import asyncio
import os
import random
import re
import secrets
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from api.demo.wechat_events import Events
from api.demo.wechat_server import Dropped, serve
from api.demo.wechat_state import OVERLAP_SECONDS, State
from api.infra.clock import ShiftedClock, SystemClock

_PATTERNS = {
    "thing": r"[^\x00-\x1f]{1,20}",
    "phrase": r"[\u4e00-\u9fff]{1,5}",
    "character_string": r"[\x20-\x7e]{1,32}",
    "number": r"[\d.]{1,32}",
    "date": r"\d{4}(年|-)\d{1,2}(月|-)\d{1,2}日?( \d{1,2}:\d{2})?",
    "time": r"(\d{4}年\d{1,2}月\d{1,2}日 )?\d{1,2}:\d{2}",
}
TEMPLATES = {
    "dev-date-arrived": ("thing1", "date2", "thing3"),
    "dev-case-progress": ("thing1", "date2", "thing3"),
    "dev-task-due": ("thing1", "date2", "thing3"),
}


class Faults(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """What goes wrong with sending: shares from 0 to 1, and a delay up to so many milliseconds. `login` is an errcode.

    `drop` closes the connection unanswered, half of the times after the message was accepted. `gone` answers 503.
    """

    delay_ms: int = 0
    refuse: float = 0
    drop: float = 0
    busy: float = 0
    gone: bool = False
    login: int = 0
    expire_tokens: bool = False


class StandIn:
    """What is answered to whom."""

    def __init__(self, state: State, events: Events, appid: str, secret: str) -> None:
        self._state = state
        self._events = events
        self._appid = appid
        self._secret = secret
        self._faults = Faults()
        self._routes: dict[tuple[str, str], Callable[[dict[str, str], bytes], Awaitable[Any]]] = {
            ("GET", "/sns/jscode2session"): self._session,
            ("POST", "/cgi-bin/stable_token"): self._token,
            ("POST", "/cgi-bin/message/subscribe/send"): self._send,
            ("GET", "/standin/sent"): self._sent,
            ("POST", "/standin/login"): self._login,
            ("POST", "/standin/subscribe"): self._subscribe,
            ("POST", "/standin/faults"): self._set_faults,
            ("POST", "/standin/templates"): self._set_template,
            ("GET", "/standin/health"): self._health,
        }

    async def answer(self, method: str, path: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Raises Dropped."""
        handler = self._routes.get((method, path))
        status, reply = 404, _error(404, "no such path")
        if handler is not None:
            try:
                status, reply = 200, await handler(query, body)
            except _Gone:
                status, reply = 503, {}
            except msgspec.DecodeError:
                status, reply = 200, _error(47001, "data format error")
        return status, msgspec.json.encode(reply)

    async def _session(self, query: dict[str, str], _: bytes) -> dict[str, Any]:
        if (fault := self._check_app(query.get("appid"), query.get("secret"))) is not None:
            return fault
        if query.get("grant_type") != "authorization_code":
            return _error(40002, "invalid grant_type")
        if not query.get("js_code"):
            return _error(41008, "missing code")
        if self._faults.login:
            return _error(self._faults.login, "as told")
        found = self._state.spend_code(query["js_code"], time.time())
        if isinstance(found, int):
            return _error(found, "code been used" if found == 40163 else "invalid code")
        return {"openid": found, "session_key": secrets.token_urlsafe(18)}

    async def _token(self, _: dict[str, str], body: bytes) -> dict[str, Any]:
        asked = msgspec.json.decode(body, type=dict[str, Any])
        if (fault := self._check_app(asked.get("appid"), asked.get("secret"))) is not None:
            return fault
        if asked.get("grant_type") != "client_credential":
            return _error(40002, "invalid grant_type")
        value, seconds = self._state.token(time.time(), force=asked.get("force_refresh") is True)
        return {"access_token": value, "expires_in": seconds}

    def _check_app(self, appid: Any, secret: Any) -> dict[str, Any] | None:
        if not appid:
            return _error(41002, "appid missing")
        if not secret:
            return _error(41004, "appsecret missing")
        if appid != self._appid:
            return _error(40013, "invalid appid")
        return None if secret == self._secret else _error(40125, "invalid appsecret")

    async def _send(self, query: dict[str, str], body: bytes) -> dict[str, Any]:
        faults = self._faults
        if faults.delay_ms:
            await asyncio.sleep(random.random() * faults.delay_ms / 1000)
        if faults.gone:
            raise _Gone
        drop = random.random() < faults.drop
        if drop and random.random() < 0.5:
            raise Dropped
        if random.random() < faults.busy:
            return _error(-1, "system error")
        if (errcode := self._state.token_fault(query.get("access_token"), time.time())) is not None:
            return _error(errcode, "access_token")
        message = msgspec.json.decode(body, type=dict[str, Any])
        if (fault := self._check_message(message)) is not None:
            return fault
        openid, template = message["touser"], message["template_id"]
        if random.random() < faults.refuse or not self._state.spend_quota(openid, template):
            return _error(43101, "user refuse to accept the msg")
        number = self._state.note_sent(openid, template, str(message.get("page", "")), message["data"], time.time())
        if drop:
            raise Dropped
        self._events.later("subscribe_msg_sent_event", openid, self._events.sent(template, str(number)))
        return {"errcode": 0, "errmsg": "ok", "msgid": number}

    def _check_message(self, message: dict[str, Any]) -> dict[str, Any] | None:
        data, template = message.get("data"), message.get("template_id")
        if not isinstance(data, dict):
            return _error(47003, "argument invalid! data is not an object")
        if not self._state.is_person(message.get("touser")):
            return _error(40003, "invalid openid")
        keys = self._state.keywords(template, TEMPLATES)
        if keys is None:
            return _error(40037, "invalid template_id")
        if not str(message.get("page", "pages/")).startswith("pages/"):
            return _error(41030, "invalid page")
        for key in keys:
            value = data.get(key, {}).get("value") if isinstance(data.get(key), dict) else None
            rule = _PATTERNS[key.rstrip("0123456789")]
            if not isinstance(value, str) or not value.strip() or re.fullmatch(rule, value) is None:
                return _error(47003, f"argument invalid! data.{key}.value is empty or invalid")
        return None

    async def _sent(self, query: dict[str, str], _: bytes) -> dict[str, Any]:
        return {"sent": self._state.sent_after(int(query.get("after", "0")), int(query.get("limit", "1000")))}

    async def _login(self, _: dict[str, str], body: bytes) -> dict[str, Any]:
        who = msgspec.json.decode(body, type=dict[str, str])["who"]
        code = secrets.token_hex(16)
        self._state.give_code(code, self._state.openid_of(who), time.time())
        return {"code": code}

    async def _subscribe(self, _: dict[str, str], body: bytes) -> dict[str, Any]:
        asked = msgspec.json.decode(body, type=dict[str, str])
        openid = asked.get("openid") or self._state.openid_of(asked["who"])
        results = dict.fromkeys(asked["template"].split(","), asked["result"])
        for template, result in results.items():
            if result == "accept":
                self._state.bank_quota(openid, template, int(asked.get("times", "1")))
        if asked.get("event", "send") == "send":
            await self._events.post("subscribe_msg_popup_event", openid, self._events.popup(results))
        return {"errcode": 0, "results": results}

    async def _set_faults(self, _: dict[str, str], body: bytes) -> dict[str, Any]:
        self._faults = msgspec.json.decode(body, type=Faults)
        if self._faults.expire_tokens:
            self._state.expire_tokens()
        return {"errcode": 0}

    async def _set_template(self, _: dict[str, str], body: bytes) -> dict[str, Any]:
        asked = msgspec.json.decode(body, type=dict[str, Any])
        self._state.set_known(str(asked["template"]), known=bool(asked["known"]))
        return {"errcode": 0}

    async def _health(self, _: dict[str, str], __: bytes) -> dict[str, Any]:
        return {"status": "ready", "overlapSeconds": OVERLAP_SECONDS}


class _Gone(Exception):
    """Nobody is at home."""


def _error(errcode: int, errmsg: str) -> dict[str, Any]:
    return {"errcode": errcode, "errmsg": errmsg}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m api.demo.wechat", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True, help="folder that keeps openids, quotas and messages")
    parser.add_argument("--appid", default="wx-demo")
    parser.add_argument("--secret", default="demo-secret")
    parser.add_argument("--events-url", help="where signed events are posted, such as .../api/v1/wechat/events")
    parser.add_argument("--event-token", default="demo-event-token")
    parser.add_argument(
        "--clock-shift-file",
        type=Path,
        default=os.environ.get("CW_CLOCK_SHIFT_FILE"),
        help="signs events at the moved time of the product it serves",
    )
    options = parser.parse_args(arguments)
    options.state.mkdir(parents=True, exist_ok=True)
    state = State(options.state / "wechat.sqlite")
    shift = options.clock_shift_file
    clock = ShiftedClock(shift) if shift else SystemClock()
    events = Events(options.events_url, options.event_token, options.appid, clock)
    stand_in = StandIn(state, events, options.appid, options.secret)
    try:
        asyncio.run(serve(stand_in.answer, options.port))
    except OSError as fault:
        sys.exit(f"port {options.port}: {fault.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
