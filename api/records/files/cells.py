"""Reads the cell of one column by the column's kind: text, day, amount, class, status, yes or no. Raises Misread."""

from collections.abc import Callable
from typing import Any

from api.records.files.amounts import amount
from api.records.files.columns import Column
from api.records.files.values import Misread, act_number, broken, day, is_ditto, narrow, until

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
    "class": _class,
    "flag": _flag,
    "scope": _scope,
    "public": _public,
}
