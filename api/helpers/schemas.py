"""Requests and replies about helpers."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from api.helpers.items import POWERS
from api.helpers.models import APPOINTED, TICKED, Appointment, HelperKind, Item
from api.helpers.states import TABLE
from api.infra.consent_texts import ConsentText
from api.infra.sources import DueView, WordingView
from api.infra.wire import In, Out


class HelperIn(In):
    """`name` as on the helper's document: only a person of that name can redeem the code."""

    kind: Literal["family", "community"]
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=60, pattern=r"^\S(.*\S)?$")]


class Appoint(In):
    """`untilOn` is the last day."""

    helper: HelperIn
    items: Annotated[
        tuple[Literal["report", "objection", "repair"], ...], msgspec.Meta(min_length=1, max_length=len(TICKED))
    ]
    until_on: date
    consent_version: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]


class Accept(In):
    code: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class PowerView(Out):
    item: Item
    label: str
    text: str

    @classmethod
    def of(cls, item: Item) -> "PowerView":
        return cls(item=item, label=POWERS[item].label, text=POWERS[item].text)

    @classmethod
    def for_the_one_who_acts(cls, item: Item) -> "PowerView":
        return cls(item=item, label=POWERS[item].deed, text="")


class HelperFormView(WordingView):
    """What can be ticked, and the text that is agreed to."""

    powers: tuple[PowerView, ...]

    @classmethod
    def of(cls, text: ConsentText) -> "HelperFormView":
        powers = tuple(PowerView.of(item) for item in TICKED)
        return cls.showing(text, powers=powers)


def _until(case: Appointment, chooser: str) -> DueView:
    """`chooser` is the person who appointed; the day of a proof is that of the request which an officer confirmed."""
    is_chosen = case.helper.kind in APPOINTED
    return DueView.agreed(
        case.until_on, f"{chooser}选定的最后一天。" if is_chosen else "申请里写明、信用中心核对过的最后一天。"
    )


class AppointmentView(Out):
    """As the resident sees it, without the code, which was shown once."""

    id: str
    status: str
    status_label: str
    helper_kind: HelperKind
    helper_name: str
    powers: tuple[PowerView, ...]
    appointed_at: datetime
    taken_at: datetime | None
    until: DueView
    can_revoke: bool

    @classmethod
    def of(cls, case: Appointment) -> "AppointmentView":
        return cls.showing(
            case,
            status_label=TABLE.label(case.status),
            helper_kind=case.helper.kind,
            helper_name=case.helper.name,
            powers=tuple(PowerView.of(item) for item in case.items),
            until=_until(case, "您"),
            can_revoke=not TABLE.is_final(case.status),
        )


class AppointedView(Out):
    """The only answer that contains the code. `fragment` follows the page's address; `qrSvg` is a QR code of both."""

    appointment: AppointmentView
    code: str
    fragment: str
    qr_svg: str
    note: str = "帮手码只显示这一次，只能用一次。请当面交给对方，不要发到群里。"


class HelpedView(Out):
    """As the helper sees it: for whom (masked), what they may do, and until when."""

    id: str
    resident: str
    powers: tuple[PowerView, ...]
    until: DueView

    @classmethod
    def of(cls, case: Appointment) -> "HelpedView":
        return cls(
            id=case.id,
            resident=case.resident,
            powers=tuple(PowerView.for_the_one_who_acts(item) for item in case.items),
            until=_until(case, "对方"),
        )
