"""Sessions, the signed-in person, staff sign-in."""

from typing import Any

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.accounts.errors import RefreshReused
from api.accounts.identity import check_identity
from api.accounts.schemas import (
    AccountView,
    AskTicket,
    BindIdentity,
    Bound,
    ChangeSettings,
    ChangeStaffPassword,
    Devices,
    DeviceView,
    Refresh,
    Refreshed,
    SignedIn,
    SignIn,
    StaffSignedIn,
    StaffSignIn,
    StaffView,
    SteppedUp,
    StepUp,
    Ticket,
)
from api.accounts.service import AccountService, CodeExchange, actor_of
from api.accounts.sessions import SessionService
from api.accounts.staff import StaffService
from api.accounts.staff import actor_of as staff_actor_of
from api.http.access import check_step_up
from api.http.idempotency import Once
from api.infra.actors import Actor
from api.infra.clock import Clock, civil_date
from api.infra.mongo import Tx
from api.infra.tokens import ACCESS_LIFE, STEP_UP_LIFE, TICKET_LIFE, Tokens

_LIFE = int(ACCESS_LIFE.total_seconds())
_STEP_UP_LIFE = int(STEP_UP_LIFE.total_seconds())
_SMALL = 16_384


def _device(request: Request[Any, Any, Any]) -> str:
    """What the client calls itself, cut to what may be shown in a list."""
    return "".join(c for c in request.headers.get("user-agent", "") if c.isprintable()) or "未知设备"


class SessionController(Controller):
    path = "/session"
    tags = ("session",)
    request_max_body_size = _SMALL

    @post("/wechat", access="anyone", limit="sign-in", operation_id="signIn")
    async def sign_in(
        self,
        data: JSONBody[SignIn],
        request: Request[Any, Any, Any],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        accounts: NamedDependency[AccountService],
        code_exchange: NamedDependency[CodeExchange],
        tokens: NamedDependency[Tokens],
        clock: NamedDependency[Clock],
    ) -> Response[SignedIn]:
        """Sign in with WeChat."""
        now = clock.now()
        if (stored := await once.earlier()) is not None:
            return stored
        account = await accounts.admit(await code_exchange.code_to_session(data.code), now)

        async def work(tx: Tx) -> SignedIn:
            signed_in, _, refresh = await accounts.sign_in(tx, actor, account, _device(request), now)
            return SignedIn(
                access_token=tokens.issue(signed_in, now),
                expires_in_seconds=_LIFE,
                refresh_token=refresh,
                is_bound=account.is_bound,
                account=AccountView.of(account, civil_date(now)),
            )

        return await once.run(work)

    @post("/refresh", access="anyone", limit="refresh", operation_id="refreshSession")
    async def refresh(
        self,
        data: JSONBody[Refresh],
        once: NamedDependency[Once],
        accounts: NamedDependency[AccountService],
        sessions: NamedDependency[SessionService],
        staff: NamedDependency[StaffService],
        tokens: NamedDependency[Tokens],
        clock: NamedDependency[Clock],
    ) -> Response[Refreshed]:
        """Trade a refresh token, good once, for a new pair."""
        now = clock.now()

        async def work(tx: Tx) -> Refreshed:
            session, refresh = await sessions.rotate(tx, data.refresh_token, now)
            if session.kind == "staff":
                actor = staff_actor_of(await staff.get(session.holder), session)
            else:
                actor = actor_of(await accounts.open_account(session.holder, tx), session.id)
            return Refreshed(access_token=tokens.issue(actor, now), expires_in_seconds=_LIFE, refresh_token=refresh)

        try:
            return await once.run(work)
        except RefreshReused as reused:
            await sessions.end(reused.session, now)
            raise

    @delete(access="account", operation_id="signOut")
    async def sign_out(
        self, actor: NamedDependency[Actor], sessions: NamedDependency[SessionService], clock: NamedDependency[Clock]
    ) -> None:
        """Sign out on this device."""
        await sessions.end(actor.session or "", clock.now())

    @post("/step-up", access="resident", operation_id="stepUp")
    async def step_up(
        self,
        data: JSONBody[StepUp],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        accounts: NamedDependency[AccountService],
        tokens: NamedDependency[Tokens],
        clock: NamedDependency[Clock],
    ) -> Response[SteppedUp]:
        """Show the document number again, for what hands out the whole of one's data."""
        now = clock.now()
        account = await accounts.step_up(actor, data.document_number, now)

        async def work(tx: Tx) -> SteppedUp:
            await accounts.note_step_up(tx, actor, now)
            fresh = actor_of(account, actor.session or "")
            return SteppedUp(access_token=tokens.issue(fresh, now, stepped_up=True), expires_in_seconds=_STEP_UP_LIFE)

        return await once.run(work)


