"""What is asked about a thing: how long, from when, how much, to whom, may I, must I, by itself, what if not."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

import ahocorasick

from bot import packaged

TEXTS = 64  # texts of which the words are kept
END = "$"  # stands after a text, and in a word that stands at its end
SOME_DAYS = re.compile("[前过这那好没]几天|几天前|过几年|好几年|前几年|这几年")  # tell a time and ask for none
MATERIAL = "material"  # 材料 asks what to bring where nothing else is asked
ELSE = frozenset({"days", "start", "until", "who", "where", "fee", "told", "auto"})
LENGTHS = frozenset({"days", "until"})  # 从哪天起算 asks for no length


class Index:
    """Every way of saying that is looked for, in one automaton: a text is gone through once, whoever asks about it."""

    def __init__(self) -> None:
        self._known: dict[
            str, tuple[set[int], list[tuple[frozenset[str], int]]]
        ] = {}  # found by it alone, and with others
        self._count = 0
        self._automaton = ahocorasick.Automaton()
        self.present = lru_cache(TEXTS)(self._present)

    def add(self, alternatives: Iterable[tuple[str, ...]]) -> int:
        """A number for those who are found when all words of one alternative are there."""
        number, self._count = self._count, self._count + 1
        for words in alternatives:
            for word in words:
                if word not in self._known:
                    self._known[word] = (set(), [])
                    self._automaton.add_word(word, word)
            alone, together = self._known[words[0]]
            if len(words) == 1:
                alone.add(number)
            else:
                together.append((frozenset(words), number))
        self.present.cache_clear()
        return number

    def _present(self, text: str) -> frozenset[int]:
        """The numbers of all who are found in the text; words that end in $ stand where the text ends."""
        if self._automaton.kind != ahocorasick.AHOCORASICK:  # something was added
            self._automaton.make_automaton()
        words = {word for _, word in self._automaton.iter(text + END)}
        found: set[int] = set()
        for word in words:
            alone, together = self._known[word]
            found |= alone
            for parts, number in together:
                if number not in found and parts <= words:
                    found.add(number)
        return frozenset(found)


INDEX = Index()


class Words:
    """Ways of saying something: any of the alternatives, of which each is one string or, joined by +, several that all must
    be there; one that ends in $ stands at the end of the text.
    """

    def __init__(self, written: str) -> None:
        alternatives = [tuple(alternative.split("+")) for alternative in written.split()]
        self.number = INDEX.add(alternatives)
        self._is_empty = not alternatives

    def __bool__(self) -> bool:
        return not self._is_empty

    def found(self, text: str) -> bool:
        """Whether one of the alternatives is in the text, which has no blanks."""
        return self.number in INDEX.present(text)


class Named:
    """Several ways of saying, each under a name."""

    def __init__(self, written: Mapping[str, str]) -> None:
        self.names = frozenset(written)
        self._name_of = {Words(words).number: name for name, words in written.items()}
        self._numbers = frozenset(self._name_of)

    def found(self, text: str) -> frozenset[str]:
        """The names of those that are in the text."""
        return frozenset([self._name_of[number] for number in INDEX.present(text) & self._numbers])


class Aspects:
    """Knows the names of the aspects, and finds them in a message."""

    def __init__(self) -> None:
        self._named = Named(packaged.toml("aspects.toml"))
        self.names = self._named.names - {MATERIAL}

    def of(self, text: str) -> frozenset[str]:
        """The aspects that a message without blanks asks about."""
        if "几" in text:
            text = SOME_DAYS.sub("", text)
        found = self._named.found(text)
        if MATERIAL in found:
            found = found - {MATERIAL} | (frozenset() if found & ELSE else {"bring"})
        return found - LENGTHS if "start" in found else found
