"""The example of docs/bot.md is what the bot answers."""

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

from bot.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "bot.md").read_text(encoding="utf-8")


def test_the_example_is_answered_as_the_page_tells() -> None:
    command = re.search(r"echo '(?P<line>.*?)' \|\n  python -m bot (?P<asked>.*)\n", PAGE)
    assert command
    written = io.BytesIO()
    asked = io.BytesIO(command["line"].encode())
    assert main(command["asked"].split(), datetime(2026, 11, 29, tzinfo=UTC), asked, written) == 0
    told = [reply["text"] for reply in json.loads(written.getvalue())["replies"]]
    turns = [turn["user"] for turn in json.loads(command["line"])["turns"]]
    assert [row for row in zip(turns, told, strict=True) if f"| {row[0]} | {row[1]} |" not in PAGE] == []
