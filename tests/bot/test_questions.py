"""Floors under the figures of three files of questions. What is asked is never a phrasing of a topic."""

from datetime import date

import pytest

from bot import topics
from bot.engine import Bot
from bot.text import GAPS
from tests.bot.measuring import Measured, questions


@pytest.fixture(scope="module", params=["dev.jsonl", "own.jsonl", "fresh.jsonl"])
def measured(request: pytest.FixtureRequest, bot: Bot) -> Measured:
    return Measured(bot, questions(request.param), date(2026, 11, 20))


def test_the_right_article_comes_first_or_among_three(measured: Measured) -> None:
    assert measured.first >= 0.97
    assert measured.first_three >= 0.98


def test_errands_are_recognised_and_questions_are_not_taken_for_errands(measured: Measured) -> None:
    assert measured.flows >= 0.97
    assert measured.sent_to_a_flow <= 0.02


def test_what_the_regulations_do_not_settle_is_declined_and_nothing_else(measured: Measured) -> None:
    assert measured.declined >= 0.97
    assert measured.wrongly_declined <= 0.01


def test_questions_that_nothing_was_learnt_from_are_answered_as_promised(bot: Bot) -> None:
    """`held.jsonl` was written by somebody who had not seen the bot, and is kept out of its phrasings: leave it so."""
    held = Measured(bot, questions("held.jsonl"), date(2026, 11, 20))
    assert held.first >= 0.92 and held.first_three >= 0.97
    assert held.flows >= 0.94 and held.sent_to_a_flow <= 0.03
    assert held.declined >= 0.9 and held.wrongly_declined <= 0.03
    assert held.both >= 0.8 and held.wrong_regulation == 0


def test_small_talk_is_recognised(measured: Measured) -> None:
    assert measured.smalltalk == 1.0


def test_a_stated_place_is_obeyed_and_without_one_both_regulations_are_shown(measured: Measured) -> None:
    assert measured.wrong_regulation == 0
    assert measured.both >= 0.95


@pytest.mark.parametrize("name", ["dev.jsonl", "fresh.jsonl", "held.jsonl"])
def test_no_question_of_the_file_was_copied_into_the_topics(name: str) -> None:
    """Single questions are not fitted; only messages of a few words may meet by chance."""
    phrasings = {GAPS.sub("", said.lower()) for topic in topics.load() for said in topic.phrasings}
    longer = [q["text"] for q in questions(name) if len(q["text"]) > 10]
    assert not [text for text in longer if GAPS.sub("", text.lower()) in phrasings]
