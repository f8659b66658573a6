"""What operators do from a shell, command by command. `api/__main__.py` opens the services and turns faults into one line."""

import argparse
import asyncio
import base64
import getpass
import os
import secrets
import sys
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path

import msgspec

from api.accounts.models import Staff
from api.audits.chain import is_behind
from api.audits.commands import verify_audit
from api.audits.models import DayHead
from api.chat.service import row_of
from api.composition import Services
from api.infra import backup, migrations
from api.infra.actors import SYSTEM
from api.infra.collections import codecs_of
from api.infra.collector import spare_the_collector
from api.infra.heartbeats import HeartbeatStore
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.infra.privacy import KeyFile
from api.infra.rotation import rotate
from api.providers.models import SCOPES, Provider
from api.records.errors import ColumnsUnclear
from api.records.files.columns import layouts
from api.records.files.headers import Choice
from api.records.files.templates import template_of
from api.records.intake import Tally
from api.records.returned import notes_of, returned_rows

Command = Callable[[Services, argparse.Namespace], Awaitable[int]]
_EVERY_SECONDS = 1.0


class Fault(Exception):
    """What stands in the way, in one line for the person at the terminal."""


class _Progress:
    """At most one line a second on standard error: the answer itself goes to standard output."""

    def __init__(self) -> None:
        self._shown_at = float("-inf")

    def __call__(self, *said: object) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._shown_at >= _EVERY_SECONDS:
            self._shown_at = now
            print(*said, file=sys.stderr)


async def audit_verify(services: Services, chosen: argparse.Namespace) -> int:
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


async def audit_head(services: Services, chosen: argparse.Namespace) -> int:
    await services.audits.chain_pending(services.clock.now())
    heads = await services.audits.heads(chosen.since)
    lines = [msgspec.json.encode(head).decode() for head in heads]
    if chosen.keep is None:
        print("\n".join(lines))
        return 0
    known = {head.id: head for head in (_known_heads(chosen.keep) if chosen.keep.exists() else ())}
    there = {head.id: head for head in heads}
    back = [day for day, head in known.items() if day in there and not is_behind(head, there[day])]
    if back:
        raise Fault(
            f"{', '.join(back)}: the head went backwards since it was kept; python -m api audit verify says more"
        )
    merged = {**known, **there}
    beside = chosen.keep.with_suffix(".new")
    beside.write_text("".join(msgspec.json.encode(merged[day]).decode() + "\n" for day in sorted(merged)))
    beside.replace(chosen.keep)
    print(f"{len(merged)} heads are in {chosen.keep}.")
    return 0


async def back_up(services: Services, chosen: argparse.Namespace) -> int:
    now = services.clock.now()
    try:
        counts = await backup.back_up(services.database, services.keys, chosen.file, _Progress())
    except backup.TooSlow:
        raise Fault(
            "The database forgot changes before the copy was done: make its oplog longer. The old file stands."
        ) from None
    await HeartbeatStore(services.database).beat("backup", "", now, {"documents": sum(counts.values())}, None)
    print(f"{sum(counts.values())} documents of {len(counts)} collections are in {chosen.file}, read back and whole.")
    return 0


async def restore(services: Services, chosen: argparse.Namespace) -> int:
    try:
        counts = await backup.restore(services.database, services.keys, chosen.file, _Progress())
    except backup.NotEmpty:
        raise Fault("The database is not empty: restore into a new one (CW_DATABASE).") from None
    await services.prepare()
    print(f"{sum(counts.values())} documents of {len(counts)} collections are back.")
    return 0


async def migrate(services: Services, _: argparse.Namespace) -> int:
    version = await migrations.migrate(services.database, _Progress())
    await services.prepare()
    print(f"The database is at version {version}.")
    return 0


def keys_make(chosen: argparse.Namespace) -> int:
    """Needs neither settings nor database."""
    name = chosen.name or "k1"
    fresh = KeyFile(current=name, field_keys={name: _key(16)}, index_key=_key(32), token_key=_key(32))
    _write_keys(chosen.file, fresh, os.O_EXCL)
    print(
        f"Keys are in {chosen.file}, readable by you only. Keep a copy apart from the backups: without it nothing opens."
    )
    return 0


def keys_add(chosen: argparse.Namespace) -> int:
    """The old keys stay: what they sealed is opened with them until `keys rotate` is through."""
    old = _read_keys(chosen.file)
    name = chosen.name or f"k{len(old.field_keys) + 1}"
    if name in old.field_keys:
        raise Fault(f"There is a key {name} already.")
    _replace_keys(
        chosen.file, msgspec.structs.replace(old, current=name, field_keys={**old.field_keys, name: _key(16)})
    )
    print(f"{name} is the current key. Give the file to every process, restart them, then: python -m api keys rotate")
    return 0


