"""Replies about files."""

from datetime import datetime

from api.evidence.models import Evidence, Side, side_of
from api.infra.wire import Out


class EvidenceView(Out):
    """`digest` is the SM3 of the stored file, in hex; `size` is in bytes; `by` is who added it."""

    id: str
    filename: str
    media_type: str
    size: int
    digest: str
    added_at: datetime
    kind: str
    by: Side

    @classmethod
    def of(cls, evidence: Evidence) -> "EvidenceView":
        return cls.showing(evidence, by=side_of(evidence.owner))
