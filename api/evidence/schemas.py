"""What is said of a file on the wire."""

from datetime import datetime

import msgspec

from api.evidence.models import Evidence


class EvidenceView(msgspec.Struct, frozen=True, rename="camel"):
    """`digest` is SM3 of what is kept, in hex; `size` in bytes."""

    id: str
    filename: str
    media_type: str
    size: int
    digest: str
    added_at: datetime

    @classmethod
    def of(cls, evidence: Evidence) -> "EvidenceView":
        return cls(
            id=evidence.id,
            filename=evidence.filename,
            media_type=evidence.media_type,
            size=evidence.size,
            digest=evidence.digest,
            added_at=evidence.added_at,
        )
