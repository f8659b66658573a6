"""What the desk asks about staff."""

from collections.abc import Awaitable, Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Protocol, runtime_checkable

from api.accounts.models import Staff
from api.desk.errors import AssigneeNotFound
from api.infra.errors import NotFound


@runtime_checkable
class Colleagues(Protocol):
    """What the desk needs of the staff service. Provided as `staff`."""

    async def names(self, ids: AbstractSet[str]) -> Mapping[str, str]:
        """The display name of each officer, by id."""
        ...

    async def officers_of(self, jurisdiction: str) -> Mapping[str, str]:
        """The display names of a place's active officers, by id."""
        ...


async def must_work_in(place: str, officer: str, find_staff: Callable[[str], Awaitable[Staff]]) -> None:
    """Raises AssigneeNotFound for whoever is not an active officer of the place."""
    try:
        staff = await find_staff(officer)
    except NotFound as none:
        raise AssigneeNotFound from none
    if staff.role != "officer" or staff.jurisdiction != place:
        raise AssigneeNotFound
