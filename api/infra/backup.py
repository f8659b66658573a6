"""Backup to one encrypted file and back. Sealed fields stay sealed inside; the file as a whole is sealed again.

The file is a header line and then frames: four bytes of length, then zlib-packed BSON documents sealed with SM4-GCM and
bound to their position, so that a frame cut out, repeated or moved is noticed. The last frame holds the counts.
"""

import struct
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, BinaryIO

import bson
from bson.codec_options import CodecOptions

from api.infra.mongo import CONFIRMATIONS, Database
from api.infra.privacy import KeyRing, Unsealable

_MAGIC = b"credit-window-backup 1\n"
_BATCH = 500
_AWARE: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)
_NOT_KEPT = frozenset(
    {"once", "leases", "limits", CONFIRMATIONS}
)  # short-lived by nature; answers and locks mean nothing after a restore

Progress = Callable[[str, int], None]


class BackupBroken(Exception):
    """The file is no backup of ours, is cut short, was altered, or was sealed with keys we do not hold."""


class NotEmpty(Exception):
    """A restore goes into an empty database only."""


async def back_up(database: Database, keys: KeyRing, file: Path, progress: Progress) -> dict[str, int]:
    """Writes everything as of one instant and returns the documents per collection. The file is readable by its owner only."""
    counts: dict[str, int] = {}
    file.touch(mode=0o600)
    with file.open("wb") as out:
        out.write(_MAGIC)
        frame = 0
        async with database.snapshot() as session:
            names = sorted(set(await database.raw.list_collection_names()) - _NOT_KEPT)
            for name in names:
                counts[name] = 0
                async for batch in _batches(database, name, session):
                    _write(out, keys, frame, {"collection": name, "documents": batch})
                    frame += 1
                    counts[name] += len(batch)
                    progress(name, counts[name])
        _write(out, keys, frame, {"counts": counts})
    return counts


async def restore(database: Database, keys: KeyRing, file: Path, progress: Progress) -> dict[str, int]:
    """Puts a backup into an empty database. Raises BackupBroken, NotEmpty; on either nothing of the old is lost."""
    check(keys, file)
    for name in await database.raw.list_collection_names():
        if await database.collection(name).find_one({}, {"_id": 1}) is not None:
            raise NotEmpty
    counts: dict[str, int] = {}
    for content in _read(keys, file):
        if "collection" not in content:
            continue
        name = content["collection"]
        await database.collection(name).insert_many(content["documents"], ordered=False)
        counts[name] = counts.get(name, 0) + len(content["documents"])
        progress(name, counts[name])
    return counts


def check(keys: KeyRing, file: Path) -> dict[str, int]:
    """Reads the whole file without storing anything. Raises BackupBroken."""
    counts: dict[str, int] = {}
    closing: dict[str, int] | None = None
    for content in _read(keys, file):
        if closing is not None:
            raise BackupBroken("there is something after the end")
        if "counts" in content:
            closing = content["counts"]
        else:
            name = content["collection"]
            counts[name] = counts.get(name, 0) + len(content["documents"])
    if closing is None:
        raise BackupBroken("the file is cut short")
    if {name: count for name, count in closing.items() if count} != counts:
        raise BackupBroken("the counts do not agree")
    return counts


async def _batches(database: Database, name: str, session: Any) -> AsyncIterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    async for document in database.collection(name).find({}, session=session, batch_size=_BATCH).sort("_id", 1):
        batch.append(document)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _write(out: BinaryIO, keys: KeyRing, frame: int, content: dict[str, Any]) -> None:
    sealed = keys.seal(zlib.compress(bson.encode(content), 6), f"backup/{frame}")
    out.write(struct.pack(">I", len(sealed)) + sealed)


def _read(keys: KeyRing, file: Path) -> Any:
    with file.open("rb") as source:
        if source.read(len(_MAGIC)) != _MAGIC:
            raise BackupBroken("this is no backup of this product")
        frame = 0
        while head := source.read(4):
            if len(head) < 4:
                raise BackupBroken("the file is cut short")
            (length,) = struct.unpack(">I", head)
            sealed = source.read(length)
            if len(sealed) < length:
                raise BackupBroken("the file is cut short")
            try:
                yield bson.decode(zlib.decompress(keys.open(sealed, f"backup/{frame}")), codec_options=_AWARE)
            except (Unsealable, zlib.error, bson.errors.InvalidBSON) as fault:
                raise BackupBroken(f"frame {frame} was altered, or sealed with keys that are not here") from fault
            frame += 1
