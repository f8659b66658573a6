"""The bot: answers a message with a citation and next steps. Pure; keeps nothing about anyone."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from bot.replies import Centre, Dialogue, Reply

if TYPE_CHECKING:
    from bot.deciding import Decider
    from bot.phrasing import Phrasing

__all__ = ["Bot", "Centre", "Dialogue", "Reply"]


class Bot:
    """Build it once with `load`; `answer` is a pure function of its arguments and safe in any thread."""

    def __init__(self, decider: "Decider", phrasing: "Phrasing") -> None:
        self.decider = decider
        self.phrasing = phrasing

    @classmethod
    def load(cls) -> "Bot":
        """Reads the data and builds the dictionary: about a second, and some more where weights are still to be learnt."""
        # imported here, with numpy: the worker has the bot among its parts and never loads it
        from bot import topics, weights
        from bot.aspects import INDEX
        from bot.deciding import Decider
        from bot.lexicon import Lexicon
        from bot.phrasing import Phrasing
        from bot.reading import Reader

        known = topics.load()
        reader = Reader(Lexicon())
        decider = Decider(known, reader, weights.ranker(known, reader))
        phrasing = Phrasing(reader, known, decider.points)
        INDEX.present("")  # builds the automaton now, not while the first resident waits
        return cls(decider, phrasing)

    def answer(
        self,
        message: str,
        *,
        on: date,
        place: str | None = None,
        dialogue: Dialogue | None = None,
        centres: Mapping[str, Centre] | None = None,
    ) -> Reply:
        """`place` is the resident's own jurisdiction, if known; a place named in the message or earlier in the dialogue
        goes first. `on` is the civil date in Asia/Shanghai for which rules are read. `centres` says by place whom to
        ask in person.
        """
        decision = self.decider.decide(message, on, place, dialogue or Dialogue())
        return self.phrasing.reply(decision, on, centres or {})

    def nearest(self, message: str, k: int) -> tuple[str, ...]:
        """The articles nearest to a message, whether or not it would be answered; for the editor's review."""
        from bot.ranking import best_first

        reading = self.decider.reader.read(message)
        scores = self.decider.ranker.scores(reading.features)
        found: dict[str, None] = {}
        for index in best_first(scores, len(scores)):
            found.update(dict.fromkeys(self.decider.topics[index].articles(reading.place)))
            if len(found) >= k:
                break
        return tuple(found)[:k]
