"""Queries on pledges."""

from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from api.infra.cases import BY_NUMBER, BY_SUBJECT, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection
from api.infra.mongo import Tx
from api.pledges.models import Pledge

PLEDGES = Collection(
    name="pledges",
    struct=Pledge,
    indexes=(
        BY_SUBJECT,
        BY_NUMBER,
        IndexModel([("recipient", ASCENDING), ("status", ASCENDING), ("_id", DESCENDING)], name="recipient"),
        IndexModel([("jurisdiction", ASCENDING), ("status", ASCENDING), ("_id", DESCENDING)], name="place"),
        IndexModel([("status", ASCENDING), ("effective_at", ASCENDING)], name="status_effective"),
        IndexModel(
            [("repair", ASCENDING)],
            name="one_of_repair",
            unique=True,
            partialFilterExpression={"repair": {"$gt": ""}},
        ),
    ),
    why=KEPT_TOGETHER,
)
COLLECTIONS = (PLEDGES,)


class PledgeStore(CaseStore[Pledge]):
    declared = PLEDGES

    async def find_of_repair(self, repair: str, tx: Tx = None) -> Pledge | None:
        return await self.find_by({"repair": repair}, tx)

    async def list_cooled(self, now: datetime, limit: int) -> list[Pledge]:
        """Pledges whose cooling-off is over, the longest over first."""
        query: dict[str, Any] = {"status": "cooling", "effective_at": {"$lte": now}}
        return await self.find_many(query, limit=limit, sort=(("effective_at", 1),))
