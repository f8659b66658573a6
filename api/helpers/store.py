"""Queries on appointments."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from api.helpers.models import Appointment
from api.infra.cases import BY_OWNER, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection, index
from api.infra.mongo import Tx

HELPERS = Collection(
    "helpers",
    Appointment,
    indexes=(
        index("code", "code_index", unique=True),
        BY_OWNER,
        index("taken_by", "taken_by -_id"),
        index("status_until", "status until_on"),
    ),
    why=KEPT_TOGETHER,
)

_MOST = 1000
_OPEN: Mapping[str, Any] = {"status": {"$in": ["offered", "active"]}}


class HelperStore(CaseStore[Appointment]):
    declared = HELPERS

    async def find(self, appointment_id: str) -> Appointment | None:
        return await self.find_by({"_id": appointment_id})

    async def find_by_code(self, code_indexes: list[str], tx: Tx = None) -> Appointment | None:
        return await self.find_by({"code_index": {"$in": code_indexes}}, tx)

    async def list_taken_by(self, account: str) -> list[Appointment]:
        """Open appointments that an account has taken, newest first."""
        return await self.find_newest({"taken_by": account, **_OPEN}, _MOST)

    async def list_of_owner(self, owner: str) -> list[Appointment]:
        """Open appointments that an account has made, newest first."""
        return await self.find_newest({"owner": owner, **_OPEN}, _MOST)

    async def list_expired(self, today: date, limit: int) -> list[str]:
        """Ids of open appointments whose last day is past, the oldest first."""
        query = {**_OPEN, "until_on": {"$lt": today.isoformat()}}
        return await self.find_ids(query, limit=limit, sort=(("until_on", 1),))
