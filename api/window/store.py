"""Queries on visits at the window."""

from datetime import datetime

from api.infra.cases import BY_SUBJECT, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection, index
from api.infra.mongo import Tx
from api.window.models import WindowVisit

VISITS = Collection(
    "window_visits",
    WindowVisit,
    indexes=(
        BY_SUBJECT,
        index("open_of", "officer", partialFilterExpression={"status": "open"}),
        index("status_until", "status until"),
    ),
    why=KEPT_TOGETHER,
)

_MOST = 100


class WindowStore(CaseStore[WindowVisit]):
    declared = VISITS

    async def find(self, visit_id: str) -> WindowVisit | None:
        return await self.find_by({"_id": visit_id})

    async def list_open_of(self, officer: str, tx: Tx = None) -> list[WindowVisit]:
        found = await self._collection.find({"officer": officer, "status": "open"}, session=tx).to_list(_MOST)
        return self.codec.decode_all(found)

    async def list_open_with(self, subject: str, tx: Tx) -> list[WindowVisit]:
        found = await self._collection.find({"subject": subject, "status": "open"}, session=tx).to_list(_MOST)
        return self.codec.decode_all(found)

    async def list_over(self, now: datetime, limit: int) -> list[str]:
        """Ids of open visits whose time is over, the oldest first."""
        return await self.find_ids({"status": "open", "until": {"$lte": now}}, limit=limit, sort=(("until", 1),))
