"""Seals every secret again under the current key. Can be interrupted: the key id shows what is done."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from api.infra.documents import Codec
from api.infra.mongo import Database, one_answer

_BATCH = 200


async def rotate(
    database: Database, codecs: Mapping[str, Codec[Any]], progress: Callable[[str, int, int], None]
) -> int:
    """Goes through every collection that holds secrets; `progress(collection, seen, resealed)`. Returns how many it resealed.

    A document that somebody changes meanwhile is left to that writer, who seals with the current key anyway.
    """
    total = 0
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
                if codec.reseal(fresh):
                    new = {key: value for key, value in fresh.items() if key != "_id" and value != old.get(key)}
                    guard = {key: document[key] for key in new}
                    result = await collection.update_one({"_id": document["_id"], **guard}, {"$set": new})
                    changed += result.modified_count
            seen += len(batch)
            after = batch[-1]["_id"]
            progress(name, seen, changed)
        total += changed
    return total
