"""Makes a provider's line of a row, from the cells of a layout or from a JSON object, into the same fields.

Reports all faults of a row at once.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Annotated, Any

import msgspec

from api.records.files.amounts import amount
from api.records.files.cells import CLASSES, SHORT, ColumnCells, limited, read_cell
from api.records.files.columns import Column, columns_of, layouts, unit_of
from api.records.files.tables import RawRow, Table
from api.records.files.values import (
    OPEN_END,
    Misread,
    act_number,
    broken,
    is_old_number,
    is_sound,
    narrow,
    number,
    plain,
)
from knowledge.catalogue import document_type_of
from knowledge.errors import InvalidDocumentNumber
from knowledge.identity import check_document_number

_VISIBLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
"""No control characters but tab and line breaks."""
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=5000, pattern=_VISIBLE)]
Short = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_VISIBLE)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[\w.\-]+$")]


class Line(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """One record as a provider sends it. `act_number` is the 文书号; `items` are labelled fields in their order.

    `authority_until` is the unit's own 公示截止期, `unperformed` its statement that duties are not performed, with the ground.
    `born_on` is needed for documents without a birth date; it is compared and not stored. `has_own_income`: of age at sixteen (civil
    code 18). Market information states when the person consented, by which paper and to which use, or the law that exempts it
    (`consent_exempt_by`); `is_warned`: consent to income and the like was in writing, after a warning.
    """

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
    is_serving: bool = False
    duty_performed_on: date | None = None
    corrected_on: date | None = None
    severe_list: Annotated[str, msgspec.Meta(pattern="^(listed|removed)$")] | None = None
    removed_on: date | None = None
    authority_until: date | None = None
    unperformed: Text | None = None
    born_on: date | None = None
    has_own_income: bool = False
    due_on: date | None = None
    non_repairable_basis: Text | None = None
    derived_from: Short | None = None
    measures: Annotated[tuple[Code, ...], msgspec.Meta(max_length=40)] = ()
    items: Annotated[dict[Short, Text], msgspec.Meta(max_length=60)] = {}
    unit_code: Short | None = None
    consented_on: date | None = None
    consent_proof: Short | None = None
    consent_purpose: Short | None = None
    consent_exempt_by: Short | None = None
    is_warned: bool = False


class Read(msgspec.Struct, frozen=True):
    """`line` holds what could be read, for further checks; it is only accepted without `faults`."""

    line: Line
    faults: tuple[Misread, ...] = ()


PERSON, ORGANISATION = "person", "organisation"
ORGANISATION_CODE = "unified_code"
_CATEGORIES = {
    **dict.fromkeys(("自然人", "个人", "公民", "居民", "个体", "个体工商户", "个体户", "自然人含个体工商户", "1", "01"), PERSON),
    **dict.fromkeys(
        ("法人及非法人组织", "法人和非法人组织", "法人或非法人组织", "法人", "非法人组织", "法人及其他组织", "法人和其他组织", "企业", "公司", "单位", "企业法人", "组织", "其他组织", "社会组织", "事业单位", "机关"),
        ORGANISATION,
    ),
}  # fmt: skip
_SOLE_TRADERS = frozenset(("个体工商户", "个体户", "个体"))
_TRADERS_CODE = "92"
"""How the unified code of a 个体工商户 begins (GB 32100: registered by market supervision, individual business)."""
_SHOP = re.compile(
    r"(?:.{4}[店馆厂铺坊吧社]|..(?:超市|商行|门市|经营部|营业部|服务部|商店|中心|工作室|酒家|饭庄|网吧))$"
)
"""How the name of a shop ends, at lengths that no person's name has with the same last sign."""
_OWNERS = ("document_number", "resident_number", "representative_number")
_AS_STORED = re.compile(r"(?!\d{15}000)\d{17}[\dX]", re.ASCII)
"""Of a resident's number, as nearly all are written: nothing to clean, and no spreadsheet has rounded it."""
_WHERE = re.compile(r"\$((?:\.|\[)[^`]*)`?$")


