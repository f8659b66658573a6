"""The queue and the breaches as stored."""

from datetime import date, datetime

import msgspec

from api.infra.cases import HandledCase
from api.infra.documents import Kept, Stored
from api.infra.steps import Step
from knowledge.citations import Certainty, Citation


class Docket(Stored):
    """A case in the queue. `id` is the case's own id, `subject` the resident's blind index; `steps` are the open ones,
    the next due first; `urged_on` is the last day on which its resident urged.
    """

    KEPT = Kept(
        ours="id number assignee", word="errand status", place="jurisdiction", keyed="subject", when="due_on urged_on"
    )

    id: str
    errand: str
    jurisdiction: str
    number: str
    status: str
    due_on: date
    steps: tuple[Step, ...]
    subject: str = ""
    assignee: str | None = None
    urged_on: date | None = None


class Load(msgspec.Struct, frozen=True):
    """The cases of one officer, or of nobody: all, late ones, those due today, and those due after it within three working days."""

    assignee: str | None
    total: int
    late: int
    today: int
    soon: int


class Breach(Stored):
    """A step that was not done by its day. `owed_by` is a unit, `reason` how the day was counted, in Chinese.

    `done_at` is None while it is still not done.
    """

    KEPT = Kept(
        ours="id case number",
        word="errand clock certainty is_statutory",
        law="title reason citation",
        place="jurisdiction",
        unit="owed_by",
        when="started_on due_on recorded_at done_at",
    )

    id: str
    case: str
    errand: str
    jurisdiction: str
    number: str
    clock: str
    title: str
    owed_by: str
    started_on: date
    due_on: date
    is_statutory: bool
    citation: Citation
    certainty: Certainty
    reason: str
    recorded_at: datetime
    done_at: datetime | None = None


class Remedy(Stored):
    """A remedy against a decision. `clock` is its id in `knowledge.remedies`, which for the first two is also the id of their
    clock."""

    KEPT = Kept(word="clock", when="starts_on")

    clock: str
    starts_on: date


class RecordCase(HandledCase, kw_only=True):
    """Base of the cases about a record that officers and its unit handle, one open for each record and person. `provider` is the id
    of the unit, `provider_unit` its name.
    """

    KEPT = Kept(
        ours="record_id is_open", law="record_title", unit="provider provider_unit", when="filed_at decided_at urged_on"
    )

    record_id: str
    record_title: str
    provider: str
    provider_unit: str
    filed_at: datetime
    is_open: bool = True
    decided_at: datetime | None = None
    remedies: tuple[Remedy, ...] = ()
    urged_on: tuple[date, ...] = ()
