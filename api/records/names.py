"""Whether what stands in the name's cell can be one person's whole name, and whether other records name the person otherwise. Pure."""

import re
from collections.abc import MutableMapping
from functools import lru_cache

from api.records.models import Record
from knowledge.identity import is_name, is_organisation, is_same_name, normal_name

_MASKED = re.compile(r"[*＊×✱#＃●○■□▇█?？]")
_SEVERAL = re.compile(r"[、，,;；/]|等\s*\d*\s*人")
_LONGEST_MASKED = 4  # 王某某, 欧阳某某; a shop may be called 奚某便利店


@lru_cache(maxsize=4096)
def wrong_name(name: str) -> tuple[str, str, str] | None:
    """Code, reason and cure where it is not one person's whole name: nobody's document has it, so nobody is known by it. An empty
    name is told elsewhere.
    """
    if _MASKED.search(name) or (len(name) <= _LONGEST_MASKED and "某" in name):
        return "name-masked", "姓名里有遮盖的字，和证件对不上。", "对照证件写全名。"
    if _SEVERAL.search(name):
        return "name-unclear", "这一格像是几个人的姓名。", "一个人一行，写证件上的姓名。"
    if name and not any(map(str.isalpha, name)):
        return "name-unclear", "这不是姓名。", "对照证件写全名。"
    if name and not is_name(normal_name(name)):
        return "name-unclear", "姓名里有证件上没有的符号或者数字。", "对照证件写姓名，只写字、字母和间隔号。"
    return None


def differs(record: Record, names: MutableMapping[str, str]) -> bool:
    """Whether the person has another name in `names`, to which an unknown person is added. The name of an organisation may change."""
    said = record.particulars
    if is_organisation(said.document_kind):
        return False
    known = names.setdefault(record.subject, said.name)
    return known != said.name and not is_same_name(known, said.name)
