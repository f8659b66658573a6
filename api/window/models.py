"""Visits at the window as stored."""

from datetime import datetime

from api.infra.cases import LocalCase
from api.infra.documents import Kept, Secret


class WindowVisit(LocalCase, kw_only=True):
    """`officer` is the member of staff who has seen the document, `proof` what they saw (`PROOFS`), `resident` the masked
    name. It holds up to the instant `until`."""

    KEPT = Kept(ours="officer", word="proof", when="opened_at until")

    officer: str
    resident: Secret[str]
    proof: str
    opened_at: datetime
    until: datetime

    def holds(self, now: datetime) -> bool:
        return self.status == "open" and now < self.until
