"""How many questions the bot of a place could not answer, by week. Counts only, no questions."""

from collections import defaultdict

from api.chat.store import FeedbackStore
from api.desk.counting import WeekCount
from api.infra.clock import civil_date

_COLUMNS = {"unanswered": 0, "down": 1, "again": 2}
_MOST = 50_000  # only the newest, so that counting takes a second or two at most


async def weeks_of(store: FeedbackStore, place: str) -> tuple[WeekCount, ...]:
    """As far back as questions are kept; questions without a place count in every place."""
    weeks: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    seen = 0
    async for entry in store.each():
        seen += 1
        if entry.place in (None, place) and entry.verdict in _COLUMNS:
            year, week, _ = civil_date(entry.at).isocalendar()
            weeks[f"{year}-W{week:02}"][_COLUMNS[entry.verdict]] += 1
        if seen == _MOST:
            break
    return tuple(WeekCount(week, *counts) for week, counts in sorted(weeks.items()))
