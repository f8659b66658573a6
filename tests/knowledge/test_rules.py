"""Rules by name, place and date."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.articles import article
from knowledge.citations import Certainty
from knowledge.errors import NoRuleInForce, UnknownCapability, UnknownJurisdiction, UnknownRule
from knowledge.loading import library
from knowledge.places import jurisdictions
from knowledge.rules import DatedRule, capabilities, history, in_force, rules, supports

ON = date(2026, 11, 21)


def test_a_place_has_its_own_rule_or_the_national_one() -> None:
    assert in_force("repair.fee", "yunnan", ON).jurisdiction == "yunnan"
    assert in_force("repair.fee", "dalian", ON).jurisdiction == "national"
    assert in_force("repair.fee", "national", ON).value == 0


def test_a_rule_changes_on_its_day() -> None:
    before = in_force("remedy.reconsideration", "dalian", date(2023, 12, 31))
    after = in_force("remedy.reconsideration", "dalian", date(2024, 1, 1))
    assert (before.citation.article, after.citation.article) == (9, 20)
    assert history("remedy.reconsideration", "yunnan") == (before, after)


@pytest.mark.parametrize(
    ("rule", "place", "on", "message"),
    [
        ("objection.annotate", "yunnan", date(2022, 12, 31), "in force: 2023-01-01 to today"),
        ("repair.accept", "dalian", date(2026, 3, 31), "in force: 2026-04-01 to today"),
        ("earlier.publicity.special.minimum", "dalian", date(2026, 4, 1), "2023-05-01 to 2026-03-31"),
        ("objection.finish", "dalian", ON, "does not exist in dalian; it exists in: yunnan"),
    ],
)
def test_outside_the_life_of_a_rule_there_is_no_value(rule: str, place: str, on: date, message: str) -> None:
    with pytest.raises(NoRuleInForce, match=message):
        in_force(rule, place, on)


def test_before_a_place_had_its_own_rule_national_law_applied_there() -> None:
    assert in_force("listing.served", "yunnan", date(2022, 12, 31)).jurisdiction == "national"
    assert in_force("listing.served", "yunnan", date(2023, 1, 1)).jurisdiction == "yunnan"


def test_unknown_names_are_refused() -> None:
    with pytest.raises(UnknownRule):
        in_force("objection.sleep", "yunnan", ON)
    with pytest.raises(UnknownRule):
        history("objection.sleep", "yunnan")
    with pytest.raises(UnknownJurisdiction):
        in_force("repair.fee", "beijing", ON)
    with pytest.raises(UnknownJurisdiction):
        rules(jurisdiction="beijing")


def test_the_rules_of_a_place_are_its_own_and_the_national_ones_it_does_not_replace() -> None:
    of_yunnan = rules(ON, "yunnan")
    assert {r.jurisdiction for r in of_yunnan} == {"yunnan", "national"}
    fees = [r for r in of_yunnan if r.id == "repair.fee"]
    assert [r.jurisdiction for r in fees] == ["yunnan"]
    assert not any(r.jurisdiction == "dalian" for r in of_yunnan)
    assert {r.jurisdiction for r in rules()} == {"dalian", "yunnan", "national"}
    assert all(r.until is None or r.until >= ON for r in of_yunnan)
    every_version = rules(jurisdiction="yunnan")
    assert len([r for r in every_version if r.id == "remedy.reconsideration"]) == 2
    assert {r.id for r in of_yunnan} < {r.id for r in every_version}
    assert {r.jurisdiction for r in rules(ON)} == {"dalian", "yunnan", "national"}


@given(st.sampled_from(rules()), st.dates(date(2021, 7, 1), date(2030, 1, 1)))
def test_since_its_first_day_a_rule_has_one_version_on_each_date(rule: DatedRule, on: date) -> None:
    """No gap and no overlap; a repealed rule simply ends."""
    versions = library().rules[rule.id][rule.jurisdiction]
    alive = [v for v in versions if v.since <= on and (v.until is None or on <= v.until)]
    ended = versions[-1].until is not None and on > versions[-1].until
    assert len(alive) == (0 if on < versions[0].since or ended else 1)
    for earlier, later in pairwise(versions):
        assert earlier.until is not None
        assert later.since == earlier.until + timedelta(days=1)


def test_what_was_only_remembered_is_never_called_verified() -> None:
    unverified = {r.id for r in rules() if not r.certainty.is_verified}
    assert {"repair.decide", "repair.decide_extension", "repair.breach_bar", "objection.result"} <= unverified
    for rule in rules():
        if rule.certainty is Certainty.RECALL and rule.until is None:
            assert "未核实" in rule.note, rule.id


def test_every_value_from_the_supplied_text_carries_its_quote() -> None:
    assert all(r.citation.quote for r in rules() if r.certainty is Certainty.SEED)


def test_every_promise_of_the_service_says_that_it_is_none_of_the_law() -> None:
    for rule in rules():
        if rule.starts and rule.citation.regulation == "service":
            assert not rule.is_statutory


def test_only_days_that_were_read_are_statutory() -> None:
    for rule in rules():
        if rule.starts and rule.is_statutory:
            assert rule.certainty.is_verified, rule.id


NEW_FACTS = {
    "province.regulation": "liaoning",
    "publicity.earlier_regimes": "order-58",
    "publicity.authority_date": "order-36",
    "publicity.exception": "order-36",
    "publicity.minimum_not_extended": "civil-code",
    "repair.after_publicity": "order-36",
    "repair.breach_bar": "order-36",
    "repair.decide": "plan-2025-22",
    "catalogue.edition": "base-catalogue",
    "measures.edition": "base-measures",
    "report.standard": "report-standard",
    "calendar.checked": "holiday-regulation",
    "law.not_found": "order-36",
    "subject.sole_trader": "civil-code",
}


@pytest.mark.parametrize(("rule_id", "instrument"), NEW_FACTS.items())
def test_what_was_found_stands_among_the_rules_with_its_source(rule_id: str, instrument: str) -> None:
    (rule,) = [rule for rule in rules(ON, "dalian") if rule.id == rule_id]
    assert rule.citation.regulation == instrument
    assert rule.value


def test_each_no_of_dalian_names_the_regulation_of_its_province() -> None:
    for capability in capabilities("dalian", ON):
        if not capability.is_available or not capability.is_statutory or not capability.certainty.is_verified:
            assert "辽宁省社会信用条例" in capability.explanation, capability.id
    assert not any("辽宁" in capability.explanation for capability in capabilities("yunnan", ON))


def test_dalians_regulation_was_made_by_the_peoples_congress_and_approved_by_the_province() -> None:
    dalian = library().regulations["dalian"]
    assert (dalian.issuer, dalian.adopted_on) == ("大连市人民代表大会", date(2021, 2, 8))
    assert (dalian.approved_by, dalian.approved_on) == ("辽宁省人民代表大会常务委员会", date(2021, 3, 31))


@pytest.mark.parametrize(
    ("capability", "yunnan", "dalian"),
    [
        ("withdrawal.commendation", True, False),
        ("objection.pause", True, False),
        ("objection.mark", True, True),
        ("objection.written_reasons", True, False),
        ("objection.written_result", False, True),
        ("objection.shared_copies", True, False),
        ("revocation.update", False, True),
        ("record.blood_donation", False, True),
        ("repair.fee", False, False),
        ("report.minor", False, False),
        ("disclosure.number", False, True),
    ],
)
def test_the_two_places_differ_where_the_texts_do(capability: str, yunnan: bool, dalian: bool) -> None:
    assert supports(capability, "yunnan", ON).is_available is yunnan
    assert supports(capability, "dalian", ON).is_available is dalian


def test_where_dalian_gives_no_withdrawal_it_says_what_there_is_instead() -> None:
    answer = supports("withdrawal.commendation", "dalian", ON)
    assert "没有规定这项权利" in answer.explanation
    assert "异议" in answer.instead
    assert "不是条例规定的权利" in answer.instead


def test_the_mark_is_law_in_yunnan_and_a_service_in_dalian() -> None:
    assert supports("objection.mark", "yunnan", ON).is_statutory
    assert not supports("objection.mark", "dalian", ON).is_statutory


def test_each_capability_is_answered_for_both_places() -> None:
    for place in jurisdictions():
        assert {c.id for c in capabilities(place, ON)} == set(library().capabilities)
    assert capabilities("yunnan", date(2020, 1, 1)) == ()


def test_an_unknown_capability_or_a_date_before_the_regulation_is_refused() -> None:
    with pytest.raises(UnknownCapability, match=r"known: withdrawal\.commendation"):
        supports("flying", "yunnan", ON)
    with pytest.raises(NoRuleInForce, match="not in force in yunnan on 2022-12-31"):
        supports("objection.mark", "yunnan", date(2022, 12, 31))


def test_an_exception_that_stands_beside_a_quote_is_said() -> None:
    """Whoever reads a rule alone must not take for absolute what the article is not."""
    silent = []
    for rule in rules():
        cited = rule.citation
        if cited.quote is None or cited.article is None:
            continue
        sentences = re.split(r"。|\n", article(cited.regulation, cited.article).text)
        for place, sentence in enumerate(sentences):
            if cited.quote not in sentence:
                continue
            after = sentences[place + 1] if place + 1 < len(sentences) else ""
            law = sentence + (after if after.endswith("除外") else "")
            said = f"{rule.title}{rule.value}{rule.note}{cited.quote}"
            if re.search("除外|另有规定", law) and not re.search("除外|另有规定", said):
                silent.append((rule.id, rule.jurisdiction))
    assert silent == []


def test_a_right_that_has_its_time_says_so() -> None:
    """云南第三十七、三十八条 begin with it."""
    for name in ("repair.apply", "withdrawal.commendation"):
        assert "披露期限内" in supports(name, "yunnan", ON).explanation
