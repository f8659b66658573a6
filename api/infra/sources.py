"""Views that many replies hold: the law behind a value, a due date with its law, a text to agree to."""

from datetime import date

from api.infra.wire import Out
from knowledge.citations import Certainty, Citation
from knowledge.clocks import DueDate


class SourceView(Out):
    """The law behind a statement, in words and by article; `article` is None where the place is not known."""

    label: str
    regulation: str
    article: int | None = None
    quote: str | None = None

    @classmethod
    def of(cls, citation: Citation) -> "SourceView":
        return cls(label=citation.label, regulation=citation.regulation, article=citation.article, quote=citation.quote)


class DueView(Out):
    """A date that something is due. Without a citation it is a promise or a setting, and `isStatutory` is false."""

    on: date
    is_estimated: bool
    is_statutory: bool
    reason: str
    citation: SourceView | None = None
    certainty: Certainty | None = None

    @classmethod
    def of(cls, due: DueDate) -> "DueView":
        return cls(
            on=due.on,
            is_estimated=due.is_estimated,
            is_statutory=due.is_statutory,
            reason=due.reason,
            citation=SourceView.of(due.citation),
            certainty=due.certainty,
        )

    @classmethod
    def agreed(cls, on: date, reason: str) -> "DueView":
        """A date that somebody chose and no law counts."""
        return cls(on=on, is_estimated=False, is_statutory=False, reason=reason)


class WordingView(Out):
    """A text to agree to, by its version."""

    version: str
    text: str
    citation: SourceView
