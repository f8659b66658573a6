"""Kinds of letters: data in `kinds.toml`."""

from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from api.infra.data_files import FromFile
from knowledge.citations import Citation
from knowledge.places import articles_of


class Kind(FromFile):
    """`to` is who gets it, `about` its subject. `is_decided`: the answer agrees or refuses, with remedies."""

    title: str
    to: Literal["unit", "named", "department"]
    about: Literal["record", "step", "nothing"]
    clock: str
    opening: str
    topics: dict[str, str] = msgspec.field(default_factory=dict)
    needs_text: bool = False
    is_decided: bool = False

    @property
    def is_outside(self) -> bool:
        """Whether the addressee has no account here."""
        return self.to != "unit"


@cache
def kinds() -> dict[str, Kind]:
    """By code, in display order."""
    data = (resources.files("api.letters") / "kinds.toml").read_bytes()
    return msgspec.toml.decode(data, type=dict[str, Kind])


def citations(kind: str, jurisdiction: str) -> tuple[Citation, ...]:
    """The articles behind a letter of this kind in a place; none if it is a service."""
    return articles_of(f"letter.{kind}", jurisdiction)
