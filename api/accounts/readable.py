"""The export as one file for reading and printing: names and codes in words, times as Beijing's clock shows them.

Words that are the same everywhere come from `readable.toml` or from the law; words that only one errand has, such as the
statuses of its cases, come with its `Holding`.
"""

import html
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import cache
from typing import Any

import msgspec

from api.accounts.personal_data import Export, Holding
from api.audits.wording import ActionNames, basis_words, outcome_name, role_name
from api.infra import data_files
from api.infra.clock import SHANGHAI
from api.infra.data_files import FromFile
from api.infra.transitions import HistoryEntry
from knowledge.catalogue import document_types
from knowledge.clocks import chinese_date
from knowledge.loading import library
from knowledge.rules import rules

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MARK = re.compile(r"[0-9a-f]{32,}|[A-Za-z0-9+/_-]{43,}={0,2}")
_CITED = frozenset({"basis", "law", "regime"})


class _File(FromFile):
    labels: dict[str, str]
    values: dict[str, dict[str, str]]


@cache
def _file() -> _File:
    return data_files.read("api.accounts", "readable.toml", _File)


@cache
def _of_the_law() -> dict[str, dict[str, str]]:
    return {
        "clock": {rule.id: rule.title for rule in rules()},
        "document_kind": {kind.id: kind.title for kind in library().identity_documents.values()},
        "document_type": {kind.id: kind.title for kind in document_types()},
    }


def page_of(export: Export, holdings: Iterable[Holding], names: ActionNames) -> str:
    """An HTML page without scripts, styles or external content. `holdings` are the exported ones."""
    parts = {holding.name: _Part(holding, names) for holding in holdings}
    body = [
        f"<h2>{html.escape(part.title)}</h2>{parts[part.name].shown(part.data) or '<p>没有。</p>'}"
        for part in export.parts
    ]
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>我的信息</title></head><body>'
        f"<h1>信用小窗保存的我的信息</h1><p>导出时间：{_stamp(export.exported_at)}。"
        f"这份文件有您的完整身份信息，请妥善保管。</p>{''.join(body)}</body></html>"
    )


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


def _is_mark(value: Any) -> bool:
    """Whether it is a digest or an index, which says nothing to a reader. The JSON export has them."""
    return isinstance(value, str) and _MARK.fullmatch(value) is not None


class _Part:
    """One holding, whose words decide what its codes are called."""

    def __init__(self, holding: Holding, names: ActionNames) -> None:
        self._names = names
        self._labels = holding.labels
        self._name = holding.name
        self._tables = holding.tables
        self._words = dict(holding.words)
        if holding.tables:
            statuses = {status: words for table in holding.tables for status, words in table.words.items()}
            self._words |= dict.fromkeys(("status", "source", "target"), statuses)

    def shown(self, value: Any, field: str = "") -> str:
        if isinstance(value, Mapping):
            found = self._taken(value) if field == "history" else value
            rows = [
                f"<dt>{html.escape(self._label(name, field))}</dt><dd>{self.shown(inner, name)}</dd>"
                for name, inner in found.items()
                if inner not in (None, "", [], (), {}) and not _is_mark(inner)
            ]
            return f"<dl>{''.join(rows)}</dl>" if rows else ""
        if isinstance(value, list | tuple):
            return f"<ol>{''.join(f'<li>{self.shown(inner, field)}</li>' for inner in value)}</ol>" if value else ""
        if isinstance(value, bool):
            return "是" if value else "否"
        return html.escape(self._said(str(value), field))

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


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y年%m月%d日 %H:%M}"
