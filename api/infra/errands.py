"""An errand is declared once, in its folder's `errand.py`; queue, notices and page learn of it from that alone."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from api.infra.collections import Collection
from api.infra.transitions import Table


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of case. `name` stands in URLs, audit and queue, `prefix` before the ids of its cases, `flow` is the page's.

    `clocks` are those that run on its cases: with one of them a case stands in the officers' queue.
    `reminded_as` is how a notice about a late step calls it; without it nobody is reminded. `meanwhile` is said of a
    status in which the resident may act first, up to `{day}`, on which the step of the other side starts.
    """

    name: str
    prefix: str
    flow: str
    title: str
    tables: tuple[Table, ...]
    collections: tuple[Collection, ...] = ()
    clocks: tuple[str, ...] = ()
    reminded_as: str | None = None
    meanwhile: Mapping[str, str] = {}

    def label(self, status: str) -> str:
        """The words of a status; as it was written where an older version wrote what this one does not know."""
        return next((table.words[status] for table in self.tables if status in table.words), status)


class Errands(Mapping[str, Errand]):
    """All errands by name. Raises ValueError where two share a name or a prefix."""

    def __init__(self, errands: Iterable[Errand]) -> None:
        declared = tuple(errands)
        self._by_name = {errand.name: errand for errand in declared}
        self._by_prefix = {errand.prefix: errand for errand in declared}
        if not len(declared) == len(self._by_name) == len(self._by_prefix):
            raise ValueError("two errands share a name or a prefix")

    def __getitem__(self, name: str) -> Errand:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def of_case(self, case_id: str) -> Errand:
        """Raises KeyError for an id that no errand gives."""
        return self._by_prefix[case_id.partition("_")[0]]
