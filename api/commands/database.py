"""`backup`, `restore`, `migrate`."""

import argparse
from pathlib import Path

from api.commands.terminal import Commands, Fault, Progress
from api.composition import Services
from api.infra import backup, migrations
from api.infra.heartbeats import HeartbeatStore


def register(commands: Commands) -> None:
    file = commands.add("backup", back_up, "Write everything as of one instant to one encrypted file (mode 600).")
    file.add_argument("file", type=Path, metavar="FILE")
    text = "Put a backup into an empty database; the file is checked whole before anything is stored."
    file = commands.add("restore", restore, text, is_prepared=False)
    file.add_argument("file", type=Path, metavar="FILE")
    text = "Bring the stored shapes to this program's version; can be stopped and run again."
    one = commands.add("migrate", migrate, text, is_prepared=False)
    text = "leave a document whose value no key opens as it is, for good"
    one.add_argument("--leave-unreadable", action="store_true", help=text)


async def back_up(services: Services, chosen: argparse.Namespace) -> int:
    now = services.clock.now()
    try:
        counts = await backup.back_up(services.database, services.keys, chosen.file, Progress())
    except backup.TooSlow:
        raise Fault(
            "The database forgot changes before the copy was done: make its oplog longer. The old file stands."
        ) from None
    await HeartbeatStore(services.database).beat("backup", "", now, {"documents": sum(counts.values())}, None)
    print(f"{sum(counts.values())} documents of {len(counts)} collections are in {chosen.file}, read back and whole.")
    return 0


async def restore(services: Services, chosen: argparse.Namespace) -> int:
    try:
        counts = await backup.restore(services.database, services.keys, chosen.file, Progress())
    except backup.NotEmpty:
        raise Fault("The database is not empty: restore into a new one (CW_DATABASE).") from None
    await services.prepare()
    print(f"{sum(counts.values())} documents of {len(counts)} collections are back.")
    return 0


async def migrate(services: Services, chosen: argparse.Namespace) -> int:
    try:
        version = await migrations.migrate(
            services.database, services.keys, Progress(), leaves_unreadable=chosen.leave_unreadable
        )
    except migrations.NotRead as fault:
        raise Fault(str(fault)) from None
    await services.prepare()
    print(f"The database is at version {version}.")
    return 0
