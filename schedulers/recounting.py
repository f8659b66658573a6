"""Recounts the due dates of open cases when the known rules or working days have changed since the last run."""

from datetime import timedelta

from api.infra.clock import civil_date
from schedulers.reminders import rules_digest
from schedulers.work import Work

JOB = "recount"
_SETTLED = timedelta(minutes=1)  # by then every process counts by a notice that was taken


async def recount(work: Work) -> dict[str, int]:
    """Notes the new state only after all cases, and once no process can still file by an earlier calendar; an interrupted run skips what
    it did, since that no longer differs."""
    now = work.clock.now()
    digest = rules_digest(civil_date(now))
    if (await work.heartbeats.find(JOB)).state.get("rules") == digest:
        return {"moved": 0}
    moved = await work.services.recounting.run(now)
    if all(now - notice.at > _SETTLED for notice in await work.services.calendars.taken()):
        await work.heartbeats.remember(JOB, {"rules": digest})
    return {"moved": moved}
