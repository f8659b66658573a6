"""Routes: sessions, the signed-in person."""

from typing import Any

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from api.accounts.errors import RefreshReused
from api.accounts.identity import check_identity
from api.accounts.schemas import (
    AccountView,
    AskTicket,
    BindIdentity,
    Bound,
    ChangeSettings,
    DeviceView,
    Refresh,
    Refreshed,
    SignedIn,
    SignIn,
    SteppedUp,
    StepUp,
    Ticket,
)
from api.accounts.service import AccountService, CodeExchange, actor_of
from api.accounts.sessions import SessionService
from api.accounts.staff import StaffService
from api.accounts.staff import actor_of as staff_actor_of
from api.http.access import check_step_up, needs
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.mongo import Tx
from api.infra.tokens import ACCESS_LIFE, STEP_UP_LIFE, TICKET_LIFE, Tokens
from api.infra.wire import Items

LIFE = int(ACCESS_LIFE.total_seconds())
STEP_UP_SECONDS = int(STEP_UP_LIFE.total_seconds())
SMALL = 16_384


def device_of(request: Request[Any, Any, Any]) -> str:
    """The client's name for itself, without unprintable characters, for the list of devices."""
    return "".join(c for c in request.headers.get("user-agent", "") if c.isprintable()) or "未知设备"


class SessionController(Controller):
    path = "/session"
    tags = ("session",)
    request_max_body_size = SMALL

    @post("/wechat", access="anyone", limit="sign-in", operation_id="signIn", stored_first=True, tokens=True)
    async def sign_in(
        self,
        data: JSONBody[SignIn],
        request: Request[Any, Any, Any],
        visit: Needs[Visit],
        accounts: Needs[AccountService],
        code_exchange: Needs[CodeExchange],
        tokens: Needs[Tokens],
    ) -> Response[SignedIn]:
        """Sign in with WeChat."""
        account = await accounts.admit(await code_exchange.code_to_session(data.code), visit.now)

        async def work(tx: Tx) -> SignedIn:
            signed_in, session, refresh = await accounts.sign_in(
                tx, visit.actor, account, device_of(request), visit.now
            )
            return SignedIn(
                access_token=tokens.issue(signed_in, visit.now),
                expires_in_seconds=LIFE,
                refresh_token=refresh,
                session_expires_in_seconds=int((session.expires_at - visit.now).total_seconds()),
                is_bound=account.is_bound,
                account=AccountView.of(account, visit.today),
            )

        return await visit.run(work)

    @post("/refresh", access="anyone", limit="refresh", operation_id="refreshSession", tokens=True)
    async def refresh(
        self,
        data: JSONBody[Refresh],
        visit: Needs[Visit],
        accounts: Needs[AccountService],
        sessions: Needs[SessionService],
        staff: Needs[StaffService],
        tokens: Needs[Tokens],
    ) -> Response[Refreshed]:
        """Trade a refresh token, good once, for a new pair."""

        async def work(tx: Tx) -> Refreshed:
            session, refresh = await sessions.rotate(tx, data.refresh_token, visit.now)
            if session.kind == "staff":
                actor = staff_actor_of(await staff.get(session.holder), session)
            else:
                actor = actor_of(await accounts.open_account(session.holder, tx), session.id)
            return Refreshed(
                access_token=tokens.issue(actor, visit.now),
                expires_in_seconds=LIFE,
                refresh_token=refresh,
                session_expires_in_seconds=int((session.expires_at - visit.now).total_seconds()),
            )

        try:
            return await visit.run(work)
        except RefreshReused as reused:
            await sessions.end(reused.session, visit.now)
            raise

    @delete(access="account", operation_id="signOut")
    async def sign_out(self, visit: Needs[Visit], sessions: Needs[SessionService]) -> None:
        """Sign out on this device."""
        await sessions.end(visit.actor.session or "", visit.now)

    @post("/step-up", access="resident", operation_id="stepUp", tokens=True)
    async def step_up(
        self, data: JSONBody[StepUp], visit: Needs[Visit], accounts: Needs[AccountService], tokens: Needs[Tokens]
    ) -> Response[SteppedUp]:
        """Show your document number again, for requests that return all of your data."""
        account = await accounts.step_up(visit.actor, data.document_number, visit.now)

        async def work(tx: Tx) -> SteppedUp:
            await accounts.note_step_up(tx, visit.actor, visit.now)
            fresh = actor_of(account, visit.actor.session or "")
            return SteppedUp(
                access_token=tokens.issue(fresh, visit.now, stepped_up=True), expires_in_seconds=STEP_UP_SECONDS
            )

        return await visit.run(work)


