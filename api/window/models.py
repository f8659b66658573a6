"""Visits at the window as stored."""

from datetime import datetime

import msgspec

from api.infra.documents import Kept, Secret
from api.infra.transitions import HistoryEntry


class WindowVisit(msgspec.Struct, frozen=True):
    """`officer` is the member of staff who has seen the document, `proof` what they saw (`PROOFS`), `resident` the masked
    name. It holds up to the instant `until`."""

    KEPT = Kept(
        ours="id owner officer version",
        keyed="subject",
        word="status proof",
        place="jurisdiction",
        when="opened_at until",
    )

    id: str
    owner: str
    subject: str
    status: str
    jurisdiction: str
    officer: str
    resident: Secret[str]
    proof: str
    opened_at: datetime
    until: datetime
    version: int = 1
    history: tuple[HistoryEntry, ...] = ()

    def holds(self, now: datetime) -> bool:
        return self.status == "open" and now < self.until
