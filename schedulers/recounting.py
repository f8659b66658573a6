"""Recounts the due dates of open cases when the known rules or working days have changed since the last run."""

from api.infra.clock import civil_date
from schedulers.reminders import rules_digest
from schedulers.work import Work

JOB = "recount"


async def recount(work: Work) -> dict[str, int]:
    """Notes the new state only after all cases; an interrupted run skips what it did, since that no longer differs."""
    now = work.clock.now()
    digest = rules_digest(civil_date(now))
    if (await work.heartbeats.find(JOB)).state.get("rules") == digest:
        return {"moved": 0}
    moved = await work.services.recounting.run(now)
    await work.heartbeats.remember(JOB, {"rules": digest})
    return {"moved": moved}
