"""What may be collected as public credit information (Dalian 8, Yunnan 9), and why an item is refused at
intake.
"""

from datetime import date
from functools import cache

from msgspec import Struct

from knowledge.citations import Citation
from knowledge.errors import UnknownCatalogueEntry
from knowledge.loading import library
from knowledge.models import CatalogueEntry, DocumentType
from knowledge.periods import record_classes
from knowledge.rules import NATIONAL, check_date, check_jurisdiction, in_force, supports, version_on
from knowledge.screening import screen

__all__ = [
    "CatalogueEntry",
    "DocumentType",
    "IntakeItem",
    "Refused",
    "check",
    "document_type_of",
    "document_types",
    "edition",
    "entries",
    "entry",
]


class IntakeItem(Struct, frozen=True):
    """What a provider sends, as far as the law looks at it. `texts` are the free-text fields by name.

    Market information says when the person consented, by which paper and to which use, or which law makes consent
    unnecessary; `has_written_consent` means to income and the like, after a warning (Dalian 18, Yunnan 34).
    """

    jurisdiction: str
    code: str
    document_type: str | None = None
    document_number: str | None = None
    decided_on: date | None = None
    record_class: str | None = None
    subject_is_adult: bool | None = None
    is_organisation: bool = False
    texts: dict[str, str] = {}
    has_written_consent: bool = False
    is_from_market: bool = False
    consented_on: date | None = None
    consent_proof: str | None = None
    consent_purpose: str | None = None
    consent_exempt_by: str | None = None


class Refused(Struct, frozen=True):
    """One reason against an item. `code` is stable; `field` is the field of the item, or the name of a free
    text.
    """

    code: str
    title: str
    detail: str
    citation: Citation
    field: str


def entries(jurisdiction: str, on: date) -> tuple[CatalogueEntry, ...]:
    """The catalogue of a place on a date."""
    check_jurisdiction(jurisdiction)
    check_date(on)
    found = (version_on(by_place.get(jurisdiction, ()), on) for by_place in library().entries.values())
    return tuple(row for row in found if row is not None)


def edition(on: date) -> str:
    """Which edition of the national base catalogue is known on a date; empty before the first that was found."""
    check_date(on)
    found = version_on(library().rules["catalogue.edition"][NATIONAL], on)
    return str(found.value) if found else ""


def entry(jurisdiction: str, code: str, on: date) -> CatalogueEntry:
    """Raises UnknownCatalogueEntry with the codes that are in the catalogue."""
    for row in entries(jurisdiction, on):
        if row.code == code:
            return row
    known = ", ".join(row.code for row in entries(jurisdiction, on)) or "none"
    raise UnknownCatalogueEntry(f"{code!r} is not in the catalogue of {jurisdiction} on {on}; it has: {known}")


def document_types() -> tuple[DocumentType, ...]:
    """The documents on which a dishonesty record may rest (Yunnan 26)."""
    return tuple(library().document_types.values())


def document_type_of(written: str) -> str:
    """The id of a kind of document by its title, with or without 生效的; what names none stays as it is."""
    return _ids_by_title().get(written, written)


@cache
def _ids_by_title() -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in document_types():
        short = kind.title.removeprefix("生效的")
        for title in (kind.title, short, short.removeprefix("行政")):
            found.setdefault(title, kind.id)
    return found


def check(item: IntakeItem, on: date) -> tuple[Refused, ...]:
    """Every reason against taking the item in; empty if there is none."""
    refused = [*_kind(item, on), *_subject(item, on)]
    try:
        row = entry(item.jurisdiction, item.code, on)
    except UnknownCatalogueEntry:
        row = None
    if row is not None and row.section == "dishonesty":
        refused += _document(item, row, on)
    if row is not None:
        refused += _market(item, row, on)
    refused += _record_class(item)
    asks = not item.is_organisation and (row is None or row.is_self_declared or row.is_market)
    return (*refused, *_texts(item, asks_consent=asks))


def _kind(item: IntakeItem, on: date) -> list[Refused]:
    for excluded in library().excluded_entries:
        if (excluded.jurisdiction, excluded.code) == (item.jurisdiction, item.code) and excluded.since <= on:
            code = "excluded-kind" if excluded.treatment == "excluded" else "legal-basis-required"
            title = "不得纳入的信息" if excluded.treatment == "excluded" else "缺少纳入依据"
            return [Refused(code, title, excluded.message, excluded.source, "code")]
    try:
        entry(item.jurisdiction, item.code, on)
    except UnknownCatalogueEntry:
        rule = in_force("catalogue.required", item.jurisdiction, on)
        detail = f"“{item.code}”不在{on}的公共信用信息目录内，不能归集。"
        return [Refused("not-in-catalogue", "不在目录内", detail, rule.citation, "code")]
    return []


