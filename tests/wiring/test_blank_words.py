"""What a person has to write is not written with blanks alone: every text of a request that must be there must say something."""

from collections.abc import Iterator
from typing import Any

from msgspec import inspect

from api.infra.wire import In
from tests.support.api import Api

COMPARED = frozenset(
    {
        # what is looked up or read as something, which a blank one is not
        "code", "refreshToken", "password", "currentPassword", "newPassword", "documentNumber", "number", "actNumber",
        "Ask.name", "AcknowledgeCopy.system", "ReportStillWrong.system", "TakeNotice.text", "TryNotice.text",
        # as it was asked, beside a thumb
        "FeedbackBody.question",
    }
)  # fmt: skip


def requests(base: type[Any] = In) -> Iterator[type[Any]]:
    for one in base.__subclasses__():
        yield one
        yield from requests(one)


def texts(kind: Any) -> Iterator[inspect.StrType]:
    """The texts in a field, also in a list of them."""
    if isinstance(kind, inspect.StrType):
        yield kind
    elif isinstance(kind, inspect.UnionType):
        for one in kind.types:
            yield from texts(one)
    elif isinstance(kind, inspect.VarTupleType | inspect.ListType):
        yield from texts(kind.item_type)


def test_every_text_that_must_be_there_must_say_something(api: Api) -> None:
    del api  # with it every route's request is loaded
    blank = {
        f"{one.__module__}.{one.__name__}.{field.encode_name}"
        for one in requests()
        if one.__module__.startswith("api.")
        for field in inspect.type_info(one).fields  # type: ignore[attr-defined]
        for text in texts(field.type)
        if (text.min_length or 0) >= 1 and (text.max_length or 0) >= 100 and text.pattern is None
        if not {field.encode_name, f"{one.__name__}.{field.encode_name}"} & COMPARED
    }
    assert not blank, sorted(blank)
