"""Kinds of letters: data in `kinds.toml`."""

from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from knowledge.citations import Citation
from knowledge.places import articles_of


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`to` says who gets it, `about` what it speaks of. `is_decided`: the answer agrees or does not, with remedies."""

    title: str
    to: Literal["unit", "named", "department"]
    about: Literal["record", "step", "nothing"]
    clock: str
    opening: str
    topics: dict[str, str] = {}
    needs_text: bool = False
    is_decided: bool = False

    @property
    def is_outside(self) -> bool:
        """Who gets it signs in nowhere."""
        return self.to != "unit"


@cache
def kinds() -> dict[str, Kind]:
    """By code, in the order they are shown."""
    data = (resources.files("api.letters") / "kinds.toml").read_bytes()
    return msgspec.toml.decode(data, type=dict[str, Kind])


def citations(kind: str, jurisdiction: str) -> tuple[Citation, ...]:
    """The articles that a letter of this kind rests on in a place; none where it is a service."""
    return articles_of(f"letter.{kind}", jurisdiction)
