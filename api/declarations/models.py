"""Declarations as stored: every wording they ever had."""

from datetime import datetime

import msgspec

from api.infra.documents import Kept, Secret
from api.infra.transitions import HistoryEntry

UNVERIFIED = "未经核验"


class WrittenConsent(msgspec.Struct, frozen=True):
    """Written consent: to which warning, when, and for which kinds of data found in the text."""

    KEPT = Kept(law="warning covers", when="at")

    warning: str
    at: datetime
    covers: tuple[str, ...]


class Wording(msgspec.Struct, frozen=True):
    """One wording, with the statement of truth under which it was made."""

    KEPT = Kept(when="at", law="statement")

    at: datetime
    text: Secret[str]
    statement: str
    consent: WrittenConsent | None = None


class Declaration(msgspec.Struct, frozen=True):
    """`wordings` are in order, the current one last; `record` is the record that the report shows."""

    KEPT = Kept(
        ours="id owner record is_market version", keyed="subject", word="status kind", law="title", place="jurisdiction"
    )

    id: str
    owner: str
    subject: str
    status: str
    kind: str
    title: str
    jurisdiction: str
    is_market: bool
    record: str
    wordings: tuple[Wording, ...]
    version: int = 1
    history: tuple[HistoryEntry, ...] = ()
