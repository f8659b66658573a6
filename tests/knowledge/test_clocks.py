"""Clocks against the cases a lawyer can read, and against what must hold for every date."""

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.citations import Certainty
from knowledge.clocks import Pause, add_months, clocks, count_working_days, due, pause_kinds
from knowledge.errors import (
    CalendarUnknown,
    ImpossibleDates,
    NoRuleInForce,
    PauseNotAllowed,
    UnknownClock,
    UnknownJurisdiction,
)
from knowledge.loading import library, take_years
from knowledge.models import Holiday
from knowledge.places import jurisdictions
from knowledge.rules import rules
from knowledge.working_days import WorkingDays

CASES = tomllib.loads((Path(__file__).parent / "cases" / "clocks.toml").read_text(encoding="utf-8"))["cases"]
DAY = timedelta(days=1)

received = st.dates(date(2023, 1, 1), date(2029, 6, 30))
national_since = date(2026, 4, 1)
lengths = st.integers(0, 15)


@st.composite
def running_clocks(draw: st.DrawFn) -> tuple[str, str]:
    """A clock with a jurisdiction that has it."""
    jurisdiction = draw(st.sampled_from(jurisdictions()))
    return draw(st.sampled_from(clocks(jurisdiction))), jurisdiction


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['clock']} from {case['received']}")
def test_the_clock_ends_on_the_day_a_lawyer_would_name(case: dict[str, Any]) -> None:
    answer = due(case["clock"], case["jurisdiction"], case["received"])
    assert answer.on == case["due"], case["why"]
    assert answer.is_estimated is case.get("estimated", False), case["why"]


def test_a_clock_says_what_it_counted_what_it_skipped_and_why() -> None:
    answer = due("objection.finish", "yunnan", date(2026, 4, 30))
    assert answer.counted == (
        date(2026, 5, 6),
        date(2026, 5, 7),
        date(2026, 5, 8),
        date(2026, 5, 9),
        date(2026, 5, 11),
    )
    assert {day.on: day.why for day in answer.skipped}[date(2026, 5, 10)] == "星期日"
    assert {day.why for day in answer.skipped} == {"劳动节假期", "星期日"}
    assert answer.reason == (
        "异议处理完毕：2026年4月30日收到异议材料，当日不计入，5个工作日至2026年5月11日届满；"
        "其间不计5月1日至5月5日（劳动节假期）、5月10日（星期日）；"
        "依据《云南省社会信用条例》第三十六条第二款（条例原文）。"
    )
    assert answer.certainty is Certainty.SEED
    assert answer.is_statutory


def test_a_clock_that_moves_over_days_off_says_so() -> None:
    answer = due("remedy.litigation", "yunnan", date(2026, 4, 1))
    assert answer.counted == ()
    assert answer.skipped[0].on == date(2026, 10, 1)
    assert "届满日逢休息日顺延" in answer.reason


def test_an_immediate_duty_has_no_days() -> None:
    answer = due("objection.own_error", "dalian", date(2026, 10, 1))
    assert (answer.on, answer.counted, answer.skipped) == (date(2026, 10, 1), (), ())
    assert "立即" in answer.reason


def test_a_promise_of_the_service_is_not_called_law() -> None:
    answer = due("objection.annotate", "dalian", date(2026, 12, 31))
    assert not answer.is_statutory
    assert "不是法定期限" in answer.reason
    assert "估算" in answer.reason


def test_an_unverified_number_says_so_in_the_reason() -> None:
    answer = due("repair.decide", "dalian", date(2026, 5, 6))
    assert answer.certainty is Certainty.INFER
    assert not answer.is_statutory
    assert "不作为法定期限" in answer.reason
    assert "未核实" in answer.reason


def test_a_jurisdiction_without_its_own_rule_uses_the_national_one_and_says_so() -> None:
    assert due("repair.answer", "yunnan", date(2026, 5, 6)).jurisdiction == "national"


def test_each_clock_of_the_contract_exists_somewhere() -> None:
    assert {
        "objection.annotate",
        "objection.verify",
        "objection.provider_reply",
        "objection.notify",
        "objection.finish",
        "objection.shared_copies",
        "revocation.update",
        "repair.accept",
        "repair.answer",
    } <= set(clocks())


def test_every_rule_that_starts_at_an_event_is_a_clock() -> None:
    assert {rule.id for rule in rules() if rule.starts} == set(clocks())
    assert "objection.finish" not in clocks("dalian")


def test_time_for_appraisal_is_left_out_in_yunnan() -> None:
    pauses = [Pause("appraisal", date(2026, 3, 3), date(2026, 3, 6))]
    answer = due("objection.finish", "yunnan", date(2026, 3, 2), pauses)
    assert answer.on == date(2026, 3, 13)
    assert answer.skipped[0].why == "鉴定所需时间不计入"


def test_overlapping_pauses_are_left_out_once() -> None:
    one = [Pause("appraisal", date(2026, 3, 3), date(2026, 3, 5))]
    two = [*one, Pause("testing", date(2026, 3, 4), date(2026, 3, 5))]
    assert (
        due("objection.finish", "yunnan", date(2026, 3, 2), one).on
        == due("objection.finish", "yunnan", date(2026, 3, 2), two).on
    )


