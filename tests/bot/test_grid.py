"""Whatever was just spoken of, every way of asking on has an editor's sentence, in both places."""

from collections import Counter
from datetime import date

import pytest

from bot.choosing import squeezed
from bot.engine import Bot
from bot.places import JURISDICTIONS
from bot.replies import Dialogue
from bot.sentences import fill
from tests.bot import talks
from tests.bot.measuring import questions

ON = date(2026, 11, 29)
ASPECTS = ("days", "start", "until", "fee", "who", "where", "bring", "must", "may", "auto", "told", "ifnot", "proxy")
COMMON = 40
LONGEST = 90  # characters of a sentence, which is to be read aloud


@pytest.fixture(scope="module")
def common(bot: Bot) -> list[str]:
    """The topics that questions are most often about."""
    asked = [question["text"] for name in ("dev.jsonl", "own.jsonl") for question in questions(name)]
    asked += [row["turns"][0]["user"] for row in talks.read("aspects.jsonl")]
    seen: Counter[str] = Counter()
    for text in asked:
        scores = bot.decider.ranker.scores(bot.decider.reader.read(text).features)
        topic = bot.decider.topics[int(scores.argmax())]
        if topic.sort in ("article", "flow"):
            seen[topic.id] += 1
    return [name for name, _ in seen.most_common(COMMON)]


def test_no_cell_of_the_forty_commonest_topics_is_empty(bot: Bot, common: list[str]) -> None:
    points = bot.decider.points
    empty = []
    for topic in common:
        for aspect in ASPECTS:
            point = points.cell(topic, aspect)
            empty += [(topic, aspect, place) for place in JURISDICTIONS if point is None or not point.says(place)]
    assert empty == []


def test_what_only_follows_is_short_and_never_answers_a_first_message(bot: Bot) -> None:
    follows = [point for point in bot.decider.points.by_id.values() if point.follows]
    assert len(follows) > len(ASPECTS)
    for point in follows:
        for place in JURISDICTIONS:
            assert len(fill(point.says(place), ON)) <= LONGEST, (point.id, place)
    for row in talks.read("aspects.jsonl"):
        decision = bot.decider.decide(row["turns"][0]["user"], ON, row["place"], Dialogue())
        of_a_scene = decision.scene is not None  # a scene that the message tells may say what else only follows
        names_it = (
            len(bot.decider.points.named(squeezed(row["turns"][0]["user"]))) == 1
        )  # so may one matter in few words
        assert decision.point is None or not decision.point.follows or of_a_scene or names_it


@pytest.mark.parametrize(
    ("before", "said", "told"),
    [
        ("严重失信名单是怎么定的", "要钱吗", "不收费"),
        ("签信用承诺有什么用", "带什么去", "身份证"),
        ("志愿者公示能撤吗", "会自动撤吗", "不会自动撤"),
        ("采集我的信息要我同意吗", "能让我儿子替我签吗", "没有写能不能代签"),
    ],
)
def test_a_bare_way_of_asking_is_answered_about_the_matter(bot: Bot, before: str, said: str, told: str) -> None:
    first = bot.answer(before, on=ON, place="yunnan")
    assert told in bot.answer(said, on=ON, place="yunnan", dialogue=first.dialogue).text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("信用承诺收费吗", "不收费"),
        ("自主申报要带什么材料", "没有列材料"),
        ("采集信用信息收费吗", "没有写采集要您交钱"),
        ("信用承诺能让家里人代签吗", "没有写能不能代签"),
        ("采集信用信息留多久", "没有写采来的信息留多久"),
    ],
)
def test_one_matter_and_one_question_in_few_words_need_no_talk_before_them(bot: Bot, said: str, told: str) -> None:
    for place in JURISDICTIONS:
        assert told in bot.answer(said, on=ON, place=place).text
