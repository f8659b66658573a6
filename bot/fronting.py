"""What goes before an answer: its verdict, that something is not written, that it depends, the number of its article."""

import re
from collections.abc import Mapping
from typing import Any

from bot.choosing import squeezed
from bot.decision import Decision
from bot.passages import Passages
from bot.places import PLACE_NAMES
from bot.points import Point, Points
from bot.saying import Flow, Said
from bot.verdicts import asks_for_the_text, front, norm

# An aspect, other words that ask for it, and what a sentence that answers it contains.
UNWRITTEN: tuple[tuple[str, re.Pattern[str] | None, re.Pattern[str]], ...] = (
    ("times", re.compile("几次|几回|多少次|多少回|次数"), re.compile("次|回")),
    ("fee", None, re.compile("费|钱|罚|赔|元|补偿|没收")),
    ("days", None, re.compile(r"\d|天|日|立即|及时|马上|当场|当时|期限|随时")),
    ("until", None, re.compile(r"\d|年|月|期|一直|随时|自动|终身")),
    ("bring", None, re.compile("材料|证|带|书面|附|文书|承诺书")),
    ("proxy", None, re.compile("代|委托|替|本人|监护")),
)


class Fronting:
    """`say` are the texts of `referrals.toml`."""

    def __init__(
        self, points: Points, flows: Mapping[str, Flow], passages: Mapping[str, Passages], say: Mapping[str, Any]
    ) -> None:
        self._points = points
        self._flows = flows
        self._passages = passages
        self._say = say

    def fronted(self, decision: Decision, said: Said) -> str:
        """The text with the verdict before each sentence that does not begin with it, and before all the article's
        number if asked for.
        """
        text, point, say = said.text, decision.point, self._say["verdict"]
        if decision.asked:
            flow = said.flow or (self._flows.get(decision.topic.flow or "") if decision.topic else None)
            declared = point.norm if point else "may" if flow else None
            verdict = point.verdict if point else flow.verdict if flow else ""
            lines = []
            for number, line in enumerate(text.split("\n")):
                head, sentence = parted(line)
                is_other = (
                    decision.also is not None and number > 0
                )  # this line answers another question, or is another place's
                verdict_of = (
                    "" if is_other or decision.is_spoilt else front(decision.asked, sentence, declared, verdict, say)
                )
                if not verdict_of and not is_other:
                    verdict_of = self._unwritten(decision.asked, sentence, point)
                lines.append(head + verdict_of + sentence)
            text = "\n".join(lines)
        if decision.is_spoilt:
            pairs = [parted(line) for line in text.split("\n")]
            text = "\n".join(head + self._held_back(said) + said for head, said in pairs)
        if decision.style == "judged":
            lines = []
            for line in text.split("\n"):
                head, sentence = parted(line)
                is_barred = norm(sentence, None) == "not"
                lines.append(
                    head
                    + say["improper" if is_barred else "judged"]
                    + sentence.removeprefix("不行：").removeprefix("不行，")
                )
            text = "\n".join(lines)
        if decision.is_numbered and said.cited:
            shown = said.cited[:1] if decision.place else said.cited[:2]
            labels = "、".join(self._passages[name].label for name in shown)
            silent = norm(parted(text)[1], None) == "silent"
            text = self._say["once-more"]["nearest" if silent else "number"].format(labels=labels) + "\n" + text
        return text

    def _held_back(self, sentence: str) -> str:
        """Before a yes that something in the question holds back: 要看情况, 本人照实、条件齐了才可以注销账号."""
        say = self._say["verdict"]
        if norm(sentence, None) != "may":
            return ""
        return str(say["only-then" if sentence.startswith(("可以", "能")) else "depends"])

    def _unwritten(self, asked: str, sentence: str, point: Point | None) -> str:
        """条例写没写几天: "not written", where the best sentence neither contains it nor says so itself."""
        if norm(sentence, None) == "silent" or not asks_for_the_text(asked):
            return ""
        text = squeezed(asked)
        wanted = self._points.aspects(text) - (point.aspects if point else frozenset())
        for aspect, said, meant in UNWRITTEN:
            if (aspect in wanted or (said and said.search(text))) and not meant.search(sentence):
                return str(self._say["unwritten"][aspect])
        return ""


def parted(line: str) -> tuple[str, str]:
    """The place's name at the beginning of a line, and the rest."""
    head, colon, rest = line.partition("：")
    return (head + colon, rest) if head in PLACE_NAMES.values() else ("", line)
