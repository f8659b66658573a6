"""`make run`: the whole product on this machine, with demo data. Data and keys stay in `.data/`.

What needs the whole product is imported within the functions: that takes half a second, and the processes are started
before it.
"""

import argparse
import asyncio
import math
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import msgspec

from api.demo import database
from api.demo.people import everybody
from api.demo.supervisor import CannotStart, Supervisor, check_port
from api.infra.clock import SHANGHAI, ShiftedClock, SystemClock
from api.infra.database_faults import is_outage
from api.infra.key_file import make_development_keys
from api.infra.log import set_up_logs
from api.infra.settings import SettingsError, read_settings

DATA = Path(".data")
_MOST_DAYS = 3650  # that `later` moves the clock by
_SLOW = 120  # seconds for the API to answer, on a busy or an old machine


def environment() -> dict[str, str]:
    """The environment of the four processes: what the person set, and development values for the rest."""
    environ = dict(os.environ)
    environ.setdefault("CW_MODE", "development")
    environ.setdefault("CW_PORT", "8000")
    environ.setdefault("CW_METRICS_PORT", "9100")
    environ.setdefault("CW_WORKER_METRICS_PORT", "9101")
    environ.setdefault("CW_DATABASE_PORT", "27117")
    environ.setdefault("CW_WECHAT_PORT", "8010")
    environ.setdefault("CW_DATABASE", "credit_window_demo")
    environ.setdefault("CW_DEMO_RESIDENTS", str((DATA / "residents.json").resolve()))
    environ.setdefault("CW_CLOCK_SHIFT_FILE", str((DATA / "clock-shift").resolve()))
    if "CW_KEYS" not in environ:
        environ.setdefault("CW_KEYS_FILE", str((DATA / "keys.json").resolve()))
    if "MONGODB_URI" not in environ:
        environ["MONGODB_URI"] = database.uri(("127.0.0.1", int(environ["CW_DATABASE_PORT"])))
        environ["CW_EMBEDDED_DATABASE"] = "1"
    if "CW_WECHAT_APPID" not in environ:
        environ["CW_WECHAT_APPID"] = "wx-stand-in"
        environ["CW_WECHAT_SECRET"] = "stand-in-secret"
        environ["CW_WECHAT_EVENT_TOKEN"] = "stand-in-event-token"
        environ["CW_WECHAT_URL"] = f"http://127.0.0.1:{environ['CW_WECHAT_PORT']}"
        environ["CW_STAND_IN"] = "1"
    return environ


def make_keys(file: Path) -> None:
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(msgspec.json.encode(make_development_keys()))
    print(f"DEVELOPMENT KEYS were made in {file}. They protect nothing that matters; production refuses them.")


