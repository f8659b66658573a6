"""Finds the header of a table and matches its columns. A merely similar name is proposed to the clerk, never assumed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from api.records.files.columns import Column, Layout, by_title, columns_of, find, layouts, propose, unit_of

SEARCHED = 40
"""How many rows are searched for a header: titles, 填报单位 and instructions may come before it."""
_FEWEST = 3
_SURELY = 5  # as many matching columns as no title row or record has by chance
_MOST = 400
_MAX_SHORT = 12
_GROUP_ENDS = ("信息", "情况", "基本", "决定")
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
    """A header: its layout, the index of its last row among the rows searched, and its columns. `other` is the index of another header
    above it; the rows between the two would be lost.
    """

    layout: Layout
    last: int
    places: tuple[Place, ...]
    other: int | None = None

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


def find_header(rows: Sequence[Sequence[str]], choice: Choice, *, is_loose: bool = False) -> Header | None:
    """The first header that has every required column, otherwise the best one. It may span two rows, of which the upper names groups.

    `is_loose` counts columns whose names are only similar, so that the clerk can be told what the header lacks.
    """
    found = list(_candidates(rows[:SEARCHED], choice, is_loose=is_loose))
    if not found:
        return None
    whole = [one for one in found if not one.header.missing()]
    first = min((one.header.last for one in whole), default=None)
    near = found if first is None else [one for one in whole if one.header.last <= first + 1]
    best = max(near, key=lambda one: one.score)  # of equals the first
    above = min((one.header.last for one in found if one.score >= _SURELY), default=best.header.last)
    other = above if above < best.header.last - 1 and _tells_more(rows[above], rows[best.header.last]) else None
    known = set(columns_of(best.header.layout.id).values())
    stated = _stated_unit(rows[: best.header.last])
    places = tuple(_with_unit(_with_proposal(place, best.header.layout, known), stated) for place in best.header.places)
    return msgspec.structs.replace(best.header, places=places, other=other)


class _Candidate(msgspec.Struct, frozen=True):
    header: Header
    score: int


def _candidates(rows: Sequence[Sequence[str]], choice: Choice, *, is_loose: bool) -> Iterator[_Candidate]:
    fewest = _FEWEST + 1 if is_loose else _FEWEST
    for index, row in enumerate(rows):
        above = rows[index - 1] if index else ()
        joined = _joined(above, row)
        for layout in layouts():
            for names in [row, joined, _grouped(joined, above, row, layout)] if above else [row]:
                trimmed = _trimmed(names)
                if not trimmed or len(trimmed) > _MOST:
                    continue
                columns = [_meant(name, layout, choice) for name in trimmed]
                seen = {column.id for column in columns if column is not None}
                if is_loose:
                    unknown = (name for name, column in zip(trimmed, columns, strict=True) if column is None)
                    near = (propose(name, layout.id) for name in unknown)
                    seen |= {column.id for column in near if column is not None}
                if len(seen) >= fewest:
                    yield _Candidate(Header(layout, index, _places(trimmed, columns, choice)), len(seen))


def _tells_more(above: Sequence[str], below: Sequence[str]) -> bool:
    """Whether the two rows differ. Cells merged over two rows give the same names twice, which is one header."""
    return {cell.strip() for cell in above} != {cell.strip() for cell in below}


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


def _meant(name: str, layout: Layout, choice: Choice) -> Column | None:
    if not name or name in choice.leave:
        return None
    confirmed = choice.columns.get(name)
    return by_title(confirmed, layout.id) if confirmed else find(name, layout.id)


def _places(names: Sequence[str], columns: Sequence[Column | None], choice: Choice) -> tuple[Place, ...]:
    return tuple(
        Place(name, column, unit_of(name) if column else None, is_left=name in choice.leave)
        for name, column in zip(names, columns, strict=True)
    )


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


def _grouped(joined: Sequence[str], above: Sequence[str], row: Sequence[str], layout: Layout) -> list[str]:
    """Like `_joined`, but combines both names where only both identify the column: 名称 under 行政相对人信息, 文书号 under 处罚信息."""
    names = list(joined)
    for index, name in enumerate(joined):
        lower = row[index].strip() if index < len(row) else ""
        upper = above[index].strip() if index < len(above) else ""
        if not lower or not upper or lower == upper or len(lower) > _MAX_SHORT or find(lower, layout.id):
            continue
        group = upper
        for end in _GROUP_ENDS:
            group = group.removesuffix(end)
        names[index] = next((one for one in (upper + lower, group + lower) if find(one, layout.id)), name)
    return names


def _trimmed(names: Sequence[str]) -> list[str]:
    last = len(names)
    while last and not names[last - 1].strip():
        last -= 1
    return [name.strip() for name in names[:last]]
