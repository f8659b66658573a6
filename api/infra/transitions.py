"""Transition tables: each errand's `states.py` has one, a row for each transition. The diagrams in docs/ are drawn from them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from api.infra.actors import Actor, Role
from api.infra.documents import Kept, Secret, Stored
from api.infra.errors import ActionNotAllowed
from knowledge.places import cited


class Row(msgspec.Struct, frozen=True):
    """In one of the states `sources`, an actor with one of `roles` may do `action`, which leads to `target`.

    Without sources it is how a case begins.
    `acts` names what it rests on: acts of the places' regulations (`place.toml`) or ids of national law; empty where it is a
    service of ours.
    """

    sources: tuple[str, ...]
    action: str
    roles: tuple[Role, ...]
    target: str
    label: str
    acts: tuple[str, ...] = ()

    @property
    def law(self) -> tuple[str, ...]:
        """Ids of its articles such as `yunnan-36`, of every place: for diagrams alone."""
        return cited(self.acts)

    def law_in(self, jurisdiction: str) -> tuple[str, ...]:
        """Those of one place, as its residents and officers are told them."""
        return cited(self.acts, jurisdiction)


def stays(action: str, role: Role, label: str, states: tuple[str, ...], acts: tuple[str, ...] = ()) -> list[Row]:
    """What changes nothing but the history, in each of the states."""
    return [Row((state,), action, (role,), state, label, acts) for state in states]


class HistoryEntry(Stored):
    """What happened to a case, in the order it happened. `note` is what the actor wrote, kept sealed. Where `by` is a unit,
    `person` is which of its people or keys it was; entries from before this field existed have none.
    """

    KEPT = Kept(when="at", word="action role source target", ours="by person", unit="unit")

    at: datetime
    action: str
    role: Role
    by: str
    source: str | None
    target: str
    unit: str | None = None
    note: Secret[str] | None = None
    person: str | None = None


class Table:
    """All rows of one errand. Rows for the same state and action do not overlap in roles.

    `words` is what people read for each state; no other text names a state. Raises ValueError where a state has none,
    or where words stand for no state.
    """

    def __init__(
        self, name: str, initial: str, final: Iterable[str], rows: Iterable[Row], words: Mapping[str, str]
    ) -> None:
        self.name = name
        self.initial = initial
        self.final = frozenset(final)
        self.rows = tuple(rows)
        self.words = dict(words)
        if odd := set(self.states) ^ set(self.words):
            raise ValueError(f"{name}: states and words do not match: {sorted(odd)}")
        self._by_key: dict[tuple[str, str, Role], Row] = {}
        for row in self.rows:
            for source in row.sources:
                for role in row.roles:
                    key = (source, row.action, role)
                    if key in self._by_key:
                        raise ValueError(f"{name}: two rows for {key}")
                    self._by_key[key] = row

    @property
    def states(self) -> tuple[str, ...]:
        seen = [self.initial]
        for row in self.rows:
            seen.extend((*row.sources, row.target))
        return tuple(dict.fromkeys(seen))

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.action for row in self.rows))

    def advance(self, status: str, action: str, role: Role) -> Row:
        """The row that applies. Raises ActionNotAllowed."""
        row = self._by_key.get((status, action, role))
        if row is None:
            raise ActionNotAllowed
        return row

    def begin(self, action: str, role: Role, status: str) -> Row:
        """The row by which a new case comes to be in `status`. Raises ActionNotAllowed."""
        for row in self.rows:
            if not row.sources and (row.action, row.target) == (action, status) and role in row.roles:
                return row
        raise ActionNotAllowed

    def row_of(self, entry: HistoryEntry) -> Row:
        """The row by which an entry of the history came about. Raises StopIteration for one of another table."""
        return next(
            row
            for row in self.rows
            if (row.action, row.target) == (entry.action, entry.target)
            and (entry.source in row.sources or (entry.source is None and not row.sources))
            and entry.role in row.roles
        )

    def allowed(self, status: str, role: Role) -> tuple[Row, ...]:
        """What this role can do now: the buttons of the page and the desk."""
        return tuple(row for row in self.rows if status in row.sources and role in row.roles)

    def files(self, row: Row) -> bool:
        """Whether it leads out of an initial state in which no case is ever stored: it is how a case is filed."""
        return row.sources == (self.initial,) and self.initial not in {other.target for other in self.rows}

    def is_final(self, status: str) -> bool:
        return status in self.final

    def label(self, status: str) -> str:
        """The words of a state, or its name where an older version wrote a state that this one does not know."""
        return self.words.get(status, status)

    def diagram(self) -> str:
        """A Mermaid state diagram, one line a row."""
        lines = ["stateDiagram-v2"]
        if all(row.sources for row in self.rows):
            lines.append(f"  [*] --> {self.initial}")
        for row in self.rows:
            who = "/".join(row.roles)
            law = f" ({', '.join(row.law)})" if row.law else ""
            sources = row.sources or ("[*]",)
            lines.extend(f"  {source} --> {row.target}: {row.action} [{who}]{law}" for source in sources)
        lines.extend(f"  {state} --> [*]" for state in self.states if state in self.final)
        return "\n".join(lines)


def happened(row: Row, source: str | None, actor: Actor, at: datetime, note: str | None = None) -> HistoryEntry:
    return HistoryEntry(
        at=at,
        action=row.action,
        role=actor.role,
        by=actor.helper or actor.id,
        source=source,
        target=row.target,
        unit=actor.unit,
        note=note,
        person=actor.within,
    )
