"""Backup to one encrypted file and back. Sealed fields stay sealed inside; the file as a whole is sealed again.

The file is a header line, a random id of its own and then frames: four bytes of length, then zlib-packed BSON documents
sealed with SM4-GCM. Each is bound to that id and to its position, so a frame that is cut out, repeated, moved or taken
from another backup is noticed. First come copies, then what changed while they were made; the last frame says that it
is the last and carries the digest of all bytes before it.
"""

import asyncio
import os
import secrets
import struct
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import bson
import pymongo
from bson.codec_options import CodecOptions
from cryptography.hazmat.primitives import hashes
from pymongo import ReplaceOne
from pymongo.errors import BulkWriteError, OperationFailure

from api.infra.database_faults import DUPLICATE, codes_of, is_outage
from api.infra.key_wire import TooLargeToAsk
from api.infra.mongo import CONFIRMATIONS, Database, one_answer
from api.infra.privacy import KeyRing, Unsealable

_MAGIC = b"credit-window-backup 3\n"
_ID = 16
_DIGEST = hashes.SM3
_HISTORY_LOST = 286
_INSTANT_GONE = (239, 246)  # SnapshotTooOld, SnapshotUnavailable
_MOST_AT_LAST = 20_000  # documents read in one snapshot: that takes seconds, and a server keeps a snapshot for minutes
_BATCH = 500
_PATIENCE_SECONDS, _LOOK_AGAIN_SECONDS = 60, 1
_LARGEST = 16 << 20  # bytes of a frame, unless one document has more
_AWARE: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)
_NOT_KEPT = frozenset({"once", "limits", CONFIRMATIONS})  # short-lived: answers and locks mean nothing after a restore

T = TypeVar("T")
Progress = Callable[[str, int], None]


class BackupBroken(Exception):
    """The file is not one of our backups, is truncated or altered, or was sealed with keys we do not hold."""


class TooSlow(Exception):
    """The database's log of changes (oplog) is shorter than the copying took."""


class NotEmpty(Exception):
    """A restore goes into an empty database only."""


async def back_up(database: Database, keys: KeyRing, file: Path, progress: Progress) -> dict[str, int]:
    """Writes everything as of one instant, the end of the copying, and returns the documents copied by collection.

    This needs no snapshot as old as the whole copying, which a server keeps for minutes only: documents that changed meanwhile are
    learnt from the change stream and read again in one short snapshot at the end. The file is written under a temporary name, read
    back whole and only then renamed, so a failed backup leaves the previous one. Only its owner can read it, whatever the
    permissions of the file that it replaces. Raises TooSlow.
    """
    aside = file.with_name(f".{file.name}.part")
    aside.unlink(missing_ok=True)  # left by a killed backup, or a link that somebody placed there
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            counts = await _copy(database, _Frames(out, keys), progress)
            out.flush()
            os.fsync(out.fileno())
        check(keys, aside, progress)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    return counts


async def _copy(database: Database, frames: "_Frames", progress: Progress) -> dict[str, int]:
    begun = await database.operation_time()
    counts: dict[str, int] = {}
    for name in sorted(set(await database.raw.list_collection_names()) - _NOT_KEPT):
        counts[name] = 0
        async for batch in _batches(database, name):
            frames.write(name, "documents", batch)
            counts[name] += len(batch)
            progress(name, counts[name])
    while begun is not None:
        begun = await _patiently(partial(_follow, database, frames, begun, progress))
    frames.end(counts)
    return counts


async def _follow(database: Database, frames: "_Frames", begun: Any, progress: Progress) -> Any:
    """Writes what has changed since then: as it is now where that is much, and returns from when to go on; else as of one instant, and
    that is the end. Whatever a run wrote that failed is written again by the next one, which wins."""
    later = await database.operation_time()
    changed = await _changed_since(database, begun, progress)
    if sum(map(len, changed.values())) > _MOST_AT_LAST:
        await _write_changes(database, frames, changed, None)
        return later
    try:
        async with database.snapshot() as instant:
            await database.collection(CONFIRMATIONS).find_one({}, session=instant)  # the first read fixes the instant
            changed = await _changed_since(database, begun, progress)
            await _write_changes(database, frames, changed, instant)
            return None
    except OperationFailure as fault:
        if fault.code not in _INSTANT_GONE:
            raise
        progress("the instant is forgotten already; once more from", len(changed))
        return begun