def answers(url: str) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=1) as reply:
                return bool(reply.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    return ask


def listens(port: int) -> Callable[[], bool]:
    import socket

    def ask() -> bool:
        with socket.socket() as sock:
            sock.settimeout(0.5)
            return sock.connect_ex(("127.0.0.1", port)) == 0

    return ask


def start_all(supervisor: Supervisor, environ: dict[str, str]) -> None:
    """Raises CannotStart."""
    python = sys.executable
    ports = {name: int(environ[name]) for name in environ if name.startswith("CW_") and name.endswith("_PORT")}
    check_port(ports["CW_PORT"], "the page", "CW_PORT")
    check_port(ports["CW_METRICS_PORT"], "the metrics of the API", "CW_METRICS_PORT")
    check_port(ports["CW_WORKER_METRICS_PORT"], "the metrics of the worker", "CW_WORKER_METRICS_PORT")
    if "CW_EMBEDDED_DATABASE" in environ:
        port = ports["CW_DATABASE_PORT"]
        check_port(port, "the embedded database", "CW_DATABASE_PORT")
        folder = DATA / "mongodb"
        has_data = folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        supervisor.begin(
            "database", database.command(database.program(), folder, port), environ, database.is_primary(port), 60
        )
        if has_data:  # the API and the worker would refuse an earlier version's
            from api.demo.filling import catch_up

            supervisor.wait("database")
            asyncio.run(catch_up(environ))
    if "CW_STAND_IN" in environ:
        port = ports["CW_WECHAT_PORT"]
        check_port(port, "the stand-in for WeChat", "CW_WECHAT_PORT")
        supervisor.begin(
            "wechat-stand-in",
            [python, "-m", "api.demo.wechat", "--port", str(port), "--state", str(DATA / "wechat"),
             "--appid", environ["CW_WECHAT_APPID"], "--secret", environ["CW_WECHAT_SECRET"],
             "--event-token", environ["CW_WECHAT_EVENT_TOKEN"],
             "--events-url", f"http://127.0.0.1:{environ['CW_PORT']}/api/v1/wechat/events",
             "--api-url", f"http://127.0.0.1:{environ['CW_PORT']}"],
            environ,
            listens(port),
        )  # fmt: skip
    base = f"http://127.0.0.1:{environ['CW_PORT']}/api/v1"
    supervisor.begin("api", [python, "-m", "api", "serve"], environ, answers(f"{base}/health/ready"), _SLOW)
    supervisor.begin(
        "worker",
        [python, "-m", "schedulers"],
        environ,
        answers(f"http://127.0.0.1:{environ['CW_WORKER_METRICS_PORT']}/metrics"),
    )
    from api.demo.filling import load

    supervisor.wait("database")  # as all of them do; until then they import what they need
    print("Loading the demo records through the providers' intake ...")
    asyncio.run(load(environ))
    supervisor.wait()


def greet(environ: dict[str, str]) -> None:
    from api.demo.filling import one_time_passwords
    from api.demo.staff import DEMO_STAFF

    address = f"http://127.0.0.1:{environ['CW_PORT']}/"
    print(f"\n  信用小窗 is ready:  {address}   (phone-sized; officers' desk: {address}desk)\n")
    if "CW_STAND_IN" in environ:
        print(
            f"  The mini-program on a phone, without WeChat: http://127.0.0.1:{environ['CW_WECHAT_PORT']}/standin/phone\n"
        )
    print("  Demo residents (choose one on the page, or sign in with the code):")
    for person in everybody(ShiftedClock(Path(environ["CW_CLOCK_SHIFT_FILE"])).today()):
        print(f"    {person.code:<20} {person.name}  {person.number}  {person.story}")
        print(f"    {'':<20} 试试：{'；'.join(person.tries)}")
    codes = asyncio.run(one_time_passwords(environ))
    print("\n  Demo officers (password and one-time code; a fresh code: .venv/bin/python -m api.demo otp NAME):")
    for staff in DEMO_STAFF:
        print(f"    {staff.username:<16} {staff.password:<20} {codes.get(staff.username, '------')}  {staff.story}")
    print("\n  The next morning that matters: .venv/bin/python -m api.demo later     (later 10: ten days on)")
    print("  A command of operators on this data: .venv/bin/python -m api.demo api provider list")
    print(f"  Logs: {DATA}/logs/   Data: {DATA}/   Ctrl-C stops everything.\n", flush=True)


def run(_: argparse.Namespace) -> int:
    os.umask(0o077)
    environ = environment()
    if environ["CW_MODE"] != "development":
        print(
            "make run is for development; production runs python -m api serve and python -m schedulers.",
            file=sys.stderr,
        )
        return 1
    make_keys(Path(environ.get("CW_KEYS_FILE", DATA / "keys.json")))
    try:
        read_settings(environ)
    except SettingsError as fault:
        print(f"The settings are not complete:\n{fault}", file=sys.stderr)
        return 1
    set_up_logs(is_json=False)
    supervisor = Supervisor(DATA / "logs")
    supervisor.on_signals()
    try:
        start_all(supervisor, environ)
        _keep_ports(environ)
        greet(environ)
        reason = supervisor.watch()
    except CannotStart as fault:
        reason = str(fault)
    except KeyboardInterrupt:
        reason = None
    finally:
        supervisor.stop()
    if reason:
        print(f"Stopped: {reason}", file=sys.stderr)
        return 1
    print("Stopped. The data is kept in .data/.")
    return 0


def later(chosen: argparse.Namespace) -> int:
    from api.demo.clock import Moved, morning_of, moved
    from api.demo.filling import next_booked

    environ = environment() | _ports_in_use()
    file = Path(environ["CW_CLOCK_SHIFT_FILE"])
    if chosen.days == 0:
        shift = 0.0
        print("The demo's clock shows the true time again.")
    else:
        now = ShiftedClock(file).now()
        if chosen.days is None:
            booked = asyncio.run(next_booked(environ, now))
            if booked is None:
                print("Nobody has anything booked: later DAYS moves the clock by days.", file=sys.stderr)
                return 1
            move = Moved(morning_of(booked.due_at), f"The next notice that is booked: {booked.title}.")
        else:
            move = moved(now, chosen.days)
        shift = (move.to - SystemClock().now()).total_seconds()
        print(f"The demo's clock stands at {move.to.astimezone(SHANGHAI):%Y-%m-%d %H:%M} in Shanghai.")
        if move.why:
            print(move.why)
        print("What is due by then is told within seconds: see 消息 on the page.")
        print(
            "An authenticator shows codes of the true time, which are refused now: python -m api.demo otp NAME prints one."
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    ShiftedClock.move(file, shift)
    return 0


def _days(given: str) -> float:
    """Raises ArgumentTypeError."""
    try:
        days = float(given)
    except ValueError:
        days = math.nan
    if not abs(days) <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"a number of days, at most {_MOST_DAYS}")
    return days


def _keep_ports(environ: dict[str, str]) -> None:
    """So that the other commands find what runs, whatever ports it was given."""
    kept = {name: value for name, value in environ.items() if name.startswith("CW_") and name.endswith("_PORT")}
    (DATA / "ports.json").write_bytes(msgspec.json.encode(kept))


def _ports_in_use() -> dict[str, str]:
    try:
        kept = msgspec.json.decode((DATA / "ports.json").read_bytes(), type=dict[str, str])
    except (FileNotFoundError, msgspec.DecodeError):
        return {}
    uri = (
        {}
        if "MONGODB_URI" in os.environ
        else {"MONGODB_URI": database.uri(("127.0.0.1", int(kept["CW_DATABASE_PORT"])))}
    )
    return {name: value for name, value in kept.items() if name not in os.environ} | uri


def operate(chosen: argparse.Namespace) -> int:
    """`python -m api WORDS` with the settings that the demo was started with."""
    from api.cli import main as command

    os.environ.update(environment() | _ports_in_use())
    return command(chosen.words)


def otp(chosen: argparse.Namespace) -> int:
    from api.demo.filling import one_time_passwords

    codes = asyncio.run(one_time_passwords(environment() | _ports_in_use()))
    if chosen.name in codes:
        print(codes[chosen.name])
        return 0
    print(
        f"{chosen.name} cannot sign in: not added, left, or no password chosen yet. Who can: {', '.join(codes)}",
        file=sys.stderr,
    )
    return 1


def main(arguments: list[str] | None = None) -> int:
    root = argparse.ArgumentParser(
        prog="python -m api.demo", description="The whole product with demo data on this machine."
    )
    root.set_defaults(run=run)
    commands = root.add_subparsers(metavar="COMMAND")
    move = commands.add_parser(
        "later",
        help="Move the demo's clock by DAYS, or to the next morning on which anybody is told anything; 0: back.",
    )
    move.add_argument("days", type=_days, nargs="?")
    move.set_defaults(run=later)
    code = commands.add_parser("otp", help="Print the one-time code of an officer, or of anybody who was added since.")
    code.add_argument("name")
    code.set_defaults(run=otp)
    words = commands.add_parser("api", help="Run a command of python -m api on the demo's data.")
    words.add_argument("words", nargs=argparse.REMAINDER, metavar="WORD", help="as python -m api --help lists them")
    words.set_defaults(run=operate)
    chosen = root.parse_args(arguments)
    try:
        result: int = chosen.run(chosen)
    except Exception as fault:
        if not is_outage(fault) and not isinstance(fault, SettingsError):
            raise
        print("The demo's database does not answer: is make run running, from this folder?", file=sys.stderr)
        return 1
    return result


if __name__ == "__main__":
    raise SystemExit(main())
