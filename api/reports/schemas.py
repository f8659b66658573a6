"""Replies about reports."""

from datetime import date, datetime

from api.infra.wire import Out
from api.records.views import RecordView


class SectionView(Out):
    """`note` says how to read the section, such as 未经核验 over declarations."""

    section: str
    title: str
    note: str
    records: tuple[RecordView, ...]


class SummaryView(Out):
    """The report in ten seconds. `nextOpensOn` is the first day on which another repair can be applied for."""

    text: str
    dishonesty: int
    commendations: int
    can_repair_now: int
    next_opens_on: date | None
    marked: int


class ReportView(Out):
    """A person's own report as of `asOf`, the civil date in Shanghai on which it was assembled."""

    as_of: date
    issued_at: datetime
    name: str
    document_kind: str
    document_number: str
    summary: SummaryView
    sections: tuple[SectionView, ...]
    notes: tuple[str, ...]
