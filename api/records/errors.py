"""Refusals about records."""

from api.infra.errors import Conflict


class RecordNotStanding(Conflict):
    code = "record-not-standing"
    title = "这条记录已不再披露"
    default_detail = "这条记录已经停止披露，不需要再办理这项事项。"
    default_step = "您可以在信用报告的“已停止披露”中查看它。"
