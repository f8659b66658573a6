"""The export as one file for reading and printing: names and codes in words, times as Beijing's clock shows them.

Words that are the same everywhere come from `readable.toml` or from the law; words that only one errand has, such as the
statuses of its cases, come with its `Holding`.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import cache
from typing import Any

import msgspec

from api.accounts.consents import purposes
from api.accounts.personal_data import Export, Holding
from api.audits.wording import ActionNames, basis_words, outcome_name, role_name
from api.infra import data_files
from api.infra.clock import SHANGHAI
from api.infra.data_files import FromFile
from api.infra.paging import MOST_EXPORTED
from api.infra.transitions import HistoryEntry
from knowledge.catalogue import document_types
from knowledge.clocks import chinese_date
from knowledge.loading import library
from knowledge.places import places
from knowledge.rules import rules

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MARK = re.compile(r"[0-9a-f]{32,}|[A-Za-z0-9+/_-]{43,}={0,2}")
_CITED = frozenset({"basis", "law", "regime"})


_ID = re.compile(r"[a-z]{2,4}_[0-9a-z]+")
_SYSTEMS = ("iPhone", "iPad", "HarmonyOS", "Android", "Windows", "Macintosh", "Linux")
_STYLE = """
:root{color-scheme:light dark;--bg:#f1f4f2;--card:#fff;--ink:#16201b;--soft:#55605a;--line:#dfe5e1;--brand:#08713e}
@media(prefers-color-scheme:dark){:root{--bg:#0f1311;--card:#1a1f1c;--ink:#e9edeb;--soft:#a9b3ad;--line:#303833;--brand:#6bd6a3}}
*{box-sizing:border-box}
body{margin:0 auto;padding:16px;max-width:44rem;background:var(--bg);color:var(--ink);overflow-wrap:anywhere;
font:16px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif}
h1{font-size:28px;line-height:36px;margin:16px 0 8px}
h2{font-size:20px;margin:24px 0 8px}
h3{font-size:16px;margin:0 0 8px}
p{margin:0 0 8px}
.soft,dt,nav span{color:var(--soft)}
nav,article,section>dl{background:var(--card);border-radius:16px;padding:16px;margin:0 0 12px;box-shadow:0 1px 2px rgb(0 0 0/7%)}
nav a{color:var(--brand);display:inline-block;padding:8px 16px 8px 0}
dl,dd,ol{margin:0;padding:0}
ol{list-style:none}
dl>div{display:flex;gap:16px;justify-content:space-between;padding:6px 0}
dl>div+div{border-top:1px solid var(--line)}
ol>li+li{margin-top:8px;padding-top:8px;border-top:3px double var(--line)}
dt{flex:none;max-width:45%}
dd{text-align:right;min-width:0}
dl>.wide{display:block}
.wide>dt{max-width:none}
.wide>dd{text-align:left;padding-left:12px;border-left:3px solid var(--line)}
@media print{nav{display:none}body{background:none}}
"""


class _File(FromFile):
    internal: frozenset[str]
    only_if_so: frozenset[str]
    opened: frozenset[str]
    named_by: tuple[str, ...]
    labels: dict[str, str]
    values: dict[str, dict[str, str]]


@cache
def _file() -> _File:
    return data_files.read("api.accounts", "readable.toml", _File)


@cache
def _of_the_law() -> dict[str, dict[str, str]]:
    return {
        "clock": {rule.id: rule.title for rule in rules()} | {one.id: one.title for one in library().remedies},
        "place": {place.id: place.name for place in places()},
        "ref": {purpose.id: purpose.title for purpose in purposes().values()},
        "document_kind": {kind.id: kind.title for kind in library().identity_documents.values()},
        "document_type": {kind.id: kind.title for kind in document_types()},
        "purpose": {purpose.id: purpose.title for purpose in purposes().values()},
    }


def page_of(export: Export, holdings: Iterable[Holding], names: ActionNames) -> str:
    """An HTML page with its own styles, without scripts or external content. `holdings` are the exported ones.

    What serves the machinery alone (ids, versions, digests) is in the export for machines only, which the page says.
    """
    known = _known(export)
    parts = {holding.name: _Part(holding, names, known) for holding in holdings}
    shown = [(part, parts[part.name].whole(part.data)) for part in export.parts]
    links = "".join(
        f'<a href="#{part.name}">{html.escape(part.title)}{f" <span>{count}</span>" if count else ""}</a>'
        for part, found in shown
        if found and (count := len(part.data) if isinstance(part.data, list | tuple) else 0) is not None
    )
    body = "".join(
        f'<section id="{part.name}"><h2>{html.escape(part.title)}</h2>{"" if part.is_whole else _CUT}{found or _NOTHING}</section>'
        for part, found in shown
    )
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>我的信息</title>'
        f"<style>{_STYLE}</style></head><body><h1>信用小窗保存的我的信息</h1>"
        f'<p>导出时间：{_stamp(export.exported_at)}</p><p class="soft">这份文件有您的完整身份信息，请妥善保管，不要转发。'
        "系统自己用的代码和编号没有列在这里，它们在“程序可读”的那一份里。</p>"
        f"<nav>{links}</nav>{body}</body></html>"
    )


def _known(export: Export) -> dict[str, str]:
    """What an entry is called where another refers to it by its id: the receipt number of a case, the title of a record."""
    known = {}
    for part in export.parts:
        for entry in part.data if isinstance(part.data, list | tuple) else (part.data,):
            if isinstance(entry, Mapping) and isinstance(key := entry.get("id"), str):
                field, name = _named(entry)
                known[key] = (
                    "本人" if part.name == "account" else entry.get("number") or value_words(field, name, part.name)
                )
    return {key: name for key, name in known.items() if isinstance(name, str)}


def _named(entry: Mapping[str, Any]) -> tuple[str, str]:
    """The field by which a person tells it from others of its kind, and what stands there; empty if it has none."""
    inner = entry.get("particulars")
    items = inner.get("items", {}) if isinstance(inner, Mapping) else {}
    every = {**entry, **(items if isinstance(items, Mapping) else {})}
    return next(
        ((name, every[name]) for name in _file().named_by if isinstance(every.get(name), str) and every[name]), ("", "")
    )


def device_words(agent: str) -> str:
    """A device by its system, as its owner calls it."""
    system = next((name for name in _SYSTEMS if name in agent), None)
    if system is None:
        return "其他设备" if agent.isascii() else agent
    named = {"Macintosh": "Mac 电脑", "Windows": "Windows 电脑", "Linux": "Linux 电脑", "Android": "安卓手机"}
    return named.get(system, system) + ("，微信" if "MicroMessenger" in agent else "")


def label_of(part: str, field: str) -> str:
    """The name of a stored field; the field itself if it has none."""
    labels = _file().labels
    return labels.get(f"{part}.{field}") or labels.get(field) or field


def value_words(field: str, value: str, part: str = "") -> str:
    """The name of a stored code, also within a list under the plural; the code itself if it has none."""
    values = _file().values
    one = field.removesuffix("s")
    known = values.get(f"{part}.{field}") or values.get(field) or _of_the_law().get(field) or values.get(one) or {}
    return known.get(value, value)


_NOTHING = '<p class="soft">没有。</p>'
_CUT = f"<p>这一类太多，这里只有最近的{MOST_EXPORTED}条。更早的请向窗口索取。</p>"


class _Part:
    """One holding, whose words decide what its codes are called."""

    def __init__(self, holding: Holding, names: ActionNames, known: Mapping[str, str]) -> None:
        self._names = names
        self._known = known
        self._labels = holding.labels
        self._name = holding.name
        self._tables = holding.tables
        self._words = dict(holding.words)
        if holding.tables:
            statuses = {status: words for table in holding.tables for status, words in table.words.items()}
            self._words |= dict.fromkeys(("status", "source", "target"), statuses)

    def whole(self, data: Any) -> str:
        """The holding's content: a card, or one for each entry, titled by what tells it from the next."""
        if not isinstance(data, list | tuple):
            return self.shown(data)
        cards = [(entry, self.shown(entry)) for entry in data]
        return "".join(
            f"<article><h3>{html.escape(f'{place}. {self._title(entry)}'.strip())}</h3>{card}</article>"
            for place, (entry, card) in enumerate(cards, 1)
            if card
        )

    def shown(self, value: Any, field: str = "") -> str:
        if isinstance(value, Mapping):
            rows = dict.fromkeys(self._rows(self._taken(value) if field == "history" else value, field))
            return f"<dl>{''.join(rows)}</dl>" if rows else ""
        if isinstance(value, list | tuple):
            lines = list(filter(None, (self.shown(inner, field) for inner in value)))
            if any(isinstance(inner, Mapping) for inner in value):
                return f"<ol>{''.join(f'<li>{line}</li>' for line in lines)}</ol>" if lines else ""
            return "、".join(lines)
        if isinstance(value, bool):
            return "是" if value else "否"
        return html.escape(self._said(str(value), field))

    def _rows(self, entry: Mapping[str, Any], field: str) -> Iterator[str]:
        """A row for each field that says something to its reader; what is only a wrapper gives its own rows."""
        for name, inner in entry.items():
            if self._is_internal(name) or (inner is False and name in _file().only_if_so):
                continue
            if name == "clock" and "key" in entry:  # which says it, with the part of it
                continue
            if name == "standing" and _is_stopped(entry):
                inner = "stopped"
            if name in _file().opened and isinstance(inner, Mapping):
                yield from self._rows(inner, name)
            elif said := "" if inner is None else self.shown(inner, name):
                wide = ' class="wide"' if said.startswith(("<dl", "<ol")) else ""
                yield f"<div{wide}><dt>{html.escape(self._label(name, field))}</dt><dd>{said}</dd></div>"

    def _is_internal(self, name: str) -> bool:
        return name in _file().internal or f"{self._name}.{name}" in _file().internal

    def _title(self, entry: Any) -> str:
        if not isinstance(entry, Mapping):
            return ""
        field, name = _named(entry)
        return self._said(name, field)

    def _label(self, name: str, field: str) -> str:
        """The label of a field, or of an entry if a field's entries are named by codes."""
        named = self._words.get(field, {}).get(name)
        return named or self._labels.get(name) or label_of(self._name, name)

    def _taken(self, entry: Mapping[str, Any]) -> Mapping[str, Any]:
        """A line of the history, with the step's name from its table."""
        for table in self._tables:
            with suppress(StopIteration):  # the member of staff is not named
                row = table.row_of(msgspec.convert({"by": "", **entry}, HistoryEntry))
                return {**entry, "action": row.label}
        return entry

    def _said(self, value: str, field: str) -> str:
        if _ID.fullmatch(value) or _MARK.fullmatch(value):
            return self._known.get(value, "")
        if field == "device":
            return device_words(value)
        if _STAMP.fullmatch(value):
            return _stamp(datetime.fromisoformat(value))
        if _DATE.fullmatch(value):
            return chinese_date(date.fromisoformat(value))
        if field in self._words:
            return self._words[field].get(value, value)
        if field == "role":
            return role_name(value)
        if field == "outcome":
            return outcome_name(value)
        if field in _CITED:
            return basis_words(value) or value
        if field == "fields":
            return label_of(self._name, value)
        if field == "key":
            clock, slash, part = value.partition("/")
            return f"{value_words('clock', clock)}{slash}{part}"
        if field == "action":
            code = value if "." in value else f"{self._name}.{value}"
            name = self._names.of(code)
            return name if name != code else value
        return value_words(field, value, self._name)


def _is_stopped(record: Mapping[str, Any]) -> bool:
    """Whether an objection stopped the record: it is kept as one whose time is over, and that was not so."""
    since = record.get("standing_since")
    return record["standing"] == "expired" and any(
        change["kind"] == "objection.stopped" and change["at"] == since for change in record.get("changes", ())
    )


def _stamp(at: datetime) -> str:
    there = at.astimezone(SHANGHAI)
    return f"{chinese_date(there.date())} {there:%H:%M}"
