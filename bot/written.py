"""Answers that one officer wrote and another approved: data that the caller keeps and passes in.

A question in their own words, or nearly so, gets them before anything else. Articles are quoted as in other answers.
"""

from collections.abc import Iterable

from msgspec import Struct

from bot.engine import Bot
from bot.passages import Passages
from bot.replies import Dialogue, Reply
from knowledge import articles

SAME = 0.75  # least share of words, concepts and pairs of characters in common with one of the answer's questions


class Written(Struct, frozen=True):
    """`place` is the jurisdiction it holds for; `articles` are ids, best first."""

    questions: tuple[str, ...]
    text: str
    articles: tuple[str, ...]
    place: str


class WrittenAnswers:
    """Immutable once made; safe in any thread."""

    def __init__(self, bot: Bot, written: Iterable[Written]) -> None:
        reader = bot.decider.reader
        self._reader = reader
        self._known = [
            (reader.read(question).features, answer, tuple(_passages(name, bot) for name in answer.articles))
            for answer in written
            for question in answer.questions
        ]

    def reply(self, message: str, *, place: str | None, dialogue: Dialogue | None = None) -> Reply | None:
        """None where no written answer fits. `place` as in `Bot.answer`; without one, answers that hold for one place
        alone are left out.
        """
        if not self._known:
            return None
        reading = self._reader.read(message)
        before = dialogue or Dialogue()
        at = None if reading.names_both else reading.place or before.place or place
        nearest = max(
            (
                (2 * len(features & reading.features) / ((len(features) + len(reading.features)) or 1), -number)
                for number, (features, answer, _) in enumerate(self._known)
                if answer.place == at
            ),
            default=(0.0, 0),
        )
        if nearest[0] < SAME:
            return None
        _, answer, passages = self._known[-nearest[1]]
        return Reply(
            kind="article",
            answered=True,
            text=answer.text,
            articles=answer.articles,
            citations=tuple(passage.nearest(reading.features) for passage in passages),
            dialogue=Dialogue(
                articles=answer.articles[:4], place=reading.place or before.place, turns=before.turns + 1
            ),
        )


def _passages(name: str, bot: Bot) -> Passages:
    place, _, number = name.partition("-")
    regulation = articles.regulation(place)
    return Passages(articles.article(place, int(number)), regulation.in_force_on, bot.decider.reader)
