"""What is asked about a thing: how long, from when, how much, to whom, may I, must I, by itself, what if not."""

import re

from bot import packaged

SOME_DAYS = re.compile("[前过这那好没]几天|几天前|过几年|好几年|前几年|这几年")  # tell a time and ask for none
LENGTHS = frozenset({"days", "until"})  # 从哪天起算 asks for no length


class Words:
    """Ways of saying something: any of the alternatives, of which each is one string or, joined by +, several that all must
    be there; one that ends in $ stands at the end of the text.
    """

    def __init__(self, written: str) -> None:
        self._single: list[str] = []
        self._several: list[tuple[str, ...]] = []
        for alternative in written.split():
            parts = tuple(alternative.split("+"))
            if len(parts) == 1:
                self._single.append(alternative)
            else:
                self._several.append(parts)

    def __bool__(self) -> bool:
        return bool(self._single or self._several)

    def found(self, text: str) -> bool:
        """Whether one of the alternatives is in the text, which has no blanks."""
        for word in self._single:
            if word in text:
                return True
        for parts in self._several:
            for part in parts:
                if part not in text and not (part[-1] == "$" and text.endswith(part[:-1])):
                    break
            else:
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
        text = SOME_DAYS.sub("", text)
        found = frozenset([name for name, words in self._words.items() if words.found(text)])
        return found - LENGTHS if "start" in found else found
