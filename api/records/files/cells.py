"""Reads the cell of one column by the column's kind: text, day, amount, class, status, yes or no. Raises Misread."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from api.records.files.amounts import amount
from api.records.files.columns import Column
from api.records.files.values import (
    KEPT_TEXTS,
    LONGEST_DITTO,
    LONGEST_KEPT,
    OPEN_END,
    Misread,
    act_number,
    broken,
    damaged_act,
    day,
    is_ditto,
    is_serial,
    narrow,
    plain,
    until,
)
from knowledge.catalogue import document_type_of

CLASSES = {
    **dict.fromkeys(("轻微", "轻微失信", "minor"), "minor"),
    **dict.fromkeys(("一般", "一般失信", "general"), "general"),
    **dict.fromkeys(("严重", "严重失信", "serious"), "serious"),
}
_REVOKED = frozenset(("1", "撤销", "已撤销", "已撤消", "撤消", "被撤销", "无效", "注销", "失效"))
_IN_FORCE = frozenset(("0", "正常", "有效", "生效", "执行中", "已执行", "未撤销"))
_LICENCE_STATES = {
    **dict.fromkeys(("1", "有效", "正常", "0", "生效"), "有效"),
    **dict.fromkeys(("2", "无效", "失效", "注销", "已注销", "撤销", "已撤销", "吊销", "过期"), "无效"),
}
_PUBLIC = frozenset(("0", "公示", "公开", "社会公示", "社会公开", "主动公开", "对外公示"))
_FLAGS = {"是": True, "1": True, "有": True, "否": False, "0": False, "没有": False, "无": False}
SHORT, LONG = 200, 5000  # characters
_PADDED = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
"""张　三: names of two characters are often spread to the width of three."""
_DAYS = frozenset(("date", "until", "day"))
_READ_APART = frozenset(("unused", "registration", "number", "category", "document_kind"))
_WITH_OTHERS = frozenset(("act", "amount"))  # and the name, which of a 个体工商户 is its owner's


def read_cell(
    column: Column, title: str, written: str, unit: str | None = "万元", said: str = "", layout: str = ""
) -> Any:
    """The value of a cell: text, a date, or None if there is nothing to store. Raises Misread.

    `unit` is that of the column's amounts, `said` the decision in words.
    """
    if (reason := broken(written)) is not None:
        raise Misread(title, reason, "excel-error", "在 Excel 里改成真实的内容，列宽拉开后再另存。")
    if is_ditto(written):
        raise Misread(title, "这一格只写了“同上”一类的记号。", "ditto", "每一行都要写全，把上面那一格的内容抄下来。")
    kind = column.kind
    if kind == "amount":
        return amount(title, written, unit, said)
    if kind == "day":
        return day(title, written).isoformat()
    if kind == "status":
        return _status(title, written, layout or column.layouts[0])
    return READERS[kind](title, written)


def _status(title: str, written: str, layout: str) -> str | None:
    state = narrow(written).removesuffix(".0")
    if layout == "licence":
        if state not in _LICENCE_STATES:
            raise Misread(title, "看不懂这个状态。", "status-unknown", "写成 有效 或者 无效。")
        return _LICENCE_STATES[state]
    if state in _IN_FORCE:
        return None
    if state in _REVOKED:
        cure = "已经撤销的处罚不报；以前报过的，请在“本单位的记录”里办撤销。"
        raise Misread(title, "这一条已经撤销，不能作为有效的处罚入库。", "act-revoked", cure)
    raise Misread(title, "看不懂这个状态。", "status-unknown", "有效的写 正常；正在异议、复议的请先核实再报。")


def _class(title: str, written: str) -> str:
    found = CLASSES.get(narrow(written).removesuffix("信息").removesuffix("失信行为"))
    if found is None:
        reason = "类别由认定单位确定，只有轻微、一般、严重；没有类别的留空。"
        raise Misread(title, reason, "class-unknown", "写成 轻微、一般 或者 严重；没有确定的空着。")
    return found


def _flag(title: str, written: str) -> bool:
    state = narrow(written).removesuffix(".0")
    if state not in _FLAGS:
        raise Misread(title, "看不懂是还是否。", "flag-unclear", "写成 是 或者 否，不是的可以空着。")
    return _FLAGS[state]


def limited(title: str, written: str, length: int) -> str:
    if len(written) > length:
        raise Misread(title, f"内容超过 {length} 字。", "too-long", "写短一些，细节写在备注里。")
    return written


def _scope(title: str, written: str) -> None:
    """The catalogue decides how widely an item is disclosed, so a row that asks for less is refused, not published against its word."""
    if narrow(written).removesuffix(".0") not in _PUBLIC:
        raise _not_public(title, "公示（或 0）")


def _public(title: str, written: str) -> None:
    if not _flag(title, written):
        raise _not_public(title, "是")


def _not_public(title: str, word: str) -> Misread:
    cure = f"能公示的写 {word}；不能公示的从表里删掉，先和信用中心核对目录。"
    return Misread(title, "这一条写明不公示，不能按公示的信息入库。", "not-public", cure)


READERS: dict[str, Callable[[str, str], Any]] = {
    "text": lambda title, written: written if len(written) <= LONG else limited(title, written, LONG),
    "short": lambda title, written: written if len(written) <= SHORT else limited(title, written, SHORT),
    "code": lambda title, written: limited(title, narrow(written).upper(), SHORT),
    "act": lambda title, written: limited(title, act_number(written), SHORT),
    "date": day,
    "until": until,
    "document_type": lambda title, written: document_type_of(limited(title, narrow(written), SHORT)),
    "class": _class,
    "flag": _flag,
    "scope": _scope,
    "public": _public,
}


Meaning = tuple[str, str, str, Any, str, Any]
"""Of a cell: our column, its text, the line's field and its value, the item's label and its text. Empty and None for what it has not."""


class ColumnCells(dict[str, Meaning]):
    """What the cells of one column of one file mean, as they stand there. Of a column `with_others` or apart only the text: other cells
    of a row decide too.

    The first distinct cells are kept, because most columns have few. Looking one up raises Misread.
    """

    __slots__ = ("_counts_from_1904", "_is_alone", "_layout", "_title", "_unit", "column", "with_others")

    def __init__(self, column: Column, title: str, unit: str | None, layout: str, *, counts_from_1904: bool) -> None:
        super().__init__()
        self.column = column
        self.with_others = column.kind in _WITH_OTHERS or column.id == "name"
        self._is_alone = not self.with_others and column.kind not in _READ_APART
        self._title = title
        self._unit = unit
        self._layout = layout
        self._counts_from_1904 = counts_from_1904

    def __missing__(self, written: str) -> Meaning:
        column, text = self.column, plain(written)
        value, item = self.read(text) if text and self._is_alone else (None, None)
        field, label = column.field if value is not None else "", column.label if item is not None else ""
        found = (column.id, text, field or "", value, label or "", item)
        if len(self) < KEPT_TEXTS and len(written) <= LONGEST_KEPT:
            self[written] = found
        return found

    def read(self, written: str, *, is_text: bool = True, said: str = "") -> tuple[Any, Any]:
        """Of a text. `is_text`: the file does not store it as a number; `said` is the decision in words. Raises Misread."""
        column, title, kind = self.column, self._title, self.column.kind
        if self._counts_from_1904 and kind in _DAYS and is_serial(written):
            reason = "这一格是没有设成日期的数字，而这个文件的日期从 1904 年起算，看不出是哪一天，可能差四年。"
            cure = "在 Excel 里把这一列设成日期格式，对照文书核对显示出来的日期，再报。"
            raise Misread(title, reason, "bad-date", cure)
        if kind == "act" and (damage := damaged_act(written, is_text=is_text)) is not None:
            raise Misread(title, damage, "act-number-damaged", "先把这一列设成文本格式，再对照文书重新填写文号。")
        reader = READERS.get(kind)
        if reader is not None and len(written) > LONGEST_DITTO and written[0] != "#":
            value = reader(title, written)
        else:
            value = read_cell(column, title, written, self._unit, said, self._layout)
        if value is None:
            return None, None
        if column.id == "name":
            value = _PADDED.sub("", value)
        item = (value.isoformat() if isinstance(value, date) else value) if column.label else None
        if not column.field or value == OPEN_END:
            return None, item
        return (date.fromisoformat(value) if kind == "until" else value), item
