"""How people greet, thank, apologise, agree and take leave; and what they ask in the same breath is not lost."""

from datetime import date
from pathlib import Path

import pytest

from bot.engine import Bot

SAID = (Path(__file__).parent / "data" / "smalltalk.txt").read_text("utf-8").split("\n")[:-1]


def test_what_old_and_young_say_beside_their_questions_is_small_talk(bot: Bot, on: date) -> None:
    """Sixty ways at a time were written, tried, and then learnt from: three in a hundred may be missed."""
    missed = [said for said in SAID if bot.answer(said, on=on).kind != "smalltalk"]
    assert len(SAID) > 180 and len(missed) <= 0.03 * len(SAID), missed


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("对不起啊，我刚才发错了", "没关系"),
        ("不好意思，我打错字了", "没关系"),
        ("谢谢您嘞", "不客气"),
        ("祝您身体健康", "不客气"),
        ("[抱拳]", "不客气"),
        ("[微笑]", "好的"),
        ("收到，谢谢", ""),
        ("你是人还是机器人呀", "我是信用小窗的机器人"),
        ("听得到我说话吗", "您好"),
        ("没别的事了，拜拜", "再见"),
    ],
)
def test_it_is_answered_in_kind(bot: Bot, on: date, said: str, reply: str) -> None:
    answer = bot.answer(said, on=on)
    assert answer.kind == "smalltalk" and answer.answered and answer.text.startswith(reply), answer.text


@pytest.mark.parametrize(
    ("said", "kind", "meant"),
    [
        ("不好意思，我想问异议多久处理完", "article", "yunnan-36"),
        ("抱歉又来问，云南撤销公示要理由吗", "article", "yunnan-37"),
        ("收到，那修复要交钱吗", "article", "yunnan-38"),
        ("辛苦了，再问一句黑名单怎么移出", "article", "yunnan-38"),
        ("祝您工作顺利，顺便问下信用信息保密吗", "article", "yunnan-39"),
        ("对不起打扰了，我想看谁查过我", "flow", "footprint"),
        ("谢谢，那怎么修复信用", "flow", "repair"),
        ("好的，那我要提异议", "flow", "objection"),
        ("师傅您好，我的信用报告在哪儿看", "flow", "report"),
        ("不好意思孩子乱按的，我是要查信用报告", "flow", "report"),
        ("小同志打听个事，授权查询怎么收回", "flow", "authorization"),
    ],
)
def test_a_question_after_a_greeting_is_what_is_answered(bot: Bot, on: date, said: str, kind: str, meant: str) -> None:
    answer = bot.answer(said, on=on)
    assert answer.kind == kind and meant in (answer.flow, *answer.articles[:2]), (answer.flow, answer.articles)


@pytest.mark.parametrize("said", ["让我儿子去窗口拿，好吧", "我把材料寄过去，行吧", "报告打两份，行吧"])
def test_what_is_asked_to_be_all_right_gets_no_mere_yes(bot: Bot, on: date, said: str) -> None:
    assert bot.answer(said, on=on, place="dalian").kind != "smalltalk"


@pytest.mark.parametrize("said", ["晓得了，行吧", "那我先回去了，行吧"])
def test_a_farewell_that_asks_stays_small_talk(bot: Bot, on: date, said: str) -> None:
    assert bot.answer(said, on=on, place="dalian").kind == "smalltalk"


@pytest.mark.parametrize(
    "said", ["她只回了个“嗯”，我就看了她的报告，行吧", "捡的身份证跟我长得像，拿去窗口打他报告得行吧"]
)
def test_no_courtesy_answers_a_question(bot: Bot, on: date, said: str) -> None:
    reply = bot.answer(said, on=on, place="yunnan")
    assert reply.kind != "smalltalk" and not reply.text.startswith("好的")
