"""Every hot query runs out of an index: what the server looks at is what it gives back."""

from datetime import date, timedelta
from typing import Any

import pytest

from api.composition import Services
from api.footprints.store import FootprintStore
from api.infra.mongo import Database
from api.records.models import Change
from api.records.store import FeedStore, RecordStore
from tests.support.api import resident
from tests.support.choices import dishonesty, stored
from tests.support.files import open_services
from tests.support.world import FixedClock


async def looked_at(database: Database, collection: str, query: dict[str, Any]) -> tuple[int, int]:
    """Documents examined and returned."""
    find = {"find": collection, "limit": 100, **query}
    plan = await database.raw.command({"explain": find, "verbosity": "executionStats"})
    stats = plan["executionStats"]
    return stats["totalDocsExamined"], stats["nReturned"]


@pytest.fixture
async def services(database: Database, clock: FixedClock) -> Services:
    """Forty people with three records each; a third of the records has run out."""
    services = await open_services(database, clock)
    for number in range(40):
        who = resident(services, f"acc_{number}", f"number-{number}")
        for place in range(3):
            record = dishonesty(
                who,
                provider=f"prv_{number}",
                act_key=f"act_{number}",
                disclosed_until=date(2025, 1, 1) if place == 0 else date(2030, 1, 1),
                published_until=date(2025, 1, 1) if place == 1 else None,
            )
            await stored(services, record)
    return services


async def test_queries_on_records_examine_what_they_return(services: Services, database: Database) -> None:
    subject = resident(services, "acc_7", "number-7").bound_subject
    (record, *_) = await services.records.list_of_subject(subject)
    hot = RecordStore(database, services.keys).explainable()
    real = {"s": subject, "r": record.id, "a": "act_7", "dalian": "yunnan", "p": "prv_7"}
    for name, query in hot.items():
        query = {**query, "filter": {key: real.get(str(value), value) for key, value in query["filter"].items()}}
        examined, returned = await looked_at(database, "records", query)
        assert returned and examined <= returned * 1.2, (name, examined, returned)


async def test_the_feed_and_the_footprints_examine_what_they_return(
    services: Services, database: Database, clock: FixedClock
) -> None:
    from api.footprints.models import FootprintKind
    from api.footprints.service import footprint

    for number in range(40):
        who = resident(services, f"acc_{number % 4}", f"number-{number % 4}")
        (record, *_) = await services.records.list_of_subject(who.bound_subject)
        change = Change(at=clock.now(), kind="corrected", unit="某局", reason="更正")
        await services.records.alter(None, record, change, record_class="minor" if number % 8 < 4 else "serious")
        kind = list(FootprintKind)[number % 7]
        entry = footprint(who.bound_subject, kind, clock.now(), unit="某局", why="核对", basis="条例")
        await services.footprints.note(entry)
        clock.advance(hours=1)
    for name, query in FeedStore(database, services.keys).explainable().items():
        query = {**query, "filter": {**query["filter"], "provider": "prv_1"}}
        examined, returned = await looked_at(database, "record_feed", query)
        assert returned and examined <= returned * 1.2, (name, examined, returned)
    subject = resident(services, "acc_1", "number-1").bound_subject
    since = clock.now() - timedelta(hours=20)
    for name, query in FootprintStore(database, services.keys).explainable(subject, since).items():
        examined, returned = await looked_at(database, "footprints", query)
        assert returned and examined <= returned * 1.2, (name, examined, returned)
