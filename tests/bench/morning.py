"""The morning on which reminders go out: everybody taps at once, one process is lost, then the database.

Two API processes, two workers, a database that syncs what it acknowledges, and a stand-in for WeChat, all on this
machine. People arrive by chance (Poisson); whoever is not answered tries again after a growing pause, at the other
process. On the way one API process and the database's primary are killed with -9 and started again at once. Afterwards
what was answered is compared with what is stored. A morning of one node has a rush; that of three has a hundred arrivals
a second for as long as there is time for, ten minutes at the most.
"""

import asyncio
import contextlib
import math
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from api.composition import Services
from api.infra.actors import Actor, Role
from api.infra.clock import ShiftedClock, SystemClock, civil_date
from api.infra.ids import new_id
from tests.bench.figures import alone
from tests.bench.load import Kept, request
from tests.bench.site import fill, show
from tests.schedulers.world import bank_at_stand_in, opening, settle, states, subject
from tests.support.fleet import Fleet, fleet
from tests.support.siege import Notes, faults_of
from tests.support.wechat import StandIn, start_stand_in
from tests.support.workers import Workers

_NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
_ANSWER_SECONDS = 8
_PATIENCE_SECONDS = 30
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 4.0
_FILES, _READS = 0.1, 0.7  # of those who tap
_RECORDS = 5
_DRAIN_SECONDS = 25
_TAKEN_BACK_SECONDS = 20  # the clock is moved on for leases of a worker that died


class Plan(msgspec.Struct, frozen=True):
    """People who have a reminder, how long they arrive, and how many a second, outside and at the height of the rush; the
    database's members; and when an API process and the primary are killed, as shares of the time.
    """

    people: int
    seconds: float
    calm: float
    peak: float
    members: int = 1
    api_killed: float = 0.35
    primary_killed: float = 0.65
    seed: int = 7

    def arrivals(self) -> Iterator[float]:
        """Seconds from the start, by thinning: the rush is a bell around a third of the time."""
        chance = random.Random(self.seed)
        at, height, width = 0.0, self.seconds / 3, self.seconds / 8
        while (at := at + chance.expovariate(self.peak)) < self.seconds:
            rate = self.calm + (self.peak - self.calm) * math.exp(-(((at - height) / width) ** 2))
            if chance.random() < rate / self.peak:
                yield at


WHOLE = Plan(people=400, seconds=40, calm=5, peak=25)
SHORT = Plan(people=60, seconds=12, calm=3, peak=15)
_PROVINCE_SECONDS, _PREPARING_SECONDS, _LEAST_SECONDS = 600.0, 150.0, 30.0


def province(seconds: float) -> Plan:
    """Of three nodes: the primary is killed in the third minute of ten, an API process in the sixth."""
    return Plan(people=4000, seconds=seconds, calm=100, peak=100, members=3, api_killed=0.55, primary_killed=0.25)


class Tally(msgspec.Struct):
    """`tries` are answers and breaks by what came; `taken` is seconds from the first try to the answer, of each request; `late` is how
    many seconds after their time somebody came, at the most: what the crowd itself could not do.
    """

    tries: Counter[str] = msgspec.field(default_factory=Counter)
    taken: list[float] = []
    first: list[float] = []  # seconds of a try that was answered with 2xx
    reports: int = 0
    late: float = 0.0
    notes: Notes = msgspec.field(default_factory=Notes)


