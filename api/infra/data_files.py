"""TOML files that stand beside the code that reads them."""

from importlib import resources
from typing import TypeVar

import msgspec

T = TypeVar("T")


def read(package: str, name: str, shape: type[T]) -> T:
    """Reads a packaged file. Raises msgspec.DecodeError, which stops the start."""
    return msgspec.toml.decode(resources.files(package).joinpath(name).read_bytes(), type=shape)
