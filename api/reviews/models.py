"""Drafted decisions that wait for signatures, as stored."""

from datetime import datetime

from api.infra.documents import Kept, Secret, Stored

STATUSES = {"open": "等审核", "issued": "已签发", "returned": "已退回"}


class Signature(Stored):
    KEPT = Kept(ours="by", when="at")

    by: str
    at: datetime


class Proposal(Stored):
    """`draft` is the form as JSON, decided unchanged; `officer` drafted it. Each case has at most one open proposal."""

    KEPT = Kept(
        ours="id case number officer is_open returned_by version",
        keyed="subject",
        word="errand action status",
        place="jurisdiction",
        when="at ended_at",
    )

    id: str
    case: str
    errand: str
    number: str
    jurisdiction: str
    subject: str
    action: str
    draft: Secret[str]
    officer: str
    at: datetime
    signed: tuple[Signature, ...] = ()
    status: str = "open"  # open | issued | returned
    is_open: bool = True
    returned_by: str | None = None
    why: Secret[str] | None = None
    ended_at: datetime | None = None
    version: int = 1
