"""Seals every secret again under the current key. Can be interrupted: the key id shows what is done."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from api.infra.documents import Codec
from api.infra.mongo import Database, one_answer
from api.infra.privacy import Unsealable

_BATCH = 200
_UNREADABLE = (Unsealable, ValueError, IndexError, TypeError, AttributeError)


class NotAllOpened(Exception):
    """Some documents have a value that no key of the file opens; the message says how many, and names the first."""


async def rotate(
    database: Database, codecs: Mapping[str, Codec[Any]], progress: Callable[[str, int, int], None]
) -> int:
    """Goes through every collection that holds secrets; `progress(collection, seen, resealed)`. Returns how many it resealed.

    A document that somebody changes meanwhile is left to that writer, who seals with the current key anyway. One that does not open
    stays as it is; when all others are done, NotAllOpened is raised.
    """
    total = 0
    unopened: list[str] = []
    for name, codec in codecs.items():
        collection = database.collection(name)
        seen = changed = 0
        after: Any = None
        while True:
            query = {} if after is None else {"_id": {"$gt": after}}
            batch = await one_answer(collection.find(query).sort("_id", 1), _BATCH)
            if not batch:
                break
            for document in batch:
                fresh = copy.deepcopy(document)
                old = {key: value for key, value in document.items() if key != "_id"}
                if _resealed(codec, fresh, f"{name}/{document['_id']}", unopened):
                    new = {key: value for key, value in fresh.items() if key != "_id" and value != old.get(key)}
                    guard = {key: document[key] for key in new}
                    result = await collection.update_one({"_id": document["_id"], **guard}, {"$set": new})
                    changed += result.modified_count
            seen += len(batch)
            after = batch[-1]["_id"]
            progress(name, seen, changed)
        total += changed
    if unopened:
        raise NotAllOpened(
            f"Left as they are, because no key of the file opens them: {len(unopened)}, the first {unopened[0]}. Sealed anew: {total}."
        )
    return total


def _resealed(codec: Codec[Any], document: dict[str, Any], place: str, unopened: list[str]) -> bool:
    try:
        return codec.reseal(document)
    except _UNREADABLE:
        unopened.append(place)
        return False
