"""Somebody of the staff who has used their code already."""

from typing import Any

from argon2 import PasswordHasher

from api.accounts.models import Staff
from api.accounts.newcomers import Newcomer
from api.composition import Services
from api.infra.actors import SYSTEM
from api.infra.mongo import Tx

_QUICK = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)


def hashes_quickly(services: Services) -> None:
    """From now on. A hash of production takes a third of a second of processor time, and as long again at each sign-in."""
    services.staff._passwords._hasher = _QUICK


async def enrolled(
    services: Services, *, password: str, is_hashed_as_in_production: bool = False, **fields: Any
) -> tuple[Staff, str]:
    """As stored, and the address of their second factor. `fields` are those of a Newcomer. These services hash quickly from now on, but
    where a test is about it.
    """
    if not is_hashed_as_in_production:
        hashes_quickly(services)
    now = services.clock.now()

    async def work(tx: Tx) -> tuple[str, str]:
        member, _ = await services.staff.invite(tx, SYSTEM, Newcomer(**fields), now)
        return member.id, await services.staff.activate(tx, SYSTEM, member, password, now)

    staff_id, otpauth = await services.database.transact(work)
    return await services.staff.get(staff_id), otpauth
