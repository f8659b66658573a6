"""`keys`: make, add, rotate and retire them."""

import argparse
import base64
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

import msgspec

from api.commands.terminal import Commands, Fault, Progress
from api.composition import Services
from api.infra.collections import codecs_of
from api.infra.held_keys import HeldKeys
from api.infra.key_file import KeyFile
from api.infra.migrations import NotRead
from api.infra.rotation import NotAllOpened, rotate


def register(commands: Commands) -> None:
    one = commands.group("keys", "Make, add and rotate the keys, and serve them.")
    one.add_plain("serve", serve, "The key module: seal, open and sign for who may ask at CW_KEYS_SOCKET.")
    for name, work, text in (
        ("make", make, "Make the keys of a new installation (CW_KEYS_FILE), mode 600. Never overwrites."),
        ("add", add, "Add a field key and make it the current one; the others stay for reading."),
    ):
        parser = one.add_plain(name, work, text)
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--name", metavar="ID", help="the key's id, stored with each value (k1, k2, …)")
    one.add("rotate", seal_anew, "Seal every secret anew under the current key; can be stopped and run again.")
    parser = one.add_plain("add-index", add_index, "Add a key for the blind indexes and make it the current one.")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser = one.add(
        "rotate-index", rotate_index, "Move everybody to the current index key; can be stopped and run again."
    )
    text = "leave a document whose value no key opens under the key it is under, for good"
    parser.add_argument("--leave-unreadable", action="store_true", help=text)
    parser = one.add("retire-index", retire_index, "Take the former index key out of use, once everybody is moved.")
    parser.add_argument("file", type=Path, metavar="FILE")


def serve(_: argparse.Namespace) -> int:
    from api.infra.key_module import main  # for Linux alone

    return main()


def make(chosen: argparse.Namespace) -> int:
    name = chosen.name or "k1"
    fresh = KeyFile(current=name, field_keys={name: _key(16)}, index_key=_key(32), token_key=_key(32))
    _write_keys(chosen.file, fresh, os.O_EXCL)
    print(
        f"Keys are in {chosen.file}, readable by you only. Keep a copy apart from the backups: without it nothing opens."
    )
    return 0


def add(chosen: argparse.Namespace) -> int:
    """Adds a key. The old ones stay, to open what they sealed until `keys rotate` is done."""
    old = _read_keys(chosen.file)
    name = chosen.name or _next_name("k", old.field_keys)
    if name in old.field_keys:
        raise Fault(f"There is a key {name} already; give another --name.")
    _replace_keys(
        chosen.file, msgspec.structs.replace(old, current=name, field_keys={**old.field_keys, name: _key(16)})
    )
    print(f"{name} is the current key. Give the file to every process, restart them, then: python -m api keys rotate")
    return 0


def _next_name(letter: str, known: Iterable[str]) -> str:
    """One above the highest: the name of a key that was taken out of the file still stands in what it made."""
    numbers = [int(name[1:]) for name in known if name[:1] == letter and name[1:].isdecimal()]
    return f"{letter}{max(numbers, default=0) + 1}"


def _read_keys(file: Path) -> KeyFile:
    try:
        return msgspec.json.decode(file.read_bytes(), type=KeyFile)
    except msgspec.DecodeError:
        raise Fault(f"{file}: not a key file") from None


def _replace_keys(file: Path, keys: KeyFile) -> None:
    """It stays its owner's: the administrator may change it for the user of the key module."""
    aside, before = file.with_name(f"{file.name}.new"), file.stat()
    _write_keys(aside, keys, os.O_TRUNC)
    if before.st_uid != aside.stat().st_uid:
        os.chown(aside, before.st_uid, before.st_gid)
    aside.replace(file)


def _key(size: int) -> str:
    return base64.b64encode(secrets.token_bytes(size)).decode()


def _write_keys(file: Path, keys: KeyFile, how: int) -> None:
    try:
        HeldKeys(keys)
    except ValueError as fault:
        raise Fault(f"No module would start with such a file: {fault}.") from None
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | how, 0o600)
    except FileExistsError:
        raise Fault(f"{file} is there already, and keys are never overwritten.") from None
    with os.fdopen(descriptor, "wb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(msgspec.json.format(msgspec.json.encode(keys), indent=2) + b"\n")
        out.flush()
        os.fsync(out.fileno())


def add_index(chosen: argparse.Namespace) -> int:
    """Adds an index key. The old one stays for reading until `keys rotate-index` is done."""
    old = _read_keys(chosen.file)
    if old.former_index_keys:
        raise Fault("A change of the index key is under way: keys rotate-index, then keys retire-index, then the next.")
    name = _next_name("i", {old.index_name or "i1", *old.retired_index_keys})
    former = {old.index_name: old.index_key}
    _replace_keys(
        chosen.file, msgspec.structs.replace(old, index_name=name, index_key=_key(32), former_index_keys=former)
    )
    print(
        f"{name} is the index key. Stop every process, give the file to each, start them all, then: python -m api keys rotate-index"
    )
    return 0


async def rotate_index(services: Services, chosen: argparse.Namespace) -> int:
    show = Progress()
    try:
        moved = await services.persons.rotate(
            lambda name, seen, done: show(f"{name}: {seen} looked at, {done} moved"),
            leaves_unreadable=chosen.leave_unreadable,
        )
    except NotRead as fault:
        raise Fault(str(fault)) from None
    print(f"{moved} documents are now under {services.keys.index_name or 'the first index key'}.")
    return 0


async def retire_index(services: Services, chosen: argparse.Namespace) -> int:
    """Retires the former index key: from the next start on nothing is looked up with it."""
    file = _read_keys(chosen.file)
    if file.index_name != services.keys.index_name or not await services.persons.is_done():
        raise Fault("keys rotate-index is not through: run it until it says 0.")
    await services.audits.chain_pending(services.clock.now())  # a retired key makes no entry
    retired = {**file.retired_index_keys, **file.former_index_keys}
    _replace_keys(chosen.file, msgspec.structs.replace(file, former_index_keys={}, retired_index_keys=retired))
    print("The former index key is retired. Give the file to every process and restart them one by one.")
    return 0


async def seal_anew(services: Services, _: argparse.Namespace) -> int:
    show = Progress()
    try:
        changed = await rotate(
            services.database,
            codecs_of(services.COLLECTIONS, services.keys),
            lambda name, seen, done: show(f"{name}: {seen} looked at, {done} sealed anew"),
        )
    except NotAllOpened as fault:
        raise Fault(str(fault)) from None
    print(f"{changed} documents are now sealed under {services.keys.current}.")
    return 0
