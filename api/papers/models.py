"""Issued documents as stored: what a verification needs, and no content."""

from datetime import datetime

import msgspec

from api.infra.documents import Kept, Stored


class Issued(msgspec.Struct, frozen=True):
    """What the person reads of a document that was issued about them."""

    kind: str
    number: str
    issued_at: datetime
    digest: str
    ref: str | None


class IssuedDocument(Stored):
    """`id` is the blind index of the verification code. `digest` is SM3 of the PDF, `facts` of the records' versions."""

    KEPT = Kept(keyed="id subject", word="kind", ours="number ref", digest="digest facts", when="issued_at")

    id: str
    kind: str
    number: str
    subject: str
    issued_at: datetime
    digest: str
    facts: str
    ref: str | None = None
