"""Requests and replies of administration."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta

from api.accounts.models import Staff
from api.administration.calendars import TakenNotice
from api.administration.centres import CentreChange
from api.desk.recounting import Move
from api.infra.wire import In, Out
from api.providers.models import MOST_DAYS, SCOPES, UNIFIED_CODE, Provider, ProviderKey
from knowledge.models import CalendarYear

MANAGED = ("officer", "clerk", "lead")
"""Whom an administrator makes and changes; auditors and administrators are made from the shell."""
OF_UNITS = ("clerk", "lead")
_PLAIN = r"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*$"
"""Printed at a terminal and on papers: no characters that move the cursor or turn the line."""
Name = Annotated[str, Meta(min_length=1, max_length=60, pattern=_PLAIN)]
Reason = Annotated[str, Meta(min_length=2, max_length=200, pattern=r"\S")]
_ROLES = {
    "officer": "经办人员",
    "auditor": "审计人员",
    "admin": "管理人员",
    "clerk": "单位报送员",
    "lead": "单位负责人",
}


class InviteMember(In):
    """`provider` is the unit of a `clerk` or a `lead`."""

    username: Annotated[str, Meta(min_length=1, max_length=40)]
    display_name: Name
    role: Literal["officer", "clerk", "lead"]
    provider: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class MemberView(Out):
    """`canManage` is false for auditors and administrators, who are created from the shell only. `activationUntil`: they have a
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


class Invited(Out):
    """`code` is shown this once; with it the member chooses a password at the desk, and gets a second factor that nobody else sees."""

    member: MemberView
    code: str

    @classmethod
    def of(cls, invited: tuple[Staff, str]) -> "Invited":
        member, code = invited
        return cls(MemberView.of(member), code)


class AddUnit(In):
    """`unifiedCode` is the unit's 统一社会信用代码; `systems` receive copies of its records."""

    name: Name
    unified_code: Annotated[str, Meta(pattern=UNIFIED_CODE)]
    is_market: bool = False
    systems: Annotated[tuple[Name, ...], Meta(max_length=20)] = ()


class IssueKey(In):
    """`days`: how long it is valid; without it, for ever. Without `scopes` it has all. `isExchangeOnly`: the key opens
    nothing but the exchange for a token.
    """

    scopes: Annotated[tuple[str, ...], Meta(max_length=len(SCOPES))] = SCOPES
    days: Annotated[int, Meta(ge=1, le=MOST_DAYS)] | None = None
    is_exchange_only: bool = False


class KeyView(Out):
    """`state`: good, ending (a successor is out), ended or revoked. `id` is the public part; the secret one is kept nowhere."""

    id: str
    state: str
    scopes: tuple[str, ...]
    created_at: datetime
    used_on: date | None
    expires_on: date | None
    revoked_at: datetime | None
    is_exchange_only: bool

    @classmethod
    def of(cls, key: ProviderKey, now: datetime) -> "KeyView":
        good = "ending" if key.expires_on else "good"
        state = "revoked" if key.revoked_at else good if key.is_good(now) else "ended"
        return cls.showing(key, state=state, scopes=key.opens)


class UnitView(Out):
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


class NewKey(Out):
    """The whole key, shown only once. Hand it over by a safe channel."""

    key: str


class RevokedKey(Out):
    id: str


class SetCentre(In):
    """How the centre is reached, whole; `version` is the one that was seen."""

    telephone: Annotated[str, Meta(max_length=60, pattern=_PLAIN)]
    windows: Annotated[str, Meta(max_length=200, pattern=_PLAIN)]
    hours: Annotated[str, Meta(max_length=100, pattern=_PLAIN)]
    version: Annotated[int, Meta(ge=0)]
    reason: Reason


class ReachedView(Out):
    telephone: str
    windows: str
    hours: str


class CentreChangeView(Out):
    """Who changed how the centre is reached, when and why."""

    version: int
    before: ReachedView
    after: ReachedView
    reason: str
    by_name: str
    at: datetime

    @classmethod
    def of(cls, change: CentreChange, names: Mapping[str, str]) -> "CentreChangeView":
        return cls.showing(change, by_name=names.get(change.by, "已离开的同事"))


class CentreSetting(Out):
    """As residents read it now. `version` counts what was set here, 0 for what is configured; name and `review` (further officers
    who sign a paper) are changed where `setting` says, with a restart."""

    name: str
    telephone: str
    windows: str
    hours: str
    is_example: bool
    review: int
    version: int
    configured: ReachedView
    changes: tuple[CentreChangeView, ...]
    setting: str = "CW_CENTRES"


class CalendarYearView(Out):
    """A year of working days: from the official notice, or estimated until there is one. `takenBy` and `takenAt`: who took the
    notice in here, where it did not come with the program."""

    year: int
    is_published: bool
    notice: str
    number: str
    noticed_on: date | None
    days_off: int
    working_weekends: int
    taken_by: str | None = None
    taken_at: datetime | None = None

    @classmethod
    def of(cls, year: CalendarYear, taken: TakenNotice | None, names: Mapping[str, str]) -> "CalendarYearView":
        return cls.showing(
            year,
            days_off=sum((run.last - run.first).days + 1 for run in year.holidays),
            working_weekends=len(year.working_weekends),
            taken_by=names.get(taken.by, "已离开的同事") if taken else None,
            taken_at=taken.at if taken else None,
        )


NoticeText = Annotated[str, Meta(min_length=1, max_length=8000)]


class TryNotice(In):
    """`text` is the file as it is: see the form in `docs/operations.md`."""

    text: NoticeText


class TakeNotice(In):
    """`digest` is the one that the trial gave: the calendar that it was made against."""

    text: NoticeText
    digest: Annotated[str, Meta(max_length=64)]


class ChangedDayView(Out):
    on: date
    is_working: bool
    why: str


class MoveView(Out):
    """A step whose due date would change. The case is named by its number only."""

    number: str
    errand: str
    title: str
    from_on: date
    to_on: date

    @classmethod
    def of(cls, move: Move) -> "MoveView":
        return cls(move.docket.number, move.docket.errand, move.new.due.title, move.old.due_on, move.new.due_on)


class TriedNotice(Out):
    """What a notice would change: `replaces` is what is known of the year so far, `moved` the first hundred steps of one's own place, of
    `movedCount` there and `elsewhereCount` in other places. Nothing was changed."""

    year: CalendarYearView
    replaces: CalendarYearView
    changed: tuple[ChangedDayView, ...]
    warnings: tuple[str, ...]
    moved: tuple[MoveView, ...]
    moved_count: int
    elsewhere_count: int
    digest: str


class TakenNoticeView(Out):
    """In effect from now on; open cases are recounted within ten minutes."""

    id: str
    year: int
    version: int


class MovedDayView(MoveView):
    """A step whose due date changed when working days were recounted. The case is named by its number only."""

    at: datetime


class Setup(Out):
    """`estimated`: open cases whose next day lies past the published years; `moved`: the newest hundred."""

    centre: CentreSetting
    calendar: tuple[CalendarYearView, ...]
    published_until: date
    estimated: int
    moved: tuple[MovedDayView, ...]
