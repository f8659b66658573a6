"""A backup comes back as it was; a file that was touched does not come back at all."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.infra.backup import BackupBroken, NotEmpty, back_up, restore
from api.infra.mongo import Database
from api.infra.privacy import KeyRing, make_development_keys
from tests.support.mongo import Server
from tests.support.world import KEYS

DOCUMENTS = [
    {"_id": f"d{n:04}", "n": n, "at": datetime(2026, 1, 1, tzinfo=UTC), "sealed": b"\x00\x01"} for n in range(1203)
]


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
    assert seen[-1] == ("things", 1203)

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


def doubled(data: bytes) -> bytes:
    return data + data[23:]


@pytest.mark.parametrize("harm", [flipped, without_end, doubled, lambda _: b"", lambda _: b"something else"])
async def test_a_file_that_was_touched_is_refused_and_nothing_is_stored(
    database: Database, mongo_server: Server, tmp_path: Path, harm: Any
) -> None:
    await database.collection("things").insert_many(DOCUMENTS[:20])
    await back_up(database, KEYS, tmp_path / "b", quiet)
    (tmp_path / "b").write_bytes(harm((tmp_path / "b").read_bytes()))
    other = Database(mongo_server.uri, mongo_server.new_name())
    with pytest.raises(BackupBroken):
        await restore(other, KEYS, tmp_path / "b", quiet)
    assert await other.raw.list_collection_names() == []
    await other.close()


async def test_without_the_keys_a_backup_says_nothing(database: Database, tmp_path: Path) -> None:
    await database.collection("things").insert_one({"_id": "a", "text": "WANG XIULAN"})
    await back_up(database, KEYS, tmp_path / "b", quiet)
    assert b"WANG" not in (tmp_path / "b").read_bytes()
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0
    with pytest.raises(BackupBroken):
        await restore(database, KeyRing(make_development_keys()), tmp_path / "b", quiet)
