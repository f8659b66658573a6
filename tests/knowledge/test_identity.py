"""Identity documents and capacity."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import InvalidDocumentNumber, UnknownDocumentKind
from knowledge.identity import (
    capacity,
    check_document_number,
    document_kinds,
    has_valid_check_digit,
    is_same_name,
    normal_name,
    parse_resident_id,
)

ON = date(2026, 11, 21)
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]  # as the standard prints them


def number_of(born_on: date, region: str = "530102", order: int = 1) -> str:
    body = f"{region}{born_on:%Y%m%d}{order:03d}"
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, body, strict=True)) % 11]


births = st.dates(date(1900, 1, 1), ON)
numbers = st.builds(number_of, births, st.sampled_from(["530102", "210202", "110105"]), st.integers(0, 999))


def test_a_number_says_when_and_where() -> None:
    read = parse_resident_id(" 11010519491231002x ", ON)
    assert (read.born_on, read.region_code) == (date(1949, 12, 31), "110105")


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("11010519491231002", "应为18位"),
        ("110105491231002", "应为18位"),
        ("1101051949123100２X", "应为18位"),
        ("110105194912310021", "校验位"),
        ("110105194902300023", "出生日期不存在"),
        (number_of(ON + timedelta(days=1)), "将来"),
        ("", "应为18位"),
    ],
)
def test_a_number_that_cannot_be_is_refused_without_repeating_it(number: str, message: str) -> None:
    with pytest.raises(InvalidDocumentNumber, match=message) as error:
        parse_resident_id(number, ON)
    assert not number or number not in str(error.value)


@given(numbers)
def test_every_well_formed_number_is_read(number: str) -> None:
    assert parse_resident_id(number, ON).born_on == date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


@given(numbers, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number: str, place: int, change: int) -> None:
    wrong = str((int(number[place]) + change) % 10)
    assert not has_valid_check_digit(number[:place] + wrong + number[place + 1 :])


@given(numbers, st.integers(0, 15))
def test_two_swapped_neighbours_are_always_noticed(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or not has_valid_check_digit(swapped)


@pytest.mark.parametrize(
    ("born_on", "on", "own_income", "basis"),
    [
        (date(2008, 11, 22), ON, False, "minor"),
        (date(2008, 11, 21), ON, False, "adult"),
        (date(2008, 11, 20), ON, False, "adult"),
        (date(2008, 2, 29), date(2026, 2, 27), False, "minor"),
        (date(2008, 2, 29), date(2026, 2, 28), False, "adult"),
        (date(2010, 11, 21), ON, True, "own_income"),
        (date(2010, 11, 21), ON, False, "minor"),
        (date(2010, 11, 22), ON, True, "minor"),
        (date(2008, 10, 3), date(2026, 10, 3), False, "adult"),
    ],
)
def test_capacity_comes_on_the_birthday_or_at_sixteen_with_own_income(
    born_on: date, on: date, own_income: bool, basis: str
) -> None:
    answer = capacity(born_on, on, own_income)
    assert answer.basis == basis
    assert answer.has_full_capacity is (basis != "minor")
    assert answer.citation.regulation == "civil-code"
    assert answer.why.endswith("。")


def test_a_minor_is_told_when() -> None:
    assert "2028年11月21日成年" in capacity(date(2010, 11, 21), ON).why
    assert capacity(date(2010, 11, 21), ON).adult_on == date(2028, 11, 21)


@pytest.mark.parametrize(
    ("kind", "number", "kept"),
    [
        ("resident_id", "11010519491231002x", "11010519491231002X"),
        ("passport", " e12345678 ", "E12345678"),
        ("hk_macau_permit", "H1234567890", "H1234567890"),
        ("hk_macau_permit", "m12345678", "M12345678"),
        ("taiwan_permit", "12345678", "12345678"),
        ("foreign_permanent_residence", "USA110105123456", "USA110105123456"),
        (
            "hk_macau_taiwan_residence",
            number_of(date(1990, 1, 1), "810000"),
            number_of(date(1990, 1, 1), "810000"),
        ),
    ],
)
def test_each_kind_of_document_has_its_way_of_writing(kind: str, number: str, kept: str) -> None:
    assert check_document_number(kind, number, ON) == kept


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("passport", "护照12345"),
        ("hk_macau_permit", "H123"),
        ("taiwan_permit", "T12345678"),
        ("hk_macau_taiwan_residence", "11010519491231002X"),
        ("resident_id", "110105194912310021"),
    ],
)
def test_a_number_written_wrongly_is_refused_and_not_repeated(kind: str, number: str) -> None:
    with pytest.raises(InvalidDocumentNumber) as error:
        check_document_number(kind, number, ON)
    assert number not in str(error.value)


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(UnknownDocumentKind, match="known: resident_id"):
        check_document_number("library_card", "1", ON)
    assert next(k.id for k in document_kinds()) == "resident_id"


@pytest.mark.parametrize("written", ["张　三", "张 三", " 张  三 ", "张\u00a0三"])
def test_a_name_spread_to_the_width_of_three_is_the_name(written: str) -> None:
    """Forms spread names of two characters; whoever is recorded so must still be let in."""
    assert normal_name(written) == "张三" and is_same_name(written, "张三")


def test_spaces_between_words_of_other_scripts_are_part_of_a_name() -> None:
    assert normal_name("Li  Wei") == "Li Wei" and not is_same_name("LiWei", "Li Wei")
    assert normal_name("𠮷 野") == "𠮷野" and normal_name("阿卜杜拉 · 买买提") == "阿卜杜拉·买买提"


@pytest.mark.parametrize(
    ("region", "kind"),
    [("810000", "港澳台居民居住证"), ("830000", "港澳台居民居住证"), ("911150", "外国人永久居留身份证")],
)
def test_a_residence_permits_number_is_none_of_an_identity_card(region: str, kind: str) -> None:
    """Both have a birthday and a check digit. Known under two kinds, one person would be two."""
    number = number_of(date(1980, 1, 1), region)
    with pytest.raises(InvalidDocumentNumber, match=kind):
        check_document_number("resident_id", number, ON)
