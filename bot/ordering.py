"""The order of topics: by score, then by whether the message is ours at all, by words of their own and by the way of asking."""

import re
from collections.abc import Mapping, Sequence, Set

from bot.choosing import CLEAR, CORE, WEAK
from bot.dialogue import Following
from bot.reading import Reading
from bot.topics import Topic

ARTICLE_IF_RULE_ASKED = 0.55  # share of an errand's score from which an article goes first, if asked for the rule
ARTICLE_BESIDE_ERRAND = 0.66  # the same if asked for an errand too
ARTICLE_IF_QUESTION = 0.8  # the same for a question that asks for no errand
ERRAND_IF_ASKED = 0.75  # share of an article's score from which an errand goes first, if asked for an errand
ERRAND_IF_NO_QUESTION = 0.85  # the same if there is only no question
TALE, TALES = 16, 0.4  # a message of TALE characters is no small talk where a topic of ours has TALES of its score
OURS_TOLD = 0.65  # the same when the message tells of a fine that is to be removed, or of a record
OURS_ASKED = re.compile(
    "修复|异议|公示|披露|罚.{0,14}(?:拿掉|弄掉|消|撤|删|去掉|抹|挂|网上)|(?:拿掉|弄掉|消|撤|删|抹).{0,12}罚"
)
MARKED = 0.5  # share of the best score from which an errand goes first if its own word is in the message
INSULT = 12  # characters up to which a message may be an insult though it resembles none closely
OURS = 0.75  # share from which a topic of ours goes before one outside our subject, when the message has our words


class Ordering:
    """`stays` are our own concepts, which keep a message in scope; `leaves` are referrals that nothing brings back."""

    def __init__(self, topics: Sequence[Topic], following: Following, stays: Set[str], leaves: Set[str]) -> None:
        self._topics = topics
        self._following = following
        self._stays = stays
        self._leaves = leaves

    def settled(self, order: list[int], scores: Mapping[int, float], reading: Reading) -> list[int]:
        """The topics that were ordered by score alone, the one that is meant first."""
        order = self._keep_in_scope(order, scores, reading)
        return self._as_asked(self._as_marked(order, scores, reading), scores, reading)

    def _keep_in_scope(self, order: list[int], scores: Mapping[int, float], reading: Reading) -> list[int]:
        """打架算不算失信 resembles criminal law, 我的异议咋样咯 small talk, but both are about credit."""
        first = self._topics[order[0]]
        is_told = (
            first.refer == "abuse" and len(reading.bare) > INSULT and reading.concepts
        )  # 扫我脸 存信用系统 行不行啊
        if (first.refer == "injection" or is_told) and scores[order[0]] < CLEAR:
            order = order[1:]  # 让邻居替我提; attempts to instruct the bot are in denials.toml
            first = self._topics[order[0]]
        if first.sort in ("article", "flow") or first.refer in self._leaves:
            return order
        is_long = first.sort == "smalltalk" and len(reading.bare) > TALE
        is_named = bool(reading.concepts & self._stays)
        if not is_named and not OURS_ASKED.search(reading.text) and not (is_long and CORE.search(reading.text)):
            return order
        ours = [index for index in order if self._topics[index].sort in ("article", "flow")]
        if not ours or scores[ours[0]] < max(
            WEAK, (TALES if is_long else OURS if is_named else OURS_TOLD) * scores[order[0]]
        ):
            return order
        return [*ours, *(index for index in order if index not in ours)]

    def _as_marked(self, order: list[int], scores: Mapping[int, float], reading: Reading) -> list[int]:
        """授权公司查询我的信用报告 is about the grant, however much is said of the report."""
        best = self._topics[order[0]]
        if not best.yields or any(mark in reading.bare for mark in best.marks + best.keeps):
            return order
        for index in order[1:]:
            marks = self._topics[index].marks
            if scores[index] >= MARKED * scores[order[0]] and any(mark in reading.bare for mark in marks):
                return [index, *(other for other in order if other != index)]
        return order

    def _as_asked(self, order: list[int], scores: Mapping[int, float], reading: Reading) -> list[int]:
        """Rule and errand on one subject have similar scores: the way of asking settles which of them goes first."""
        sort = self._topics[order[0]].sort
        if sort == "flow" and self._following.asks_for_the_rule(reading):
            wanted, nearly = (
                "article",
                ARTICLE_BESIDE_ERRAND if self._following.asks_for_an_errand(reading) else ARTICLE_IF_RULE_ASKED,
            )
        elif sort == "flow" and self._following.may_ask_for_the_rule(reading):
            wanted, nearly = "article", ARTICLE_IF_QUESTION
        elif sort == "article" and self._following.wants_it_done(reading):
            wanted = "flow"
            nearly = ERRAND_IF_ASKED if self._following.asks_for_an_errand(reading) else ERRAND_IF_NO_QUESTION
        else:
            return order
        least = nearly * scores[order[0]]
        near = [index for index in order if self._topics[index].sort == wanted and scores[index] >= least]
        return [*near[:1], *(index for index in order if index not in near[:1])]
