"""The footprints of an intake: collected, gathered, published, shared, and used for the measures that came with the record
(Yunnan 35, Dalian 40)."""

from datetime import date, datetime
from functools import lru_cache

from api.footprints.models import Footprint, FootprintKind, Trail, together
from api.footprints.service import footprint
from api.infra.clock import civil_date
from api.records.models import AppliedMeasure, Record
from knowledge.measures import measure
from knowledge.rules import in_force

_PUBLISHED, _SHARED = "按目录向社会公开", "按目录政务共享"


def traces_of(record: Record, centre: str, record_id: str, at: datetime) -> Trail:
    """The same record always leaves the same footprints under the same ids."""
    ends, kind, units, whys, bases = _steps(
        record.jurisdiction,
        record.source_unit,
        centre,
        record.disclosure.is_published,
        tuple([copy.system for copy in record.copies]),
        record.measures,
        at,
    )
    return Trail(
        id=f"fp_{record_id.partition('_')[2]}a",
        subject=record.subject,
        at=at,
        kind=kind,
        unit=units,
        why=whys,
        basis=bases,
        records=(record_id,),
        ends=ends,
    )


@lru_cache(maxsize=1024)
def _steps(
    jurisdiction: str,
    source: str,
    centre: str,
    is_published: bool,
    systems: tuple[str, ...],
    measures: tuple[AppliedMeasure, ...],
    at: datetime,
) -> tuple[tuple[str, ...], str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Of each footprint the end of its id, unit, purpose and law, and the kinds of all. The rows of a file have few such."""
    on = civil_date(at)
    basis, ways = _bases(jurisdiction, on)
    found = [
        ("a", FootprintKind.COLLECTED, source, "履行职责中记录", basis),
        ("b", FootprintKind.GATHERED, centre, "归集到公共信用信息平台", basis),
    ]
    if is_published:
        found.append(("c", FootprintKind.PUBLISHED, centre, _PUBLISHED, ways))
    found += [(f"d{number}", FootprintKind.SHARED, system, _SHARED, ways) for number, system in enumerate(systems)]
    for number, applied in enumerate(measures):
        why, law = measure_applied(applied, jurisdiction, on)
        found.append((f"e{number}", FootprintKind.USED, applied.unit, why, law))
    ends, kinds, units, whys, bases = zip(*found, strict=True)
    return ends, together(kinds), units, whys, bases


def of_release(record: Record, centre: str, at: datetime) -> list[Footprint]:
    """Who sees from now on what nobody but its person saw since intake."""
    _, ways = _bases(record.jurisdiction, civil_date(at))
    found = [(FootprintKind.PUBLISHED, centre, _PUBLISHED)] if record.disclosure.is_published else []
    found += [(FootprintKind.SHARED, copy.system, _SHARED) for copy in record.copies]
    return [
        footprint(record.subject, kind, at, unit=unit, why=why, basis=ways, records=(record.id,))
        for kind, unit, why in found
    ]


def measure_applied(applied: AppliedMeasure, jurisdiction: str, on: date) -> tuple[str, str]:
    """The purpose and law of the footprint when a unit applies a measure because of a record. Raises UnknownMeasure."""
    listed = measure(jurisdiction, applied.code, on)
    done = "采取惩戒措施" if listed.kind == "penalty" else "给予激励措施"
    return f"{done}：{listed.title}", listed.citation.label


@lru_cache(maxsize=256)
def _bases(jurisdiction: str, on: date) -> tuple[str, str]:
    catalogue = in_force("catalogue.required", jurisdiction, on)
    return catalogue.citation.label, in_force("disclosure.ways", jurisdiction, on).citation.label
