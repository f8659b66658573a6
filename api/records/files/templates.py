"""Writes workbooks to fill in: a sheet with the columns, and one that explains each of them."""

import io
from functools import cache

from api.records.files.columns import Column, columns_of, layouts

FILLED_IN, EXPLAINED = "填报", "填写说明"
_LAST_ROW = 5000
_LEFT_OUT = frozenset(("resident_number", "case_name", "sanction_kind_2", "document_type", "project"))
_CHOICES = {
    "category": ("自然人", "个体工商户", "法人及非法人组织"),
    "record_class": ("轻微", "一般", "严重"),
    "document_kind": (
        "身份证", "护照", "港澳居民来往内地通行证", "台湾居民来往大陆通行证", "外国人永久居留身份证", "港澳台居民居住证", "军官证",
    ),
}  # fmt: skip
_NOTES = (
    "第一行是列名，不要改；列可以少，带 * 的不能少。表头上面可以有标题，下面可以有合计。",
    "每一列都已经设成文本格式：从别的表粘贴时选“只粘贴值”，身份证号才不会变成 2.1E+17。",
    "不认识的列只要有内容，整个文件就不收，请先改列名或者说明这一列不报。",
    "退回来的行改好后可以直接再报：“退回原因”这一列不用删。",
)


def columns_to_fill(layout: str) -> tuple[Column, ...]:
    """The columns of a layout that a template offers, in its order."""
    return tuple(
        column
        for column in columns_of(layout).values()
        if column.kind not in ("unused", "registration") and column.id not in _LEFT_OUT
    )


@cache
def template_of(layout: str) -> bytes:
    """An xlsx file."""
    import xlsxwriter  # not at the start of every process

    chosen = next(one for one in layouts() if one.id == layout)
    columns = columns_to_fill(layout)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        head = book.add_format(
            {"bold": True, "bg_color": "#E2F2E9", "border": 1, "text_wrap": True, "valign": "vcenter"}
        )
        text = book.add_format({"num_format": "@"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(FILLED_IN)
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(columns):
            title = f"*{column.title}" if column.id in chosen.required else column.title
            sheet.write_string(0, place, title, head)
            sheet.set_column(place, place, max(12, min(34, 2 * len(column.title))), text)
            if column.id in _CHOICES:
                rule = {"validate": "list", "source": list(_CHOICES[column.id]), "error_type": "information"}
                sheet.data_validation(1, place, _LAST_ROW, place, rule)
        explained = book.add_worksheet(EXPLAINED)
        for place, (title, width) in enumerate((("列名", 34), ("必填", 8), ("怎么填", 70), ("例子", 28))):
            explained.write_string(0, place, title, head)
            explained.set_column(place, place, width, wrapped)
        for line, column in enumerate(columns, 1):
            explained.write_string(line, 0, column.title)
            explained.write_string(line, 1, "必填" if column.id in chosen.required else "")
            explained.write_string(line, 2, column.explain or "没有的空着。")
            explained.write_string(line, 3, column.example)
        for line, note in enumerate(_NOTES, len(columns) + 2):
            explained.write_string(line, 0, note)
    return out.getvalue()
