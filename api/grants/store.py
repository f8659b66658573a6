"""Queries on grants."""

from collections.abc import Sequence
from datetime import date

from api.grants.models import Grant
from api.infra.cases import BY_OWNER, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection, index
from api.infra.mongo import Tx

GRANTS = Collection(
    "grants",
    Grant,
    indexes=(index("code", "code_index", unique=True), BY_OWNER, index("status_expiry", "status expires_on")),
    why=KEPT_TOGETHER,
)

_AT_ONCE = 50
_MOST = 1000


class GrantStore(CaseStore[Grant]):
    declared = GRANTS

    async def find_by_code(self, code_indexes: list[str], tx: Tx = None) -> Grant | None:
        return await self.find_by({"code_index": {"$in": code_indexes}}, tx)

    async def list_by_id(self, grant_ids: Sequence[str]) -> list[Grant]:
        """Grants of any owner; the caller checks whose they are."""
        found: list[Grant] = []
        for start in range(0, len(grant_ids), _AT_ONCE):
            some = list(grant_ids[start : start + _AT_ONCE])
            found += await self.find_many({"_id": {"$in": some}}, limit=_AT_ONCE)
        return found

    async def list_active(self, owner: str) -> list[Grant]:
        """An account's own usable grants, newest first."""
        return await self.find_newest({"owner": owner, "status": "active"}, _MOST)

    async def list_expired(self, today: date, limit: int) -> list[str]:
        """Ids of active grants whose last day is past, the oldest first."""
        return await self.find_ids(
            {"status": "active", "expires_on": {"$lt": today.isoformat()}}, limit=limit, sort=(("expires_on", 1),)
        )
