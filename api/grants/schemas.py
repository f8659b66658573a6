"""Requests and replies about grants."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from api.grants.duties import duties
from api.grants.models import Grant, GranteeKind, Redeemed
from api.grants.states import TABLE
from api.infra.clock import SHANGHAI
from api.infra.sources import DueView, SourceView
from api.infra.wire import Id, In, Out
from api.records.models import Record, Section
from api.records.wording import plain_items

SECTIONS = {
    Section.BASIC: "基础信息",
    Section.DISHONESTY: "失信信息",
    Section.COMMENDATION: "表彰奖励等信息",
    Section.OTHER: "其他信息",
    Section.DECLARATION: "本人自主申报（未经核验）",
    Section.PLEDGE: "信用承诺和践诺",
}
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Purpose = Annotated[str, msgspec.Meta(min_length=2, max_length=100, pattern=r"^\S(.*\S)?$")]


class GranteeIn(In):
    """A person is named with a document, since many people share a name. Only a keyed digest of the number is kept."""

    kind: GranteeKind
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=60, pattern=r"^\S(.*\S)?$")]
    document_number: Annotated[str, msgspec.Meta(min_length=4, max_length=40)] | None = None
    document_kind: Annotated[str, msgspec.Meta(max_length=40)] = "resident_id"


class Give(In):
    """`includesMarket` lists the ids of the market records to show; without it none is shown."""

    grantee: GranteeIn
    purpose: Purpose
    sections: Annotated[tuple[Section, ...], msgspec.Meta(min_length=1, max_length=6)]
    expires_on: date
    consent_version: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    uses: Annotated[int, msgspec.Meta(ge=1, le=50)] = 1
    includes_market: Annotated[tuple[Id, ...], msgspec.Meta(max_length=100)] = ()


class Look(In):
    code: Code


class Redeem(In):
    """`acceptedPurpose` repeats the agreed purpose; the receiver may use the data for nothing else."""

    code: Code
    accepted_purpose: Purpose


class UseView(Out):
    at: datetime
    viewer: str


class GrantView(Out):
    """Without the code, which was shown once."""

    id: str
    status: str
    status_label: str
    grantee_kind: GranteeKind
    grantee_name: str
    purpose: str
    sections: tuple[Section, ...]
    includes_market: tuple[str, ...]
    granted_at: datetime
    expires: DueView
    uses_allowed: int
    uses_left: int
    uses: tuple[UseView, ...]
    can_revoke: bool

    @classmethod
    def of(cls, case: Grant) -> "GrantView":
        return cls.showing(
            case,
            status_label=TABLE.label(case.status),
            grantee_kind=case.grantee.kind,
            grantee_name=case.grantee.name,
            includes_market=case.market,
            expires=DueView.agreed(case.expires_on, "您授权时选定的最后一天。"),
            can_revoke=case.status == "active",
        )


class GrantedView(Out):
    """The only answer that contains the code. `fragment` follows the page's address; `qrSvg` is a QR code of both."""

    grant: GrantView
    code: str
    fragment: str
    qr_svg: str
    note: str = "授权码只显示这一次，请当面或者通过可信的方式交给对方。"


class DutyView(Out):
    text: str
    citation: SourceView


class LookView(Out):
    """What the receiver agrees to before anything is shown."""

    purpose: str
    sections: tuple[str, ...]
    has_market: bool
    expires: DueView
    uses_left: int
    duties: tuple[DutyView, ...]

    @classmethod
    def of(cls, case: Grant) -> "LookView":
        return cls.showing(
            case,
            sections=tuple(SECTIONS[section] for section in case.sections),
            has_market=bool(case.market),
            expires=DueView.agreed(case.expires_on, "对方授权时选定的最后一天。"),
            duties=_duties(),
        )


class ItemView(Out):
    """One record as the receiver sees it. `marks` says that an objection is being handled."""

    title: str
    jurisdiction: str
    source_unit: str
    is_market: bool
    record_class: str | None
    decided_on: date | None
    items: dict[str, str]
    marks: tuple[str, ...]
    statement: str | None

    @classmethod
    def of(cls, record: Record) -> "ItemView":
        return cls.showing(
            record, items=plain_items(record.particulars), marks=tuple(mark.kind for mark in record.marks)
        )


class SectionView(Out):
    section: Section
    title: str
    items: tuple[ItemView, ...]


class WatermarkView(Out):
    """Drawn over everything shown: who looks, when, under which grant, for which purpose."""

    viewer: str
    at: datetime
    grant_id: str
    purpose: str
    text: str


class RedeemedView(Out):
    subject_name: str
    sections: tuple[SectionView, ...]
    watermark: WatermarkView
    uses_left: int
    duties: tuple[DutyView, ...]

    @classmethod
    def of(cls, redeemed: Redeemed) -> "RedeemedView":
        case = redeemed.grant
        local = redeemed.at.astimezone(SHANGHAI)
        wanted = [s for s in SECTIONS if s in case.sections or any(r.section is s for r in redeemed.records)]
        return cls(
            subject_name=redeemed.subject_name,
            sections=tuple(
                SectionView(
                    section=section,
                    title=SECTIONS[section],
                    items=tuple(ItemView.of(record) for record in redeemed.records if record.section is section),
                )
                for section in wanted
            ),
            watermark=WatermarkView(
                viewer=redeemed.viewer,
                at=redeemed.at,
                grant_id=case.id,
                purpose=case.purpose,
                text=f"{redeemed.viewer} {local:%Y-%m-%d %H:%M} 仅用于{case.purpose}",
            ),
            uses_left=case.uses_left,
            duties=_duties(),
        )


def _duties() -> tuple[DutyView, ...]:
    return tuple(DutyView.showing(duty) for duty in duties())
