"""Finds the header of a table and matches its columns. A merely similar name is proposed to the clerk, never assumed."""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from api.records.files.columns import Column, Layout, by_title, columns_of, find, layouts, propose, unit_of

SEARCHED = 40
"""How many rows are searched for a header: titles, 填报单位 and instructions may come before it."""
_FEWEST = 3
_MOST = 400
_MAX_TITLE = 500
_MAX_SHOWN = 60
_STATED = re.compile(r"(?:单位|金额)[:：（(\s]*(?:人民币)?(万元|元)(?![\w])")


class Choice(msgspec.Struct, frozen=True):
    """The sender's choice: `columns` maps headers as written to ours, `leave` are headers whose data may be dropped."""

    columns: Mapping[str, str] = {}
    leave: frozenset[str] = frozenset()


class Place(msgspec.Struct, frozen=True):
    """One column of a file: its header as written, our column if known, and the unit of its amounts."""

    header: str
    column: Column | None = None
    unit: str | None = None
    proposed: Column | None = None
    is_left: bool = False


class Header(msgspec.Struct, frozen=True):
    """A header: its layout, the index of its last row among the rows searched, and its columns."""

    layout: Layout
    last: int
    places: tuple[Place, ...]

    def missing(self) -> tuple[Column, ...]:
        there = {place.column.id for place in self.places if place.column}
        known = columns_of(self.layout.id)
        return tuple(known[name] for name in self.layout.required if name not in there)

    def twice(self) -> tuple[str, ...]:
        """Titles of columns that occur twice in the header."""
        seen: dict[str, int] = {}
        for place in self.places:
            if place.column and place.column.kind not in ("unused", "registration"):
                seen[place.column.title] = seen.get(place.column.title, 0) + 1
        return tuple(title for title, count in seen.items() if count > 1)


def find_header(rows: Sequence[Sequence[str]], choice: Choice) -> Header | None:
    """The best header among the first rows; it may span two rows, of which the upper names groups."""
    best: Header | None = None
    most = _FEWEST - 1
    for index, row in enumerate(rows[:SEARCHED]):
        above = rows[index - 1] if index else None
        for names in [row] if above is None else [row, _joined(above, row)]:
            trimmed = _trimmed(names)
            if not trimmed or len(trimmed) > _MOST:
                continue
            for layout in layouts():
                found = _match(trimmed, layout, choice)
                score = len({place.column.id for place in found if place.column})
                if score > most:
                    best, most = Header(layout, index, found), score
    if best is None:
        return None
    known = set(columns_of(best.layout.id).values())
    stated = _stated_unit(rows[: best.last])
    places = tuple(_with_unit(_with_proposal(place, best.layout, known), stated) for place in best.places)
    return msgspec.structs.replace(best, places=places)


def score(rows: Sequence[Sequence[str]]) -> int:
    """The number of known columns in the best header, for choosing a separator."""
    best = 0
    for row in rows:
        for layout in layouts():
            best = max(best, len({column.id for cell in row[:_MOST] if (column := find(cell, layout.id))}))
    return best


def is_like_header(cells: Sequence[str], header: Header) -> bool:
    """Whether the row repeats the header or holds field codes or column numbers, so that it is not a record."""
    filled = [(place, cell.strip()) for place, cell in zip(header.places, cells, strict=False) if cell.strip()]
    if not filled:
        return False
    if len(filled) > 2 and all(cell.isdigit() for _, cell in filled):
        numbers = [int(cell) for _, cell in filled[:_MOST] if len(cell) <= 4]
        return len(numbers) == len(filled) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    same = sum(
        1
        for place, cell in filled
        if cell == place.header or (place.column is not None and find(cell, header.layout.id) is place.column)
    )
    return same >= _FEWEST and same * 2 > len(filled)


def _match(names: Sequence[str], layout: Layout, choice: Choice) -> tuple[Place, ...]:
    places = []
    for name in names:
        written = name.strip()
        confirmed = choice.columns.get(written)
        is_left = written in choice.leave
        column = None
        if written and not is_left:
            column = by_title(confirmed, layout.id) if confirmed else find(written, layout.id)
        places.append(Place(written, column, unit_of(written) if column else None, is_left=is_left))
    return tuple(places)


def _with_proposal(place: Place, layout: Layout, known: set[Column]) -> Place:
    if place.column is not None or not place.header or place.is_left or len(place.header) > _MAX_SHOWN:
        return place
    found = propose(place.header, layout.id)
    return msgspec.structs.replace(place, proposed=found) if found in known else place


def _stated_unit(titles: Iterable[Sequence[str]]) -> str | None:
    """The unit of all amounts stated above the header (金额单位：元); None if two statements differ."""
    found = {unit for row in titles for cell in row for unit in _STATED.findall(cell[:_MAX_TITLE])}
    return found.pop() if len(found) == 1 else None


def _with_unit(place: Place, stated: str | None) -> Place:
    if stated is None or place.unit is not None or place.column is None or place.column.kind != "amount":
        return place
    return msgspec.structs.replace(place, unit=stated)


def _joined(above: Sequence[str], row: Sequence[str]) -> list[str]:
    """The names of a two-row header: the lower row's, or the upper's where the lower is empty."""
    names = []
    for index in range(max(len(above), len(row))):
        lower = row[index] if index < len(row) else ""
        upper = above[index] if index < len(above) else ""
        names.append(lower if lower.strip() else upper)
    return names


def _trimmed(names: Sequence[str]) -> list[str]:
    last = len(names)
    while last and not names[last - 1].strip():
        last -= 1
    return [name.strip() for name in names[:last]]
