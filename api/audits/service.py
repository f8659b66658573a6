"""Writing the audit."""

from datetime import datetime

from api.audits.models import AuditEntry
from api.audits.store import AuditStore
from api.infra.actors import Actor
from api.infra.ids import new_id
from api.infra.mongo import Tx


class AuditService:
    def __init__(self, store: AuditStore) -> None:
        self._store = store

    async def write(
        self,
        tx: Tx,
        actor: Actor,
        action: str,
        ref: str,
        now: datetime,
        *,
        subject: str | None = None,
        basis: str | None = None,
        outcome: str = "done",
    ) -> None:
        """One entry, in the transaction of the change it tells of; `tx` None where there is only a read."""
        await self._store.insert(
            tx,
            AuditEntry(
                id=new_id("aud"),
                at=now,
                role=actor.role,
                by=actor.id,
                action=action,
                ref=ref,
                subject=subject,
                basis=basis,
                address=actor.address,
                outcome=outcome,
            ),
        )
