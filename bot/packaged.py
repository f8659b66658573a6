"""Reads the data files of this package. Nothing is read at import."""

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import tomli
from msgspec import Struct, ValidationError, convert

from knowledge import packaged as law
from knowledge import places

T = TypeVar("T", bound=Struct)
FOLDER = Path(__file__).parent / "data"  # files made from the data are kept here too, unless it is read-only


def text(name: str) -> str:
    """A packaged text file, UTF-8."""
    return resources.files("bot").joinpath("data", *name.split("/")).read_text(encoding="utf-8")


def toml(name: str) -> dict[str, Any]:
    """A packaged TOML file; a syntax error or a double key is told with the file's name."""
    try:
        return tomli.loads(text(name))
    except tomli.TOMLDecodeError as error:
        raise BotDataError(f"{name}: {error}") from error


def names(folder: str) -> list[str]:
    """The TOML files of a folder, by name."""
    found = resources.files("bot").joinpath("data", folder).iterdir()
    return sorted(f"{folder}/{entry.name}" for entry in found if entry.name.endswith(".toml"))


class OfPlace(Struct, frozen=True, forbid_unknown_fields=True):
    """The `bot.toml` of a place: its names and those of places in it, the articles of topics and sentences of points by
    id, and the plain sentences of its articles by number.
    """

    names: str
    topics: dict[str, tuple[int, ...]] = {}
    points: dict[str, str] = {}
    articles: dict[str, str] = {}


@cache
def of_places() -> dict[str, OfPlace]:
    """`bot.toml` of each place that has one; for the other places this package's own files have entries under their
    ids.
    """
    found: dict[str, OfPlace] = {}
    for place in places.jurisdictions():
        file = law.DATA / "places" / place / "bot.toml"
        if file.exists():
            (found[place],) = table([tomli.loads(file.read_text("utf-8"))], OfPlace, f"{place}/bot.toml")
    return found


def by_place(row: Any, into: str) -> Any:
    """The row, with its entries under ids of places moved into one table `key`."""
    if not isinstance(row, dict):
        return row
    own = {place: row[place] for place in places.jurisdictions() if place in row}
    return {**{key: value for key, value in row.items() if key not in own}, into: own}


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
