"""Residents' phrases, each with the concept that it means. Editors keep the data."""

from bot import packaged


class Lexicon:
    """`concept_of[word]` is the concept a word stands for."""

    def __init__(self) -> None:
        data = packaged.toml("lexicon.toml")
        self.concepts: dict[str, list[str]] = data["concept"]
        self.typos: dict[str, str] = data["spelling"]["typos"]
        for plain, said in data["spelling"]["said"].items():
            self.typos |= dict.fromkeys(said.split(), plain)
        self.silent = frozenset[str](data["spelling"]["silent"])
        self.typed = frozenset[str](data["spelling"]["typed"].split())
        self.pinyin: tuple[str, ...] = tuple(data["spelling"]["pinyin"].split())
        self.sounds: tuple[str, ...] = tuple(data["spelling"]["sounds"].split())
        self.concept_of: dict[str, str] = {}
        for concept, words in self.concepts.items():
            for word in words:
                self.concept_of.setdefault(word, concept)
