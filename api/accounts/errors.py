"""Refusals about accounts."""

from api.infra.errors import Conflict, Forbidden, Invalid, NextStep, NotFound, Unauthenticated
from knowledge.citations import Citation


class RefreshRefused(Unauthenticated):
    """The refresh token is no longer good: expired, revoked or unknown."""

    code = "refresh-refused"
    title = "登录已失效"
    default_detail = "您的登录已经失效，请重新登录。"


class SignedOut(RefreshRefused):
    """The session was ended from another device or at the window: the phone deletes what it kept."""

    code = "signed-out"
    default_detail = "这台设备已经退出登录，存在这里的报告和草稿已清除。"


class RefreshReused(RefreshRefused):
    """A refresh token was used a second time: somebody holds a copy. The session ends for both."""

    code = "refresh-reused"
    default_detail = "为了您的信息安全，这台设备已退出登录。"
    default_step = "请重新登录，并在“登录过的设备”里看看有没有不认识的。"

    def __init__(self, session: str) -> None:
        super().__init__()
        self.session = session


class IdentityInvalid(Invalid):
    code = "identity-invalid"
    title = "身份信息填写有误"


class IdentityNotConfirmed(Conflict):
    """The same answer for a document bound to another account and for a name that does not match, so that neither is revealed."""

    code = "identity-not-confirmed"
    title = "没能核验您的身份"
    default_detail = "您填写的身份信息没有通过核验。可能是填错了，也可能是单位报来的姓名写错了。"
    default_step = (
        "请先核对姓名和证件号码。没有填错的，请带有效身份证件到信用中心窗口，或者先打电话问：窗口核对证件后就能看报告，"
        "单位写错的姓名当场提异议，办完再用手机核对就能进来。换过微信或者改过姓名的，也到窗口办理。"
    )


class RecordNameDiffers(Conflict):
    """Told to an officer who has the document before them: the records under its number name somebody else."""

    code = "record-name-differs"
    title = "记录上写的是另一个姓名"
    default_detail = "本地的记录在这个证件号码下写的是另一个姓名。可能是您填错了，也可能是单位报来的姓名写错了。"
    default_step = "请对照证件原件再看一遍姓名和号码。都没有错的，确认后照常办理，并替当事人对写错的记录提出异议。"


class BindingNotFound(NotFound):
    """The same answer for an unknown document, another name, another place and a WeChat that is already released."""

    code = "binding-not-found"
    title = "没有可以解除的绑定"
    default_detail = "按填写的姓名和证件，在本地没有查到绑定着微信的账号。"
    default_step = "请对照证件原件核对姓名和号码；当事人的常住地在另一地的，由那里的信用中心办理。"


class IdentityAlreadySet(Conflict):
    code = "identity-already-set"
    title = "这个账号已经完成实名核验"
    default_detail = "这个账号已经核验过另一份身份信息，不能更换。"
    default_step = "证件换了的，请带新旧证件到信用中心窗口办理；也可以注销账号后重新核验。"


class NotOfAge(Forbidden):
    code = "identity-under-age"
    title = "未成年人没有信用报告"

    def __init__(self, detail: str, step: str, citation: Citation) -> None:
        super().__init__(detail, citation=citation, next_step=NextStep(text=step, flow="window"))


class StepUpRefused(Forbidden):
    code = "step-up-refused"
    title = "证件号码不一致"
    field = "documentNumber"
    default_detail = "您输入的证件号码与核验时的不一致。"
    default_step = "请核对后重新输入；多次输错后需要等待一段时间。"


class OtpRefused(Forbidden):
    code = "otp-refused"
    title = "动态口令不正确"
    field = "otp"
    default_detail = "动态口令不正确，或者已经用过。"
    default_step = "请等下一个动态口令再试。"


class StaffSignInRefused(Unauthenticated):
    """The same answer for an unknown name, a wrong password, and a wrong or used one-time password."""

    code = "staff-sign-in-refused"
    title = "登录没有成功"
    default_detail = "用户名、密码或者动态口令不正确。动态口令只能用一次。"
    default_step = "请核对后用新的动态口令重试；多次失败后请等待十五分钟。"


class PasskeySignInRefused(Unauthenticated):
    """The same answer for an unknown name, a wrong password, and a key that is foreign, copied or too late."""

    code = "passkey-sign-in-refused"
    title = "登录没有成功"
    default_detail = "用户名、密码不正确，或者安全密钥没有通过。"
    default_step = "请核对后再用一次安全密钥；密钥不在身边的，改用动态口令登录。多次失败后请等待十五分钟。"


class PasskeyRefused(Invalid):
    """What the key answered does not fit the question, or came too late."""

    code = "passkey-refused"
    title = "安全密钥没有登记上"
    default_detail = "没有在五分钟内做完，或者安全密钥的回答不对，没有登记。"
    default_step = "请重新输入密码和新的动态口令，再登记一次。"


class PasskeyKnown(Conflict):
    code = "passkey-known"
    title = "这个安全密钥已经登记过了"
    default_step = "不用再登记；要登记另一个的，请换一个安全密钥。"


class PasskeysFull(Conflict):
    code = "passkeys-full"
    title = "安全密钥登记满了"
    default_detail = "一个人最多登记十个安全密钥。"
    default_step = "请先删掉不用的，再登记新的。"


class ActivationRefused(Forbidden):
    """The same answer for an unknown name, and for a wrong, used or expired code."""

    code = "activation-refused"
    title = "没有开通"
    default_detail = "用户名或者开通码不对，或者开通码已经用过、过了时间。"
    default_step = "请核对后重试。没有用过却说用过的，马上告诉审计人员；需要新开通码的，找本单位的管理人员。"


class ConsentNeeded(Forbidden):
    code = "consent-needed"
    title = "需要您的单独同意"
    default_step = "请阅读说明，同意后继续；不同意不影响您使用其他功能。"
