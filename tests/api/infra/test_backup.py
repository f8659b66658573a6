"""A backup comes back as it was; a file that was touched does not come back at all."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bson
import pytest
from pymongo.errors import ServerSelectionTimeoutError

from api.infra import backup
from api.infra.backup import BackupBroken, NotEmpty, back_up, restore
from api.infra.key_file import make_development_keys
from api.infra.mongo import Database
from api.infra.privacy import KeyRing
from tests.support.mongo import Server
from tests.support.world import KEYS

DOCUMENTS = [
    {"_id": f"d{n:04}", "n": n, "at": datetime(2026, 1, 1, tzinfo=UTC), "sealed": b"\x00\x01"} for n in range(1203)
]


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


def quiet(_: str, __: int) -> None:
    return


async def test_what_is_backed_up_is_restored_document_by_document(
    database: Database, mongo_server: Server, tmp_path: Path
) -> None:
    await database.collection("things").insert_many(DOCUMENTS)
    await database.collection("others").insert_one({"_id": "x", "nested": {"list": [1, {"a": None}]}})
    await database.collection("once").insert_one({"_id": "short-lived"})
    seen: list[tuple[str, int]] = []
    counts = await back_up(database, KEYS, tmp_path / "b", lambda name, n: seen.append((name, n)))
    assert counts == {"others": 1, "things": 1203}
    assert ("things", 1203) in seen and seen[-1][0] == "frames read back"

    other = Database(mongo_server.uri, mongo_server.new_name())
    await restore(other, KEYS, tmp_path / "b", quiet)
    back = await other.collection("things").find().sort("_id", 1).to_list(5000)
    assert back == DOCUMENTS
    with pytest.raises(NotEmpty):
        await restore(other, KEYS, tmp_path / "b", quiet)
    await other.drop()
    await other.close()


def flipped(data: bytes) -> bytes:
    return data[:-200] + bytes([data[-200] ^ 1]) + data[-199:]


def without_end(data: bytes) -> bytes:
    return data[: len(data) // 2]


HEADER = len(b"credit-window-backup 3\n") + 16


def frames_of(data: bytes) -> list[bytes]:
    """As anybody can cut the file who has no key: by the four bytes of length."""
    frames, start = [], HEADER
    while start < len(data):
        end = start + 4 + int.from_bytes(data[start : start + 4], "big")
        frames.append(data[start:end])
        start = end
    return frames


def joined(data: bytes, *frames: bytes) -> bytes:
    return data[:HEADER] + b"".join(frames)


def reordered(data: bytes) -> bytes:
    first, second, *rest = frames_of(data)
    return joined(data, second, first, *rest)


def dropped(data: bytes) -> bytes:
    return joined(data, *frames_of(data)[1:])


def dropped_before_the_end(data: bytes) -> bytes:
    *rest, _, last = frames_of(data)
    return joined(data, *rest, last)


def without_last(data: bytes) -> bytes:
    return joined(data, *frames_of(data)[:-1])


def repeated(data: bytes) -> bytes:
    first, *rest = frames_of(data)
    return joined(data, first, first, *rest)


def followed(data: bytes) -> bytes:
    return joined(data, *frames_of(data), frames_of(data)[-1])


def doubled(data: bytes) -> bytes:
    return data + data[HEADER:]


def under_another_id(data: bytes) -> bytes:
    return data[: HEADER - 1] + bytes([data[HEADER - 1] ^ 1]) + data[HEADER:]


HARMS = (
    flipped,
    without_end,
    doubled,
    reordered,
    dropped,
    dropped_before_the_end,
    without_last,
    repeated,
    followed,
    under_another_id,
    lambda _: b"",
    lambda _: b"something else",
)


@pytest.mark.parametrize("harm", HARMS)
async def test_a_file_that_was_touched_is_refused_and_nothing_is_stored(
    database: Database, mongo_server: Server, tmp_path: Path, harm: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_BATCH", 5)
    await database.collection("things").insert_many(DOCUMENTS[:20])
    await back_up(database, KEYS, tmp_path / "b", quiet)
    whole = (tmp_path / "b").read_bytes()
    assert len(frames_of(whole)) >= 5 and joined(whole, *frames_of(whole)) == whole
    (tmp_path / "b").write_bytes(harm(whole))
    other = Database(mongo_server.uri, mongo_server.new_name())
    with pytest.raises(BackupBroken):
        await restore(other, KEYS, tmp_path / "b", quiet)
    assert await other.raw.list_collection_names() == []
    await other.close()


async def test_no_frame_of_an_older_backup_brings_back_what_was_revoked(
    database: Database, mongo_server: Server, tmp_path: Path
) -> None:
    grants = database.collection("grants")
    await grants.insert_one({"_id": "g", "status": "active"})
    await back_up(database, KEYS, tmp_path / "old", quiet)
    await grants.update_one({"_id": "g"}, {"$set": {"status": "revoked"}})
    await back_up(database, KEYS, tmp_path / "new", quiet)
    old, new = (tmp_path / "old").read_bytes(), (tmp_path / "new").read_bytes()
    older, newer = frames_of(old), frames_of(new)
    other = Database(mongo_server.uri, mongo_server.new_name())
    replaced = [joined(new, *newer[:n], frame, *newer[n + 1 :]) for n, frame in enumerate(older)]
    added = [joined(new, *newer[:n], frame, *newer[n:]) for n, frame in enumerate(older)]
    for spliced in (*replaced, *added, joined(new, *older), joined(old, *newer)):
        (tmp_path / "b").write_bytes(spliced)
        with pytest.raises(BackupBroken):
            await restore(other, KEYS, tmp_path / "b", quiet)
    assert await other.raw.list_collection_names() == []
    await other.close()


def test_an_end_that_does_not_belong_to_what_stands_before_it_is_refused(tmp_path: Path) -> None:
    """Should a frame ever open where it does not belong, the digest of the end still says so."""
    with (tmp_path / "b").open("wb") as out:
        frames = backup._Frames(out, KEYS)
        frames.write("things", "documents", [])
        frames._seal(bson.encode({"end": {}, "digest": b"\0" * 32}))
    with pytest.raises(BackupBroken, match="not what was written"):
        backup.check(KEYS, tmp_path / "b", quiet)


async def test_only_its_owner_reads_it_whatever_lay_there_before(database: Database, tmp_path: Path) -> None:
    await database.collection("things").insert_one({"_id": "a"})
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"of somebody else")
    (tmp_path / "b").write_bytes(b"an older one")
    (tmp_path / "b").chmod(0o644)
    (tmp_path / ".b.part").symlink_to(elsewhere)
    await back_up(database, KEYS, tmp_path / "b", quiet)
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600 and not (tmp_path / "b").is_symlink()
    assert elsewhere.read_bytes() == b"of somebody else"
    (tmp_path / ".b.part").write_bytes(b"left by one that was killed")
    (tmp_path / ".b.part").chmod(0o644)
    await back_up(database, KEYS, tmp_path / "b", quiet)
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600


async def test_without_the_keys_a_backup_says_nothing(database: Database, tmp_path: Path) -> None:
    await database.collection("things").insert_one({"_id": "a", "text": "WANG XIULAN"})
    await back_up(database, KEYS, tmp_path / "b", quiet)
    assert b"WANG" not in (tmp_path / "b").read_bytes()
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0
    with pytest.raises(BackupBroken):
        await restore(database, KeyRing.of(make_development_keys()), tmp_path / "b", quiet)


async def written_to(database: Database, until: asyncio.Event, written: list[int]) -> None:
    """Two documents at once, some hundred times a second: a backup that is of one instant has both or neither."""
    pairs, number = database.collection("pairs"), 0
    while not until.is_set():
        number += 1
        left, right = f"{number % 50:03}-left", f"{number % 50:03}-right"

        async def both(tx: Any, left: str = left, right: str = right, number: int = number) -> None:
            if number % 3:
                for key in (left, right):
                    await pairs.update_one({"_id": key}, {"$set": {"n": number}}, upsert=True, session=tx)
            else:
                await pairs.delete_many({"_id": {"$in": [left, right]}}, session=tx)

        await database.transact(both)
        written.append(number)
        await asyncio.sleep(0.005)


async def test_it_is_of_one_instant_and_outlives_what_the_server_remembers(
    database: Database, mongo_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = database.raw.client.admin
    await database.collection("things").insert_many(DOCUMENTS)
    await admin.command("setParameter", 1, minSnapshotHistoryWindowInSeconds=1)
    monkeypatch.setattr(backup, "_BATCH", 20)
    monkeypatch.setattr(backup, "_MOST_AT_LAST", 40)
    over, written, when_copied = asyncio.Event(), list[int](), 0
    writing = asyncio.create_task(written_to(database, over, written))
    slow = backup._batches

    async def slowly(database: Database, name: str) -> AsyncIterator[list[dict[str, Any]]]:
        nonlocal when_copied
        async for batch in slow(database, name):
            await asyncio.sleep(0.06)
            yield batch
            when_copied = len(written)

    monkeypatch.setattr(backup, "_batches", slowly)
    try:
        await asyncio.sleep(0.5)
        await back_up(database, KEYS, tmp_path / "b", quiet)
    finally:
        over.set()
        await writing
        await admin.command("setParameter", 1, minSnapshotHistoryWindowInSeconds=300)
    other = Database(mongo_server.uri, mongo_server.new_name())
    await restore(other, KEYS, tmp_path / "b", quiet)
    assert await other.collection("things").count_documents({}) == len(DOCUMENTS)
    found: dict[str, list[int]] = {}
    async for document in other.collection("pairs").find({}):
        found.setdefault(document["_id"][:3], []).append(document["n"])
    assert found and all(len(both) == 2 and both[0] == both[1] for both in found.values()), found
    newest = max(both[0] for both in found.values())
    assert newest >= when_copied - 1, "as of the end of the copying; every third write takes a pair away"
    await other.drop()
    await other.close()


async def test_a_primary_that_steps_down_for_longer_than_a_read_may_take_costs_no_backup(
    database: Database, mongo_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes hours, and a night has elections."""
    await database.collection("things").insert_many(DOCUMENTS)
    monkeypatch.setattr(backup, "_LOOK_AGAIN_SECONDS", 0.01, raising=False)
    away: dict[str, int] = {}

    def elected(name: str) -> None:
        real, away[name] = getattr(backup, name), 2

        async def once_there(*given: Any) -> Any:
            away[name] -= 1
            if away[name] >= 0:
                raise ServerSelectionTimeoutError("No primary")
            return await real(*given)

        monkeypatch.setattr(backup, name, once_there)

    for name in ("one_answer", "_changed_since", "_write_changes"):
        elected(name)
    assert await back_up(database, KEYS, tmp_path / "b", quiet) == {"things": 1203}
    assert max(away.values()) < 0
    monkeypatch.setattr(backup, "_PATIENCE_SECONDS", 0)
    away["one_answer"] = 1
    with pytest.raises(ServerSelectionTimeoutError):
        await back_up(database, KEYS, tmp_path / "b", quiet)


