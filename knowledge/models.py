"""The shapes of the law: what a data file may say, and what is answered from it."""

from datetime import date
from typing import Literal

from msgspec import Struct

from knowledge.citations import Certainty, Citation

RecordClass = Literal["minor", "general", "serious"]
Value = bool | int | str | tuple[str, ...]
Unit = Literal[
    "working_days",
    "calendar_days",
    "months",
    "years",
    "at_once",
    "promptly",
    "yuan",
    "claim",
    "list",
    "text",
    "times",
]


class Instrument(Struct, frozen=True, forbid_unknown_fields=True):
    """A law, regulation, rule or policy document that may be cited. `covers` names the places where one that ranks higher
    applies beside the place's own, though its text is not at hand.
    """

    id: str
    title: str
    jurisdiction: str
    issuer: str
    number: str = ""
    adopted_on: date | None = None
    approved_by: str = ""
    approved_on: date | None = None
    since: date | None = None
    until: date | None = None
    has_text: bool = False
    covers: tuple[str, ...] = ()
    note: str = ""


class Missing(Struct, frozen=True, forbid_unknown_fields=True):
    """An article whose list the supplied text lost."""

    regulation: str
    article: int
    note: str


class Paragraph(Struct, frozen=True):
    """One 款, with its numbered items (项) as printed, numbers included."""

    text: str
    items: tuple[str, ...] = ()


class Article(Struct, frozen=True):
    """One 条. `missing` says what the text used has lost; nothing is filled in."""

    regulation: str
    number: int
    chapter: str
    paragraphs: tuple[Paragraph, ...]
    missing: str | None = None

    @property
    def id(self) -> str:
        return f"{self.regulation}-{self.number}"

    @property
    def label(self) -> str:
        return Citation(self.regulation, self.number).label

    @property
    def text(self) -> str:
        """All paragraphs and items, one a line, without the article number."""
        return "\n".join(line for p in self.paragraphs for line in (p.text, *p.items))


class Regulation(Struct, frozen=True):
    """An instrument with its text, if the text is packaged (`articles` is empty otherwise)."""

    id: str
    title: str
    jurisdiction: str
    issuer: str
    number: str
    adopted_on: date | None
    in_force_on: date | None
    until: date | None
    chapters: tuple[str, ...]
    articles: tuple[Article, ...]
    note: str
    approved_by: str = ""
    approved_on: date | None = None
    covers: tuple[str, ...] = ()

    @property
    def has_text(self) -> bool:
        return bool(self.articles)


class DatedRule(Struct, frozen=True, forbid_unknown_fields=True):
    """One value of one rule in one jurisdiction, from `since` to `until`, both inclusive.

    A rule with `starts` is a clock: `starts` says in Chinese which event starts it; it is `is_statutory` only where its
    days were read in a source, never where they are inferred or recalled. `moves_to_working_day` says whether a count of months or calendar days that ends on a day off ends on the next working day
    instead.
    """

    id: str
    title: str
    jurisdiction: str
    value: Value
    unit: Unit
    citation: Citation
    certainty: Certainty
    since: date
    until: date | None = None
    note: str = ""
    starts: str = ""
    actor: str = ""
    is_statutory: bool = True
    moves_to_working_day: bool = True


class PauseKind(Struct, frozen=True, forbid_unknown_fields=True):
    """A step whose time the law leaves out of a clock."""

    id: str
    title: str
    jurisdiction: str
    clocks: tuple[str, ...]
    citation: Citation
    certainty: Certainty


