"""Requests and replies of administration."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta

from api.accounts.models import Staff
from api.infra.wire import In, Out
from api.providers.models import SCOPES, Provider, ProviderKey

MANAGED = ("officer", "clerk", "lead")
"""Whom an administrator makes and changes; auditors and administrators are made from the shell."""
OF_UNITS = ("clerk", "lead")
Name = Annotated[str, Meta(min_length=1, max_length=60)]
_ROLES = {
    "officer": "经办人员",
    "auditor": "审计人员",
    "admin": "管理人员",
    "clerk": "单位报送员",
    "lead": "单位负责人",
}


class InviteMember(In, frozen=True):
    """`provider` is the unit of a `clerk` or a `lead`."""

    username: Annotated[str, Meta(min_length=1, max_length=40)]
    display_name: Name
    role: Literal["officer", "clerk", "lead"]
    provider: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class MemberView(Out, frozen=True):
    """`canManage` is false for auditors and administrators, who are made from the shell alone. `activationUntil`: they have a
    code that is good until then, and have not signed in with it."""

    id: str
    username: str
    display_name: str
    role: str
    role_name: str
    unit: str
    is_active: bool
    can_manage: bool
    created_at: datetime
    activation_until: datetime | None

    @classmethod
    def of(cls, member: Staff) -> "MemberView":
        return cls.showing(member, role_name=_ROLES[member.role], can_manage=member.role in MANAGED)


class Members(Out, frozen=True):
    items: tuple[MemberView, ...]


class Invited(Out, frozen=True):
    """`code` is shown this once; with it the member chooses a password at the desk, and gets a second factor that nobody else sees."""

    member: MemberView
    code: str

    @classmethod
    def of(cls, invited: tuple[Staff, str]) -> "Invited":
        member, code = invited
        return cls(MemberView.of(member), code)


class AddUnit(In, frozen=True):
    """`unifiedCode` is the unit's 统一社会信用代码; `systems` receive copies of its records."""

    name: Name
    unified_code: Annotated[str, Meta(pattern="^[0-9A-HJ-NPQRTUWXY]{18}$")]
    is_market: bool = False
    systems: Annotated[tuple[Name, ...], Meta(max_length=20)] = ()


class IssueKey(In, frozen=True):
    """`days`: how long it is good; for good where none is given. All scopes where none is given."""

    scopes: Annotated[tuple[str, ...], Meta(max_length=len(SCOPES))] = SCOPES
    days: Annotated[int, Meta(ge=1, le=3650)] | None = None


class KeyView(Out, frozen=True):
    """`state`: good, ending (a successor is out), ended or revoked. `id` is the public part; the secret one is kept nowhere."""

    id: str
    state: str
    scopes: tuple[str, ...]
    created_at: datetime
    used_on: date | None
    expires_on: date | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, key: ProviderKey, now: datetime) -> "KeyView":
        good = "ending" if key.expires_on else "good"
        state = "revoked" if key.revoked_at else good if key.is_good(now) else "ended"
        return cls.showing(key, state=state, scopes=key.opens)


class UnitView(Out, frozen=True):
    id: str
    name: str
    unified_code: str
    is_market: bool
    systems: tuple[str, ...]
    represents: tuple[str, ...]
    keys: tuple[KeyView, ...]

    @classmethod
    def of(cls, unit: Provider, keys: list[ProviderKey], now: datetime) -> "UnitView":
        return cls.showing(unit, keys=tuple(KeyView.of(key, now) for key in keys))


class Units(Out, frozen=True):
    items: tuple[UnitView, ...]


class NewKey(Out, frozen=True):
    """The whole key, shown this once; it is handed over by a safe way."""

    key: str


class RevokedKey(Out, frozen=True):
    id: str


class CentreSetting(Out, frozen=True):
    """As it is set; `setting` is where it is changed, which no screen does. `review`: further officers who sign a paper."""

    name: str
    telephone: str
    windows: str
    hours: str
    is_example: bool
    review: int
    setting: str = "CW_CENTRES"


class CalendarYearView(Out, frozen=True):
    """A year of working days: from the official notice, or estimated until there is one."""

    year: int
    is_published: bool
    notice: str
    number: str
    days_off: int
    working_weekends: int


class MovedDayView(Out, frozen=True):
    """A step whose day is another since the count changed; the case by its number alone."""

    number: str
    errand: str
    title: str
    from_on: date
    to_on: date
    at: datetime


class Setup(Out, frozen=True):
    """`estimated`: open cases whose next day lies past the published years; `moved`: the newest hundred."""

    centre: CentreSetting
    calendar: tuple[CalendarYearView, ...]
    published_until: date
    estimated: int
    moved: tuple[MovedDayView, ...]
