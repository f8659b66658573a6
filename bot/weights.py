"""The learnt weights. They are kept in a file: learning takes seconds, reading the file a tenth of one."""

from pathlib import Path

from bot import kept, packaged
from bot.ranking import Learnt, Ranker, learn
from bot.reading import Reader
from bot.segmenting import dictionary_version
from bot.topics import Topic

FILE = "weights.msgpack"
CODE = ("ranking.py", "reading.py", "segmenting.py", "text.py")


def key(topics: tuple[Topic, ...]) -> str:
    """A digest of everything that the weights depend on: phrasings, words and the rules of features; not comments,
    sentences or titles.
    """
    return kept.key(CODE, [topic.phrasings for topic in topics], features_from())


def features_from() -> tuple[object, ...]:
    """The data that decides which features a text has."""
    lexicon = packaged.toml("lexicon.toml")
    spelling = lexicon["spelling"]
    return (
        dictionary_version(),
        lexicon["concept"],
        spelling["silent"],
        spelling["sounds"],
        packaged.text("traditional.txt"),
    )


def ranker(topics: tuple[Topic, ...], reader: Reader) -> Ranker:
    """Reads a file with the right key; else learns now and keeps the result where that is possible."""
    return Ranker(kept.kept(FILE, key(topics), Learnt, lambda: from_topics(topics, reader)))


def from_topics(topics: tuple[Topic, ...], reader: Reader) -> Learnt:
    """Weights from all phrasings of the topics."""
    phrasings, owners = [], []
    for index, topic in enumerate(topics):
        for phrasing in topic.phrasings:
            features = reader.phrasing(phrasing)
            if features:
                phrasings.append(features)
                owners.append(index)
    return learn(phrasings, owners, len(topics))


def write(folder: Path, topics: tuple[Topic, ...], reader: Reader) -> None:
    """Learns and keeps the weights in the folder, unless they are there; the same data gives the same file."""
    kept.renew(folder / FILE, key(topics), Learnt, lambda: from_topics(topics, reader))
