"""Queries on objections."""

from api.infra.cases import KEPT_TOGETHER, OF_HANDLED_RECORDS, CaseStore
from api.infra.collections import Collection
from api.infra.mongo import Tx
from api.objections.models import Objection

OBJECTIONS = Collection("objections", Objection, indexes=OF_HANDLED_RECORDS, why=KEPT_TOGETHER)


class ObjectionStore(CaseStore[Objection]):
    declared = OBJECTIONS

    async def find_open(self, record_id: str, tx: Tx) -> Objection | None:
        return await self.find_by({"record_id": record_id, "is_open": True}, tx)
