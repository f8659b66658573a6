"""Screens free text for what may not be collected, or only after a warning and written consent.

Law: Dalian 18; Yunnan 34. Yunnan 10(2) binds those who make a catalogue, not what people say of themselves (12¶4):
one's own blood donation or service cannot be refused. A finding names its place in the text and never repeats the
passage.
"""

import msgspec

from api.declarations.errors import BarredContent, WrittenConsentNeeded
from api.infra.errors import FieldFault
from knowledge.screening import Finding, screen


class Screened(msgspec.Struct, frozen=True):
    """Findings in a text: `refused` must be removed; `conditional` may stay with written consent."""

    refused: tuple[Finding, ...]
    conditional: tuple[Finding, ...]


def screened(text: str, jurisdiction: str) -> Screened:
    found = screen(text, jurisdiction)
    return Screened(
        refused=tuple(finding for finding in found if finding.treatment == "barred"),
        conditional=tuple(finding for finding in found if finding.treatment == "conditional"),
    )


def must_pass(text: str, jurisdiction: str, *, field: str, has_consent: bool) -> tuple[str, ...]:
    """The kinds of data that consent covers. Raises BarredContent, WrittenConsentNeeded with the places in the text."""
    found = screened(text, jurisdiction)
    if found.refused:
        raise BarredContent(citation=found.refused[0].citation, faults=_faults(found.refused, field))
    if found.conditional and not has_consent:
        raise WrittenConsentNeeded(citation=found.conditional[0].citation, faults=_faults(found.conditional, field))
    return tuple(dict.fromkeys(finding.kind for finding in found.conditional))


def must_be_free(text: str, jurisdiction: str, *, field: str) -> None:
    """For words with which no written consent goes: what would need one has to be removed too. Raises BarredContent."""
    found = screened(text, jurisdiction)
    if findings := (*found.refused, *found.conditional):
        raise BarredContent(
            "标出的内容不能写在这里，没有保存。", citation=findings[0].citation, faults=_faults(findings, field)
        )


def _faults(findings: tuple[Finding, ...], field: str) -> tuple[FieldFault, ...]:
    return tuple(
        FieldFault(
            field=field,
            message=f"{finding.message}（{finding.citation.label}）",
            start=finding.start,
            end=finding.end,
        )
        for finding in findings
    )
