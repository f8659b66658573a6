"""What the columns mean: the national 双公示 layout of administrative penalties, and JSON lines for everything else.

The layout's own column names are kept as the labels of what the provider reported; ours beside them are 失信类别,
违法行为终止日期, 刑罚执行完毕日期, 义务履行日期, 纠正日期 and 文书类型.
"""

import re
from datetime import date
from typing import Annotated, Any

import msgspec

from api.records.parsing import RawRow, canonical

PENALTY = "admin-penalty"
PENALTY_DOCUMENT = "penalty"

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=5000)]
Short = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[\w.\-]+$")]


class Line(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """One record as a provider sends it. `act_number` is the 文书号; `items` are labelled fields in their order."""

    code: Code
    name: Short
    document_number: Short
    document_kind: Short = "resident_id"
    source_unit: Short | None = None
    document_type: Code | None = None
    act_number: Short | None = None
    record_class: Short | None = None
    decided_on: date | None = None
    ended_on: date | None = None
    sentence_completed_on: date | None = None
    duty_performed_on: date | None = None
    corrected_on: date | None = None
    severe_list: Annotated[str, msgspec.Meta(pattern="^(listed|removed)$")] | None = None
    removed_on: date | None = None
    due_on: date | None = None
    non_repairable_basis: Text | None = None
    derived_from: Short | None = None
    measures: Annotated[tuple[Code, ...], msgspec.Meta(max_length=40)] = ()
    items: Annotated[dict[Short, Text], msgspec.Meta(max_length=60)] = {}
    unit_code: Short | None = None


class Misread(Exception):
    """A cell that does not say what its column asks for."""

    def __init__(self, column: str, reason: str, code: str = "malformed") -> None:
        super().__init__(code)
        self.column = column
        self.reason = reason
        self.code = code


COLUMNS = {
    "name": "行政相对人名称",
    "document_kind": "证件类型",
    "document_number": "证件号码",
    "act_number": "行政处罚决定书文号",
    "decided_on": "处罚决定日期",
    "source_unit": "处罚机关",
    "record_class": "失信类别",
    "ended_on": "违法行为终止日期",
    "sentence_completed_on": "刑罚执行完毕日期",
    "duty_performed_on": "义务履行日期",
    "corrected_on": "纠正日期",
    "unit_code": "数据来源单位统一社会信用代码",
    "document_type": "文书类型",
}
"""Our field → the column that a report of faults names."""

_REQUIRED = ("行政相对人名称", "证件号码", "行政处罚决定书文号", "处罚决定日期", "处罚机关")
_CATEGORY = "行政相对人类别"
_DATES = {"decided_on", "ended_on", "sentence_completed_on", "duty_performed_on", "corrected_on"}
_FIELD_OF = {column: field for field, column in COLUMNS.items()}
_AMOUNTS = ("罚款金额", "没收违法所得、没收非法财物的金额")
_ITEM_DATES = ("处罚有效期", "公示截止期")
_ITEMS = {
    "行政处罚决定书文号": "行政处罚决定书文号",
    "违法行为类型": "违法行为类型",
    "违法事实": "违法事实",
    "处罚依据": "处罚依据",
    "处罚类别": "处罚类别",
    "处罚内容": "处罚内容",
    "罚款金额": "罚款金额（万元）",
    "没收违法所得、没收非法财物的金额": "没收违法所得、没收非法财物的金额（万元）",
    "暂扣或吊销证照名称及编号": "暂扣或吊销证照名称及编号",
    "处罚决定日期": "处罚决定日期",
    "处罚有效期": "处罚有效期",
    "公示截止期": "公示截止期",
    "处罚机关": "处罚机关",
    "处罚机关统一社会信用代码": "处罚机关统一社会信用代码",
    "数据来源单位": "数据来源单位",
    "数据来源单位统一社会信用代码": "数据来源单位统一社会信用代码",
    "备注": "备注",
}
NO_FREE_TEXT = frozenset(
    (
        "行政处罚决定书文号",
        "罚款金额（万元）",
        "没收违法所得、没收非法财物的金额（万元）",
        "处罚决定日期",
        "处罚有效期",
        "公示截止期",
        "处罚机关",
        "处罚机关统一社会信用代码",
        "数据来源单位",
        "数据来源单位统一社会信用代码",
    )
)
"""Labels of the layout under which nobody writes sentences."""
_OF_ORGANISATIONS = re.compile(
    r"行政相对人代码.*|法定代表人.*|统一社会信用代码|工商注册号|组织机构代码|税务登记号|事业单位证书号|社会组织登记证号"
)
_OTHER_NAMES = {
    "违法行为类型及事实": "违法事实",
    "罚款金额万元": "罚款金额",
    "没收金额": "没收违法所得、没收非法财物的金额",
    "没收违法所得、没收非法财物的金额万元": "没收违法所得、没收非法财物的金额",
    "证件号": "证件号码",
    "决定书文号": "行政处罚决定书文号",
}
_KNOWN = frozenset((*_FIELD_OF, *_ITEMS, _CATEGORY))
_PERSON = frozenset(("自然人", "个人"))

_CLASSES = {
    "轻微": "minor",
    "一般": "general",
    "严重": "serious",
    "minor": "minor",
    "general": "general",
    "serious": "serious",
}
_DATE = re.compile(
    r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?(?:[ T]0{1,2}:00(?::00)?)?|(\d{4})(\d{2})(\d{2})", re.ASCII
)
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)
_WHERE = re.compile(r"\$((?:\.|\[)[^`]*)`?$")


