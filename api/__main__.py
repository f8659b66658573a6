"""`python -m api`: serve, and what operators do from a shell. `--help` on every command."""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
from litestar import Litestar

from api.app import create_app
from api.house import House
from api.http.metrics import MetricsPort
from api.http.openapi import document_of
from api.infra.errors import Refusal
from api.infra.log import set_up_logs
from api.infra.settings import Settings, SettingsError, read_settings


def _settings() -> Settings:
    try:
        return read_settings(os.environ)
    except SettingsError as fault:
        raise SystemExit("The settings are not complete:\n" + str(fault)) from None


def build() -> Litestar:
    """The factory that each server process calls."""
    settings = _settings()
    set_up_logs(is_json=settings.is_production)
    return create_app(House(settings))


def serve(_: argparse.Namespace) -> int:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    settings = _settings()
    set_up_logs(is_json=settings.is_production)
    metrics = MetricsPort(settings.metrics_host, settings.metrics_port)
    os.environ.update(metrics.environ)
    try:
        metrics.open()
    except OSError:
        print(f"Port {settings.metrics_port} for metrics is taken; set CW_METRICS_PORT.", file=sys.stderr)
        return 1
    server = Server(
        "api.__main__:build",
        factory=True,
        interface=Interfaces.ASGI,
        address=settings.host,
        port=settings.port,
        workers=settings.processes,
        log_level=LogLevels.warning,
        backlog=1024,
        workers_kill_timeout=20,
        websockets=False,
    )
    try:
        server.serve()
    finally:
        metrics.close()
    return 0


def openapi(_: argparse.Namespace) -> int:
    """Needs no database and no keys: the document depends on neither."""
    from api.infra.privacy import make_development_keys

    environ = {
        "CW_MODE": "development",
        "MONGODB_URI": "mongodb://127.0.0.1:1",
        "CW_WECHAT_APPID": "x",
        "CW_WECHAT_SECRET": "x",
        "CW_WECHAT_EVENT_TOKEN": "x",
        "CW_KEYS": msgspec.json.encode(make_development_keys()).decode(),
    }
    document = document_of(create_app(House(read_settings(environ))))
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
    return 0


def _with_house(work: Callable[[House], Awaitable[int]]) -> int:
    settings = _settings()
    set_up_logs(is_json=settings.is_production)

    async def run() -> int:
        house = House(settings)
        try:
            await house.prepare()
            return await work(house)
        finally:
            await house.close()

    try:
        return asyncio.run(run())
    except Refusal as refusal:
        print(f"{refusal.title}: {refusal.detail}", file=sys.stderr)
        return 1


def import_file(arguments: argparse.Namespace) -> int:
    """Zero when every row landed or was there; one when some were kept out, each with its line."""

    async def work(house: House) -> int:
        report = await house.intake.import_file(
            arguments.file,
            arguments.provider,
            now=house.clock.now(),
            progress=lambda rows: print(f"{rows} rows read", file=sys.stderr, flush=True),
        )
        for fault in report.refused:
            law = f" ({fault.citation.label})" if fault.citation else ""
            print(f"line {fault.line}, {fault.column or 'row'}: {fault.reason}{law}", file=sys.stderr)
        if report.ignored_columns:
            print(f"columns left out: {', '.join(report.ignored_columns)}", file=sys.stderr)
        print(f"{report.accepted} accepted, {report.unchanged} unchanged, {report.refused_count} refused")
        return 1 if report.refused_count else 0

    if not arguments.file.is_file():
        print(f"{arguments.file}: no such file", file=sys.stderr)
        return 1
    return _with_house(work)


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(
        prog="python -m api", description="信用小窗: the application and its operators' commands."
    )
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    add("serve", serve, "Serve HTTP on CW_HOST:CW_PORT.")
    add("openapi", openapi, "Print the OpenAPI document.")
    taking = add(
        "import", import_file, "Take in a provider's file: CSV in the 双公示 layout, JSON lines or a JSON array."
    )
    taking.add_argument("file", type=Path, metavar="FILE")
    taking.add_argument("--provider", required=True, metavar="ID", help="the unit whose file it is")
    return root


def main(arguments: list[str] | None = None) -> int:
    chosen = parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = chosen.run
    return run(chosen)


if __name__ == "__main__":
    raise SystemExit(main())
