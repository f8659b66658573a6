"""`staff`: officers, auditors, administrators, and the people of units."""

import argparse
import sys
from datetime import timedelta

from api.accounts.models import Staff
from api.accounts.newcomers import UNIT_SCOPES, Newcomer, is_username
from api.accounts.staff import ACTIVATION_LIFE
from api.commands.terminal import Commands, Fault, check_place, unit_of
from api.composition import Services
from api.infra.actors import SYSTEM


def register(commands: Commands) -> None:
    one = commands.group("staff", "Officers, auditors, administrators, and the people of units.")
    person = one.add("add", add, "Add one; prints a code with which they choose their own password.")
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
        ("reset", reset, "Password or authenticator lost: both end with every session; prints a new code."),
        ("sign-out", sign_out, "End every session of somebody."),
    ):
        one.add(name, change, text).add_argument("username")


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


async def reset(services: Services, chosen: argparse.Namespace) -> int:
    member = await _member(services, chosen.username)
    if not member.is_active:
        raise Fault(f"{member.username} has left; python -m api staff return {member.username} first.")
    return _hand_over(
        services,
        *await services.database.transact(
            lambda tx: services.staff.invite_again(tx, SYSTEM, member.id, services.clock.now())
        ),
    )


async def sign_out(services: Services, chosen: argparse.Namespace) -> int:
    member = await _member(services, chosen.username)
    await services.database.transact(
        lambda tx: services.staff.sign_out_everywhere(tx, SYSTEM, member.id, services.clock.now())
    )
    print(f"Every session of {member.username} has ended, noticed within 5 seconds.")
    return 0


async def add(services: Services, chosen: argparse.Namespace) -> int:
    check_place(services, chosen.jurisdiction)
    provider = await unit_of(services, chosen.provider) if chosen.provider else None
    if (chosen.role in UNIT_SCOPES) != (provider is not None):
        belongs = "the centre: leave --provider out" if provider else "a unit: --provider ID"
        raise Fault(f"A person in the role of {chosen.role} is of {belongs}.")
    if provider is not None and provider.jurisdiction != chosen.jurisdiction:
        raise Fault(f"{provider.id} is a unit of {provider.jurisdiction}: --jurisdiction {provider.jurisdiction}.")
    if await services.staff.find_by_username(chosen.username) is not None:
        raise Fault(f"{chosen.username} is taken; python -m api staff list shows who there is.")
    if not is_username(chosen.username):
        raise Fault("A username is 3 to 40 small letters, digits, dots and hyphens.")

    newcomer = Newcomer(
        username=chosen.username,
        role=chosen.role,
        jurisdiction=chosen.jurisdiction,
        unit=provider.name if provider else services.centre_name(chosen.jurisdiction),
        display_name=chosen.name,
        provider=chosen.provider,
    )
    return _hand_over(
        services,
        *await services.database.transact(lambda tx: services.staff.invite(tx, SYSTEM, newcomer, services.clock.now())),
    )


def _hand_over(services: Services, member: Staff, code: str) -> int:
    """Prints the code. The operator never sees a password or a second factor."""
    page = f"{services.settings.public_url}/{'unit' if member.provider else 'desk'}"
    print(code)
    print(
        f"Hand this code to {member.display_name} alone, who chooses a password with it at {page} (有开通码，第一次用): good once, "
        f"for {ACTIVATION_LIFE // timedelta(hours=1)} hours, and not shown again.",
        file=sys.stderr,
    )
    return 0
