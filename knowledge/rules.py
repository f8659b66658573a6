"""Every value the product acts on: asked by name, place and date, answered with its source and how sure it
is.
"""

from datetime import date, datetime
from typing import TypeVar

from knowledge.errors import NoRuleInForce, UnknownCapability, UnknownJurisdiction, UnknownRule
from knowledge.loading import library
from knowledge.models import Capability, CatalogueEntry, DatedRule, Measure
from knowledge.places import jurisdictions

__all__ = [
    "NATIONAL",
    "Capability",
    "DatedRule",
    "capabilities",
    "history",
    "in_force",
    "rules",
    "supports",
]

NATIONAL = "national"

Dated = TypeVar("Dated", DatedRule, Capability, CatalogueEntry, Measure)


def check_jurisdiction(jurisdiction: str) -> str:
    """Returns it, or raises UnknownJurisdiction with those that are known."""
    known = (*jurisdictions(), NATIONAL)
    if jurisdiction not in known:
        raise UnknownJurisdiction(f"unknown jurisdiction {jurisdiction!r}; known: {', '.join(known)}")
    return jurisdiction


def check_date(on: date) -> date:
    """A legal date is a civil date in Asia/Shanghai; an instant would hide the time zone."""
    if isinstance(on, datetime) or not isinstance(on, date):
        raise TypeError(f"a date without a time is needed, not {type(on).__name__}")
    return on


def version_on(versions: tuple[Dated, ...], on: date) -> Dated | None:
    """The version that is in force on the date."""
    for version in versions:
        if version.since <= on and (version.until is None or on <= version.until):
            return version
    return None


def version_for(by_jurisdiction: dict[str, tuple[Dated, ...]], jurisdiction: str, on: date) -> Dated | None:
    """The version of the place on the date, else the national one: without a rule of its own, national law is
    what applies there.
    """
    own = version_on(by_jurisdiction.get(jurisdiction, ()), on)
    return own or version_on(by_jurisdiction.get(NATIONAL, ()), on)


def in_force_among(named: dict[str, dict[str, tuple[Dated, ...]]], jurisdiction: str, on: date) -> tuple[Dated, ...]:
    """Everything of one kind that applies in a place on a date."""
    found = (version_for(by_jurisdiction, jurisdiction, on) for by_jurisdiction in named.values())
    return tuple(version for version in found if version is not None)


def in_force(rule_id: str, jurisdiction: str, on: date) -> DatedRule:
    """The rule of the jurisdiction, or the national one where it has none of its own (`jurisdiction` on the
    rule says which).

    Raises UnknownRule, UnknownJurisdiction, or NoRuleInForce for a date outside the rule's life.
    """
    by_jurisdiction = library().rules.get(rule_id)
    if by_jurisdiction is None:
        raise UnknownRule(f"unknown rule {rule_id!r}; `python -m knowledge rules` lists them")
    check_jurisdiction(jurisdiction)
    check_date(on)
    found = version_for(by_jurisdiction, jurisdiction, on)
    if found is None:
        raise NoRuleInForce(_no_rule(f"rule {rule_id}", jurisdiction, on, by_jurisdiction))
    return found


def rules(on: date | None = None, jurisdiction: str | None = None) -> tuple[DatedRule, ...]:
    """All versions of all rules; those in force on a date; those that apply in a place, which are its own and
    the national ones it does not replace.
    """
    if on is not None:
        check_date(on)
    if jurisdiction is not None:
        check_jurisdiction(jurisdiction)
        if on is not None:
            return in_force_among(library().rules, jurisdiction, on)
        return tuple(
            rule
            for by_jurisdiction in library().rules.values()
            for rule in by_jurisdiction.get(jurisdiction) or by_jurisdiction.get(NATIONAL, ())
        )
    return tuple(
        rule
        for by_jurisdiction in library().rules.values()
        for versions in by_jurisdiction.values()
        for rule in versions
        if on is None or version_on((rule,), on)
    )


def history(rule_id: str, jurisdiction: str) -> tuple[DatedRule, ...]:
    """Every version of the rule, oldest first; the national ones where the jurisdiction has none of its
    own.
    """
    by_jurisdiction = library().rules.get(rule_id)
    if by_jurisdiction is None:
        raise UnknownRule(f"unknown rule {rule_id!r}; `python -m knowledge rules` lists them")
    check_jurisdiction(jurisdiction)
    return by_jurisdiction.get(jurisdiction) or by_jurisdiction.get(NATIONAL, ())


def supports(capability: str, jurisdiction: str, on: date) -> Capability:
    """Whether the jurisdiction gives or requires this on the date, and what there is instead.

    Raises UnknownCapability, UnknownJurisdiction or NoRuleInForce.
    """
    by_jurisdiction = library().capabilities.get(capability)
    if by_jurisdiction is None:
        raise UnknownCapability(f"unknown capability {capability!r}; known: {', '.join(library().capabilities)}")
    check_jurisdiction(jurisdiction)
    check_date(on)
    found = version_for(by_jurisdiction, jurisdiction, on)
    if found is None:
        raise NoRuleInForce(_no_rule(f"capability {capability}", jurisdiction, on, by_jurisdiction))
    return found


def capabilities(jurisdiction: str, on: date) -> tuple[Capability, ...]:
    """Everything `supports` can answer for a jurisdiction on a date."""
    check_jurisdiction(jurisdiction)
    check_date(on)
    return in_force_among(library().capabilities, jurisdiction, on)


def _no_rule(
    what: str,
    jurisdiction: str,
    on: date,
    by_jurisdiction: dict[str, tuple[Dated, ...]],
) -> str:
    versions = (*by_jurisdiction.get(jurisdiction, ()), *by_jurisdiction.get(NATIONAL, ()))
    if not versions:
        return f"{what} does not exist in {jurisdiction}; it exists in: {', '.join(by_jurisdiction)}"
    lives = "; ".join(f"{v.since} to {v.until or 'today'}" for v in versions)
    return f"{what} is not in force in {jurisdiction} on {on}; it is in force: {lives}"
