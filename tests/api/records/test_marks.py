"""Marking a record compares it with what was read: nothing that happened in between is passed over."""

import pytest

from api.infra.errors import Outdated
from api.records.errors import RecordNotStanding
from api.records.models import NOT_DISCLOSED, Change, Mark, Standing
from tests.support.api import Api, resident
from tests.support.records import make_record, put_records


async def test_a_record_that_ended_after_it_was_read_is_not_marked(api: Api) -> None:
    services, now = api.services, api.services.clock.now()
    who = resident(services)
    await put_records(services, make_record(services, who))
    ((key, _),) = await services.records.versions_of_subject(who.bound_subject)
    read = await services.records.get(key)
    mark = Mark(kind="objection", case_id="obj_one", since=now, law=())
    change = Change(at=now, kind="test", unit="本单位", reason="已撤回")
    await services.database.transact(lambda tx: services.records.stop(tx, read, Standing.WITHDRAWN, change))

    with pytest.raises(Outdated):
        await services.database.transact(lambda tx: services.records.mark(tx, read, mark))
    ended = await services.records.get(key)
    with pytest.raises(RecordNotStanding):
        await services.database.transact(lambda tx: services.records.mark(tx, ended, mark))
    assert await services.records.get(key) == ended
    assert ended.marks == () and ended.disclosure == NOT_DISCLOSED


async def test_what_marking_returns_is_what_is_stored(api: Api) -> None:
    services, now = api.services, api.services.clock.now()
    who = resident(services)
    await put_records(services, make_record(services, who))
    ((key, _),) = await services.records.versions_of_subject(who.bound_subject)
    read = await services.records.get(key)
    mark = Mark(kind="objection", case_id="obj_one", since=now, law=())
    marked = await services.database.transact(lambda tx: services.records.mark(tx, read, mark))
    assert marked == await services.records.get(key)
    assert (marked.marks, marked.version) == ((mark,), read.version + 1)
