"""A plugin of pytest: before anything reads the law, a third place joins it, written down as data and in no other way.

新洲 has 云南's text under its own name, and its own number of days for an objection, its own order and numbers of identity.
Load it with `-p tests.places.invented`, in a process of its own.
"""

import json
import re
import shutil
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from knowledge import packaged

OF_THE_BOT = Path(__file__).parents[2] / "bot" / "data"
MODEL, PLACE = "yunnan", "xinzhou"
_TABLES = ("capabilities.toml", "catalogue.toml", "measures.toml", "remedies.toml")
_ROW = re.compile(r"(?m)^(?=\[\[)")


def _renamed(text: str) -> str:
    """The same under the name of the invented place; quotes and text change together."""
    text = re.sub(rf"\b{MODEL}\b", PLACE, text)
    return text.replace("云南省", "新洲市").replace("云南", "新洲")


def _own_rows(file: Path) -> str:
    rows = _ROW.split(file.read_text("utf-8"))
    return "\n".join(row for row in rows if f'jurisdiction = "{MODEL}"' in row)


def _of_the_bot() -> dict[str, Any]:
    """Articles of topics, sentences of points and of articles: what `bot.toml` of a place may hold."""
    topics: dict[str, Any] = {}
    points: dict[str, Any] = {}
    for file in sorted((OF_THE_BOT / "topics").glob("*.toml")):
        topics |= {row["id"]: row[MODEL] for row in tomllib.loads(file.read_text("utf-8"))["topic"] if row.get(MODEL)}
    for file in sorted((OF_THE_BOT / "points").glob("*.toml")):
        rows = tomllib.loads(file.read_text("utf-8")).get("point", [])
        points |= {row["id"]: row[MODEL] for row in rows if row.get(MODEL)}
    articles = tomllib.loads((OF_THE_BOT / "articles.toml").read_text("utf-8"))[MODEL]
    return {"topics": topics, "points": points, "articles": articles}


def write(root: Path) -> Path:
    """The packaged law with the folder of the invented place in it."""
    shutil.copytree(packaged.DATA, root)
    model, own = root / "places" / MODEL, root / "places" / PLACE
    (own / "rules").mkdir(parents=True)
    for file in model.iterdir():
        target = own / _renamed(file.name) if file.suffix != ".txt" else own / f"{PLACE}.txt"
        target.write_text(_renamed(file.read_text("utf-8")), "utf-8")
    place = (own / "place.toml").read_text("utf-8")
    place = re.sub(r"(?m)^order = .*$", "order = 3", place)
    (own / "place.toml").write_text(re.sub(r"(?m)^number_starts = .*$", 'number_starts = ["99"]', place), "utf-8")
    for name in _TABLES:
        (own / name).write_text(_renamed(_own_rows(root / name)), "utf-8")
    for file in (root / "rules").glob("*.toml"):
        rows = _renamed(_own_rows(file))
        rows = re.sub(r'(id = "objection\.(?:finish|result)"\n.*\n.*\nvalue = )\d+', r"\g<1>7", rows)
        (own / "rules" / file.name).write_text(rows, "utf-8")
    lines = [f"names = {json.dumps('新洲 新洲市', ensure_ascii=False)}"]
    for table, rows in _of_the_bot().items():
        lines += [
            f"[{table}]",
            *(f"{json.dumps(key)} = {json.dumps(row, ensure_ascii=False)}" for key, row in rows.items()),
        ]
    (own / "bot.toml").write_text(re.sub(rf"\.{MODEL}\b", f".{PLACE}", _renamed("\n".join(lines))), "utf-8")
    return root


packaged.DATA = write(Path(tempfile.mkdtemp()) / "law")
