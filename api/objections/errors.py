"""Refusals of objections."""

from api.infra.errors import Conflict, Invalid


class ObjectionAlreadyOpen(Conflict):
    code = "objection-already-open"
    title = "这条信息已有异议在处理"
    default_detail = "您对这条信息提出的异议正在处理中，不需要再提一次。"
    default_step = "请在“我的异议”中补充材料、催办或查看进展。"
    default_flow = "status"


class ReasonsNeeded(Invalid):
    code = "objection-reasons-needed"
    title = "请写明理由"
    field = "text"
    default_detail = "请写明您认为这条信息哪里不对、为什么。"
    default_step = "请补充理由后重新提交。"


class UnknownReason(Invalid):
    code = "objection-unknown-reason"
    title = "请选择理由"
    field = "reasons"
    default_detail = "所选的理由不在选项中。"
    default_step = "请重新选择；没有合适的，请选“其他”并写明。"


class AddresseeNotAvailable(Conflict):
    code = "objection-addressee"
    title = "不能向这个单位提出"
    field = "addressee"


class RecordRemoved(Conflict):
    code = "objection-record-removed"
    title = "这条记录已经删除"
    default_detail = "异议成立后已经删除的记录，没有内容可以再提异议。"
    default_step = "请在“我的异议”中查看原来的处理结果。"
    default_flow = "status"


class MissingUnclear(Invalid):
    code = "objection-missing-unclear"
    title = "请写明遗漏了什么"
    field = "missing"
    default_detail = "没有指明记录的异议，须写明遗漏的内容和应当提供它的单位。"
    default_step = "请选择单位并写明遗漏的内容；对一条记录提异议的，请从那条记录进入。"


class PauseNotPossible(Conflict):
    code = "objection-pause"
    title = "期限不能暂停"
    default_step = "请在期限内办结。"


class CorrectionNeeded(Invalid):
    code = "objection-correction-needed"
    title = "请写明如何更正"
    field = "correction"
    default_detail = "认定异议成立的，须写明更正或补充后的内容；只作说明的，不能同时更改内容。"
    default_step = "请填写更正内容后重新提交。"


class NotOnList(Invalid):
    code = "objection-not-on-list"
    title = "这条信息不在名单上"
    field = "correction"
    default_detail = "这条信息现在没有列入严重失信主体名单，不能移出。"
    default_step = "请选择实际作出的处理，例如更正、删除，或者只作说明。"


class CopyNotToReport(Conflict):
    code = "copy-not-to-report"
    title = "现在不能报告这个单位"
    default_detail = "这个单位没有收到过需要更正的这条信息。"
    default_step = "请在列出的共享单位中选择已经回复处理完毕的。"


class AlreadyReceived(Conflict):
    code = "objection-already-received"
    title = "已经登记过收到"
    default_step = "请直接回复核查结果。"
