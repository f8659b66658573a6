"""Moves blind indexes to a new key while the product runs.

A person moves as a whole, in one transaction: everything stored about them is under one key at any instant, so unique keys hold
and no list is ever incomplete. Code that looks up a person by number moves them first (`bring`); the command moves everybody else
in batches and resumes where it stopped. Where the number is no longer stored (closed accounts), the new digest is one of the old.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any, get_type_hints

import msgspec
from pymongo import UpdateMany, UpdateOne

from api.infra.collections import Collection, index
from api.infra.deadlines import within
from api.infra.documents import Codec, Kept, Secret, Stored, kept_of
from api.infra.log import get_log
from api.infra.migrations import NotRead, WrongVersion, what_helps
from api.infra.mongo import Database, Tx, one_answer
from api.infra.privacy import KeyRing, subject_indexes

_AT_ONCE = 20  # people in one transaction
_BATCH = 200
_LONGEST_SEARCH = 3600.0  # seconds: to find that a collection has none left, the server goes through all of it
_STATE = "index"
_SUBJECT = "subject"
_log = get_log("keys")
_MOVED = "moved"
_PARTED = "parted"


class Moved(Stored):
    """The digests that a person had before. `id` is the digest under the current key, `was` a digest of the one before,
    so that a former key alone does not lead to the person. `former` are all digests by which the audit, which is never
    rewritten, knows them.
    """

    KEPT = Kept(keyed="id was")

    id: str
    was: str
    former: Secret[tuple[str, ...]]


class Progress(Stored):
    """Under which key the digests of this database are, and how far a move to it has come; `stage` "done" is its end."""

    KEPT = Kept(ours="id name stage after")

    id: str
    name: str
    stage: str = "done"
    after: str | None = None


MOVED = Collection(
    "moved_persons",
    Moved,
    indexes=(index("was", "was"),),
    shard_key="_id hashed",
    why="written once for each person in a change of keys",
)
STATE = Collection("index_keys", Progress, why="one document")


class Holder(msgspec.Struct, frozen=True):
    """A collection whose documents hold a person's number. `person` gives its kind and the number, where they are known;
    `digests` every other digest as it is under the current key, for a person who is known as the text given.
    """

    collection: str
    struct: type[Any]
    person: Callable[[Any], tuple[str, str] | None]
    digests: Callable[[KeyRing, Any, str | None], dict[str, str | None]]


Bring = Callable[[Iterable[tuple[str, str]]], Awaitable[None]]
"""`Persons.bring`."""


class WrongIndexKey(WrongVersion):
    """The key file does not read the digests of this database; the message says what helps."""


class Persons:
    """`collections` are all collections of the product; those that say so are not rewritten."""

    def __init__(
        self, database: Database, keys: KeyRing, collections: Sequence[Collection], holders: Sequence[Holder]
    ) -> None:
        self._database = database
        self._keys = keys
        self._holders = holders
        self._codecs = {one.collection: Codec(one.struct, one.collection, keys) for one in holders}
        self._moved: Codec[Moved] = Codec(Moved, MOVED.name, keys)
        self._others = [
            (one, path)
            for one in collections
            if one.struct is not None and not one.is_as_written
            for path in _paths(one.struct)
        ]

    async def check(self) -> None:
        """Notes a key that is new to the database. Raises WrongIndexKey. Safe to call from every process at start."""
        state = self._database.collection(STATE.name)
        name = self._keys.index_name
        if await state.find_one({"_id": _STATE}) is None:
            known = [await self._database.collection(one.collection).find_one({}, {"_id": 1}) for one in self._holders]
            document = _document(Progress(id=_STATE, name="" if any(known) else name))
            await state.update_one({"_id": _STATE}, {"$setOnInsert": document}, upsert=True)
        found = await state.find_one({"_id": _STATE})
        if found["name"] == name:
            return
        if found["name"] not in self._keys.former_index_names:
            raise WrongIndexKey(
                f"the key file's index key is {name!r} and it does not read {found['name']!r}, under which this database is: "
                "every process takes the same key file, and former_index_keys keeps a key until keys rotate-index is through"
            )
        moving = _document(Progress(id=_STATE, name=name, stage=self._holders[0].collection))
        await state.update_one({"_id": _STATE, "name": found["name"]}, {"$set": moving})

    async def is_done(self) -> bool:
        """Whether everything is under the current key."""
        found = await self._database.collection(STATE.name).find_one({"_id": _STATE})
        return found is not None and (found["name"], found["stage"]) == (self._keys.index_name, "done")

    async def bring(self, people: Iterable[tuple[str, str]]) -> None:
        """Moves these people (kind and number of a document), where they are still known by a former digest."""
        if not self._keys.former_index_names:
            return
        moves = self._moves(people)
        there: set[str] = set()
        for holder in self._holders:
            collection = self._database.collection(holder.collection)
            there |= set(await collection.distinct(_SUBJECT, {_SUBJECT: {"$in": list(moves)}}))
        await self._move({old: moves[old] for old in there})

    async def present(self, subject: str) -> str:
        """Whom somebody known as this is known as now: of a token that was given before they were moved."""
        if self._keys.is_current(subject):
            return subject
        for was in self._keys.blind_indexes(_MOVED, subject):
            found = await self._database.collection(MOVED.name).find_one({"was": was}, {"_id": 1})
            if found is not None:
                return str(found["_id"])
        return subject

    async def every_name(self, subject: str) -> list[str]:
        """Every digest that a person ever had, given any one of them: the audit keeps those it was written with."""
        now = await self.present(subject)
        document = await self._database.collection(MOVED.name).find_one({"_id": now})
        return [subject] if document is None else [now, *self._moved.decode(document).former]

    async def rotate(self, progress: Callable[[str, int, int], None], *, leaves_unreadable: bool = False) -> int:
        """Moves everybody, from wherever an earlier run stopped; `progress(collection, seen, moved)`. Returns how many documents of
        people it moved; a run that returns 0 has found nothing left.

        Raises NotRead for a document whose values do not open; with `leaves_unreadable` it keeps its digests, and goes with its person
        where something else tells who that is.
        """
        state = self._database.collection(STATE.name)
        found = await state.find_one({"_id": _STATE})
        stage, after, total = found["stage"], found["after"], 0
        names = [holder.collection for holder in self._holders]
        if stage == "done":  # once more from the beginning, for writes that were under way during the last pass
            stage, after = names[0], None
        for holder in self._holders[names.index(stage) if stage in names else len(names) :]:
            begin = after if holder.collection == stage else None
            total += await self._rotate_holder(holder, begin, progress, leaves_unreadable)
        await self._at(_PARTED, None)
        total += await self._rotate_others(progress)
        await self._at("done", None)
        return total

    async def _rotate_holder(
        self,
        holder: Holder,
        after: str | None,
        progress: Callable[[str, int, int], None],
        leaves_unreadable: bool,
    ) -> int:
        collection = self._database.collection(holder.collection)
        seen = changed = 0
        while True:
            query = {} if after is None else {"_id": {"$gt": after}}
            batch = await one_answer(collection.find(query).sort("_id", 1), _BATCH)
            if not batch:
                return changed
            after = batch[-1]["_id"]
            people, alone = [], []
            for document, value in self._read(holder, batch):
                if value is None and not leaves_unreadable:
                    raise NotRead(what_helps(holder.collection, document["id"]))
                if value is None:
                    continue
                key, subject = value.id, value.subject
                person = holder.person(value)
                if person is not None and subject and not self._keys.is_current(subject):
                    people.append(person)
                elif fields := _changed(value, holder.digests(self._keys, value, subject)):
                    guard = {name: getattr(value, name) for name in fields}
                    alone.append(UpdateOne({"_id": key, **guard}, {"$set": fields}))
            changed += await self._move(self._moves(people))
            if alone:
                changed += (await collection.bulk_write(alone, ordered=False)).modified_count
            seen += len(batch)
            await self._at(holder.collection, after)
            progress(holder.collection, seen, changed)

    async def _rotate_others(self, progress: Callable[[str, int, int], None]) -> int:
        """What no number leads to. A grant keeps the digest of whom it is for, who may come and show the number."""
        total = 0
        for one, path in self._others:
            collection = self._database.collection(one.name)
            seen = changed = 0
            after: Any = None
            while True:
                query: dict[str, Any] = {path: {"$gt": "", "$not": re.compile(f"^{self._keys.index_name}-")}}
                if after is not None:
                    query["_id"] = {"$gt": after}
                with within(_LONGEST_SEARCH):
                    batch = await collection.find(query, {path: 1}).sort("_id", 1).limit(_BATCH).to_list(_BATCH)
                if not batch:
                    break
                after = batch[-1]["_id"]
                writes = []
                for document in batch:
                    old = _at_path(document, path)
                    new = await self.present(old)
                    if new == old and path == _SUBJECT:
                        new = self._keys.blind_index(_PARTED, old)
                    if new != old:
                        writes.append(UpdateOne({"_id": document["_id"], path: old}, {"$set": {path: new}}))
                if writes:
                    changed += (await collection.bulk_write(writes, ordered=False)).modified_count
                seen += len(batch)
                progress(one.name, seen, changed)
            total += changed
        return total

    def _read(self, holder: Holder, documents: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Any]]:
        """Each with what it holds; None where that does not open."""
        found: list[tuple[dict[str, Any], Any]] = []
        for document, value in zip(documents, self._codecs[holder.collection].decode_each(documents), strict=True):
            if isinstance(value, Exception):
                _log.error("not-read", case=document["id"], fault=type(value).__name__)
            found.append((document, None if isinstance(value, Exception) else value))
        return found

    def _moves(self, people: Iterable[tuple[str, str]]) -> dict[str, str]:
        """From each former digest to the current one."""
        moves: dict[str, str] = {}
        for kind, number in set(people):
            new, *former = subject_indexes(self._keys, kind, number)
            moves |= dict.fromkeys(former, new)
        return moves

    async def _move(self, moves: Mapping[str, str]) -> int:
        """Each person in one transaction with all that is theirs; how many documents that hold their number."""
        done, waiting = 0, list(moves.items())
        for start in range(0, len(waiting), _AT_ONCE):
            some = dict(waiting[start : start + _AT_ONCE])
            done += await self._database.transact(partial(self._move_in, moves=some))
        return done

    async def _move_in(self, tx: Tx, moves: Mapping[str, str]) -> int:
        done = 0
        owners: set[str] = set()
        names: set[str] = set()
        for holder in self._holders:
            collection = self._database.collection(holder.collection)
            found = await collection.find({_SUBJECT: {"$in": list(moves)}}, session=tx).to_list(None)
            writes = []
            for document, value in self._read(holder, found):
                key, old = document["id"], document[_SUBJECT]
                fields = {} if value is None else _changed(value, holder.digests(self._keys, value, moves[old]))
                writes.append(UpdateOne({"_id": key, _SUBJECT: old}, {"$set": {_SUBJECT: moves[old], **fields}}))
                owners.add(key)
                names.add(old)
            if writes:
                await collection.bulk_write(writes, ordered=False, session=tx)
                done += len(writes)
        held = {holder.collection for holder in self._holders}
        for one, path in self._others:
            if path != _SUBJECT or one.name in held:
                continue
            narrowed = {} if _finds_by_subject(one) else {"owner": {"$in": sorted(owners)}}
            updates = [UpdateMany({**narrowed, path: old}, {"$set": {path: moves[old]}}) for old in names]
            if updates:
                await self._database.collection(one.name).bulk_write(updates, ordered=False, session=tx)
        for old in names:
            await self._remember(tx, old, moves[old])
        return done

    async def _remember(self, tx: Tx, old: str, new: str) -> None:
        collection = self._database.collection(MOVED.name)
        former = [old]
        for known in (old, new):  # left by an earlier change of keys, or added late for this person
            document = await collection.find_one({"_id": known}, session=tx)
            if document is not None:
                former += self._moved.decode(document).former
        moved = Moved(id=new, was=self._keys.blind_index(_MOVED, old), former=tuple(dict.fromkeys(former)))
        document = self._moved.encode(moved)
        await collection.delete_one({"_id": old}, session=tx)
        await collection.replace_one({"_id": new}, document, upsert=True, session=tx)

    async def _at(self, stage: str, after: str | None) -> None:
        await self._database.collection(STATE.name).update_one(
            {"_id": _STATE, "name": self._keys.index_name}, {"$set": {"stage": stage, "after": after}}
        )


def _changed(value: Any, digests: Mapping[str, str | None]) -> dict[str, str | None]:
    return {name: digest for name, digest in digests.items() if getattr(value, name) != digest}


@cache
def _paths(struct: type[msgspec.Struct]) -> tuple[str, ...]:
    """Where a struct, and those in it, hold the digest of a person."""
    found = [_SUBJECT] if _SUBJECT in kept_of(struct).keyed.split() else []
    for name, hint in get_type_hints(struct).items():
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            found += [f"{name}.{path}" for path in _paths(hint)]
    return tuple(found)


def _at_path(document: Mapping[str, Any], path: str) -> str:
    value: Any = document
    for name in path.split("."):
        value = value[name]
    return str(value)


def _finds_by_subject(collection: Collection) -> bool:
    return any(next(iter(index.document["key"])) == _SUBJECT for index in collection.indexes)


def _document(progress: Progress) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(progress)
    del fields["id"]
    return fields
