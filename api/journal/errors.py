"""Refusals of journals."""

from api.infra.errors import Conflict


class CaseOver(Conflict):
    code = "case-over"
    title = "这一件已经办结"
    default_detail = "已经办结的，不再向当事人提问，也不催办。"
    default_step = "有新情况的，请当事人另行提出；要记下来的，写内部备注。"


class NothingOwed(Conflict):
    code = "nothing-owed"
    title = "现在没有要单位办的"
    default_detail = "下一步不该由提供单位办，没有发出催办。"
    default_step = "请看右边的期限，下一步由谁办。"


class UnitNotHere(Conflict):
    code = "unit-not-here"
    title = "这个单位在这里看不到催办"
    default_detail = "单位没有开通账号，也没有接口，在系统里催它，它收不到。"
    default_step = "请先打电话、发函或者当面催，再选那一种登记；当事人会知道是怎么催的。"


class RemindedToday(Conflict):
    code = "reminded-today"
    title = "今天已经催过"
    default_detail = "同一件事一天只催一次。"
    default_step = "请明天再催，或者打电话。"


class QuestionAnswered(Conflict):
    code = "question-answered"
    title = "这个问题已经答过"
    default_detail = "您已经答复过，信用中心看得到。"
    default_step = "还有要补充的，请补充材料或者打电话。"


class NotYetWritten(Conflict):
    code = "paper-not-ready"
    title = "还没有可以送达的文书"
    default_detail = "作出决定以后才有文书。"
    default_step = "请先办结，再登记送达。"
