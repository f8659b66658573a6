"""Requests and replies about accounts."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from api.accounts.identity import is_elderly
from api.accounts.models import Account, Session, Staff
from api.accounts.passkeys import ALGORITHMS, CHALLENGE_LIFE, Asked
from api.infra.privacy import mask_name, mask_number
from api.infra.wire import In, Jurisdiction, Out
from knowledge.identity import document_kinds


class SignIn(In):
    """`code` is the one that `wx.login` gave the client."""

    code: Annotated[str, Meta(min_length=1, max_length=128)]


class Refresh(In):
    refresh_token: Annotated[str, Meta(min_length=1, max_length=200)]


class StepUp(In):
    document_number: Annotated[str, Meta(min_length=1, max_length=40)]


class BindIdentity(In):
    """`bornOn` only for documents whose number does not contain the birth date."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    document_kind: Annotated[str, Meta(min_length=1, max_length=40)]
    document_number: Annotated[str, Meta(min_length=1, max_length=40)]
    born_on: date | None = None
    jurisdiction: Jurisdiction | None = None


class ChangeSettings(In):
    jurisdiction: Annotated[str, Meta(min_length=1, max_length=20)] | None = None
    is_elderly_mode: bool | None = None


class StaffSignIn(In):
    username: Annotated[str, Meta(min_length=1, max_length=40)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]
    otp: Annotated[str, Meta(pattern="^[0-9]{6}$")]
    known_device: Annotated[str, Meta(max_length=600)] | None = None


_Base64Url = Annotated[str, Meta(min_length=1, max_length=1400, pattern="^[A-Za-z0-9_-]+$")]


class AskPasskey(In):
    username: Annotated[str, Meta(min_length=1, max_length=40)]


class StaffPasskeySignIn(In):
    """What `navigator.credentials.get` gave, in base64url, in place of the one-time password."""

    username: Annotated[str, Meta(min_length=1, max_length=40)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]
    credential: _Base64Url
    client_data: _Base64Url
    authenticator_data: _Base64Url
    signature: _Base64Url
    known_device: Annotated[str, Meta(max_length=600)] | None = None


class AskNewPasskey(In):
    """`otp` is a fresh one-time password, so that somebody who finds an unlocked desk cannot enrol a key."""

    current_password: Annotated[str, Meta(min_length=1, max_length=200)]
    otp: Annotated[str, Meta(pattern="^[0-9]{6}$")]


class EnrolPasskey(In):
    """What `navigator.credentials.create` gave, in base64url. `name` helps its owner to recognise the key."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    credential: _Base64Url
    client_data: _Base64Url
    attestation: Annotated[str, Meta(min_length=1, max_length=8000, pattern="^[A-Za-z0-9_-]+$")]


class ChangeStaffPassword(In):
    """`otp` is a fresh one-time password, so that somebody who finds an unlocked desk cannot change it."""

    current_password: Annotated[str, Meta(min_length=1, max_length=200)]
    otp: Annotated[str, Meta(pattern="^[0-9]{6}$")]
    new_password: Annotated[str, Meta(min_length=1, max_length=200)]


class ActivateStaff(In):
    """`code` is the one that the administrator handed over; it works once. `password` is chosen by its owner alone."""

    username: Annotated[str, Meta(min_length=1, max_length=40)]
    code: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]


class ActivatedStaff(Out):
    """`otpauth` is added to an authenticator by scanning `qrSvg` or typing it. Neither is shown again."""

    otpauth: str
    qr_svg: str


class StaffStepUp(In):
    otp: Annotated[str, Meta(pattern="^[0-9]{6}$")]


class AccountView(Out):
    """The signed-in person, masked: neither the whole document number nor the birth date is ever sent back.

    `suggestElderMode`: large type may be offered to a person who has not turned it on. `releasedAt`: when the
    identity was released from this WeChat by an officer.
    """

    id: str
    is_bound: bool
    jurisdiction: str | None
    is_elderly_mode: bool
    suggest_elder_mode: bool
    masked_name: str | None = None
    document_kind: str | None = None
    document_title: str | None = None
    masked_number: str | None = None
    bound_at: datetime | None = None
    released_at: datetime | None = None

    @classmethod
    def of(cls, account: Account, on: date) -> "AccountView":
        identity, born_on = account.identity, account.born_on
        titles = {document.id: document.title for document in document_kinds()}
        return cls.showing(
            account,
            suggest_elder_mode=not account.is_elderly_mode
            and born_on is not None
            and is_elderly(date.fromisoformat(born_on), on),
            masked_name=mask_name(identity.name) if identity else None,
            document_kind=identity.document_kind if identity else None,
            document_title=titles.get(identity.document_kind) if identity else None,
            masked_number=mask_number(identity.document_number) if identity else None,
        )


class AccessToken(Out):
    """Sent in the header `Authorization: Bearer …`."""

    access_token: str
    expires_in_seconds: int


class Refreshed(AccessToken):
    """`sessionExpiresInSeconds`: when the session ends if it is not used until then, counted anew each time."""

    refresh_token: str
    session_expires_in_seconds: int


class SignedIn(Refreshed):
    """`sessionExpiresInSeconds`: when the session ends if it is not used until then."""

    is_bound: bool
    account: AccountView


class AskTicket(In):
    """`path` is the path of a document under `/me`, without the API's base."""

    path: Annotated[str, Meta(pattern=r"^/me/[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(\.(pdf|html|ics))?$", max_length=200)]


