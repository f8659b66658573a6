"""Settings from the environment: read once at start, with all faults reported together."""

import ipaddress
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import msgspec
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

from api.infra.addresses import HOST, is_address, listed
from api.infra.asked_keys import AskedKeys
from api.infra.centres import Centre, blank_in
from api.infra.key_file import read_key_file
from api.infra.privacy import KeyRing
from api.infra.setting_names import misspelt
from api.infra.wechat_settings import TEMPLATE, WeChat, read_wechat
from knowledge.places import jurisdictions, places


class SettingsError(Exception):
    """One line for each fault."""


class SessionLife(msgspec.Struct, frozen=True):
    """How long a session lasts without being used, and at most, however much it is used."""

    idle: timedelta
    most: timedelta


class Settings(msgspec.Struct, frozen=True):
    is_production: bool
    mongodb_uri: str
    mongodb_database: str
    keys: KeyRing
    wechat: WeChat
    centres: dict[str, Centre]
    host: str
    port: int
    metrics_host: str
    metrics_port: int
    worker_metrics_port: int
    allowed_hosts: tuple[str, ...]
    public_url: str
    processes: int
    clock_shift_file: Path | None
    demo_residents_file: Path | None
    trusted_proxies: tuple[str, ...]
    otlp_endpoint: str | None
    scanner: tuple[str, int] | None
    session_lives: dict[str, SessionLife]
    keeps_pace: bool

    def __repr__(self) -> str:
        return "Settings(***)"  # the database's password is in its address


