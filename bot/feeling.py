"""What is answered before any question: despair, danger, a threat, and in a few words a mood or what somebody cannot do."""

from bot.choosing import BRIEF, SHORT
from bot.decision import Decision
from bot.leads import Leads
from bot.matching import Matching
from bot.points import Chosen, Points
from bot.replies import Dialogue

URGENT = ("despair", "danger", "threat")  # leads, whatever else the message says
STILL = "-still"  # the sentence that is said in turn with the first


class Feeling:
    """`comforts` are sentences for a mood, said one after another; the first asks what it is about."""

    def __init__(self, points: Points, matching: Matching, leads: Leads, comforts: list[str]) -> None:
        self._points = points
        self._matching = matching
        self._leads = leads
        self._comforts = comforts

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
        """唉, 烦死了, 哈哈: nothing is asked, and the matter stays what it was."""
        if len(text) > BRIEF or self._points.named(text):
            return None
        if self._leads.gives("laughs", text):
            return Decision("smalltalk", True, topic=self._matching.by_id["acknowledge"])
        if not self._leads.gives("distress", text):
            return None
        last = dialogue.said[0] if dialogue.said else ""
        before = next(
            (number for number, said in enumerate(self._comforts) if said in last), 0 if dialogue.turns else -1
        )
        return Decision("smalltalk", True, told=self._comforts[(before + 1) % len(self._comforts)])
