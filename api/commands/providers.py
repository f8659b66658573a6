"""`provider`: the units that provide records, and their API keys."""

import argparse
import re
import sys
from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

from api.commands.terminal import Commands, Fault, check_place, unit_of
from api.composition import Services
from api.infra.actors import SYSTEM
from api.infra.errors import NotFound
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.providers.models import MOST_DAYS, SCOPES, UNIFIED_CODE, Provider

T = TypeVar("T")


def register(commands: Commands) -> None:
    one = commands.group("provider", "Units that provide records, and their keys.")
    unit = one.add("add", add, "Add a unit, or replace what is known of it; prints its id.")
    unit.add_argument("--id", help="of a unit to replace; made where none is given")
    unit.add_argument("--name", required=True)
    unit.add_argument("--jurisdiction", required=True)
    unit.add_argument("--code", required=True, type=_code, help="its 统一社会信用代码")
    unit.add_argument("--market", action="store_true", help="a market credit service, not a public unit")
    unit.add_argument(
        "--system", action="append", default=[], metavar="NAME", help="a system that receives copies (repeatable)"
    )
    unit.add_argument(
        "--represents",
        action="append",
        default=[],
        metavar="NAME",
        help="another unit it sends for, by a written relation",
    )
    one.add("list", show_all, "List the units: id, place, name, code, keys that are good.")
    _register_keys(one.group("key", "The unit's API keys."))


def _register_keys(one: Commands) -> None:
    key = one.add("issue", issue_key, "Issue a key; it is printed this once.")
    key.add_argument("provider", metavar="PROVIDER_ID")
    key.add_argument(
        "--scope", action="append", default=[], choices=SCOPES, help="all where none is given (repeatable)"
    )
    key.add_argument("--days", type=_days, help="how long it is good; for ever where none are given")
    key.add_argument("--exchange-only", action="store_true", help="it opens nothing but the exchange for a token")
    key = one.add("list", show_keys, "List a unit's keys, without their secrets: scopes, made, last used, ends.")
    key.add_argument("provider", metavar="PROVIDER_ID")
    key = one.add(
        "rotate",
        rotate_key,
        "Issue a successor with as long a life; the old key stays good for a week, if it has as long.",
    )
    key.add_argument("key", metavar="KEY_ID")
    key = one.add("revoke", revoke_key, "Revoke a key.")
    key.add_argument("key", metavar="KEY_ID")


def _code(given: str) -> str:
    """As over HTTP. Raises ArgumentTypeError."""
    code = given.strip().upper()
    if not re.fullmatch(UNIFIED_CODE, code):
        raise argparse.ArgumentTypeError("18 digits and letters, of which none is I, O, S, V or Z")
    return code


def _days(given: str) -> int:
    """As over HTTP. Raises ArgumentTypeError."""
    if not given.isdecimal() or not 1 <= int(given) <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"a number of days from 1 to {MOST_DAYS}")
    return int(given)


async def add(services: Services, chosen: argparse.Namespace) -> int:
    check_place(services, chosen.jurisdiction)
    provider = Provider(
        id=chosen.id or new_id("prv"),
        name=chosen.name,
        jurisdiction=chosen.jurisdiction,
        unified_code=chosen.code,
        is_market=chosen.market,
        systems=tuple(chosen.system),
        represents=tuple(chosen.represents),
    )

    known = await services.providers.find_by_id(provider.id)
    if known is not None and known.jurisdiction != provider.jurisdiction:
        raise Fault(
            f"{known.id} is a unit of {known.jurisdiction}, where its records and people stay; add another one for {provider.jurisdiction}."
        )
    if (there := await services.providers.find_alike(provider)) is not None:
        raise Fault(
            f"{chosen.jurisdiction} has a unit of this name or code: {there.id}, {there.name}; give --id {there.id} to replace it."
        )

    async def work(tx: Tx) -> None:
        await services.providers.add(tx, SYSTEM, provider, services.clock.now())

    await services.database.transact(work)
    print(provider.id)
    return 0


async def issue_key(services: Services, chosen: argparse.Namespace) -> int:
    await unit_of(services, chosen.provider)

    async def work(tx: Tx) -> str:
        return await services.providers.issue_key(
            tx,
            SYSTEM,
            chosen.provider,
            services.clock.now(),
            scopes=tuple(chosen.scope) or SCOPES,
            life=timedelta(days=chosen.days) if chosen.days is not None else None,
            is_exchange_only=chosen.exchange_only,
        )

    print(await services.database.transact(work))
    print("Hand this key over by a safe way: it is not shown again.", file=sys.stderr)
    return 0


async def show_all(services: Services, _: argparse.Namespace) -> int:
    now = services.clock.now()
    for provider in await services.providers.list_all():
        good = sum(key.is_good(now) for key in await services.providers.list_keys(provider.id))
        print("\t".join((provider.id, provider.jurisdiction, provider.name, provider.unified_code, f"{good} keys")))
    return 0


async def show_keys(services: Services, chosen: argparse.Namespace) -> int:
    await unit_of(services, chosen.provider)
    now = services.clock.now()
    for key in await services.providers.list_keys(chosen.provider):
        state = "good" if key.is_good(now) else "revoked" if key.revoked_at else "ended"
        used = f"{key.used_on:%Y-%m-%d}" if key.used_on else "never"
        ends = f"{key.expires_on:%Y-%m-%d}" if key.expires_on else "no end"
        kind = ["exchange only"] if key.is_exchange_only else []
        made = f"made {key.created_at:%Y-%m-%d}"
        print("\t".join((key.id, state, made, f"used {used}", ends, ",".join(key.opens), *kind)))
    return 0


def _id_of(key: str) -> str:
    """Who has the whole key at hand need not cut it."""
    return key.partition(".")[0]


async def _of_a_key_there(key: str, work: Awaitable[T]) -> T:
    """Raises Fault."""
    try:
        return await work
    except NotFound:
        where = "python -m api provider key list PROVIDER_ID shows which there are"
        raise Fault(f"There is no key {_id_of(key)} that is good; {where}.") from None


async def rotate_key(services: Services, chosen: argparse.Namespace) -> int:
    async def work(tx: Tx) -> str:
        return await services.providers.rotate_key(tx, SYSTEM, _id_of(chosen.key), services.clock.now())

    print(await _of_a_key_there(chosen.key, services.database.transact(work)))
    print(
        "Hand this key over by a safe way: it is not shown again. The old key stays good for seven days, if it has as many.",
        file=sys.stderr,
    )
    return 0


async def revoke_key(services: Services, chosen: argparse.Namespace) -> int:
    async def work(tx: Tx) -> None:
        await services.providers.revoke_key(tx, SYSTEM, _id_of(chosen.key), services.clock.now())

    await _of_a_key_there(chosen.key, services.database.transact(work))
    print("The key is revoked; every process has noticed within 20 seconds.")
    return 0