class Capability(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a jurisdiction gives, requires or knows something, and what there is instead where it does
    not.
    """

    id: str
    title: str
    jurisdiction: str
    is_available: bool
    explanation: str
    citation: Citation
    certainty: Certainty
    since: date
    until: date | None = None
    instead: str = ""
    is_statutory: bool = True


class RemedyRow(Struct, frozen=True, forbid_unknown_fields=True):
    """One way to go for who does not accept a decision, by who made it. `body` is who takes it up; `clock` the rule of its
    last day, empty where no number was found.
    """

    id: str
    decided_by: tuple[Literal["authority", "centre", "company", "court"], ...]
    jurisdiction: str
    title: str
    body: str
    citation: Citation
    certainty: Certainty
    clock: str = ""
    note: str = ""


class CatalogueEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of public credit information, with the five fields of Yunnan 9: conduct, public attribute,
    sharing scope, source and channel, update frequency. `documents` names the documents that may found a dishonesty
    entry; one that is published says by which source natural persons are (`public_basis`). `is_court_matter`: a court
    decides it, and repair follows the court's own rules. `is_market`: market information, sent by market units alone and
    with the person's consent.
    """

    code: str
    jurisdiction: str
    section: Literal["basic", "dishonesty", "commendation", "other"]
    title: str
    conduct: str
    public_attribute: Literal["public", "authorised", "government"]
    share_scope: str
    source_and_channel: str
    update_frequency: str
    withdrawable: bool
    source: Citation
    certainty: Certainty
    since: date
    until: date | None = None
    is_self_declared: bool = False
    is_court_matter: bool = False
    is_market: bool = False
    documents: tuple[str, ...] = ()
    public_basis: Citation | None = None
    public_certainty: Certainty = Certainty.INFER
    note: str = ""


class ExcludedEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of information that may not be entered, or only on conditions (Yunnan 10)."""

    code: str
    jurisdiction: str
    title: str
    treatment: Literal["excluded", "conditional"]
    message: str
    source: Citation
    certainty: Certainty
    since: date


class DocumentType(Struct, frozen=True, forbid_unknown_fields=True):
    """A document with legal effect on which a dishonesty record may rest (Yunnan 26)."""

    id: str
    title: str


class Measure(Struct, frozen=True, forbid_unknown_fields=True):
    """An incentive or a penalty measure as listed."""

    code: str
    jurisdiction: str
    kind: Literal["incentive", "penalty"]
    imposed_by: Literal["authority", "market", "industry"]
    title: str
    list_title: str
    citation: Citation
    certainty: Certainty
    since: date
    until: date | None = None
    note: str = ""


class ScreenedSource(Struct, frozen=True, forbid_unknown_fields=True):
    """Where one jurisdiction treats a kind of personal data."""

    jurisdiction: str
    citation: Citation


class ScreenedKind(Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of personal data looked for in free text. A match inside one of `unless` is not a finding."""

    id: str
    title: str
    treatment: Literal["barred", "conditional", "excluded"]
    message: str
    sources: tuple[ScreenedSource, ...]
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    check: Literal["", "resident_id"] = ""


class IdentityDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of identity document and how its number is written. `holder`: whose it is, a natural person's or an organisation's."""

    id: str
    title: str
    pattern: str
    checks: Literal["", "gb11643", "gb32100"] = ""
    holder: Literal["person", "organisation"] = "person"
    hint: str = ""
    certainty: Certainty = Certainty.RECALL


class CalendarYear(Struct, frozen=True, forbid_unknown_fields=True):
    """The days off of a year and its working weekends. Without a published notice the year is an estimate.

    `notice` is the title of the notice, `number` its 文号, `noticed_on` the day on it.
    """

    year: int
    is_published: bool
    notice: str
    certainty: Certainty
    holidays: tuple["Holiday", ...]
    working_weekends: tuple[date, ...] = ()
    number: str = ""
    noticed_on: date | None = None


class Holiday(Struct, frozen=True, forbid_unknown_fields=True):
    """A run of days off, both ends included."""

    title: str
    first: date
    last: date


class ObjectionWay(Struct, frozen=True, forbid_unknown_fields=True):
    """How an objection goes that one addressee received. `starts` are the clocks from the day of filing, `path` those
    that follow one another until it is done.
    """

    procedure: Literal["checking", "direct", "handling", "provider_handling"]
    starts: tuple[str, ...]
    path: tuple[str, ...]


class ObjectionWays(Struct, frozen=True, forbid_unknown_fields=True):
    """By whom the objection was received."""

    centre: ObjectionWay
    provider: ObjectionWay


class ExampleCentre(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands for the place's centre where the product is tried out."""

    name: str
    telephone: str
    windows: str
    hours: str


class Department(Struct, frozen=True, forbid_unknown_fields=True):
    """The competent department as the regulation names it, in `article`. `reach`: how to get at it, in words for a resident; an
    address only where it was read in a source."""

    name: str
    article: int
    reach: str


class Place(Struct, frozen=True, forbid_unknown_fields=True):
    """A jurisdiction whose residents the product serves. `order` is its rank where the bot answers for several,
    `number_starts` how identity numbers of its residents begin. `acts` names the articles of `regulation` on which an
    act of the product rests there; an act without one is a service of ours.
    """

    id: str
    name: str
    regulation: str
    order: int
    number_starts: tuple[str, ...]
    objection: ObjectionWays
    example_centre: ExampleCentre
    department: Department
    acts: dict[str, tuple[int, ...]] = {}
