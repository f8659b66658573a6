"""Which people, units and keys an administrator may change: those of the own place."""

from datetime import datetime
from typing import NoReturn

import msgspec

from api.accounts.models import Staff
from api.accounts.newcomers import Newcomer
from api.accounts.staff import StaffService
from api.administration.schemas import MANAGED, OF_UNITS, AddUnit, InviteMember
from api.audits.service import AuditService
from api.infra.actors import Actor
from api.infra.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.providers.models import Provider
from api.providers.service import ProviderService


class UnitThere(Conflict):
    code = "unit-already-there"
    title = "本地已经有这个单位"
    default_detail = "本地已有名称或者统一社会信用代码相同的单位，不能再加一个。"
    default_step = "请在单位列表里找到它，直接给它发密钥或者加人员；确是另一个单位的，请核对名称和代码。"


class AdministrationService:
    def __init__(self, staff: StaffService, providers: ProviderService, audits: AuditService) -> None:
        self._staff = staff
        self._providers = providers
        self._audits = audits

    async def member(self, actor: Actor, staff_id: str, now: datetime) -> Staff:
        """A member whom the administrator may change, including those who left. Raises NotFound."""
        found = await self._staff.find_anybody(staff_id)
        if found is None or found.role not in MANAGED or found.jurisdiction != place_of(actor):
            await self._turn_away(actor, staff_id, now)
        return found

    async def invite(
        self,
        tx: Tx,
        actor: Actor,
        data: InviteMember,
        centre: str,
        now: datetime,
    ) -> tuple[Staff, str]:
        """As `StaffService.invite`; officers are of the `centre`. Raises Invalid, UsernameTaken."""
        unit = None
        if data.role in OF_UNITS:
            unit = await self._providers.find_by_id(data.provider) if data.provider else None
            if unit is None or unit.jurisdiction != place_of(actor):
                raise Invalid(faults=(FieldFault(field="provider", message="请选本地的一个单位。"),))
        newcomer = Newcomer(
            username=data.username,
            role=data.role,
            jurisdiction=place_of(actor),
            unit=unit.name if unit else centre,
            display_name=data.display_name,
            provider=unit.id if unit else None,
        )
        return await self._staff.invite(tx, actor, newcomer, now)

    async def add_unit(self, tx: Tx, actor: Actor, data: AddUnit, now: datetime) -> Provider:
        """Raises UnitThere."""
        unit = Provider(id=new_id("prv"), jurisdiction=place_of(actor), **msgspec.structs.asdict(data))
        await self._providers.in_turn(tx, unit.jurisdiction, now)
        if await self._providers.find_alike(unit, tx) is not None:
            raise UnitThere
        await self._providers.add(tx, actor, unit, now)
        return unit

    async def unit(self, actor: Actor, provider_id: str, now: datetime) -> Provider:
        """A unit of the administrator's place. Raises NotFound."""
        found = await self._providers.find_by_id(provider_id)
        if found is None or found.jurisdiction != place_of(actor):
            await self._turn_away(actor, provider_id, now)
        return found

    async def check_key(self, actor: Actor, key_id: str, now: datetime) -> None:
        """Raises NotFound unless the key is of a unit of the administrator's place."""
        found = await self._providers.unit_of_key(key_id)
        if found is None or found.jurisdiction != place_of(actor):
            await self._turn_away(actor, key_id, now)

    async def _turn_away(self, actor: Actor, ref: str, now: datetime) -> NoReturn:
        await self._audits.write(None, actor, "administration.read", ref, now, outcome="not-found")
        raise NotFound


def place_of(actor: Actor) -> str:
    if actor.jurisdiction is None:
        raise Forbidden
    return actor.jurisdiction
