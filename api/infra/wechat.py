"""Client of WeChat's servers: exchanging a sign-in code, and sending a subscription message.

`session_key` never leaves this file. No openid, code, secret or token gets into a log or an error.
"""

import asyncio
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

import h11
import msgspec

from api.infra.bounded import Bounded
from api.infra.clock import Clock
from api.infra.database_faults import is_outage
from api.infra.errors import Forbidden, Invalid, TooMany, Unavailable
from api.infra.log import get_log
from api.infra.mongo import Database
from api.infra.outbound import Answer, KeptConnections, NoAnswer, NotSent, Patience
from api.infra.privacy import KeyRing
from api.infra.wechat_keywords import checked
from api.infra.wechat_settings import WeChat
from api.infra.wechat_token import SharedToken, TokenUnavailable

_LINES = 25  # more than a worker sends at once
_SIZES = 256  # of messages, which are all much alike
_SIGN_IN_TRIES = 3
_SIGN_INS, _SIGN_IN_PATIENCE = 32, 1.0  # at once, and as many waiting: if WeChat hangs, the rest must go on
_PAUSE_SECONDS = 0.2
_log = get_log("wechat")


class BadCode(Invalid):
    code = "wechat-code-invalid"
    title = "微信登录没有成功"
    field = "code"
    default_detail = "微信给出的登录凭证已经用过，或者已过期。"
    default_step = "请回到小程序，重新点一次“登录”。"


class Blocked(Forbidden):
    code = "wechat-blocked"
    title = "微信暂不允许这个账号登录"
    default_detail = "微信提示这个账号存在安全风险，登录被微信拦截。"
    default_step = "请在微信“设置—账号与安全”中查看原因；您也可以到信用中心窗口办理。"


class QuotaReached(TooMany):
    code = "wechat-too-often"
    title = "登录太频繁"
    default_detail = "一分钟内登录的次数太多，微信要求稍后再试。"
    default_step = "请过一分钟再登录。"


class Busy(Unavailable):
    code = "wechat-busy"
    title = "微信暂时没有响应"
    default_detail = "微信的服务器正忙，登录没有完成。"
    default_step = "请过一会儿重新点“登录”。"


class WeChatIdentity(msgspec.Struct, frozen=True):
    """Whose WeChat it is: no proof of who the person is. `unionid` only where the operator bound an open platform."""

    openid: str
    unionid: str | None = None

    def __repr__(self) -> str:
        return "WeChatIdentity(***)"


class SendOutcome(StrEnum):
    SENT = "sent"  # accepted; the result comes by event
    REFUSED = "refused"  # unsubscribed, refused, or the one-time quota is used up
    BAD_RECEIVER = "bad-receiver"
    BAD_TEMPLATE = "bad-template"  # WeChat does not know the template
    BAD_PAGE = "bad-page"  # not in the live version (yet)
    BAD_DATA = "bad-data"
    NOT_ALLOWED = "not-allowed"  # we may not call this API at present
    REJECTED = "rejected"  # any other code
    BUSY = "busy"  # certainly not accepted; try again later
    UNKNOWN = "unknown"  # no answer to a request that may have been accepted: never sent again


class SendResult(msgspec.Struct, frozen=True):
    outcome: SendOutcome
    errcode: int = 0
    message_id: str | None = None


OPERATORS = frozenset(
    {
        SendOutcome.BAD_TEMPLATE,
        SendOutcome.BAD_PAGE,
        SendOutcome.BAD_DATA,
        SendOutcome.NOT_ALLOWED,
        SendOutcome.REJECTED,
    }
)
"""Answers that say nothing of the person or the notice: something is set up wrongly, and an operator can mend it."""

_OUTCOMES = {
    0: SendOutcome.SENT,
    43101: SendOutcome.REFUSED,
    40003: SendOutcome.BAD_RECEIVER,
    40037: SendOutcome.BAD_TEMPLATE,
    41030: SendOutcome.BAD_PAGE,
    48001: SendOutcome.NOT_ALLOWED,
    48002: SendOutcome.NOT_ALLOWED,
    48004: SendOutcome.NOT_ALLOWED,
    40164: SendOutcome.NOT_ALLOWED,
    47003: SendOutcome.BAD_DATA,
    -1: SendOutcome.BUSY,
    45009: SendOutcome.BUSY,
    45011: SendOutcome.BUSY,
}
NO_TOKEN = 40001
"""The code of a message that was not sent because WeChat gives us no token: away, or our address or secret is refused."""

_TOKEN_ERRORS = frozenset({40001, 40014, 42001})
_NOT_TAKEN = frozenset({429, 503})
_DIGITS = re.compile(r"-?[0-9]{1,9}")
_NO_ANSWER = -1  # what is not a number is no answer
_RID = re.compile(r"rid:? ?([0-9a-fA-F-]{8,64})")
_KEYWORD = re.compile(r"data\.([a-z_]{1,20}[0-9]{1,3})")


_PATIENCE = Patience()


