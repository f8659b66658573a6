"""What a resident can do about a record on a day: each errand with whether it is open, from when or why not, and its article. Pure."""

from datetime import date
from functools import lru_cache
from typing import Any

import msgspec

from api.infra.sources import SourceView
from api.infra.wire import Out
from api.records.models import Record, Section, Standing
from knowledge.catalogue import entry
from knowledge.errors import KnowledgeError
from knowledge.repair import Eligibility
from knowledge.rules import supports

_MANY = 16_384
_NOT_STANDING = "这条记录已经停止披露，不需要再办理。"


class ActionView(Out):
    """`flow` names what a button opens. Where it is not possible, `reason` says why and `opensOn` from which day it is."""

    flow: str
    label: str
    is_possible: bool
    reason: str
    opens_on: date | None = None
    citation: SourceView | None = None


_Deciding = tuple[str, Section, str, Standing, bool, bool, bool, tuple[str, date | None, str] | None, date]


def actions_of(record: Record, repair: Eligibility | None, today: date) -> tuple[ActionView, ...]:
    """`repair` is the eligibility on `today`; None if it is not a dishonesty record."""
    return _actions(_deciding(record, repair, today))


def encoded_actions_of(record: Record, repair: Eligibility | None, today: date) -> Any:
    """The same as JSON, which many records share."""
    return _encoded_actions(_deciding(record, repair, today))


def _deciding(record: Record, repair: Eligibility | None, today: date) -> _Deciding:
    return (
        record.jurisdiction,
        record.section,
        record.code,
        record.standing,
        "objection" in [mark.kind for mark in record.marks],
        record.statement is not None,
        record.has_failed_objection,
        (repair.state, repair.opens_on, repair.why) if repair is not None else None,
        today,
    )


@lru_cache(maxsize=_MANY)
def _encoded_actions(deciding: _Deciding) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(_actions(deciding)))


@lru_cache(maxsize=_MANY)
def _actions(deciding: _Deciding) -> tuple[ActionView, ...]:
    jurisdiction, section, code, standing, has_objection, has_statement, has_failed_objection, repair, today = deciding
    if section is Section.DECLARATION:
        return (ActionView("declaration", "修改或撤回申报", standing is Standing.STANDING, ""),)
    if section is Section.PLEDGE:
        return (ActionView("pledge", "查看承诺和履约", True, ""),)
    is_standing = standing is Standing.STANDING
    found = [_objection(jurisdiction, standing, has_objection, today)]
    if repair is not None:
        found.insert(0, _repair(jurisdiction, standing, repair, today))
    if section in (Section.COMMENDATION, Section.OTHER):
        found += _withdrawal(jurisdiction, section, code, standing, today)
    found.append(_statement(is_standing, has_statement, has_failed_objection))
    return tuple(found)


def _repair(jurisdiction: str, standing: Standing, repair: tuple[str, date | None, str], today: date) -> ActionView:
    state, opens_on, why = repair
    source = _right("repair.apply", jurisdiction, today)
    if standing is not Standing.STANDING:
        return ActionView("repair", "申请修复", False, _NOT_STANDING, None, source)
    return ActionView("repair", "申请修复", state == "open", why, None if state == "open" else opens_on, source)


def _objection(jurisdiction: str, standing: Standing, has_objection: bool, today: date) -> ActionView:
    source = _right("objection.file", jurisdiction, today)
    if has_objection:
        return ActionView(
            "objection", "提出异议", False, "这条记录的异议正在处理中，可以查看进度或者催办。", None, source
        )
    if standing is Standing.REMOVED:
        return ActionView("objection", "提出异议", False, "这条记录已经删除，没有内容可以再提异议。", None, source)
    reason = (
        "认为有错误、遗漏或者侵犯您的权益的，可以提出异议。"
        if standing is Standing.STANDING
        else "已经停止披露的，信息还存着：内容不对的，也可以提出异议。"
    )
    return ActionView("objection", "提出异议", True, reason, None, source)


def _withdrawal(jurisdiction: str, section: Section, code: str, standing: Standing, today: date) -> list[ActionView]:
    try:
        withdrawable = section is Section.COMMENDATION or entry(jurisdiction, code, today).withdrawable
        right = supports("withdrawal.commendation", jurisdiction, today)
    except KnowledgeError:
        return []
    if not withdrawable:
        return []
    source = SourceView.of(right.citation)
    if standing is Standing.WITHDRAWN:
        return [ActionView("withdrawal", "恢复公开", True, "重新同意后，这条信息恢复公开。", None, source)]
    if standing is not Standing.STANDING:
        return [ActionView("withdrawal", "撤销公示", False, _NOT_STANDING, None, source)]
    if right.is_available:
        return [
            ActionView("withdrawal", "撤销公示", True, "不需要理由，提交后立即停止公示、共享和授权查询。", None, source)
        ]
    reason = f"{right.explanation}{right.instead}"
    return [ActionView("withdrawal", "撤销公示", False, reason, None, source)]


def _statement(is_standing: bool, has_statement: bool, has_failed_objection: bool) -> ActionView:
    if has_statement:
        return ActionView("statement", "修改或撤下本人说明", True, "您的说明显示在这条记录旁，标为本人陈述。")
    if not is_standing:
        return ActionView("statement", "写本人说明", False, _NOT_STANDING)
    reason = "提出异议而没有成立的，可以在记录旁写一段简短的说明。"
    return ActionView("statement", "写本人说明", has_failed_objection, reason)


def _right(capability: str, jurisdiction: str, on: date) -> SourceView | None:
    try:
        return SourceView.of(supports(capability, jurisdiction, on).citation)
    except KnowledgeError:
        return None