def faults_of_header(header: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Columns that are missing, and columns that nobody knows and nobody will keep."""
    names = {_OTHER_NAMES.get(name, name): name for name in map(canonical, header) if name}
    missing = tuple(name for name in _REQUIRED if name not in names)
    unknown = tuple(
        written for name, written in names.items() if name not in _KNOWN and not _OF_ORGANISATIONS.fullmatch(name)
    )
    return missing, unknown


def read_line(row: RawRow) -> Line:
    """Raises Misread."""
    return _of_json(row.value) if row.value is not None else _of_penalty(row.cells or {})


def column_of(field: str, row: RawRow) -> str:
    """What the provider calls the field: the column of the layout, or the JSON name."""
    if row.value is None:
        return COLUMNS.get(field, field)
    head, *rest = field.split("_")
    return head + "".join(part.capitalize() for part in rest)


def _of_json(value: dict[str, Any]) -> Line:
    try:
        line: Line = msgspec.convert(value, Line)
    except msgspec.ValidationError as fault:
        raise Misread(_place(str(fault)), _reason(str(fault))) from None
    if line.record_class is None:
        return line
    return msgspec.structs.replace(line, record_class=_CLASSES.get(line.record_class, line.record_class))


def _place(message: str) -> str:
    """The field that msgspec names, never its value."""
    found = _WHERE.search(message)
    if found:
        return found[1].lstrip(".").split(".")[0].split("[")[0][:80]
    for word in ("required field ", "unknown field "):
        _, _, rest = message.partition(word)
        if rest:
            return rest.strip("`")[:80]
    return ""


def _reason(message: str) -> str:
    if "missing required field" in message:
        return "缺少这一项。"
    if "unknown field" in message:
        return "没有这一项，请核对名称。"
    return "格式不对，或者过长、过短。"


def _of_penalty(cells: dict[str, str]) -> Line:
    cells = {_OTHER_NAMES.get(name, name): value for name, value in cells.items()}
    category = cells.get(_CATEGORY, "自然人")
    if category not in _PERSON:
        raise Misread(_CATEGORY, "本产品只收自然人的信息；法人、非法人组织和个体工商户不在范围内。", "out-of-scope")
    for column in _REQUIRED:
        if column not in cells:
            raise Misread(column, "缺少这一项。", "missing")
    fields: dict[str, Any] = {"code": PENALTY, "document_type": PENALTY_DOCUMENT, "document_kind": "居民身份证"}
    for column, field in _FIELD_OF.items():
        if (written := cells.get(column)) is not None:
            fields[field] = _day(column, written) if field in _DATES else _limited(column, written, 200)
    if "record_class" in fields:
        written = fields["record_class"].removesuffix("信息").removesuffix("失信")
        if written not in _CLASSES:
            raise Misread("失信类别", "类别由认定单位确定，只有轻微、一般、严重；没有类别的留空。", "class-unknown")
        fields["record_class"] = _CLASSES[written]
    return Line(**fields, items=_items(cells))


def _items(cells: dict[str, str]) -> dict[str, str]:
    items = {}
    for column, label in _ITEMS.items():
        written = cells.get(column)
        if written is None:
            continue
        if column in _AMOUNTS:
            written = _amount(column, written)
        elif column in _ITEM_DATES or column == "处罚决定日期":
            written = _day(column, written).isoformat()
        items[label] = _limited(column, written, 5000)
    return items


def _limited(column: str, written: str, length: int) -> str:
    if len(written) > length:
        raise Misread(column, f"内容超过 {length} 字。", "too-long")
    return written


def _day(column: str, written: str) -> date:
    found = _DATE.fullmatch(written)
    if found is None:
        raise Misread(column, "不是日期，请写成 2026-01-31 的形式。", "bad-date")
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        raise Misread(column, "没有这一天，请核对。", "bad-date") from None


def _amount(column: str, written: str) -> str:
    plain = written.replace(",", "").replace("，", "").removesuffix("万元")
    if not _AMOUNT.fullmatch(plain):
        raise Misread(column, "不是金额，请以万元为单位填写数字。", "bad-amount")
    return plain
