"""Refusals that all cases share."""

from api.infra.errors import Conflict, NotFound, TooMany


class TooSoonToUrge(TooMany):
    code = "urged-recently"
    title = "刚刚催办过"
    default_step = "请留意处理进展；到期仍没有结果的，当天就可以再次催办。"


class AssigneeNotFound(NotFound):
    code = "assignee-not-found"
    title = "没有这位经办人员"
    default_detail = "只能交给本地信用中心在职的经办人员，没有改动。"
    default_step = "请选择在职的经办人员，或者先放回待办。"


class AbsenceClashes(Conflict):
    code = "absence-clashes"
    title = "这几天已经有安排"
    default_detail = "这位同事或者代办的人，这几天里已经登记了不在。"
    default_step = "请换一个人，或者先取消原来的安排。"


class NotCounted(NotFound):
    code = "figures-not-counted"
    title = "还没有统计"
    default_detail = "后台还没有统计过这里的数字，统计隔一会儿做一次。"
    default_step = "请过几分钟再来看。"


class CopyNotOwed(Conflict):
    code = "copy-not-owed"
    title = "这个单位没有待处理的更正"
    default_step = "请在列表中选择尚未处理的单位。"


class ResultNotReady(Conflict):
    code = "result-not-ready"
    title = "还没有处理结果"
    default_detail = "这件事项还在处理中，办结后才有结果文书。"
    default_step = "请查看各步骤的到期日；到期没有结果的，可以催办。"


class ReviewNeeded(Conflict):
    code = "review-needed"
    title = "要先审核再签发"
    default_detail = "本地信用中心规定，出文书的决定要由另一位审核、签发。"
    default_step = "请交审核，由另一位经办人员签。"
