"""Which side of a topic is asked about: how long, from when, how much, to whom, may I, must I, does it happen by itself, what if not."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, reduce
from itertools import chain, compress
from operator import attrgetter, itemgetter, not_, or_

import ahocorasick

from bot import packaged

TEXTS = 8  # texts whose result is cached: those of one message, since memory that is used again soon is at hand
TOGETHER = 1024  # sets of names that are kept: few go together
CLASS = "@"  # begins the name of a class of classes.toml: one of its members is meant
END = "$"  # marks the end of a text, and a word that must stand there
SOME_DAYS = re.compile(
    "[前过这那好没]几天(?!内|给|回|能|答|办)|几天前|过几年|好几年|前几年|这几年"
)  # these tell a length of time and do not ask for one
LONGEST = re.compile("有效|最长|最多|到头|封顶|撑死|上限|几年|多少年|何年")  # until when, not within how many days
DAYS = re.compile("[几多]少?[天日]|工作日|等|办|出结果|回")
CREDIT = "信用"  # its 用 must not be read as that of 用不用
MATERIAL = "material"  # 材料 asks what to bring, if the message asks nothing else
BRIEF = 10  # characters up to which a message that names 材料 asks what to bring
WANTED = re.compile(
    "[要带备交附递拿].{0,6}材料|材料.{0,8}(?:哪|啥|什么|几|要|带|吗|不$)|(?:哪些|哪样|啥|什么|几样|几份).{0,4}材料"
)
ELSE = frozenset({"days", "start", "until", "who", "where", "fee", "told", "auto"})
BEGIN = re.compile(
    "从哪(?:里|儿|点|个网站?|块)?(?:申请|办|弄|提|交|递|走|进|查|看|下手|入手|登|搞)"
)  # asks where something is done
CITED = re.compile(  # asks for the article, not where something is done
    "(?:(?:是|写|规定|列|说|讲)[在到]|在|是)?(?:哪|第几|第多少)[一个]?(?:条例|条|款)(?:里)?(?:写|规定|说|讲|定)?(?:的|着|了)?"
)
SHOWN_FOR = re.compile(
    "(?:公开|公示|挂|披露|显示|留|存|登|亮|晾)(?:在?网上|出来|着|起|到网上)?要?(?:多久|多长|好久|几久)"
)  # until when
TOLD_WHEN = re.compile(
    "(?:几|多少)个?(?:工作)?[天日].{0,6}(?:回|告|通知|答|知会|讲|说|信)|(?:多久|多长时间|好久|几时).{0,4}(?:回|告|通知|答|知会)"
)
WHAT = re.compile("什么|啥|哪些|哪样")  # 要交什么 asks what, not whether
NONE = frozenset[str]()
LENGTHS = frozenset({"days", "until"})  # 从哪天起算 does not ask for a length of time


@lru_cache
def _classes() -> dict[str, str]:
    return packaged.toml("classes.toml")


def members(word: str) -> tuple[str, ...]:
    """The words of a class; any other word is returned alone."""
    if word[0] != CLASS:
        return (word,)
    said = _classes().get(word[1:])
    if said is None:
        raise packaged.BotDataError(f"classes.toml: no {word}")
    return tuple(said.split())


class _Entry:
    """What is known of one word, or of a class, that stands together with others; compared by identity."""

    __slots__ = ("among", "beside", "needs")

    def __init__(self) -> None:
        self.beside: tuple[
            tuple[_Entry, int], ...
        ] = ()  # bits that it sets when one other word or class is in the text
        self.among: tuple[tuple[frozenset[_Entry], int], ...] = ()  # bits that it sets when several others are
        self.needs = frozenset[_Entry]()  # without one of these in the text, neither of the two sets anything


_HIT, _NEEDS = itemgetter(1), attrgetter("needs")
# Of a hit: the bits that the word sets alone, its entry and those of its classes, and which of these have needs.
_ALONE, _MET, _OWNERS = map(itemgetter, range(3))


class Index:
    """All phrases that the bot looks for, in one automaton, so that a text is scanned once for all of them.

    A word that begins with @ names a class of `classes.toml` and is found when one of its members is. Words that must
    stand together are checked where the rarest of them is found. Each set of phrases has a bit, so that one number
    tells which of hundreds match.
    """

    def __init__(self) -> None:
        self._alternatives: list[tuple[tuple[str, ...], int]] = []
        self._words: set[str] = set()
        self._known: set[str] = set()
        self._count = 0
        self._automaton: ahocorasick.Automaton | None = None  # gives a hit for each word found
        self.present = lru_cache(TEXTS)(self._present)

    def add(self, alternatives: Iterable[tuple[str, ...]], are_known: bool) -> int:
        """Adds a set of phrases and returns the number of its bit, which is set when all words of one alternative are
        in the text.
        """
        number, self._count = self._count, self._count + 1
        for words in alternatives:
            self._alternatives.append((words, number))
            for word in words:
                if word not in self._words:
                    self._words.update((word, *members(word)))
                if are_known:
                    self._known.update((word, *members(word)))
        self._automaton = None
        self.present.cache_clear()
        return number

    def knows(self, word: str) -> bool:
        """Whether the word is one of those that phrases are made of."""
        return word in self._known

    def _made(self) -> ahocorasick.Automaton:
        seldom = Counter(word for words, _ in self._alternatives for word in set(words))
        alone = defaultdict[str, int](int)
        beside: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        among: defaultdict[str, defaultdict[frozenset[str], int]] = defaultdict(lambda: defaultdict(int))
        for words, number in self._alternatives:  # single characters stand in most messages
            rarest = min(words, key=lambda word: (word[0] == CLASS, len(word) == 1, seldom[word]))
            others = frozenset(words) - {rarest}
            if not others:
                alone[rarest] |= 1 << number
            elif len(others) == 1:
                beside[rarest][min(others)] |= 1 << number
            else:
                among[rarest][others] |= 1 << number
        classes: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._words:
            if word[0] == CLASS:
                for member in members(word):
                    classes[member].append(word)
        joined = chain.from_iterable([words for words, _ in self._alternatives if len(words) > 1])
        entries = {word: _Entry() for word in dict.fromkeys(joined)}
        for word, entry in entries.items():
            entry.beside = tuple([(entries[other], those) for other, those in beside[word].items()])
            entry.among = tuple(
                [(frozenset([entries[other] for other in others]), those) for others, those in among[word].items()]
            )
            entry.needs = frozenset(
                [other for other, _ in entry.beside] + [next(iter(all_)) for all_, _ in entry.among]
            )
        automaton = ahocorasick.Automaton()
        common = Counter(chain.from_iterable(self._words))
        for word in sorted(self._words, key=lambda word: -common[word[0]]):  # it looks for a beginning in this order
            if word[0] != CLASS:
                names = (word, *classes[word])
                met = tuple([entries[name] for name in names if name in entries])
                owners = tuple([entry for entry in met if entry.needs])
                automaton.add_word(word, (reduce(or_, map(alone.__getitem__, names)), met, owners))
        automaton.make_automaton()
        return automaton

    def _present(self, text: str) -> int:
        """The bits of all sets that match the text, blanks ignored. A word that ends in $ matches only at the end."""
        squeezed = "".join(text.split())
        if squeezed != text:
            return self.present(squeezed)
        if self._automaton is None:  # phrases were added since
            self._automaton = self._made()
        hits = [*map(_HIT, self._automaton.iter(text + END))]
        found = reduce(or_, map(_ALONE, hits), 0)
        met = set(chain.from_iterable(map(_MET, hits)))
        owners = [*chain.from_iterable(map(_OWNERS, hits))]
        for entry in compress(owners, map(not_, map(met.isdisjoint, map(_NEEDS, owners)))):  # one in eight
            for other, those in entry.beside:
                if other in met:
                    found |= those
            for others, those in entry.among:
                if others <= met:
                    found |= those
        return found


INDEX = Index()


class Words:
    """A set of phrases, separated by blanks, of which any will do. Words joined by + must all be in the text; one that
    ends in $ must stand at its end. Words that are not `are_known` may be slips: spelling still corrects them.
    """

    def __init__(self, written: str, are_known: bool = True) -> None:
        alternatives = [tuple(alternative.split("+")) for alternative in written.split()]
        self.number = INDEX.add(alternatives, are_known)
        self._bit = 1 << self.number
        self._is_empty = not alternatives

    def __bool__(self) -> bool:
        return not self._is_empty

    def found(self, text: str) -> bool:
        """Whether any of the phrases is in the text, blanks ignored."""
        return INDEX.present(text) & self._bit != 0


class Each:
    """Several sets of phrases, in order: `found` has a bit for each set that matches."""

    def __init__(self, written: Iterable[str], are_known: bool = True) -> None:
        self.words = [Words(words, are_known) for words in written]  # their numbers are consecutive
        self._first = self.words[0].number if self.words else 0
        self._all = (1 << len(self.words)) - 1

    def found(self, text: str) -> int:
        return INDEX.present(text) >> self._first & self._all


def bits(found: int) -> Iterator[int]:
    """The numbers of the bits that are set, the lowest first."""
    while found:
        yield (found & -found).bit_length() - 1
        found &= found - 1


def alternatives(written: str, text: str) -> Iterator[tuple[str, ...]]:
    """Of words written for a point, the alternatives that are in the text: for each, the words that were found."""
    whole = text + END
    for alternative in written.split():
        met = [[word for word in members(part) if word in whole] for part in alternative.split("+")]
        if all(met):
            yield tuple(word.rstrip(END) for words in met for word in words)


def joined(written: str, text: str) -> list[tuple[str, ...]]:
    """Those of two words and more that must stand together."""
    return [met for met in alternatives(written, text) if len(met) > 1]


class Named:
    """Several sets of phrases, each with a name."""

    def __init__(self, written: Mapping[str, str]) -> None:
        self.names = frozenset(written)
        self._in_order = tuple(written)
        self._each = Each(written.values())
        self._names = lru_cache(TOGETHER)(self._named)

    def found(self, text: str) -> frozenset[str]:
        """The names of the sets that match."""
        return self._names(self._each.found(text))

    def _named(self, found: int) -> frozenset[str]:
        return frozenset([self._in_order[number] for number in bits(found)])


class Aspects:
    """Finds which aspects a message asks about."""

    def __init__(self) -> None:
        written: dict[str, str] = packaged.toml("aspects.toml")
        self._named = Named(written)
        self._must = [[members(part) for part in words.split("+")] for words in written["must"].split()]
        apart = [
            words
            for words, parts in zip(written["must"].split(), self._must, strict=True)
            if set(CREDIT).isdisjoint("".join([word for part in parts for word in part]))
        ]
        self._surely_must = Words(" ".join(apart))  # which stay where they are when 信用 is taken out
        self.names = self._named.names - {MATERIAL}

    def of(self, text: str) -> frozenset[str]:
        """The aspects that a message asks about; its blanks are left out already."""
        if "几" in text:
            text = SOME_DAYS.sub("", text)
        if "条" in text or "款" in text:
            text = CITED.sub("", text)
        found = self._named.found(text)
        if (
            "must" in found
            and CREDIT in text
            and not self._surely_must.found(text)
            and not self._asks_must(text.replace(CREDIT, ""))
        ):
            found -= {"must"}
        if "until" in found and "days" in found and SHOWN_FOR.search(text):
            found -= {"days"}
        if "told" in found and "days" in found and TOLD_WHEN.search(text):
            found -= {"told"}
        if MATERIAL in found:
            asks = not found & ELSE and (len(text) <= BRIEF or WANTED.search(text))
            found = found - {MATERIAL} | ({"bring"} if asks else frozenset())
        if "until" in found and LONGEST.search(text) and not DAYS.search(text):
            found -= {"days"}
        if "start" in found and BEGIN.search(text):
            found = found - {"start"} | {"where"}
        if "bring" in found and "must" in found and WHAT.search(text):
            found -= {"must"}
        return found - LENGTHS if "start" in found else found

    def _asks_must(self, text: str) -> bool:
        """Whether the text asks for a duty. Nothing else is asked of this text, so trying the words one by one is
        faster than the index.
        """
        whole = text + END
        for parts in self._must:
            for words in parts:
                if not any(word in whole for word in words):
                    break
            else:
                return True
        return False
