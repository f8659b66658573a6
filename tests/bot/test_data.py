import re
from datetime import date
from typing import Any

import pytest

from bot import checking, packaged, points, topics
from bot.packaged import BotDataError
from bot.places import JURISDICTIONS
from bot.sentences import fill
from knowledge import articles


def test_the_packaged_data_holds_no_contradiction() -> None:
    assert checking.contradictions() == []


def test_every_article_has_a_topic() -> None:
    named = {name for topic in topics.load() for place in JURISDICTIONS for name in topic.articles(place)}
    assert named == {article.id for place in JURISDICTIONS for article in articles.regulation(place).articles}


TOPIC: dict[str, Any] = {"id": "x", "title": "x", "ask": "甲 | 乙 | 丙 | 丁", "yunnan": [1]}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"yunnan": [66]}, "没有第 66 条"),
        ({"yunnan": []}, "没有写条文"),
        ({"dalian": [1], "gap": "dalian"}, "gap"),
        ({"flow": "fly"}, "没有 fly"),
        ({"ask": "甲 | 乙"}, "少于"),
        ({"kind": "smalltalk", "yunnan": []}, "没有回话"),
        ({"kind": "out_of_scope", "yunnan": [], "refer": "nowhere"}, "没有 nowhere"),
        ({"id": "purpose"}, "用了两次"),
        ({"ask": "条例什么时候施行 | 乙 | 丙 | 丁"}, "几个主题"),
        ({"say": {"yunnan": "要等5天。"}}, "句子里直接写了"),
        ({"say": {"yunnan": "{objection.verify.yunnan}"}}, "没有规则 objection.verify.yunnan"),
        ({"ask": "人行征信怎么查 | 乙 | 丙 | 丁"}, "挡下"),
    ],
)
def test_a_mistake_in_a_topic_is_told(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], told: str) -> None:
    (row,) = packaged.table([packaged.by_place({**TOPIC, **change}, "numbers")], topics.Topic, "one")
    known = (*topics.load(), row)
    monkeypatch.setattr(topics, "load", lambda: known)
    assert any(told in line for line in checking.contradictions())


def test_a_question_of_ours_among_those_of_others_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    phrasing = next(one for topic in topics.load() if topic.sort == "flow" for one in topic.phrasings)
    _patch(monkeypatch, "others.toml", lambda data: data["others"].update(医院=f"挂号 | {phrasing}"))
    assert any(f"“{phrasing}”：也写在我们的问法里" in line for line in checking.contradictions())


def test_an_errand_that_goes_on_to_no_point_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def misspell(data: dict[str, Any]) -> None:
        data["flow"][0]["next"] = "no-such-point"

    _patch(monkeypatch, "flows.toml", misspell)
    assert any("next 没有 no-such-point" in line for line in checking.contradictions())


def test_a_word_of_two_concepts_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    _patch(monkeypatch, "lexicon.toml", lambda data: data["concept"]["repair"].append("失信"))
    assert any("“失信”属于几个概念" in line for line in checking.contradictions())


def test_a_typed_deadline_and_an_unknown_rule_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def spoil(data: dict[str, Any]) -> None:
        data["yunnan"]["36"] = "在5个工作日内处理。"
        data["yunnan"]["37"] = "在{no.such.rule.yunnan}内。"

    _patch(monkeypatch, "articles.toml", spoil)
    found = checking.contradictions()
    assert any("yunnan-36：句子里直接写了" in line for line in found)
    assert any("没有规则 no.such.rule" in line for line in found)


def test_an_unknown_key_names_file_and_entry() -> None:
    with pytest.raises(BotDataError, match=r"x\.toml: entry odd: .*colour"):
        packaged.table([{"id": "odd", "title": "", "ask": "", "colour": "red"}], topics.Topic, "x.toml")


def _patch(monkeypatch: pytest.MonkeyPatch, name: str, spoil: Any) -> None:
    read = packaged.toml

    def spoilt(asked: str) -> dict[str, Any]:
        data = read(asked)
        if asked == name:
            spoil(data)
        return data

    monkeypatch.setattr(packaged, "toml", spoilt)


VERDICT = re.compile(
    r"不|没有|缺|可以|能|会|要|应当|免费|立即|马上|\d|[一二两三四五六七八]|只|以.{2,8}为准|由|向|从|找|去|点|公开|停止|执行"
    r"|部门|政府|机构|信用公司|窗口|网站|打 |先|有|^用|都|限于|记|关掉|担责|违法|假的|是，|够|看|算|超"
)
AT_MOST = 80  # characters before the quoted article
OPENING = 25
ON = date(2026, 11, 28)
SAID = {
    f"{point.id}.{place}": fill(text, ON).replace("{person}", "")
    for area in points.load().values()
    for point in area.points
    for place, text in (("any", point.any), *point.own.items())
    if text
}


def test_each_sentence_is_short_and_opens_with_its_verdict_or_number() -> None:
    assert {
        name: said for name, said in SAID.items() if len(said) > AT_MOST or not VERDICT.search(said[:OPENING])
    } == {}


def test_a_sentence_that_is_long_or_opens_with_nothing_would_be_seen() -> None:
    assert not VERDICT.search("关于您提到的这类事项情况比较复杂，请您耐心等待")
    assert max(len(said) for said in SAID.values()) <= AT_MOST < len("甲" * 81)


COMPARED = {"withdraw-why-there.any"}  # answers why the one place has a right that the other has not


def test_nobody_is_told_what_the_other_regulation_writes() -> None:
    """A sentence for both places names neither, and that of one place does not name the other."""
    titles = {"yunnan": "云南", "dalian": "大连"}
    told = {name: [title for place, title in titles.items() if title in said] for name, said in SAID.items()}
    assert {name for name, found in told.items() if set(found) - {titles.get(name.rpartition(".")[2])}} == COMPARED
