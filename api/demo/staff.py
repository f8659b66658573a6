"""The demo's officers, auditor and administrator. Their second factor is real; its secret is read back from the demo database."""

from datetime import datetime
from functools import partial

import msgspec
import pyotp

from api.accounts.newcomers import Newcomer
from api.composition import Services
from api.infra.actors import SYSTEM
from api.infra.mongo import Tx


class DemoStaff(msgspec.Struct, frozen=True):
    username: str
    password: str
    role: str
    jurisdiction: str
    story: str


DEMO_STAFF = (
    DemoStaff("officer-dalian", "demo-dalian-2026", "officer", "dalian", "大连的办件人员"),
    DemoStaff("officer-yunnan", "demo-yunnan-2026", "officer", "yunnan", "云南的办件人员"),
    DemoStaff("auditor-dalian", "demo-auditor-2026", "auditor", "dalian", "查看审计记录"),
    DemoStaff("admin-dalian", "demo-admin-2026", "admin", "dalian", "管理人员、单位和密钥"),
)


async def add_staff(services: Services, now: datetime) -> None:
    """Adds the demo's staff as far as they do not exist yet."""
    for staff in DEMO_STAFF:
        if await services.staff.find_by_username(staff.username) is None:
            newcomer = Newcomer(
                username=staff.username,
                role=staff.role,
                jurisdiction=staff.jurisdiction,
                unit=services.centre_name(staff.jurisdiction),
                display_name=staff.story,
            )
            await services.database.transact(partial(_add, services, newcomer, staff.password, now))


async def _add(services: Services, newcomer: Newcomer, password: str, now: datetime, tx: Tx) -> None:
    """Whole or not at all: the next start adds who is not there, and would leave who has no password."""
    member, _ = await services.staff.invite(tx, SYSTEM, newcomer, now)
    await services.staff.activate(tx, SYSTEM, member, password, now)


async def codes_now(services: Services) -> dict[str, str]:
    """By username, of everybody who can sign in: the demo's officers, and whoever was added since. Good at the demo's
    present instant, which is not that of an authenticator once the clock was moved."""
    now = services.clock.now()
    return {
        member.username: pyotp.TOTP(member.totp_secret).at(now)
        for member in await services.staff.list_all()
        if member.is_active and member.password_hash
    }
