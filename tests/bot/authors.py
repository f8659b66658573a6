"""`python -m tests.bot.authors`: does what is learnt from some authors help with another?

Each row leaves one author out: the topics are learnt anew from the editors' phrasings and from what all other authors asked and
was answered right, and the author left out is answered with and without that. A change of the method is kept where it lifts authors
that it was not made from. Takes about a minute. The sets that nobody may read are not among them.
"""

import sys
from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from bot.deciding import Decider
from bot.engine import Bot
from bot.ranking import Ranker, learn
from bot.topics import Topic
from tests.bot import talks

ON = date(2026, 11, 28)
AUTHORS = {
    "first": ("aspects.jsonl", "talks.jsonl"),
    "second": ("asked_once.jsonl", "follow_ups.jsonl"),
    "third": ("aspects_1129.jsonl", "talks_1129.jsonl", "talks_unseen.jsonl"),
    "fourth": ("aspects_half_read.jsonl", "talks_half_read.jsonl"),
    "fifth": ("aspects_voices.jsonl", "talks_voices.jsonl"),
}


class Answered(Struct, frozen=True):
    """A turn, the topic it was answered under, and whether all that was expected held; the first turn of a dialogue or a later one."""

    said: str
    topic: str | None
    is_right: bool
    is_later: bool


def answered(bot: Bot, author: str) -> Iterator[Answered]:
    """Every turn of an author's sets."""
    for name in AUTHORS[author]:
        for turn, said, reply, failed in talks.turns(bot, talks.read(name), ON):
            topic = reply.dialogue.topic if reply.kind in ("article", "flow") else None
            yield Answered(said, topic, not failed, not turn.endswith(".1"))


def learnt_besides(topics: tuple[Topic, ...], bot: Bot, others: list[Answered]) -> Ranker:
    """Weights of the editors' phrasings and of others' turns that were answered right."""
    reader, place_of = bot.decider.reader, {topic.id: number for number, topic in enumerate(topics)}
    rows = [(reader.phrasing(way), number) for number, topic in enumerate(topics) for way in topic.phrasings]
    rows += [(reader.read(turn.said).features, place_of[turn.topic]) for turn in others if turn.is_right and turn.topic]
    rows = sorted([row for row in rows if row[0]], key=lambda row: row[1])
    return Ranker(learn([features for features, _ in rows], [number for _, number in rows], len(topics)))


def _share(turns: list[Answered]) -> str:
    return f"{sum(turn.is_right for turn in turns) / len(turns):.3f}" if turns else "  -  "


def main() -> None:
    bot = Bot.load()
    topics = tuple(bot.decider.topics)
    before = {author: list(answered(bot, author)) for author in AUTHORS}
    sys.stdout.write("author   turns  right  later  with the others' turns: right  later\n")
    for author, own in before.items():
        others = [turn for name, turns in before.items() if name != author for turn in turns]
        other = learnt_besides(topics, bot, others)
        again = list(answered(Bot(Decider(topics, bot.decider.reader, other), bot.phrasing), author))
        cells = [_share(turns) for both in (own, again) for turns in (both, [turn for turn in both if turn.is_later])]
        sys.stdout.write(f"{author:8} {len(own):5}  {cells[0]}  {cells[1]}  {'':24}{cells[2]}  {cells[3]}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
