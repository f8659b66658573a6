"""Routes for administrators: people, units, keys, and a view of the configuration. Changes to sign-ins and keys need a step-up."""

from datetime import timedelta

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.accounts.staff import StaffService
from api.administration.schemas import (
    AddUnit,
    CalendarYearView,
    CentreSetting,
    Invited,
    InviteMember,
    IssueKey,
    Members,
    MemberView,
    MovedDayView,
    NewKey,
    RevokedKey,
    Setup,
    Units,
    UnitView,
)
from api.administration.service import AdministrationService, place_of
from api.desk.recounting import Recounting
from api.http.visit import Visit
from api.infra.settings import Settings
from api.providers.service import ProviderService
from knowledge.loading import library

_SMALL = 16_384


class MemberController(Controller):
    path = "/staff/members"
    tags = ("administration",)
    request_max_body_size = _SMALL

    @get(access="admin", operation_id="listMembers")
    async def members(self, visit: NamedDependency[Visit], staff: NamedDependency[StaffService]) -> Members:
        """Who works in one's place and in its units, those who left too."""
        return Members(tuple(map(MemberView.of, await staff.of_place(place_of(visit.actor)))))

    @post(access="admin", step_up=True, operation_id="inviteMember", tokens=True)
    async def invite(
        self,
        data: JSONBody[InviteMember],
        visit: NamedDependency[Visit],
        administration: NamedDependency[AdministrationService],
        settings: NamedDependency[Settings],
    ) -> Response[Invited]:
        """Add an officer or a unit's person; the code for their first sign-in is good once, for a day."""
        centre = settings.centres[place_of(visit.actor)].name

        return await visit.run(lambda tx: administration.invite(tx, visit.actor, data, centre, visit.now), Invited.of)

    @post(
        "/{member_id:str}/reset",
        access="admin",
        step_up=True,
        operation_id="resetMember",
        stored_first=True,
        tokens=True,
    )
    async def reset(
        self,
        member_id: FromPath[str],
        visit: NamedDependency[Visit],
        administration: NamedDependency[AdministrationService],
        staff: NamedDependency[StaffService],
    ) -> Response[Invited]:
        """Password or authenticator lost: both end with every session, and a new code is handed over."""
        member = await administration.member(visit.actor, member_id, visit.now)
        return await visit.run(lambda tx: staff.invite_again(tx, visit.actor, member.id, visit.now), Invited.of)

    @post(
        "/{member_id:str}/leave",
        access="admin",
        step_up=True,
        operation_id="deactivateMember",
        stored_first=True,
        status_code=200,
    )
    async def leave(
        self,
        member_id: FromPath[str],
        visit: NamedDependency[Visit],
        administration: NamedDependency[AdministrationService],
        staff: NamedDependency[StaffService],
    ) -> Response[MemberView]:
        """Shut somebody out who left; every session ends within seconds."""
        return await self._change(member_id, visit, administration, staff, is_active=False)

    @post(
        "/{member_id:str}/return",
        access="admin",
        step_up=True,
        operation_id="reactivateMember",
        stored_first=True,
        status_code=200,
    )
    async def come_back(
        self,
        member_id: FromPath[str],
        visit: NamedDependency[Visit],
        administration: NamedDependency[AdministrationService],
        staff: NamedDependency[StaffService],
    ) -> Response[MemberView]:
        """Let somebody who left sign in again."""
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
    request_max_body_size = _SMALL

    @get(access="admin", operation_id="listUnits")
    async def units(self, visit: NamedDependency[Visit], providers: NamedDependency[ProviderService]) -> Units:
        """The units of one's place with their keys: scopes, last day of use, end."""
        found = await providers.of_place(place_of(visit.actor))
        return Units(tuple(UnitView.of(unit, keys, visit.now) for unit, keys in found))

    @post(access="admin", step_up=True, operation_id="addUnit")
    async def add(
        self,
        data: JSONBody[AddUnit],
        visit: NamedDependency[Visit],
        administration: NamedDependency[AdministrationService],
    ) -> Response[UnitView]:
        """Add a unit that will send records; a key or a person of its own comes after."""
        return await visit.run(
            lambda tx: administration.add_unit(tx, visit.actor, data, visit.now),
            lambda unit: UnitView.of(unit, [], visit.now),
        )

    @post("/{unit_id:str}/keys", access="admin", step_up=True, operation_id="issueKey", stored_first=True, tokens=True)
    async def issue(
        self,
        unit_id: FromPath[str],
        data: JSONBody[IssueKey],
        visit: NamedDependency[Visit],
        administration: NamedDependency[AdministrationService],
        providers: NamedDependency[ProviderService],
    ) -> Response[NewKey]:
        """A key for a unit's own software, shown this once."""
        unit = await administration.unit(visit.actor, unit_id, visit.now)
        life = timedelta(days=data.days) if data.days else None
        return await visit.run(
            lambda tx: providers.issue_key(tx, visit.actor, unit.id, visit.now, scopes=data.scopes, life=life), NewKey
        )


class KeyController(Controller):
    path = "/staff/keys"
    tags = ("administration",)
    request_max_body_size = _SMALL

    @post(
        "/{key_id:str}/rotate", access="admin", step_up=True, operation_id="rotateKey", stored_first=True, tokens=True
    )
    async def rotate(
        self,
        key_id: FromPath[str],
        visit: NamedDependency[Visit],
        administration: NamedDependency[AdministrationService],
        providers: NamedDependency[ProviderService],
    ) -> Response[NewKey]:
        """A successor with the same scopes; the old key stays good for seven days."""
        await administration.check_key(visit.actor, key_id, visit.now)
        return await visit.run(lambda tx: providers.rotate_key(tx, visit.actor, key_id, visit.now), NewKey)

    @post("/{key_id:str}/revoke", access="admin", step_up=True, operation_id="revokeKey", status_code=200)
    async def revoke(
        self,
        key_id: FromPath[str],
        visit: NamedDependency[Visit],
        administration: NamedDependency[AdministrationService],
        providers: NamedDependency[ProviderService],
    ) -> Response[RevokedKey]:
        """The key opens nothing any more, everywhere within twenty seconds."""
        await administration.check_key(visit.actor, key_id, visit.now)
        return await visit.run(
            lambda tx: providers.revoke_key(tx, visit.actor, key_id, visit.now), lambda _: RevokedKey(key_id)
        )


@get("/staff/setup", access="admin", operation_id="readSetup", tags=["administration"])
async def setup(
    visit: NamedDependency[Visit], settings: NamedDependency[Settings], recounting: NamedDependency[Recounting]
) -> Setup:
    """What is set for one's place and changed elsewhere: the centre's texts, and the years of working days with their notices, which
    open cases rest on an estimate, and whose days moved when there was a notice."""
    place = place_of(visit.actor)
    centre, days = settings.centres[place], library().working_days
    today = visit.today.year
    return Setup(
        centre=CentreSetting.showing(centre),
        calendar=tuple(
            CalendarYearView.showing(
                one,
                days_off=sum((run.last - run.first).days + 1 for run in one.holidays),
                working_weekends=len(one.working_weekends),
            )
            for one in days.years
            if today - 1 <= one.year <= today + 2
        ),
        published_until=days.published_until,
        estimated=await recounting.open_after(place, days.published_until),
        moved=tuple(map(MovedDayView.showing, await recounting.newest(place))),
    )


ROUTES = (MemberController, UnitController, KeyController, setup)
