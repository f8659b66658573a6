"""Plans reminders for records that have none planned yet: those from a file, and all of them when rules change."""

import hashlib
import time
from datetime import date, datetime

import msgspec

from api.infra.ability import SAME_TIME
from api.infra.clock import SystemClock, civil_date
from api.infra.ids import id_at
from knowledge.loading import library
from knowledge.remembering import remembered
from knowledge.rules import rules
from schedulers.work import Work

JOB = "plan"
PAGE = 500
_SECONDS = 20
_WRITTEN_WITHIN_SECONDS = 60  # of being made
_HELD_BACK_SECONDS = 2 * SAME_TIME.total_seconds() + _WRITTEN_WITHIN_SECONDS
"""Ids are ordered by the clocks of the machines that made them, of which one may be behind and another ahead."""


@remembered(4)
def rules_digest(today: date) -> str:
    """Changes with every rule in force and with the working-day calendar, also when a rule begins by its date."""
    digest = hashlib.sha256(msgspec.json.encode(rules(on=today)))
    digest.update(library().working_days.digest.encode())
    return digest.hexdigest()


async def plan(work: Work) -> dict[str, int]:
    """Continues where the last run ended, or from the beginning if the rules have changed since."""
    now = work.clock.now()
    digest = rules_digest(civil_date(now))
    state = (await work.heartbeats.find(JOB)).state
    after = state.get("after", "") if state.get("rules") == digest else ""
    done = {"records": 0, "reminders": 0}
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        records, reminders, last = await _plan_page(work, after, now)
        if last is None:
            break
        done["records"] += records
        done["reminders"] += reminders
        after = last
        # A worker may die behind each page: what it has noted is never later than what can still be written.
        settled = {
            "rules": digest,
            "after": min(after, id_at("rec", SystemClock().now().timestamp() - _HELD_BACK_SECONDS)),
        }
        if settled != state:
            await work.heartbeats.remember(JOB, settled)
            state = settled
    return done


async def _plan_page(work: Work, after: str, now: datetime) -> tuple[int, int, str | None]:
    """Plans the next records, and those again that somebody has changed since they were read: what was planned for the change, in its
    own transaction, was perhaps undone. Returns their number, that of the reminders, and the last id that was looked at, if any."""
    planned: dict[str, int] = {}
    reminders = 0
    while True:
        records, last = await work.services.records.list_after(after, PAGE)
        changed = [record for record in records if planned.get(record.id) != record.version]
        if not changed:
            return len(records), reminders, last
        reminders += await work.services.reminders.plan_all(changed, now, is_changed=bool(planned))
        planned |= {record.id: record.version for record in changed}
