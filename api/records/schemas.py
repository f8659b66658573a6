"""What providers, residents and officers send and get about records."""

import msgspec

from api.http.problems import CitationView
from api.records.models import IntakeReport, RowFault
from knowledge.citations import Citation


def cite(citation: Citation) -> CitationView:
    return CitationView(
        label=citation.label, regulation=citation.regulation, article=citation.article, quote=citation.quote
    )


class RowFaultView(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """`line` counts from 1 and includes the header; of a JSON array it is the place of the item."""

    line: int
    column: str
    code: str
    reason: str
    citation: CitationView | None = None

    @classmethod
    def of(cls, fault: RowFault) -> "RowFaultView":
        return cls(
            line=fault.line,
            column=fault.column,
            code=fault.code,
            reason=fault.reason,
            citation=cite(fault.citation) if fault.citation else None,
        )


class IntakeView(msgspec.Struct, frozen=True, rename="camel"):
    """`ignored_columns` are columns that nobody knows: what stood in them was not taken in."""

    accepted: int
    unchanged: int
    refused: tuple[RowFaultView, ...]
    refused_count: int
    ignored_columns: tuple[str, ...]

    @classmethod
    def of(cls, report: IntakeReport) -> "IntakeView":
        return cls(
            accepted=report.accepted,
            unchanged=report.unchanged,
            refused=tuple(map(RowFaultView.of, report.refused)),
            refused_count=report.refused_count,
            ignored_columns=report.ignored_columns,
        )
