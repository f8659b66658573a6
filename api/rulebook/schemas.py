"""Replies about the law."""

from datetime import date

from api.infra.sources import SourceView
from api.infra.wire import Out
from knowledge.citations import Certainty
from knowledge.models import Article, CatalogueEntry, DatedRule, Measure, Regulation


class CertaintyView(Out):
    """`isVerified` is false for what was not read in an authoritative text; screens then say so."""

    code: str
    label: str
    is_verified: bool

    @classmethod
    def of(cls, certainty: Certainty) -> "CertaintyView":
        return cls(code=certainty.value, label=certainty.label, is_verified=certainty.is_verified)


class DatedView(Out):
    """What every line of law has: since when and until when it is in force (null: still), its source, and how certain that is."""

    title: str
    jurisdiction: str
    source: SourceView
    certainty: CertaintyView
    since: date
    until: date | None
    note: str


class QueryRuleView(Out):
    """A line of the published rules of query, with the articles of the place that it rests on."""

    title: str
    text: str
    sources: tuple[SourceView, ...]


class RegulationView(Out):
    id: str
    title: str
    jurisdiction: str
    issuer: str
    number: str
    adopted_on: date | None
    in_force_on: date | None
    has_text: bool
    articles: int
    chapters: tuple[str, ...]
    note: str
    approved_by: str
    approved_on: date | None
    covers: tuple[str, ...]

    @classmethod
    def of(cls, regulation: Regulation) -> "RegulationView":
        return cls.showing(regulation, articles=len(regulation.articles))


class ParagraphView(Out):
    text: str
    items: tuple[str, ...]


class ArticleView(Out):
    """`missing` says which part is missing in the source text; nothing is filled in."""

    id: str
    label: str
    regulation: str
    number: int
    chapter: str
    paragraphs: tuple[ParagraphView, ...]
    missing: str | None
    in_force_on: date | None

    @classmethod
    def of(cls, article: Article, in_force_on: date | None) -> "ArticleView":
        return cls.showing(
            article,
            paragraphs=tuple(ParagraphView(p.text, p.items) for p in article.paragraphs),
            in_force_on=in_force_on,
        )


class RuleView(DatedView):
    """One value of one rule. The history of a rule is its rows, oldest first."""

    id: str
    value: bool | int | str | tuple[str, ...]
    unit: str
    starts: str
    actor: str
    is_statutory: bool
    is_in_force: bool

    @classmethod
    def of(cls, rule: DatedRule, on: date) -> "RuleView":
        return cls.showing(
            rule,
            source=SourceView.showing(rule.citation),
            certainty=CertaintyView.of(rule.certainty),
            is_in_force=rule.since <= on and (rule.until is None or on <= rule.until),
        )


class CatalogueView(DatedView):
    """One kind of credit information with the five fields of Yunnan 9; `isMarket` is in no public catalogue, `edition` that of the national
    base catalogue. `publicSource`: what
    publication of natural persons rests on, and how sure that is."""

    code: str
    section: str
    conduct: str
    public_attribute: str
    share_scope: str
    source_and_channel: str
    update_frequency: str
    is_withdrawable: bool
    is_self_declared: bool
    is_market: bool
    edition: str
    public_source: SourceView | None
    public_certainty: CertaintyView | None

    @classmethod
    def of(cls, entry: CatalogueEntry, edition: str) -> "CatalogueView":
        return cls.showing(
            entry,
            is_withdrawable=entry.withdrawable,
            edition=edition,
            certainty=CertaintyView.of(entry.certainty),
            public_source=entry.public_basis,
            public_certainty=CertaintyView.of(entry.public_certainty) if entry.public_basis else None,
        )


class MeasureView(DatedView):
    """A measure on the published list: `kind` is `incentive` or `penalty`, `edition` that of the national list of penalties."""

    code: str
    kind: str
    imposed_by: str
    list_title: str
    edition: str

    @classmethod
    def of(cls, measure: Measure, edition: str) -> "MeasureView":
        return cls.showing(
            measure,
            edition=edition,
            source=SourceView.showing(measure.citation),
            certainty=CertaintyView.of(measure.certainty),
        )
