"""Two API processes and two workers over one database are one product: whoever is asked, and whoever is first."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from api.composition import Services
from api.infra.actors import Actor, Role
from api.infra.clock import civil_date
from api.infra.ids import new_id
from api.infra.limits import PURPOSES
from tests.faults.conftest import NOON, stand_at_noon
from tests.schedulers.world import bank_at_stand_in, opening, settle, states, subject
from tests.support.api import resident
from tests.support.cases import penalty, stored
from tests.support.fleet import Fleet
from tests.support.wechat import start_stand_in
from tests.support.workers import Workers

_PATIENCE_SECONDS = 40
PEOPLE = 40


@pytest.fixture
def started(pair: Fleet) -> Fleet:
    stand_at_noon(pair)
    return pair


@pytest.fixture
async def services(started: Fleet) -> AsyncIterator[Services]:
    services = started.services()
    yield services
    await services.close()
    await services.database.close()


class Person:
    """Asks whichever process, each time with a token of this minute."""

    def __init__(self, client: httpx.AsyncClient, started: Fleet, services: Services, who: Actor) -> None:
        self._client, self._started, self._services, self.who = client, started, services, who

    async def ask(self, process: int, method: str, path: str, *, key: str | None = None) -> httpx.Response:
        token = self._services.tokens.issue(self.who, self._services.clock.now())
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        url = self._started.url(process) + path
        return await self._client.request(method, url, headers=headers, json={} if method == "POST" else None)

    async def file(self, process: int, record: str, key: str) -> httpx.Response:
        token = self._services.tokens.issue(self.who, self._services.clock.now())
        body = {"recordId": record, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了"}
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        return await self._client.post(self._started.url(process) + "/me/objections", headers=headers, json=body)


@pytest.mark.processes
async def test_what_one_process_is_told_the_other_knows_and_limits_hold_over_both(
    started: Fleet, services: Services
) -> None:
    async with httpx.AsyncClient(timeout=20) as client:
        me = Person(client, started, services, resident(services))
        record = await stored(services, penalty(me.who))

        key = new_id("key")
        filed = await asyncio.gather(*(me.file(process, record.id, key) for process in (0, 1, 0, 1)))
        assert {answer.status_code for answer in filed} == {201}
        assert len({answer.content for answer in filed}) == 1, "one key, one answer, whoever gives it"
        case = filed[0].json()["id"]
        again = await me.file(1, record.id, new_id("key"))
        assert (again.status_code, again.json()["code"]) == (409, "objection-already-open")

        for process in (0, 1):
            shown = await me.ask(process, "GET", f"/me/objections/{case}")
            assert shown.json()["isMarked"] is True
            inbox = (await me.ask(process, "GET", "/me/notices")).json()["items"]
            assert [notice["kind"] for notice in inbox] == ["objections.filed"]

        path = f"/me/objections/{case}/withdraw"
        both = await asyncio.gather(*(me.ask(process, "POST", path, key=new_id("key")) for process in (0, 1)))
        assert sorted(answer.status_code for answer in both) == [200, 409], "two hands, one step"
        for process in (0, 1):
            assert (await me.ask(process, "GET", f"/me/objections/{case}")).json()["status"] == "withdrawn"

        stand_at_noon(started)
        rule = PURPOSES["report"]
        asked = await asyncio.gather(*(me.ask(n % 2, "GET", "/me/report") for n in range(rule.times + 2 * rule.lease)))
        assert Counter(answer.status_code for answer in asked) == {200: rule.times, 429: 2 * rule.lease}
        assert all(int(a.headers["retry-after"]) > 0 for a in asked if a.status_code == 429)


@pytest.mark.processes
async def test_a_reminder_goes_out_once_whichever_worker_takes_it_and_stands_in_the_inbox_of_either(
    started: Fleet, services: Services
) -> None:
    folder = Path(started.environ["CW_CLOCK_SHIFT_FILE"]).parent
    with start_stand_in(folder / "wechat") as wechat:
        async with httpx.AsyncClient(timeout=20) as client:
            openids = await asyncio.to_thread(bank_at_stand_in, wechat.url, [f"two{n}" for n in range(PEOPLE)])
            booked_at = NOON - timedelta(days=2)
            notices = [opening(n, booked_at, civil_date(NOON)) for n in range(PEOPLE)]
            await settle(services.database, services.keys, list(enumerate(openids)), notices, booked_at)
            group = Workers(started.environ["MONGODB_URI"], "siege", wechat.url, folder)
            try:
                group.start()
                group.start()
                end = time.monotonic() + _PATIENCE_SECONDS
                while (found := await states(services.database, notices)) != {("told", "sent"): PEOPLE}:
                    assert time.monotonic() < end, (found, group.logs())
                    await asyncio.sleep(0.3)
            finally:
                group.stop_all()
            seen = [message["page"] for message in await asyncio.to_thread(wechat.sent)]
            assert len(seen) == len(set(seen)) == PEOPLE

            for number in (0, PEOPLE - 1):
                who = Actor(role=Role.RESIDENT, id=f"acc_{number:07}", subject=subject(number), session="ses_two")
                for process in (0, 1):
                    inbox = await Person(client, started, services, who).ask(process, "GET", "/me/notices")
                    assert [notice["kind"] for notice in inbox.json()["items"]] == ["repairs.opens"]
