"""Refusals about decisions on the list."""

from api.infra.errors import Conflict, Invalid


class NotListable(Conflict):
    code = "not-listable"
    title = "这条记录不能办理列入"
    default_detail = "只有本单位报送、正在披露、尚未列入名单的失信记录可以办理。"
    default_step = "请核对记录编号和状态。"


class AlreadyOpen(Conflict):
    code = "listing-already-open"
    title = "这条记录已有未办结的列入事项"
    default_step = "请先办结已有的事项。"


class AnswerTimeRunning(Conflict):
    code = "answer-time-running"
    title = "当事人的答复期限还没有届满"
    default_detail = "告知书写明的答复期限届满前，当事人还可以陈述、申辩，不能作出列入决定；已经反馈过的也一样。"
    default_step = "请在期限届满后再作决定；当事人又有陈述的，先核实并反馈。"


class AnswerTimeOver(Conflict):
    code = "answer-time-over"
    title = "答复的期限已经过了"
    default_detail = "您的陈述已经得到反馈，告知书写明的答复期限也过了。"
    default_step = "请等单位的决定；对决定不服的，可以按决定书写明的途径申请行政复议或者提起行政诉讼。"


class MeasureNotListed(Invalid):
    code = "measure-not-listed"
    title = "措施不在公布的清单内"
    default_detail = "决定中的惩戒措施须在已公布的清单内。"
    default_step = "请按公布的清单填写措施编号。"


class ConditionsOpen(Conflict):
    code = "removal-conditions-open"
    title = "移出条件还没有全部核对"
    default_detail = "决定书写明的每一项移出条件都要写明如何达到。"
    default_step = "请逐项填写后再办理移出。"


class BadDates(Invalid):
    code = "listing-dates-invalid"
    title = "日期有误"
    default_detail = "答复期限须在今天之后，反馈期限不早于答复期限，都在一年之内；决定日期不能在将来，也不能早于反馈；当事人没有答复的，须在答复期限届满以后。"
    default_step = "请写从明天起一年之内的日期，反馈期限不早于答复期限。"


class NotServedOnPaper(Conflict):
    code = "listing-not-served-on-paper"
    title = "这次送达不是书面的"
    default_detail = "本人打开决定书时送达的，日期由系统记下，不能更正。"
    default_step = "本人说没有打开过的，请核对登录记录，按异议办理。"


class NothingToCorrect(Conflict):
    code = "listing-service-unchanged"
    title = "没有改动"
    default_detail = "送达日期、方式和凭证与已经登记的一样。"
    default_step = "请核对送达回证；不用更正的，直接返回。"


class BadServiceDate(Invalid):
    code = "listing-service-date-invalid"
    title = "送达日期有误"
    default_detail = "送达日期不能在将来，也不能早于作出决定的日期。"
    default_step = "请按送达回证、邮件签收或者公告期满的日期填写。"
