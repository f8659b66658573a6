"""Routes for administrators: people, units, keys, how the centre is reached, the working days. Changes need a step-up."""

from datetime import timedelta

from litestar import Controller, Response, get, post
from litestar.params import FromPath, JSONBody

from api.accounts.staff import StaffService
from api.administration.calendars import CalendarService
from api.administration.centres import CentreService
from api.administration.in_force import InForce
from api.administration.schemas import (
    AddUnit,
    CalendarYearView,
    CentreChangeView,
    CentreSetting,
    ChangedDayView,
    Invited,
    InviteMember,
    IssueKey,
    MemberView,
    MovedDayView,
    MoveView,
    NewKey,
    ReachedView,
    RevokedKey,
    SetCentre,
    Setup,
    TakenNoticeView,
    TakeNotice,
    TriedNotice,
    TryNotice,
    UnitView,
)
from api.administration.service import AdministrationService, place_of
from api.desk.recounting import Recounting
from api.http.access import needs
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.centres import Centres, Reached
from api.infra.mongo import Tx
from api.infra.settings import Settings
from api.infra.wire import Items
from api.providers.service import ProviderService
from knowledge.loading import library

_SMALL = 16_384
_SHOWN = 100


class MemberController(Controller):
    path = "/staff/members"
    tags = ("administration",)
    opt = needs("admin")
    request_max_body_size = _SMALL

    @get(operation_id="listMembers")
    async def members(self, visit: Needs[Visit], staff: Needs[StaffService]) -> Items[MemberView]:
        """Lists who works in your place and its units, including those who left."""
        return Items(tuple(map(MemberView.of, await staff.of_place(place_of(visit.actor)))))

    @post(step_up=True, operation_id="inviteMember", tokens=True)
    async def invite(
        self,
        data: JSONBody[InviteMember],
        visit: Needs[Visit],
        administration: Needs[AdministrationService],
        settings: Needs[Settings],
    ) -> Response[Invited]:
        """Add an officer or a person of a unit. The code for their first sign-in works once, within a day."""
        centre = settings.centres[place_of(visit.actor)].name

        return await visit.run(lambda tx: administration.invite(tx, visit.actor, data, centre, visit.now), Invited.of)

    @post("/{member_id:str}/reset", step_up=True, operation_id="resetMember", stored_first=True, tokens=True)
    async def reset(
        self,
        member_id: FromPath[str],
        visit: Needs[Visit],
        administration: Needs[AdministrationService],
        staff: Needs[StaffService],
    ) -> Response[Invited]:
        """Reset a lost password or authenticator. Both become invalid, all sessions end, and a new code is given out."""
        member = await administration.member(visit.actor, member_id, visit.now)
        return await visit.run(lambda tx: staff.invite_again(tx, visit.actor, member.id, visit.now), Invited.of)

    @post("/{member_id:str}/leave", step_up=True, operation_id="deactivateMember", stored_first=True, status_code=200)
    async def leave(
        self,
        member_id: FromPath[str],
        visit: Needs[Visit],
        administration: Needs[AdministrationService],
        staff: Needs[StaffService],
    ) -> Response[MemberView]:
        """Deactivate somebody who left. All their sessions end within seconds."""
        return await self._change(member_id, visit, administration, staff, is_active=False)

    @post("/{member_id:str}/return", step_up=True, operation_id="reactivateMember", stored_first=True, status_code=200)
    async def come_back(
        self,
        member_id: FromPath[str],
        visit: Needs[Visit],
        administration: Needs[AdministrationService],
        staff: Needs[StaffService],
    ) -> Response[MemberView]:
        """Reactivate somebody who left."""
        return await self._change(member_id, visit, administration, staff, is_active=True)

    @staticmethod
    async def _change(
        member_id: str, visit: Visit, administration: AdministrationService, staff: StaffService, *, is_active: bool
    ) -> Response[MemberView]:
        member = await administration.member(visit.actor, member_id, visit.now)
        change = staff.reactivate if is_active else staff.deactivate
        return await visit.run(
            lambda tx: change(tx, visit.actor, member.id, visit.now),
            lambda _: MemberView.showing(MemberView.of(member), is_active=is_active),
        )


class UnitController(Controller):
    path = "/staff/units"
    tags = ("administration",)
    opt = needs("admin")
    request_max_body_size = _SMALL

    @get(operation_id="listUnits")
    async def units(self, visit: Needs[Visit], providers: Needs[ProviderService]) -> Items[UnitView]:
        """Lists the units of your place with their keys: scopes, last day of use, expiry."""
        found = await providers.of_place(place_of(visit.actor))
        return Items(tuple(UnitView.of(unit, keys, visit.now) for unit, keys in found))

    @post(step_up=True, operation_id="addUnit")
    async def add(
        self, data: JSONBody[AddUnit], visit: Needs[Visit], administration: Needs[AdministrationService]
    ) -> Response[UnitView]:
        """Add a unit that will send records. Keys and people are added afterwards."""
        return await visit.run(
            lambda tx: administration.add_unit(tx, visit.actor, data, visit.now),
            lambda unit: UnitView.of(unit, [], visit.now),
        )

    @post("/{unit_id:str}/keys", step_up=True, operation_id="issueKey", stored_first=True, tokens=True)
    async def issue(
        self,
        unit_id: FromPath[str],
        data: JSONBody[IssueKey],
        visit: Needs[Visit],
        administration: Needs[AdministrationService],
        providers: Needs[ProviderService],
    ) -> Response[NewKey]:
        """Issue a key for a unit's own software. It is shown only once."""
        unit = await administration.unit(visit.actor, unit_id, visit.now)
        life = timedelta(days=data.days) if data.days else None
        return await visit.run(
            lambda tx: providers.issue_key(
                tx,
                visit.actor,
                unit.id,
                visit.now,
                scopes=data.scopes,
                life=life,
                is_exchange_only=data.is_exchange_only,
            ),
            NewKey,
        )


