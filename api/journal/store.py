"""Queries on journals."""

from datetime import datetime

from api.infra.cases import BY_SUBJECT, KEPT_TOGETHER
from api.infra.collections import Collection, Store, index
from api.infra.mongo import Tx
from api.journal.models import ANSWER, NOTE, REMINDER, Entry

JOURNAL = Collection(
    "journal",
    Entry,
    indexes=(
        index("case", "case _id"),
        BY_SUBJECT,
        index("one_reminder", "case on", unique=True, partialFilterExpression={"kind": REMINDER, "on": {"$gt": ""}}),
        index("one_answer", "about", unique=True, partialFilterExpression={"kind": ANSWER}),
        index("unseen", "jurisdiction -_id", partialFilterExpression={"kind": ANSWER, "seen_at": None}),
        index("reminders", "provider -_id", partialFilterExpression={"kind": REMINDER}),
    ),
    why=KEPT_TOGETHER,
)

_MOST = 500
_SHOWN = 50


class JournalStore(Store[Entry]):
    declared = JOURNAL

    async def of_case(self, case: str, tx: Tx = None) -> list[Entry]:
        """A case's entries, oldest first."""
        return await self.find_many({"case": case}, limit=_MOST, sort=(("_id", 1),), tx=tx)

    async def shown_to(self, subject: str, case: str | None = None, limit: int = _MOST) -> list[Entry]:
        """The entries of a person's cases, or of one of them, except notes for colleagues; newest first."""
        of_one = {} if case is None else {"case": case}
        return await self.find_newest({"subject": subject, **of_one, "kind": {"$ne": NOTE}}, limit)

    async def unseen(self, place: str) -> list[Entry]:
        """Answers that no officer of the place has seen, newest first."""
        return await self.find_newest({"jurisdiction": place, "kind": ANSWER, "seen_at": None}, _SHOWN)

    async def reminders_of(self, provider: str) -> list[Entry]:
        return await self.find_newest({"provider": provider, "kind": REMINDER}, _SHOWN)

    async def mark_seen(self, case: str, now: datetime) -> None:
        await self._collection.update_many({"case": case, "kind": ANSWER, "seen_at": None}, {"$set": {"seen_at": now}})