def read_line(row: RawRow) -> Read:
    """Raises Misread if nothing of the row can be read."""
    if row.fault is not None:
        raise Misread("", row.fault, "unreadable", "对照原表，重新填写这一行。")
    if row.value is not None:
        line, faults = _with_items(_of_json(row.value))
        return Read(line, (*faults, *_unclear_amounts(line.items)))
    if row.table is None:
        raise Misread("", "这一行没有内容。", "unreadable", "从表里删掉这一行。")
    return _Cells(row, row.table).read()


def column_of(field: str, row: RawRow) -> str:
    """The sender's name of a field: its column, or the JSON name."""
    if row.table is not None:
        for column in columns_of(row.table.layout).values():
            if field in (column.field, column.id, column.label):
                return row.table.title_of(column.id)
        return field
    head, *rest = field.split("_")
    return head + "".join(part.capitalize() for part in rest)


def cell_of(field: str, row: RawRow) -> str:
    """The cell of a field as written; empty if there is none."""
    if row.table is not None:
        return row.text_of(row.table.called.get(field, ""))
    if row.value is not None:
        value = row.value.get(field, "")
        return value if isinstance(value, str) else ""
    return ""


class _Cells:
    """One row of a layout."""

    def __init__(self, row: RawRow, table: Table) -> None:
        self._row = row
        self._table = table
        self._cells: dict[str, str] = {}
        self._faults: list[Misread] = []
        self._misread: list[Misread] = []
        self._fields: dict[str, Any] = {}
        self._items: dict[str, str] = {}
        self._extra: dict[str, str] = {}  # the name and code of a 个体工商户

    def read(self) -> Read:
        table, layout = self._table, self._table.header.layout
        self._fields = {"code": layout.code, "document_type": layout.document_type, "name": "", "document_number": ""}
        self._read_each()
        self._who()
        for name in layout.required:
            if name not in self._cells:
                self._faults.append(Misread(self._title(name), "缺少这一项。", "missing", "对照文书填上。"))
        for column in table.with_others:
            if column.column.id in self._cells:
                self._read_with_others(column)
        items = self._items
        ordered = {label: items[label] for label in table.labels if label in items}
        if self._extra:
            ordered = {**self._extra, **ordered}
        misread = table.in_order(self._misread) if len(self._misread) > 1 else self._misread
        return Read(Line(**self._fields, items=ordered), (*self._faults, *misread))

    def _read_each(self) -> None:
        cells, fields, items = self._cells, self._fields, self._items
        for column, written in zip(self._table.columns, self._row.written, strict=False):
            if not written or column is None:
                continue
            try:
                name, text, field, value, label, item = column[written]
            except Misread as misread:
                self._misread.append(misread)
                cells[column.column.id] = plain(written)
                continue
            if text:
                cells[name] = text
            if field:
                fields[field] = value
            if label:
                items[label] = item
        for name in self._table.again:
            if text := self._row.text_of(name):
                cells[name] = text

    def _read_with_others(self, column: ColumnCells) -> None:
        known, cells = column.column, self._cells
        is_text = known.id not in (self._row.numeric or ())
        try:
            value, item = column.read(cells[known.id], is_text=is_text, said=cells.get("sanction", ""))
        except Misread as misread:
            self._misread.append(misread)
            return
        if value is not None and known.field:
            self._fields[known.field] = value
        if item is not None and known.label:
            self._items[known.label] = item

    def _who(self) -> None:
        """The kind of subject and its number: by the category column, or else by which number is given."""
        written = self._cells.get("category", "")
        if written not in _CATEGORIES:
            written = narrow(written)
        code = narrow(self._cells.get("unified_code", "")).upper()
        has_number = "document_number" in self._cells or "resident_number" in self._cells
        category = _CATEGORIES.get(written)
        title = self._title("category")
        if written and category is None:
            cure = "写成 自然人、法人及非法人组织 或者 个体工商户。"
            self._faults.append(Misread(title, "看不懂这个类别，可能不是自然人。", "category-unclear", cure))
            return
        if category is None:
            category = PERSON if has_number or not code else ORGANISATION
        is_trader = written in _SOLE_TRADERS or (not written and code.startswith(_TRADERS_CODE))
        if is_trader and code:
            self._trader(code)
        elif category is PERSON and has_number:
            if code:
                cure = "自然人这一格空着；单位去掉证件号码，类别写成 法人及非法人组织。"
                self._faults.append(
                    Misread(self._title("unified_code"), "有证件号码的自然人，不填这一格。", "category-unclear", cure)
                )
            self._person()
        elif category is PERSON and not code:
            self._faults.append(Misread(self._title("document_number"), "缺少这一项。", "missing", "对照证件填上。"))
        else:
            self._organisation(code)

    def _person(self) -> None:
        name = "document_number" if "document_number" in self._cells else "resident_number"
        written = self._cells[name]
        other = self._cells.get("resident_number", written)
        if other != written and narrow(other).upper() != narrow(written).upper():
            reason, cure = "和证件号码写的不是同一个号码。", "对照证件留一个，另一格空着。"
            self._faults.append(Misread(self._title("resident_number"), reason, "number-unclear", cure))
        self._fields["document_kind"] = (
            self._cells.get("document_kind", "居民身份证") if name != "resident_number" else "居民身份证"
        )
        if _AS_STORED.fullmatch(written):
            self._fields["document_number"] = written
            return
        if self._row.numeric is None:
            is_text = not self._table.is_damaged and is_sound(written)
        else:
            is_text = name not in self._row.numeric
        title = self._title(name)
        try:
            self._fields["document_number"] = _person_number(
                title, written, self._fields["document_kind"], is_text=is_text
            )
        except Misread as misread:
            self._faults.append(misread)

    def _trader(self, code: str) -> None:
        """A 个体工商户 is its owner (civil code 54): identified by the owner's document; its own name and code are kept beside."""
        own = next((name for name in _OWNERS if name in self._cells), None)
        if own is None:
            title = self._title("representative_number")
            reason = "个体工商户按自然人办理，缺少经营者的证件号码。"
            self._faults.append(Misread(title, reason, "out-of-scope", "填经营者的证件类型和证件号码，就按自然人收。"))
            return
        if own == "representative_number":
            self._cells = {
                **self._cells,
                "document_kind": self._cells.get("representative_document_kind", "居民身份证"),
                "document_number": self._cells[own],
            }
        self._person()
        owner = self._cells.get("representative", "").strip()
        firm = self._cells.get("name", "").strip()
        if owner and owner != firm:
            self._cells = {**self._cells, "name": owner}
            self._extra["个体工商户名称"] = firm
        elif _SHOP.search(firm):
            reason, cure = "这是字号，不是经营者的姓名。", "在“经营者”（法定代表人）一列填经营者的姓名，这一格不用改。"
            self._faults.append(Misread(self._title("name"), reason, "name-unclear", cure))
        self._extra["统一社会信用代码"] = code

    def _organisation(self, code: str) -> None:
        """An organisation is identified by its unified code only (Yunnan 11); its representative is not stored."""
        self._fields["document_kind"] = ORGANISATION_CODE
        title, cure = self._title("unified_code"), "对照营业执照或者登记证书重新填写。"
        if not code:
            reason = "法人和非法人组织要填统一社会信用代码。"
            self._faults.append(Misread(title, reason, "missing", cure))
            return
        try:
            self._fields["document_number"] = check_document_number(ORGANISATION_CODE, code, date.min)
        except InvalidDocumentNumber as fault:
            self._faults.append(Misread(title, str(fault), "document-number-invalid", cure))

    def _title(self, column: str) -> str:
        return self._table.title_of(column)


