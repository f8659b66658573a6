"""Reads the data files of this room. Nothing is read at import."""

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct, ValidationError, convert

T = TypeVar("T", bound=Struct)
FOLDER = Path(__file__).parent / "data"  # for what is made from the data; it may be read-only


def text(name: str) -> str:
    """A packaged text file, UTF-8."""
    return resources.files("bot").joinpath("data", *name.split("/")).read_text(encoding="utf-8")


def toml(name: str) -> dict[str, Any]:
    """A packaged TOML file; a syntax error or a double key is told with the file's name."""
    try:
        return tomllib.loads(text(name))
    except tomllib.TOMLDecodeError as error:
        raise BotDataError(f"{name}: {error}") from error


def names(folder: str) -> list[str]:
    """The TOML files of a folder, in the order of their names."""
    found = resources.files("bot").joinpath("data", folder).iterdir()
    return sorted(f"{folder}/{entry.name}" for entry in found if entry.name.endswith(".toml"))


def table(rows: list[Any], kind: type[T], name: str) -> list[T]:
    """Rows of a data file as structs; an unknown or missing key is told with file and position."""
    structs = []
    for position, row in enumerate(rows, start=1):
        try:
            structs.append(convert(row, kind))
        except ValidationError as error:
            label = row.get("id", position) if isinstance(row, dict) else position
            raise BotDataError(f"{name}: entry {label}: {error}") from error
    return structs


class BotDataError(Exception):
    """A data file of the bot is wrong; the message names file and entry."""