_DEVELOPMENT_ONLY = ("CW_CLOCK_SHIFT_FILE", "CW_DEMO_RESIDENTS")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Raises SettingsError, which names every missing or wrong key. What is blank is not set, and blanks round a value are not part of
    it: an empty address would be every address, and a file of secrets ends with a line's end.
    """
    environ = {name: value.strip() for name, value in environ.items() if value.strip()}
    faults: list[str] = []
    mode = environ.get("CW_MODE", "production")
    if mode not in ("production", "development"):
        faults.append("CW_MODE is production or development")
    is_production = mode != "development"

    wechat = read_wechat(environ, is_production, faults)
    keys = _keys(environ, is_production, faults)
    uri = _uri(environ, faults)
    database = environ.get("CW_DATABASE", "credit_window")
    if not _DATABASE.fullmatch(database):
        faults.append(f"CW_DATABASE: {database!r} is no name of a database (letters, digits, _ and -)")
    ports = {name: _port(environ, name, default, faults) for name, default in _PORTS.items()}
    processes = _port(environ, "CW_PROCESSES", 1, faults)
    centres = _centres(environ, is_production, faults)
    hosts = listed(environ.get("CW_ALLOWED_HOSTS", "" if is_production else "127.0.0.1,localhost"))
    public_url = _public_url(environ, ports["CW_PORT"], faults)
    proxies = listed(environ.get("CW_TRUSTED_PROXIES", ""))
    scanner = _scanner(environ, faults)
    lives = {kind: _life(environ, kind, faults) for kind in _LIVES}
    keeps_pace = _pace(environ, is_production, faults)
    if environ.get("CW_OVERWRITE_MEMORY", "on") not in ("on", "off"):
        faults.append("CW_OVERWRITE_MEMORY is on or off")  # it is read before the product is imported
    faults += _misread_networks(proxies)
    faults += [
        f"CW_ALLOWED_HOSTS: {host!r} is no host name; write it without https:// and path"
        for host in hosts
        if not HOST.fullmatch(host)
    ]
    faults += misspelt(name for name in environ if not name.startswith(TEMPLATE))
    if is_production:
        if not hosts:
            faults.append("CW_ALLOWED_HOSTS is missing")
        if "CW_PUBLIC_URL" not in environ:
            faults.append("CW_PUBLIC_URL is missing")
        faults += [f"{name} is for development only" for name in _DEVELOPMENT_ONLY if environ.get(name)]
    if faults or keys is None:
        raise SettingsError("\n".join(faults))

    shift, demo = (environ.get(name) for name in _DEVELOPMENT_ONLY)
    return Settings(
        is_production=is_production,
        mongodb_uri=uri,
        mongodb_database=database,
        keys=keys,
        wechat=wechat,
        centres=centres,
        host=environ.get("CW_HOST", "127.0.0.1"),
        port=ports["CW_PORT"],
        metrics_host=environ.get("CW_METRICS_HOST", "127.0.0.1"),
        metrics_port=ports["CW_METRICS_PORT"],
        worker_metrics_port=ports["CW_WORKER_METRICS_PORT"],
        allowed_hosts=hosts,
        public_url=public_url,
        processes=processes,
        clock_shift_file=Path(shift) if shift else None,
        demo_residents_file=Path(demo) if demo else None,
        trusted_proxies=proxies,
        otlp_endpoint=environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None,
        scanner=scanner,
        session_lives=lives,
        keeps_pace=keeps_pace,
    )


def _pace(environ: Mapping[str, str], is_production: bool, faults: list[str]) -> bool:
    """Whether people are held to the pace of people: always, but where programs play them."""
    written = environ.get("CW_PACE", "on")
    if written not in ("on", "off") or (written == "off" and is_production):
        faults.append("CW_PACE is on; off only where CW_MODE=development")
    return written != "off"


_LEAST_IDLE = 15  # minutes: an access token lives for ten and is not renewed earlier
_LIVES = {
    "resident": (("CW_RESIDENT_IDLE_MINUTES", 30 * 24 * 60), ("CW_RESIDENT_SESSION_HOURS", 90 * 24)),
    "staff": (("CW_STAFF_IDLE_MINUTES", 120), ("CW_STAFF_SESSION_HOURS", 8)),
}
"""By kind: minutes without use, and hours at most. A deployment may shorten them, not lengthen them."""


def _life(environ: Mapping[str, str], kind: str, faults: list[str]) -> SessionLife:
    (idle, longest), (age, most) = _LIVES[kind]
    minutes = _whole(environ, idle, _LEAST_IDLE, longest, faults)
    hours = _whole(environ, age, 1, most, faults)
    return SessionLife(timedelta(minutes=minutes), timedelta(hours=hours))


def _whole(environ: Mapping[str, str], name: str, least: int, most: int, faults: list[str]) -> int:
    """`most` where nothing is set."""
    text = environ.get(name, str(most))
    if text.isascii() and text.isdigit() and least <= int(text) <= most:
        return int(text)
    faults.append(f"{name} is a whole number from {least} to {most}")
    return most


def _scanner(environ: Mapping[str, str], faults: list[str]) -> tuple[str, int] | None:
    """`HOST:PORT` of a clamd, or None."""
    written = environ.get("CW_SCANNER", "")
    if not written:
        return None
    host, _, port = written.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        faults.append("CW_SCANNER is HOST:PORT")
        return None
    return host.strip("[]"), int(port)


_DATABASE = re.compile(r"[A-Za-z0-9_-]{1,63}")
_LOOKED_UP = "mongodb+srv://"  # a name whose servers only the network knows
_PORTS = {"CW_PORT": 8000, "CW_METRICS_PORT": 9100, "CW_WORKER_METRICS_PORT": 9101}


def _port(environ: Mapping[str, str], name: str, default: int, faults: list[str]) -> int:
    text = environ.get(name, str(default))
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    faults.append(f"{name} is a whole number from 1 to 65535")
    return default


def _uri(environ: Mapping[str, str], faults: list[str]) -> str:
    """From the variable, or from a file that holds nothing else: it has a password in it, so no fault repeats any of it."""
    name, uri = "MONGODB_URI", environ.get("MONGODB_URI", "")
    try:
        if not uri and (file := environ.get("MONGODB_URI_FILE")):
            name, uri = "MONGODB_URI_FILE", Path(file).read_text().strip()
    except (OSError, ValueError) as fault:
        faults.append(f"MONGODB_URI_FILE: {type(fault).__name__}: the file cannot be read")
        return ""
    if name == "MONGODB_URI" and not uri:
        faults.append("MONGODB_URI or MONGODB_URI_FILE is missing")
        return ""
    try:
        if not uri.startswith(_LOOKED_UP):
            parse_uri(uri, warn=False)
    except (ValueError, OSError, PyMongoError) as fault:
        faults.append(
            f"{name}: {type(fault).__name__}: not as in mongodb://USER:PASSWORD@HOST,HOST/?replicaSet=NAME&tls=true "
            "(an option that there is not, a file that is not there, or a sign in the password that is not written as %XX)"
        )
    return uri


def _keys(environ: Mapping[str, str], is_production: bool, faults: list[str]) -> KeyRing | None:
    holds = bool(environ.get("CW_KEYS") or environ.get("CW_KEYS_FILE"))
    if path := environ.get("CW_KEYS_SOCKET"):
        if holds:
            faults.append("CW_KEYS_SOCKET: who asks the key module holds no keys: take CW_KEYS and CW_KEYS_FILE away")
        return KeyRing(AskedKeys(Path(path)))
    if not holds:
        faults.append("CW_KEYS_SOCKET, CW_KEYS_FILE or CW_KEYS is missing")
        return None
    try:
        file = read_key_file(environ)
        keys = KeyRing.of(file)
    except (ValueError, OSError) as fault:
        faults.append(f"CW_KEYS: {type(fault).__name__}: the keys cannot be read (JSON, base64, mode 600)")
        return None
    if is_production and file.development:
        faults.append("CW_KEYS: these are development keys; production needs its own")
    return keys


def _examples() -> dict[str, Centre]:
    """For a place that is tried out; they say themselves that they are none."""
    examples = {one.id: one.example_centre for one in places()}
    return {place: Centre(one.name, one.telephone, one.windows, one.hours, True) for place, one in examples.items()}


def _centres(environ: Mapping[str, str], is_production: bool, faults: list[str]) -> dict[str, Centre]:
    text = environ.get("CW_CENTRES")
    if not text:
        if is_production:
            faults.append("CW_CENTRES is missing (JSON: jurisdiction → name, telephone, windows, hours)")
        return _examples()
    try:
        centres = msgspec.json.decode(text, type=dict[str, Centre])
    except msgspec.DecodeError as fault:
        faults.append(f"CW_CENTRES: {fault}")
        return _examples()
    known = ", ".join(jurisdictions())
    if not centres:
        faults.append(f"CW_CENTRES: no place; known: {known}")
    faults += [
        f"CW_CENTRES: {place!r} is no place; known: {known}" for place in centres if place not in jurisdictions()
    ]
    faults += [
        f"CW_CENTRES: {place}.{name} is empty; residents read it"
        for place, centre in centres.items()
        for name in blank_in(centre)
    ]
    return centres


def _public_url(environ: Mapping[str, str], port: int, faults: list[str]) -> str:
    """It stands in the QR codes of papers, which cannot be corrected afterwards."""
    text = environ.get("CW_PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/")
    if not is_address(text):
        faults.append(f"CW_PUBLIC_URL: {text!r} is no address such as https://credit.example.cn")
    return text


def _misread_networks(proxies: tuple[str, ...]) -> list[str]:
    faults = []
    for proxy in proxies:
        try:
            ipaddress.ip_network(proxy, strict=False)
        except ValueError:
            faults.append(f"CW_TRUSTED_PROXIES: {proxy!r} is no address and no network such as 172.16.0.0/12")
    return faults
