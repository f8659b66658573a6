"""Replies about files."""

from datetime import datetime
from typing import Literal

from api.evidence.models import Evidence
from api.infra.wire import Out

_BY: dict[str, Literal["party", "unit", "centre"]] = {"prv": "unit", "stf": "centre"}


class EvidenceView(Out):
    """`digest` is the SM3 of the stored file, in hex; `size` is in bytes; `by` is who added it."""

    id: str
    filename: str
    media_type: str
    size: int
    digest: str
    added_at: datetime
    kind: str
    by: Literal["party", "unit", "centre"]

    @classmethod
    def of(cls, evidence: Evidence) -> "EvidenceView":
        return cls.showing(evidence, by=_BY.get(evidence.owner.partition("_")[0], "party"))
