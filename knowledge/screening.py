"""Finds in free text the personal data that a jurisdiction bars, makes conditional on written consent, or
excludes.

Dalian 18; Yunnan 10 and 34. What is looked for is data (`data/screening.toml`); this module only matches.
"""

import re
from functools import cache
from typing import Literal

from msgspec import Struct

from knowledge.citations import Citation
from knowledge.identity import looks_like_resident_id
from knowledge.loading import library
from knowledge.models import ScreenedKind
from knowledge.rules import check_jurisdiction
from knowledge.sources import any_of

__all__ = ["Finding", "screen"]

# One character for one, so that a passage found in the folded text has the same place in the original.
_WIDE = "０１２３４５６７８９ＡＢＸＯｘａｂｏ＋－　"
_FOLD = str.maketrans(_WIDE, "0123456789ABXOxabo+- ")
_FOLDABLE = re.compile(f"[{_WIDE}]")
_NOT_OF_NUMBER = re.compile(r"[ \-]")


class Finding(Struct, frozen=True):
    """One passage, `text[start:end]`, that must go, or that needs written consent, with the article and what
    to do.
    """

    kind: str
    treatment: Literal["barred", "conditional", "excluded"]
    passage: str
    start: int
    end: int
    citation: Citation
    message: str


class _Compiled(Struct, frozen=True):
    kind: ScreenedKind
    citation: Citation
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None


def screen(text: str, jurisdiction: str) -> tuple[Finding, ...]:
    """Findings in the order of the text. Empty for text without personal data that the jurisdiction names."""
    check_jurisdiction(jurisdiction)
    folded = text.translate(_FOLD) if _FOLDABLE.search(text) else text
    findings = []
    for compiled in _compiled(jurisdiction):
        matches = list(compiled.pattern.finditer(folded))
        spared = [m.span() for m in compiled.unless.finditer(folded)] if matches and compiled.unless else []
        for match in matches:
            start, end = match.span()
            if any(start < until and begin < end for begin, until in spared):
                continue
            if compiled.kind.check and not looks_like_resident_id(_NOT_OF_NUMBER.sub("", match[0])):
                continue
            findings.append(
                Finding(
                    kind=compiled.kind.id,
                    treatment=compiled.kind.treatment,
                    passage=text[start:end],
                    start=start,
                    end=end,
                    citation=compiled.citation,
                    message=compiled.kind.message,
                )
            )
    return tuple(sorted(findings, key=lambda finding: (finding.start, finding.end, finding.kind)))


@cache
def _compiled(jurisdiction: str) -> tuple[_Compiled, ...]:
    return tuple(
        _Compiled(
            kind,
            source.citation,
            any_of(kind.patterns),
            any_of(kind.unless) if kind.unless else None,
        )
        for kind in library().screened_kinds
        for source in kind.sources
        if source.jurisdiction == jurisdiction
    )
