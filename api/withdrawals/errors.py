"""Refusals about withdrawals."""

from api.infra.errors import Conflict, Forbidden


class NotWithdrawable(Conflict):
    code = "not-withdrawable"
    title = "这条信息不能撤销公示"
    default_detail = "可以撤销公示的是表彰奖励、志愿服务、慈善捐赠等正面信息，这条信息不属于这一类。"


class NoRightHere(Forbidden):
    code = "no-right-to-withdraw-here"
    title = "这里的条例没有规定撤销公示"


class CourtesyNotNeeded(Conflict):
    code = "courtesy-not-needed"
    title = "您有权直接撤销，不需要请求"
    default_detail = "这条信息您可以直接撤销公示，不需要提供单位同意。"
    default_step = "请直接提交撤销公示，提交后立即生效。"


class NothingToPassOn(Conflict):
    code = "courtesy-passed-on"
    title = "不用书面转达"
    default_detail = "这件请求已经转给提供单位，或者提供单位在系统里看得到。"
    default_step = "请等提供单位答复；它用书面答复的，请登记它的答复。"


class AlreadyAsked(Conflict):
    code = "already-asked"
    title = "已经提出过请求"
    default_detail = "这条信息的请求正在等待提供单位答复。"
    default_step = "请在“撤销公示”中查看进展，也可以先撤回请求。"
