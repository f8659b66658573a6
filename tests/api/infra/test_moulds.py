"""What is cast is what would have been encoded."""

from collections.abc import Mapping, Sequence
from typing import Any

import bson
from hypothesis import given
from hypothesis import strategies as st

from api.infra import moulds
from api.infra.moulds import Moulds

Value = tuple[str, str, Any]


def document(value: Value, texts: Sequence[str]) -> dict[str, Any]:
    return {"_id": texts[0], "about": [texts[1]], "rest": value[2]}


def cast(made: Moulds[Value], value: Value, sealed: bytes = b"") -> Mapping[str, Any]:
    fields = ((b"sealed", sealed),) if sealed else ()
    return made.cast(value, value[2], value[:2], fields)


texts = st.text(st.characters(codec="utf-8"))


@given(st.lists(st.tuples(texts, texts, st.sampled_from(("", "100%", "%b %s", "罚款", 7, None, False))), max_size=9))
def test_each_is_the_document_that_its_texts_and_the_rest_make(values: list[Value]) -> None:
    made: Moulds[Value] = Moulds(document)
    for value in values:
        assert bson.decode(bson.encode(cast(made, value))) == document(value, value[:2])


def test_what_is_sealed_stands_beside_it_and_is_of_its_own_length() -> None:
    made: Moulds[Value] = Moulds(document)
    for sealed in (b"%b", b"\0" * 300, bytes(range(256))):
        found = bson.decode(bson.encode(cast(made, ("a", "b", "c"), sealed)))
        assert found == {**document(("a", "b", "c"), "ab"), "sealed": sealed}


def test_what_they_have_in_common_is_encoded_once_and_not_kept_for_ever() -> None:
    asked: list[Value] = []

    def noted(value: Value, blanks: Sequence[str]) -> dict[str, Any]:
        asked.append(value)
        return document(value, blanks)

    made: Moulds[Value] = Moulds(noted)
    for number in range(20):
        cast(made, (f"id_{number:02}", "about", "same"))
    assert len(asked) == 1
    for number in range(moulds._MOST + 1):
        cast(made, ("id", "about", number))
    assert len(made._moulds) < moulds._MOST
    assert bson.decode(bson.encode(cast(made, ("id_20", "about", "same"))))["rest"] == "same"
