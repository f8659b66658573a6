"""What a reply must hold, turn by turn: patterns that it opens with, says or must not say, its articles, errand and kind."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from bot.engine import Bot
from bot.replies import Dialogue, Reply
from tests.bot.measuring import DATA

OPENING = 25  # characters within which the verdict stands
PERSON = re.compile("电话|窗口|12345|人工(?!智能)")
UNREAD = (  # nothing is learnt from these; the share of turns that hold what is expected, at the least
    ("aspects_unseen.jsonl", 0.9),
    ("aspects_half_unread.jsonl", 0.8),
    ("talks_half_unread.jsonl", 0.78),
    ("aspects_unlearnt.jsonl", 0.87),
    ("talks_unlearnt.jsonl", 0.86),
    ("aspects_counter.jsonl", 0.89),
    ("talks_counter.jsonl", 0.79),
    ("aspects_letters.jsonl", 0.89),
    ("talks_letters.jsonl", 0.85),
    ("aspects_everyday.jsonl", 0.92),
    ("talks_everyday.jsonl", 0.83),
    ("aspects_ward.jsonl", 0.9),
    ("talks_ward.jsonl", 0.8),
    ("aspects_crosscut.jsonl", 0.94),
    ("talks_crosscut.jsonl", 0.9),
    ("aspects_county.jsonl", 0.82),
    ("talks_county.jsonl", 0.78),
    ("aspects_panel.jsonl", 0.74),
    ("talks_panel.jsonl", 0.74),
    ("aspects_spoken.jsonl", 0.89),
    ("talks_spoken.jsonl", 0.74),
    ("aspects_weekday.jsonl", 0.84),
    ("talks_weekday.jsonl", 0.84),
    ("aspects_week.jsonl", 0.8),
    ("talks_week.jsonl", 0.89),
    ("aspects_autumn.jsonl", 0.87),
    ("talks_autumn.jsonl", 0.8),
    ("aspects_newcomers.jsonl", 0.87),
    ("talks_newcomers.jsonl", 0.92),
    ("aspects_bus_stop.jsonl", 0.91),
    ("talks_bus_stop.jsonl", 0.83),
    ("aspects_corridor.jsonl", 0.92),
    ("talks_corridor.jsonl", 0.85),
    ("aspects_border.jsonl", 0.89),
    ("talks_border.jsonl", 0.8),
)


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def plain(text: str) -> str:
    return re.sub(r"[^\S\n]+", "", unicodedata.normalize("NFKC", text))


def failures(expect: dict[str, Any], reply: Reply, last: Reply | None) -> list[str]:
    """The names of the expectations that do not hold."""
    text = plain(reply.text)
    buttons = "\n".join(plain(label) for label in (*[action.label for action in reply.actions], *reply.quick_replies))
    held: dict[str, Callable[[Any], bool]] = {
        "articles_any": lambda want: bool(set(reply.articles[:3]) & set(want)),
        "flow": lambda want: reply.flow == want,
        "kind_any": lambda want: reply.kind in want,
        "declined": lambda want: reply.answered is not want,
        "opens_any": lambda want: any(re.search(pattern, text[:OPENING]) for pattern in want),
        "says_any": lambda want: any(re.search(pattern, text) for pattern in want),
        "says_none": lambda want: not any(re.search(pattern, text) for pattern in want),
        "not_same_as_last": lambda want: last is None or text != plain(last.text),
        "offers_person": lambda want: PERSON.search(text) is not None,
        "offers_any": lambda want: any(re.search(pattern, buttons) for pattern in want),
    }
    return [name for name, want in expect.items() if not held[name](want)]


def turns(bot: Bot, rows: list[dict[str, Any]], on: date) -> Iterator[tuple[str, str, Reply, list[str]]]:
    """Every turn of every dialogue: its name, what was said, the reply and what failed."""
    for row in rows:
        dialogue, last = Dialogue(), None
        for number, turn in enumerate(row["turns"], start=1):
            reply = bot.answer(turn["user"], on=on, place=row.get("place"), dialogue=dialogue)
            yield f"{row['id']}.{number}", turn["user"], reply, failures(turn["expect"], reply, last)
            dialogue, last = reply.dialogue, reply


def talk(bot: Bot, on: date, place: str | None, *said: str) -> list[Reply]:
    """The replies to messages of one dialogue."""
    replies: list[Reply] = []
    for text in said:
        dialogue = replies[-1].dialogue if replies else Dialogue()
        replies.append(bot.answer(text, on=on, place=place, dialogue=dialogue))
    return replies
