"""Plain questions and talks that were read with their answers and answered beside the matter: place, question or turns,
and the point that answers it, or the last of them.
"""

from pathlib import Path

import pytest

from bot.engine import Bot
from bot.replies import Dialogue
from tests.bot.conftest import ON

LINES = Path(__file__).with_name("data").joinpath("plain_questions.tsv").read_text().splitlines()
TALKS = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("data").joinpath("plain_talks.tsv").read_text().splitlines()
]
ASKED = [tuple(line.split("\t")) for line in LINES]


@pytest.mark.parametrize("place", sorted({place for place, _, _ in ASKED}))
def test_plain_questions_are_answered_by_their_points(bot: Bot, place: str) -> None:
    """In one test, as talks are: to begin and end one for each takes eight times as long as the answer."""
    by_id, beside = bot.decider.points.by_id, []
    for of, question, point in ASKED:
        if of == place:
            said = bot.decider.decide(question, ON, place, Dialogue()).point
            if said is None or said.spoken(place) != by_id[point].spoken(place):
                beside.append(f"{question} is answered by {said and said.id}, not by {point}")
    assert beside == []


@pytest.mark.parametrize("place", sorted({place for place, *_ in TALKS}))
def test_the_last_turns_of_talks_are_answered_by_their_points(bot: Bot, place: str) -> None:
    by_id, beside = bot.decider.points.by_id, []
    for of, point, *turns in TALKS:
        if of != place:
            continue
        dialogue = Dialogue()
        for said in turns[:-1]:
            dialogue = bot.answer(said, on=ON, place=place, dialogue=dialogue).dialogue
        last = bot.decider.decide(turns[-1], ON, place, dialogue).point
        if last is None or last.spoken(place) != by_id[point].spoken(place):
            beside.append(f"{' | '.join(turns)} is answered by {last and last.id}, not by {point}")
    assert beside == []


@pytest.mark.parametrize(
    ("place", "question"), [("dalian", "我去年因为没交物业费被法院判了，现在钱都给了，怎么把名字去掉")]
)
def test_what_was_paid_since_is_not_called_unpaid(bot: Bot, place: str, question: str) -> None:
    assert not bot.answer(question, on=ON, place=place).text.startswith("不行")
