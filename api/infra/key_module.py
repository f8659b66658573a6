"""The key module: the only process that holds the keys. It seals, opens, makes digests and signs for those who may ask.

It never gives out a key, imports nothing of the application, opens no port, and writes no value to its log. The kernel
says who asks: the user of the process at the other end of the socket.
"""

import contextlib
import os
import re
import signal
import socket
import socketserver
import stat
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from api.infra import key_wire as wire
from api.infra.held_keys import HeldKeys
from api.infra.key_file import read_key_file
from api.infra.log import get_log, set_up_logs
from api.infra.memory import keep_from_dumps
from api.infra.setting_names import misspelt

_CONNECTIONS = 256
_LARGE = 1 << 20
_LARGE_AT_ONCE = 4
_FRAME_SECONDS = 5.0
_MINUTE = 60.0
_NUMBERS = re.compile(r"[0-9]{1,10}(,[0-9]{1,10})*")
_CREDENTIALS = struct.Struct("3i")  # process, user, group
_ROOT = 0  # reads the keys anyway, and makes backups
_log = get_log("keys")


class ModuleSettings(msgspec.Struct, frozen=True):
    """`peers` are the users whose processes may ask, `most_opened` the values opened in a minute at the most, 0 for no limit."""

    keys: HeldKeys
    path: Path
    peers: frozenset[int]
    most_opened: int
    is_production: bool


def read_module_settings(environ: Mapping[str, str]) -> tuple[ModuleSettings | None, list[str]]:
    """The settings, or what is wrong with them."""
    faults = misspelt(environ)
    is_production = environ.get("CW_MODE", "production") != "development"
    keys: HeldKeys | None = None
    try:
        file = read_key_file(environ)
        keys = HeldKeys(file)
        if is_production and file.development:
            faults.append("CW_KEYS: these are development keys; production needs its own")
    except KeyError:
        faults.append("CW_KEYS_FILE or CW_KEYS is missing")
    except (ValueError, OSError) as fault:
        faults.append(f"CW_KEYS: {type(fault).__name__}: the keys cannot be read (JSON, base64, mode 600)")
    path = environ.get("CW_KEYS_SOCKET", "")
    if not path:
        faults.append("CW_KEYS_SOCKET is missing")
    elif Path(path).parent.is_dir() and Path(path).parent.stat().st_mode & stat.S_IWOTH:
        faults.append("CW_KEYS_SOCKET: anybody may write to its folder, and could put another socket there")
    peers = environ.get("CW_KEYS_PEERS") or str(os.getuid())
    limit = environ.get("CW_KEYS_OPENED_A_MINUTE") or "0"
    if not _NUMBERS.fullmatch(peers):
        faults.append("CW_KEYS_PEERS is the numbers of users, by comma")
    elif is_production and os.getuid() in map(int, peers.split(",")):
        faults.append(
            "CW_KEYS_PEERS: in production the module is of a user of its own, who may read what others may not"
        )
    if not re.fullmatch("[0-9]{1,9}", limit) or 0 < int(limit) < wire.MOST_VALUES:
        faults.append(
            f"CW_KEYS_OPENED_A_MINUTE is a whole number, of {wire.MOST_VALUES} at least: so many are asked for at once"
        )
    if faults or keys is None:
        return None, faults
    who = frozenset(map(int, peers.split(",")))
    return ModuleSettings(keys, Path(path), who, int(limit), is_production), []