def _subject(item: IntakeItem, on: date) -> list[Refused]:
    if item.subject_is_adult is not False:
        return []
    barred = supports("report.minor", item.jurisdiction, on)
    return [
        Refused(
            "subject-without-capacity",
            "不纳入未成年人等的信息",
            barred.explanation,
            barred.citation,
            "subject",
        )
    ]


def _document(item: IntakeItem, row: CatalogueEntry, on: date) -> list[Refused]:
    basis = in_force("intake.effective_document", item.jurisdiction, on).citation
    refused = []
    for field, name in (
        ("document_type", "文书种类"),
        ("document_number", "文书编号"),
        ("decided_on", "文书日期"),
    ):
        if not getattr(item, field):
            detail = f"失信信息须有生效文书，缺少{name}。"
            refused.append(Refused("effective-document-missing", "缺少生效文书", detail, basis, field))
    if item.document_type and item.document_type not in row.documents:
        allowed = "、".join(library().document_types[name].title for name in row.documents)
        detail = f"“{row.title}”可以依据的文书是：{allowed}。"
        refused.append(Refused("document-type-unfit", "文书种类不符", detail, basis, "document_type"))
    if item.decided_on is not None and item.decided_on > on:
        refused.append(Refused("document-in-future", "文书日期在将来", "文书日期晚于报送日期。", basis, "decided_on"))
    return refused


def _market(item: IntakeItem, row: CatalogueEntry, on: date) -> list[Refused]:
    """Who sends which kind, and that the person agreed to what is no public information (Dalian 17, Yunnan 13)."""
    if item.is_from_market != row.is_market:
        kinds = in_force("market.kinds", item.jurisdiction, on).citation
        own = "、".join(one.title for one in entries(item.jurisdiction, on) if one.is_market)
        detail = (
            f"“{row.title}”是公共信用信息，由国家机关等公共信用信息提供单位报送；市场单位只报送：{own}。"
            if item.is_from_market
            else f"“{row.title}”是市场信用信息，由市场信用信息提供单位经本人同意报送。"
        )
        return [Refused("not-of-this-unit", "不由这类单位报送", detail, kinds, "code")]
    if not row.is_market or item.consent_exempt_by:
        return []
    asked = in_force("market.consent_of", item.jurisdiction, on).value
    assert isinstance(asked, tuple)
    if item.is_organisation and "法人" not in asked:
        return []
    basis = in_force("personal.market_consent", item.jurisdiction, on).citation
    return [
        Refused("market-consent-missing", "缺少本人同意的证明", f"市场信用信息须经本人同意，缺少{name}。", basis, field)
        for field, name in (
            ("consented_on", "同意的日期"),
            ("consent_proof", "授权书或者合同的编号"),
            ("consent_purpose", "约定的用途"),
        )
        if not getattr(item, field)
    ]


def _record_class(item: IntakeItem) -> list[Refused]:
    if item.record_class is None or item.record_class in record_classes():
        return []
    citation = library().rules["repair.classes"][NATIONAL][-1].citation
    detail = "类别由认定单位确定，只有轻微（minor）、一般（general）、严重（serious）；没有类别的留空。"
    return [Refused("class-unknown", "没有这个类别", detail, citation, "record_class")]


def _texts(item: IntakeItem, *, asks_consent: bool) -> list[Refused]:
    """Barred data is refused from anyone. Data that needs consent is looked for in what residents write
    themselves and in market information: official documents state amounts of their own."""
    refused = []
    for field, text in item.texts.items():
        for finding in screen(text, item.jurisdiction):
            if finding.treatment == "conditional":
                if asks_consent and not item.has_written_consent:
                    refused.append(
                        Refused(
                            "written-consent-required",
                            "须有书面同意",
                            finding.message,
                            finding.citation,
                            field,
                        )
                    )
            else:
                title = "不得采集的个人信息" if finding.treatment == "barred" else "不得纳入的信息"
                refused.append(Refused("barred-personal-data", title, finding.message, finding.citation, field))
    return refused
