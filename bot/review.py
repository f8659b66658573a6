"""Questions that an editor should look at: not understood, voted down or asked twice, grouped by similarity and counted by week.

Reads rows that hold no identity; masks numbers again all the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.engine import Bot
from bot.text import mask

LONGEST_SHOWN = 60
NEAR = 0.5  # least share of words, concepts and pairs of characters in common with the first question of a group
SHOWN = 3  # other questions that are shown of a group, beside its commonest
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Group(Struct, frozen=True):
    """Similar questions. `weeks` counts those whose day is known by ISO week (`2026-W47`); `nearest` are articles."""

    question: str
    others: tuple[str, ...]
    times: int
    unanswered: int
    thumbs_down: int
    asked_again: int
    weeks: dict[str, int]
    nearest: tuple[str, ...]


class _Question:
    """One text, with how often it came."""

    def __init__(self, text: str, features: frozenset[str]) -> None:
        self.text = text
        self.features = features
        self.times = self.unanswered = self.down = self.again = 0
        self.weeks: Counter[str] = Counter()


def gather(bot: Bot, rows: Iterable[dict[str, Any]], k: int) -> list[Group]:
    """Groups rows {text, answered?, thumb?: up|down, again?, at?: date or time}, most frequent group first. Leaves out
    what was answered, asked once and not voted down.
    """
    questions: dict[str, _Question] = {}
    for row in rows:
        text = " ".join(mask(row["text"]).split())[:LONGEST_SHOWN]
        if text not in questions:
            questions[text] = _Question(text, bot.decider.reader.read(text).features)
        _count(questions[text], row)
    wanted = [one for one in questions.values() if one.unanswered or one.down or one.again]
    wanted.sort(key=lambda one: (-one.times, one.text))
    return [
        _group(bot, alike, k) for alike in sorted(_alike(wanted), key=lambda alike: -sum(one.times for one in alike))
    ]


def _count(question: _Question, row: dict[str, Any]) -> None:
    question.unanswered += not row.get("answered", False)
    question.down += row.get("thumb") == "down"
    question.again += bool(row.get("again")) or (
        question.times > 0 and row.get("answered", False) and "thumb" not in row
    )
    question.times += 1
    week = _week(row.get("at"))
    if week:
        question.weeks[week] += 1


def _week(at: object) -> str | None:
    """The ISO week of a day in Shanghai; None for what is not a date."""
    if isinstance(at, str):
        try:
            at = datetime.fromisoformat(at)
        except ValueError:
            return None
    if isinstance(at, datetime) and at.tzinfo is not None:
        at = at.astimezone(SHANGHAI)
    if not isinstance(at, date):
        return None
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02}"


def _alike(questions: list[_Question]) -> list[list[_Question]]:
    """Adds each question to the group whose first question is most similar, or begins a new group if none is similar
    enough.
    """
    groups: list[list[_Question]] = []
    with_feature: defaultdict[str, list[int]] = defaultdict(list)
    for question in questions:
        shared = Counter(number for feature in question.features for number in with_feature.get(feature, ()))
        near = {
            number: 2 * count / (len(question.features) + len(groups[number][0].features))
            for number, count in shared.items()
        }
        best = max(near, key=lambda number: (near[number], -number), default=None)
        if best is not None and near[best] >= NEAR:
            groups[best].append(question)
            continue
        for feature in question.features:
            with_feature[feature].append(len(groups))
        groups.append([question])
    return groups


def _group(bot: Bot, alike: list[_Question], k: int) -> Group:
    weeks: Counter[str] = Counter()
    for one in alike:
        weeks += one.weeks
    return Group(
        question=alike[0].text,
        others=tuple(one.text for one in alike[1 : SHOWN + 1]),
        times=sum(one.times for one in alike),
        unanswered=sum(one.unanswered for one in alike),
        thumbs_down=sum(one.down for one in alike),
        asked_again=sum(one.again for one in alike),
        weeks=dict(sorted(weeks.items())),
        nearest=bot.nearest(alike[0].text, k),
    )


def table(groups: list[Group]) -> str:
    """One group a line: how often, of which unanswered, voted down, asked again; by week; the questions; nearest articles."""
    if not groups:
        return "没有需要看的问题。\n"
    lines = ["次数\t没答上\t踩\t又问\t按周\t问题\t也这样问\t最近的条文"]
    lines += [
        "\t".join(
            (
                str(group.times),
                str(group.unanswered),
                str(group.thumbs_down),
                str(group.asked_again),
                " ".join(f"{week}:{times}" for week, times in group.weeks.items()),
                group.question,
                " / ".join(group.others),
                " ".join(group.nearest),
            )
        )
        for group in groups
    ]
    return "\n".join(lines) + "\n"
