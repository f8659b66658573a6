"""The guard, whatever stands around the passage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.declarations.errors import BarredContent, WrittenConsentNeeded
from api.declarations.guard import must_pass, screened
from api.declarations.kinds import statement, warning
from api.declarations.states import TABLE
from api.infra.actors import Role
from knowledge.rules import in_force
from tests.support.tables import check_exhaustively
from tests.support.world import FixedClock

PLACES = st.sampled_from(["dalian", "yunnan"])
BARRED = st.sampled_from(["血型", "信仰佛教", "艾滋病", "病历", "11010519491231002X", "110105 19491231 002X"])
CONDITIONAL = st.sampled_from(["月收入", "存款余额", "纳税数额为3000元"])
# Signs that join no word and number with what is looked for.
PLAIN = st.text(alphabet="合同按约履行完毕，。！；  \n", max_size=60).map(lambda text: f"，{text}，")


@given(PLACES, PLAIN, BARRED, PLAIN, st.booleans())
def test_a_barred_passage_is_found_at_its_place_wherever_it_stands_and_no_consent_helps(
    place: str, before: str, passage: str, after: str, has_consent: bool
) -> None:
    with pytest.raises(BarredContent) as caught:
        must_pass(before + passage + after, place, field="text", has_consent=has_consent)
    begin, end = len(before), len(before) + len(passage)
    assert any(begin <= (f.start or 0) and (f.end or 0) <= end for f in caught.value.faults)
    assert caught.value.citation is not None
    assert not any(passage in fault.message for fault in caught.value.faults if passage[0].isdigit())


@given(PLACES, PLAIN, CONDITIONAL, PLAIN)
def test_income_and_property_pass_only_with_consent(place: str, before: str, passage: str, after: str) -> None:
    text = before + passage + after
    with pytest.raises(WrittenConsentNeeded):
        must_pass(text, place, field="text", has_consent=False)
    assert must_pass(text, place, field="text", has_consent=True)


@given(PLACES, PLAIN)
def test_plain_text_passes(place: str, text: str) -> None:
    assert screened(text, place).refused == screened(text, place).conditional == ()


@pytest.mark.parametrize("place", ["dalian", "yunnan"])
def test_the_statement_of_truth_promises_what_the_article_asks_and_no_other_place_asks(place: str) -> None:
    on = FixedClock.at("2026-11-21T10:00+08:00").today()
    duties = in_force("declaration.duties", place, on)
    assert isinstance(duties.value, tuple)
    text = statement(place, on)
    assert all(word in text.text for word in duties.value)
    assert text.citation.label == duties.citation.label
    words = in_force("personal.conditional", place, on).value
    assert isinstance(words, tuple)
    for word in words:
        assert word in warning(place, on).text


def test_only_its_author_moves_a_declaration() -> None:
    check_exhaustively(
        TABLE,
        {
            ("declared", "edit", Role.RESIDENT): "declared",
            ("declared", "withdraw", Role.RESIDENT): "withdrawn",
        },
    )


@pytest.mark.parametrize("text", ["我2026年无偿献血三次", "我是退役军人", "本人曾去信访反映路灯问题"])
def test_what_a_catalogue_may_not_take_in_can_be_said_of_oneself(text: str) -> None:
    """Yunnan 10(2) binds who makes a catalogue; 12¶4 governs what one says of oneself."""
    assert must_pass(text, "yunnan", field="text", has_consent=False) == ()