class Crowd:
    def __init__(self, started: Fleet, services: Services, plan: Plan, records: dict[str, list[str]]) -> None:
        self._started, self._services, self._plan, self._records = started, services, plan, records
        self._chance = random.Random(plan.seed)
        self._client = Kept()
        self.tally = Tally()

    async def come(self) -> None:
        """Until the last one has gone."""
        begun = time.monotonic()
        with contextlib.closing(self._client):
            async with asyncio.TaskGroup() as group:
                for at in self._plan.arrivals():
                    await asyncio.sleep(max(0.0, begun + at - time.monotonic()))
                    self.tally.late = max(self.tally.late, time.monotonic() - begun - at)
                    group.create_task(self._tap(person(self._chance.randrange(self._plan.people))))

    async def _tap(self, who: Actor) -> None:
        chance = self._chance.random()
        await self._ask(who, "GET", "/me/notices")
        if chance < _READS and await self._ask(who, "GET", "/me/report") is not None:
            self.tally.reports += 1
        records = self._records[who.bound_subject]
        if chance > 1 - _FILES and records:
            body = {"recordId": records.pop(), "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了"}
            key = new_id("key")
            filed = await self._ask(who, "POST", "/me/objections", key, body)
            if filed is not None:
                self.tally.notes.filed[key] = filed["id"]

    async def _ask(self, who: Actor, method: str, path: str, key: str | None = None, body: Any = None) -> Any:
        """The answer's body; None for one who has given up or was refused for good."""
        begun, pause = time.monotonic(), _FIRST_PAUSE
        door = self._chance.randrange(len(self._started.ports))
        while time.monotonic() - begun < _PATIENCE_SECONDS:
            token = self._services.tokens.issue(who, self._services.clock.now())
            headers = [("Authorization", f"Bearer {token}")] + ([("Idempotency-Key", key)] if key else [])
            port = self._started.ports[door]
            asked = request(method, f"/api/v1{path}", port, msgspec.json.encode(body) if body else None, headers)
            tried = time.monotonic()
            try:
                status, answer = await self._client.ask(port, asked, _ANSWER_SECONDS)
            except (OSError, asyncio.IncompleteReadError) as fault:
                self.tally.tries[type(fault).__name__] += 1
            else:
                self.tally.tries[str(status)] += 1
                if status < 300:
                    self.tally.first.append(time.monotonic() - tried)
                    self.tally.taken.append(time.monotonic() - begun)
                    return msgspec.json.decode(answer)
                if status < 500:
                    return None
            door = (door + 1) % len(self._started.ports)
            await asyncio.sleep(pause * self._chance.uniform(0.5, 1.5))
            pause = min(_LONGEST_PAUSE, pause * 2)
        self.tally.notes.given_up += 1
        return None


def person(number: int) -> Actor:
    return Actor(role=Role.RESIDENT, id=f"acc_{number:07}", subject=subject(number), session=f"ses_{number:07}")


async def _prepare(services: Services, wechat: StandIn, plan: Plan) -> dict[str, list[str]]:
    """The people, their records by subject, and for each a push that may be sent and a reminder that is due."""
    openids = await asyncio.to_thread(bank_at_stand_in, wechat.url, [f"morning{n}" for n in range(plan.people)])
    booked_at = _NOON - timedelta(days=2)
    notices = [opening(n, booked_at, civil_date(_NOON)) for n in range(plan.people)]
    people = [person(number) for number in range(plan.people)]
    await fill(services, people, _RECORDS)
    await settle(services.database, services.keys, list(enumerate(openids)), notices, booked_at)
    return {
        who.bound_subject: [key for key, _ in await services.records.versions_of_subject(who.bound_subject)]
        for who in people
    }


async def _harm(started: Fleet, plan: Plan) -> None:
    async def api() -> None:
        await asyncio.sleep(plan.seconds * plan.api_killed)
        show("an API process is killed")
        started.kill_api(0)
        started.launch_api(0)

    async def primary() -> None:
        await asyncio.sleep(plan.seconds * plan.primary_killed)
        show("the primary of the database is killed")
        await asyncio.to_thread(started.kill_primary)

    await asyncio.gather(api(), primary())


async def morning(folder: Path, plan: Plan) -> list[dict[str, Any]]:
    shift = (_NOON - SystemClock().now()).total_seconds()
    ShiftedClock.move(folder / "shift", shift)
    with start_stand_in(folder / "wechat") as wechat:
        async with fleet(folder, 2, members=plan.members, CW_CLOCK_SHIFT_FILE=str(folder / "shift")) as started:
            services = started.services()
            group = Workers(started.environ["MONGODB_URI"], "siege", wechat.url, folder)
            try:
                show("filling the database")
                crowd = Crowd(started, services, plan, await _prepare(services, wechat, plan))
                show("everybody taps")
                begun = time.monotonic()
                group.start()
                group.start()
                await asyncio.gather(crowd.come(), _harm(started, plan))
                show("what is left is delivered")
                taken = await _drain(services, group, shift, begun)
                group.stop_all()
                return await _rows(services, wechat, plan, crowd.tally, taken)
            finally:
                group.stop_all()
                await services.close()
                await services.database.close()