def _read_keys(file: Path) -> KeyFile:
    try:
        return msgspec.json.decode(file.read_bytes(), type=KeyFile)
    except msgspec.DecodeError:
        raise Fault(f"{file}: not a key file") from None


def _replace_keys(file: Path, keys: KeyFile) -> None:
    aside = file.with_name(f"{file.name}.new")
    _write_keys(aside, keys, os.O_TRUNC)
    aside.replace(file)


def _key(size: int) -> str:
    return base64.b64encode(secrets.token_bytes(size)).decode()


def _write_keys(file: Path, keys: KeyFile, how: int) -> None:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | how, 0o600)
    except FileExistsError:
        raise Fault(f"{file} is there already, and keys are never overwritten.") from None
    with os.fdopen(descriptor, "wb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(msgspec.json.format(msgspec.json.encode(keys), indent=2) + b"\n")
        out.flush()
        os.fsync(out.fileno())


def keys_add_index(chosen: argparse.Namespace) -> int:
    """The old one stays for reading until `keys rotate-index` is through."""
    old = _read_keys(chosen.file)
    if old.former_index_keys:
        raise Fault("A change of the index key is under way: keys rotate-index, then keys retire-index, then the next.")
    name = f"i{2 + len(old.retired_index_keys)}"
    former = {old.index_name: old.index_key}
    _replace_keys(
        chosen.file, msgspec.structs.replace(old, index_name=name, index_key=_key(32), former_index_keys=former)
    )
    print(
        f"{name} is the index key. Stop every process, give the file to each, start them all, then: python -m api keys rotate-index"
    )
    return 0


async def keys_rotate_index(services: Services, _: argparse.Namespace) -> int:
    show = _Progress()
    moved = await services.persons.rotate(lambda name, seen, done: show(f"{name}: {seen} looked at, {done} moved"))
    print(f"{moved} documents are now under {services.keys.index_name or 'the first index key'}.")
    return 0


async def keys_retire_index(services: Services, chosen: argparse.Namespace) -> int:
    """Nothing is looked for under the former key from the next start on."""
    file = _read_keys(chosen.file)
    if file.index_name != services.keys.index_name or not await services.persons.is_done():
        raise Fault("keys rotate-index is not through: run it until it says 0.")
    await services.audits.chain_pending(services.clock.now())  # a retired key makes no entry
    retired = {**file.retired_index_keys, **file.former_index_keys}
    _replace_keys(chosen.file, msgspec.structs.replace(file, former_index_keys={}, retired_index_keys=retired))
    print("The former index key is retired. Give the file to every process and restart them one by one.")
    return 0


async def keys_rotate(services: Services, _: argparse.Namespace) -> int:
    show = _Progress()
    changed = await rotate(
        services.database,
        codecs_of(services.COLLECTIONS, services.keys),
        lambda name, seen, done: show(f"{name}: {seen} looked at, {done} sealed anew"),
    )
    print(f"{changed} documents are now sealed under {services.keys.current}.")
    return 0


def _asked_password() -> str:
    return getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


async def _member(services: Services, username: str) -> Staff:
    """Raises Fault."""
    found = await services.staff.find_by_username(username)
    if found is None:
        raise Fault(f"There is no {username}; python -m api staff list shows who there is.")
    return found


async def staff_list(services: Services, _: argparse.Namespace) -> int:
    for member in await services.staff.list_all():
        state = "" if member.is_active else "  (left)"
        print(f"{member.username:<20} {member.role:<10} {member.jurisdiction:<10} {member.display_name}{state}")
    return 0


async def staff_leave(services: Services, chosen: argparse.Namespace) -> int:
    member = await _member(services, chosen.username)
    await services.database.transact(lambda tx: services.staff.deactivate(tx, SYSTEM, member.id, services.clock.now()))
    print(f"{member.username} can no longer sign in; every session has ended, noticed within 5 seconds.")
    return 0


async def staff_return(services: Services, chosen: argparse.Namespace) -> int:
    member = await _member(services, chosen.username)
    await services.database.transact(lambda tx: services.staff.reactivate(tx, SYSTEM, member.id, services.clock.now()))
    print(f"{member.username} can sign in again.")
    return 0


async def staff_password(services: Services, chosen: argparse.Namespace) -> int:
    member, password = await _member(services, chosen.username), _asked_password()
    await services.database.transact(
        lambda tx: services.staff.set_password(tx, SYSTEM, member, password, services.clock.now())
    )
    print(f"{member.username} has a new password; every session has ended.")
    return 0


async def staff_second_factor(services: Services, chosen: argparse.Namespace) -> int:
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


async def staff_sign_out(services: Services, chosen: argparse.Namespace) -> int:
    member = await _member(services, chosen.username)
    await services.database.transact(
        lambda tx: services.staff.sign_out_everywhere(tx, SYSTEM, member.id, services.clock.now())
    )
    print(f"Every session of {member.username} has ended, noticed within 5 seconds.")
    return 0


async def staff_add(services: Services, chosen: argparse.Namespace) -> int:
    _check_place(services, chosen.jurisdiction)
    provider = await services.providers.get(chosen.provider) if chosen.provider else None
    password = _asked_password()

    async def work(tx: Tx) -> str:
        _, otpauth = await services.staff.add(
            tx,
            SYSTEM,
            username=chosen.username,
            password=password,
            role=chosen.role,
            jurisdiction=chosen.jurisdiction,
            unit=provider.name if provider else services.centre_name(chosen.jurisdiction),
            provider=chosen.provider,
            display_name=chosen.name,
            now=services.clock.now(),
        )
        return otpauth

    print(await services.database.transact(work))
    print("Put this address into an authenticator now: it is not shown again.", file=sys.stderr)
    return 0


async def provider_add(services: Services, chosen: argparse.Namespace) -> int:
    _check_place(services, chosen.jurisdiction)
    provider = Provider(
        id=chosen.id or new_id("prv"),
        name=chosen.name,
        jurisdiction=chosen.jurisdiction,
        unified_code=chosen.code,
        is_market=chosen.market,
        systems=tuple(chosen.system),
        represents=tuple(chosen.represents),
    )

    async def work(tx: Tx) -> None:
        await services.providers.add(tx, SYSTEM, provider, services.clock.now())

    await services.database.transact(work)
    print(provider.id)
    return 0


async def provider_key_issue(services: Services, chosen: argparse.Namespace) -> int:
    async def work(tx: Tx) -> str:
        return await services.providers.issue_key(
            tx,
            SYSTEM,
            chosen.provider,
            services.clock.now(),
            scopes=tuple(chosen.scope) or SCOPES,
            life=timedelta(days=chosen.days) if chosen.days else None,
        )

    print(await services.database.transact(work))
    print("Hand this key over by a safe way: it is not shown again.", file=sys.stderr)
    return 0


async def provider_list(services: Services, _: argparse.Namespace) -> int:
    now = services.clock.now()
    for provider in await services.providers.list_all():
        good = sum(key.is_good(now) for key in await services.providers.list_keys(provider.id))
        print("\t".join((provider.id, provider.jurisdiction, provider.name, provider.unified_code, f"{good} keys")))
    return 0


async def provider_key_list(services: Services, chosen: argparse.Namespace) -> int:
    await services.providers.get(chosen.provider)
    now = services.clock.now()
    for key in await services.providers.list_keys(chosen.provider):
        state = "good" if key.is_good(now) else "revoked" if key.revoked_at else "ended"
        used = f"{key.used_on:%Y-%m-%d}" if key.used_on else "never"
        ends = f"{key.expires_on:%Y-%m-%d}" if key.expires_on else "no end"
        print("\t".join((key.id, state, f"made {key.created_at:%Y-%m-%d}", f"used {used}", ends, ",".join(key.opens))))
    return 0


async def provider_key_rotate(services: Services, chosen: argparse.Namespace) -> int:
    async def work(tx: Tx) -> str:
        return await services.providers.rotate_key(tx, SYSTEM, chosen.key.partition(".")[0], services.clock.now())

    print(await services.database.transact(work))
    print(
        "Hand this key over by a safe way: it is not shown again. The old key stays good for seven days.",
        file=sys.stderr,
    )
    return 0


async def provider_key_revoke(services: Services, chosen: argparse.Namespace) -> int:
    async def work(tx: Tx) -> None:
        await services.providers.revoke_key(tx, SYSTEM, chosen.key.partition(".")[0], services.clock.now())

    await services.database.transact(work)
    print("The key is revoked; every process has noticed within 20 seconds.")
    return 0


def _check_place(services: Services, jurisdiction: str) -> None:
    if jurisdiction not in services.settings.centres:
        raise Fault(f"No centre is configured for {jurisdiction}: {', '.join(sorted(services.settings.centres))}")


async def feedback(services: Services, _: argparse.Namespace) -> int:
    async for entry in services.chat_feedback().each():
        print(msgspec.json.encode(row_of(entry)).decode())
    return 0


async def import_file(services: Services, chosen: argparse.Namespace) -> int:
    spare_the_collector()
    tally = Tally()
    choice = Choice(columns=dict(chosen.column), leave=frozenset(chosen.leave))
    try:
        report = await services.intake.import_file(
            chosen.file,
            chosen.provider,
            now=services.clock.now(),
            progress=lambda rows: print(f"{rows} rows", file=sys.stderr),
            choice=choice,
            is_dry=chosen.dry_run,
            tally=tally,
        )
    except ColumnsUnclear as unclear:
        raise Fault(f"{unclear.title}：{unclear.detail}（--column 您的列=我们的列，--leave 不报的列）") from None
    except (Exception, asyncio.CancelledError):
        if tally.accepted or tally.unchanged or tally.refused:
            print("The run ended early. The same file can be taken in again: nothing is doubled.", file=sys.stderr)
            print(f"{tally.accepted} taken in, {tally.unchanged} there already, {tally.refused} refused.")
        raise
    for fault in report.refused:
        where = f"{fault.sheet} line {fault.line}" if fault.sheet else f"line {fault.line}"
        print(
            "\t".join((where, fault.column, fault.reason, fault.cure or "", fault.act_number or "", fault.value or ""))
        )
    shown = len({(fault.sheet, fault.line) for fault in report.refused})
    if report.refused_count > shown:
        print(f"… and {report.refused_count - shown} more rows")
    for note in notes_of(report):
        print(note, file=sys.stderr)
    if chosen.refused and report.refused_count:
        chosen.refused.write_bytes(returned_rows(report))
        print(f"refused rows: {chosen.refused}", file=sys.stderr)
    if report.is_dry:
        print("Dry run: nothing was stored.", file=sys.stderr)
    print(f"{report.accepted} taken in, {report.unchanged} there already, {report.refused_count} refused.")
    return 1 if report.refused_count else 0


def template(chosen: argparse.Namespace) -> int:
    """Needs neither settings nor database."""
    chosen.file.write_bytes(template_of(chosen.kind))
    print(chosen.file)
    return 0


def _pair(written: str) -> tuple[str, str]:
    theirs, mark, ours = written.partition("=")
    if not mark or not theirs.strip() or not ours.strip():
        raise argparse.ArgumentTypeError("THEIRS=OURS, both column names")
    return theirs.strip(), ours.strip()


_Add = Callable[..., argparse.ArgumentParser]


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", run: Callable[..., int]) -> None:
    """Adds every command. `run(work, chosen, is_prepared=...)` opens the services for it; plain ones run as they are."""

    def group(name: str, text: str, under: "argparse._SubParsersAction[argparse.ArgumentParser]" = commands) -> _Add:
        parser = under.add_parser(name, help=text, description=text)
        inside = parser.add_subparsers(dest=f"{name}_command", required=True, metavar="COMMAND")
        return _adder(inside, run)

    add = _adder(commands, run)
    one = group("audit", "Verify the audit's chain, or print its heads.")
    verify = one(
        "verify", audit_verify, "Find every changed, missing or inserted entry. Exit status 1 where there is one."
    )
    verify.add_argument("--day", type=date.fromisoformat, metavar="DATE", help="this day only (Asia/Shanghai)")
    verify.add_argument("--heads", type=Path, metavar="FILE", help="heads printed earlier and kept elsewhere")
    head = one(
        "head", audit_head, "Print each day's head, a JSON line each, to be kept where this database cannot reach."
    )
    head.add_argument("--since", type=date.fromisoformat, metavar="DATE", help="from this day on")
    head.add_argument(
        "--keep", type=Path, metavar="FILE", help="add them to this file, and refuse where a day went backwards"
    )

    file = add("backup", back_up, "Write everything as of one instant to one encrypted file (mode 600).")
    file.add_argument("file", type=Path, metavar="FILE")
    file = add(
        "restore",
        restore,
        "Put a backup into an empty database; the file is checked whole before anything is stored.",
        bare=True,
    )
    file.add_argument("file", type=Path, metavar="FILE")
    add(
        "migrate",
        migrate,
        "Bring the stored shapes to this program's version; can be stopped and run again.",
        bare=True,
    )

    one = group("keys", "Make, add and rotate the keys.")
    for name, work, text in (
        ("make", keys_make, "Make the keys of a new installation (CW_KEYS_FILE), mode 600. Never overwrites."),
        ("add", keys_add, "Add a field key and make it the current one; the others stay for reading."),
    ):
        parser = one(name, None, text)
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--name", metavar="ID", help="the key's id, stored with each value (k1, k2, …)")
        parser.set_defaults(run=work)
    one("rotate", keys_rotate, "Seal every secret anew under the current key; can be stopped and run again.")
    parser = one("add-index", None, "Add a key for the blind indexes and make it the current one.")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.set_defaults(run=keys_add_index)
    one("rotate-index", keys_rotate_index, "Move everybody to the current index key; can be stopped and run again.")
    parser = one("retire-index", keys_retire_index, "Take the former index key out of use, once everybody is moved.")
    parser.add_argument("file", type=Path, metavar="FILE")

    one = group("staff", "Officers and auditors.")
    person = one("add", staff_add, "Add one; the password is asked for, or read from standard input.")
    person.add_argument("username")
    person.add_argument("--name", required=True, help="what colleagues read")
    person.add_argument(
        "--role", required=True, choices=["officer", "auditor", "clerk", "lead"], help="clerk and lead are of a unit"
    )
    person.add_argument("--provider", metavar="ID", help="the unit of a clerk or a lead")
    person.add_argument("--jurisdiction", required=True)

    one("list", staff_list, "Everybody, those who left too.")
    for name, change, text in (
        ("leave", staff_leave, "Shut somebody out who left: no sign-in, every session ended."),
        ("return", staff_return, "Let somebody who left sign in again."),
        ("password", staff_password, "Set a new password; it is asked for, or read from standard input."),
        ("second-factor", staff_second_factor, "A new authenticator in place of a lost one; prints its address."),
        ("sign-out", staff_sign_out, "End every session of somebody."),
    ):
        one(name, change, text).add_argument("username")

    provider = commands.add_parser("provider", help="Units that provide records, and their keys.")
    inside = provider.add_subparsers(dest="provider_command", required=True, metavar="COMMAND")
    unit = _adder(inside, run)("add", provider_add, "Add a unit, or replace what is known of it; prints its id.")
    unit.add_argument("--id", help="of a unit to replace; made where none is given")
    unit.add_argument("--name", required=True)
    unit.add_argument("--jurisdiction", required=True)
    unit.add_argument("--code", required=True, help="its 统一社会信用代码")
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
    _adder(inside, run)("list", provider_list, "List the units: id, place, name, code, keys that are good.")
    one = group("key", "The unit's API keys.", inside)
    key = one("issue", provider_key_issue, "Issue a key; it is printed this once.")
    key.add_argument("provider", metavar="PROVIDER_ID")
    key.add_argument(
        "--scope", action="append", default=[], choices=SCOPES, help="all where none is given (repeatable)"
    )
    key.add_argument("--days", type=int, help="how long it is good")
    key = one("list", provider_key_list, "List a unit's keys, without their secrets: scopes, made, last used, ends.")
    key.add_argument("provider", metavar="PROVIDER_ID")
    key = one("rotate", provider_key_rotate, "Issue a successor; the old key stays good for a week.")
    key.add_argument("key", metavar="KEY_ID")
    key = one("revoke", provider_key_revoke, "Revoke a key.")
    key.add_argument("key", metavar="KEY_ID")

    add("feedback", feedback, "Print what residents thought of the bot's answers, for python -m bot review.")
    file = add(
        "import",
        import_file,
        "Take in a provider's file (xlsx, xls, CSV or JSON lines), as over HTTP. Exit status 1 where rows were refused.",
    )
    file.add_argument("file", type=Path, metavar="FILE")
    file.add_argument("--provider", required=True, metavar="ID")
    file.add_argument("--dry-run", action="store_true", help="look at everything, store nothing")
    file.add_argument(
        "--column", type=_pair, action="append", default=[], metavar="THEIRS=OURS", help="confirm a column (repeatable)"
    )
    file.add_argument(
        "--leave", action="append", default=[], metavar="COLUMN", help="a column whose data is left out (repeatable)"
    )
    file.add_argument("--refused", type=Path, metavar="XLSX", help="write the refused rows with their reasons here")
    file = add("template", None, "Write the workbook that a unit fills in.")
    file.set_defaults(run=template)
    file.add_argument("kind", choices=[layout.id for layout in layouts()])
    file.add_argument("file", type=Path, metavar="XLSX")


def _adder(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", run: Callable[..., int]) -> _Add:
    def add(name: str, work: Command | None, text: str, *, bare: bool = False) -> argparse.ArgumentParser:
        parser = commands.add_parser(name, help=text, description=text)
        parser.set_defaults(run=lambda chosen: run(work, chosen, is_prepared=not bare))
        return parser

    return add
