"""Declarations as stored: every wording they ever had."""

from datetime import datetime

from api.infra.cases import LocalCase
from api.infra.documents import Kept, Secret, Stored

UNVERIFIED = "未经核验"


class WrittenConsent(Stored):
    """Written consent: to which warning, when, and for which kinds of data found in the text."""

    KEPT = Kept(law="warning covers", when="at")

    warning: str
    at: datetime
    covers: tuple[str, ...]


class Wording(Stored):
    """One wording, with the statement of truth under which it was made."""

    KEPT = Kept(when="at", law="statement")

    at: datetime
    text: Secret[str]
    statement: str
    consent: WrittenConsent | None = None


class Declaration(LocalCase, kw_only=True):
    """`wordings` are in order, the current one last; `record` is the record that the report shows."""

    KEPT = Kept(
        ours="record is_market",
        word="kind",
        law="title",
    )

    kind: str
    title: str
    is_market: bool
    record: str
    wordings: tuple[Wording, ...]
