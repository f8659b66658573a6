"""All packaged law as one value, read once. A broken file stops the start, not a request."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from knowledge.citations import Citation
from knowledge.errors import BrokenData
from knowledge.models import (
    Article,
    CalendarYear,
    Capability,
    CatalogueEntry,
    DatedRule,
    DocumentType,
    ExcludedEntry,
    IdentityDocument,
    Instrument,
    Measure,
    Missing,
    PauseKind,
    Regulation,
    ScreenedKind,
)
from knowledge.packaged import DATA, Faults, convert, read_entries, read_table
from knowledge.texts import parse
from knowledge.working_days import WorkingDays

Dated = TypeVar("Dated", DatedRule, Capability, CatalogueEntry, Measure)


class Library(Struct, frozen=True):
    """Everything, indexed as it is asked for. Versions of one rule stand in the order of their dates."""

    regulations: dict[str, Regulation]
    rules: dict[str, dict[str, tuple[DatedRule, ...]]]
    pause_kinds: tuple[PauseKind, ...]
    capabilities: dict[str, dict[str, tuple[Capability, ...]]]
    entries: dict[str, dict[str, tuple[CatalogueEntry, ...]]]
    excluded_entries: tuple[ExcludedEntry, ...]
    document_types: dict[str, DocumentType]
    measures: dict[str, dict[str, tuple[Measure, ...]]]
    screened_kinds: tuple[ScreenedKind, ...]
    identity_documents: dict[str, IdentityDocument]
    working_days: WorkingDays


@cache
def library() -> Library:
    """The packaged law; raises BrokenData with every fault of every file."""
    return read_library(DATA)


def read_library(root: Path) -> Library:
    """The law in a folder of data files."""
    faults = Faults()
    reading = _Reading(root, faults)
    regulations = reading.regulations()
    check = _SourceCheck(regulations, faults)

    rules: list[tuple[str, DatedRule]] = []
    pause_kinds: list[tuple[str, PauseKind]] = []
    for path in reading.files("rules", "*.toml"):
        for where, row in read_entries(path, faults, rules=DatedRule, pauses=PauseKind):
            if isinstance(row, DatedRule):
                rules.append((where, row))
            else:
                pause_kinds.append((where, row))
    capabilities = reading.rows("capabilities.toml", capabilities=Capability)
    catalogue = reading.rows(
        "catalogue.toml", entries=CatalogueEntry, excluded=ExcludedEntry, documents=DocumentType
    )
    entries = [(where, row) for where, row in catalogue if isinstance(row, CatalogueEntry)]
    excluded = [(where, row) for where, row in catalogue if isinstance(row, ExcludedEntry)]
    document_types = {row.id: row for _, row in catalogue if isinstance(row, DocumentType)}
    measures = reading.rows("measures.toml", measures=Measure)
    screened = reading.rows("screening.toml", kinds=ScreenedKind)
    identity = reading.rows("identity.toml", documents=IdentityDocument)

    for where, row in (*rules, *pause_kinds, *capabilities, *measures):
        check.citation(where, row.citation, row.certainty)
        check.jurisdiction(where, row.jurisdiction)
    for where, row in (*entries, *excluded):
        check.citation(where, row.source, row.certainty)
        check.jurisdiction(where, row.jurisdiction)
    for where, entry in entries:
        for document in sorted(set(entry.documents) - set(document_types)):
            faults.add(where, f"unknown document type {document}")
    for where, kind in screened:
        for source in kind.sources:
            check.citation(where, source.citation)
            check.jurisdiction(where, source.jurisdiction)
        for pattern in (*kind.patterns, *kind.unless):
            check.pattern(where, pattern)
    for where, document in identity:
        check.pattern(where, document.pattern)

    found = Library(
        regulations=regulations,
        rules=_versions(rules, "id", faults),
        pause_kinds=tuple(kind for _, kind in pause_kinds),
        capabilities=_versions(capabilities, "id", faults),
        entries=_versions(entries, "code", faults),
        excluded_entries=tuple(entry for _, entry in excluded),
        document_types=document_types,
        measures=_versions(measures, "code", faults),
        screened_kinds=tuple(kind for _, kind in screened),
        identity_documents={document.id: document for _, document in identity},
        working_days=WorkingDays.of(reading.calendar_years(), faults),
    )
    for where, kind in pause_kinds:
        for clock in kind.clocks:
            if kind.jurisdiction not in found.rules.get(clock, {}):
                faults.add(where, f"no clock {clock} in {kind.jurisdiction}")
    if faults.lines:
        raise BrokenData(faults.lines)
    return found


class _Reading:
    """Which file holds what."""

    def __init__(self, root: Path, faults: Faults) -> None:
        self.root = root
        self.faults = faults

    def files(self, folder: str, pattern: str) -> list[Path]:
        found = sorted((self.root / folder).glob(pattern))
        if not found:
            self.faults.add(folder, "the folder holds no data files")
        return found

    def rows(self, name: str, **shapes: type) -> list[tuple[str, object]]:
        return list(read_entries(self.root / name, self.faults, **shapes))

    def regulations(self) -> dict[str, Regulation]:
        rows = self.rows("instruments.toml", instruments=Instrument, missing=Missing)
        missing: dict[str, dict[int, str]] = defaultdict(dict)
        for _, row in rows:
            if isinstance(row, Missing):
                missing[row.regulation][row.article] = row.note
        found: dict[str, Regulation] = {}
        for where, row in rows:
            if isinstance(row, Instrument):
                if row.id in found:
                    self.faults.add(where, "stands twice")
                found[row.id] = self._regulation(row, missing[row.id])
        return found

    def _regulation(self, row: Instrument, missing: dict[int, str]) -> Regulation:
        chapters: tuple[str, ...] = ()
        articles: tuple[Article, ...] = ()
        if row.has_text:
            path = self.root / "regulations" / f"{row.id}.txt"
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                self.faults.add(path.name, f"cannot be read: {error}")
            else:
                read = parse(row.id, text, missing, self.faults)
                chapters, articles = tuple(read.chapters), tuple(read.articles)
        return Regulation(
            id=row.id,
            title=row.title,
            jurisdiction=row.jurisdiction,
            issuer=row.issuer,
            number=row.number,
            adopted_on=row.adopted_on,
            in_force_on=row.since,
            until=row.until,
            chapters=chapters,
            articles=articles,
            note=row.note,
        )

    def calendar_years(self) -> Iterable[CalendarYear]:
        for path in self.files("calendar", "*.toml"):
            year = convert(read_table(path, self.faults), CalendarYear, path.name, self.faults)
            if year is not None:
                yield year


class _SourceCheck:
    """Every source must exist, and every quote must stand in the article it is said to be from."""

    def __init__(self, regulations: dict[str, Regulation], faults: Faults) -> None:
        self.regulations = regulations
        self.faults = faults
        self.jurisdictions = {regulation.jurisdiction for regulation in regulations.values()}

    def jurisdiction(self, where: str, jurisdiction: str) -> None:
        if jurisdiction not in self.jurisdictions:
            self.faults.add(where, f"unknown jurisdiction {jurisdiction}")

    def pattern(self, where: str, pattern: str) -> None:
        try:
            re.compile(pattern)
        except re.error as error:
            self.faults.add(where, f"pattern {pattern!r}: {error}")

    def citation(self, where: str, citation: Citation, certainty: str = "") -> None:
        regulation = self.regulations.get(citation.regulation)
        if regulation is None:
            self.faults.add(where, f"unknown regulation {citation.regulation}")
        elif regulation.has_text:
            self._place(where, citation, certainty, regulation)
        elif citation.quote is not None or certainty == "seed":
            self.faults.add(where, f"quotes {citation.regulation}, whose text is not packaged")

    def _place(self, where: str, citation: Citation, certainty: str, regulation: Regulation) -> None:
        if certainty == "seed" and citation.quote is None:
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


def _versions(
    rows: Iterable[tuple[str, Dated]], key: str, faults: Faults
) -> dict[str, dict[str, tuple[Dated, ...]]]:
    """name → jurisdiction → versions by date. Two versions must not overlap, nor leave a gap between them."""
    grouped: dict[str, dict[str, list[tuple[str, Dated]]]] = defaultdict(lambda: defaultdict(list))
    for where, row in rows:
        grouped[getattr(row, key)][row.jurisdiction].append((where, row))
    found: dict[str, dict[str, tuple[Dated, ...]]] = {}
    for name, by_jurisdiction in grouped.items():
        found[name] = {}
        for jurisdiction, versions in by_jurisdiction.items():
            versions.sort(key=lambda version: version[1].since)
            found[name][jurisdiction] = tuple(row for _, row in versions)
            for where, row in versions:
                if row.until is not None and row.until < row.since:
                    faults.add(where, f"ends on {row.until}, before it begins on {row.since}")
            for (_, earlier), (where, later) in zip(versions, versions[1:], strict=False):
                if later.since != _next_day(earlier.until):
                    faults.add(
                        where,
                        f"begins on {later.since}, but the version before it ends on {earlier.until or 'no date'}",
                    )
    return found


def _next_day(day: date | None) -> date | None:
    return None if day is None else day + timedelta(days=1)