class MeController(Controller):
    path = "/me"
    tags = ("me",)
    opt = needs("account")
    request_max_body_size = SMALL

    @get(operation_id="me")
    async def me(self, visit: Needs[Visit], accounts: Needs[AccountService]) -> AccountView:
        """Who is signed in, masked."""
        return AccountView.of(await accounts.open_account(visit.actor.id), visit.today)

    @patch(operation_id="changeSettings", status_code=200)
    async def change_settings(
        self, data: JSONBody[ChangeSettings], visit: Needs[Visit], accounts: Needs[AccountService]
    ) -> Response[AccountView]:
        """Change the jurisdiction or the elderly mode."""
        return await visit.run(
            lambda tx: accounts.change_settings(
                tx, visit.actor, visit.now, jurisdiction=data.jurisdiction, is_elderly_mode=data.is_elderly_mode
            ),
            lambda changed: AccountView.of(changed, visit.today),
        )

    @post("/identity", quota="steps", operation_id="bindIdentity", tokens=True)
    async def bind_identity(
        self, data: JSONBody[BindIdentity], visit: Needs[Visit], accounts: Needs[AccountService], tokens: Needs[Tokens]
    ) -> Response[Bound]:
        """Bind name and identity document to the account."""
        claim = check_identity(data.name, data.document_kind, data.document_number, data.born_on, visit.today)
        await accounts.check_claim(visit.actor, claim, data.jurisdiction, visit.now)

        async def work(tx: Tx) -> Bound:
            account = await accounts.bind(tx, visit.actor, claim, data.jurisdiction, visit.now)
            return Bound(
                access_token=tokens.issue(actor_of(account, visit.actor.session or ""), visit.now),
                expires_in_seconds=LIFE,
                account=AccountView.of(account, visit.today),
            )

        return await visit.run(work)

    @post("/tickets", operation_id="askTicket", tokens=True)
    async def ask_ticket(
        self, data: JSONBody[AskTicket], request: Request[Any, Any, Any], visit: Needs[Visit], tokens: Needs[Tokens]
    ) -> Response[Ticket]:
        """Let a native page of the mini-program fetch one document, once, within a minute: a web view can keep none."""
        path = request.scope["path"].removesuffix("/me/tickets") + data.path
        stepped_up = check_step_up(request, path)

        async def work(_: Tx) -> Ticket:
            ticket = tokens.issue_ticket(visit.actor, path, visit.now, stepped_up=stepped_up)
            return Ticket(ticket=ticket, expires_in_seconds=int(TICKET_LIFE.total_seconds()))

        return await visit.run(work)

    @get("/devices", operation_id="devices")
    async def devices(self, visit: Needs[Visit], sessions: Needs[SessionService]) -> Items[DeviceView]:
        """Lists the devices on which the account is signed in."""
        found = await sessions.devices(visit.actor.id, visit.now)
        return Items(tuple(DeviceView.of(session, visit.actor.session) for session in found))

    @delete("/devices/{device_id:str}", operation_id="signOutDevice")
    async def sign_out_device(
        self, device_id: FromPath[str], visit: Needs[Visit], sessions: Needs[SessionService]
    ) -> None:
        """Sign out another device."""
        await sessions.revoke(None, visit.actor.id, device_id, visit.now)
