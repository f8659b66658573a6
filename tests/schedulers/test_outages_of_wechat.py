"""What WeChat does for a while loses no reminder that is still of use, and somebody is told of it."""

import asyncio
import re
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prometheus_client import generate_latest

from api.composition import Services
from api.infra.wechat import SendOutcome, SendResult
from api.notices.push.store import OutboxStore, TemplateStore
from schedulers.deliveries import PAGE, waited
from schedulers.jobs import JOBS
from schedulers.metrics import Metrics
from schedulers.outcomes import MOST_TRIES, Tally
from schedulers.pace import AT_ONCE
from schedulers.runner import Runner
from schedulers.work import Work
from tests.schedulers.world import (
    DAY,
    bank_at_stand_in,
    deliveries,
    opening,
    settle,
    states,
)
from tests.support.wechat import StandIn
from tests.support.world import KEYS, FixedClock


async def due(
    services: Services, clock: FixedClock, stand_in: StandIn, name: str, count: int, kind: str = "repairs.opens"
) -> None:
    openids = await asyncio.to_thread(bank_at_stand_in, stand_in.url, [f"{name}{n}" for n in range(count)])
    notices = [opening(n, clock.now(), DAY, kind) for n in range(count)]
    await settle(services.database, KEYS, list(enumerate(openids)), notices, clock.now())


@pytest.mark.parametrize("errcode", [41030, 40037, 48001])
async def test_a_template_that_is_refused_for_a_while_rests_and_its_notices_wait_and_go(
    services: Services, clock: FixedClock, stand_in: StandIn, errcode: int
) -> None:
    await due(services, clock, stand_in, f"refused{errcode}-", 60)
    await asyncio.to_thread(stand_in.call, "faults", send=errcode)
    assert await deliveries(services).run() == Tally(told=60, later=60)
    clock.advance(minutes=11)
    assert await deliveries(services).run() == Tally(later=60), "still so: nobody is lost"
    await asyncio.to_thread(stand_in.call, "faults")
    assert await deliveries(services).run() == Tally()
    clock.advance(minutes=11)
    assert await deliveries(services).run() == Tally(sent=60)
    assert await TemplateStore(services.database).list_stopped() == {}


