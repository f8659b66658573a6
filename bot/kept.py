"""What takes long to work out from the data is kept in a file beside it, which is built and not committed: `python -m bot learn`.

A file has a key of all that it comes from: data, words, and the code that reads them, without its comments. Where no file fits
(first start, changed data) it is worked out when the bot starts, gives the same answers, and is kept beside the data or, if
nothing can be written there, in the user's cache folder.
"""

import ast
import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import platformdirs

from bot import packaged

T = TypeVar("T")


class Kept(msgspec.Struct, Generic[T], frozen=True):
    """What is in a file."""

    key: str
    made: T


def key(code: Iterable[str], *data: object) -> str:
    """Names what a file comes from: modules of this package, without comments, and data that can be written as JSON."""
    return sha256(msgspec.json.encode(([_without_comments(name) for name in code], data))).hexdigest()


def kept(file: str, wanted: str, kind: type[T], make: Callable[[], T]) -> T:
    """From a file that fits; else made now, and kept where that is possible."""
    for folder in folders():
        found = read(folder / file, kind)
        if found is not None and found.key == wanted:
            return found.made
    made = Kept(wanted, make())
    for folder in folders():
        with contextlib.suppress(OSError):
            write(folder / file, made)
            break
    return made.made


def folders() -> Iterator[Path]:
    """Where files are looked for and kept: beside the data, else in the cache folder of the user, never in one that
    users share. An account without a home has none.
    """
    yield packaged.FOLDER
    cache = platformdirs.user_cache_path("credit-window", appauthor=False)
    if cache.is_absolute():
        yield cache


def read(path: Path, kind: type[T]) -> Kept[T] | None:
    """The file, if there is one that can be read."""
    kept: Any = Kept[kind]  # type: ignore[valid-type]
    try:
        found: Kept[T] = msgspec.msgpack.decode(path.read_bytes(), type=kept)
    except (OSError, msgspec.DecodeError):
        return None
    return found


def write(path: Path, kept: Kept[Any]) -> None:
    """Whole or not at all: processes that start together may all write."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.msgpack.encode(kept))
        part.chmod(0o644)  # what is made at installation is read by other users
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _without_comments(name: str) -> str:
    return _stripped(resources.files("bot").joinpath(name).read_bytes())


@lru_cache
def _stripped(source: bytes) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)
