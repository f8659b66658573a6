"""Reads as commands, for hot ones: a cursor of the driver takes half as much processor time again."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")
_MAJORITY = {"level": "majority"}
_BESIDE = "_beside"


class Query(NamedTuple, Generic[T]):
    """At most `most` documents of a collection, and what they become, in a thread of the driver."""

    collection: str
    filter: Mapping[str, Any]
    become: Callable[[list[dict[str, Any]]], T]
    most: int
    fields: Mapping[str, int] | None = None
    sort: Mapping[str, int] | None = None


def command_of(query: Query[Any]) -> dict[str, Any]:
    return {
        "find": query.collection,
        "filter": query.filter,
        "limit": query.most,
        "batchSize": query.most + 1,  # one more than the limit, so that the server keeps no cursor open
        "readConcern": _MAJORITY,
        **({"projection": query.fields} if query.fields else {}),
        **({"sort": query.sort} if query.sort else {}),
    }


def command_of_both(one: Query[Any], other: Query[Any]) -> dict[str, Any]:
    """One statement for two collections. What the other gives comes wrapped."""
    beside = [*_stages(other), {"$replaceWith": {_BESIDE: "$$ROOT"}}]
    return {
        "aggregate": one.collection,
        "pipeline": [*_stages(one), {"$unionWith": {"coll": other.collection, "pipeline": beside}}],
        "cursor": {"batchSize": one.most + other.most + 1},
        "readConcern": _MAJORITY,
    }


def told_apart(
    one: Query[Any], other: Query[Any], found: Sequence[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Each in its order, which a union does not promise to keep."""
    firsts = [document for document in found if _BESIDE not in document]
    others = [document[_BESIDE] for document in found if _BESIDE in document]
    return _sorted(one, firsts), _sorted(other, others)


def _stages(query: Query[Any]) -> list[dict[str, Any]]:
    return [
        {"$match": query.filter},
        *([{"$sort": query.sort}] if query.sort else []),
        {"$limit": query.most},
        *([{"$project": query.fields}] if query.fields else []),
    ]


def _sorted(query: Query[Any], documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for name, way in reversed(list((query.sort or {}).items())):
        documents.sort(key=itemgetter(name), reverse=way < 0)
    return documents
