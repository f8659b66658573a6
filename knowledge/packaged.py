"""Reads the packaged data files: strictly, and every fault of every file before anything is refused."""

from pathlib import Path
from typing import Any, TypeVar

import msgspec
import tomli

DATA = Path(__file__).parent / "data"

T = TypeVar("T")


class Faults:
    """Collects faults, so that whoever changed the data sees all of them at once."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, where: str, what: str) -> None:
        self.lines.append(f"{where}: {what}")


def read_table(path: Path, faults: Faults) -> dict[str, Any]:
    """The whole file as plain values, or nothing and a fault."""
    try:
        return tomli.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        faults.add(path.name, "the file is missing")
    except UnicodeDecodeError:
        faults.add(path.name, "the file is not UTF-8")
    except tomli.TOMLDecodeError as error:
        faults.add(path.name, str(error))
    return {}


class DataFile:
    """One TOML file made of `[[tables]]`. Rows are converted one by one, so that one fault hides no other."""

    def __init__(self, path: Path, faults: Faults, *tables: str) -> None:
        self.name = f"places/{path.parent.name}/{path.name}" if path.parent.parent.name == "places" else path.name
        self.faults = faults
        self.content = read_table(path, faults)
        for table, rows in self.content.items():
            if table not in tables:
                faults.add(f"{self.name}: {table}", f"unknown table; known: {', '.join(tables)}")
            elif not isinstance(rows, list):
                faults.add(f"{self.name}: {table}", f"must be written as [[{table}]]")

    def rows(self, table: str, shape: type[T]) -> list[tuple[str, T]]:
        """Each row with the place to name in a fault."""
        found = []
        rows = self.content.get(table, [])
        for index, row in enumerate(rows if isinstance(rows, list) else []):
            where = f"{self.name}: {table}[{index}]"
            if isinstance(row, dict) and isinstance(name := row.get("id", row.get("code")), str):
                where += f" ({name})"
            entry = convert(row, shape, where, self.faults)
            if entry is not None:
                found.append((where, entry))
        return found


class Files:
    """Files of the same tables, read as one."""

    def __init__(self, files: list[DataFile]) -> None:
        self._files = files

    def rows(self, table: str, shape: type[T]) -> list[tuple[str, T]]:
        return [row for file in self._files for row in file.rows(table, shape)]


def convert(row: object, shape: type[T], where: str, faults: Faults) -> T | None:
    """A struct, or None and a fault that names the key."""
    try:
        return msgspec.convert(row, shape)
    except msgspec.ValidationError as error:
        faults.add(where, str(error))
        return None