class KeyController(Controller):
    path = "/staff/keys"
    tags = ("administration",)
    opt = needs("admin")
    request_max_body_size = _SMALL

    @post("/{key_id:str}/rotate", step_up=True, operation_id="rotateKey", stored_first=True, tokens=True)
    async def rotate(
        self,
        key_id: FromPath[str],
        visit: Needs[Visit],
        administration: Needs[AdministrationService],
        providers: Needs[ProviderService],
    ) -> Response[NewKey]:
        """Issue a successor with the same scopes and as long a life. The old key works for seven more days, if it has as many; one
        that has ended has no successor."""
        await administration.check_key(visit.actor, key_id, visit.now)
        return await visit.run(lambda tx: providers.rotate_key(tx, visit.actor, key_id, visit.now), NewKey)

    @post("/{key_id:str}/revoke", step_up=True, operation_id="revokeKey", status_code=200)
    async def revoke(
        self,
        key_id: FromPath[str],
        visit: Needs[Visit],
        administration: Needs[AdministrationService],
        providers: Needs[ProviderService],
    ) -> Response[RevokedKey]:
        """Revoke a key. It stops working everywhere within twenty seconds."""
        await administration.check_key(visit.actor, key_id, visit.now)
        return await visit.run(
            lambda tx: providers.revoke_key(tx, visit.actor, key_id, visit.now), lambda _: RevokedKey(key_id)
        )


class SetupController(Controller):
    path = "/staff/setup"
    tags = ("administration",)
    opt = needs("admin")
    request_max_body_size = 65_536

    @get(operation_id="readSetup")
    async def setup(
        self,
        visit: Needs[Visit],
        centres: Needs[Centres],
        centre_changes: Needs[CentreService],
        calendars: Needs[CalendarService],
        recounting: Needs[Recounting],
        staff: Needs[StaffService],
    ) -> Setup:
        """Shows how your centre is reached and who changed it, the working days by year with their notices, how many open cases
        rest on an estimate, and which dates moved because of a notice."""
        place = place_of(visit.actor)
        days, changes = library().working_days, await centre_changes.changes(place)
        taken = {one.year: one for one in await calendars.taken()}
        names = await staff.names({*(one.by for one in changes), *(one.by for one in taken.values())})
        today = visit.today.year
        return Setup(
            centre=CentreSetting.showing(
                centres[place],
                version=changes[0].version if changes else 0,
                configured=ReachedView.showing(centres.configured[place]),
                changes=tuple(CentreChangeView.of(one, names) for one in changes),
            ),
            calendar=tuple(
                CalendarYearView.of(one, taken.get(one.year), names)
                for one in days.years
                if today - 1 <= one.year <= today + 2
            ),
            published_until=days.published_until,
            estimated=await recounting.open_after(place, days.published_until),
            moved=tuple(map(MovedDayView.showing, await recounting.newest(place))),
        )

    @post("/centre", step_up=True, operation_id="setCentre", status_code=200)
    async def set_centre(
        self,
        data: JSONBody[SetCentre],
        visit: Needs[Visit],
        centre_changes: Needs[CentreService],
        staff: Needs[StaffService],
        in_force: Needs[InForce],
    ) -> Response[CentreChangeView]:
        """Change how the centre can be reached. It takes effect at once, in other processes within ten seconds."""
        names = await staff.names({visit.actor.id})
        reached = Reached(data.telephone, data.windows, data.hours)

        async def work(tx: Tx) -> CentreChangeView:
            change = await centre_changes.change(
                tx, visit.actor, place_of(visit.actor), reached, data.version, data.reason, visit.now
            )
            return CentreChangeView.of(change, names)

        answer = await visit.run(work)
        await in_force.read()
        return answer

    @post("/calendar/trial", operation_id="tryNotice", status_code=200)
    async def try_notice(
        self,
        data: JSONBody[TryNotice],
        visit: Needs[Visit],
        calendars: Needs[CalendarService],
        recounting: Needs[Recounting],
        in_force: Needs[InForce],
    ) -> TriedNotice:
        """Show what a notice on days off would change: days, and steps of open cases. Nothing is stored."""
        await in_force.read()
        tried = await calendars.try_out(data.text, visit.today)
        moves = await recounting.try_out(tried.days)
        own = [move for move in moves if move.docket.jurisdiction == place_of(visit.actor)]
        own.sort(key=lambda move: (move.old.due_on, move.docket.number))
        return TriedNotice(
            year=CalendarYearView.of(tried.year, None, {}),
            replaces=CalendarYearView.of(tried.replaces, None, {}),
            changed=tuple(map(ChangedDayView.showing, tried.changed)),
            warnings=tried.warnings,
            moved=tuple(map(MoveView.of, own[:_SHOWN])),
            moved_count=len(own),
            elsewhere_count=len(moves) - len(own),
            digest=library().working_days.digest,
        )

    @post("/calendar", step_up=True, operation_id="takeNotice")
    async def take_notice(
        self,
        data: JSONBody[TakeNotice],
        visit: Needs[Visit],
        calendars: Needs[CalendarService],
        in_force: Needs[InForce],
    ) -> Response[TakenNoticeView]:
        """Apply a notice on days off, in every place. Due dates stop being estimates, and open cases are counted again within
        ten minutes."""
        await in_force.read()
        answer = await visit.run(
            lambda tx: calendars.take(tx, visit.actor, data.text, data.digest, visit.now), TakenNoticeView.showing
        )
        await in_force.read()
        return answer


ROUTES = (MemberController, UnitController, KeyController, SetupController)
