"""What a report and a verification look like on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from api.infra.wire import In, Out
from api.records.views import RecordView


class SectionView(Out, frozen=True):
    """`note` says how to read the section, such as 未经核验 over declarations."""

    section: str
    title: str
    note: str
    records: tuple[RecordView, ...]


class SummaryView(Out, frozen=True):
    """What one sees in ten seconds. `nextOpensOn` is the first day on which another repair can be asked for."""

    text: str
    dishonesty: int
    commendations: int
    can_repair_now: int
    next_opens_on: date | None
    marked: int


class ReportView(Out, frozen=True):
    """A person's own report as of `asOf`, the civil date in Shanghai on which it was assembled."""

    as_of: date
    issued_at: datetime
    name: str
    document_kind: str
    document_number: str
    summary: SummaryView
    sections: tuple[SectionView, ...]
    notes: tuple[str, ...]


class VerifyDocument(In, frozen=True):
    """`code` as somebody typed it from the paper, or as the QR has it behind its `#`."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class VerificationView(Out, frozen=True):
    """Whether a document is genuine; nothing about the person. What follows `isComplete` is None where it is not.

    `answer`: `genuine`; `outdated`, genuine while the person's facts have changed since; `unknown`, no such code, which with
    `isComplete` false was not typed in full.
    """

    is_genuine: bool
    answer: Literal["genuine", "outdated", "unknown"]
    is_complete: bool
    kind: str | None = None
    issued_at: datetime | None = None
    digest: str | None = None
    digest_algorithm: str | None = None
    has_newer_facts: bool | None = None
