"""Two questions in one message: both halves are answered, and what leads away is asked for again."""

import pytest

from bot.engine import Bot
from tests.bot.conftest import ON


@pytest.mark.parametrize(
    ("place", "said", "first", "second"),
    [
        ("yunnan", "承诺做到了记不记？没做到记不记？", "也会记", "会记入"),
        ("yunnan", "公司上名单老板记不记？普通员工呢？", "要看责任", "不会，除非"),
        ("yunnan", "志愿服务撤公示要几天？要不要讲理由？", "立即撤下", "不用说理由"),
        ("dalian", "修复要交啥材料？在哪儿交？", "两样", "从信用中国"),
        ("dalian", "守信有哪些好处？要自己去申请不？", "所用文本", "不是自动给"),
    ],
)
def test_each_half_with_a_mark_of_its_own_is_answered(bot: Bot, place: str, said: str, first: str, second: str) -> None:
    """The last asks for something in its second half that it does not name."""
    answers = bot.answer(said, on=ON, place=place).text.split("\n另一问：")
    assert len(answers) == 2
    assert answers[0].startswith(first) and answers[1].startswith(second)


def test_a_half_that_leads_away_from_the_other_is_asked_for_again(bot: Bot) -> None:
    reply = bot.answer("复议期间公示停不停？复议赢了几天删？", on=ON, place="dalian")
    assert "另一问" not in reply.text
    assert "您还问了“复议赢了几天删”，接着问我就行。" in reply.text


@pytest.mark.parametrize(
    "said", ["她只回了个“嗯”，我就看了她的报告，行吧", "捡的身份证跟我长得像，拿去窗口打他报告得行吧"]
)
def test_no_courtesy_answers_a_question(bot: Bot, said: str) -> None:
    reply = bot.answer(said, on=ON, place="yunnan")
    assert reply.kind != "smalltalk" and not reply.text.startswith("好的")


@pytest.mark.parametrize(
    ("place", "said", "opens"),
    [
        ("dalian", "手机旧，字看不清，能调大点不", "能放大"),
        ("yunnan", "没得文化，名字会写，能去窗口查自己的不", "可以查自己的"),
        ("yunnan", "优秀教师的公示想撤下来，马上退休了，可以吧", "可以撤"),
    ],
)
def test_what_bears_nothing_on_the_matter_holds_no_yes_back(bot: Bot, place: str, said: str, opens: str) -> None:
    assert bot.answer(said, on=ON, place=place).text.startswith(opens)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("他们让我再等一个月，我答应了，异议还能催吗", "条例没有写您答应等，期限就延长"),
        ("钱都还清了收据齐全，一般那类过了半年，能申请修复了吧", "最短公示"),
    ],
)
def test_what_is_still_to_come_or_was_shown_is_not_reckoned_as_waited(bot: Bot, said: str, told: str) -> None:
    text = bot.answer(said, on=ON, place="dalian").text
    assert told in text and "超了" not in text
