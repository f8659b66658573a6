"""Deletes what need no longer be kept, by the table `retention.toml`, in which each line states its basis."""

from datetime import date, timedelta
from functools import cache, partial

import msgspec

from api.infra import data_files
from api.infra.clock import civil_date, start_of
from api.infra.database_faults import is_outage
from api.infra.deadlines import within
from api.infra.errors import NotFound
from api.infra.log import get_log
from api.records.models import Standing
from knowledge.citations import Certainty
from knowledge.clocks import add_months
from schedulers.work import Work

_MONTHS = 12  # of a year
_LOOK_AGAIN = timedelta(days=90)
_MOST_SECONDS = 300.0  # of a run: a day of a large installation is deleted at once, and no lease lasts much longer
_log = get_log("retention")


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`basis` names the law, or says that it is a service."""

    keep_years: int
    basis: str
    certainty: Certainty

    def keeps_from(self, today: date) -> date:
        """The instant before which items are deleted."""
        return add_months(today, -_MONTHS * self.keep_years)


@cache
def rules() -> dict[str, Rule]:
    return data_files.read("schedulers", "retention.toml", dict[str, Rule])


async def retain(work: Work) -> dict[str, int]:
    """Once a day is enough; runs in between find nothing."""
    today = civil_date(work.clock.now())
    table = rules()
    notices = work.services.notices.forget_before(
        start_of(table["notices"].keeps_from(today)), partial(_can_plan, work), work.clock.now() + _LOOK_AGAIN
    )
    with within(_MOST_SECONDS):
        done = await work.all_of(
            work.services.audits.forget_before(table["audit"].keeps_from(today), work.clock.now()),
            notices,
            work.services.digests.forget_before(table["digests"].keeps_from(today)),
        )
    return dict(zip(("audit", "notices", "digests"), done, strict=True))


async def _can_plan(work: Work, kind: str, record_id: str) -> bool:
    """Whether planning could book this notice again: as long as its record stands, which a change of rules plans anew.

    A record that cannot be read may stand; it keeps nothing else from being deleted.
    """
    if not work.services.reminders.is_planned(kind):
        return False
    try:
        return (await work.services.records.get(record_id)).standing is Standing.STANDING
    except NotFound:
        return False
    except Exception as fault:
        if is_outage(fault):
            raise
        _log.error("not-read", case=record_id, fault=type(fault).__name__)
        return True
