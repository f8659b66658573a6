"""`staff`: officers, auditors, administrators, and the people of units."""

import argparse
import getpass
import sys

from api.accounts.models import Staff
from api.accounts.staff import Newcomer
from api.commands.terminal import Commands, Fault, check_place
from api.composition import Services
from api.infra.actors import SYSTEM


def register(commands: Commands) -> None:
    one = commands.group("staff", "Officers, auditors, administrators, and the people of units.")
    person = one.add("add", add, "Add one; the password is asked for, or read from standard input.")
    person.add_argument("username")
    person.add_argument("--name", required=True, help="what colleagues read")
    person.add_argument(
        "--role",
        required=True,
        choices=["officer", "auditor", "admin", "clerk", "lead"],
        help="clerk and lead are of a unit",
    )
    person.add_argument("--provider", metavar="ID", help="the unit of a clerk or a lead")
    person.add_argument("--jurisdiction", required=True)
    one.add("list", show_all, "Everybody, those who left too.")
    for name, change, text in (
        ("leave", leave, "Shut somebody out who left: no sign-in, every session ended."),
        ("return", come_back, "Let somebody who left sign in again."),
        ("password", set_password, "Set a new password; it is asked for, or read from standard input."),
        ("second-factor", renew_second_factor, "A new authenticator in place of a lost one; prints its address."),
        ("sign-out", sign_out, "End every session of somebody."),
    ):
        one.add(name, change, text).add_argument("username")


def _asked_password() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


async def _member(services: Services, username: str) -> Staff:
    """Raises Fault."""
    found = await services.staff.find_by_username(username)
    if found is None:
        raise Fault(f"There is no {username}; python -m api staff list shows who there is.")
    return found


async def show_all(services: Services, _: argparse.Namespace) -> int:
    for member in await services.staff.list_all():
        state = "" if member.is_active else "  (left)"
        print(f"{member.username:<20} {member.role:<10} {member.jurisdiction:<10} {member.display_name}{state}")
    return 0


async def leave(services: Services, chosen: argparse.Namespace) -> int:
    member = await _member(services, chosen.username)
    await services.database.transact(lambda tx: services.staff.deactivate(tx, SYSTEM, member.id, services.clock.now()))
    print(f"{member.username} can no longer sign in; every session has ended, noticed within 5 seconds.")
    return 0


async def come_back(services: Services, chosen: argparse.Namespace) -> int:
    member = await _member(services, chosen.username)
    await services.database.transact(lambda tx: services.staff.reactivate(tx, SYSTEM, member.id, services.clock.now()))
    print(f"{member.username} can sign in again.")
    return 0


async def set_password(services: Services, chosen: argparse.Namespace) -> int:
    member, password = await _member(services, chosen.username), _asked_password()
    await services.database.transact(
        lambda tx: services.staff.set_password(tx, SYSTEM, member, password, services.clock.now())
    )
    print(f"{member.username} has a new password; every session has ended.")
    return 0


async def renew_second_factor(services: Services, chosen: argparse.Namespace) -> int:
    member = await _member(services, chosen.username)
    print(
        await services.database.transact(
            lambda tx: services.staff.renew_second_factor(tx, SYSTEM, member, services.clock.now())
        )
    )
    print(
        "Put this address into an authenticator now: it is not shown again. Every session has ended.", file=sys.stderr
    )
    return 0


async def sign_out(services: Services, chosen: argparse.Namespace) -> int:
    member = await _member(services, chosen.username)
    await services.database.transact(
        lambda tx: services.staff.sign_out_everywhere(tx, SYSTEM, member.id, services.clock.now())
    )
    print(f"Every session of {member.username} has ended, noticed within 5 seconds.")
    return 0


async def add(services: Services, chosen: argparse.Namespace) -> int:
    check_place(services, chosen.jurisdiction)
    provider = await services.providers.get(chosen.provider) if chosen.provider else None
    password = _asked_password()

    newcomer = Newcomer(
        username=chosen.username,
        role=chosen.role,
        jurisdiction=chosen.jurisdiction,
        unit=provider.name if provider else services.centre_name(chosen.jurisdiction),
        display_name=chosen.name,
        provider=chosen.provider,
    )
    _, otpauth = await services.database.transact(
        lambda tx: services.staff.add(tx, SYSTEM, newcomer, password, services.clock.now())
    )
    print(otpauth)
    print("Put this address into an authenticator now: it is not shown again.", file=sys.stderr)
    return 0
