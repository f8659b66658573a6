"""What is asked about a thing: how long, from when, how much, to whom, may I, must I, by itself, what if not."""

import re
from functools import lru_cache
from itertools import pairwise

from bot import packaged

TEXTS = 64  # texts of which the words are kept
BEGINNING = 2  # characters by which a word is found
SOME_DAYS = re.compile("[前过这那好没]几天|几天前|过几年|好几年|前几年|这几年")  # tell a time and ask for none
LENGTHS = frozenset({"days", "until"})  # 从哪天起算 asks for no length


class Index:
    """Every word that is looked for, by its first two characters: a text is gone through once, whoever asks about it."""

    def __init__(self) -> None:
        self._words: dict[str, list[str]] = {}
        self._ends: list[str] = []
        self.present = lru_cache(TEXTS)(self._present)

    def add(self, word: str) -> None:
        if word.endswith("$"):
            self._ends.append(word)
            return
        words = self._words.setdefault(word[:2], [])
        if word not in words:
            words.append(word)

    def _present(self, text: str) -> frozenset[str]:
        """All known words in the text; those that end in $ where the text ends in them."""
        found = {end for end in self._ends if text.endswith(end[:-1])}
        words = self._words
        for start in {*text, *map("".join, pairwise(text))}:
            for word in words.get(start, ()):
                if len(word) <= BEGINNING or word in text:
                    found.add(word)
        return frozenset(found)


INDEX = Index()


class Words:
    """Ways of saying something: any of the alternatives, of which each is one string or, joined by +, several that all must
    be there; one that ends in $ stands at the end of the text.
    """

    def __init__(self, written: str) -> None:
        alternatives = [tuple(alternative.split("+")) for alternative in written.split()]
        self._single = frozenset(parts[0] for parts in alternatives if len(parts) == 1)
        several: dict[str, list[frozenset[str]]] = {}
        for parts in alternatives:
            if len(parts) > 1:
                several.setdefault(parts[0], []).append(frozenset(parts))
        self._several = several
        self._firsts = frozenset(several)
        for parts in alternatives:
            for part in parts:
                INDEX.add(part)

    def __bool__(self) -> bool:
        return bool(self._single or self._several)

    def found(self, text: str) -> bool:
        """Whether one of the alternatives is in the text, which has no blanks."""
        present = INDEX.present(text)
        if not self._single.isdisjoint(present):
            return True
        for first in self._firsts & present:
            for parts in self._several[first]:
                if parts <= present:
                    return True
        return False


class Aspects:
    """Knows the names of the aspects, and finds them in a message."""

    def __init__(self) -> None:
        self._words = {name: Words(written) for name, written in packaged.toml("aspects.toml").items()}

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._words)

    def of(self, text: str) -> frozenset[str]:
        """The aspects that a message without blanks asks about."""
        if "几" in text:
            text = SOME_DAYS.sub("", text)
        found = frozenset([name for name, words in self._words.items() if words.found(text)])
        return found - LENGTHS if "start" in found else found
