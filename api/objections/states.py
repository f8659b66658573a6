"""The transitions of an objection: every transition, who may take it, and by which article."""

from api.infra.actors import Role
from api.infra.transitions import Row, Table, stays

_CHECKING = ("objection.checking",)
_HANDLING = ("objection.handling",)
_ANSWERER = (Role.PROVIDER, Role.OFFICER)  # an officer enters what a unit sent on paper

NEW = "new"
OPEN = (
    "verifying",
    "dispatched",
    "provider_checking",
    "replied_founded",
    "replied_unfounded",
    "with_provider",
    "handling",
    "asked",
    "paused",
    "provider_handling",
    "provider_paused",
    "market_handling",
    "review",
)
AWAITED = OPEN
MARKED_BY_LAW = tuple(state for state in OPEN if state not in ("market_handling", "review"))
FINAL = ("upheld", "rejected", "review_rejected", "withdrawn")

FILING = {
    "checking": "file_for_checking",
    "direct": "file_directly",
    "handling": "file_for_handling",
    "provider_handling": "file_for_provider_handling",
}
FILING_MARKET = "file_about_market"
WITH_PROVIDER = (
    "dispatched",
    "provider_checking",
    "with_provider",
    "asked",
    "provider_handling",
    "provider_paused",
    "market_handling",
)


TABLE = Table(
    "objections",
    NEW,
    FINAL,
    (
        Row((NEW,), "file_for_checking", (Role.RESIDENT,), "verifying", "提出异议", ("objection.checking.file",)),
        Row(
            (NEW,),
            "file_directly",
            (Role.RESIDENT,),
            "with_provider",
            "提出异议",
            ("objection.checking.file",),
        ),
        Row((NEW,), "file_for_handling", (Role.RESIDENT,), "handling", "提出异议", ("objection.handling.file",)),
        Row(
            (NEW,),
            "file_for_provider_handling",
            (Role.RESIDENT,),
            "provider_handling",
            "提出异议",
            ("objection.handling.file",),
        ),
        # market information: the articles on objections speak of public information, so what follows is a service
        Row((NEW,), FILING_MARKET, (Role.RESIDENT,), "market_handling", "提出异议"),
        Row(("market_handling",), "uphold", _ANSWERER, "upheld", "异议成立并更正"),
        Row(("market_handling",), "reject", _ANSWERER, "rejected", "异议不成立"),
        # the centre checks, asks the unit and tells the result, each within days of its own
        Row(("verifying",), "dispatch", (Role.OFFICER,), "dispatched", "通知提供单位核查", _CHECKING),
        Row(("verifying",), "correct_own_error", (Role.OFFICER,), "upheld", "更正本机构的错误", _CHECKING),
        Row(("dispatched",), "receipt", _ANSWERER, "provider_checking", "收到核查通知", _CHECKING),
        Row(("provider_checking",), "reply_founded", _ANSWERER, "replied_founded", "回复：异议成立", _CHECKING),
        Row(("provider_checking",), "reply_unfounded", _ANSWERER, "replied_unfounded", "回复：异议不成立", _CHECKING),
        Row(("replied_founded",), "uphold", (Role.OFFICER,), "upheld", "异议成立并更正", _CHECKING),
        Row(("replied_unfounded",), "reject", (Role.OFFICER,), "rejected", "异议不成立", _CHECKING),
        # received by the unit itself, in a place where the centre verifies
        Row(("with_provider",), "uphold", _ANSWERER, "upheld", "异议成立并更正", _CHECKING),
        Row(("with_provider",), "reject", _ANSWERER, "rejected", "异议不成立", _CHECKING),
        # one clock, whoever received it
        Row(("handling",), "dispatch", (Role.OFFICER,), "asked", "请提供单位核查", _HANDLING),
        Row(("asked",), "receipt", _ANSWERER, "asked", "收到核查通知", _HANDLING),
        Row(("asked",), "reply_founded", _ANSWERER, "handling", "回复：异议成立", _HANDLING),
        Row(("asked",), "reply_unfounded", _ANSWERER, "handling", "回复：异议不成立", _HANDLING),
        Row(("handling", "asked"), "uphold", (Role.OFFICER,), "upheld", "异议成立并更正", _HANDLING),
        Row(("handling", "asked"), "reject", (Role.OFFICER,), "rejected", "异议不成立", _HANDLING),
        Row(("provider_handling",), "uphold", _ANSWERER, "upheld", "异议成立并更正", _HANDLING),
        Row(("provider_handling",), "reject", _ANSWERER, "rejected", "异议不成立", _HANDLING),
        Row(("handling",), "pause", (Role.OFFICER,), "paused", "检验、检测、鉴定等，期限暂停", _HANDLING),
        Row(("paused",), "resume", (Role.OFFICER,), "handling", "恢复计算期限", _HANDLING),
        Row(("provider_handling",), "pause", _ANSWERER, "provider_paused", "检验、检测、鉴定等，期限暂停", _HANDLING),
        Row(("provider_paused",), "resume", _ANSWERER, "provider_handling", "恢复计算期限", _HANDLING),
        # services: no article requires them
        Row(
            tuple(state for state in OPEN if state != "review"),
            "withdraw",
            (Role.RESIDENT,),
            "withdrawn",
            "撤回异议",
        ),
        Row(("rejected",), "request_review", (Role.RESIDENT,), "review", "申请复核"),
        Row(("review",), "withdraw", (Role.RESIDENT,), "rejected", "撤回复核申请"),  # the result stands as it was
        Row(("review",), "uphold", (Role.OFFICER,), "upheld", "复核后异议成立"),
        Row(("review",), "reject", (Role.OFFICER,), "review_rejected", "复核后维持"),
        *stays("mark", Role.SYSTEM, "信息重新披露，作异议标注", MARKED_BY_LAW, _HANDLING),
        *stays("mark", Role.SYSTEM, "信息重新披露，作异议标注", ("market_handling", "review")),
        *stays("urge", Role.RESIDENT, "催办", OPEN),
        *stays("add_evidence", Role.RESIDENT, "补充材料", OPEN),
        *stays("report_still_wrong", Role.RESIDENT, "更正后仍显示错误内容", ("upheld",)),
        *stays("acknowledge_copy", Role.OFFICER, "共享单位已处理", ("upheld",), _HANDLING),
        *stays("acknowledge_copy", Role.PROVIDER, "共享单位已处理", ("upheld",), _HANDLING),
    ),
    {
        NEW: "尚未提出",
        "verifying": "信用中心正在核查",
        "dispatched": "已通知提供单位",
        "provider_checking": "提供单位正在核查",
        "replied_founded": "提供单位已回复，等待书面答复",
        "replied_unfounded": "提供单位已回复，等待书面答复",
        "with_provider": "提供单位正在处理",
        "handling": "正在处理",
        "asked": "正在请提供单位核查",
        "paused": "检验鉴定中，期限暂停",
        "provider_handling": "提供单位正在处理",
        "provider_paused": "检验鉴定中，期限暂停",
        "market_handling": "正在处理（市场信用信息）",
        "review": "正在复核",
        "upheld": "异议成立，已更正",
        "rejected": "异议不成立",
        "review_rejected": "复核后维持",
        "withdrawn": "已撤回",
    },
)
