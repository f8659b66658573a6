"""Questions that the regulations do not answer: words of other systems, and how long a dialogue stays with such a
system.
"""

import re
from collections.abc import Mapping, Sequence, Set
from itertools import accumulate
from typing import Any

from msgspec import Struct

from bot import packaged
from bot.aspects import Each, Words, alternatives, bits
from bot.choosing import CLEAR, FAINT, FOLLOWS, squeezed
from bot.decision import Decision
from bot.ordering import OURS_TOLD
from bot.points import Points
from bot.ranking import Ranker
from bot.reading import Reading
from bot.replies import Dialogue
from bot.topics import Topic

SWINDLE = "swindle"  # a scam that speaks of no credit
OTHERS = (
    "pboc",
    "court",
    "bank",
    "market",
    "hotline",
    "traffic",
    "law",
    "sector",
    "police",
    "crime",
    "tax",
    "customs",
    "platform",
    "fine",
    "exam",
    SWINDLE,
)
ALIKE_SYSTEMS = frozenset({"pboc", "court", "bank"})  # said of these as of our records: 还清了, 摘掉
ALWAYS = frozenset({"injection", "abuse", "pboc", "court", "other-place"})  # even if one of our topics matches too
OURS_AGAIN = 0.45  # score from which a topic of ours ends a talk about another system
OURS_NEAR = 0.5  # score from which a topic of ours goes before a matter of another system
OURS_NAMED = 0.3  # score from which a topic of ours goes before a word of another system
OURS_BESIDE = re.compile(
    "采集|收集|个人信息|信用档案|查了?我(?!们)|查的?我的|没.{0,6}签[字名]|信用报告|失信名单|严重失信|信用中国|修复|异议|公示|撤销|隐私|同意|授权|打招呼|罚.{0,14}(?:拿掉|弄掉|消|撤|删|去掉|抹|挂|网上)|(?:拿掉|弄掉|消|撤|删|抹).{0,12}罚"
    "|(?:罚|失信).{0,8}(?:[录记写报弄填]错|错成|[记安挂]到我)"
)
OF_CREDIT = re.compile("信用|失信|公示|修复|异议")
FIRM = "public"  # matters that are told in words of ours, such as 商标公示期的异议
LEVELS = (FIRM, "credit", "any")  # which words make a matter ours again, each with those before it
OWED = re.compile("逾期|还不上|没还|还不起|断供|欠着|拖了|拖欠")  # owed to a bank, so never ours
BACK = re.compile("你们|这边|这里|这头|采集|收集|个人的?信息|条例|咱这|你这|算了|不管|说正经|换个")