async def test_a_resting_template_costs_one_chunk_of_calls_however_many_notices_wait(
    services: Services, clock: FixedClock, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await due(services, clock, stand_in, "calls", 120)
    await asyncio.to_thread(stand_in.call, "faults", send=41030)
    worker = deliveries(services)
    calls = 0
    send = services.wechat.send

    async def counted(*given: Any) -> SendResult:
        nonlocal calls
        calls += 1
        return await send(*given)

    monkeypatch.setattr(services.wechat, "send", counted)
    assert (await worker.run()).later == 120
    assert calls <= 50, "two lanes, a chunk each at most"


@pytest.mark.parametrize("fault", [{"token": 40164}, {"token": 40125}, {"gone": True}, {"raw": "null"}])
async def test_while_wechat_refuses_us_or_is_away_what_waits_is_counted_and_ages(
    services: Services, clock: FixedClock, stand_in: StandIn, fault: dict[str, object]
) -> None:
    await due(services, clock, stand_in, f"away{next(iter(fault))}{fault.get('token', '')}-", 5)
    await asyncio.to_thread(stand_in.call, "faults", expireTokens=True, **fault)
    await services.database.collection("wechat_tokens").delete_many({})
    worker = deliveries(services)
    outbox = OutboxStore(services.database, KEYS)
    start = clock.now()
    for _ in range(6):
        await worker.run()
        clock.advance(minutes=2)
    count, oldest = await outbox.backlog(clock.now(), 1000)
    assert count == 5
    assert oldest is not None
    assert waited(oldest, clock.now()) >= timedelta(minutes=10), f"{start}: the alert rings at ten minutes"
    await asyncio.to_thread(stand_in.call, "faults")
    clock.advance(hours=2)
    assert (await worker.run()).sent == 5
    assert (await outbox.backlog(clock.now(), 1000)) == (0, None)


class Rule:
    """`RemindersLate` of `deploy/alerts.yml`, asked each minute of what the worker's metrics page says, as Prometheus would."""

    def __init__(self, name: str) -> None:
        groups = msgspec.yaml.decode((Path(__file__).parents[2] / "deploy/alerts.yml").read_bytes())["groups"]
        (rule,) = (one for group in groups for one in group["rules"] if one.get("alert") == name)
        form = re.fullmatch(r"max\((\w+)\) > (\d+)", rule["expr"])
        held = re.fullmatch(r"(\d+)m", rule["for"])
        assert form and held, "another form of rule than this test can ask"
        self._gauge, self._above = form[1], float(form[2])
        self._for = int(held[1])
        self._minutes = 0

    def rings(self, page: str) -> bool:
        """Once a minute."""
        value = re.search(rf"^{self._gauge} (\S+)$", page, re.MULTILINE)
        assert value, "the worker says nothing of it"
        self._minutes = self._minutes + 1 if float(value[1]) > self._above else 0
        return self._minutes > self._for


@pytest.mark.parametrize("fault", [{"token": 40164}, {"gone": True}, {"send": 41030}])
async def test_the_alert_rings_within_minutes_while_wechat_is_away_and_stops_when_it_is_back(
    services: Services, clock: FixedClock, stand_in: StandIn, fault: dict[str, object]
) -> None:
    metrics = Metrics()
    work = Work(services)
    runner = Runner(work, metrics, JOBS)
    rule = Rule("RemindersLate")

    async def minute() -> bool:
        await work.deliveries.run()
        await runner.measure()
        clock.advance(minutes=1)
        return rule.rings(generate_latest(metrics.registry).decode())

    assert not any([await minute() for _ in range(20)]), "nothing is due: silence"
    await due(services, clock, stand_in, f"ring{next(iter(fault))}-", 3)
    await asyncio.to_thread(stand_in.call, "faults", expireTokens=True, **fault)
    await services.database.collection("wechat_tokens").delete_many({})
    rung = [await minute() for _ in range(20)]
    assert not any(rung[:8]), "a hiccup of minutes wakes nobody"
    assert rung[-1], "and twenty minutes do"
    await asyncio.to_thread(stand_in.call, "faults")
    clock.advance(hours=2)
    assert not any([await minute() for _ in range(3)][1:]), "it is back"


async def test_an_outage_of_a_day_loses_only_what_is_no_longer_true(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    await due(services, clock, stand_in, "day", 4)
    today = [opening(n, clock.now(), DAY, "listings.answer_due") for n in range(2)]
    await settle(services.database, KEYS, [], today, clock.now())
    await services.database.collection("subscriptions").update_many({}, {"$set": {"banks.date_arrived.confirmed": 2}})
    await asyncio.to_thread(stand_in.call, "faults", gone=True)
    await services.database.collection("wechat_tokens").delete_many({})
    worker = deliveries(services)
    for _ in range(26):
        await worker.run()
        clock.advance(hours=1)
    await asyncio.to_thread(stand_in.call, "faults")
    for _ in range(4):
        clock.advance(hours=1)
        await worker.run()
    assert await states(services.database) == {("told", "sent"): 4, ("told", "failed"): 2}
    refused = await services.database.collection("notices").find_one({"push": "failed"})
    assert refused["reason"].startswith("gave-up:"), "今天 was yesterday"


async def test_a_message_that_wechat_never_takes_is_tried_for_a_day_and_stops_nobody_else(
    services: Services, clock: FixedClock, stand_in: StandIn
) -> None:
    await due(services, clock, stand_in, "odd", 1)
    await asyncio.to_thread(stand_in.call, "faults", send=45168)
    worker = deliveries(services)
    start = clock.now()
    for _ in range(100):
        await worker.run()
        clock.advance(hours=1)
        if await states(services.database) == {("told", "failed"): 1}:
            break
    assert await TemplateStore(services.database).list_stopped() == {}
    document = await services.database.collection("notices").find_one({})
    assert (document["push"], document["reason"]) == ("failed", "rejected:45168")
    assert document["attempts"] == MOST_TRIES - 1
    assert clock.now() - start > timedelta(hours=20)


async def test_a_wechat_that_takes_messages_and_never_answers_is_tried_with_one_and_ever_less_often(
    services: Services, clock: FixedClock, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try is a push of which nobody knows what became of it, and which is not sent again."""
    await due(services, clock, stand_in, "hangs", 100)
    worker = deliveries(services, batch=40)
    with monkeypatch.context() as hanging:

        async def never(*_: Any) -> SendResult:
            return SendResult(outcome=SendOutcome.UNKNOWN)

        hanging.setattr(services.wechat, "send", never)
        for _ in range(60):  # an hour
            await worker.run()
            clock.advance(minutes=1)
    lost = (await states(services.database))["told", "unknown"]
    assert lost <= AT_ONCE + 40, lost
    clock.advance(minutes=3)
    for _ in range(3):
        await worker.run()
    assert (await states(services.database))["told", "sent"] == 100 - lost, "all others, once it answers"


async def test_a_first_silence_is_short_however_many_messages_were_under_way(
    services: Services, clock: FixedClock, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await due(services, clock, stand_in, "short", 60)
    begun = 0

    async def late(*_: Any) -> SendResult:
        nonlocal begun
        begun += 1
        await asyncio.sleep(0.02 * (begun % AT_ONCE))
        return SendResult(outcome=SendOutcome.BUSY)

    monkeypatch.setattr(services.wechat, "send", late)
    assert (await deliveries(services).run()).later >= 60
    waiting = services.database.collection("notices").find({"reason": "wechat-silent"}, {"wake_at": 1})
    assert {one["wake_at"] - clock.now() async for one in waiting} == {timedelta(seconds=20)}


def test_a_push_opens_a_page_that_the_mini_program_has() -> None:
    app = (resources.files("api.web") / "miniprogram" / "app.json").read_bytes()
    page, _, query = PAGE.partition("?")
    assert page in msgspec.json.decode(app)["pages"]
    assert query == "notice={id}", "what pages/index reads"


async def test_nothing_waits_for_us_at_night(clock: FixedClock) -> None:
    evening = clock.now().replace(hour=14)  # ten at night in Shanghai
    assert waited(evening, evening + timedelta(hours=5)) == timedelta()
    morning = evening + timedelta(hours=10, minutes=2)
    assert waited(evening, morning) == timedelta(minutes=2)
