"""What other systems settle is declined with the body to ask, however much it borrows our words; what is ours is not."""

import json
from datetime import date
from itertools import chain

import pytest

from bot import others, topics, ways
from bot.engine import Bot
from bot.replies import Dialogue
from tests.bot.measuring import DATA

ON = date(2026, 11, 28)
OUTSIDE = [line.split("\t") for line in (DATA / "outside.tsv").read_text(encoding="utf-8").splitlines()]
STRANGERS = [json.loads(line) for line in (DATA / "strangers.jsonl").read_text(encoding="utf-8").splitlines()]
BESIDE = (DATA / "beside.txt").read_text(encoding="utf-8").splitlines()


def test_what_another_body_settles_is_declined_with_that_body(bot: Bot) -> None:
    """In one test, as the next are: to begin and end one for each takes eight times as long as the answer."""
    told = [(refer, said, bot.decider.decide(said, ON, None, Dialogue())) for refer, said in OUTSIDE]
    beside = [(said, one.refer, refer) for refer, said, one in told if (one.answered, one.refer) != (False, refer)]
    assert beside == []


def test_what_is_ours_is_not_declined_for_a_word_of_another_system(bot: Bot) -> None:
    kinds = {said: bot.decider.decide(said, ON, None, Dialogue()).kind for said in BESIDE}
    assert {said: kind for said, kind in kinds.items() if kind not in ("article", "flow")} == {}


def test_no_matter_of_another_system_takes_a_question_that_an_editor_wrote(bot: Bot) -> None:
    """Unless a sentence of ours knows of that matter."""
    reader, denying, points = bot.decider.reader, bot.decider.denying, bot.decider.points
    ours = chain.from_iterable(topic.phrasings for topic in topics.load() if topic.sort in ("article", "flow"))
    taken = []
    for said in chain(ours, *ways.firsts().values()):
        reading = reader.read(said)
        found = denying.matter(reading, is_first=True)
        if found and points.between(reading.text, points.aspects(reading.text), found[1]) is None:
            taken.append(said)
    assert not taken


def test_strangers_are_told_that_their_matter_is_not_ours_and_answered_where_it_is(bot: Bot) -> None:
    """By people who had not seen the bot: two thirds of what is not ours they said in words that are. Small talk is no answer either."""
    told: dict[bool, list[bool]] = {True: [], False: []}
    for one in STRANGERS:
        reply = bot.answer(one["user"], on=ON, place=one["place"])
        told[one["inside"]].append(reply.answered and reply.kind != "smalltalk")
    assert sum(told[False]) <= 0.05 * len(told[False])
    assert sum(not answered for answered in told[True]) <= 0.03 * len(told[True])


def test_nothing_is_learnt_as_anothers_that_strangers_or_residents_asked() -> None:
    asked = {one["user"] for one in STRANGERS} | {said for _, said in OUTSIDE} | set(BESIDE)
    assert not asked.intersection(others.theirs())


@pytest.mark.parametrize(
    ("place", "first", "then"),
    [
        ("dalian", "失信记录公示几年", "体检报告几天出"),
        ("yunnan", "表彰公示能撤下来吗", "孩子幼儿园报名要排队吗"),
        ("dalian", "信用修复要什么材料", "电动车电池鼓包了能换不"),
    ],
)
def test_within_a_talk_too_what_others_are_asked_is_not_answered_from_the_law(
    bot: Bot, place: str, first: str, then: str
) -> None:
    dialogue = bot.answer(first, on=ON, place=place).dialogue
    aside = bot.answer(then, on=ON, place=place, dialogue=dialogue)
    assert not aside.answered and not aside.articles
    back = bot.answer("刚才那个要钱吗", on=ON, place=place, dialogue=aside.dialogue)
    assert back.answered, "the thread stays"


def test_the_telephone_of_another_place_is_not_ours(bot: Bot) -> None:
    decision = bot.decider.decide("沈阳的信用平台电话是多少", ON, "dalian", Dialogue())
    assert decision.refer == "other-place"


def test_a_word_of_another_system_within_a_talk_of_ours_does_not_end_it(bot: Bot) -> None:
    first = bot.answer("房东没经我同意查我信用，合法吗", on=ON, place="yunnan")
    second = bot.answer("他说不给看就不退押金", on=ON, place="yunnan", dialogue=first.dialogue)
    assert second.kind != "out_of_scope"


@pytest.mark.parametrize("said", ["公积金中心的处罚录错成我的名字", "公积金中心把罚款记到我名下了，不是我"])
def test_a_penalty_that_is_recorded_wrongly_is_ours_whoever_set_it(bot: Bot, said: str) -> None:
    assert bot.answer(said, on=ON, place="dalian").answered


@pytest.mark.parametrize(
    "said",
    [
        "我在浙江打工，浙江的信用条例怎么规定修复",
        "我在浙江打工被罚了，能在你们这修复吗",
        "在山东打工，那边的处罚怎么修复",
        "我在广东的公司异议怎么提",
    ],
)
def test_what_happened_where_somebody_is_away_belongs_there(bot: Bot, said: str) -> None:
    decision = bot.decider.decide(said, ON, "yunnan", Dialogue())
    assert (decision.answered, decision.refer) == (False, "other-place")


def test_who_is_away_and_has_named_no_place_of_ours_is_not_taken_for_a_resident(bot: Bot) -> None:
    said = "我在深圳上班，怎么修复信用"
    assert not bot.answer(said, on=ON, place=None).answered
    assert bot.answer(said, on=ON, place="yunnan").answered


@pytest.mark.parametrize(
    "said", ["手机装不上小程序，我要看我的信用报告", "按键机，想看信用", "没得微信，想看自己的信用报告"]
)
def test_no_errand_on_the_phone_for_who_has_none_that_can(bot: Bot, said: str) -> None:
    reply = bot.answer(said, on=ON, place="yunnan")
    assert reply.flow is None and "窗口" in reply.text and "不收费" in reply.text
