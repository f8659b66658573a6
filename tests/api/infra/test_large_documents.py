"""What goes through a whole collection holds one answer of the database at a time, however large its documents are."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pymongo.monitoring
import pytest

from api.infra import backup
from api.infra.backup import back_up, restore
from api.infra.documents import Codec, Secret
from api.infra.key_file import make_development_keys
from api.infra.migrations import Step, check, migrate
from api.infra.mongo import Database
from api.infra.privacy import KeyRing
from api.infra.rotation import rotate
from tests.support.mongo import Server
from tests.support.world import KEYS

LARGE = 9 << 20  # two of them are more than one answer holds


class More(pymongo.monitoring.CommandListener):
    """Counts how often more of an answer was asked for, which the driver keeps beside what it has."""

    def __init__(self) -> None:
        self.asked = 0

    def started(self, event: Any) -> None:
        self.asked += event.command_name == "getMore" and event.command["collection"] == "things"

    def succeeded(self, event: Any) -> None: ...

    def failed(self, event: Any) -> None: ...


class Thing(msgspec.Struct, frozen=True):
    id: str
    bulk: bytes
    secret: Secret[str] = "s"


OLD = make_development_keys()
NEW = msgspec.structs.replace(
    OLD, current="k2", field_keys={**OLD.field_keys, "k2": make_development_keys().field_keys["dev1"]}
)
THINGS = [Thing(id="0", bulk=b"0" * LARGE), Thing(id="1", bulk=b"1" * LARGE), Thing(id="2", bulk=b"small")]


def quiet(*_: Any) -> None:
    return


@pytest.fixture
def more() -> More:
    return More()


@pytest.fixture
async def database(mongo_server: Server, more: More) -> AsyncIterator[Database]:
    database = Database(mongo_server.uri, mongo_server.new_name(), timeout_ms=60_000, listeners=[more])
    codec = Codec(Thing, "things", KeyRing.of(OLD))
    for thing in THINGS:
        await database.collection("things").insert_one(codec.encode(thing))
    yield database
    await database.drop()
    await database.close()


async def test_a_backup(database: Database, mongo_server: Server, more: More, tmp_path: Path) -> None:
    assert await back_up(database, KEYS, tmp_path / "b", quiet) == {"things": len(THINGS)}
    with (tmp_path / "changes").open("wb") as out:
        changes = {"things": {thing.id for thing in THINGS} | {"gone"}}
        await backup._write_changes(database, backup._Frames(out, KEYS), changes, None)
    assert more.asked == 0
    listed = list(backup._read(KEYS, tmp_path / "changes"))
    assert {one["_id"] for frame in listed for one in frame["replaced"]} == {thing.id for thing in THINGS}
    assert [key for frame in listed for key in frame["removed"]] == ["gone"]

    other = Database(mongo_server.uri, mongo_server.new_name(), timeout_ms=60_000)
    assert await restore(other, KEYS, tmp_path / "b", quiet) == {"things": len(THINGS)}
    codec = Codec(Thing, "things", KeyRing.of(OLD))
    assert [codec.decode(one) async for one in other.collection("things").find().sort("_id", 1)] == THINGS
    await other.drop()
    await other.close()


async def test_a_change_of_keys(database: Database, more: More) -> None:
    assert await rotate(database, {"things": Codec(Thing, "things", KeyRing.of(NEW))}, quiet) == len(THINGS)
    assert more.asked == 0


async def test_a_migration(database: Database, more: More) -> None:
    await check(database, ())
    seen = []

    def look(document: dict[str, Any], _: KeyRing) -> None:
        seen.append(document["_id"])

    await migrate(database, KEYS, quiet, (Step(number=2, title="look", collection="things", change=look),))
    assert (seen, more.asked) == ([thing.id for thing in THINGS], 0)
