"""Replaces a yes where something in the question forbids it: 偷偷, 没交清, 编一份, 转给同事.

A point permits something to somebody who does it openly, truthfully, for themselves and when it is due. A message that
says otherwise gets the point that forbids or doubts it, or "it depends" where there is none; it starts no errand. Words
that belong to the point itself do not count, since its editor knew them; nor does what somebody else has done, where
the answer is a remedy against it.
"""

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from bot import packaged
from bot.aspects import END, Each, bits, members
from bot.beginning import flow_of
from bot.choosing import squeezed
from bot.decision import Decision
from bot.matching import Matching
from bot.places import JURISDICTIONS
from bot.points import Chosen, Point, Points
from bot.reading import Reading
from bot.verdicts import norm

REMEDY = re.compile(  # remedies against what somebody else did
    "^(?:可以|能|有权)(?:依法|马上|随时|直接|先|自己|再|拿来|要求|准备|向.{1,12})*(?:提异议|提：|催|投诉|举报|反映|主张|赔|收回|不|告|报警|知道|查清|核实|讨)"
)
BY_OTHERS = "(?:他|她|它|对方|房东|老板|公司|单位|中介|平台|人家|有人|别人|银行|物业|部门|机构|被|叫我|让我|要我|逼我)[^,。;，；]{0,10}"
FALLBACK = "spoilt"
SPIED = "query"
BESIDE = frozenset(
    {"status", "reminder", "report", "footprint", "authorization"}
)  # errands that match by chance: 去催债, 喊她瞄一眼


class Spoil(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that forbid a yes, in some areas or in all; `turns` names, by area, the point to answer instead. `spied`:
    about looking somebody up, whichever errand the message also matches.
    """

    id: str
    words: str
    unless: str = ""
    within: str = ""
    remedies: bool = False
    spied: bool = False
    turns: dict[str, str] = {}


class Spoiling:
    """All spoils, in the order of the data: the first that is found counts."""

    def __init__(self, points: Points, matching: Matching) -> None:
        self._points = points
        self._matching = matching
        rows = packaged.table(packaged.toml("spoils.toml")["spoil"], Spoil, "spoils.toml")
        self._rows = [(row, frozenset(row.within.split())) for row in rows]
        self._words, self._unless = Each([row.words for row in rows]), Each([row.unless for row in rows])

    def turned(self, decision: Decision, reading: Reading) -> Decision:
        """The decision, or another one where something in the message forbids what it permits."""
        if decision.kind not in ("article", "flow") or decision.told or decision.style not in ("full", "there"):
            return decision
        if not self._permits(decision):
            return decision
        text = squeezed(reading.bare)
        area = self._points.area(
            decision.point.id if decision.point else None, decision.topic.id if decision.topic else None
        )
        row = self._met(text, area, decision)
        if row is None:
            return decision
        name = row.turns.get(area or "") or (row.turns[SPIED] if row.spied else FALLBACK)
        point = self._points.by_id[name]
        turned = self._matching.on_point(
            Chosen(point, point.topics[0], 1.0, True), (), decision.place, decision.features
        )
        if name == FALLBACK:
            turned = replace(turned, topic=decision.topic, articles=decision.articles, cited=decision.cited)
        return replace(turned, scene=decision.scene, asked=decision.asked, is_story=decision.is_story, is_spoilt=True)

    def _permits(self, decision: Decision) -> bool:
        point = decision.point
        if decision.kind == "flow":
            return True
        if point is None:
            return decision.topic is not None and decision.topic.flow is not None
        return bool(point.verdict) or any(norm(said, None) == "may" for said in self._said(point, decision.place))

    def _met(self, text: str, area: str | None, decision: Decision) -> Spoil | None:
        point, flow = decision.point, flow_of(decision, self._points)
        is_beside = decision.kind == "flow" and flow in BESIDE
        is_remedy = ((point is None or decision.kind == "flow") and flow in ("objection", "footprint")) or (
            point is not None and any(REMEDY.match(said) for said in self._said(point, decision.place))
        )
        for number in bits(self._words.found(text) & ~self._unless.found(text)):
            row, within = self._rows[number]
            if within and area not in within and not (row.spied and is_beside):
                continue
            if is_remedy and not row.remedies:
                continue
            told = [word for word in _told(row.words, text) if not self._explained(word, text, point)]
            if is_remedy:
                told = [word for word in told if not re.search(BY_OTHERS + re.escape(word), text)]
            if told:
                return row
        return None

    @staticmethod
    def _said(point: Point, place: str | None) -> list[str]:
        return [point.says(name) for name in ((place,) if place else JURISDICTIONS)]

    @staticmethod
    def _explained(word: str, text: str, point: Point | None) -> bool:
        """Whether the point's own phrases contain this word."""
        if point is None:
            return False
        own = {part for alternative in _met_alternatives(point.words, text) for part in alternative if len(part) > 1}
        return any(part in word or word in part for part in own)


def _met_alternatives(written: str, text: str) -> Iterator[tuple[str, ...]]:
    """For each alternative that is in the text, the words that were found."""
    whole = text + END
    for alternative in written.split():
        met = [[word for word in members(part) if word in whole] for part in alternative.split("+")]
        if all(met):
            yield tuple(word.rstrip(END) for words in met for word in words)


def _told(written: str, text: str) -> Iterator[str]:
    for alternative in _met_alternatives(written, text):
        yield max(alternative, key=len)
