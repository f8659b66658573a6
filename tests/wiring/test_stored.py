"""Whoever holds a dump reads only what somebody has decided may lie open, and why."""

import msgspec
import pytest

from api.composition import Services
from api.infra.collections import Collection
from api.infra.documents import Kept, Secret, Stored
from tests.support.stored import plan_of, strangers, structs_of


@pytest.mark.parametrize("collection", Services.COLLECTIONS, ids=lambda one: one.name)
def test_every_stored_field_is_sealed_or_has_a_reason_to_lie_open(collection: Collection) -> None:
    assert (collection.struct is None) != (collection.kept is None), "a struct, or the fields where there is none"
    if collection.struct is None:
        return
    for struct, undeclared, unknown in structs_of(collection.struct):
        assert not undeclared, f"{struct.__name__}: sealed, or in KEPT with its reason? {sorted(undeclared)}"
        assert not unknown, f"{struct.__name__}.KEPT names what is no open field of it: {sorted(unknown)}"


class _Inner(Stored):
    KEPT = Kept(when="at")

    at: str
    words: str
    sealed: Secret[str] | None = None


class _Outer(Stored):
    KEPT = Kept(ours="id gone", keyed="subject")

    id: str
    subject: str | None
    inner: tuple[_Inner, ...] = ()
    by_name: dict[str, _Inner] = msgspec.field(default_factory=dict)


def test_a_field_without_a_class_is_found_in_a_struct_in_it_too() -> None:
    found = {struct.__name__: (set(undeclared), set(unknown)) for struct, undeclared, unknown in structs_of(_Outer)}
    assert found == {"_Outer": (set(), {"gone"}), "_Inner": ({"words"}, set())}


def test_a_document_is_held_against_what_its_struct_says() -> None:
    plan = plan_of(Collection("outer", _Outer, why=""))
    good = {"_id": "o", "subject": "a" * 64, "inner": [{"at": "x", "sealed": b"\x01"}], "by_name": {"any": {"at": "y"}}}
    assert strangers(good, plan) == set()
    bad = {"_id": "o", "subject": "110101199003070014", "inner": [{"at": "x", "sealed": "open", "more": 1}], "new": 1}
    bad["by_name"] = {"any": {"words": "w"}}
    assert strangers(bad, plan) == {
        "subject: not keyed", "inner.sealed: not sealed", "inner.more", "new", "by_name.*.words"
    }  # fmt: skip
