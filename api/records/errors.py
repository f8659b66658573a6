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


class NothingToChange(Conflict):
    code = "nothing-to-change"
    title = "没有需要更正的内容"
    default_detail = "提交的内容与现有记录一致，没有改动。"
    default_step = "请核对要更正的项目后重新提交。"


class NoWhatIf(Conflict):
    code = "no-what-if"
    title = "这条记录没有可以推算的日期"
    default_detail = "只有失信信息才有修复日期，这条记录不需要修复。"
    default_step = "请返回信用报告，选择其他记录。"


class SearchUnclear(Invalid):
    code = "search-unclear"
    title = "请填写一个完整的号码"
    default_detail = "文书号和证件号码请填写其中一个，要填完整；不能按姓名或者部分号码查找。"