@pytest.mark.parametrize(("clock", "jurisdiction"), [("objection.verify", "dalian"), ("objection.annotate", "yunnan")])
def test_a_clock_that_the_law_lets_run_on_cannot_be_paused(clock: str, jurisdiction: str) -> None:
    assert pause_kinds(clock, jurisdiction) == ()
    with pytest.raises(PauseNotAllowed, match="cannot be paused"):
        due(clock, jurisdiction, date(2026, 3, 2), [Pause("appraisal", date(2026, 3, 3), date(2026, 3, 4))])


def test_a_pause_for_another_reason_is_refused_with_the_reasons_the_law_knows() -> None:
    assert pause_kinds("objection.finish", "yunnan") == (
        "inspection",
        "testing",
        "quarantine",
        "appraisal",
        "expert_review",
    )
    with pytest.raises(PauseNotAllowed, match="known: inspection"):
        due(
            "objection.finish",
            "yunnan",
            date(2026, 3, 2),
            [Pause("holiday", date(2026, 3, 3), date(2026, 3, 4))],
        )


def test_a_pause_cannot_end_before_it_begins() -> None:
    with pytest.raises(ImpossibleDates):
        due(
            "objection.finish",
            "yunnan",
            date(2026, 3, 2),
            [Pause("testing", date(2026, 3, 4), date(2026, 3, 3))],
        )


def test_an_unknown_clock_names_the_known_ones() -> None:
    with pytest.raises(UnknownClock, match=r"known: objection\.annotate"):
        due("objection.sleep", "dalian", date(2026, 3, 2))


def test_a_rule_that_starts_at_no_event_is_no_clock() -> None:
    with pytest.raises(UnknownClock):
        due("repair.fee", "yunnan", date(2026, 3, 2))


def test_a_clock_of_the_other_jurisdiction_names_those_of_this_one() -> None:
    with pytest.raises(NoRuleInForce, match=r"it has: objection\.annotate"):
        due("objection.finish", "dalian", date(2026, 3, 2))


def test_a_clock_before_its_rule_was_in_force_is_refused() -> None:
    with pytest.raises(NoRuleInForce, match="2023-01-01"):
        due("objection.finish", "yunnan", date(2022, 12, 31))


def test_an_unknown_jurisdiction_names_the_known_ones() -> None:
    with pytest.raises(UnknownJurisdiction, match="known: dalian, yunnan"):
        due("objection.verify", "beijing", date(2026, 3, 2))
    with pytest.raises(UnknownJurisdiction):
        clocks("beijing")


def test_an_instant_is_not_a_date() -> None:
    with pytest.raises(TypeError, match="a date without a time"):
        due("objection.verify", "dalian", datetime.fromisoformat("2026-03-02T00:00"))
    written: Any = "2026-03-02"
    with pytest.raises(TypeError):
        due("objection.verify", "dalian", written)


def test_past_the_packaged_years_there_is_no_answer() -> None:
    with pytest.raises(CalendarUnknown, match="2021–2031"):
        due("objection.verify", "dalian", date(2031, 12, 31))


@given(running_clocks(), st.dates(national_since, date(2029, 6, 30)))
def test_a_clock_never_ends_before_it_begins_nor_on_a_day_off(clock: tuple[str, str], received_on: date) -> None:
    answer = due(*clock, received_on)
    assert answer.on >= received_on
    if answer.unit != "at_once":
        assert answer.on > received_on
        assert library().working_days.is_working(answer.on)
    assert not set(answer.counted) & {day.on for day in answer.skipped}
    assert len(answer.counted) == (answer.length if answer.unit == "working_days" else 0)


@given(running_clocks(), st.dates(national_since, date(2029, 6, 30)), st.integers(0, 60))
def test_a_later_receipt_never_ends_earlier(clock: tuple[str, str], received_on: date, later: int) -> None:
    assert due(*clock, received_on).on <= due(*clock, received_on + DAY * later).on


@given(received, st.lists(st.tuples(st.integers(-5, 15), st.integers(0, 8)), max_size=4))
def test_a_pause_never_shortens(received_on: date, spans: list[tuple[int, int]]) -> None:
    pauses = [
        Pause("testing", received_on + DAY * start, received_on + DAY * (start + length)) for start, length in spans
    ]
    plain, paused = (
        due("objection.finish", "yunnan", received_on),
        due("objection.finish", "yunnan", received_on, pauses),
    )
    assert paused.on >= plain.on
    assert len(paused.counted) == len(plain.counted)


@given(received, lengths, st.integers(0, 30))
def test_one_more_day_off_never_ends_a_clock_earlier(received_on: date, length: int, offset: int) -> None:
    days = library().working_days
    more = WorkingDays({**days.reasons, received_on + DAY * offset: "新增假期"}, days.years, days.published_until, "")
    *_, before = count_working_days(days, received_on, length, {})
    *_, after = count_working_days(more, received_on, length, {})
    assert after >= before


@settings(max_examples=300)
@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 120))
def test_months_end_on_the_same_day_or_on_the_last_of_a_shorter_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + DAY).day == 1)


def test_a_day_is_counted_anew_when_a_year_of_working_days_is_taken_in() -> None:
    """What was counted before is remembered, and was counted by other days off."""
    asked = ("objection.finish", "yunnan", date(2026, 6, 2))
    before = due(*asked)
    assert due(*asked) is before
    year = next(year for year in library().working_days.years if year.year == 2026)
    off = Holiday(title="临时放假", first=date(2026, 6, 3), last=date(2026, 6, 3))
    take_years([msgspec.structs.replace(year, holidays=(*year.holidays, off))])
    try:
        assert due(*asked).on > before.on
        assert "临时放假" in due(*asked).reason
    finally:
        take_years(())
    assert due(*asked) == before
