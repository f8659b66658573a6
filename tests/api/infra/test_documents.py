"""Secrets are sealed wherever they stand, and bound to their place."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.infra.documents import Codec, Secret, Stored
from api.infra.key_file import make_development_keys
from api.infra.privacy import KeyRing, Unsealable
from tests.support.world import KEYS


class Inner(msgspec.Struct, frozen=True):
    open_text: str
    hidden: Secret[str] | None = None


class Outer(msgspec.Struct, frozen=True):
    id: str
    on: date
    at: datetime
    name: Secret[str]
    details: Secret[dict[str, str]]
    inner: Inner
    several: tuple[Inner, ...] = ()
    maybe: Secret[Inner] | None = None


def outer(name: str = "王小明", hidden: str = "秘密") -> Outer:
    return Outer(
        id="o1",
        on=date(2026, 2, 28),
        at=datetime(2026, 2, 28, 1, 2, 3, tzinfo=UTC),
        name=name,
        details={"number": "110105199001012337"},
        inner=Inner("a", hidden),
        several=(Inner("b", hidden), Inner("c")),
        maybe=Inner("d", "e"),
    )


@given(st.text(), st.text())
def test_a_struct_comes_back_as_it_was(name: str, hidden: str) -> None:
    codec = Codec(Outer, "things", KEYS)
    value = outer(name, hidden)
    assert codec.decode(codec.encode(value)) == value


def test_no_secret_stands_in_the_document() -> None:
    document = Codec(Outer, "things", KEYS).encode(outer())
    shown = repr(document)
    assert "王小明" not in shown and "秘密" not in shown and "110105199001012337" not in shown
    assert document["on"] == "2026-02-28" and document["inner"]["open_text"] == "a"
    assert isinstance(document["several"][0]["hidden"], bytes) and isinstance(document["maybe"], bytes)


def test_a_secret_moved_to_another_document_does_not_open() -> None:
    codec = Codec(Outer, "things", KEYS)
    document = codec.encode(outer())
    document["_id"] = "o2"
    with pytest.raises(Unsealable):
        codec.decode(document)


def test_a_secret_sealed_with_an_old_key_opens_and_is_resealed_with_the_new() -> None:
    old = make_development_keys()
    new = msgspec.structs.replace(
        old, current="k2", field_keys={**old.field_keys, "k2": make_development_keys().field_keys["dev1"]}
    )
    document = Codec(Outer, "things", KeyRing.of(old)).encode(outer())
    codec = Codec(Outer, "things", KeyRing.of(new))
    assert codec.reseal(document)
    assert KeyRing.of(new).key_of(document["name"]) == "k2"
    assert not codec.reseal(document)
    assert codec.decode(document) == outer()


class Sparse(Stored, frozen=True):
    IS_SPARSE = True

    id: str
    on: date | None = None
    reason: Secret[str] | None = None
    several: tuple[Inner, ...] = ()
    is_new: bool = False
    number: int = 0


def test_of_a_sparse_struct_only_what_is_there_is_stored() -> None:
    codec = Codec(Sparse, "things", KEYS)
    bare, full = Sparse("s1"), Sparse("s2", date(2026, 2, 28), "秘密", (Inner("a"),), True, 7)
    assert codec.encode(bare) == {"_id": "s1", "is_new": False, "number": 0}, "what is false or zero is there"
    assert [codec.decode(codec.encode(one)) for one in (bare, full)] == [bare, full]
    whole: dict[str, Any] = {"_id": "s1", "on": None, "reason": None, "several": [], "is_new": False, "number": 0}
    assert codec.decode(whole) == bare, "as it was stored before"
