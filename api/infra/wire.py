"""Base structs of requests and replies: camelCase names, unknown fields in requests are refused."""

from typing import Annotated, Any, Generic, Self, TypeVar, dataclass_transform

import msgspec
from msgspec import UNSET

from knowledge.places import jurisdictions

T = TypeVar("T")
ONE_OF_THE_PLACES = f"^({'|'.join(jurisdictions())})$"
Jurisdiction = Annotated[
    str, msgspec.Meta(pattern=ONE_OF_THE_PLACES, extra_json_schema={"enum": list(jurisdictions())})
]
"""The id of one of the places that are served."""

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Ids = Annotated[tuple[Id, ...], msgspec.Meta(max_length=10)]
"""Of files, for the most part."""
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"\S")]
"""What a person writes: at least one character that is no blank."""


# msgspec hands `frozen` on to every struct below; the decorator tells mypy so.
@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class In(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    pass


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class Out(msgspec.Struct, frozen=True, rename="camel"):
    @classmethod
    def showing(cls, source: object, /, **rest: Any) -> Self:
        """Each field from `rest`, else from what `source` has under the same name; structs within are shown alike.

        Raises msgspec.ValidationError for a field that neither has, or that is of another kind, and TypeError for one that
        there is not. A field that only some may see is given in `rest`, always. Several times slower than the constructor.
        """
        if unknown := rest.keys() - set(cls.__struct_fields__):
            raise TypeError(f"{cls.__name__} has no {', '.join(sorted(unknown))}")
        names = zip(cls.__struct_fields__, cls.__struct_encode_fields__, strict=True)
        found = {shown: rest[name] if name in rest else getattr(source, name, UNSET) for name, shown in names}
        given = {shown: value for shown, value in found.items() if value is not UNSET}
        return msgspec.convert(given, cls, from_attributes=True)


class Items(Out, Generic[T]):
    """A whole list. Lists that can be long are a `Page`."""

    items: tuple[T, ...]
