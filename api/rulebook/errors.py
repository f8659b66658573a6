"""Refusals about the law asked for."""

from api.infra.errors import Invalid, NotFound


class NoSuchArticle(NotFound):
    code = "no-such-article"
    title = "没有这一条"
    default_step = "请在条例目录中选择要看的条文。"


class NotAskable(Invalid):
    code = "rule-not-askable"
    title = "查询条件有误"
    default_step = "请检查地区和日期后重新查询。"
