"""Refusals about helpers."""

from api.infra.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownHelperCode(NotFound):
    code = "helper-code-unknown"
    title = "没有这个帮手码"
    field = "code"
    default_detail = "没有这个帮手码，请核对后重新输入。"
    default_step = "请向请您帮忙的人核对帮手码。"


class AppointmentEnded(Conflict):
    code = "helper-ended"
    title = "这份委托已经结束"
    field = "code"
    default_detail = "这份委托已经收回、到期，或者帮手码已经用过。"
    default_step = "还需要帮忙的，请本人重新请一次。"


class NotTheHelper(Forbidden):
    code = "not-the-helper"
    title = "这份委托不是给您的"
    field = "code"
    default_detail = "委托里写的姓名和您核验过的身份不一致。"
    default_step = "请由被委托的人自己登录，或者请本人重新写明姓名。"


class OwnHelper(Conflict):
    code = "own-helper"
    title = "自己的事不用帮手"
    field = "code"
    default_detail = "这是您自己开出的帮手码。"
    default_step = "请把帮手码交给要请的人。"


class BadHelperTerm(Invalid):
    code = "helper-term-invalid"
    title = "委托期限有误"
    default_detail = "委托最早今天到期，最长一年。"


class NotForHelpers(Forbidden):
    code = "not-for-helpers"
    title = "这件事要本人办"
    default_detail = "本人没有把这件事委托给您，或者委托已经结束。"
    default_step = "请本人自己办理，或者请本人把这件事也勾选上。"
