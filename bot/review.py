"""What the editor should look at: questions without an answer and answers with a thumb down, nearest articles
beside them. Reads rows that hold no identity; masks numbers again all the same.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from bot.engine import Bot
from bot.text import mask

LONGEST_SHOWN = 60


class Asked(Struct, frozen=True):
    """One question, how often it came, and where it would lie."""

    text: str
    times: int
    answered: bool
    thumbs_down: int
    nearest: tuple[str, ...]


def gather(bot: Bot, rows: Iterable[dict[str, Any]], k: int) -> list[Asked]:
    """Rows {text, answered?, thumb?: up|down}; what was answered and not voted down is left out. Most
    frequent first.
    """
    times: Counter[str] = Counter()
    down: Counter[str] = Counter()
    unanswered: set[str] = set()
    for row in rows:
        text = " ".join(mask(row["text"]).split())[:LONGEST_SHOWN]
        is_down = row.get("thumb") == "down"
        if row.get("answered", False) and not is_down:
            continue
        times[text] += 1
        down[text] += is_down
        if not row.get("answered", False):
            unanswered.add(text)
    return [
        Asked(text, count, text not in unanswered, down[text], bot.nearest(text, k))
        for text, count in sorted(times.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def table(asked: list[Asked]) -> str:
    """One question a line: times, thumbs down, whether it was answered, question, nearest articles."""
    if not asked:
        return "没有需要看的问题。\n"
    lines = ["次数\t踩\t答了\t问题\t最近的条文"]
    lines += [
        "\t".join(
            (
                str(one.times),
                str(one.thumbs_down),
                "是" if one.answered else "否",
                one.text,
                " ".join(one.nearest),
            )
        )
        for one in asked
    ]
    return "\n".join(lines) + "\n"
