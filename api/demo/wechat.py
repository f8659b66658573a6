"""A stand-in for WeChat's servers: their documented shapes, error codes and keyword limits, for development and tests.

`python -m api.demo.wechat --port 8100 --state .data/wechat` keeps openids, quotas and what was pushed in a file, so that a
second start finds them. `demo-NAME` is a sign-in code that always works and always gives the same openid; any other code
comes from `POST /standin/login {"who": NAME}`, holds five minutes and works once, as WeChat's do.

Inspection and control: `GET /standin/sent` (newest last, `?after=N`), `POST /standin/login`, `POST /standin/subscribe
{"who" or "openid", "template", "result"}` (as the resident tapping the question; posts the signed event to `--events-url`),
`GET /standin/person?who=`, `POST /standin/clock {"days" or "to"}`, `POST /standin/switch {"who", "off"}` (WeChat's main switch of one person), `POST /standin/faults` (see `Faults`),
`POST /standin/templates {"template", "known"}`. They hold people apart by name
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
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import httpx
import msgspec

from api.demo.wechat_events import Events, Form
from api.demo.wechat_phone import Phone
from api.demo.wechat_server import Dropped, Reply, Request, serve
from api.demo.wechat_state import OVERLAP_SECONDS, State
from api.infra.clock import Clock, ShiftedClock, SystemClock
from api.infra.loop import run

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
    """Simulated faults, and the variants of WeChat's answers. All off by default.

    With sending: shares from 0 to 1 (`drop` closes the connection unanswered, half of the times after the message was
    accepted), and a delay up to so many milliseconds. `gone`: every answer is 503; `slow_ms`: every answer waits.
    `login`, `token` and `send` are errcodes that every such call gets. `expires_in` is said of tokens instead of the truth.
    `digits`: errcodes come as text. `raw` is answered as it stands to every call. Events come in `form` (plain, wrapped, sealed,
    or both: sealed and in clear), each `times` over; those of sent messages up to `event_slow_ms` late, and a share `event_lose` never;
    `sent_error` is the errcode that they tell of every message.
    """

    delay_ms: int = 0
    refuse: float = 0
    drop: float = 0
    busy: float = 0
    gone: bool = False
    slow_ms: int = 0
    login: int = 0
    token: int = 0
    send: int = 0
    expires_in: int = 0
    digits: bool = False
    raw: str = ""
    form: Form = "plain"
    times: int = 1
    event_slow_ms: int = 0
    event_lose: float = 0
    sent_error: int = 0
    expire_tokens: bool = False


def pages_of_the_mini_program() -> frozenset[str]:
    """The pages of the live version: a push that opens any other is refused."""
    app = (resources.files("api.web") / "miniprogram" / "app.json").read_bytes()
    return frozenset(msgspec.json.decode(app)["pages"])


Handler = Callable[[dict[str, str], bytes], Awaitable[Any]]
_JSON = [("content-type", "application/json")]


def _json(status: int, body: Any) -> Reply:
    return status, _JSON, msgspec.json.encode(body)


class StandIn:
    """Answers each request as WeChat would."""

    def __init__(
        self,
        state: State,
        events: Events,
        appid: str,
        secret: str,
        clock: Clock,
        *,
        shift_file: Path | None = None,
        phone: Phone | None = None,
    ) -> None:
        self._clock = clock
        self._shift_file = shift_file
        self._phone = phone
        self._state = state
        self._events = events
        self._appid = appid
        self._secret = secret
        self._faults = Faults()
        self._token_calls = 0
        self._dropped = 0  # of these, so many after the message was accepted:
        self._dropped_sent = 0
        self._pages = pages_of_the_mini_program()
        self._routes: dict[tuple[str, str], Handler] = {
            ("GET", "/sns/jscode2session"): self._session,
            ("POST", "/cgi-bin/stable_token"): self._token,
            ("POST", "/cgi-bin/message/subscribe/send"): self._send,
            ("GET", "/standin/sent"): self._sent,
            ("POST", "/standin/login"): self._login,
            ("POST", "/standin/subscribe"): self._subscribe,
            ("POST", "/standin/faults"): self._set_faults,
            ("POST", "/standin/templates"): self._set_template,
            ("POST", "/standin/switch"): self._switch,
            ("GET", "/standin/person"): self._person,
            ("POST", "/standin/clock"): self._move_clock,
            ("GET", "/standin/health"): self._health,
        }

    async def answer(self, request: Request) -> Reply:
        """Raises Dropped."""
        handler = self._routes.get((request.method, request.path))
        if handler is None and self._phone is not None:
            try:
                return await self._phone.answer(request)
            except httpx.HTTPError:
                return _json(502, _error(502, "the product does not answer"))
        status, body = await self._spoken(request.path, request.query, request.body, handler)
        return status, _JSON, body

    async def _spoken(
        self, path: str, query: dict[str, str], body: bytes, handler: Handler | None
    ) -> tuple[int, bytes]:
        if handler is None:
            return 404, msgspec.json.encode(_error(404, "no such path"))
        is_wechat = not path.startswith("/standin/")
        if is_wechat and self._faults.slow_ms:
            await asyncio.sleep(self._faults.slow_ms / 1000)
        if is_wechat and self._faults.gone:
            return 503, b"{}"
        if is_wechat and self._faults.raw:
            return 200, self._faults.raw.encode()
        try:
            reply = await handler(query, body)
        except msgspec.DecodeError:
            reply = _error(47001, "data format error")
        if is_wechat and self._faults.digits and "errcode" in reply:
            reply["errcode"] = str(reply["errcode"])
        return 200, msgspec.json.encode(reply)

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
        reply = {"openid": found, "session_key": secrets.token_urlsafe(18), "unionid": f"u{found[1:]}"}
        return {**reply, "errcode": 0} if self._faults.digits else reply

    async def _token(self, _: dict[str, str], body: bytes) -> dict[str, Any]:
        asked = msgspec.json.decode(body, type=dict[str, Any])
        if (fault := self._check_app(asked.get("appid"), asked.get("secret"))) is not None:
            return fault
        if asked.get("grant_type") != "client_credential":
            return _error(40002, "invalid grant_type")
        if self._faults.token:
            return _error(self._faults.token, "as told")
        value, seconds = self._state.token(time.time(), force=asked.get("force_refresh") is True)
        self._token_calls += 1
        return {"access_token": value, "expires_in": self._faults.expires_in or seconds}

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
        drop = random.random() < faults.drop
        if drop and random.random() < 0.5:
            raise self._drop()
        if random.random() < faults.busy:
            return _error(-1, "system error")
        if (errcode := self._state.token_fault(query.get("access_token"), time.time())) is not None:
            return _error(errcode, "access_token")
        if faults.send:
            return _error(faults.send, "as told")
        message = msgspec.json.decode(body, type=dict[str, Any])
        if (fault := self._check_message(message)) is not None:
            return fault
        openid, template = message["touser"], message["template_id"]
        if (
            random.random() < faults.refuse
            or self._state.is_switched_off(openid)
            or not (self._state.spend_quota(openid, template))
        ):
            return _error(43101, "user refuse to accept the msg")
        number = self._state.note_sent(openid, template, str(message.get("page", "")), message["data"], time.time())
        self._events.later(
            "subscribe_msg_sent_event", openid, self._events.sent(template, str(number), faults.sent_error)
        )
        if drop:
            self._dropped_sent += 1
            raise self._drop()
        return {"errcode": 0, "errmsg": "ok", "msgid": number}

    def _drop(self) -> Dropped:
        self._dropped += 1
        return Dropped()

    def _check_message(self, message: dict[str, Any]) -> dict[str, Any] | None:
        data, template = message.get("data"), message.get("template_id")
        if not isinstance(data, dict):
            return _error(47003, "argument invalid! data is not an object")
        if not self._state.is_person(message.get("touser")):
            return _error(40003, "invalid openid")
        keys = self._state.keywords(template, TEMPLATES)
        if keys is None:
            return _error(40037, "invalid template_id")
        page = message.get("page")
        if page is not None and str(page).partition("?")[0] not in self._pages:
            return _error(41030, "invalid page")
        if message.get("miniprogram_state", "formal") not in ("developer", "trial", "formal"):
            return _error(47001, "invalid miniprogram_state")
        for key in keys:
            value = data.get(key, {}).get("value") if isinstance(data.get(key), dict) else None
            rule = _PATTERNS[key.rstrip("0123456789")]
            if not isinstance(value, str) or not value.strip() or re.fullmatch(rule, value) is None:
                return _error(47003, f"argument invalid! data.{key}.value is empty or invalid")
        return None

    async def _sent(self, query: dict[str, str], _: bytes) -> dict[str, Any]:
        if "newest" in query:
            return {"sent": self._state.newest_sent()}
        return {"sent": self._state.sent_after(int(query.get("after", "0")), int(query.get("limit", "1000")))}

    async def _login(self, _: dict[str, str], body: bytes) -> dict[str, Any]:
        who = msgspec.json.decode(body, type=dict[str, str])["who"]
        code = secrets.token_hex(16)
        self._state.give_code(code, self._state.openid_of(who), time.time())
        return {"code": code}

    async def _subscribe(self, _: dict[str, str], body: bytes) -> dict[str, Any]:
        asked = msgspec.json.decode(body, type=dict[str, Any])
        openid = asked.get("openid") or self._state.openid_of(asked["who"])
        if self._state.is_switched_off(openid):
            return {"errcode": 20004, "results": {}}
        results = asked.get("results") or dict.fromkeys(asked["template"].split(","), asked["result"])
        for template, result in results.items():
            if result == "accept":
                self._state.bank_quota(openid, template, int(asked.get("times", "1")))
        if asked.get("event", "send") == "send":
            await self._events.post("subscribe_msg_popup_event", openid, self._events.popup(results))
        return {"errcode": 0, "results": results, "openid": openid}

    async def _set_faults(self, _: dict[str, str], body: bytes) -> dict[str, Any]:
        self._faults = msgspec.json.decode(body, type=Faults)
        self._events.form, self._events.times = self._faults.form, self._faults.times
        self._events.slow_ms, self._events.lose = self._faults.event_slow_ms, self._faults.event_lose
        if self._faults.expire_tokens:
            self._state.expire_tokens()
        return {"errcode": 0}

    async def _set_template(self, _: dict[str, str], body: bytes) -> dict[str, Any]:
        asked = msgspec.json.decode(body, type=dict[str, Any])
        self._state.set_known(str(asked["template"]), known=bool(asked["known"]))
        return {"errcode": 0}

    async def _health(self, _: dict[str, str], __: bytes) -> dict[str, Any]:
        counted = {"tokenCalls": self._token_calls, "dropped": self._dropped, "droppedSent": self._dropped_sent}
        counted |= {"eventsWaiting": self._events.waiting, "eventsLost": self._events.lost}
        return {"status": "ready", "overlapSeconds": OVERLAP_SECONDS, **counted}

    async def _person(self, query: dict[str, str], _: bytes) -> dict[str, Any]:
        openid = self._state.openid_of(query["who"])
        return {
            "openid": openid,
            "quotas": self._state.quotas(openid),
            "isSwitchedOff": self._state.is_switched_off(openid),
            "now": self._clock.now().isoformat(),
        }

    async def _move_clock(self, _: dict[str, str], body: bytes) -> dict[str, Any]:
        """Moves the clock of the whole product: by `days`, or forward to an instant."""
        asked = msgspec.json.decode(body, type=dict[str, Any])
        if self._shift_file is None:
            return _error(404, "the clock is the machine's")
        now = self._clock.now()
        target = now + timedelta(days=asked["days"]) if "days" in asked else datetime.fromisoformat(asked["to"])
        if target > now:
            ShiftedClock.move(self._shift_file, (target - SystemClock().now()).total_seconds())
        return {"errcode": 0, "to": self._clock.now().isoformat()}

    async def _switch(self, _: dict[str, str], body: bytes) -> dict[str, Any]:
        asked = msgspec.json.decode(body, type=dict[str, Any])
        self._state.set_switched_off(self._state.openid_of(str(asked["who"])), off=bool(asked["off"]))
        return {"errcode": 0}


def _error(errcode: int, errmsg: str) -> dict[str, Any]:
    return {
        "errcode": errcode,
        "errmsg": f"{errmsg} rid: {secrets.token_hex(4)}-{secrets.token_hex(4)}-{secrets.token_hex(4)}",
    }


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m api.demo.wechat", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True, help="folder that keeps openids, quotas and messages")
    parser.add_argument("--appid", default="wx-demo")
    parser.add_argument("--secret", default="demo-secret")
    parser.add_argument("--events-url", help="where signed events are posted, such as .../api/v1/wechat/events")
    parser.add_argument("--event-token", default="demo-event-token")
    parser.add_argument("--event-key", help="WeChat's EncodingAESKey, for events in the sealed form")
    parser.add_argument(
        "--api-url", help="where the product answers: then /standin/phone shows the mini-program round it"
    )
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
    events = Events(options.events_url, options.event_token, options.appid, clock, options.event_key)
    phone = Phone(options.api_url) if options.api_url else None
    stand_in = StandIn(
        state, events, options.appid, options.secret, clock, shift_file=Path(shift) if shift else None, phone=phone
    )
    try:
        run(serve(stand_in.answer, options.port))
    except OSError as fault:
        sys.exit(f"port {options.port}: {fault.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
