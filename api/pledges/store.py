"""Queries on pledges."""

from datetime import datetime
from typing import Any

from api.infra.cases import BY_NUMBER, BY_SUBJECT, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection, index
from api.infra.mongo import Tx
from api.pledges.models import Pledge

PLEDGES = Collection(
    "pledges",
    Pledge,
    indexes=(
        BY_SUBJECT,
        BY_NUMBER,
        index("recipient", "recipient status -_id"),
        index("place", "jurisdiction status -_id"),
        index("status_effective", "status effective_at"),
        index("one_of_repair", "repair", unique=True, partialFilterExpression={"repair": {"$gt": ""}}),
    ),
    why=KEPT_TOGETHER,
)


class PledgeStore(CaseStore[Pledge]):
    declared = PLEDGES

    async def find_of_repair(self, repair: str, tx: Tx = None) -> Pledge | None:
        return await self.find_by({"repair": repair}, tx)

    async def list_cooled(self, now: datetime, limit: int) -> list[str]:
        """Ids of pledges whose cooling-off is over, the longest over first."""
        query: dict[str, Any] = {"status": "cooling", "effective_at": {"$lte": now}}
        return await self.find_ids(query, limit=limit, sort=(("effective_at", 1),))
