"""Refusals about records."""

from api.infra.errors import Conflict, Invalid, TooLarge


class RecordNotStanding(Conflict):
    code = "record-not-standing"
    title = "这条记录已不再披露"
    default_detail = "这条记录已经停止披露，不需要再办理这项事项。"
    default_step = "您可以在信用报告的“已停止披露”中查看它。"


class UnreadableFile(Invalid):
    code = "unreadable-file"
    title = "文件读不出来"
    default_step = "请按双公示行政处罚信息的表头报送 CSV，或者每行一条报送 JSON，然后重新提交。"


class TooManyRows(TooLarge):
    code = "too-many-rows"
    title = "一次报送的条数太多"
    default_detail = "一次最多报送 10000 条。没有任何一条入库。"
    default_step = "请分成几次报送，或者由信用中心用命令行导入整个文件。"
