"""`import` and `template`, for the files of units; `feedback`, for what residents thought of the bot."""

import argparse
import asyncio
import sys
from pathlib import Path

import msgspec

from api.chat.service import row_of
from api.commands.terminal import Commands, Fault, unit_of
from api.composition import Services
from api.infra.collector import freeze_long_lived
from api.records.errors import ColumnsUnclear, UnreadableFile
from api.records.files.columns import layouts
from api.records.files.headers import Choice
from api.records.files.templates import template_of
from api.records.returned import notes_of, returned_rows
from api.records.tally import Tally


def register(commands: Commands) -> None:
    commands.add("feedback", feedback, "Print what residents thought of the bot's answers, for python -m bot review.")
    text = (
        "Take in a provider's file (xlsx, xls, CSV or JSON lines), as over HTTP. Exit status 1 where rows were refused."
    )
    file = commands.add("import", import_file, text)
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
    file = commands.add_plain("template", template, "Write the workbook that a unit fills in.")
    file.add_argument("kind", choices=[layout.id for layout in layouts()])
    file.add_argument("file", type=Path, metavar="XLSX")


async def feedback(services: Services, _: argparse.Namespace) -> int:
    async for entry in services.chat_feedback().each():
        if entry.question:
            print(msgspec.json.encode(row_of(entry)).decode())
    return 0


async def import_file(services: Services, chosen: argparse.Namespace) -> int:
    freeze_long_lived()
    tally = Tally()
    await unit_of(services, chosen.provider)
    if chosen.refused and not chosen.refused.parent.is_dir():
        raise Fault(f"Nothing was taken in: there is no folder {chosen.refused.parent}.")
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
        ways = "confirm with --column THEIRS=OURS, or leave out with --leave COLUMN"
        raise Fault(f"Nothing was taken in, {ways}: {unclear.detail}") from None
    except UnreadableFile as unread:
        raise Fault(f"Nothing was taken in ({unread.code}): {unread.detail}") from None
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
        _write_private(chosen.refused, returned_rows(report))
        print(f"refused rows: {chosen.refused}", file=sys.stderr)
    if report.is_dry:
        print("Dry run: nothing was stored.", file=sys.stderr)
    print(f"{report.accepted} taken in, {report.unchanged} there already, {report.refused_count} refused.")
    return 1 if report.refused_count else 0


def _write_private(file: Path, content: bytes) -> None:
    """Mode 600, as a backup: people's names and numbers stand in it."""
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_bytes(content)


def template(chosen: argparse.Namespace) -> int:
    chosen.file.write_bytes(template_of(chosen.kind))
    print(chosen.file)
    return 0


def _pair(written: str) -> tuple[str, str]:
    theirs, mark, ours = written.partition("=")
    if not mark or not theirs.strip() or not ours.strip():
        raise argparse.ArgumentTypeError("THEIRS=OURS, both column names")
    return theirs.strip(), ours.strip()
