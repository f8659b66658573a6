"""The regulations as supplied, character by character."""

import hashlib
from datetime import date

import pytest

from knowledge.articles import article, regulation, regulations
from knowledge.citations import chinese_number
from knowledge.errors import UnknownArticle, UnknownRegulation
from knowledge.packaged import DATA, Faults
from knowledge.texts import parse

# Digests of the texts as supplied. Dalian's lost its line breaks inside articles;
# they are restored, and nothing else.
YUNNAN_AS_SUPPLIED = "7e136924b98fa74a44f1876494122b3637e43c99ba26dfd922f5dacf2eb8b5a7"
DALIAN_WITHOUT_LINE_BREAKS = "7c499372d67a82a4793857f85a9f425f70e662cb52b90184ab93ea6250fdf32a"

MISSING_IN_DALIAN = {11, 12, 13, 15, 24, 25, 29, 31, 32, 34, 41, 58, 59}


def packaged(name: str) -> str:
    return (DATA / "places" / name / f"{name}.txt").read_text(encoding="utf-8")


def test_the_packaged_texts_are_the_supplied_ones() -> None:
    assert hashlib.sha256(packaged("yunnan").encode()).hexdigest() == YUNNAN_AS_SUPPLIED
    joined = packaged("dalian").replace("\n", "")
    assert hashlib.sha256(joined.encode()).hexdigest() == DALIAN_WITHOUT_LINE_BREAKS


@pytest.mark.parametrize("name", ["dalian", "yunnan"])
def test_every_line_of_a_text_is_accounted_for(name: str) -> None:
    """Contents, chapters, articles and the few lines outside the law make up the whole text again."""
    read = parse(name, packaged(name), {}, Faults())
    lines = []
    chapter = None
    for found in read.articles:
        if found.chapter != chapter:
            chapter = found.chapter
            lines.append(chapter)
        first, *rest = found.text.split("\n")
        lines += [f"第{chinese_number(found.number)}条 {first}", *rest]
    assert read.contents == read.chapters
    before = 2 if name == "yunnan" else 0
    whole = [*read.outside[:before], *read.contents, *lines, *read.outside[before:]]
    assert whole == packaged(name).splitlines()


def test_only_the_note_of_adoption_and_a_link_stand_outside_the_law() -> None:
    read = parse("yunnan", packaged("yunnan"), {}, Faults())
    assert [line[:4] for line in read.outside] == ["(202", "目 录", "相关文章"]
    assert parse("dalian", packaged("dalian"), {}, Faults()).outside == []


def test_both_regulations_are_whole() -> None:
    dalian, yunnan = regulation("dalian"), regulation("yunnan")
    assert (len(dalian.articles), len(yunnan.articles)) == (62, 65)
    assert (len(dalian.chapters), len(yunnan.chapters)) == (8, 8)
    assert (dalian.in_force_on, yunnan.in_force_on) == (date(2021, 7, 1), date(2023, 1, 1))
    assert yunnan.adopted_on == date(2022, 11, 30)
    assert [r.id for r in regulations() if r.has_text] == ["dalian", "yunnan"]
    assert not regulation("order-36").has_text


def test_an_article_has_its_paragraphs_and_items() -> None:
    found = article("yunnan", 26)
    assert found.chapter == "第三章 守信激励和失信惩戒"
    assert len(found.paragraphs) == 1
    assert [item[:3] for item in found.paragraphs[0].items] == ["(一)", "(二)", "(三)"]
    assert found.label == "《云南省社会信用条例》第二十六条"
    assert found.id == "yunnan-26"
    assert [len(article("yunnan", 29).paragraphs), len(article("dalian", 42).paragraphs)] == [2, 3]
    assert article("dalian", 18).paragraphs[1].text.startswith("市场信用信息提供主体不得采集自然人的收入")


def test_lost_lists_are_marked_and_nothing_is_filled_in() -> None:
    assert {a.number for a in regulation("dalian").articles if a.missing} == MISSING_IN_DALIAN
    assert not any(a.missing for a in regulation("yunnan").articles)
    assert article("dalian", 25).text.endswith("不得实施下列行为")


@pytest.mark.parametrize(
    ("name", "number", "message"),
    [
        ("yunnan", 66, "articles 1 to 65, not 66"),
        ("dalian", 0, "articles 1 to 62, not 0"),
        ("dalian", -1, "articles 1 to 62"),
        ("civil-code", 201, "is not packaged; packaged: dalian, yunnan"),
    ],
)
def test_an_unknown_article_names_what_is_known(name: str, number: int, message: str) -> None:
    with pytest.raises(UnknownArticle, match=message):
        article(name, number)


def test_an_unknown_regulation_names_the_known_ones() -> None:
    with pytest.raises(UnknownRegulation, match="known: dalian, liaoning, yunnan"):
        article("beijing", 1)


def test_article_numbers_are_written_as_statutes_write_them() -> None:
    written = {1: "一", 10: "十", 11: "十一", 20: "二十", 42: "四十二", 101: "一百零一", 110: "一百一十"}
    assert {number: chinese_number(number) for number in written} == written
    assert chinese_number(1029) == "一千零二十九"
    assert chinese_number(1001) == "一千零一"
    for number in (0, -1, 10000):
        with pytest.raises(ValueError, match="no Chinese article number"):
            chinese_number(number)
