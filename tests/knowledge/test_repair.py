"""Whether repair may be applied for."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.citations import Certainty
from knowledge.errors import NoRuleInForce
from knowledge.periods import record_classes
from knowledge.places import jurisdictions
from knowledge.repair import RepairFacts, eligibility
from knowledge.rules import in_force

CASES = tomllib.loads((Path(__file__).parent / "cases" / "repair.toml").read_text(encoding="utf-8"))["cases"]
ON = date(2026, 11, 21)


def facts_of(case: dict[str, Any]) -> RepairFacts:
    return RepairFacts(
        jurisdiction=case.get("jurisdiction", "dalian"),
        record_class=case.get("class"),
        decided_on=case.get("decided"),
        duty_performed_on=case.get("performed"),
        corrected_on=case.get("corrected"),
        ended_on=case.get("ended"),
        is_severe_listed=case.get("severe_listed", False),
        barred_until=case.get("barred_until"),
        non_repairable_basis=case.get("non_repairable_basis"),
        is_repaired=case.get("is_repaired", False),
        sentence_completed_on=case.get("sentence_completed"),
        is_serving=case.get("serving", False),
        authority_until=case.get("authority"),
        unperformed=case.get("unperformed"),
        is_court_matter=case.get("court", False),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_repair_opens_when_a_lawyer_would_say(case: dict[str, Any]) -> None:
    answer = eligibility(facts_of(case), case["on"])
    assert (answer.state, answer.opens_on) == (case["state"], case.get("opens")), answer.why
    lacking = [c.name for c in answer.conditions if c.is_decisive and c.is_met is not True]
    assert lacking == case.get("lacking", [])


def test_every_condition_has_a_title_a_source_and_a_certainty() -> None:
    facts = RepairFacts("dalian", "serious", date(2026, 5, 6), None, is_severe_listed=True)
    answer = eligibility(facts, ON)
    assert answer.facts == facts
    assert answer.regime == "order-36"
    assert len({c.name for c in answer.conditions}) == len(answer.conditions)
    for condition in answer.conditions:
        assert condition.title
        assert condition.detail
        assert condition.citation.label
    severe = next(c for c in answer.conditions if c.name == "severe_list")
    assert severe.is_met is None
    assert "移出条件" in severe.detail
    assert next(c for c in answer.conditions if c.name == "not_barred").certainty is Certainty.FRAG


def test_the_answer_says_what_is_lacking_in_words() -> None:
    answer = eligibility(RepairFacts("dalian", "general", date(2026, 5, 6), None), date(2026, 8, 1))
    assert answer.why == (
        "还有条件没有满足：最短公示期至2026年8月6日；没有义务履行完毕的记载或者证明。"
        "按现有日期，最早2026年8月7日可以申请。"
    )
    closed = eligibility(RepairFacts("dalian", "general", None, None, is_repaired=True), ON)
    assert closed.why.startswith("不能申请信用修复：这条信息已经修复")


def test_before_the_present_rules_there_is_no_answer() -> None:
    facts = RepairFacts("yunnan", "general", date(2025, 1, 1), date(2025, 2, 1))
    with pytest.raises(NoRuleInForce, match="2026-04-01"):
        eligibility(facts, date(2026, 3, 31))


def test_a_record_decided_before_the_present_rules_is_judged_by_them_and_says_so() -> None:
    answer = eligibility(RepairFacts("yunnan", "general", date(2026, 3, 1), date(2026, 5, 1)), ON)
    assert answer.regime == "order-36"
    assert answer.publicity.earlier is not None


def test_the_product_knows_no_years_of_a_bar() -> None:
    """Only the last day that the determining unit states counts; no rule has a number to compute one from."""
    rule = in_force("repair.breach_bar", "dalian", ON)
    assert rule.unit == "text"
    assert "认定单位" in str(rule.value)
    assert in_force("repair.breach_elements", "dalian", ON).value == ("材料虚假", "承诺严重不实", "故意不履行承诺")


dates = st.dates(date(2023, 1, 1), date(2029, 12, 31))
facts = st.builds(
    RepairFacts,
    jurisdiction=st.sampled_from(jurisdictions()),
    record_class=st.none() | st.sampled_from(record_classes()),
    decided_on=st.none() | dates,
    duty_performed_on=st.none() | dates,
    corrected_on=st.none() | dates,
    ended_on=st.none() | dates,
    is_severe_listed=st.booleans(),
    barred_until=st.none() | dates,
    non_repairable_basis=st.none() | st.just("某法"),
    is_repaired=st.booleans(),
    authority_until=st.none() | dates,
    unperformed=st.none() | st.just("没有缴纳"),
    is_court_matter=st.booleans(),
    is_serving=st.booleans(),
)
asked = st.dates(date(2026, 4, 1), date(2030, 12, 31))


@given(facts, asked)
def test_repair_is_never_open_before_the_minimum_nor_without_its_conditions(known: RepairFacts, on: date) -> None:
    answer = eligibility(known, on)
    if answer.state == "open":
        assert known.duty_performed_on is not None
        assert known.duty_performed_on <= on
        assert answer.publicity.opens_on is not None
        assert answer.publicity.opens_on <= on
        assert not known.is_repaired
        assert known.non_repairable_basis is None
        assert known.barred_until is None or known.barred_until < on
        assert answer.opens_on is not None
        assert answer.opens_on <= on
    if answer.opens_on is not None:
        assert answer.publicity.minimum_ends_on is None or answer.opens_on > answer.publicity.minimum_ends_on
    assert (answer.opens_on is None) == (answer.state in ("unknown", "closed"))


@given(facts, asked)
def test_what_opens_on_a_day_is_open_on_that_day_and_not_the_day_before(known: RepairFacts, on: date) -> None:
    answer = eligibility(known, on)
    if answer.state == "opens":
        assert answer.opens_on is not None
        assert answer.opens_on > on
        opening = eligibility(known, answer.opens_on)
        assert opening.state == "open"
        day_before = answer.opens_on - timedelta(days=1)
        assert eligibility(known, day_before).state == "opens"


@given(facts, asked, st.integers(0, 500))
def test_performing_the_duty_later_never_opens_repair_earlier(known: RepairFacts, on: date, days: int) -> None:
    if known.duty_performed_on is None:
        return
    later = msgspec.structs.replace(known, duty_performed_on=known.duty_performed_on + timedelta(days=days))
    first, second = eligibility(known, on), eligibility(later, on)
    if first.opens_on is not None and second.opens_on is not None:
        assert first.opens_on <= second.opens_on