class KeyModule(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Listens from when it is made. Raises OSError where the socket cannot be made."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = _CONNECTIONS

    def __init__(self, settings: ModuleSettings) -> None:
        self._settings = settings
        self._keys = settings.keys
        self._lock = threading.Lock()
        self._counted: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self._minute = (0, 0)
        self._talking: set[socket.socket] = set()
        self._large = threading.BoundedSemaphore(_LARGE_AT_ONCE)
        _make_way(settings.path)
        before = os.umask(0o117)  # owner and group of the folder; the group is who asks
        try:
            super().__init__(str(settings.path), _Talk)
        finally:
            os.umask(before)

    def verify_request(self, request: Any, _: Any) -> bool:
        _, user, _ = _CREDENTIALS.unpack(request.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
        if user != _ROOT and user not in self._settings.peers:
            self._count("strangers", 1)
            return False
        with self._lock:
            if len(self._talking) >= _CONNECTIONS:
                return False
            self._talking.add(request)
        return True

    def hang_up(self) -> None:
        """Ends every connection; callers ask the next module."""
        with self._lock:
            for connection in self._talking:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, *_: Any) -> None:
        """Without what was said."""
        _log.error("keys-fault", fault=type(sys.exception()).__name__)

    def talk(self, connection: socket.socket) -> None:
        """Answers one question after the other until the other side ends."""
        connection.settimeout(_FRAME_SECONDS)
        try:
            while True:
                try:
                    begun = wire.begin(connection)
                except TimeoutError:
                    continue  # nobody has anything to ask
                if begun is None:
                    return
                with self._large if begun.length > _LARGE else contextlib.nullcontext():
                    answer = self.answer(begun.rest(connection, _FRAME_SECONDS))
                    connection.sendall(wire.pack(answer, begun.number))
                if isinstance(answer, wire.Refused) and answer.code == "malformed":
                    return
        except OSError:
            return  # the other side went away, or sends what is no frame
        finally:
            with self._lock:
                self._talking.discard(connection)

    def answer(self, body: bytes) -> wire.Answer:
        try:
            return self._answer(wire.QUESTIONS.decode(body))
        except (msgspec.DecodeError, KeyError, ValueError):  # no question, or of a key that is not here
            return wire.Refused("malformed")

    def _answer(self, question: wire.Question) -> wire.Answer:
        match question:
            case wire.Seal(values):
                self._count("sealed", len(values))
                return wire.Values(list(self._keys.seal(values)))
            case wire.Open(values):
                if not self._may_open(len(values)):
                    return wire.Refused("limit")
                opened = self._keys.open(values)
                self._count("unopened", opened.count(None))
                return wire.Values(opened)
            case wire.Digest(values):
                self._count("digests", len(values))
                return wire.Digests(self._keys.digest(values))
            case wire.Sign(message):
                self._count("signed", 1)
                return wire.Values([self._keys.sign(message)])
            case wire.Count():
                with self._lock:
                    return wire.Counts(**self._counted)
            case wire.Hello():
                return self._keys.about

    def _may_open(self, count: int) -> bool:
        """Counts what is opened, minute by minute."""
        minute = int(time.monotonic() // _MINUTE)
        with self._lock:
            opened = count + (self._minute[1] if self._minute[0] == minute else 0)
            is_too_much = 0 < self._settings.most_opened < opened
            if not is_too_much:
                self._minute = (minute, opened)
            self._counted["limited" if is_too_much else "opened"] += count
        return not is_too_much

    def _count(self, what: str, count: int) -> None:
        with self._lock:
            self._counted[what] += count

    def tell(self) -> None:
        """What was done since this was last told, to the log; what nobody should have tried, as a warning."""
        with self._lock:
            new = self._counted - self._told
            self._told = self._counted.copy()
        if new:
            say = _log.warning if new["limited"] or new["strangers"] or new["unopened"] else _log.info
            say("keys-used", **new)


class _Talk(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, KeyModule)
        self.server.talk(self.request)


def _make_way(path: Path) -> None:
    """Takes away the socket that a killed module left. Raises OSError where one listens, or something else stands there."""
    if not path.is_socket():
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        try:
            trial.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()


def main() -> int:
    """Serves until SIGTERM. The exit status."""
    keep_from_dumps()
    if sys.platform != "linux":
        print("The key module wants Linux, whose kernel tells who asks.", file=sys.stderr)
        return 1
    settings, faults = read_module_settings(os.environ)
    if settings is None:
        print("The settings are not complete:\n" + "\n".join(faults), file=sys.stderr)
        return 1
    set_up_logs(is_json=settings.is_production)
    try:
        module = KeyModule(settings)
    except OSError as fault:
        print(f"CW_KEYS_SOCKET {settings.path}: {fault.strerror or fault}", file=sys.stderr)
        return 1
    own, stop = settings.path.stat().st_ino, threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threading.Thread(target=module.serve_forever, name="accepting", daemon=True).start()
    _log.info("keys-serving", process=os.getpid())
    while not stop.wait(_MINUTE):
        module.tell()
    module.shutdown()
    module.server_close()
    module.hang_up()
    module.tell()
    if settings.path.exists() and settings.path.stat().st_ino == own:  # another module's may stand there by now
        settings.path.unlink(missing_ok=True)
    return 0
