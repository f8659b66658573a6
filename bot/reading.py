"""Reads a message: plain text, place, words, features."""

from functools import lru_cache
from itertools import chain, filterfalse, repeat
from operator import add

from msgspec import Struct

from bot.lexicon import Lexicon
from bot.places import ELSEWHERE, Places
from bot.segmenting import Segmenter
from bot.spelling import Spelling
from bot.text import WORDS, Plain, pairs

PIECES = 6  # parts of messages whose words are cached


class Reading(Struct, frozen=True):
    """`text` still has its place names; `bare` has not. `place` is None when none or both are named."""

    text: str
    bare: str
    place: str | None
    names_both: bool
    is_elsewhere: bool
    features: frozenset[str]
    concepts: frozenset[str]
    is_plain: bool = False


class Reader:
    """Prepares a message for matching."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._plain = Plain()
        self._places = Places()
        self._concept_of = lexicon.concept_of
        self._is_silent = lexicon.silent.__contains__
        self._of_piece = lru_cache(PIECES)(self._piece)
        self._segmenter = Segmenter([*lexicon.concept_of, *lexicon.sounds])
        self._spelling = Spelling(lexicon, self._segmenter.frequency)

    def plain(self, message: str) -> str:
        """The message in plain characters, its spelling as it was."""
        return self._plain(message)

    def read(self, message: str) -> Reading:
        return self.read_plain(self._plain(message))

    def read_plain(self, plain: str) -> Reading:
        """As `read`, for the result of `plain`."""
        text, is_plain = self._spelling(plain)
        bare, found = self._places.read(text)
        local = found - {ELSEWHERE}
        if len(local) > 1 and (happened_in := self._places.happened_in(text)):
            local = frozenset((happened_in,))
        elif len(local) > 1 and (own := self._places.asks_there(text) or self._places.own(text)):
            local = frozenset((own,))
        features, concepts = self.features(bare)
        return Reading(
            text=text,
            bare=bare,
            place=next(iter(local)) if len(local) == 1 else None,
            names_both=len(local) > 1,
            is_elsewhere=ELSEWHERE in found and not local,
            features=features,
            concepts=concepts,
            is_plain=is_plain,
        )

    def read_part(self, part: str, of: Reading) -> Reading:
        """As `read_plain`, for a part of `bare` without blanks: of places nothing is left in it, and where the whole is
        plain, nothing in it is spelt otherwise.
        """
        if not of.is_plain or part not in of.bare:
            return self.read_plain(part)
        features, concepts = self.features(part)
        return Reading(part, part, None, False, False, features, concepts, True)

    def asks_for_home(self, text: str, home: str) -> bool:
        """昆明的朋友能撤，我们这儿行不: tells of another place and asks about one's own."""
        return self._places.asks_here(text, home)

    def is_away(self, text: str) -> bool:
        """我人在浙江: another place is named only as where somebody is."""
        return self._places.is_away(text)

    def phrasing(self, text: str) -> frozenset[str]:
        """The features of an editor's phrasing, which is spelt right and names no place."""
        return self.features(self._plain(text))[0]

    def features(self, bare: str) -> tuple[frozenset[str], frozenset[str]]:
        """Words, concepts, characters and pairs of them, and how the message begins and ends."""
        pieces: list[str] = WORDS.findall(bare)
        if not pieces:
            return frozenset(), frozenset()
        ones: list[str] = []
        twos: list[str] = []
        said: list[str] = []
        for piece in pieces:
            characters, neighbours, cut = self._of_piece(piece)
            ones += characters
            twos += neighbours
            said += cut
        words = [*filterfalse(self._is_silent, said)]
        concepts = frozenset(filter(None, map(self._concept_of.get, words)))
        first, last = pieces[0], pieces[-1]
        ends = ("^" + first[:2], last[-2:] + "$", last[-1:] + "$")
        loud = filterfalse(self._is_silent, ones)
        found = chain(loud, twos, map(add, repeat("="), words), map(add, repeat("#"), concepts), ends)
        return frozenset(found), concepts

    def _piece(self, piece: str) -> tuple[list[str], list[str], list[str]]:
        """Characters, pairs and words of a part between two gaps; a question of several shares its parts with the whole
        message.
        """
        characters = [*piece]  # their hashes are worked out once
        neighbours = pairs(characters)
        return characters, neighbours, self._segmenter.cut(piece, characters, neighbours)
