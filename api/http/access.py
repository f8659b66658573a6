"""Who may call a route. Every handler says `access=...`, or its controller does for all; a route without it stops the start."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import Scope

from api.http.addresses import Networks, address_of
from api.infra.actors import Actor, Role
from api.infra.clock import Clock
from api.infra.errors import Forbidden, NextStep, Unauthenticated
from api.infra.tokens import Tokens

NOBODY = Actor(role=Role.NOBODY, id="nobody")

ACCESS: dict[str, frozenset[Role]] = {
    "anyone": frozenset(Role) - {Role.SYSTEM},  # a token is read where there is one
    "account": frozenset({Role.UNBOUND, Role.RESIDENT}),
    "resident": frozenset({Role.RESIDENT}),
    "provider": frozenset({Role.PROVIDER}),
    "key": frozenset({Role.PROVIDER}),  # a unit's program with the key itself, not with a token obtained by it
    "officer": frozenset({Role.OFFICER}),
    "staff": frozenset({Role.OFFICER, Role.AUDITOR}),
    "auditor": frozenset({Role.AUDITOR}),
    "admin": frozenset({Role.ADMIN}),
    "signed-in": frozenset(
        {Role.OFFICER, Role.AUDITOR, Role.ADMIN, Role.PROVIDER}
    ),  # whoever signs in with a second factor
    "wechat": frozenset({Role.NOBODY}),  # signed by WeChat; the handler checks the signature
    "static": frozenset({Role.NOBODY}),
    "probe": frozenset({Role.NOBODY}),
}
_OPEN = frozenset({"anyone", "wechat", "static"})
ON_BEHALF_OF = "on-behalf-of"
_MAX_ID = 64


def needs(access: str, scope: str | None = None) -> dict[str, Any]:
    """The `opt` of a controller all of whose handlers let in the same. `scope` is what a unit's key has to allow."""
    return {"access": access} | ({"scope": scope} if scope else {})


class IdentityNeeded(Forbidden):
    code = "identity-needed"
    title = "请先完成实名核验"
    default_detail = "查看和办理个人信用事项前，需要先核验您的身份。"
    default_step = "请先填写姓名和证件号码完成核验。"
    default_flow = "identity"


class StepUpNeeded(Forbidden):
    code = "step-up-needed"
    title = "请再次核验身份"
    default_detail = "这项操作涉及完整的个人信息，需要您再次核验身份。"

    def __init__(self, *, is_staff: bool = False) -> None:
        shown = "动态口令" if is_staff else "证件号码"
        detail = "这项操作要再输入一次动态口令。" if is_staff else None
        super().__init__(detail, next_step=NextStep(text=f"请输入{shown}后继续。", flow="step-up"))


class KeyRefused(Unauthenticated):
    code = "key-refused"
    title = "密钥不能用"
    default_detail = "这个密钥不对、已经停用，或者已经过了使用期。"
    default_step = "请核对请求头 X-Api-Key；需要新密钥的，请向信用中心申请。"


class ExchangeNeeded(Forbidden):
    code = "key-exchange-needed"
    title = "这个密钥只能用来换令牌"
    default_detail = "这个密钥发放时定为只换短时令牌，不能直接调用接口。"
    default_step = "请先用它 POST /provider/token，再把得到的令牌放进请求头 Authorization: Bearer。"


class ScopeMissing(Forbidden):
    code = "key-scope-missing"
    title = "这个密钥没有此项权限"
    default_step = "请使用有此项权限的密钥，或者向信用中心申请开通。"

    def __init__(self, scope: str) -> None:
        super().__init__(f"这个密钥没有“{scope}”权限，没有办理。")


def is_open_to_strangers(handler: BaseRouteHandler) -> bool:
    """Whether the route can be called without credentials."""
    options = handler.opt
    return Role.NOBODY in ACCESS[options["access"]] and not options.get("step_up") and options.get("scope") is None


def check_step_up(request: Request[Any, Any, Any], path: str) -> bool:
    """Whether the caller's step-up still holds. Raises StepUpNeeded if reading `path` requires one: for code that reads it on the caller's behalf."""
    stepped_up: bool = request.state["stepped_up"]
    routes = (route for route in request.app.routes if isinstance(route, HTTPRoute) and route.path == path)
    if not stepped_up and any(handler.opt.get("step_up") for route in routes for handler in route.route_handlers):
        raise StepUpNeeded
    return stepped_up


