"""Which jurisdiction a message speaks of."""

import re

from bot import packaged
from knowledge.places import places

ELSEWHERE = "elsewhere"
SUFFIX = "(?:省(?!级)|市(?!场|民|政|区|里)|州(?!市)|县(?!级|里)|区(?!别|分|域))?"  # 云南市场 keeps its 市场
_IN_ORDER = sorted(places(), key=lambda place: place.order)
JURISDICTIONS = tuple(place.id for place in _IN_ORDER)  # in the order in which answers show them
PLACE_NAMES = {place.id: place.name for place in _IN_ORDER}


class Places:
    """Finds place names and takes them out of the text, so that they do not weigh in the matching."""

    def __init__(self) -> None:
        data = packaged.toml("places.toml") | {place: own.names for place, own in packaged.of_places().items()}
        self.jurisdiction_of = {name: place for place, names in data.items() for name in names.split()}
        names = sorted(self.jurisdiction_of, key=len, reverse=True)
        self._pattern = re.compile("(?:" + "|".join(map(re.escape, names)) + ")" + SUFFIX)

    def read(self, text: str) -> tuple[str, frozenset[str]]:
        """The text without place names, and the jurisdictions named (`elsewhere` for any other place)."""
        found = set()
        for match in self._pattern.finditer(text):
            name = match[0]
            place = self.jurisdiction_of.get(name) or self.jurisdiction_of[name[:-1]]
            found.add(place)
        if not found:
            return text, frozenset()
        return self._pattern.sub(" ", text), frozenset(found)
