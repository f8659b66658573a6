"""Serve, and what operators do from a shell. `--help` on every command."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable

import msgspec
from litestar import Litestar

from api.app import create_app
from api.commands import register
from api.commands.terminal import Command, Commands, Fault
from api.composition import Services
from api.http.idle import Answering, close_idle_forever
from api.http.metrics import MetricsPort, count_in_shared_folder
from api.http.openapi import document_of
from api.infra.ability import WrongDatabase
from api.infra.asked_keys import KeysAway, outage
from api.infra.backup import BackupBroken
from api.infra.collector import freeze_long_lived, uncollected
from api.infra.database_faults import is_outage
from api.infra.errors import Refusal
from api.infra.log import get_log, set_up_logs
from api.infra.memory import keep_from_dumps
from api.infra.migrations import WrongVersion
from api.infra.settings import Settings, SettingsError, read_settings
from api.web.assets import SHELL_SCRIPT, load_assets

_LOOK_AGAIN_SECONDS = 2.0
_LAST_SECONDS = 20.0
_CONNECTIONS = 1024  # connections of each process; the next one waits until one is closed
HEADER_MILLISECONDS = 15_000  # for the whole head of a request, from its first byte


def _settings() -> Settings:
    keep_from_dumps()
    try:
        return read_settings(os.environ)
    except SettingsError as fault:
        raise SystemExit("The settings are not complete:\n" + str(fault)) from None


def build() -> Litestar:
    """The factory that each server process calls, after its parent has prepared the database."""
    settings = _settings()
    set_up_logs(is_json=settings.is_production)
    count_in_shared_folder()
    with uncollected():
        app = create_app(Services(settings), is_prepared=True)
    if settings.is_production and SHELL_SCRIPT not in load_assets().files:
        get_log("web").error("jweixin-missing")  # nobody could sign in from the mini-program
    answering = Answering()
    app.asgi_handler = answering.before(app.asgi_handler)
    watch: list[asyncio.Task[None]] = []

    async def start() -> None:
        watch.append(asyncio.create_task(close_idle_forever(settings.port, answering)))
        watch.append(asyncio.create_task(_end_with(os.getppid())))

    async def stop() -> None:
        for task in watch:
            task.cancel()

    app.on_startup.append(start)
    app.on_shutdown.append(stop)
    freeze_long_lived()
    return app


async def _end_with(parent: int) -> None:
    """Ends a server process whose parent was killed, after its open requests: it would keep the port from the next one."""
    while os.getppid() == parent:  # noqa: ASYNC110 - the system tells nobody, on all systems alike, whose parent died
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    get_log("api").warning("parent-gone")
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(_LAST_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


async def _wait_for_database(settings: Settings) -> None:
    """Waits as long as it takes: the port opens when there is something to serve. Raises WrongVersion."""
    services = Services(settings)
    try:
        while True:
            try:
                return await services.prepare()
            except Exception as fault:
                if not is_outage(fault):
                    raise
                get_log("api").warning(outage(fault), seconds=_LOOK_AGAIN_SECONDS)
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    finally:
        await services.close()


def serve(_: argparse.Namespace) -> int:
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    settings = _settings()
    set_up_logs(is_json=settings.is_production)
    asyncio.run(_wait_for_database(settings))
    metrics = MetricsPort(settings.metrics_host, settings.metrics_port)
    os.environ.update(metrics.environ)
    try:
        metrics.open()
    except OSError as fault:
        where = f"{settings.metrics_host}, port {settings.metrics_port}"
        print(f"Metrics at {where} (CW_METRICS_HOST, CW_METRICS_PORT): {fault.strerror}", file=sys.stderr)
        metrics.close()
        return 1
    server = Server(
        "api.cli:build",
        factory=True,
        interface=Interfaces.ASGI,
        address=settings.host,
        port=settings.port,
        workers=settings.processes,
        log_level=LogLevels.warning,
        backlog=_CONNECTIONS,
        backpressure=_CONNECTIONS,
        workers_kill_timeout=20,
        websockets=False,
        http=HTTPModes.http1,  # nobody uses HTTP/2 in clear text here, and its pings keep a process busy
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
    )
    get_log("api").info("serving", port=settings.port, count=settings.processes)
    try:
        server.serve()
    finally:
        metrics.close()
    return 0


def openapi(_: argparse.Namespace) -> int:
    """Prints the OpenAPI document, which needs neither database nor keys."""
    from api.infra.key_file import make_development_keys

    environ = {
        "CW_MODE": "development",
        "MONGODB_URI": "mongodb://127.0.0.1:1",
        "CW_WECHAT_APPID": "x",
        "CW_WECHAT_SECRET": "x",
        "CW_WECHAT_EVENT_TOKEN": "x",
        "CW_KEYS": msgspec.json.encode(make_development_keys()).decode(),
    }
    document = document_of(create_app(Services(read_settings(environ))))
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
    return 0


def _with_services(work: Command, chosen: argparse.Namespace, *, is_prepared: bool = True) -> int:
    """`is_prepared`: version and indexes are checked first; restoring and migrating do that themselves."""
    settings = _settings()
    set_up_logs(is_json=settings.is_production)

    async def run() -> int:
        services = Services(settings)
        try:
            if is_prepared:
                await services.prepare()
            return await work(services, chosen)
        finally:
            await services.close()

    return asyncio.run(run())


def _line_of(fault: Exception) -> str | None:
    """The line for the person at the terminal; None for a defect."""
    if isinstance(fault, KeysAway):
        return f"The key module cannot be asked (CW_KEYS_SOCKET): {fault.why}."
    if isinstance(fault, Refusal):
        faults = "；".join(f"{one.field}：{one.message}" for one in fault.faults)
        return f"Refused ({fault.code}): {faults or fault.detail}"
    if isinstance(fault, OSError):
        return f"{fault.filename or 'file'}: {fault.strerror}"
    if is_outage(fault):
        return "The database does not answer (MONGODB_URI)."
    if isinstance(fault, WrongDatabase | WrongVersion | BackupBroken | Fault):
        return str(fault)
    return None


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(
        prog="python -m api", description="信用小窗: the application and its operators' commands."
    )
    names = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        command = names.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    add("serve", serve, "Serve HTTP on CW_HOST:CW_PORT.")
    add("openapi", openapi, "Print the OpenAPI document.")
    register(Commands(names, _with_services))
    return root


def main(arguments: list[str] | None = None) -> int:
    chosen = parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = chosen.run
    try:
        return run(chosen)
    except KeyboardInterrupt:
        return 130
    except Exception as fault:
        line = _line_of(fault)
        if line is None:
            raise
        print(line, file=sys.stderr)
        return 1
