"""Refusals of letters."""

from api.infra.errors import Conflict, Invalid


class LetterAlreadyOpen(Conflict):
    code = "letter-already-open"
    title = "这件事已经写过一封"
    default_detail = "关于这件事的信还没有答复，不需要再写一封。"
    default_step = "请在“我的书面请求”中查看进度或者催办。"
    default_flow = "status"


class LetterUnclear(Invalid):
    code = "letter-unclear"
    title = "请写清楚"
    default_detail = "这一种书面请求还缺少内容。"
    default_step = "请补上后重新提交。"


class StepNotLate(Conflict):
    code = "step-not-late"
    title = "这一步还没有超期"
    default_detail = "只能就已经超过期限、还没有办完的步骤投诉。"
    default_step = "请在办理进度里看到期日；到期没有办完的，那里会出现“投诉”。"


class AnswerUndecided(Invalid):
    code = "letter-answer-undecided"
    title = "请写明同意还是不同意"
    field = "agreed"
    default_detail = "这一种请求的答复须写明同意或者不同意；其他种类不写。"
    default_step = "请选择后重新提交。"