class WeChatClient:
    """One set of connections. Make it before the loop runs, use it on one loop, close it."""

    def __init__(
        self,
        settings: WeChat,
        database: Database,
        keys: KeyRing,
        clock: Clock,
        *,
        patience: Patience = _PATIENCE,
    ) -> None:
        self._settings = settings
        self._signing_in = Bounded("sign-in", _SIGN_INS, waiting=_SIGN_INS, seconds=_SIGN_IN_PATIENCE, refusal=Busy)
        self._http = KeptConnections(_LINES, settings.base_url, patience)
        self._message = lru_cache(maxsize=_SIZES)(self._prepared)  # a token holds for two hours
        self._token = SharedToken(database, keys, clock, settings.appid, self._fetch_token)

    async def close(self) -> None:
        await self._http.close()

    async def code_to_session(self, code: str) -> WeChatIdentity:
        """Who holds this sign-in code (good once, for five minutes). Raises BadCode, Blocked, QuotaReached, Busy."""
        query = {
            "appid": self._settings.appid,
            "secret": self._settings.secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        for attempt in range(_SIGN_IN_TRIES):
            if attempt:
                await asyncio.sleep(_PAUSE_SECONDS * attempt)
            try:
                async with self._signing_in.place():
                    reply = _reply(await self._http.request("GET", "/sns/jscode2session", query=query))
            except NotSent:
                continue
            except NoAnswer as fault:
                raise Busy from fault  # the code may be used up: only a new one helps
            if reply is None or _errcode(reply) == _NO_ANSWER:
                continue
            return _identity(reply)
        raise Busy

    async def send(self, openid: str, template: str, page: str, values: Mapping[str, str]) -> SendResult:
        """Sends one message of WeChat's template id to one person. Never raises for what WeChat says or does, nor for an outage of the
        database, which keeps the token.

        `values` are keyword → text. Raises BrokenKeyword before anything is sent.
        """
        body = {
            "touser": openid,
            "template_id": template,
            "page": page,
            "data": checked(values),
            "miniprogram_state": self._settings.state,
            "lang": "zh_CN",
        }
        rejected: str | None = None
        result = SendResult(outcome=SendOutcome.BUSY, errcode=NO_TOKEN)
        for _ in range(2):
            try:
                token = await self._token.get(rejected=rejected)
            except Exception as fault:
                if not (isinstance(fault, TokenUnavailable | NoAnswer) or is_outage(fault)):
                    raise
                return SendResult(outcome=SendOutcome.BUSY, errcode=NO_TOKEN)
            result = await self._send(token, body)
            if result.errcode not in _TOKEN_ERRORS:
                break
            rejected = token
        return result

    def _prepared(self, token: str, size: int) -> h11.Request:
        return self._http.prepared("POST", "/cgi-bin/message/subscribe/send", {"access_token": token}, size)

    async def _send(self, token: str, body: dict[str, Any]) -> SendResult:
        try:
            content = msgspec.json.encode(body)
            response = await self._http.ask(self._message(token, len(content)), content)
        except NotSent:
            return SendResult(outcome=SendOutcome.BUSY, errcode=-1)
        except NoAnswer:
            return SendResult(outcome=SendOutcome.UNKNOWN)
        reply = _reply(response)
        if reply is None:
            taken = response.status not in _NOT_TAKEN
            return SendResult(outcome=SendOutcome.UNKNOWN if taken else SendOutcome.BUSY, errcode=response.status)
        message_id = reply.get("msgid")
        if reply.get("errcode") in (None, "") and message_id is None:
            return SendResult(outcome=SendOutcome.UNKNOWN)  # it neither accepted nor refused the message
        errcode = _errcode(reply)
        if errcode in _TOKEN_ERRORS:
            return SendResult(outcome=SendOutcome.BUSY, errcode=errcode)
        outcome = _OUTCOMES.get(errcode, SendOutcome.REJECTED)
        if outcome in OPERATORS:
            _log.error("send-refused", errcode=errcode, **_traces(reply))
        return SendResult(outcome=outcome, errcode=errcode, message_id=None if message_id is None else str(message_id))

    async def _fetch_token(self) -> tuple[str, int]:
        response = await self._http.request(
            "POST",
            "/cgi-bin/stable_token",
            content=msgspec.json.encode(
                {
                    "grant_type": "client_credential",
                    "appid": self._settings.appid,
                    "secret": self._settings.secret,
                    "force_refresh": False,  # forcing is for a leaked token only
                }
            ),
        )
        reply = _reply(response)
        token = None if reply is None else reply.get("access_token")
        if reply is None or not isinstance(token, str) or not token:
            errcode, traces = (None, {}) if reply is None else (_errcode(reply), _traces(reply))
            _log.error("no-token", errcode=errcode, status=response.status, **traces)
            raise TokenUnavailable
        return token, _number(reply.get("expires_in")) or 0


def _reply(response: Answer) -> dict[str, Any] | None:
    """The JSON object that WeChat answered; None for anything else. Its content type is text/plain, so is not asked."""
    if response.status != 200:
        return None
    try:
        reply = msgspec.json.decode(response.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return reply if isinstance(reply, dict) else None


def _number(value: Any) -> int | None:
    """A number, or the digits of one: WeChat has been seen to send both. None for anything else."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _errcode(reply: dict[str, Any]) -> int:
    """0 where WeChat names none."""
    value = reply.get("errcode")
    if value is None or value == "":
        return 0
    number = _number(value)
    return _NO_ANSWER if number is None else number


def _traces(reply: dict[str, Any]) -> dict[str, str]:
    """What WeChat's support asks for, and the keyword that it complains of: never the rest, which may repeat a value."""
    text = str(reply.get("errmsg", ""))
    found = {"rid": _RID.search(text), "keyword": _KEYWORD.search(text)}
    return {name: match[1] for name, match in found.items() if match}


def _identity(reply: dict[str, Any]) -> WeChatIdentity:
    errcode = _errcode(reply)
    if errcode in (40029, 40163):
        raise BadCode
    if errcode == 40226:
        raise Blocked
    if errcode in (45009, 45011):
        raise QuotaReached
    openid = reply.get("openid")
    if errcode != 0 or not isinstance(openid, str) or not openid:
        _log.error(
            "sign-in-refused", errcode=errcode, **_traces(reply)
        )  # our appid or secret is wrong: for the operator
        raise Busy
    unionid = reply.get("unionid")
    return WeChatIdentity(openid=openid, unionid=unionid if isinstance(unionid, str) else None)
