"""What is answered before any question: despair, danger, a threat, and in a few words a mood or what somebody cannot do."""

import re
from collections.abc import Mapping
from typing import Any

from bot.choosing import SHORT
from bot.decision import Decision
from bot.leads import Leads
from bot.matching import Matching
from bot.points import Chosen, Points
from bot.replies import Dialogue

URGENT = ("despair", "danger", "threat")  # leads, whatever else the message says
STILL = "-still"  # the sentence that is said in turn with the first


class Feeling:
    """`data` is `feeling` of `referrals.toml`: words of moods, and sentences for them, said one after another; the first asks what it
    is about.
    """

    def __init__(self, points: Points, matching: Matching, leads: Leads, data: Mapping[str, Any]) -> None:
        self._points = points
        self._matching = matching
        self._leads = leads
        self._comforts: list[str] = data["says"]
        self._laughs = _made_of(data["laughs"], "")
        self._moods = _made_of(data["moods"], data["around"])
        self._helpless = _made_of(data["helpless"], data["around"])

    def urgent(self, text: str, place: str | None, dialogue: Dialogue) -> Decision | None:
        """Whom to call, for whoever speaks of dying, is in danger, or wants to hurt somebody."""
        lead = next((name for name in URGENT if self._leads.gives(name, text)), None)
        if lead is None:
            return None
        said = f"person-{lead}"
        point = self._points.by_id[said + STILL if dialogue.point == said else said]
        return self._matching.on_point(Chosen(point, point.topics[0], 1.0, True), (), place, frozenset())

    def unable(self, text: str, place: str | None, dialogue: Dialogue) -> Decision | None:
        """我不识字, 老了不会弄: who begins with what he cannot do, and asks nothing yet, is shown the way to a person."""
        if dialogue.turns or len(text) > SHORT or self._points.named(text) or not self._leads.gives("unable", text):
            return None
        chosen = self._points.best(text, self._points.aspects(text), {"person": 1.0})
        return self._matching.on_point(chosen, (), place, frozenset()) if chosen else None

    def mood(self, text: str, dialogue: Dialogue) -> Decision | None:
        """唉, 烦死了, 哈哈: nothing is asked, and the matter stays what it was. 没人管咋办 asks."""
        if self._laughs.fullmatch(text):
            return Decision("smalltalk", True, topic=self._matching.by_id["acknowledge"])
        if len(text) > SHORT:  # also since a pattern of words that overlap may try endlessly on a long text
            return None
        is_mood = self._moods.fullmatch(text) or (not dialogue.turns and self._helpless.fullmatch(text))
        if not is_mood:
            return None
        last = dialogue.said[0] if dialogue.said else ""
        before = next(
            (number for number, said in enumerate(self._comforts) if said in last), 0 if dialogue.turns else -1
        )
        return Decision("smalltalk", True, told=self._comforts[(before + 1) % len(self._comforts)])


def _made_of(words: str, around: str) -> re.Pattern[str]:
    """Matches a text that has one of the words, and besides those only what may stand around them."""
    ones, others = ("|".join(sorted(map(re.escape, said.split()), key=len, reverse=True)) for said in (words, around))
    return re.compile(f"(?:{others})*(?:{ones})(?:{ones}|{others})*") if others else re.compile(f"(?:{ones})+")
