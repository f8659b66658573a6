"""Refusals of repairs. None of them ever asks for money."""

from api.infra.errors import Conflict, Invalid

FEE_NOTICE = "信用修复全程不收取任何费用。有人以修复、删除记录为名向您收钱的，请不要付款，留好聊天和转账记录，拨打 12345 向社会信用主管部门举报；钱已经付了的，请报警。"


class RepairNotOpen(Conflict):
    code = "repair-not-open"
    title = "还不到可以申请的日期"


class RepairConditionUnmet(Conflict):
    code = "repair-condition-unmet"
    title = "还有条件没有满足"


class ConditionsOpen(Invalid):
    code = "repair-conditions-open"
    title = "有条件没有满足或者无法核对"
    field = "despite"
    default_detail = "同意修复时，没有满足或者无法核对的条件要逐条写明，决定书上会照实写出。"
    default_step = "请核对材料；仍然同意的，逐条勾选并写明理由。"


class RepairUnknown(Conflict):
    code = "repair-cannot-be-computed"
    title = "现在无法计算"


class RepairClosed(Conflict):
    code = "repair-closed"
    title = "这条信息不能申请修复"


class RepairNotApplicable(Conflict):
    code = "repair-not-applicable"
    title = "这条信息不需要修复"
    default_detail = "信用修复只针对失信信息。"
    default_step = "如果这条信息有误，可以提出异议。"


class RepairAlreadyOpen(Conflict):
    code = "repair-already-open"
    title = "这条信息的修复申请正在办理"
    default_detail = "您对这条信息的修复申请正在办理中，不需要再交一次。"
    default_step = "请在“我的修复”中补充材料、催办或查看进展。"
    default_flow = "status"


class PledgeTextOutdated(Invalid):
    code = "repair-pledge-outdated"
    title = "承诺书的文本已更新"
    field = "pledgeVersion"
    default_detail = "您同意的不是现行的承诺书文本。"
    default_step = "请重新阅读现行文本，同意后再提交。"


class ProofNeeded(Invalid):
    code = "repair-proof-needed"
    title = "请附上履行证明"
    field = "evidence"
    default_detail = "记录中没有义务履行完毕的日期，请填写日期并附上证明。"
    default_step = "请上传缴款凭证、整改验收等证明后重新提交。"


class MaterialAskedBefore(Conflict):
    code = "repair-material-asked-before"
    title = "已经要求补过一次材料"
    default_detail = "要补的材料一次列明，这是服务约定，不能分次要求。"
    default_step = "请根据现有材料办理。"


class MaterialDayRunning(Conflict):
    code = "repair-material-day-running"
    title = "补材料的日子还没有过"
    default_step = "请等到那一天以后；当事人那天以后补交的，没有结束办理的也照收。"


class MaterialDayNotTold(Conflict):
    code = "repair-material-day-not-told"
    title = "还没有告诉当事人最后一天"
    default_detail = "要补的材料列明时没有写最后一天，不能没有告诉就结束办理。"
    default_step = "请先办“写明补材料的最后一天”，过了那天再结束。"


class MaterialDayNotLater(Conflict):
    code = "repair-material-day-not-later"
    title = "最后一天只能往后写"
    default_detail = "从今天起算的日子不晚于已经告诉当事人的日子，没有改动。"
    default_step = "请按已经告知的日子办理。"


class BarredBefore(Conflict):
    code = "repair-barred-before"
    title = "已经记载过禁止申请的期间"
    default_step = "请查看办理过程中的记载。"


class NoBarProposed(Conflict):
    code = "repair-no-bar-proposed"
    title = "没有告知过要禁止申请"
    default_detail = "禁止申请以前，应当先告知情形、依据、截止日期和救济途径，听取本人的陈述和申辩。"
    default_step = "请先告知，等本人答复或者答复期满。"


class BarProposedBefore(Conflict):
    code = "repair-bar-proposed-before"
    title = "已经告知过"
    default_detail = "拟禁止申请的情形、依据和截止日期已经告知本人。"
    default_step = "请等本人答复或者答复期满后决定；要改的，先撤销原来的告知。"


class BarAnswered(Conflict):
    code = "repair-bar-answered"
    title = "您已经答复过"
    default_detail = "您的陈述和申辩已经提交。"
    default_step = "还要补充材料的，请用“补充材料”。"


class NotHeardYet(Conflict):
    code = "repair-not-heard-yet"
    title = "还没有听取本人的陈述"
    default_detail = "本人还没有答复，答复的期限也没有满。"
    default_step = "请等本人答复，或者等答复期满以后再决定。"


class BarDates(Invalid):
    code = "repair-bar-dates"
    title = "日期不对"
    default_step = "截止日期和答复期限都应当在今天以后、十年之内，答复期限须早于截止日期。"


class NothingToRemind(Conflict):
    code = "repair-nothing-to-remind"
    title = "没有可以提醒的日期"
    default_step = "现在就可以申请的，请直接申请；不能申请的，请看原因。"


class ExtendedBefore(Conflict):
    code = "repair-extended-before"
    title = "已经延长过一次期限"
    default_step = "请在延长后的期限内作出决定。"


class ExtensionTooLate(Conflict):
    code = "repair-extension-late"
    title = "期限已过，不能延长"
    default_detail = "延长应当在原期限届满前决定，并事先告知申请人。"
    default_step = "请尽快作出决定。"


class RemovalNotOwed(Conflict):
    code = "removal-not-owed"
    title = "没有待移出的名单"
    default_step = "请查看修复后各项处理的进展。"


class MeasureNotApplied(Conflict):
    code = "measure-not-applied"
    title = "没有这项正在实施的措施"
    default_step = "请在列表中选择尚未解除的措施。"
