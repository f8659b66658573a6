"""Everyday words with the word that a statute uses: 老板 → 用人单位. Editors keep the data."""

from collections import defaultdict
from collections.abc import Iterable

from bot import packaged
from bot.text import Plain


class LayWords:
    """Finds everyday words, and statutory ones, in plain text."""

    def __init__(self, plain: Plain) -> None:
        self._meant: dict[str, list[str]] = {}
        for law, said in packaged.toml("lay_words.toml")["said"].items():
            for word in said.split():
                self._meant.setdefault(plain.all(word), []).extend(plain.all(law).split())
        self._statutory = _by_beginning({law for meant in self._meant.values() for law in meant})
        self._said = _by_beginning(self._meant)

    def meant(self, text: str, grams: Iterable[str]) -> list[str]:
        """The statutory words for the everyday words in the text; `grams` are its characters and pairs, each once."""
        found: dict[str, None] = {}
        for word in _standing(text, grams, self._said):
            found.update(dict.fromkeys(self._meant[word]))
        return [law for law in found if law not in text]

    def written(self, text: str, grams: Iterable[str]) -> list[str]:
        """The statutory words that stand in the text."""
        return _standing(text, grams, self._statutory)


def _by_beginning(words: Iterable[str]) -> dict[str, list[str]]:
    """Words by their first two characters, so that few of them are looked for in a text."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        found[word[:2]].append(word)
    return dict(found)


def _standing(text: str, grams: Iterable[str], words: dict[str, list[str]]) -> list[str]:
    begun = [word for gram in grams if gram in words for word in words[gram]]
    return [word for word in begun if len(word) <= 2 or word in text]
