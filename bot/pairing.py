"""Answers two questions of one message one after the other."""

from collections.abc import Sequence

from msgspec.structs import replace

from bot import several
from bot.choosing import PLAINLY, STORY, squeezed
from bot.decision import Decision
from bot.matching import Matching
from bot.points import Point, Points
from bot.reading import Reader, Reading
from bot.rehearing import Rehearing
from bot.replies import Dialogue

ASKING = PLAINLY | {"may", "list", "who"}  # the second of two questions asks for one of these aspects
FIRST = frozenset({"yesno", "how"})  # where the second does, the first may ask for one of these
NUMBERS = frozenset({"days", "until", "start", "fee"})  # two questions for these want an answer each
MORE = 16  # characters that are repeated of a question that has to be asked again


class Pairing:
    def __init__(self, points: Points, reader: Reader, matching: Matching, rehearing: Rehearing) -> None:
        self._points = points
        self._reader = reader
        self._matching = matching
        self._rehearing = rehearing

    def both(self, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision | None:
        """None where the message holds no two questions that are both understood. The resident is asked to send a third again, and a
        second with a mark of its own that leads away from the first.
        """
        marked = several.marked(reading.bare)
        parts = marked or several.questions(reading.bare)
        if len(parts) < 2 or len(reading.bare) > STORY:
            return None
        is_counted = bool(marked) or several.COUNTED.search(reading.bare) is not None  # 问你三件事
        if not (is_counted or self._each_asks(parts)):
            return None
        first = self._part(self._reader.read_part(parts[0], reading), place, dialogue)
        if first.point is None or not first.answered:
            return None
        second = self._second(parts, reading, place, dialogue, first)
        said = first.point.spoken(place)
        is_same = second is not None and second.point is not None and second.point.spoken(place) == said
        if second is None or second.point is None or is_same or not second.answered:
            again = "" if is_same else squeezed(parts[1])[:MORE]
            return replace(first, kind="article", more=again) if marked else None
        if not is_counted and not second.point.words and self._points.aspects(squeezed(parts[1])).isdisjoint(ASKING):
            return None
        answered = (first.point.id, second.point.id)
        if (
            not marked
            and self._matching.can_join(reading, dialogue, answered)
            and not all(self._points.aspects(squeezed(part)) & NUMBERS for part in parts[:2])
        ):
            whole = self._matching.by_topic(reading, place, dialogue)
            if whole.point is not None and "+" in whole.point.words and whole.point.id not in answered:
                return whole
        articles = tuple(dict.fromkeys((*first.articles[:2], *second.articles[:2], *first.articles)))
        return replace(
            first,
            kind="article",
            also=second.point,
            articles=articles,
            cited=tuple(dict.fromkeys((*first.cited[:1], *second.cited[:1]))) if place else first.cited,
            more=squeezed(parts[2])[:MORE] if len(parts) > 2 else "",
        )

    def _each_asks(self, parts: Sequence[str]) -> bool:
        asked = self._points.aspects(squeezed(parts[0]))
        if not asked.isdisjoint(ASKING):
            return True
        return not asked.isdisjoint(FIRST) and not self._points.aspects(squeezed(parts[1])).isdisjoint(ASKING)

    def _part(self, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision:
        return self._rehearing.heard(self._matching.by_topic(reading, place, dialogue), reading, dialogue)

    def _second(
        self, parts: Sequence[str], reading: Reading, place: str | None, dialogue: Dialogue, first: Decision
    ) -> Decision | None:
        """The second question, as a follow-up to the first. 要自己去申请不 names nothing: where that leads into another area, it is read
        together with the question before it. None where that leads away too.
        """
        assert first.point is not None
        after = replace(
            dialogue,
            point=first.point.id,
            topic=first.topic.id if first.topic else None,
            articles=first.articles,
            turns=dialogue.turns + 1,
        )
        own = self._reader.read_part(parts[1], reading)
        second = self._part(own, place, after)
        area = self._points.area(first.point.id, None)
        is_named = self._points.named(squeezed(own.bare)) or self._matching.following.names_something(own)
        if is_named or (second.point is not None and self._fits(second.point, first, area)):
            return second
        both = self._part(self._reader.read_part(f"{parts[0]}，{parts[1]}", reading), place, dialogue)
        if (
            both.point is not None
            and both.point.id != first.point.id
            and self._points.area(both.point.id, None) == area
        ):
            return both
        return second if second.point is not None and second.point.words else None

    def _fits(self, point: Point, first: Decision, area: str | None) -> bool:
        """Whether it is of the same area, and of the first question's topic where only its aspect was asked for: but a number, which one
        area has several of.
        """
        is_of_topic = first.topic is None or first.topic.id in point.topics or bool(point.aspects & NUMBERS)
        return self._points.area(point.id, None) == area and (is_of_topic or bool(point.words))
