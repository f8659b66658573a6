"""Checks where each statement in the data says it comes from."""

import re
from collections.abc import Container, Iterable

from knowledge.citations import Certainty, Citation
from knowledge.models import Capability, CatalogueEntry, DatedRule, Place, Regulation, ScreenedKind, Unit
from knowledge.packaged import Faults

_SHAPES: dict[Unit, type] = {"claim": bool, "list": tuple, "text": str, "promptly": str}
_COUNTED: tuple[Unit, ...] = ("working_days", "calendar_days", "months", "years", "at_once")


class SourceCheck:
    """Every source must exist, and every quote must stand in the article it is said to be from."""

    def __init__(self, regulations: dict[str, Regulation], faults: Faults) -> None:
        self.regulations = regulations
        self.faults = faults
        self.jurisdictions = {regulation.jurisdiction for regulation in regulations.values()}

    def source(self, where: str, jurisdiction: str, citation: Citation, certainty: Certainty) -> None:
        if jurisdiction not in self.jurisdictions:
            self.faults.add(where, f"unknown jurisdiction {jurisdiction}")
        self.citation(where, citation, certainty)

    def life(self, where: str, row: DatedRule | Capability) -> None:
        """Nothing is said on the strength of what was not in force yet."""
        regulation = self.regulations.get(row.citation.regulation)
        begins = regulation.in_force_on if regulation is not None else None
        if regulation is not None and begins is not None and row.since < begins:
            self.faults.add(where, f"in force before 《{regulation.title}》, which is from {begins}")

    def value(self, where: str, rule: DatedRule) -> None:
        """The unit says what the value may be, and only time can be counted from an event."""
        shape = _SHAPES.get(rule.unit, int)
        if type(rule.value) is not shape or (isinstance(rule.value, int) and rule.value < 0):
            self.faults.add(where, f"{rule.value!r} is no value in {rule.unit}")
        if rule.starts and rule.is_statutory and not rule.certainty.is_verified:
            self.faults.add(
                where, f"statutory days that are {rule.certainty.value}: only what was read can be breached"
            )
        if rule.starts and rule.unit not in _COUNTED:
            self.faults.add(where, f"nothing in {rule.unit} can be counted from an event")

    def known(self, where: str, what: str, names: Iterable[str], known: Container[str]) -> None:
        for name in names:
            if name not in known:
                self.faults.add(where, f"unknown {what} {name}")

    def publication(self, where: str, entry: CatalogueEntry) -> None:
        """That somebody's dishonesty is published has a source of its own."""
        if entry.public_basis is not None:
            self.source(where, entry.jurisdiction, entry.public_basis, entry.public_certainty)
        elif entry.section == "dishonesty" and entry.public_attribute == "public":
            self.faults.add(where, "published, but no source says so")

    def screened(self, where: str, kind: ScreenedKind) -> None:
        self.patterns(where, kind.patterns)
        self.patterns(where, kind.unless)
        for source in kind.sources:
            self.source(where, source.jurisdiction, source.citation, Certainty.SEED)

    def patterns(self, where: str, patterns: tuple[str, ...]) -> None:
        try:
            any_of(patterns)
        except re.error as error:
            self.faults.add(where, f"pattern {error.pattern!r}: {error}")

    def place(self, where: str, place: Place) -> None:
        """Every article that an act rests on stands in the text of the place's regulation."""
        for act, numbers in place.acts.items():
            for number in numbers:
                self.citation(f"{where}: {act}", Citation(place.regulation, number), Certainty.SEEN)

    def citation(self, where: str, citation: Citation, certainty: Certainty) -> None:
        regulation = self.regulations.get(citation.regulation)
        if regulation is None:
            self.faults.add(where, f"unknown regulation {citation.regulation}")
        elif regulation.has_text:
            self._place(where, citation, certainty, regulation)
        elif citation.quote is not None or certainty is Certainty.SEED:
            self.faults.add(where, f"quotes {citation.regulation}, whose text is not packaged")

    def _place(self, where: str, citation: Citation, certainty: Certainty, regulation: Regulation) -> None:
        if certainty is Certainty.SEED and citation.quote is None:
            self.faults.add(where, "a value from the packaged text needs a quote")
        number = citation.article
        if number is None or not 0 < number <= len(regulation.articles):
            self.faults.add(where, f"{regulation.id} has no article {number}")
            return
        article = regulation.articles[number - 1]
        paragraphs = article.paragraphs
        if citation.paragraph is not None:
            paragraphs = paragraphs[citation.paragraph - 1 : citation.paragraph]
        lines = [p.text for p in paragraphs] if citation.item is None else []
        for paragraph in paragraphs:
            items = paragraph.items
            lines += items if citation.item is None else items[citation.item - 1 : citation.item]
        if not lines:
            self.faults.add(where, f"{article.label} has no such paragraph or item")
        elif citation.quote is not None and not any(citation.quote in line for line in lines):
            self.faults.add(where, f"the quote does not stand in {citation.label}: {citation.quote}")


def any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern that matches what any of them matches, in capitals or not."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