def _person_number(title: str, written: str, kind: str, *, is_text: bool) -> str:
    if (reason := broken(written)) is not None:
        raise Misread(title, reason, "excel-error", "把列拉宽，设成文本格式，再按原件重新填写号码。")
    found = number(title, written, is_text=is_text)
    if is_old_number(found) and _is_resident(kind):
        raise Misread(title, "这是 15 位的旧号码。", "number-old", "换成 18 位的公民身份号码。")
    return limited(title, found, SHORT)


def _is_resident(kind: str) -> bool:
    return "身份证" in kind or kind in ("1", "111", "resident_id")


def _of_json(value: dict[str, Any]) -> Line:
    try:
        line: Line = msgspec.convert(value, Line)
    except msgspec.ValidationError as fault:
        raise Misread(*_place_and_reason(str(fault))) from None
    changes: dict[str, Any] = {}
    if line.record_class is not None:
        changes["record_class"] = CLASSES.get(line.record_class, line.record_class)
    if line.document_type is not None and (kind := document_type_of(line.document_type)) != line.document_type:
        changes["document_type"] = kind
    if line.act_number is not None:
        changes["act_number"] = act_number(line.act_number)
    return msgspec.structs.replace(line, **changes) if changes else line


@cache
def _shown_fields(code: str) -> dict[str, Column]:
    """The columns of the kind's layout whose labels show a day or the document's number, by label."""
    layout = next((one.id for one in layouts() if one.code == code), None)
    known = columns_of(layout).values() if layout else ()
    return {one.label: one for one in known if one.label and one.field and one.kind in ("date", "until", "act")}


