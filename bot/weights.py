"""The learnt weights, kept in a file that is built and not committed: `python -m bot learn`.

Learning takes seconds, reading the file a tenth of one. The file has a key of what it was learnt from: the phrasings, the words,
and the code that makes features and weights of them, without its comments. If no file fits (first start, changed phrasings) the
bot learns when it starts, gives the same answers, and keeps the result beside its data or, if it cannot write there, in the
user's cache folder.
"""

import ast
import contextlib
import os
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from importlib import resources
from pathlib import Path

import msgspec
import platformdirs

from bot import packaged
from bot.ranking import Learnt, Ranker, learn
from bot.reading import Reader
from bot.segmenting import dictionary_version
from bot.topics import Topic

FILE = "weights.msgpack"
CODE = ("ranking.py", "reading.py", "segmenting.py", "text.py")


class Kept(msgspec.Struct, frozen=True):
    """What is in the file."""

    key: str
    learnt: Learnt


def key(topics: tuple[Topic, ...]) -> str:
    """Names all that the weights come from: changed by a phrasing, a word or a rule of features; not by a comment, a
    sentence or the title of a topic.
    """
    lexicon = packaged.toml("lexicon.toml")
    spelling = lexicon["spelling"]
    parts = (
        dictionary_version(),
        [_without_comments(name) for name in CODE],
        [topic.phrasings for topic in topics],
        lexicon["concept"],
        spelling["silent"],
        spelling["sounds"],
        packaged.text("traditional.txt"),
    )
    return sha256(msgspec.json.encode(parts)).hexdigest()


def ranker(topics: tuple[Topic, ...], reader: Reader) -> Ranker:
    """From a file that fits; else learnt now, and kept where that is possible."""
    wanted = key(topics)
    for folder in folders():
        kept = read(folder)
        if kept is not None and kept.key == wanted:
            return Ranker(kept.learnt)
    kept = Kept(wanted, from_topics(topics, reader))
    for folder in folders():
        with contextlib.suppress(OSError):
            _write(folder, kept)
            break
    return Ranker(kept.learnt)


def folders() -> Iterator[Path]:
    """Where the file is looked for and kept: beside the data, else in the cache folder of the user, never in one that
    users share. An account without a home has none.
    """
    yield packaged.FOLDER
    cache = platformdirs.user_cache_path("credit-window", appauthor=False)
    if cache.is_absolute():
        yield cache


def read(folder: Path) -> Kept | None:
    """The file, if there is one that can be read."""
    try:
        return msgspec.msgpack.decode((folder / FILE).read_bytes(), type=Kept)
    except (OSError, msgspec.DecodeError):
        return None


def from_topics(topics: tuple[Topic, ...], reader: Reader) -> Learnt:
    """Weights from all phrasings of the topics."""
    phrasings, owners = [], []
    for index, topic in enumerate(topics):
        for phrasing in topic.phrasings:
            features = reader.phrasing(phrasing)
            if features:
                phrasings.append(features)
                owners.append(index)
    return learn(phrasings, owners)


def write(folder: Path, topics: tuple[Topic, ...], reader: Reader) -> None:
    """Learns and keeps the weights in the folder; the same data gives the same file."""
    _write(folder, Kept(key(topics), from_topics(topics, reader)))


def _write(folder: Path, kept: Kept) -> None:
    """Whole or not at all: processes that start together may all write."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=FILE)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.msgpack.encode(kept))
        part.chmod(0o644)  # what is learnt at installation is read by other users
        part.replace(folder / FILE)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _without_comments(name: str) -> str:
    tree = ast.parse(resources.files("bot").joinpath(name).read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)
