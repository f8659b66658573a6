"""Routes: staff sign in with a second factor, look after it, and sign out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, delete, get, post
from litestar.params import FromPath, JSONBody

from api.accounts.errors import PasskeySignInRefused
from api.accounts.models import Session, Staff
from api.accounts.passkeys import Made, PasskeyService, Signed
from api.accounts.routes import LIFE, SMALL, STEP_UP_SECONDS, device_of
from api.accounts.schemas import (
    ActivatedStaff,
    ActivateStaff,
    AskNewPasskey,
    AskPasskey,
    ChangeStaffPassword,
    DeviceView,
    EnrolPasskey,
    NewPasskeyAsked,
    PasskeyAsked,
    PasskeyView,
    StaffNews,
    StaffPasskeySignIn,
    StaffSignedIn,
    StaffSignIn,
    StaffStepUp,
    StaffView,
    SteppedUp,
)
from api.accounts.sessions import SessionService
from api.accounts.staff import CHANGED, StaffService
from api.audits.models import AuditEntry
from api.audits.wording import ActionNames, outcome_name
from api.http.access import needs
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.actors import Actor
from api.infra.mongo import Database, Tx
from api.infra.qr import qr_svg
from api.infra.tokens import Tokens
from api.infra.wire import Items


def _signed_in(
    entered: tuple[Actor, Session, str],
    member: Staff,
    news: Sequence[AuditEntry],
    now: datetime,
    staff: StaffService,
    tokens: Tokens,
    action_names: ActionNames,
) -> StaffSignedIn:
    actor, session, refresh = entered
    return StaffSignedIn(
        access_token=tokens.issue(actor, now),
        expires_in_seconds=LIFE,
        refresh_token=refresh,
        staff=StaffView.showing(member),
        known_device=staff.remember_device(member, session, now),
        last_sign_in_at=member.signed_in_at,
        news=tuple(
            StaffNews(one.at, one.action, action_names.of(one.action), outcome_name(one.outcome), one.address)
            for one in news
        ),
    )


class StaffController(Controller):
    path = "/staff"
    tags = ("staff",)
    request_max_body_size = SMALL

    @post(
        "/session", access="anyone", limit="staff-address", operation_id="staffSignIn", stored_first=True, tokens=True
    )
    async def sign_in(
        self,
        data: JSONBody[StaffSignIn],
        request: Request[Any, Any, Any],
        visit: Needs[Visit],
        staff: Needs[StaffService],
        tokens: Needs[Tokens],
        action_names: Needs[ActionNames],
    ) -> Response[StaffSignedIn]:
        """Sign in with password and one-time password."""
        member, step = await staff.check_password(
            visit.actor, data.username, data.password, data.otp, visit.now, data.known_device
        )
        news = await staff.news_of(member)

        async def work(tx: Tx) -> StaffSignedIn:
            entered = await staff.sign_in(tx, visit.actor, member, step, device_of(request), visit.now)
            return _signed_in(entered, member, news, visit.now, staff, tokens, action_names)

        return await visit.run(work)

    @post(
        "/session/challenge",
        access="anyone",
        limit="staff-address",
        operation_id="askStaffPasskey",
    )
    async def ask_passkey(
        self, data: JSONBody[AskPasskey], visit: Needs[Visit], passkeys: Needs[PasskeyService]
    ) -> Response[PasskeyAsked]:
        """Get the challenge that a security key has to sign in place of the one-time password. It works once, for five minutes."""
        return await visit.run(lambda tx: passkeys.ask_at_sign_in(tx, data.username, visit.now), PasskeyAsked.of)

    @post(
        "/session/passkey",
        access="anyone",
        limit="staff-address",
        operation_id="staffSignInByPasskey",
        stored_first=True,
        tokens=True,
    )
    async def sign_in_by_passkey(
        self,
        data: JSONBody[StaffPasskeySignIn],
        request: Request[Any, Any, Any],
        visit: Needs[Visit],
        staff: Needs[StaffService],
        passkeys: Needs[PasskeyService],
        tokens: Needs[Tokens],
        action_names: Needs[ActionNames],
    ) -> Response[StaffSignedIn]:
        """Sign in with password and security key."""
        signed = Signed(data.credential, data.client_data, data.authenticator_data, data.signature)
        member, (passkey, sign_count) = await staff.check_both(
            visit.actor,
            data.username,
            data.password,
            lambda found: passkeys.check(found, signed, visit.now),
            visit.now,
            data.known_device,
            PasskeySignInRefused,
        )
        news = await staff.news_of(member)

        async def work(tx: Tx) -> StaffSignedIn:
            entered = await staff.sign_in_by_key(
                tx, visit.actor, member, passkey, sign_count, device_of(request), visit.now
            )
            return _signed_in(entered, member, news, visit.now, staff, tokens, action_names)

        return await visit.run(work)

    @post(
        "/activation",
        access="anyone",
        limit="staff-address",
        operation_id="activateStaff",
        stored_first=True,
        tokens=True,
    )
    async def activate(
        self, data: JSONBody[ActivateStaff], visit: Needs[Visit], staff: Needs[StaffService]
    ) -> Response[ActivatedStaff]:
        """Choose your password with the code that the administrator handed over, and get your second factor."""
        member = await staff.check_activation(visit.actor, data.username, data.code, visit.now)

        async def work(tx: Tx) -> ActivatedStaff:
            otpauth = await staff.activate(tx, visit.actor, member, data.password, visit.now)
            return ActivatedStaff(otpauth=otpauth, qr_svg=qr_svg(otpauth))

        return await visit.run(work)

    @post("/step-up", access="admin", operation_id="staffStepUp", stored_first=True, tokens=True)
    async def step_up(
        self, data: JSONBody[StaffStepUp], visit: Needs[Visit], staff: Needs[StaffService], tokens: Needs[Tokens]
    ) -> Response[SteppedUp]:
        """Show a fresh one-time password, for changes to sign-ins and keys."""

        checked = await staff.check_otp(visit.actor, data.otp, visit.now)

        async def work(tx: Tx) -> SteppedUp:
            await staff.step_up(tx, visit.actor, checked, visit.now)
            return SteppedUp(
                access_token=tokens.issue(visit.actor, visit.now, stepped_up=True), expires_in_seconds=STEP_UP_SECONDS
            )

        return await visit.run(work)

    @delete("/session", access="signed-in", operation_id="staffSignOut")
    async def sign_out(self, visit: Needs[Visit], sessions: Needs[SessionService]) -> None:
        """Sign out."""
        await sessions.end(visit.actor.session or "", visit.now)

    @post("/password", access="signed-in", operation_id="changeStaffPassword", stored_first=True, status_code=200)
    async def change_password(
        self, data: JSONBody[ChangeStaffPassword], visit: Needs[Visit], staff: Needs[StaffService]
    ) -> Response[StaffView]:
        """Choose a new password; every device is signed out."""
        checked = await staff.check_again(visit.actor, data.current_password, data.otp, CHANGED, visit.now)
        return await visit.run(
            lambda tx: staff.change_own_password(tx, visit.actor, checked, data.new_password, visit.now),
            StaffView.showing,
        )

    @get("/devices", access="signed-in", operation_id="listStaffDevices")
    async def devices(self, visit: Needs[Visit], sessions: Needs[SessionService]) -> Items[DeviceView]:
        """Lists the devices on which you are signed in."""
        found = await sessions.devices(visit.actor.signed_in_as, visit.now)
        return Items(tuple(DeviceView.of(session, visit.actor.session) for session in found))

    @delete("/devices/{device_id:str}", access="signed-in", operation_id="signOutStaffDevice")
    async def sign_out_device(
        self, device_id: FromPath[str], visit: Needs[Visit], sessions: Needs[SessionService]
    ) -> None:
        """Sign out another device."""
        await sessions.revoke(None, visit.actor.signed_in_as, device_id, visit.now)

    @get("/me", access="signed-in", operation_id="staffMe")
    async def me(self, visit: Needs[Visit], staff: Needs[StaffService]) -> StaffView:
        """Shows who is signed in."""
        return StaffView.showing(await staff.get(visit.actor.signed_in_as))


class PasskeyController(Controller):
    path = "/staff/passkeys"
    tags = ("staff",)
    opt = needs("signed-in")
    request_max_body_size = SMALL

    @get(operation_id="listPasskeys")
    async def own(self, visit: Needs[Visit], passkeys: Needs[PasskeyService]) -> Items[PasskeyView]:
        """Lists your security keys."""
        found = await passkeys.of(visit.actor.signed_in_as)
        return Items(tuple(PasskeyView.showing(one) for one in found))

    @post("/challenge", operation_id="askNewPasskey", stored_first=True)
    async def ask(
        self, data: JSONBody[AskNewPasskey], visit: Needs[Visit], passkeys: Needs[PasskeyService]
    ) -> Response[NewPasskeyAsked]:
        """Show password and one-time password again, and get what a new security key has to sign within five minutes."""
        checked = await passkeys.check_owner(visit.actor, data.current_password, data.otp, visit.now)
        return await visit.run(
            lambda tx: passkeys.ask_to_enrol(tx, visit.actor, checked, visit.now),
            lambda asked: NewPasskeyAsked.of(*asked),
        )

    @post(operation_id="enrolPasskey", stored_first=True)
    async def enrol(
        self, data: JSONBody[EnrolPasskey], visit: Needs[Visit], passkeys: Needs[PasskeyService]
    ) -> Response[PasskeyView]:
        """Enrol a security key under a name that you choose."""
        made = Made(data.credential, data.client_data, data.attestation)
        checked = await passkeys.check_new(visit.actor, made, visit.now)
        return await visit.run(
            lambda tx: passkeys.enrol(tx, visit.actor, checked, data.name, visit.now), PasskeyView.showing
        )

    @delete("/{passkey_id:str}", operation_id="removePasskey")
    async def remove(
        self, passkey_id: FromPath[str], visit: Needs[Visit], database: Needs[Database], passkeys: Needs[PasskeyService]
    ) -> None:
        """Remove one of your security keys, such as a lost one. The one-time password stays valid."""
        await database.transact(lambda tx: passkeys.remove(tx, visit.actor, passkey_id, visit.now))
