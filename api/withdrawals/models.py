"""Withdrawals as stored: one for each record, those of one request under one receipt number."""

from datetime import date, datetime
from enum import StrEnum

from api.infra.cases import HandledCase
from api.infra.documents import Kept, Secret, Stored
from api.records.models import Disclosure


class Kind(StrEnum):
    RIGHT = "right"  # Yunnan 37
    COURTESY = "courtesy"  # a request that the provider may decline


class Consent(Stored):
    """The fresh consent by which a withdrawn record was restored."""

    KEPT = Kept(word="version", when="at")

    version: str
    at: datetime


class Withdrawal(HandledCase, kw_only=True):
    """`content` is the text of the receipt, `digest` its SM3; `disclosure` what held before and what an undo restores.

    A courtesy has no receipt until the provider has agreed; only a courtesy has steps. `passed_on` is the day on which it was passed on
    on paper, `said` the unit's reason where an officer entered it.
    """

    KEPT = Kept(
        ours="record",
        word="kind",
        law="code",
        unit="provider source_unit",
        when="asked_at stopped_at passed_on",
        because={"digest": "of titles and units that the record shows itself"},
    )

    kind: Kind
    record: str
    title: Secret[str]
    code: str
    provider: str
    source_unit: str
    asked_at: datetime
    disclosure: Disclosure
    content: Secret[str] | None = None
    digest: str | None = None
    stopped_at: datetime | None = None
    consent: Consent | None = None
    passed_on: date | None = None
    said: Secret[str] | None = None