class MeController(Controller):
    path = "/me"
    tags = ("me",)
    request_max_body_size = _SMALL

    @get(access="account", operation_id="me")
    async def me(
        self, actor: NamedDependency[Actor], accounts: NamedDependency[AccountService], clock: NamedDependency[Clock]
    ) -> AccountView:
        """Who is signed in, masked."""
        return AccountView.of(await accounts.open_account(actor.id), clock.today())

    @patch(access="account", operation_id="changeSettings", status_code=200)
    async def change_settings(
        self,
        data: JSONBody[ChangeSettings],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        accounts: NamedDependency[AccountService],
        clock: NamedDependency[Clock],
    ) -> Response[AccountView]:
        """Change the jurisdiction or the elderly mode."""
        now = clock.now()

        async def work(tx: Tx) -> AccountView:
            changed = await accounts.change_settings(
                tx, actor, now, jurisdiction=data.jurisdiction, is_elderly_mode=data.is_elderly_mode
            )
            return AccountView.of(changed, civil_date(now))

        return await once.run(work)

    @post("/identity", access="account", operation_id="bindIdentity")
    async def bind_identity(
        self,
        data: JSONBody[BindIdentity],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        accounts: NamedDependency[AccountService],
        tokens: NamedDependency[Tokens],
        clock: NamedDependency[Clock],
    ) -> Response[Bound]:
        """Bind name and identity document to the account."""
        now = clock.now()
        claim = check_identity(data.name, data.document_kind, data.document_number, data.born_on, civil_date(now))
        await accounts.check_claim(actor, claim, data.jurisdiction, now)

        async def work(tx: Tx) -> Bound:
            account = await accounts.bind(tx, actor, claim, data.jurisdiction, now)
            return Bound(
                access_token=tokens.issue(actor_of(account, actor.session or ""), now),
                expires_in_seconds=_LIFE,
                account=AccountView.of(account, civil_date(now)),
            )

        return await once.run(work)

    @post("/tickets", access="account", operation_id="askTicket")
    async def ask_ticket(
        self,
        data: JSONBody[AskTicket],
        request: Request[Any, Any, Any],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        tokens: NamedDependency[Tokens],
        clock: NamedDependency[Clock],
    ) -> Response[Ticket]:
        """Let a native page of the mini-program fetch one document, once, within a minute: a web view can keep none."""
        now, path = clock.now(), request.scope["path"].removesuffix("/me/tickets") + data.path
        stepped_up = check_step_up(request, path)

        async def work(_: Tx) -> Ticket:
            ticket = tokens.issue_ticket(actor, path, now, stepped_up=stepped_up)
            return Ticket(ticket=ticket, expires_in_seconds=int(TICKET_LIFE.total_seconds()))

        return await once.run(work)

    @get("/devices", access="account", operation_id="devices")
    async def devices(
        self, actor: NamedDependency[Actor], sessions: NamedDependency[SessionService], clock: NamedDependency[Clock]
    ) -> Devices:
        """Where the account is signed in."""
        found = await sessions.devices(actor.id, clock.now())
        return Devices(items=tuple(DeviceView.of(session, actor.session) for session in found))

    @delete("/devices/{device_id:str}", access="account", operation_id="signOutDevice")
    async def sign_out_device(
        self,
        device_id: FromPath[str],
        actor: NamedDependency[Actor],
        sessions: NamedDependency[SessionService],
        clock: NamedDependency[Clock],
    ) -> None:
        """Sign out another device."""
        await sessions.revoke(None, actor.id, device_id, clock.now())


class StaffController(Controller):
    path = "/staff"
    tags = ("staff",)
    request_max_body_size = _SMALL

    @post("/session", access="anyone", limit="staff-address", operation_id="staffSignIn")
    async def sign_in(
        self,
        data: JSONBody[StaffSignIn],
        request: Request[Any, Any, Any],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        staff: NamedDependency[StaffService],
        tokens: NamedDependency[Tokens],
        clock: NamedDependency[Clock],
    ) -> Response[StaffSignedIn]:
        """Sign in with password and one-time password."""
        now = clock.now()
        if (stored := await once.earlier()) is not None:
            return stored
        member, step = await staff.check_password(actor, data.username, data.password, data.otp, now, data.known_device)

        async def work(tx: Tx) -> StaffSignedIn:
            signed_in, session, refresh = await staff.sign_in(tx, actor, member, step, _device(request), now)
            return StaffSignedIn(
                access_token=tokens.issue(signed_in, now),
                expires_in_seconds=_LIFE,
                refresh_token=refresh,
                staff=StaffView.of(member),
                known_device=staff.remember_device(member, session, now),
            )

        return await once.run(work)

    @delete("/session", access="signed-in", operation_id="staffSignOut")
    async def sign_out(
        self, actor: NamedDependency[Actor], sessions: NamedDependency[SessionService], clock: NamedDependency[Clock]
    ) -> None:
        """Sign out."""
        await sessions.end(actor.session or "", clock.now())

    @post("/password", access="signed-in", operation_id="changeStaffPassword", status_code=200)
    async def change_password(
        self,
        data: JSONBody[ChangeStaffPassword],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        staff: NamedDependency[StaffService],
        clock: NamedDependency[Clock],
    ) -> Response[StaffView]:
        """Choose a new password; every device is signed out."""
        now = clock.now()

        async def work(tx: Tx) -> StaffView:
            changed = await staff.change_own_password(
                tx, actor, data.current_password, data.otp, data.new_password, now
            )
            return StaffView.of(changed)

        return await once.run(work)

    @get("/devices", access="signed-in", operation_id="listStaffDevices")
    async def devices(
        self, actor: NamedDependency[Actor], sessions: NamedDependency[SessionService], clock: NamedDependency[Clock]
    ) -> Devices:
        """Where one is signed in."""
        found = await sessions.devices(actor.signed_in_as, clock.now())
        return Devices(items=tuple(DeviceView.of(session, actor.session) for session in found))

    @delete("/devices/{device_id:str}", access="signed-in", operation_id="signOutStaffDevice")
    async def sign_out_device(
        self,
        device_id: FromPath[str],
        actor: NamedDependency[Actor],
        sessions: NamedDependency[SessionService],
        clock: NamedDependency[Clock],
    ) -> None:
        """Sign out another device."""
        await sessions.revoke(None, actor.signed_in_as, device_id, clock.now())

    @get("/me", access="signed-in", operation_id="staffMe")
    async def me(self, actor: NamedDependency[Actor], staff: NamedDependency[StaffService]) -> StaffView:
        """Who is signed in."""
        return StaffView.of(await staff.get(actor.signed_in_as))
