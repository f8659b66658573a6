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
