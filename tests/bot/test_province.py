"""What 大连's regulation does not say, the province's may: each such answer of the bot names it."""

from datetime import date

import pytest

from bot.engine import Bot

PROVINCE = "《辽宁省社会信用条例》"


@pytest.mark.parametrize("asked", ["表彰信息能撤销公示吗", "撤销公示要几天办好", "要不要写撤销理由"])
def test_a_no_of_dalian_names_the_regulation_of_the_province(bot: Bot, asked: str) -> None:
    text = bot.answer(asked, on=date(2026, 11, 28), place="dalian").text
    assert "条例没有" in text and PROVINCE in text, text
    assert PROVINCE not in bot.answer(asked, on=date(2026, 11, 28), place="yunnan").text


def test_what_dalian_says_itself_needs_no_such_note(bot: Bot) -> None:
    assert PROVINCE not in bot.answer("异议几天处理", on=date(2026, 11, 28), place="dalian").text