async def _drain(services: Services, group: Workers, shift: float, begun: float) -> float:
    """Seconds since the start when the last reminder was delivered."""
    end = time.monotonic() + _DRAIN_SECONDS
    while time.monotonic() < end:
        if (
            await services.database.collection("notices").count_documents({"kind": "repairs.opens", "push": "waiting"})
            == 0
        ):
            break
        shift += _TAKEN_BACK_SECONDS
        group.shift(shift)
        await asyncio.sleep(1)
    return time.monotonic() - begun


async def _rows(services: Services, wechat: StandIn, plan: Plan, tally: Tally, taken: float) -> list[dict[str, Any]]:
    pushes = Counter(push for (_, push), n in (await _reminders(services)).items() for _ in range(n))
    seen = [message["page"] for message in await asyncio.to_thread(wechat.sent)]
    footprints = await services.database.collection("footprints").count_documents({"kind": "queried"})
    faults = await faults_of(services, tally.notes)
    if footprints < tally.reports:
        faults.append(f"{tally.reports} reports were answered, and {footprints} footprints are there")
    for fault in faults[:5]:
        show(fault)
    asked = len(tally.taken) + tally.notes.given_up
    broken = sum(count for what, count in tally.tries.items() if not what.isdigit())
    refused = {what: count for what, count in tally.tries.items() if what.isdigit() and what >= "400"}
    nodes = "one node" if plan.members == 1 else f"{plan.members} nodes"
    head = (
        f"morning on {nodes}, {plan.people} reminders, {plan.peak:g} arrivals/s at its height for {plan.seconds:.0f} s"
    )
    return [
        alone(f"{head}: requests", asked, "requests", tries=tally.tries.total(), all=dict(tally.tries)),
        alone(f"{head}: how late somebody came, at the most", tally.late, "s"),
        alone(f"{head}: answered 2xx", len(tally.taken) / max(1, asked), "share", at_least=1.0),
        alone(f"{head}: tries answered 503", refused.get("503", 0), "tries"),
        alone(f"{head}: tries broken off or not let in", broken, "tries"),
        alone(f"{head}: p50 of an answered try", _quantile(tally.first, 0.5), "ms"),
        alone(f"{head}: p99 of an answered try", _quantile(tally.first, 0.99), "ms"),
        alone(f"{head}: p99 with all tries and pauses", _quantile(tally.taken, 0.99), "ms"),
        alone(f"{head}: reminders sent", pushes["sent"], "reminders", until_last_s=round(taken, 1)),
        alone(f"{head}: outcome unknown (a process died in between)", pushes["unknown"], "reminders"),
        alone(f"{head}: not finished", plan.people - pushes["sent"] - pushes["unknown"], "reminders", at_most=0),
        alone(f"{head}: messages WeChat saw twice", len(seen) - len(set(seen)), "messages", at_most=0),
        alone(f"{head}: lost, halved or doubled", len(faults), "faults", at_most=0, filed=len(tally.notes.filed)),
    ]


async def _reminders(services: Services) -> dict[tuple[str, str], int]:
    await services.database.collection("notices").delete_many({"kind": {"$ne": "repairs.opens"}})
    return await states(services.database)


def _quantile(seconds: list[float], share: float) -> float:
    """In milliseconds."""
    ordered = sorted(seconds) or [0.0]
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def run(*, quick: bool = False, seconds: float = 0.0) -> list[dict[str, Any]]:
    longer = min(_PROVINCE_SECONDS, seconds - _PREPARING_SECONDS)
    plans = [SHORT] if quick else [WHOLE] + ([province(longer)] if longer >= _LEAST_SECONDS else [])
    rows: list[dict[str, Any]] = []
    for plan in plans:
        with tempfile.TemporaryDirectory(prefix="credit-window-morning-") as folder:
            rows += uvloop.run(morning(Path(folder), plan))
    return rows
