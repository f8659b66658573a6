"""The national publicity period and the local disclosure period."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.citations import Certainty
from knowledge.errors import ImpossibleDates, UnknownJurisdiction, UnknownRecordClass
from knowledge.periods import disclosure, publicity, record_classes, weakest

CASES = tomllib.loads((Path(__file__).parent / "cases" / "periods.toml").read_text(encoding="utf-8"))

decided = st.dates(date(2021, 7, 1), date(2029, 12, 31))
classes = st.sampled_from(record_classes())


@pytest.mark.parametrize("case", CASES["publicity"], ids=lambda case: f"{case['class']} {case['decided']}")
def test_publicity_ends_on_the_day_a_lawyer_would_name(case: dict[str, Any]) -> None:
    answer = publicity(case["class"], case["decided"])
    assert answer.state == "computed"
    assert answer.minimum_ends_on == case.get("minimum"), case["why"]
    assert answer.maximum_ends_on == case["maximum"], case["why"]
    assert answer.opens_on == case["opens"], case["why"]
    assert answer.is_estimated is case.get("estimated", False), case["why"]
    assert answer.arguable_until == case.get("arguable"), case["why"]
    assert answer.citations[0].label == "《信用修复管理办法》"


@pytest.mark.parametrize("case", CASES["disclosure"], ids=lambda case: case["why"])
def test_disclosure_ends_on_the_day_a_lawyer_would_name(case: dict[str, Any]) -> None:
    answer = disclosure(
        case["jurisdiction"],
        ended_on=case.get("ended"),
        sentence_completed_on=case.get("sentence_completed"),
        severe_list=case.get("severe_list"),
        removed_on=case.get("removed"),
        is_serving=case.get("serving", False),
        today=case.get("today"),
    )
    assert (answer.state, answer.ends_on) == (case["state"], case.get("until")), case["why"]
    assert answer.would_end_on == case.get("would_end")
    assert answer.why


@pytest.mark.parametrize("case", CASES["end"], ids=lambda case: case["why"])
def test_publicity_ends_by_itself_on_the_earlier_day_unless_non_performance_is_stated(case: dict[str, Any]) -> None:
    answer = publicity(
        case.get("class"),
        case.get("decided"),
        authority_until=case.get("authority"),
        unperformed=case.get("unperformed"),
    )
    assert (answer.ends_on, answer.ends_by) == (case.get("end"), case["by"]), case["why"]
    assert case.get("differs", "") in answer.difference
    assert bool(answer.difference) is ("differs" in case)
    assert answer.difference in answer.why


@pytest.mark.parametrize("case", CASES["earlier"], ids=lambda case: case["why"])
def test_the_regime_of_the_day_of_the_document_is_shown_beside(case: dict[str, Any]) -> None:
    earlier = publicity(case["class"], case["decided"]).earlier
    if "regime" not in case:
        assert earlier is None
        return
    assert earlier is not None
    assert (earlier.regime, earlier.minimum_ends_on, earlier.maximum_ends_on) == (
        case["regime"],
        case["minimum"],
        case["maximum"],
    )
    assert earlier.special_minimum_ends_on == case.get("special")
    assert earlier.certainty is Certainty.SEEN


@pytest.mark.parametrize(
    ("record_class", "decided_on", "why"),
    [
        (None, date(2026, 5, 6), "没有说明失信类别"),
        ("general", None, "没有认定文书的日期"),
        (None, None, "没有说明失信类别（轻微、一般或者严重），没有认定文书的日期"),
    ],
)
def test_without_class_or_document_date_nothing_is_guessed(
    record_class: str | None, decided_on: date | None, why: str
) -> None:
    answer = publicity(record_class, decided_on)
    assert answer.state == "unknown"
    assert why in answer.why
    assert (answer.minimum_ends_on, answer.maximum_ends_on, answer.opens_on) == (None, None, None)
    assert answer.is_published_in_principle is None


def test_minor_records_are_in_principle_not_published() -> None:
    assert publicity("minor", date(2026, 5, 6)).is_published_in_principle is False
    assert publicity("general", date(2026, 5, 6)).is_published_in_principle is True


def test_a_record_decided_under_the_former_rules_shows_both_and_which_was_used() -> None:
    answer = publicity("general", date(2026, 3, 31))
    assert answer.regime == "order-36"
    assert "当时告知的日期可能不同" in answer.why


def test_a_minimum_that_ends_on_a_day_off_is_not_lengthened_and_says_what_is_argued() -> None:
    answer = publicity("general", date(2026, 7, 1))
    assert "有人认为顺延到2026年10月8日" in answer.why
    assert answer.certainty is Certainty.INFER
    assert any(citation.article == 203 for citation in answer.citations)
    assert publicity("general", date(2026, 7, 2)).certainty is Certainty.INFER  # 2 October: a holiday as well
    assert publicity("general", date(2026, 5, 6)).certainty is Certainty.SEEN


def test_an_unknown_class_names_the_known_ones() -> None:
    with pytest.raises(UnknownRecordClass, match="known: minor, general, serious"):
        publicity("terrible", date(2026, 5, 6))


def test_an_instant_is_not_a_document_date() -> None:
    with pytest.raises(TypeError):
        publicity("general", datetime.fromisoformat("2026-05-06T00:00"))


def test_bad_questions_about_disclosure_are_refused() -> None:
    with pytest.raises(UnknownJurisdiction):
        disclosure("beijing", ended_on=None)
    with pytest.raises(ImpossibleDates):
        disclosure("dalian", ended_on=date(2022, 1, 1), removed_on=date(2023, 1, 1))


def test_the_reason_for_an_extension_is_told() -> None:
    assert (
        "延至2027年3月1日移出之日"
        in disclosure("dalian", ended_on=date(2022, 1, 15), severe_list="removed", removed_on=date(2027, 3, 1)).why
    )
    assert "刑罚执行完毕" in disclosure("dalian", ended_on=None, sentence_completed_on=date(2024, 9, 1)).why


def test_a_statement_is_as_sure_as_its_least_sure_source() -> None:
    assert weakest(Certainty.SEED, Certainty.RECALL, Certainty.SEEN) is Certainty.RECALL
    assert weakest(Certainty.SEEN, Certainty.SEED) is Certainty.SEEN


@given(classes, decided)
def test_the_periods_stand_in_order(record_class: str, decided_on: date) -> None:
    answer = publicity(record_class, decided_on)
    assert answer.opens_on is not None
    assert answer.maximum_ends_on is not None
    if answer.minimum_ends_on is None:
        assert answer.opens_on == decided_on
    else:
        assert decided_on < answer.minimum_ends_on < answer.opens_on
        assert answer.minimum_ends_on < answer.maximum_ends_on


@given(classes, decided, st.integers(0, 400))
def test_a_later_document_never_opens_earlier(record_class: str, decided_on: date, later: int) -> None:
    other = date.fromordinal(min(decided_on.toordinal() + later, date(2029, 12, 31).toordinal()))
    first, second = publicity(record_class, decided_on), publicity(record_class, other)
    assert first.opens_on is not None
    assert second.opens_on is not None
    assert first.opens_on <= second.opens_on


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_staying_on_the_severe_list_never_shortens_disclosure(ended_on: date) -> None:
    plain = disclosure("dalian", ended_on=ended_on)
    assert plain.ends_on is not None
    for removed_on in (ended_on, plain.ends_on, date(2060, 1, 1)):
        longer = disclosure("dalian", ended_on=ended_on, severe_list="removed", removed_on=removed_on)
        assert longer.ends_on is not None
        assert longer.ends_on >= max(plain.ends_on, min(removed_on, plain.ends_on))
