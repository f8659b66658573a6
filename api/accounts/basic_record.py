"""The basic record that binding an identity adds. Pure."""

from datetime import datetime

from api.accounts.identity import Claim
from api.infra.clock import civil_date
from api.infra.ids import new_id
from api.records.models import Change, Disclosure, Particulars, Record, Section
from knowledge import catalogue
from knowledge.identity import document_kinds

SELF = "self"
SELF_UNIT = "本人"
_IDENTITY_CODE = "identity"


def basic_record(claim: Claim, place: str, subject: str, natural_key: str, now: datetime) -> Record:
    """What a person tells of themselves when an identity is bound, in one jurisdiction's catalogue."""
    entry = catalogue.entry(place, _IDENTITY_CODE, civil_date(now))
    titles = {document.id: document.title for document in document_kinds()}
    return Record(
        id=new_id("rec"),
        natural_key=natural_key,
        jurisdiction=place,
        section=Section.BASIC,
        code=entry.code,
        title=entry.title,
        subject=subject,
        provider=SELF,
        source_unit=SELF_UNIT,
        received_at=now,
        particulars=Particulars(
            name=claim.name,
            document_kind=claim.document_kind,
            document_number=claim.document_number,
            items={
                "姓名": claim.name,
                "证件种类": titles[claim.document_kind],
                "证件号码": claim.document_number,
            },
        ),
        disclosure=Disclosure(is_published=entry.public_attribute == "public", is_shared=True, is_queryable=True),
        changes=(Change(at=now, kind="collected", unit=SELF_UNIT, reason="实名核验时由本人提供。"),),
    )
