"""Refusals about grants."""

from api.infra.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownCode(NotFound):
    code = "grant-code-unknown"
    title = "授权码不存在"
    field = "code"
    default_detail = "没有这个授权码，请核对后重新输入。"
    default_step = "请向授权您查询的人核对授权码。"


class GrantEnded(Conflict):
    code = "grant-ended"
    title = "授权已经失效"
    field = "code"
    default_detail = "这份授权已撤回、已到期或者次数已用完，不能再查询。"
    default_step = "如仍需查询，请对方重新授权。"


class NotTheGrantee(Forbidden):
    code = "not-the-grantee"
    title = "这份授权不是给您的"
    field = "code"
    default_detail = "授权中写明的被授权人与您实名的身份不一致，没有查询。"
    default_step = "请由被授权人本人登录查询，或者请对方重新授权。"


class ForUnit(Forbidden):
    code = "grant-for-unit"
    title = "这份授权是给一个单位的"
    field = "code"
    default_detail = "给单位的授权，只能由这个单位用自己的密钥，或者由它登记的工作人员登录后查询。"
    default_step = "请到单位工作台查询；单位还没有登记的，请与信用中心联系。"


class GranteeUnclear(Invalid):
    code = "grantee-unclear"
    title = "请写清楚给谁"
    field = "grantee"
    default_detail = "给个人的，要写证件上的姓名和证件号码；给单位的，写单位全称。"
    default_step = "请补上后重新授权。"


class OwnGrant(Conflict):
    code = "own-grant"
    title = "这是您自己的授权"
    field = "code"
    default_detail = "查询本人的信息不需要授权码。"
    default_step = "请直接打开您的信用报告。"


class PurposeNotAccepted(Conflict):
    code = "purpose-not-accepted"
    title = "请先确认约定的用途"
    default_detail = "您确认的用途与授权中约定的用途不一致，没有查询。"
    default_step = "请先查看授权约定的用途，同意按此用途使用后再查询。"


class BadTerm(Invalid):
    code = "grant-term-invalid"
    title = "授权期限有误"
    default_detail = "授权最早今天到期，最长一年。"
