"""The declaration of an errand, made once in its folder's `errand.toml` and `errand.py`; queue, notices and page are derived from it."""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any

import msgspec

from api.infra import data_files
from api.infra.collections import Collection, declared_in
from api.infra.data_files import FromFile
from api.infra.transitions import Row, Table
from knowledge.citations import Citation


class Kept(msgspec.Struct, frozen=True):
    """Why an errand's cases are kept when their resident closes the account. `law` is national, or an act of `place.toml`."""

    why: str
    law: str | Citation


class Said(FromFile, kw_only=True):
    """What `errand.toml` says of one kind of case. `name` is used in URLs, audit and queue; `prefix` begins the ids of its cases; `flow` is the page's name for it.

    `begun` is how the page tells a resident how their case began; without it the page has no view of its cases.

    `clocks` run on its cases; a case with a running clock is in the officers' queue. `reminded_as` is what a notice about a late
    step calls the errand; without it nobody is reminded. `meanwhile` is the sentence for a status in which the resident may act
    first, until `{day}`, when the other side's step starts.

    `words` name the codes in its cases, by field, and `labels` its own fields, for the readable export. `texts` are its notices by
    kind, which may also be in `api/notices/texts/`. `tones` are the colours of a status on page and desk: good, bad or warn.
    `paper` is the last part of the URL of its written decision, `drafted` the steps whose paper can be read beforehand.
    """

    name: str
    prefix: str
    flow: str
    title: str
    begun: str | None = None
    clocks: tuple[str, ...] = ()
    kept: Kept | None = None
    reminded_as: str | None = None
    meanwhile: Mapping[str, str] = {}
    words: Mapping[str, Mapping[str, str]] = {}
    labels: Mapping[str, str] = {}
    tones: Mapping[str, str] = {}
    texts: Mapping[str, Mapping[str, Any]] = {}
    paper: str | None = None
    drafted: tuple[str, ...] = ()


class Errand(Said, kw_only=True):
    """One kind of case, with the tables by which its cases move and the collections in which they are.

    `awaited` are the states (`AWAITED` of its `states.py`) in which its resident has a receipt that promises a push of the result.
    """

    tables: tuple[Table, ...]
    collections: tuple[Collection, ...] = ()
    awaited: tuple[str, ...] = ()

    @property
    def package(self) -> str | None:
        """The errand's package, with its cases and routes; None if it has none."""
        structs = [one.struct for one in self.collections if one.struct is not None]
        return structs[0].__module__.rpartition(".")[0] if structs else None

    @property
    def statuses(self) -> dict[str, str]:
        """Every status of its cases in words."""
        return {status: words for table in self.tables for status, words in table.words.items()}

    @property
    def steps(self) -> dict[str, Row]:
        """Each action once, with the words of the first row that has it."""
        found: dict[str, Row] = {}
        for table in self.tables:
            for row in table.rows:
                found.setdefault("file" if table.files(row) else row.action, row)
        return found

    def label(self, status: str) -> str:
        """The words of a status; the stored text itself if an older version wrote a status that this one does not know."""
        return self.statuses.get(status, status)


def declare(package: str, *, words: Mapping[str, Mapping[str, str]] = {}) -> Errand:
    """The errand of a folder, with every table of its `states.py` and every collection of its `store.py`. `words` are those that
    other data or code give to the codes in its cases.
    """
    said = data_files.read(package, "errand.toml", Said)
    fields = {name: getattr(said, name) for name in said.__struct_fields__}
    states, store = import_module(f"{package}.states"), import_module(f"{package}.store")
    tables = tuple(one for one in vars(states).values() if isinstance(one, Table))
    awaited = getattr(states, "AWAITED", ())
    return Errand(
        **fields | {"words": {**said.words, **words}}, tables=tables, collections=declared_in(store), awaited=awaited
    )


class Errands(Mapping[str, Errand]):
    """All errands by name. Raises ValueError if two share a name or a prefix."""

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
        """The errand of a case id. Raises KeyError if no errand has its prefix."""
        return self._by_prefix[case_id.partition("_")[0]]
