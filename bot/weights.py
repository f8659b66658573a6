"""The weights as learnt when the data last changed: `python -m bot learn`.

Learning takes a second or two; reading what was learnt takes a tenth of that. The file names the data and the
code it was learnt from. When either has changed since, the bot learns anew at start and answers the same.
"""

from hashlib import sha256
from importlib import resources
from pathlib import Path

import msgspec

from bot import packaged
from bot.ranking import Learning, Postings, Ranker
from bot.reading import Reader
from bot.segmenting import dictionary_version
from bot.topics import Topic

FILE = "weights.json"
CODE = ("lexicon.py", "ranking.py", "reading.py", "segmenting.py", "text.py", "topics.py", "weights.py")
DATA = ("lexicon.toml", "traditional.txt")


class Kept(msgspec.Struct, frozen=True):
    """What is in the file."""

    origin: str
    size: int
    postings: Postings


def origin() -> str:
    """Names the data and code the weights come from."""
    digest = sha256(dictionary_version().encode())
    for name in CODE:
        digest.update(resources.files("bot").joinpath(name).read_bytes())
    for name in (*DATA, *packaged.names("topics")):
        digest.update(packaged.text(name).encode())
    return digest.hexdigest()


def ranker(topics: tuple[Topic, ...], reader: Reader) -> Ranker:
    """From the file when it fits the data, else learnt now."""
    kept = read()
    if kept is not None and kept.origin == origin():
        return Ranker(kept.postings, kept.size)
    learning = learn(topics, reader)
    return Ranker(learning.postings, learning.size)


def read() -> Kept | None:
    """The file, if there is one that can be read."""
    try:
        return msgspec.json.decode(packaged.text(FILE), type=Kept)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def learn(topics: tuple[Topic, ...], reader: Reader) -> Learning:
    """Weights from all phrasings of the topics."""
    phrasings, owners = [], []
    for index, topic in enumerate(topics):
        for phrasing in topic.phrasings:
            phrasings.append(reader.phrasing(phrasing))
            owners.append(index)
    return Learning(phrasings, owners)


def write(folder: Path, topics: tuple[Topic, ...], reader: Reader) -> None:
    """Learns and keeps the weights in the folder; the same data gives the same file."""
    learning = learn(topics, reader)
    kept = Kept(origin(), learning.size, dict(sorted(learning.postings.items())))
    (folder / FILE).write_bytes(msgspec.json.encode(kept) + b"\n")
