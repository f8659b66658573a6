"""Of one's own place alone: who may be changed, and whose keys."""

from datetime import datetime
from typing import NoReturn

from api.accounts.models import Staff
from api.accounts.staff import StaffService
from api.audits.service import AuditService
from api.infra.actors import Actor
from api.infra.errors import FieldFault, Forbidden, Invalid, NotFound
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.providers.models import Provider
from api.providers.service import ProviderService

MANAGED = ("officer", "clerk", "lead")
"""Whom an administrator makes and changes; auditors and administrators are the shell's."""
OF_UNITS = ("clerk", "lead")


class AdministrationService:
    def __init__(self, staff: StaffService, providers: ProviderService, audits: AuditService) -> None:
        self._staff = staff
        self._providers = providers
        self._audits = audits

    async def member(self, actor: Actor, staff_id: str, now: datetime) -> Staff:
        """Somebody whom the administrator may change, whether they left or not. Raises NotFound."""
        found = await self._staff.find_anybody(staff_id)
        if found is None or found.role not in MANAGED or found.jurisdiction != place_of(actor):
            await self._turn_away(actor, staff_id, now)
        return found

    async def invite(
        self,
        tx: Tx,
        actor: Actor,
        *,
        username: str,
        display_name: str,
        role: str,
        provider: str | None,
        centre: str,
        now: datetime,
    ) -> tuple[Staff, str]:
        """Raises Invalid, UsernameTaken."""
        unit = None
        if role in OF_UNITS:
            unit = await self._providers.find_by_id(provider) if provider else None
            if unit is None or unit.jurisdiction != place_of(actor):
                raise Invalid(faults=(FieldFault(field="provider", message="请选本地的一个单位。"),))
        return await self._staff.invite(
            tx,
            actor,
            username=username,
            role=role,
            jurisdiction=place_of(actor),
            unit=unit.name if unit else centre,
            display_name=display_name,
            now=now,
            provider=unit.id if unit else None,
        )

    async def add_unit(
        self, tx: Tx, actor: Actor, name: str, code: str, *, is_market: bool, systems: tuple[str, ...], now: datetime
    ) -> Provider:
        unit = Provider(
            id=new_id("prv"),
            name=name,
            jurisdiction=place_of(actor),
            unified_code=code,
            is_market=is_market,
            systems=systems,
        )
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
