"""What is shown of a record to its person: its source, both periods, what can be done about it and from which day."""

from datetime import date, datetime

from api.infra.sources import DueView, SourceView
from api.infra.wire import Out
from api.notices.outlook import Outlook
from api.records.actions import ActionView
from api.records.models import Section, Standing
from knowledge.citations import Certainty


class PublicityView(Out):
    """The national period. `minimumEndsOn` is None for a class without a minimum; `why` says it in words.

    `endsOn` is the day on which publicity ends by itself, `endsBy` what it rests on (maximum, authority, stated_unperformed
    or unknown); `authorityUntil` is the unit's own date, always beside the computed one, and `difference` how the two differ.
    `arguableUntil`: until when the minimum would last in a reading that this product does not follow.
    """

    state: str
    why: str
    minimum_ends_on: date | None
    maximum_ends_on: date | None
    opens_on: date | None
    is_estimated: bool
    regime: str
    citations: tuple[SourceView, ...]
    certainty: Certainty
    earlier: str | None
    ends_on: date | None
    ends_by: str
    authority_until: date | None
    difference: str | None
    arguable_until: date | None


class DisclosurePeriodView(Out):
    """The local period: `state` is until, extended, not_begun, no_number or unknown. `wouldEndOn` goes with not_begun."""

    state: str
    ends_on: date | None
    why: str
    citation: SourceView
    certainty: Certainty
    would_end_on: date | None = None


class ConditionView(Out):
    name: str
    title: str
    is_met: bool | None
    detail: str
    citation: SourceView
    certainty: Certainty


class RepairView(Out):
    """`state`: open, opens, unmet, unknown or closed."""

    state: str
    opens_on: date | None
    why: str
    conditions: tuple[ConditionView, ...]


class CatalogueView(Out):
    """The five fields of Yunnan 9, as the catalogue has them; `publicSource` is what publication of natural persons rests on,
    with how sure that is: no source that was read says so where it is inferred. `edition` is that of the national catalogue.
    """

    code: str
    title: str
    conduct: str
    public_attribute: str
    share_scope: str
    source_and_channel: str
    update_frequency: str
    source: SourceView
    certainty: Certainty
    note: str
    public_source: SourceView | None
    public_certainty: Certainty | None
    edition: str


class DisclosedView(Out):
    """In which ways others can see the record today."""

    is_published: bool
    is_shared: bool
    is_queryable: bool


class MarkView(Out):
    kind: str
    title: str
    since: datetime
    case_id: str
    is_statutory: bool


class ChangeView(Out):
    """Why the record changed: `law` are ids of articles such as `yunnan-36`."""

    at: datetime
    kind: str
    unit: str
    reason: str
    fields: tuple[str, ...]
    law: tuple[str, ...]
    case_id: str | None


class CopyView(Out):
    """Another system that has the record. `due` is set until it has followed the newest change."""

    system: str
    shared_at: datetime
    told_at: datetime | None
    due: DueView | None
    acknowledged_at: datetime | None


class MeasureView(Out):
    """`kind`: incentive or penalty."""

    code: str
    kind: str
    title: str
    unit: str
    since: date
    lifted_at: datetime | None
    source: SourceView


class ConsentView(Out):
    """The unit's proof that the person agreed to market information; `isProven` is false if it gave none."""

    is_proven: bool
    on: date | None
    proof: str | None
    purpose: str | None
    exempt_by: str | None
    is_warned: bool
    source: SourceView


class RecordView(Out):
    """Everything about one record. `items` are what the provider reported, under the provider's labels, in plain words."""

    id: str
    section: Section
    code: str
    title: str
    jurisdiction: str
    source_unit: str
    received_at: datetime
    document_type: str | None
    record_class: str | None
    decided_on: date | None
    ended_on: date | None
    sentence_completed_on: date | None
    is_serving: bool
    duty_performed_on: date | None
    corrected_on: date | None
    severe_list: str | None
    due_on: date | None
    derived_from: str | None
    name: str
    document_kind: str
    document_number: str
    items: dict[str, str]
    standing: Standing
    standing_label: str
    held: str | None
    is_market: bool
    consent: ConsentView | None
    standing_since: datetime | None
    disclosure: DisclosedView
    publicity: PublicityView | None
    disclosure_period: DisclosurePeriodView | None
    repair: RepairView | None
    catalogue: CatalogueView | None
    marks: tuple[MarkView, ...]
    changes: tuple[ChangeView, ...]
    copies: tuple[CopyView, ...]
    measures: tuple[MeasureView, ...]
    statement: str | None
    actions: tuple[ActionView, ...]
    reminders: tuple[Outlook, ...] = ()  # when and how the person is told: on their own page of the record
