"""What lies in the database, held against what the structs say of their fields."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args, get_type_hints

import msgspec

from api.infra import migrations
from api.infra.collections import Collection
from api.infra.documents import Kept, is_secret, kept_of
from api.infra.mongo import CONFIRMATIONS, Database
from tests.support.kept import filled

_KEYED = re.compile(r"[0-9a-f]{64}|(?:[a-z-]+:)?[a-z]+_[0-9a-z]{26}|[a-z-]+:[0-9a-f]{64}:-?[0-9]+")
"""A blind index; for want of one, an id of ours behind a word; a counter of one."""
OURS = {migrations.COLLECTION: Kept(ours="id version after"), CONFIRMATIONS: Kept(ours="id times")}
"""The two collections of the machinery: no errand declares them."""
Plan = dict[str, "str | Plan"]


def _structs_in(hint: Any) -> list[type[msgspec.Struct]]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return [hint]
    return [struct for inner in get_args(hint) for struct in _structs_in(inner)]


def structs_of(
    struct: type[msgspec.Struct],
) -> Iterator[tuple[type[msgspec.Struct], frozenset[str], frozenset[str]]]:
    """The struct and those in it, each with its fields without a class, and with names that are no field to declare."""
    hints = get_type_hints(struct, include_extras=True)
    kept = kept_of(struct)
    stored = {field.name: hints[field.name] for field in msgspec.structs.fields(struct)}
    open_ones = {name for name, hint in stored.items() if not is_secret(hint)}
    holders = {name for name in open_ones - kept.fields if _structs_in(stored[name])}
    yield struct, frozenset(open_ones - holders - kept.fields), frozenset(kept.fields - open_ones)
    for name in sorted(holders):
        for inner in _structs_in(stored[name]):
            yield from structs_of(inner)


def plan_of(collection: Collection) -> Plan:
    """By field: its class, or the plan of what is in it."""
    if collection.struct is not None:
        return {"_id" if name == "id" else name: what for name, what in _plan(collection.struct).items()}
    assert collection.kept is not None
    return _open(collection.kept)


def _open(kept: Kept) -> Plan:
    return {"_id" if name == "id" else name: _class(kept, name) for name in kept.fields}


def _class(kept: Kept, name: str) -> str:
    return "keyed" if name in kept.keyed.split() else "open"


@cache
def _plan(struct: type[msgspec.Struct]) -> Plan:
    hints = get_type_hints(struct, include_extras=True)
    kept = kept_of(struct)
    plan: Plan = {}
    for field in msgspec.structs.fields(struct):
        hint = hints[field.name]
        if is_secret(hint):
            plan[field.encode_name] = "sealed"
        elif field.name in kept.fields:
            plan[field.encode_name] = _class(kept, field.name)
        elif inside := _structs_in(hint):
            found = _plan(inside[0])
            plan[field.encode_name] = {"*": found} if "dict[" in str(hint) else found
    return plan


def strangers(document: Mapping[str, Any], plan: Plan, path: str = "") -> set[str]:
    """Fields of a raw document that nobody has declared, that should be sealed and are not, or keyed and are not."""
    found: set[str] = set()
    for name, value in document.items():
        what = plan.get(name, plan.get("*"))
        shown = path + (name if name in plan else "*" if "*" in plan else name)
        if what is None:
            found.add(shown)
        elif isinstance(what, dict):
            for item in value if isinstance(value, list) else [value]:
                if item is not None:
                    found |= strangers(item, what, f"{shown}.")
        elif value is None or value == "":
            continue
        elif (what == "sealed") != isinstance(value, bytes):
            found.add(f"{shown}: not sealed" if what == "sealed" else f"{shown}: sealed, and not declared so")
        elif what == "keyed" and not _KEYED.fullmatch(str(value)):
            found.add(f"{shown}: not keyed")
    return found


async def strangers_in(database: Database, collections: Mapping[str, Collection], most: int = 2000) -> set[str]:
    """Of all that a database holds, with the collection before the field."""
    found: set[str] = set()
    there = await database.raw.list_collection_names()
    found |= {f"{name}: declared nowhere" for name in there if name not in collections and name not in OURS}
    for name in await filled(database, sorted({*collections, *OURS} & {*there})):
        plan = _open(OURS[name]) if name in OURS else plan_of(collections[name])
        async for document in database.collection(name).find({}).limit(most):
            found |= {f"{name}.{field}" for field in strangers(document, plan)}
    return found
