"""Word segmentation as by jieba without its guessing of new words, plus the words of this field.

The dictionary is jieba's, and the result is that of `jieba.Tokenizer.cut(text, HMM=False)` (a test compares them). It
is done here because importing jieba takes longer than everything else at start, and because jieba keeps a cache in a
shared temporary folder. This code reads the package's file without its rare words. jieba builds a graph of all words
and then searches for the best path; here one pass from the end does both, with logarithms that are computed once.
"""

import math
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from bot import kept
from bot.text import pairs

FILE = "words.msgpack"  # the frequent words, a tenth of the dictionary
FREQUENT = re.compile(r"^(\S+) (\d{3,}) ", re.MULTILINE)  # words seen at least a hundred times in jieba's corpus
FIELD_FREQUENCY = 20_000  # higher than that of any compound that could split a word of the field
BEGINS = 0.0  # in place of a logarithm: the beginning of a word, not a word itself
LATIN = re.compile("[a-zA-Z0-9]")
GAP = re.compile(r"[^\u4e00-\u9fd5a-zA-Z0-9+#&._%\-]")  # no word crosses it, and the sum starts again, as in jieba


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
        known = {word: logs[count] for word, count in frequencies.items()}
        for word in frequencies:
            for end in range(1, len(word)):  # what begins a longer word is marked by its sign
                known[word[:end]] = abs(known.get(word[:end], BEGINS))
        # most look-ups are for one or two characters, and a small table is sooner at hand
        self._ones = {word: -abs(log) for word, log in known.items() if len(word) == 1}
        self._twos = {word: log for word, log in known.items() if len(word) == 2}
        self._logs = {word: log for word, log in known.items() if len(word) > 2}

    def cut(self, text: str, one: Sequence[str] | None = None, two: Sequence[str] | None = None) -> list[str]:
        """Words in order; unknown stretches fall into single characters. `one` and `two` are the characters and pairs of
        the text where they are at hand.
        """
        one = [*text] if one is None else one
        ends = self._ends(text, one, pairs(one) if two is None else two)
        words: list[str] = []
        start, size = 0, len(text)
        if LATIN.search(text) is None:
            while start < size:
                words.append(text[start : (start := ends[start])])
            return words
        latin = 0  # a run of single letters and digits is one word; this is where it began
        while start < size:
            end = ends[start]
            if end == start + 1 and LATIN.match(text, start):
                start = end
                continue
            if latin < start:
                words.append(text[latin:start])
            words.append(text[start:end])
            latin = start = end
        if latin < size:
            words.append(text[latin:])
        return words

    def _ends(self, text: str, one: Sequence[str], two: Sequence[str]) -> list[int]:
        """For each position, the end of the first word on the likeliest path from there to the end of the text."""
        log_of = self._logs.get
        size = len(text)
        likely = [0.0] * (size + 1)
        ends = [*range(1, size + 1)]
        ones = [*map(self._ones.get, one)]
        twos = [*map(self._twos.get, two), None]
        ones.reverse()
        twos.reverse()
        after, start = 0.0, size  # how likely the text after a position is
        for alone, log in zip(ones, twos, strict=False):  # an empty text has no pair either
            end, start = start, start - 1
            if log is None and alone:  # most characters begin no longer word
                likely[start] = after = alone + after
                continue
            best = alone + after if alone else -math.inf
            while log is not None:
                end += 1
                if log < 0:  # most words begin no longer one
                    if (found := log + likely[end]) >= best:
                        best, ends[start] = found, end
                    break
                if log and (found := likely[end] - log) >= best:  # of two equal ones the longer word
                    best, ends[start] = found, end
                if end == size:
                    break
                log = log_of(text[start : end + 1])
            if best == -math.inf:
                best = 0.0 if GAP.match(text, start) else self._unknown + after
            likely[start] = after = best
        return ends

    def frequency(self, word: str) -> int:
        """How often the dictionary saw the word; 0 when it does not know it."""
        return self._frequencies.get(word, 0)


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