def _with_items(line: Line) -> tuple[Line, list[Misread]]:
    """What stands in the fields and among the items has to be the same: the person reads the items, and days are counted from the
    fields. The unit's own last day of publicity counts wherever it stands.
    """
    faults: list[Misread] = []
    for label in line.items.keys() & _shown_fields(line.code).keys():
        column, written = _shown_fields(line.code)[label], line.items[label]
        stated = getattr(line, column.field or "")
        try:
            said = read_cell(column, label, written)
        except Misread:  # words of the program's own
            continue
        if column.kind == "until" and said is not None:
            said = None if said == OPEN_END else date.fromisoformat(said)
        if said is None or said == stated:
            continue
        if stated is None and column.kind == "until":
            line = msgspec.structs.replace(line, **{column.field or "": said})
        elif stated is not None and column.kind == "act":
            faults.append(Misread(label, "和 actNumber 写的不是同一个文书号。", "number-unclear", "对照文书留一个。"))
        elif stated is not None:
            faults.append(Misread(label, "和另一处写的不是同一天。", "dates-contradict", "对照文书，两处写成一样。"))
    return line, faults


def _unclear_amounts(items: dict[str, str]) -> Iterator[Misread]:
    """Items in ten thousands of yuan whose number is not plausible in them: as in a table, the sender is asked. What is no amount stays
    as it was written.
    """
    for label, written in items.items():
        if "万元" in label and unit_of(label) == "万元":
            try:
                amount(label, written, "万元", items.get("处罚内容", ""))
            except Misread as misread:
                if misread.code == "amount-unit-unclear":
                    yield misread


def _place_and_reason(message: str) -> tuple[str, str, str, str]:
    """The field in msgspec's message and the reason, never the value."""
    for word, reason, cure in (
        ("missing required field ", "缺少这一项。", "补上这一项。"),
        ("unknown field ", "没有这一项，请核对名称。", "改成接口文档里的名称，没有的去掉。"),
    ):
        _, _, rest = message.partition(word)
        if rest:
            return rest.strip("`").split("`")[0][:80], reason, "malformed", cure
    found = _WHERE.search(message)
    place = found[1].lstrip(".").split(".")[0].split("[")[0][:80] if found else ""
    return place, "格式不对，或者过长、过短。", "malformed", "照接口文档（/docs）里这一项的格式和长度写。"


NO_FREE_TEXT = frozenset(
    column.label
    for layout in ("penalty", "licence")
    for column in columns_of(layout).values()
    if column.label and (column.kind != "text" or column.id == "source")
)
"""Labels of the layouts whose cells are never sentences."""