async def _changed_since(database: Database, begun: Any, progress: Progress) -> dict[str, set[Any]]:
    """Collection → ids of documents that were written since. Raises TooSlow."""
    changed: dict[str, set[Any]] = {}
    mark = secrets.token_hex(16)
    await database.collection(CONFIRMATIONS).insert_one({"_id": mark})
    seen = 0
    try:
        stages = [{"$project": {"ns": 1, "documentKey": 1}}]
        async with database.raw.watch(stages, start_at_operation_time=begun, batch_size=_BATCH) as stream:
            async for event in stream:
                if "documentKey" not in event:  # a collection came to be
                    continue
                key = event["documentKey"]["_id"]
                if key == mark:
                    return changed
                changed.setdefault(event["ns"]["coll"], set()).add(key)
                seen += 1
                progress("changed meanwhile", seen)
    except OperationFailure as fault:
        if fault.code != _HISTORY_LOST:
            raise
        raise TooSlow from fault
    finally:
        await database.collection(CONFIRMATIONS).delete_one({"_id": mark})
    raise AssertionError("a change stream has no end")


async def _write_changes(
    database: Database, frames: "_Frames", changed: Mapping[str, Collection[Any]], instant: Any
) -> None:
    """Writes the changed documents as of the instant, or as of now if none is given. Later entries of the file win."""
    for name in sorted(set(changed) - _NOT_KEPT):
        ids = list(changed[name])
        for start in range(0, len(ids), _BATCH):
            left = ids[start : start + _BATCH]
            while left:
                wanted = database.collection(name).find({"_id": {"$in": left}}, session=instant)
                found = await one_answer(wanted, len(left))
                there = {document["_id"] for document in found}
                gone = [] if found else left
                frames.write(name, "replaced", found, removed=gone)
                left = [] if gone else [key for key in left if key not in there]


async def restore(database: Database, keys: KeyRing, file: Path, progress: Progress) -> dict[str, int]:
    """Restores a backup into an empty database. Raises BackupBroken, NotEmpty; in both cases no stored data is lost."""
    check(keys, file, progress)
    for name in await database.raw.list_collection_names():
        if await database.collection(name).find_one({}, {"_id": 1}) is not None:
            raise NotEmpty
    names: set[str] = set()
    for number, content in enumerate(_read(keys, file)):
        if "end" in content:
            continue
        names.add(name := content["collection"])
        put = _insert if "documents" in content else _change
        await _patiently(partial(put, database.collection(name), content))
        progress(name, number)
    with pymongo.timeout(None):
        return {name: await database.collection(name).count_documents({}) for name in sorted(names)}


async def _insert(collection: Any, content: Mapping[str, Any]) -> None:
    """Of a try whose answer was lost some are there already."""
    try:
        await collection.insert_many(content["documents"], ordered=False)
    except BulkWriteError as fault:
        if DUPLICATE not in codes_of(fault):
            raise
        await _change(collection, {"replaced": content["documents"], "removed": []})


async def _change(collection: Any, content: Mapping[str, Any]) -> None:
    changes = [ReplaceOne({"_id": document["_id"]}, document, upsert=True) for document in content["replaced"]]
    if changes:
        await collection.bulk_write(changes, ordered=False)
    if removed := content["removed"]:
        await collection.delete_many({"_id": {"$in": removed}})


def check(keys: KeyRing, file: Path, progress: Progress) -> None:
    """Reads the whole file without storing anything. Raises BackupBroken."""
    is_whole = False
    for number, content in enumerate(_read(keys, file)):
        if is_whole:
            raise BackupBroken("there is something after the end")
        is_whole = "end" in content
        progress("frames read back", number)
    if not is_whole:
        raise BackupBroken("the file is cut short")


