"""The database of a whole installation: its secrets, and the replica set with its users. `compose.yaml` runs `form`.

python deploy/database.py secrets deploy/secrets   # once, before the first start: makes what is not there yet
python deploy/database.py form                     # inside the first member's network: harmless to repeat
"""

import argparse
import base64
import os
import secrets
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pymongo
from pymongo.errors import OperationFailure, PyMongoError

SETTINGS = {"electionTimeoutMillis": 2500, "heartbeatIntervalMillis": 1000}
"""A member that stops is missed after two and a half seconds instead of ten: nodes of one city answer in milliseconds."""
PARAMETERS = ("transactionLifetimeLimitSeconds=10", "oplogNetworkTimeoutBufferSeconds=1")
"""Of every member. The second: one that copied from a primary which has stopped, without a word, asks the new one after two
seconds instead of six; until it does, no majority holds what the new one is given.
"""
REPLICA_SET = "credit"
USER = "credit_window"
ADMIN = "admin"
MEMBERS = ("mongo1:27017", "mongo2:27017", "mongo3:27017")
DATABASE = "credit_window"
_WAIT_SECONDS = 120


def make_secrets(folder: Path) -> list[Path]:
    """The key that members show one another, the administrator's password, and the product's URI with its own password."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    password = secrets.token_urlsafe(32)
    contents = {
        "mongo-key": base64.b64encode(secrets.token_bytes(567)).decode(),
        "mongo-admin-password": secrets.token_urlsafe(32),
        "mongodb-uri": f"mongodb://{USER}:{quote(password)}@{','.join(MEMBERS)}/"
        f"?replicaSet={REPLICA_SET}&authSource={DATABASE}&w=majority&readConcernLevel=majority",
    }
    made = []
    for name, content in contents.items():
        if not (folder / name).exists():
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as out:
                out.write(content)
            made.append(folder / name)
    return made


def form(address: str, members: tuple[str, ...], admin_password: str, product_uri: str) -> None:
    """`address`: of the first member, on its own loopback interface, which alone may make the first user."""
    with pymongo.MongoClient(f"mongodb://{address}/?directConnection=true", serverSelectionTimeoutMS=60_000) as local:
        _initiate(local, members)
        _wait_for_primary(local)
        try:
            local.admin.command("createUser", ADMIN, pwd=admin_password, roles=["root"])
        except OperationFailure as fault:
            if fault.code not in (13, 51003):  # Unauthorized: there are users already; or this one is there
                raise
    uri = f"mongodb://{address}/?directConnection=true"
    with pymongo.MongoClient(uri, username=ADMIN, password=admin_password, authSource="admin") as client:
        user = urlsplit(product_uri.replace(",", "-", product_uri.count(",")))  # hosts are not what is asked for
        name, password = unquote(user.username or ""), unquote(user.password or "")
        rights: dict[str, Any] = {"pwd": password, "roles": [{"role": "readWrite", "db": DATABASE}]}
        known = client[DATABASE].command("usersInfo", name)["users"]
        client[DATABASE].command("updateUser" if known else "createUser", name, **rights)


def _initiate(client: Any, members: tuple[str, ...]) -> None:
    config = {
        "_id": REPLICA_SET,
        "members": [{"_id": number, "host": host} for number, host in enumerate(members)],
        "settings": SETTINGS,
    }
    try:
        client.admin.command("replSetInitiate", config)
    except OperationFailure as fault:
        if fault.code not in (13, 23):  # Unauthorized: there are users, so it was done before; AlreadyInitialized
            raise


def _wait_for_primary(client: Any) -> None:
    end = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < end:
        try:
            if client.admin.command("hello")["isWritablePrimary"]:
                return
        except PyMongoError:
            pass
        time.sleep(0.5)
    raise SystemExit(f"The first member was not elected in {_WAIT_SECONDS} s: do the members reach one another?")


def main() -> int:
    root = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = root.add_subparsers(required=True, dest="command")
    commands.add_parser("secrets", help="Make what is not there yet, mode 600.").add_argument("folder", type=Path)
    formed = commands.add_parser("form", help="Initiate the set and its users.")
    formed.add_argument("--secrets", type=Path, default=Path("/run/secrets"))
    chosen = root.parse_args()
    if chosen.command == "secrets":
        for file in make_secrets(chosen.folder):
            print(f"made {file}")
        return 0
    password = (chosen.secrets / "mongo-admin-password").read_text().strip()
    form("127.0.0.1:27017", MEMBERS, password, (chosen.secrets / "mongodb-uri").read_text().strip())
    print("The replica set is formed, and the product's user may read and write one database.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