class Ticket(Out):
    """Sent in the header `Authorization: Ticket …` with one GET of that path. Works once."""

    ticket: str
    expires_in_seconds: int


class Bound(AccessToken):
    """The token contains the identity, so binding returns a new token."""

    account: AccountView


class SteppedUp(AccessToken):
    """For some minutes this token says that the person has just proved who they are."""


class DeviceView(Out):
    id: str
    device: str
    signed_in_at: datetime
    last_used_at: datetime
    is_current: bool

    @classmethod
    def of(cls, session: Session, current: str | None) -> "DeviceView":
        return cls.showing(session, signed_in_at=session.created_at, is_current=session.id == current)


class StaffView(Out):
    id: str
    username: str
    display_name: str
    role: str
    jurisdiction: str
    unit: str


class StaffNews(Out):
    """An event about the member's credentials: a password or authenticator changed, a sign-in refused."""

    at: datetime
    action: str
    name: str
    outcome: str
    address: str | None


class StaffSignedIn(AccessToken):
    """`knownDevice` is kept on the device and sent with the next sign-in there: it lets the owner in while others guess.

    `lastSignInAt` is that of the sign-in before, `news` what happened since, the newest first.
    """

    refresh_token: str
    staff: StaffView
    known_device: str
    last_sign_in_at: datetime | None
    news: tuple[StaffNews, ...]


class PasskeyAsked(Out):
    """For `navigator.credentials.get`: `challenge` and the names of the keys in base64url."""

    challenge: str
    party: str
    credentials: tuple[str, ...]
    seconds: int

    @classmethod
    def of(cls, asked: Asked) -> "PasskeyAsked":
        return cls.showing(asked, party=asked.party.id, seconds=int(CHALLENGE_LIFE.total_seconds()))


class NewPasskeyAsked(Out):
    """For `navigator.credentials.create`: `credentials` are the keys that are enrolled already, `algorithms` are COSE's numbers."""

    challenge: str
    party: str
    credentials: tuple[str, ...]
    seconds: int
    member: str
    username: str
    algorithms: tuple[int, ...]

    @classmethod
    def of(cls, asked: Asked, member: Staff) -> "NewPasskeyAsked":
        return cls.showing(
            asked,
            party=asked.party.id,
            seconds=int(CHALLENGE_LIFE.total_seconds()),
            member=member.id,
            username=member.username,
            algorithms=ALGORITHMS,
        )


class PasskeyView(Out):
    id: str
    name: str
    created_at: datetime
    used_at: datetime | None
