"""Refusals about pledges."""

from api.infra.errors import Conflict, Invalid


class UnknownKind(Invalid):
    code = "unknown-pledge"
    title = "没有这种承诺"
    default_step = "请从列出的承诺种类中选择。"


class TextOutdated(Invalid):
    code = "pledge-text-outdated"
    title = "承诺文本已更新"
    field = "textVersion"
    default_detail = "您看到的承诺文本不是现在的文本，没有签署。"
    default_step = "请阅读最新的承诺文本后重新确认。"


class ConsequenceNotRead(Invalid):
    code = "consequence-not-accepted"
    title = "请先阅读后果告知"
    default_detail = "签署前需要您阅读并确认：做到和没做到都会记入信用记录。"
    default_step = "请阅读后勾选确认，再签署。"


class BadDueDate(Invalid):
    code = "pledge-due-date-invalid"
    title = "履行期限有误"
    default_detail = "履行期限须在冷静期之后、五年之内。"


class CoolingOver(Conflict):
    code = "cooling-off-over"
    title = "冷静期已过"
    default_detail = "承诺已经生效，不能再撤回。"
    default_step = "请按期履行并提交证明；有困难的，请尽早联系承诺对象说明。"


class StillCooling(Conflict):
    code = "still-cooling-off"
    title = "承诺还没有生效"
    default_detail = "承诺还在冷静期内，生效后才能提交履行证明。"
    default_step = "请在生效后提交；改变主意的，现在可以撤回。"
