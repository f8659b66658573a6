"""The names of staff that the desk shows."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Protocol, runtime_checkable


@runtime_checkable
class Colleagues(Protocol):
    """What the desk needs of the staff service, so that it does not import accounts. Provided as `staff`."""

    async def names(self, ids: AbstractSet[str]) -> Mapping[str, str]:
        """The display name of each officer, by id."""
        ...

    async def officers_of(self, jurisdiction: str) -> Mapping[str, str]:
        """The display names of a place's active officers, by id."""
        ...
