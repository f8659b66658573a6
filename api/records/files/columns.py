"""The known columns with all their names. Names are compared without brackets, spaces, asterisks and character width."""

import unicodedata
from functools import cache, lru_cache
from typing import Literal

import msgspec

from api.infra import data_files
from api.infra.data_files import FromFile

Kind = Literal[
    "short", "text", "code", "number", "registration", "act", "date", "day", "until", "amount", "class", "flag", "category",
    "document_kind", "document_type", "status", "scope", "public", "unused",
]  # fmt: skip
_MAX_NAME = 120
_OPENING, _CLOSING = "([{〔【﹝<《", ")]}〕】﹞>》"
_REMARKS = ("必填", "选填", "非必填", "可空", "必选", "可选", "文本", "文本格式", "格式", "如有", "如", "例如")
_UNITS = ("万元", "元")
_NEAR = 74.0
_MARKS = "*★☆※△▲●○·•✱:：;；。,，?？!！\"'“”‘’`"


class Layout(FromFile):
    """A kind of table: what its rows become, and the columns that it must have."""

    id: str
    title: str
    code: str
    required: tuple[str, ...]
    document_type: str | None = None


class Column(FromFile):
    """One column of one or of all layouts. A column without `field` and `label` is recognised but not stored."""

    id: str
    title: str
    kind: Kind
    layouts: tuple[str, ...] = ()
    field: str | None = None
    label: str | None = None
    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    explain: str = ""
    example: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether the column is stored or, like row numbers and our own column of reasons, not worth mentioning."""
        return self.kind not in ("unused", "registration") or self.id in ("row_number", "reasons")


class _File(FromFile):
    document_kinds: dict[str, tuple[str, ...]]
    layouts: tuple[Layout, ...]
    columns: tuple[Column, ...]


class Name(msgspec.Struct, frozen=True):
    """A parsed header cell: `whole`, `outside` and `inside` of its brackets, and its unit."""

    whole: str
    outside: str
    inside: str
    unit: str | None


@cache
def _file() -> _File:
    return data_files.read("api.records.files", "columns.toml", _File)


def layouts() -> tuple[Layout, ...]:
    return _file().layouts


@cache
def columns_of(layout: str) -> dict[str, Column]:
    """The layout's columns by id, in order."""
    return {one.id: one for one in _file().columns if not one.layouts or layout in one.layouts}


@cache
def labels_of(layout: str) -> tuple[str, ...]:
    """The labels of its items, in order."""
    return tuple(column.label for column in columns_of(layout).values() if column.label)


@lru_cache(maxsize=4096)
def taken_apart(header: str) -> Name:
    """Parses a header in one pass: brackets may be nested to any depth, or left open."""
    text = unicodedata.normalize("NFKC", header[:_MAX_NAME]).lower()
    outside: list[str] = []
    inside: list[str] = []
    depth = 0
    for one in text:
        if one in _OPENING:
            depth += 1
        elif one in _CLOSING:
            depth = max(0, depth - 1)
        elif not one.isspace() and one not in _MARKS and one.isprintable():
            (inside if depth else outside).append(one)
    outer, inner = "".join(outside), "".join(inside)
    unit = next((one for one in _UNITS if inner.endswith(one) or inner.startswith(("单位" + one, one))), None)
    if unit is None and not inner:
        unit = next((one for one in _UNITS if outer.endswith(one)), None)
        outer = outer.removesuffix(unit or "").rstrip("/-_|").removesuffix("单位") if unit else outer
    for remark in _REMARKS:
        outer, inner = outer.removeprefix(remark).removesuffix(remark), inner.removeprefix(remark)
    return Name(outer + inner, outer, inner, unit)


@cache
def _known(layout: str) -> dict[str, str]:
    """Name → id. A test checks that no two columns of a layout share a name."""
    found: dict[str, str] = {}
    for column in columns_of(layout).values():
        for written in (column.title, *column.names, *column.codes):
            name = taken_apart(written)
            for key in {name.whole, name.outside} if column.kind != "registration" else {name.whole, name.inside}:
                if key and not _is_numbered(key):
                    found.setdefault(key, column.id)
    for column in columns_of(layout).values():
        for written in (column.title, *column.names, *column.codes):
            found[taken_apart(written).whole] = column.id
    return found


@lru_cache(maxsize=4096)
def find(header: str, layout: str) -> Column | None:
    """The column that a header cell names unambiguously; None if there is none."""
    name = taken_apart(header)
    known = _known(layout)
    for key in (name.whole, *((name.inside,) if _is_numbered(name.outside) and name.inside else ()), name.outside):
        if key and (found := known.get(key)):
            return columns_of(layout)[found]
    return None


def propose(header: str, layout: str) -> Column | None:
    """The column that a header cell resembles, for the sender to confirm; None if there is none."""
    name = taken_apart(header)
    if not name.outside:
        return None
    from rapidfuzz import fuzz, process  # for a column that nobody knows: not at the start of every process

    found = process.extractOne(name.outside, tuple(_known(layout)), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return columns_of(layout)[_known(layout)[found[0]]] if found else None


@cache
def _kinds() -> dict[str, str]:
    names = {taken_apart(name).outside: kind for kind, names in _file().document_kinds.items() for name in names}
    return {**names, **{kind: kind for kind in _file().document_kinds}}


@lru_cache(maxsize=1024)
def document_kind(written: str) -> str | None:
    """The kind of identity document with this name or code; None if it is unknown."""
    return _kinds().get(taken_apart(written).outside) or _kinds().get(written)


def unit_of(header: str) -> str | None:
    """万元 or 元, if the header says so."""
    return taken_apart(header).unit


def by_title(title: str, layout: str) -> Column | None:
    """The column that a sender confirms: by title, another name, a code or our id."""
    return find(title, layout) or columns_of(layout).get(title)


def _is_numbered(name: str) -> bool:
    """Numbered columns such as 行政相对人代码_5 mean 居民身份证号 in one edition and 事业单位证书号 in the next: their brackets decide."""
    return name.startswith("行政相对人代码_")
