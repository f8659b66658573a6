"""Answers can be read aloud to somebody of seventy: the verdict or the number first, at most eighty characters before the quote."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from bot.engine import Bot
from bot.replies import Reply
from tests.bot import talks

ON = date(2026, 11, 28)
MOST = 80  # characters of what is said of one place
HEADS = re.compile("^(?:(?:云南|大连|另一问|再说一遍|一句话|在云南也一样|在大连也一样)：)+")
NOTES = re.compile(
    "（[^）]*）$|（只指[^）]*）|所用文本缺了.*|我听到您问的是.*|您还问了.*|电话打 12345；窗口.*|也可以打 12345，或者到政务服务大厅的窗口问人。"
)
ENGLISH = re.compile("[A-Za-z]{3,} [A-Za-z]")
YES_OR_NO = re.compile(
    "(?:吗|行不|不行|能不|会不|对不)[?？。]?$|能不能|可不可以|行不行|是不是|会不会|要不要|算不算|用不用|得不得"
)
VERDICT = re.compile(
    "不|没|会|能|要|可以|应当|应该|有|算|看|免费|得|是|超|立即|自动|照|都|违法|合法|够|按|属于|分|别|点下面|先|[0-9]"
)
SETS = (
    "aspects.jsonl",
    "asked_once.jsonl",
    "aspects_1129.jsonl",
    "aspects_voices.jsonl",
    "talks.jsonl",
    "talks_1129.jsonl",
    "talks_voices.jsonl",
)


@pytest.fixture(scope="module")
def told(bot: Bot) -> list[tuple[str, Reply]]:
    return [(said, reply) for name in SETS for _, said, reply, _ in talks.turns(bot, talks.read(name), ON)]


def sentences(reply: Reply) -> Iterator[str]:
    """What is said of each place, without its name and without notes on the text and on whom to ask."""
    for line in reply.text.split("\n"):
        said = NOTES.sub("", HEADS.sub("", line))
        if said and not ENGLISH.search(said):
            yield said


def test_what_is_said_before_the_quote_has_at_most_eighty_characters(told: list[tuple[str, Reply]]) -> None:
    long = [
        (said, len(line), line)
        for said, reply in told
        if reply.dialogue.again < 1
        and (reply.dialogue.topic or reply.dialogue.point)  # an article by its number is read out
        for line in sentences(reply)
        if len(line) > MOST
    ]
    assert long == []


def test_a_question_of_yes_or_no_is_opened_by_a_verdict(told: list[tuple[str, Reply]]) -> None:
    asked = [(said, reply) for said, reply in told if YES_OR_NO.search(said) and reply.answered and reply.citations]
    late = [(said, reply.text) for said, reply in asked if not VERDICT.search(next(sentences(reply), "")[:12])]
    assert len(asked) > 250
    assert late == []
