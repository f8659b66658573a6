"""Refusals about declarations and statements."""

from api.infra.errors import Conflict, Forbidden, Invalid


class NotDeclarable(Invalid):
    code = "not-declarable"
    title = "这类信息不能在这里申报"
    field = "kind"
    default_detail = "这里不接受这类自主申报。"
    default_step = "请从列出的种类中选择。"


class BarredContent(Invalid):
    code = "barred-content"
    title = "内容里有不能提供的信息"
    default_detail = "标出的内容属于不得采集或者不得纳入的个人信息，没有保存。"
    default_step = "请删去标出的内容后重新提交。"


class WrittenConsentNeeded(Invalid):
    code = "written-consent-needed"
    title = "这些内容需要您单独书面同意"
    default_detail = "标出的内容涉及收入、财产等信息，须先知晓可能的不利后果并书面同意，没有保存。"
    default_step = "请阅读不利后果告知后单独同意，或者删去标出的内容。"


class StatementNotAccepted(Invalid):
    code = "statement-not-accepted"
    title = "请先确认真实性声明"
    field = "statementVersion"
    default_detail = "自主申报的内容由您负责，需要您确认现行的真实性声明。"
    default_step = "请阅读声明并勾选后重新提交。"


class NoFailedObjection(Forbidden):
    code = "no-failed-objection"
    title = "现在还不能添加本人说明"
    default_detail = "对这条信息提出的异议没有成立时，您可以在它旁边写下自己的说明。"
    default_step = "您可以先对这条信息提出异议。"


class NoStatement(Conflict):
    code = "no-statement"
    title = "这条信息旁没有本人说明"
    default_step = "请返回上一页查看。"
