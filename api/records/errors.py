"""Refusals about records."""

from typing import Protocol

from api.infra.errors import Conflict, FieldFault, Invalid, TooLarge, Unavailable


class Seen(Protocol):
    """A column of a file, for a refusal about it."""

    @property
    def header(self) -> str: ...
    @property
    def proposed(self) -> str | None: ...


class RecordNotStanding(Conflict):
    code = "record-not-standing"
    title = "这条记录已不再披露"
    default_detail = "这条记录已经停止披露，不需要再办理这项事项。"
    default_step = "您可以在信用报告的“已停止披露”中查看它。"


class UnreadableFile(Invalid):
    code = "unreadable-file"
    title = "文件读不出来"
    default_step = "请按双公示的表头填好，存成 Excel（xlsx、xls）或者 CSV，再报一次。"


class NoRows(UnreadableFile):
    code = "no-rows"
    title = "只有表头，没有数据行"
    default_detail = "列名都读懂了，下面一行数据也没有。没有任何一条入库。"
    default_step = "请在表头下面填上要报的，一行一条，存好后再报一次。没有要报的，就不用报。"


class TooManyRows(TooLarge):
    code = "too-many-rows"
    title = "一次报送的条数太多"
    default_detail = "一次最多报送 10000 条。没有任何一条入库。"
    default_step = "请分成几次报送，或者请信用中心导入整个文件。"


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


class WorkbooksBusy(Unavailable):
    code = "workbooks-busy"
    title = "现在读表格的人很多"
    default_detail = "同时读的表格文件太多，这一份还没有读，没有任何一条入库。"
    default_step = "请过一会儿再报；CSV 文件不受影响。"


class ColumnsUnclear(Invalid):
    """`columns` are those that the sender has to decide on; the answer's `errors` name them and what each might be."""

    code = "columns-unclear"
    title = "有的列看不懂"
    default_step = "请改成模板里的列名，或者确认这一列对应哪一列，或者写明这一列不报，然后重新提交。"

    def __init__(self, detail: str, columns: tuple["Seen", ...] = ()) -> None:
        self.columns = columns
        faults = tuple(
            FieldFault(
                field=one.header,
                message=f"像是“{one.proposed}”，请确认。" if one.proposed else "看不懂这一列，请确认或者写明不报。",
            )
            for one in columns
        )
        super().__init__(detail, faults=faults)