async def _batches(database: Database, name: str) -> AsyncIterator[list[dict[str, Any]]]:
    """Batches in the order of ids, each by its own query: an election would end a cursor that lives for hours."""
    collection = database.collection(name)
    batch = await _patiently(lambda: one_answer(collection.find({}).sort("_id", 1).hint("_id_"), _BATCH))
    while batch:
        yield batch
        last = batch[-1]["_id"]
        batch = await _patiently(partial(_batch_after, collection, last))


async def _batch_after(collection: Any, last: Any) -> list[dict[str, Any]]:
    rest = collection.find({"_id": {"$ne": last}}).sort("_id", 1).hint("_id_").min([("_id", last)])
    return await one_answer(rest, _BATCH)


async def _patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Tries again for a while where the database is away: an election must not cost what was copied for hours."""
    end: float | None = None
    while True:
        try:
            return await work()
        except Exception as fault:
            now = time.monotonic()
            end = now + _PATIENCE_SECONDS if end is None else end
            if not is_outage(fault) or now >= end:
                raise
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)


def _place(identity: bytes, number: int) -> str:
    return f"backup/{identity.hex()}/{number}"


class _Frames:
    def __init__(self, out: BinaryIO, keys: KeyRing) -> None:
        self._out, self._keys, self._number = out, keys, 0
        self._identity, self._digest = secrets.token_bytes(_ID), hashes.Hash(_DIGEST())
        self._put(_MAGIC + self._identity)

    def write(self, collection: str, listed: str, documents: list[dict[str, Any]], **more: Any) -> None:
        """Documents under `listed`, in as many frames as hold no more than a few documents' worth: a frame is sealed in one piece."""
        content = bson.encode({"collection": collection, listed: documents, **more})
        if len(content) > _LARGEST and len(documents) > 1:
            half = len(documents) // 2
            self.write(collection, listed, documents[:half], **more)
            self.write(collection, listed, documents[half:], **more)
        else:
            self._seal(content)

    def _seal(self, content: bytes) -> None:
        sealed = self._keys.seal(zlib.compress(content, 6), _place(self._identity, self._number))
        self._put(struct.pack(">I", len(sealed)) + sealed)
        self._number += 1

    def end(self, counts: dict[str, int]) -> None:
        self._seal(bson.encode({"end": counts, "digest": self._digest.copy().finalize()}))

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        self._out.write(data)


def _read(keys: KeyRing, file: Path) -> Iterator[dict[str, Any]]:
    with file.open("rb") as source:
        header = source.read(len(_MAGIC) + _ID)
        identity = header[len(_MAGIC) :]
        if not header.startswith(_MAGIC) or len(identity) < _ID:
            raise BackupBroken("this is no backup of this product")
        digest = hashes.Hash(_DIGEST())
        digest.update(header)
        frame = 0
        while head := source.read(4):
            if len(head) < 4:
                raise BackupBroken("the file is cut short")
            (length,) = struct.unpack(">I", head)
            sealed = source.read(length)
            if len(sealed) < length:
                raise BackupBroken("the file is cut short")
            try:
                packed = zlib.decompress(keys.open(sealed, _place(identity, frame)))
                content: dict[str, Any] = bson.decode(packed, codec_options=_AWARE)
            except TooLargeToAsk as fault:
                raise BackupBroken(
                    f"frame {frame} is of before, and larger than the key module takes: read it once with CW_KEYS_FILE"
                ) from fault
            except (Unsealable, zlib.error, bson.errors.InvalidBSON) as fault:
                raise BackupBroken(
                    f"frame {frame} was altered, comes from elsewhere, or was sealed with keys that are not here"
                ) from fault
            if "end" in content and content.get("digest") != digest.copy().finalize():
                raise BackupBroken("what stands before the end is not what was written there")
            yield content
            digest.update(head + sealed)
            frame += 1
