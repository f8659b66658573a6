"""Personal data in free text: what is found, and what must not be."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.articles import article
from knowledge.errors import UnknownJurisdiction
from knowledge.identity import looks_like_resident_id
from knowledge.loading import library
from knowledge.places import jurisdictions
from knowledge.screening import screen

CASES = tomllib.loads((Path(__file__).parent / "cases" / "screening.toml").read_text(encoding="utf-8"))["cases"]

# The commonest characters, 信, 教, 主 and 基 among them.
COMMON = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日"
    "军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美"
    "相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解"
    "水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计"
    "管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完"
    "设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运"
)

places = st.sampled_from(jurisdictions())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['text']} ({case.get('jurisdiction', 'both')})")
def test_the_text_is_read_as_a_person_would(case: dict[str, Any]) -> None:
    for place in (case["jurisdiction"],) if "jurisdiction" in case else jurisdictions():
        findings = screen(case["text"], place)
        assert [f.kind for f in findings] == case["kinds"], [(f.kind, f.passage) for f in findings]


def test_a_finding_names_the_passage_the_article_and_what_to_do() -> None:
    text = "我的血型不用写"
    (finding,) = screen(text, "yunnan")
    assert (finding.kind, finding.treatment, finding.passage) == ("blood_type", "barred", "血型")
    assert text[finding.start : finding.end] == "血型"
    assert finding.citation.label == "《云南省社会信用条例》第三十四条第三款"
    assert "请删去" in finding.message


def test_data_that_needs_consent_is_not_called_barred() -> None:
    (finding,) = screen("月收入", "dalian")
    assert finding.treatment == "conditional"
    assert "书面同意" in finding.message
    assert finding.citation.label == "《大连市社会信用条例》第十八条第二款"


def test_kinds_that_only_yunnan_excludes_are_not_found_in_dalian() -> None:
    of_yunnan = {k.id for k in library().screened_kinds if k.treatment == "excluded"}
    assert of_yunnan == {"petition", "waste_sorting", "dog_keeping", "blood_donation", "veteran"}
    for kind in library().screened_kinds:
        if kind.treatment == "excluded":
            assert [s.jurisdiction for s in kind.sources] == ["yunnan"]


def test_an_unknown_jurisdiction_is_refused() -> None:
    with pytest.raises(UnknownJurisdiction):
        screen("血型", "beijing")


@given(st.text(max_size=200), places)
def test_each_finding_is_a_passage_of_the_text(text: str, place: str) -> None:
    findings = screen(text, place)
    assert all(f.passage == text[f.start : f.end] and f.passage for f in findings)
    assert list(findings) == sorted(findings, key=lambda f: (f.start, f.end, f.kind))


@given(st.text(alphabet=COMMON, max_size=60), places)
def test_ordinary_words_about_a_case_are_not_personal_data(text: str, place: str) -> None:
    kinds = {f.kind for f in screen(text, place)}
    assert kinds <= {"religion", "petition"}, text


@given(st.from_regex(r"\A[1-9][0-9]{5}(19|20)[0-9]{2}[01][0-9][0-3][0-9]{5}\Z"), places)
def test_only_numbers_with_a_real_date_and_a_right_check_digit_are_taken_for_identity_numbers(
    number: str, place: str
) -> None:
    found = any(f.kind == "other_person_id" for f in screen(f"编号{number}。", place))
    assert found is looks_like_resident_id(number)


@given(places, st.integers(0, 400))
def test_the_regulations_themselves_speak_of_the_kinds_they_name(place: str, offset: int) -> None:
    """Every barred kind is found in the article that bars it, wherever it stands in a text."""
    number = 18 if place == "dalian" else 34
    text = "。" * offset + article(place, number).text
    kinds = {f.kind for f in screen(text, place)}
    assert {"religion", "blood_type", "tax"} <= kinds


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)), places)
def test_dates_and_amounts_are_not_telephone_numbers(day: date, place: str) -> None:
    text = f"{day.year}年{day.month}月{day.day}日缴纳{day.toordinal()}元，编号{day:%Y%m%d}-{day.toordinal()}"
    assert not [f for f in screen(text, place) if f.kind in ("phone", "other_person_id")]