async def test_a_primary_that_steps_down_leaves_no_half_of_a_restore(
    database: Database, mongo_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever restores has no other database left, and an empty one is wanted for the next try."""
    monkeypatch.setattr(backup, "_LOOK_AGAIN_SECONDS", 0.01)
    await database.collection("things").insert_many(DOCUMENTS)
    with (tmp_path / "b").open("wb") as out:
        frames = backup._Frames(out, KEYS)
        frames.write("things", "documents", DOCUMENTS[:10])
        frames.write("things", "replaced", [DOCUMENTS[3] | {"n": "new"}], removed=["d0005"])
        frames.end({})
    other = Database(mongo_server.uri, mongo_server.new_name())
    admin = database.raw.client.admin
    for command in ("insert", "update", "delete"):
        away = {"failCommands": [command], "closeConnection": True, "namespace": f"{other.raw.name}.things"}
        await admin.command("configureFailPoint", "failCommand", mode={"times": 2}, data=away)
        try:
            assert await restore(other, KEYS, tmp_path / "b", quiet) == {"things": 9}
        finally:
            await admin.command("configureFailPoint", "failCommand", mode="off")
        found = {one["_id"]: one["n"] async for one in other.collection("things").find({})}
        assert found == {f"d{n:04}": n for n in range(10) if n != 5} | {"d0003": "new"}
        await other.drop()
    await other.close()


async def test_a_backup_that_fails_leaves_the_one_before_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.collection("things").insert_many(DOCUMENTS)
    await back_up(database, KEYS, tmp_path / "b", quiet)
    good = (tmp_path / "b").read_bytes()

    def altered(keys: KeyRing, file: Path, progress: Any) -> None:
        raise BackupBroken("the disk has written something else")

    async def gone(*_: Any) -> None:
        raise ConnectionError

    for what, broken, fault in (("check", altered, BackupBroken), ("_changed_since", gone, ConnectionError)):
        with monkeypatch.context() as patched:
            patched.setattr(backup, what, broken)
            with pytest.raises(fault):
                await back_up(database, KEYS, tmp_path / "b", quiet)
        assert (tmp_path / "b").read_bytes() == good
        assert names(tmp_path) == ["b"]
