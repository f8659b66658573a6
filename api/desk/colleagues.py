"""The names of staff that the desk shows."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Protocol, runtime_checkable


@runtime_checkable
class Colleagues(Protocol):
    """Provided as `staff`; the desk knows nothing of accounts."""

    async def names(self, ids: AbstractSet[str]) -> Mapping[str, str]:
        """What colleagues read for each officer, by id."""
        ...

    async def officers_of(self, jurisdiction: str) -> Mapping[str, str]:
        """The active officers of a place, likewise."""
        ...
