"""Queries on repairs."""

from collections.abc import Sequence

from api.infra.cases import KEPT_TOGETHER, OF_HANDLED_RECORDS, CaseStore
from api.infra.collections import Collection
from api.infra.mongo import Tx
from api.repairs.models import Repair

REPAIRS = Collection("repairs", Repair, indexes=OF_HANDLED_RECORDS, why=KEPT_TOGETHER)


class RepairStore(CaseStore[Repair]):
    declared = REPAIRS

    async def find_open(self, record_id: str, tx: Tx) -> Repair | None:
        return await self.find_by({"record_id": record_id, "is_open": True}, tx)

    async def list_by_ids(self, ids: Sequence[str]) -> list[Repair]:
        """At most fifty; those that there are, in no order."""
        return await self.find_many({"_id": {"$in": list(ids)}}, limit=len(ids)) if ids else []
