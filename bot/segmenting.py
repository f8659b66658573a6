"""Word segmentation as by jieba without its guessing of new words, plus the words of this field.

The dictionary is jieba's, and the result is that of `jieba.Tokenizer.cut(text, HMM=False)` (a test compares them). It
is done here because importing jieba takes longer than everything else at start, and because jieba keeps a cache in a
shared temporary folder. This code reads the package's file without its rare words. jieba builds a graph of all words
and then searches for the best path. Here a text is first parted wherever no word has both neighbours side by side: most
of the parts are single characters, or two that are known to be one word, and only few are left to be searched.
"""

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from itertools import repeat
from pathlib import Path

from bot import kept
from bot.text import pairs

FILE = "words.msgpack"  # the frequent words, a tenth of the dictionary
FREQUENT = re.compile(r"^(\S+) (\d{3,}) ", re.MULTILINE)  # words seen at least a hundred times in jieba's corpus
FIELD_FREQUENCY = 20_000  # higher than that of any compound that could split a word of the field
BEGINS = 0.0  # in place of a logarithm: the beginning of a word, not a word itself
LATIN = re.compile("[a-zA-Z0-9]")
FREE, BOUND, WORD = range(3)  # two characters: in no word side by side; in a longer one; a word themselves
FREELY, ALONE = bytes([FREE]), bytes([WORD])
GAP = re.compile(r"[^\u4e00-\u9fd5a-zA-Z0-9+#&._%\-]")  # where jieba's sum starts again
PARTS = 2048  # whose words are kept, most of them this field's
SHORT = 8  # bonds that such a part has at most
ROUNDING = 1e-9  # paths that differ by no more are as likely


class Segmenter:
    """Cuts text into words. Takes long to build, so never at import."""

    def __init__(self, words: Iterable[str]) -> None:
        frequencies = kept.kept(FILE, _key(), dict[str, int], _frequent)
        total = sum(frequencies.values())
        for word in words:
            frequencies[word] = max(frequencies.get(word, 0), FIELD_FREQUENCY * len(word))
        log_total = math.log(total)
        logs = {count: math.log(count or 1) - log_total for count in set(frequencies.values())}
        self._frequencies = frequencies
        self._unknown = -log_total
        self._words_of_part = lru_cache(PARTS)(self._words)
        self._logs = known = {word: logs[count] for word, count in frequencies.items()}
        self._bonds = {word: WORD for word in frequencies if len(word) == 2 and self._is_whole(word)}
        for word in frequencies:
            for end in range(1, len(word)):  # what begins a longer word is marked by its sign
                known[word[:end]] = abs(known.get(word[:end], BEGINS))
                self._bonds.setdefault(word[end - 1 : end + 1], BOUND)

    def _is_whole(self, two: str) -> bool:
        """Whether a word of two characters is likelier than the two."""
        alone = self._logs.get(two[0])
        return alone is None or self._logs[two] >= alone + self._logs.get(two[1], self._unknown)

    def cut(self, text: str, one: Sequence[str] | None = None, two: Sequence[str] | None = None) -> list[str]:
        """Words in order; unknown stretches fall into single characters. `one` and `two` are the characters and pairs of
        the text where they are at hand.
        """
        if not text:
            return []
        one = text if one is None else one
        two = pairs(text) if two is None else two
        words: list[str] = []
        start = 0
        for bonds in bytes(map(self._bonds.get, two, repeat(FREE))).split(FREELY):
            if not bonds:
                words.append(one[start])
                start += 1
            elif bonds == ALONE:
                words.append(two[start])
                start += 2
            else:
                end = start + len(bonds) + 1
                found = self._words_of_part(text[start:end]) if len(bonds) <= SHORT else None
                if found is None:
                    words += self._likeliest(text[start:])[0]
                    break
                words += found
                start = end
        return words if LATIN.search(text) is None else _joined(words)

    def _words(self, part: str) -> tuple[str, ...] | None:
        """None where two paths are as likely: jieba chooses between them by how its sum for all the rest was rounded."""
        words, is_even = self._likeliest(part)
        return None if is_even else tuple(words)

    def _likeliest(self, text: str) -> tuple[list[str], bool]:
        """The words on the likeliest path through the text, which is searched from its end, and whether some paths were as
        likely.
        """
        log_of = self._logs.get
        size, is_even = len(text), False
        likely, ends = [0.0] * (size + 1), [*range(1, size + 1)]
        for start in range(size - 1, -1, -1):
            best, end = -math.inf, start
            while end < size and (log := log_of(text[start : (end := end + 1)])) is not None:
                if log:
                    found = likely[end] - abs(log)
                    is_even |= abs(found - best) < ROUNDING
                    if found >= best:  # of two equal ones the longer word
                        best, ends[start] = found, end
                if log < 0:  # begins no longer word
                    break
            if best == -math.inf:
                best = 0.0 if GAP.match(text, start) else self._unknown + likely[start + 1]
            likely[start] = best
        words: list[str] = []
        start = 0
        while start < size:
            words.append(text[start : (start := ends[start])])
        return words, is_even

    def frequency(self, word: str) -> int:
        """How often the dictionary saw the word; 0 when it does not know it."""
        return self._frequencies.get(word, 0)


def _joined(words: list[str]) -> list[str]:
    """The words with each run of single letters and digits as one."""
    found: list[str] = []
    latin = ""
    for word in words:
        if len(word) == 1 and LATIN.match(word):
            latin += word
            continue
        found += [latin, word] if latin else [word]
        latin = ""
    return [*found, latin] if latin else found


def write(folder: Path) -> None:
    """Keeps the frequent words in the folder, unless they are there."""
    kept.renew(folder / FILE, _key(), dict[str, int], _frequent)


def _key() -> str:
    return kept.key((), dictionary_version(), FREQUENT.pattern)


def _frequent() -> dict[str, int]:
    """The frequent words of the dictionary, with how often it saw them; the most frequent first, since what is read
    together lies together in memory.
    """
    found = FREQUENT.findall(_dictionary().read_text(encoding="utf-8"))
    return {word: int(count) for word, count in sorted(found, key=lambda pair: -int(pair[1]))}


def dictionary_version() -> str:
    """Names the dictionary, and with it the words that come out."""
    return version("jieba")


def _dictionary() -> Path:
    found = find_spec("jieba")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("jieba")
    return Path(found.origin).with_name("dict.txt")