class Credentials:
    """Reads the credentials of a request.

    `find_key` returns the actor of an API key, or None; `find_program` that of a token which a key was exchanged for. `is_revoked` says whether a session has ended although its access
    token still lives. `spend_ticket` says whether a ticket is shown for the first time. `stand_in` returns the resident that a
    helper acts for, if the operation is allowed to helpers; `at_window` the person that an officer acts for at the window.
    `present` returns a person's current blind index.
    """

    def __init__(
        self,
        tokens: Tokens,
        clock: Clock,
        find_key: Callable[[str, datetime], Awaitable[Actor | None]],
        find_program: Callable[[str, datetime], Awaitable[Actor | None]],
        is_revoked: Callable[[str, datetime], Awaitable[bool]],
        spend_ticket: Callable[[str, datetime], Awaitable[bool]],
        stand_in: Callable[[Actor, str, str, datetime], Awaitable[Actor]],
        at_window: Callable[[Actor, str, str, datetime], Awaitable[Actor]],
        present: Callable[[str], Awaitable[str]],
        trusted_proxies: Sequence[str] = (),
    ) -> None:
        self._present = present
        self._tokens = tokens
        self._clock = clock
        self._find_key = find_key
        self._find_program = find_program
        self._is_revoked = is_revoked
        self._spend_ticket = spend_ticket
        self._stand_in = stand_in
        self._at_window = at_window
        self._trusted = Networks(trusted_proxies)

    async def guard(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Puts the actor on the connection. Raises Unauthenticated, Forbidden, IdentityNeeded, StepUpNeeded, ScopeMissing."""
        access = handler.opt.get("access")
        if access is None:
            return  # Litestar's own OPTIONS handlers; a test walks all others
        actor, stepped_up = await self._who(connection, access)
        behalf = connection.headers.get(ON_BEHALF_OF)
        operation = str(getattr(handler, "operation_id", ""))
        if behalf and actor.role is Role.OFFICER:  # the officer has the person before them and has seen their document
            actor = await self._at_window(actor, behalf[:_MAX_ID], operation, self._clock.now())
            stepped_up = True
        allowed = ACCESS[access]
        if actor.role not in allowed:
            if actor.role is Role.NOBODY:
                raise Unauthenticated
            if actor.role is Role.UNBOUND and Role.RESIDENT in allowed:
                raise IdentityNeeded
            raise Forbidden
        if handler.opt.get("step_up") and not stepped_up and actor.role is not Role.UNBOUND:
            raise StepUpNeeded(
                is_staff=actor.role is Role.ADMIN
            )  # an unbound account has no document and no person's data
        scope = handler.opt.get("scope")
        if scope is not None and scope not in actor.scopes:
            raise ScopeMissing(scope)
        if (
            behalf and actor.window is None and actor.role is not Role.NOBODY
        ):  # the header of an anonymous request is not looked up
            actor = await self._stand_in(actor, behalf[:_MAX_ID], operation, self._clock.now())
        if actor.subject is not None:
            actor = msgspec.structs.replace(actor, subject=await self._present(actor.subject))
        known = connection.scope["state"]
        known["actor"] = self._at_address(actor, connection.scope)
        known["stepped_up"] = stepped_up

    def stranger(self, scope: Scope) -> Actor:
        """The actor of a request without credentials."""
        return self._at_address(NOBODY, scope)

    def _at_address(self, actor: Actor, scope: Scope) -> Actor:
        return msgspec.structs.replace(actor, address=address_of(scope, self._trusted))

    async def _of_unit(self, scheme: str, credential: str) -> Actor:
        """One of a unit's people, who signed in with a second factor, or its program; NOBODY for any other token."""
        if not credential or scheme.lower() != "bearer":
            return NOBODY
        now = self._clock.now()
        try:
            actor, _ = self._tokens.read(credential, now)
        except Unauthenticated:
            key = self._tokens.key_of(credential, now)
            return (await self._find_program(key, now) if key else None) or NOBODY
        is_person = actor.role is Role.PROVIDER and actor.person is not None
        if not is_person or (actor.session and await self._is_revoked(actor.session, now)):
            return NOBODY
        return actor

    async def _who(self, connection: ASGIConnection[Any, Any, Any, Any], access: str) -> tuple[Actor, bool]:
        if access == "probe":
            return NOBODY, False  # liveness needs no database, whatever credential comes along
        header = connection.headers.get("authorization", "")
        scheme, _, credential = header.partition(" ")
        if access in ("provider", "key"):
            if key := connection.headers.get("x-api-key"):
                found = await self._find_key(key, self._clock.now())
                if found is None:
                    raise KeyRefused
                if found.is_exchange_only and access != "key":
                    raise ExchangeNeeded
                return found, False
            return await self._of_unit(scheme, credential) if access == "provider" else NOBODY, False
        now = self._clock.now()
        if credential and scheme.lower() == "ticket":
            return await self._by_ticket(connection, credential, now)
        if not credential or scheme.lower() != "bearer":
            return NOBODY, False
        try:
            actor, stepped_up = self._tokens.read(credential, now)
        except Unauthenticated:
            if access in _OPEN:
                return NOBODY, False
            raise
        if actor.session and await self._is_revoked(actor.session, now):
            if access in _OPEN:
                return NOBODY, False
            raise Unauthenticated("这台设备已退出登录。")
        return actor, stepped_up

    async def _by_ticket(
        self, connection: ASGIConnection[Any, Any, Any, Any], ticket: str, now: datetime
    ) -> tuple[Actor, bool]:
        """A ticket opens one path for reading, once, within a minute: for a client that fetches a document on the page's behalf."""
        actor, stepped_up, number = self._tokens.read_ticket(ticket, connection.scope["path"], now)
        is_over = actor.session is not None and await self._is_revoked(actor.session, now)
        if is_over or connection.scope.get("method") != "GET" or not await self._spend_ticket(number, now):
            raise Unauthenticated("这份文件的取件码已经用过。")
        return actor, stepped_up


async def current_actor(request: Request[Any, Any, Any]) -> Actor:
    """The dependency `actor`, with the caller's address."""
    actor: Actor = request.scope["state"]["actor"]
    return actor
