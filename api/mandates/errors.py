"""Refusals of asking to act for others."""

from api.infra.errors import Conflict, Invalid


class AlreadyAsked(Conflict):
    code = "mandate-already-asked"
    title = "已经有一份申请在核对"
    default_detail = "您上一份申请还在等信用中心核对，不需要再交一份。"
    default_step = "请在办理进度里补充材料，或者撤回后重新申请。"


class OwnMandate(Conflict):
    code = "mandate-own"
    title = "自己的事不用代办"
    field = "documentNumber"
    default_detail = "这是您自己的证件。"
    default_step = "请直接办理；要替别人办的，请填写对方的证件。"


class BadMandateTerm(Invalid):
    code = "mandate-term-invalid"
    title = "代办期限有误"
    default_detail = "代办最早今天到期，最长一年；未成年人的监护到成年前一天为止。"
