"""All packaged law as one value, read once. A broken file stops the start, not a request."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

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
    Place,
    Regulation,
    RemedyRow,
    ScreenedKind,
)
from knowledge.packaged import DATA, DataFile, Faults, Files, convert, read_table
from knowledge.remembering import forget
from knowledge.sources import SourceCheck
from knowledge.texts import parse
from knowledge.working_days import WorkingDays

Dated = TypeVar("Dated", DatedRule, Capability, CatalogueEntry, Measure)


LOCAL = "one of the places"
# What the code of this package asks for by name.
NEEDED = {
    "capacity.adult": "national",
    "capacity.own_income": "national",
    "catalogue.edition": "national",
    "catalogue.required": LOCAL,
    "disclosure.length": LOCAL,
    "disclosure.no_number": LOCAL,
    "disclosure.with_publicity": LOCAL,
    "earlier.publicity.general.maximum": "national",
    "earlier.publicity.general.minimum": "national",
    "earlier.publicity.serious.maximum": "national",
    "earlier.publicity.serious.minimum": "national",
    "intake.effective_document": "national",
    "market.consent_of": LOCAL,
    "market.kinds": LOCAL,
    "measures.edition": "national",
    "personal.market_consent": LOCAL,
    "publicity.authority_date": "national",
    "publicity.exception": "national",
    "publicity.general.maximum": "national",
    "publicity.general.minimum": "national",
    "publicity.minor.maximum": "national",
    "publicity.minor.minimum": "national",
    "publicity.minimum_not_extended": "national",
    "publicity.published_in_principle": "national",
    "publicity.serious.maximum": "national",
    "publicity.serious.minimum": "national",
    "publicity.starts": "national",
    "repair.after_publicity": "national",
    "repair.breach_bar": "national",
    "repair.class_source": "national",
    "repair.classes": "national",
    "repair.condition.duty": "national",
    "repair.condition.minimum": "national",
    "repair.condition.other": "national",
    "repair.condition.pledge": "national",
    "repair.non_repairable_basis": "national",
    "repair.not_covered": "national",
    "repair.right": "national",
    "repair.scope": "national",
}


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
    remedies: tuple[RemedyRow, ...]
    screened_kinds: tuple[ScreenedKind, ...]
    identity_documents: dict[str, IdentityDocument]
    working_days: WorkingDays
    places: dict[str, Place]


@cache
def packaged() -> Library:
    """The law as it is packaged; raises BrokenData with every fault of every file."""
    return read_library(DATA)


class _Standing:
    """The law that this process uses. Only `take_years` changes it while the process runs."""

    library: Library | None = None


def library() -> Library:
    """The packaged law, with the years of working days that were taken in since; raises BrokenData as `packaged`."""
    return _Standing.library or packaged()


def with_years(years: Iterable[CalendarYear]) -> WorkingDays:
    """The packaged years with these in their places. Raises BrokenData where they do not go together."""
    faults = Faults()
    taken = {year.year: year for year in years}
    kept = (year for year in packaged().working_days.years if year.year not in taken)
    found = WorkingDays.of((*kept, *taken.values()), faults)
    if faults.lines:
        raise BrokenData(faults.lines)
    return found


def take_years(years: Iterable[CalendarYear]) -> bool:
    """Makes this process use these years instead of the packaged ones. Returns whether that changes anything.

    Values computed from the earlier years are dropped. Raises BrokenData, and then nothing changes.
    """
    years = tuple(years)
    if not years and _Standing.library is None:
        return False
    days = with_years(years)
    if days.digest == library().working_days.digest:
        return False
    _Standing.library = msgspec.structs.replace(packaged(), working_days=days)
    forget()
    return True


def read_library(root: Path) -> Library:
    """The law in a folder of data files, with a folder for each place in `places/` that may have the same files."""
    faults = Faults()
    reading = _Reading(root, faults)
    check = SourceCheck(reading.regulations(), faults)
    rules, pauses = reading.rules()
    capabilities = [
        (where, _with_higher(row, check.regulations))
        for where, row in reading.files("capabilities.toml", "capabilities").rows("capabilities", Capability)
    ]
    catalogue = reading.files("catalogue.toml", "entries", "excluded", "documents")
    entries = catalogue.rows("entries", CatalogueEntry)
    excluded = catalogue.rows("excluded", ExcludedEntry)
    document_types = {row.id: row for _, row in catalogue.rows("documents", DocumentType)}
    measures = reading.files("measures.toml", "measures").rows("measures", Measure)
    remedies = reading.files("remedies.toml", "remedies").rows("remedies", RemedyRow)
    screened = reading.files("screening.toml", "kinds").rows("kinds", ScreenedKind)
    identity = reading.files("identity.toml", "documents").rows("documents", IdentityDocument)

    cited: tuple[tuple[str, DatedRule | PauseKind | Capability | Measure | RemedyRow], ...]
    cited = (*rules, *pauses, *capabilities, *measures, *remedies)
    for where, row in cited:
        check.source(where, row.jurisdiction, row.citation, row.certainty)
    of_catalogue: tuple[tuple[str, CatalogueEntry | ExcludedEntry], ...] = (*entries, *excluded)
    for where, listed in of_catalogue:
        check.source(where, listed.jurisdiction, listed.source, listed.certainty)
    for where, entry in entries:
        check.known(where, "document type", entry.documents, document_types)
        check.publication(where, entry)
    for where, kind in screened:
        check.screened(where, kind)
    for where, document in identity:
        check.patterns(where, (document.pattern,))

    for where, rule in rules:
        check.value(where, rule)
        check.life(where, rule)
    for where, capability in capabilities:
        check.life(where, capability)
    places = reading.places()
    for where, place in places:
        check.place(where, place)

    by_rule = _versions(rules, "id", faults)
    _check_names(check, by_rule, remedies, pauses, places)
    found = Library(
        regulations=check.regulations,
        rules=by_rule,
        pause_kinds=tuple(pause for _, pause in pauses),
        capabilities=_versions(capabilities, "id", faults),
        entries=_versions(entries, "code", faults),
        excluded_entries=tuple(row for _, row in excluded),
        document_types=document_types,
        measures=_versions(measures, "code", faults),
        remedies=tuple(way for _, way in remedies),
        screened_kinds=tuple(kind for _, kind in screened),
        identity_documents={document.id: document for _, document in identity},
        working_days=WorkingDays.of(reading.calendar_years(), faults),
        places={place.id: place for _, place in sorted(places, key=lambda row: row[1].id)},
    )
    if faults.lines:
        raise BrokenData(faults.lines)
    return found


def _check_names(
    check: SourceCheck,
    by_rule: dict[str, dict[str, tuple[DatedRule, ...]]],
    remedies: list[tuple[str, RemedyRow]],
    pauses: list[tuple[str, PauseKind]],
    places: list[tuple[str, Place]],
) -> None:
    """Rules and clocks that code or other rows ask for by name are there."""
    of_places = {place.id for _, place in places}
    for name, jurisdiction in NEEDED.items():
        if not {jurisdiction, *(of_places if jurisdiction is LOCAL else ())} & by_rule.get(name, {}).keys():
            check.faults.add("rules", f"the product cannot do without {name} of {jurisdiction}")
    for where, way in remedies:
        check.known(where, "clock", (way.clock,) if way.clock else (), by_rule)
    for where, pause in pauses:
        check.known(where, "clock", pause.clocks, by_rule)
    for where, place in places:
        for taken in (place.objection.centre, place.objection.provider):
            check.known(where, "clock", (*taken.starts, *taken.path), by_rule)


class _Reading:
    """Which file holds what."""

    def __init__(self, root: Path, faults: Faults) -> None:
        self.root = root
        self.faults = faults
        self.own = sorted(folder for folder in (root / "places").glob("*") if folder.is_dir())

    def files(self, name: str, *tables: str) -> Files:
        """Those of the places that have one of that name, and the one that every place shares."""
        own = [folder / name for folder in self.own if (folder / name).exists()]
        return Files([DataFile(path, self.faults, *tables) for path in (*own, self.root / name)])

    def places(self) -> list[tuple[str, Place]]:
        found = []
        for folder in self.own:
            where = f"places/{folder.name}/place.toml"
            place = convert(read_table(folder / "place.toml", self.faults), Place, where, self.faults)
            if place is not None:
                found.append((where, place))
            if place is not None and place.id != folder.name:
                self.faults.add(where, f"the folder is called otherwise than {place.id}")
        if not found:
            self.faults.add("places", "the folder holds no places")
        return found

    def folder(self, name: str) -> list[Path]:
        found = sorted((self.root / name).glob("*.toml"))
        if not found:
            self.faults.add(name, "the folder holds no data files")
        return found

    def rules(self) -> tuple[list[tuple[str, DatedRule]], list[tuple[str, PauseKind]]]:
        own = [path for folder in self.own for path in sorted((folder / "rules").glob("*.toml"))]
        files = Files([DataFile(path, self.faults, "rules", "pauses") for path in (*own, *self.folder("rules"))])
        return files.rows("rules", DatedRule), files.rows("pauses", PauseKind)

    def calendar_years(self) -> Iterable[CalendarYear]:
        for path in self.folder("calendar"):
            year = convert(read_table(path, self.faults), CalendarYear, path.name, self.faults)
            if year is not None:
                yield year

    def regulations(self) -> dict[str, Regulation]:
        file = self.files("instruments.toml", "instruments", "missing")
        missing: dict[str, dict[int, str]] = defaultdict(dict)
        for _, gap in file.rows("missing", Missing):
            missing[gap.regulation][gap.article] = gap.note
        found: dict[str, Regulation] = {}
        for where, row in file.rows("instruments", Instrument):
            if row.id in found:
                self.faults.add(where, "stands twice")
            found[row.id] = self._regulation(row, missing.pop(row.id, {}))
        for regulation in missing:
            self.faults.add("instruments.toml: missing", f"unknown regulation {regulation}")
        return found

    def _regulation(self, row: Instrument, missing: dict[int, str]) -> Regulation:
        chapters: tuple[str, ...] = ()
        articles: tuple[Article, ...] = ()
        if row.has_text:
            path = self.root / "places" / row.jurisdiction / f"{row.id}.txt"
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
            approved_by=row.approved_by,
            approved_on=row.approved_on,
            covers=row.covers,
        )


def _with_higher(row: Capability, regulations: dict[str, Regulation]) -> Capability:
    """A "no" of a place's own regulation speaks of that text alone where a higher-ranking one applies too."""
    higher = [r for r in regulations.values() if row.jurisdiction in r.covers and not r.has_text]
    if row.is_available and row.is_statutory and row.certainty.is_verified:
        return row
    said = "".join(f"《{r.title}》在这里同样适用，其全文不在手边，这里说的只是本地条例。" for r in higher)
    return msgspec.structs.replace(row, explanation=row.explanation + said)


def _versions(rows: Iterable[tuple[str, Dated]], key: str, faults: Faults) -> dict[str, dict[str, tuple[Dated, ...]]]:
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
            for (_, earlier), (where, later) in pairwise(versions):
                if later.since != _next_day(earlier.until):
                    until = earlier.until or "no date"
                    faults.add(where, f"begins on {later.since}, the version before it ends on {until}")
    return found


def _next_day(day: date | None) -> date | None:
    return None if day is None else day + timedelta(days=1)
