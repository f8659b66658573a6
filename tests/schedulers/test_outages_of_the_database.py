"""What WeChat has answered is kept while the database is away, and by whoever takes over from whoever took over."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from api.composition import Services
from api.infra.mongo import Database
from api.infra.wechat import SendOutcome, SendResult
from api.notices.push.store import OutboxStore, TemplateStore
from schedulers.outcomes import LEASE, Tally
from tests.schedulers.world import deliveries, opening, settle, states
from tests.support.api import make_settings
from tests.support.world import KEYS, FixedClock

DAY = date(2026, 11, 21)
SENT = SendResult(outcome=SendOutcome.SENT)


@pytest.fixture
async def services(database: Database, clock: FixedClock) -> Any:
    services = Services(make_settings(), clock=clock, database=database)
    services.keys = KEYS
    await services.prepare()
    yield services
    await services.close()


@pytest.fixture
def sent(services: Services, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """To whom WeChat was asked to send something. The first is refused as from a template that is not known."""
    asked: list[str] = []

    async def send(openid: str, *_: Any) -> SendResult:
        asked.append(openid)
        if openid == "openid0":
            return SendResult(outcome=SendOutcome.BAD_TEMPLATE, errcode=40037)
        return SENT

    monkeypatch.setattr(services.wechat, "send", send)
    return asked


async def due_to(services: Services, clock: FixedClock, people: Sequence[int]) -> list[str]:
    notices = [opening(n, clock.now(), DAY) for n in people]
    await settle(services.database, KEYS, [(n, f"openid{n}") for n in people], notices, clock.now())
    return [notice.id for notice in notices]


def away_once(monkeypatch: pytest.MonkeyPatch, store: type[Any], method: str) -> None:
    """The database does not answer the first of these calls."""
    real, is_away = getattr(store, method), iter((True,))

    async def call(*args: Any) -> Any:
        if next(is_away, False):
            raise AutoReconnect
        return await real(*args)

    monkeypatch.setattr(store, method, call)


@pytest.mark.parametrize("people", [(0, 1, 2), (1, 0, 2)])
async def test_answers_are_kept_while_the_database_cannot_note_a_stopped_template(
    services: Services, clock: FixedClock, sent: list[str], monkeypatch: pytest.MonkeyPatch, people: Sequence[int]
) -> None:
    await due_to(services, clock, people)
    away_once(monkeypatch, TemplateStore, "stop")
    assert await deliveries(services).run() == Tally(told=3, sent=2, later=1)
    assert sorted(sent) == ["openid0", "openid1", "openid2"]
    assert await states(services.database) == {("told", "sent"): 2, ("told", "waiting"): 1}
    assert await TemplateStore(services.database).list_stopped() != {}


@pytest.mark.parametrize(("method", "store"), [("list_stopped", TemplateStore), ("write_back", OutboxStore)])
async def test_what_a_dead_worker_had_begun_is_known_also_to_who_takes_over_from_its_successor(
    services: Services,
    clock: FixedClock,
    sent: list[str],
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    store: type[Any],
) -> None:
    heard, unheard, untouched = ids = await due_to(services, clock, (1, 2, 3))
    outbox, until = OutboxStore(services.database, KEYS), clock.now() + LEASE
    await outbox.open_claim("dead", until)
    await outbox.claim(await outbox.find_due(clock.now(), 10), "dead", clock.now(), until)
    assert await outbox.note_sending("dead", ids[:2])
    assert await outbox.note_sending("dead", (), [(heard, SENT)])
    clock.advance(minutes=6)
    away_once(monkeypatch, store, method)
    with pytest.raises(AutoReconnect):
        await deliveries(services).run()
    assert sent == []
    clock.advance(minutes=6)
    await deliveries(services).run()
    assert sent == ["openid3"], "the others were sent, or may have been"
    found = await services.database.collection("notices").find({}).to_list(9)
    assert {one["_id"]: one["push"] for one in found} == {heard: "sent", unheard: "unknown", untouched: "sent"}
