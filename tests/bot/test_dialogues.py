import tomllib
from datetime import date
from typing import Any

import msgspec
import pytest

from bot.engine import Bot
from bot.replies import Dialogue
from tests.bot.measuring import DATA

TALKS: list[dict[str, Any]] = tomllib.loads((DATA / "dialogues.toml").read_text(encoding="utf-8"))["dialogue"]


def test_there_are_twenty_dialogues_of_three_turns() -> None:
    assert len(TALKS) == 20
    assert all(len(talk["turns"]) == 3 for talk in TALKS)


@pytest.mark.parametrize("talk", TALKS, ids=[talk["name"] for talk in TALKS])
def test_a_dialogue_goes_as_written(bot: Bot, on: date, talk: dict[str, Any]) -> None:
    dialogue = Dialogue()
    for turn in talk["turns"]:
        reply = bot.answer(turn["say"], on=on, dialogue=dialogue)
        assert reply.kind == turn["kind"], turn["say"]
        if "first" in turn:
            assert reply.articles[0] == turn["first"], turn["say"]
        if "flow" in turn:
            assert reply.flow == turn["flow"], turn["say"]
        dialogue = msgspec.json.decode(msgspec.json.encode(reply.dialogue), type=Dialogue)


def test_the_dialogue_keeps_nothing_that_was_typed(bot: Bot, on: date) -> None:
    reply = bot.answer("我叫张三丰，身份证210283199001011234，想提异议", on=on)
    kept = msgspec.json.encode(reply.dialogue).decode()
    assert "张三丰" not in kept
    assert "210283" not in kept


def test_two_close_errands_in_few_words_are_asked_about_once(bot: Bot, on: date) -> None:
    asked = bot.answer("提醒进度", on=on)
    assert asked.kind == "clarify"
    assert len(asked.quick_replies) == 2
    assert bot.answer("第一个", on=on, dialogue=asked.dialogue).flow == asked.actions[0].flow
    assert bot.answer("后一个", on=on, dialogue=asked.dialogue).flow == asked.actions[1].flow
    assert bot.answer("提醒进度", on=on, dialogue=asked.dialogue).kind != "clarify"


def test_the_home_of_the_resident_is_used_when_no_place_is_named(bot: Bot, on: date) -> None:
    assert bot.answer("异议多久处理完", on=on, place="dalian").articles[0] == "dalian-42"
    assert bot.answer("云南异议多久处理完", on=on, place="dalian").articles[0] == "yunnan-36"


@pytest.mark.timeout(20)
def test_a_long_answer_that_was_reckoned_can_be_asked_for_again(bot: Bot, on: date) -> None:
    dialogue, told = Dialogue(), list[str]()
    for _ in range(3):
        reply = bot.answer("我10月20号交的异议，都十九个工作日了还没回", on=on, dialogue=dialogue)
        dialogue = reply.dialogue
        told.append(reply.text)
    assert len(set(told)) == len(set(dialogue.said)) == 3
