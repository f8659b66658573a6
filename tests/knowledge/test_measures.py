"""Measures: only what a list holds."""

from datetime import date

import pytest

from knowledge.errors import UnknownJurisdiction, UnknownMeasure
from knowledge.measures import measure, measures
from knowledge.rules import in_force

ON = date(2026, 11, 21)


def test_yunnan_has_the_incentives_of_its_article_25_and_no_penalty_of_its_own() -> None:
    """Article 28 bounds what a supplementary list may hold; it is no list, and none was found."""
    own = [m for m in measures("yunnan", ON) if m.jurisdiction == "yunnan"]
    assert [m.kind for m in own] == ["incentive"] * 6
    assert {m.citation.article for m in own} == {25}
    bounds = in_force("measures.supplement_bounds", "yunnan", ON)
    assert bounds.citation.article == 28
    with pytest.raises(UnknownMeasure):
        measure("yunnan", "yn-p1", ON)


def test_the_lists_lost_from_the_dalian_text_are_not_filled_in() -> None:
    own = [m for m in measures("dalian", ON) if m.jurisdiction == "dalian"]
    assert {m.citation.article for m in own} == {29, 37, 38}
    assert all(m.citation.quote for m in own)


def test_national_measures_are_shown_as_not_verified() -> None:
    national = [m for m in measures("dalian", ON) if m.jurisdiction == "national"]
    assert national
    assert not any(m.certainty.is_verified for m in national)


def test_a_measure_that_is_not_listed_is_never_given() -> None:
    assert measure("yunnan", "yn-i3", ON).title.startswith("在公共资源交易活动中")
    with pytest.raises(UnknownMeasure, match="listed: yn-i1"):
        measure("yunnan", "shaming", ON)
    with pytest.raises(UnknownMeasure):
        measure("dalian", "yn-i3", ON)
    with pytest.raises(UnknownMeasure, match="listed: none"):
        measure("yunnan", "yn-i3", date(2020, 1, 1))
    with pytest.raises(UnknownJurisdiction):
        measures("beijing", ON)
