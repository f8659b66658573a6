"""Withdrawals as stored: one for each record, those of one request under one receipt number."""

from datetime import datetime
from enum import StrEnum

import msgspec

from api.infra.documents import Kept, Secret
from api.infra.transitions import HistoryEntry
from api.records.models import Disclosure


class Kind(StrEnum):
    RIGHT = "right"  # Yunnan 37
    COURTESY = "courtesy"  # a request that the provider may decline


class Consent(msgspec.Struct, frozen=True):
    """The fresh consent by which a withdrawn record was restored."""

    KEPT = Kept(word="version", when="at")

    version: str
    at: datetime


class Withdrawal(msgspec.Struct, frozen=True):
    """`content` is the text of the receipt, `digest` its SM3; `disclosure` what held before and what an undo restores.

    A courtesy has no receipt until the provider has agreed.
    """

    KEPT = Kept(
        ours="id owner number record version",
        keyed="subject",
        word="status kind",
        law="code",
        place="jurisdiction",
        unit="provider source_unit",
        when="asked_at stopped_at",
        because={"digest": "of titles and units that the record shows itself"},
    )

    id: str
    owner: str
    subject: str
    status: str
    kind: Kind
    number: str
    record: str
    title: Secret[str]
    code: str
    jurisdiction: str
    provider: str
    source_unit: str
    asked_at: datetime
    disclosure: Disclosure
    content: Secret[str] | None = None
    digest: str | None = None
    stopped_at: datetime | None = None
    consent: Consent | None = None
    version: int = 1
    history: tuple[HistoryEntry, ...] = ()
