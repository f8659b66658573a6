"""Files with values that take long to compute from the data. They are built, not committed: `python -m bot learn`.

A file has a key computed from everything that it depends on: data, words, and the code that reads them without its
comments. Where no file has the right key (first start, changed data), the bot computes the values when it starts, and
answers the same. It keeps them beside the data or, if nothing can be written there, in the user's cache folder.
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
    """The content of a file."""

    key: str
    made: T


def key(code: Iterable[str], *data: object) -> str:
    """A digest of what a file depends on: modules of this package, without comments, and data that can be written as
    JSON.
    """
    return sha256(msgspec.json.encode(([_without_comments(name) for name in code], data))).hexdigest()


def kept(file: str, wanted: str, kind: type[T], make: Callable[[], T]) -> T:
    """Reads the file with the key `wanted`; else makes the value now and keeps it where that is possible."""
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


def renew(path: Path, wanted: str, kind: type[T], make: Callable[[], T]) -> None:
    """Makes the value and keeps it there, unless a file with the key `wanted` is there."""
    found = read(path, kind)
    if found is None or found.key != wanted:
        write(path, Kept(wanted, make()))


def folders() -> Iterator[Path]:
    """Where files are looked for and kept: beside the data, else in the user's own cache folder, never in a shared one.
    A user account without a home has no such folder.
    """
    yield packaged.FOLDER
    cache = platformdirs.user_cache_path("credit-window", appauthor=False)
    if cache.is_absolute():
        yield cache


def read(path: Path, kind: type[T]) -> Kept[T] | None:
    """None if there is no file that can be read."""
    of: Any = Kept
    try:
        found: Kept[T] = msgspec.msgpack.decode(path.read_bytes(), type=of[kind])
    except (OSError, msgspec.DecodeError):
        return None
    return found


def write(path: Path, kept: Kept[Any]) -> None:
    """Replaces the file atomically, since processes that start together may all write."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.msgpack.encode(kept))
        part.chmod(0o644)  # other users read what is made at installation
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
