"""`audit`: verify its chain, print and keep its heads."""

import argparse
from datetime import date
from pathlib import Path

import msgspec

from api.audits.chain import is_behind
from api.audits.commands import verify_audit
from api.audits.models import DayHead
from api.commands.terminal import Commands, Fault
from api.composition import Services


def register(commands: Commands) -> None:
    one = commands.group("audit", "Verify the audit's chain, or print its heads.")
    found = one.add(
        "verify", verify, "Find every changed, missing or inserted entry. Exit status 1 where there is one."
    )
    found.add_argument("--day", type=date.fromisoformat, metavar="DATE", help="this day only (Asia/Shanghai)")
    found.add_argument("--heads", type=Path, metavar="FILE", help="heads printed earlier and kept elsewhere")
    heads = one.add(
        "head", head, "Print each day's head, a JSON line each, to be kept where this database cannot reach."
    )
    heads.add_argument("--since", type=date.fromisoformat, metavar="DATE", help="from this day on")
    heads.add_argument(
        "--keep", type=Path, metavar="FILE", help="add them to this file, and refuse where a day went backwards"
    )


async def verify(services: Services, chosen: argparse.Namespace) -> int:
    lines = await verify_audit(services.audits, services.clock.now(), chosen.day, _known_heads(chosen.heads))
    print("\n".join(lines) if lines else "The audit is whole.")
    return 1 if lines else 0


def _known_heads(file: Path | None) -> tuple[DayHead, ...]:
    if file is None:
        return ()
    try:
        return tuple(msgspec.json.decode(line, type=DayHead) for line in file.read_bytes().splitlines() if line.strip())
    except msgspec.DecodeError:
        raise Fault(f"{file}: not the output of python -m api audit head") from None


async def head(services: Services, chosen: argparse.Namespace) -> int:
    await services.audits.chain_pending(services.clock.now())
    heads = await services.audits.heads(chosen.since)
    lines = [msgspec.json.encode(one).decode() for one in heads]
    if chosen.keep is None:
        print("\n".join(lines))
        return 0
    known = {one.id: one for one in (_known_heads(chosen.keep) if chosen.keep.exists() else ())}
    there = {one.id: one for one in heads}
    first = max(await services.audits.kept_from(), chosen.since.isoformat() if chosen.since else "")
    back = [day for day, one in known.items() if day >= first and (day not in there or not is_behind(one, there[day]))]
    if back:
        raise Fault(
            f"{', '.join(back)}: the head went backwards or is gone since it was kept; python -m api audit verify says more"
        )
    merged = {**known, **there}
    beside = chosen.keep.with_suffix(".new")
    beside.write_text("".join(msgspec.json.encode(merged[day]).decode() + "\n" for day in sorted(merged)))
    beside.replace(chosen.keep)
    print(f"{len(merged)} heads are in {chosen.keep}.")
    return 0
