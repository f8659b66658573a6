"""Refusals: the errors that a person reads. Each says what to do next."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from knowledge.citations import Citation


class Kind(StrEnum):
    """What sort of refusal it is; `http/problems.py` gives each its status."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    UNAVAILABLE = "unavailable"


class NextStep(msgspec.Struct, frozen=True, rename="camel"):
    """What the person can do now. `flow` names a flow of the page (`objection`, `repair`, …) that a button can open."""

    text: str
    flow: str | None = None


class FieldFault(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One field that was refused and why, in words for the person who filled it in.

    `start` and `end` (in characters, end not included) point at the passage, which is not repeated.
    """

    field: str
    message: str
    start: int | None = None
    end: int | None = None


class Refusal(Exception):
    """Base of every refusal. Subclasses fix `kind`, `code` (stable, kebab-case) and `title` (Chinese).

    `detail` is about this case; `citation` is the law behind it, if any; `default_flow` is the flow that the next step
    opens. `field` is the input field that such a refusal is always about.
    """

    kind: ClassVar[Kind]
    code: ClassVar[str]
    title: ClassVar[str]
    default_detail: ClassVar[str] = ""
    default_step: ClassVar[str] = "如需帮助，请联系信用中心窗口。"
    default_flow: ClassVar[str | None] = None
    field: ClassVar[str | None] = None

    def __init__(
        self,
        detail: str | None = None,
        *,
        citation: Citation | None = None,
        next_step: NextStep | None = None,
        faults: tuple[FieldFault, ...] = (),
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(self.code)
        self.detail = detail or self.default_detail or self.title
        self.citation = citation
        self.next_step = next_step or NextStep(self.default_step, self.default_flow)
        self.faults = faults or ((FieldFault(field=self.field, message=self.detail),) if self.field else ())
        self.retry_after_seconds = retry_after_seconds


class Invalid(Refusal):
    kind = Kind.INVALID
    code = "invalid"
    title = "提交的内容有误"
    default_step = "请按提示修改后重新提交。"


class ConsentOutdated(Invalid):
    code = "consent-text-outdated"
    title = "同意书已更新"
    field = "consentVersion"
    default_detail = "您看到的同意书不是现在的文本，没有办理。"
    default_step = "请阅读最新的同意书后重新确认。"


class Unauthenticated(Refusal):
    kind = Kind.UNAUTHENTICATED
    code = "sign-in-needed"
    title = "请先登录"
    default_step = "请重新登录后再试。"


class Forbidden(Refusal):
    kind = Kind.FORBIDDEN
    code = "forbidden"
    title = "没有权限办理此事项"


class NotFound(Refusal):
    kind = Kind.NOT_FOUND
    code = "not-found"
    title = "没有找到"
    default_detail = "没有找到您要查看的内容，它可能已被移除，或者不属于您。"
    default_step = "请返回上一页，从列表中重新选择。"


class Conflict(Refusal):
    kind = Kind.CONFLICT
    code = "conflict"
    title = "现在不能这样办理"


class Outdated(Conflict):
    """Somebody else changed the case between our read and our write; nothing was stored."""

    code = "outdated"
    title = "内容已被更新"
    default_detail = "这件事项刚刚有了新的进展，您的操作没有生效。"
    default_step = "请刷新后查看最新进展，再决定是否操作。"


class ActionNotAllowed(Conflict):
    """The transition table has no row for this action in this state by this actor."""

    code = "action-not-allowed"
    title = "当前状态不能这样操作"
    default_step = "请查看事项当前的进展和可以办理的下一步。"


class TooMany(Refusal):
    kind = Kind.TOO_MANY
    code = "too-many-attempts"
    title = "操作太频繁"
    default_step = "请稍等片刻再试。"


class TooFast(TooMany):
    code = "too-fast"
    title = "办得太快了"
    default_detail = "上一件刚刚办完，隔几秒才能办下一件，这次没有办理。"
    default_step = "请等几秒钟再提交，填好的内容不用重填。"


class DailyQuotaUsed(TooMany):
    code = "daily-quota-used"
    title = "今天办理的次数已用完"
    default_detail = "同一个账号一天内办理这一事项的次数有上限，这次没有办理。"
    default_step = "请明天再办；急需办理的，可以到信用中心窗口或打电话办理。已经提交的不受影响。"


class TooLarge(Refusal):
    kind = Kind.TOO_LARGE
    code = "too-large"
    title = "内容太大"
    default_step = "请缩小文件或减少内容后再试。"


class Unavailable(Refusal):
    kind = Kind.UNAVAILABLE
    code = "unavailable"
    title = "服务暂时不可用"
    default_detail = "系统正忙，请稍后再试。您已经收到回执的办理不受影响。"
    default_step = "请过一会儿再试。"
