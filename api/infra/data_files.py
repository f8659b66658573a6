"""TOML files that stand beside the code that reads them."""

from importlib import resources
from typing import TypeVar, dataclass_transform

import msgspec

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class FromFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what a file says. A key that it does not know is refused, so that a misspelt one is found at once."""


def read(package: str, name: str, shape: type[T]) -> T:
    """Reads a packaged file. Raises msgspec.DecodeError, which stops the start."""
    return msgspec.toml.decode(resources.files(package).joinpath(name).read_bytes(), type=shape)
