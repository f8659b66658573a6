"""Somebody of the staff who has used their code already."""

from typing import Any

from api.accounts.models import Staff
from api.accounts.staff import Newcomer
from api.composition import Services
from api.infra.actors import SYSTEM
from api.infra.mongo import Tx


async def enrolled(services: Services, *, password: str, **fields: Any) -> tuple[Staff, str]:
    """As stored, and the address of their second factor. `fields` are those of a Newcomer."""
    now = services.clock.now()

    async def work(tx: Tx) -> tuple[str, str]:
        member, _ = await services.staff.invite(tx, SYSTEM, Newcomer(**fields), now)
        return member.id, await services.staff.activate(tx, SYSTEM, member, password, now)

    staff_id, otpauth = await services.database.transact(work)
    return await services.staff.get(staff_id), otpauth
