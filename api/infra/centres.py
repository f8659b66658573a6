"""The current details of the centres: the configuration, overridden by what administrators have set."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Generic, TypeVar

import msgspec

from api.infra.documents import Kept, Stored
from api.infra.wire import Out

T = TypeVar("T")


class Centre(Out):
    """Who operates the product in one jurisdiction, as residents read it. `review`: how many more officers sign before a paper
    goes out (审核, 签发)."""

    name: str
    telephone: str
    windows: str
    hours: str
    is_example: bool = False
    review: Annotated[int, msgspec.Meta(ge=0, le=2)] = 0


class Reached(Stored):
    """How a centre is reached: what changes while the product runs."""

    KEPT = Kept(because=dict.fromkeys(("telephone", "windows", "hours"), "told to everybody"))

    telephone: str
    windows: str
    hours: str


def blank_in(centre: Centre | Reached) -> tuple[str, ...]:
    """The fields that residents read and that say nothing."""
    return tuple(
        name
        for name in ("name", "telephone", "windows", "hours")
        if name in centre.__struct_fields__ and not getattr(centre, name).strip()
    )


class Centres(Mapping[str, Centre]):
    """By place. Each access gives the value of this moment, so callers must not keep it."""

    def __init__(self, configured: Mapping[str, Centre]) -> None:
        self.configured = configured
        self._now = dict(configured)

    def __getitem__(self, place: str) -> Centre:
        return self._now[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)

    def take(self, set_since: Mapping[str, Reached]) -> None:
        """A value that was set at the desk replaces the configured one; a place that is not configured is not added."""
        self._now = {place: _with(centre, set_since.get(place)) for place, centre in self.configured.items()}

    def seen_as(self, show: Callable[[Centre], T]) -> "Seen[T]":
        """The same places, each passed through `show` when it is asked for."""
        return Seen(self, show)


class Seen(Mapping[str, T], Generic[T]):
    def __init__(self, centres: Centres, show: Callable[[Centre], T]) -> None:
        self._centres = centres
        self._show = show

    def __getitem__(self, place: str) -> T:
        return self._show(self._centres[place])

    def __iter__(self) -> Iterator[str]:
        return iter(self._centres)

    def __len__(self) -> int:
        return len(self._centres)


def _with(centre: Centre, reached: Reached | None) -> Centre:
    if reached is None:
        return centre
    return msgspec.structs.replace(
        centre, telephone=reached.telephone, windows=reached.windows, hours=reached.hours, is_example=False
    )