class Denial(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that the regulations do not answer, unless certain other words are in the message too."""

    refer: str
    words: tuple[str, ...]
    unless: tuple[str, ...]


class Matter(Struct, frozen=True, forbid_unknown_fields=True):
    """What belongs to another system, as it is told in a first message. `back` names the words by which it is ours again."""

    refer: str
    back: str
    words: str
    unless: str = ""


class Matters:
    """Matters of other systems. Their own words are taken out before words of ours are looked for: 纳税信用 speaks of no
    credit of ours.
    """

    def __init__(self, rows: Any, back: Mapping[str, str]) -> None:
        self._rows = packaged.table(rows, Matter, "denials.toml")
        self._said = Each([row.words for row in self._rows], are_known=False)
        sets = dict(zip(LEVELS, accumulate([back[name] for name in LEVELS], "{} {}".format), strict=True))
        self._shared = Words(sets[LEVELS[-1]], are_known=False)
        self._back = [Words(f"{sets[row.back]} {row.unless}", are_known=False) for row in self._rows]

    def found(self, text: str) -> tuple[str, list[str]] | None:
        """The referral of the matter that the text is about, unless it speaks of ours too; and the words by which a sentence
        of ours may know of it. There are none where the message borrows words of ours for that system.
        """
        for number in bits(self._said.found(text)):
            row = self._rows[number]
            words = sorted({word for met in alternatives(row.words, text) for word in met}, key=len, reverse=True)
            rest = text
            for word in words:
                rest = rest.replace(word, "、")
            if not self._back[number].found(rest):
                own = [] if row.back == FIRM else [word for word in words if not self._shared.found(word)]
                return row.refer, own
        return None


class Denying:
    """`data` is `denials.toml`; `stays` are our own concepts, which end a talk about another system."""

    def __init__(
        self, data: Mapping[str, Any], topics: Sequence[Topic], ranker: Ranker, points: Points, stays: Set[str]
    ) -> None:
        self._topics = topics
        self._ranker = ranker
        self._points = points
        self.stays = stays
        self._rows = packaged.table(data["denial"], Denial, "denials.toml")
        self.matters = Matters(data["matter"], data["back"])
        self._plainly_ours = re.compile(data["plainly_ours"])
        words = dict.fromkeys([word for row in self._rows for word in row.words])
        self._words = Words(" ".join(words), are_known=False)

    def has_word(self, text: str) -> bool:
        return self._words.found(text) and bool(self.words_in(text))

    def matter(self, reading: Reading, *, is_first: bool) -> tuple[str, list[str]] | None:
        """As `Matters.found`, unless the message has words of ours or is plainly near to a topic of ours. After the first
        message only a swindle counts, which is warned of whatever was spoken of.
        """
        found = self.matters.found(squeezed(reading.bare))
        if found is None or not (is_first or found[0] == SWINDLE):
            return None
        if not found[1]:
            return found
        number, score = self._ranker.best(reading.features)
        is_ours = self._topics[number].sort in ("article", "flow")
        return None if reading.concepts & self.stays or (is_ours and score >= OURS_NEAR) else found

    def is_of_another(self, reading: Reading) -> bool:
        """Whether words of ours are borrowed for another system, so that no likeness to our questions counts."""
        matter = self.matters.found(squeezed(reading.bare))
        return matter is not None and not matter[1]

    def is_plainly_ours(self, reading: Reading) -> bool:
        """Whether it has a word that nobody needs for another matter."""
        return self._plainly_ours.search(reading.text) is not None

    def words_in(self, text: str) -> list[str]:
        """The words of other systems in the text."""
        return [word for row in self._rows for word in row.words if word in text]

    def refer(self, reading: Reading) -> str | None:
        """The other system that the message is about."""
        if not self.has_word(reading.text):
            return None
        text = reading.text
        for row in self._rows:
            if any(word in text for word in row.words) and not any(word in text for word in row.unless):
                is_owed = row.refer == "bank" and OWED.search(text) is not None
                return row.refer if is_owed or row.refer in ALWAYS or not self._is_ours(reading) else None
        return None

    def still(self, text: str, reading: Reading, place: str | None, dialogue: Dialogue) -> Decision | None:
        """After 那是法院管的, 钱还清了找谁 is still about the court, until the resident names something of ours."""
        if dialogue.refer not in OTHERS or len(text) > FOLLOWS or self._points.named(text) or BACK.search(text):
            return None
        if OF_CREDIT.search(text) and dialogue.refer not in ALIKE_SYSTEMS:
            return None
        number, score = self._ranker.best(reading.features)
        best = self._topics[number]
        if best.sort == "smalltalk" and score >= FAINT:
            return None
        least = CLEAR if dialogue.refer in ALIKE_SYSTEMS else OURS_AGAIN
        if best.sort in ("article", "flow") and (score >= least or reading.concepts & self.stays):
            return None
        return Decision("out_of_scope", False, refer=dialogue.refer, place=place)

    def _is_ours(self, reading: Reading) -> bool:
        """醉驾那回处罚，走撤销公示行不: a word of another system, but the question is plainly about ours."""
        if not OURS_BESIDE.search(reading.text):
            return False
        scores = self._ranker.scores(reading.features).tolist()
        ours = max(
            score for score, topic in zip(scores, self._topics, strict=True) if topic.sort in ("article", "flow")
        )
        return bool(ours >= max(OURS_NAMED, OURS_TOLD * max(scores)))
