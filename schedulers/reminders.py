"""Plans reminders for records that have none planned yet: those from a file, and all of them when rules change."""

import hashlib
import time
from datetime import date

import msgspec

from api.infra.clock import SystemClock, civil_date
from api.infra.ids import id_at
from knowledge.loading import library
from knowledge.remembering import remembered
from knowledge.rules import rules
from schedulers.work import Work

JOB = "plan"
PAGE = 500
_SECONDS = 20
_HELD_BACK_SECONDS = 60  # ids are ordered by the clocks of the machines that made them, and written a little later


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
        records = await work.services.records.list_after(after, PAGE)
        if not records:
            break
        done["records"] += len(records)
        done["reminders"] += await work.services.reminders.plan_all(records, now)
        after = records[-1].id
        await work.heartbeats.remember(JOB, {"rules": digest, "after": after})
        if len(records) < PAGE:
            break
    settled = min(after, id_at("rec", SystemClock().now().timestamp() - _HELD_BACK_SECONDS))
    if (digest, settled) != (state.get("rules"), state.get("after")):
        await work.heartbeats.remember(JOB, {"rules": digest, "after": settled})
    return done
