"""Three database nodes, two API processes, two workers; members die, freeze, step down and are cut off under work.

Residents file, add files and withdraw; an officer has cases verified; a unit sends its records; reminders fall due.
"""

import asyncio
import contextlib
import itertools
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec

from api.accounts.models import Staff
from api.accounts.store import StaffStore
from api.composition import Services
from api.infra.actors import Actor
from api.infra.clock import ShiftedClock, SystemClock, civil_date
from api.infra.ids import new_id
from tests.faults.kills import kill_api
from tests.schedulers.world import bank_at_stand_in, opening, settle
from tests.support import files
from tests.support.api import officer
from tests.support.fleet import Fleet, fleet
from tests.support.replicas import Cable, Replicas, cable
from tests.support.siege import Notes, Siege, faults_of
from tests.support.wechat import StandIn, start_stand_in
from tests.support.workers import Workers

FROZEN_SECONDS = 20
_NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
_DRAIN_SECONDS = 90
_CSV = {"Content-Type": "text/csv; charset=utf-8"}
_FINAL = ("sent", "refused", "failed", "unknown")


class Harm(msgspec.Struct):
    """One kind of fault, so many times. `gap`: the longest time in which nothing that writes was answered with 2xx; `slowest`: of
    all answers, and what was asked. `after_primary`: how long after there was a primary again the first such answer came, the
    longest of all; None where no primary was taken.
    """

    name: str
    times: int
    gap: float
    slowest: float
    slowest_path: str
    slowest_file: float
    after_primary: float | None


class Outcome(msgspec.Struct):
    """After all of them: what does not fit together, and what became of the reminders."""

    harms: list[Harm]
    notes: Notes
    faults: list[str]
    reminders: dict[str, int]


class Work(Siege):
    """Residents as before, and beside them one officer and one unit."""

    def __init__(self, started: Fleet, services: Services, clients: int, pause: float) -> None:
        super().__init__(started, services, clients, pause=pause)
        self._officer = officer(name="stf_siege")
        self._key = ""
        self._serial = itertools.count(1)

    async def prepare(self, records: int) -> None:
        await super().prepare(records)
        staff = Staff(
            id="stf_siege", username="stf_siege", role="officer", jurisdiction="dalian", unit="dalian-centre",
            display_name="李四", password_hash="none", totp_secret="none", created_at=self._services.clock.now(),
        )  # fmt: skip
        await StaffStore(self._services.database, self._services.keys).insert(None, staff)
        await files.add_providers(self._services)
        self._key = await files.key_of(self._services)

    async def rage(self) -> None:
        await asyncio.gather(super().rage(), self._decide(), self._provide())

    def _credential(self, person: Actor) -> dict[str, str]:
        return {"X-Api-Key": self._key, **_CSV} if person.id == "unit" else super()._credential(person)

    async def _decide(self) -> None:
        """Of the cases that residents have filed, those that they do not withdraw first."""
        async with httpx.AsyncClient(timeout=10) as client:
            seen: set[str] = set()
            while not self.is_over:
                await asyncio.sleep(0.3)
                waiting = [case for case in self.notes.filed.values() if case not in seen | self.notes.withdrawn]
                if waiting:
                    case = self._random.choice(waiting)
                    seen.add(case)
                    path = f"/staff/objections/{case}/dispatch"
                    if await self._ask(client, self._officer, new_id("key"), path, json={"reason": "转核查"}):
                        self.notes.decided.add(case)

    async def _provide(self) -> None:
        unit = Actor(role=self._officer.role, id="unit")
        async with httpx.AsyncClient(timeout=10) as client:
            while not self.is_over:
                await asyncio.sleep(0.2)
                rows = [files.penalty(next(self._serial)) for _ in range(2)]
                answer = await self._ask(client, unit, new_id("key"), "/provider/records", content=files.to_csv(rows))
                if answer is not None:
                    self.notes.taken_in += len(rows)


Fault = Callable[[Replicas, Cable | None], Coroutine[Any, Any, None]]
"""Does harm and mends it; returns when the set is whole again, or can be."""


async def kill(members: Replicas, _: Cable | None) -> None:
    gone = await asyncio.to_thread(members.primary)
    members.kill(gone)
    await asyncio.to_thread(members.primary, gone)
    await asyncio.sleep(2)
    members.launch(gone)


async def freeze(members: Replicas, _: Cable | None) -> None:
    gone = await asyncio.to_thread(members.primary)
    members.freeze(gone)
    await asyncio.sleep(FROZEN_SECONDS)
    members.thaw(gone)


async def step_down(members: Replicas, _: Cable | None) -> None:
    gone = await asyncio.to_thread(members.primary)
    await asyncio.to_thread(members.ask, gone, {"replSetStepDown": 10, "secondaryCatchUpPeriodSecs": 5}, 15)


async def restart_in_turn(members: Replicas, _: Cable | None) -> None:
    for number in range(len(members.addresses)):
        await asyncio.to_thread(members.restart, number)


async def lose_one(members: Replicas, _: Cable | None) -> None:
    primary = await asyncio.to_thread(members.primary)
    other = next(n for n in range(len(members.addresses)) if n != primary)
    members.kill(other)
    await asyncio.sleep(8)
    members.launch(other)


async def lose_two(members: Replicas, _: Cable | None) -> None:
    primary = await asyncio.to_thread(members.primary)
    others = [n for n in range(len(members.addresses)) if n != primary]
    for number in others:
        members.kill(number)
    await asyncio.sleep(10)
    for number in others:
        members.launch(number)


async def cut(members: Replicas, laid: Cable | None) -> None:
    assert laid is not None
    gone = await asyncio.to_thread(members.primary)
    await asyncio.to_thread(laid.cut, gone)
    await asyncio.sleep(10)
    await asyncio.to_thread(laid.mend, gone)


FAULTS: Mapping[str, Fault] = {
    "primary killed with -9": kill,
    f"primary stopped for {FROZEN_SECONDS} s (SIGSTOP)": freeze,
    "primary asked to step down": step_down,
    "all three restarted in turn": restart_in_turn,
    "one secondary lost for 8 s": lose_one,
    "two lost for 10 s, no majority": lose_two,
    "primary cut off from the others for 10 s": cut,
}
NEEDS_CABLE = frozenset({cut})
KILLED = ("an API process", "a worker", "the primary")
TAKES_PRIMARY = frozenset({kill, freeze, step_down, lose_two, cut})


class Place(msgspec.Struct):
    started: Fleet
    services: Services
    work: Work
    laid: Cable | None
    wechat: StandIn
    workers: Workers
    reminders: list[str]


@contextlib.asynccontextmanager
async def place(
    *, clients: int, records: int, reminders: int, workers: int = 2, network: bool = False, pause: float = 0.02
) -> AsyncIterator[Place]:
    """Everything running, and nobody at work yet."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="credit-window-members-")))
        laid = stack.enter_context(cable(3)) if network else None
        wechat = stack.enter_context(start_stand_in(folder / "wechat"))
        ShiftedClock.move(folder / "shift", (_NOON - SystemClock().now()).total_seconds())
        async with fleet(folder, 2, members=3, cable=laid, CW_CLOCK_SHIFT_FILE=str(folder / "shift")) as started:
            services = started.services()
            work = Work(started, services, clients, pause)
            await work.prepare(records)
            booked = await _book(services, wechat, reminders)
            group = Workers(started.environ["MONGODB_URI"], "siege", wechat.url, folder)
            try:
                for _ in range(workers):
                    group.start()
                yield Place(started, services, work, laid, wechat, group, booked)
            finally:
                group.stop_all()
                await services.close()
                await services.database.close()


async def _book(services: Services, wechat: StandIn, reminders: int) -> list[str]:
    """They fall due one after another, half a second apart."""
    openids = await asyncio.to_thread(bank_at_stand_in, wechat.url, [f"m{n}" for n in range(reminders)])
    booked_at = _NOON - timedelta(days=2)
    notices = [
        msgspec.structs.replace(opening(n, booked_at, civil_date(_NOON)), wake_at=_NOON + timedelta(seconds=20 + n / 2))
        for n in range(reminders)
    ]
    await settle(services.database, services.keys, list(enumerate(openids)), notices, booked_at)
    return [notice.id for notice in notices]


async def endure(here: Place, *names: str, times: int = 1, calm: float = 2) -> Outcome:
    """Each fault so many times under work, with `calm` seconds before and after each; then everything is compared."""
    raging = asyncio.create_task(here.work.rage())
    harms = [await _suffer(here, name, times, calm) for name in names]
    here.work.is_over = True
    await raging
    return await _weigh(here, harms)


async def kill_in_turn(here: Place, kills: int, seed: int = 17) -> Outcome:
    """An API process, a worker and the primary one after the other, each with -9 at a moment of chance and started again at once."""
    chance = random.Random(seed)
    raging = asyncio.create_task(here.work.rage())
    for number in range(kills):
        await asyncio.sleep(chance.uniform(0.5, 2.0))
        match number % len(KILLED):
            case 0:
                await kill_api(here.started, chance.randrange(len(here.started.ports)))
            case 1:
                here.workers.kill(chance.choice(here.workers.running))
                here.workers.start()
            case _:
                await asyncio.to_thread(here.started.kill_primary)
    await asyncio.sleep(2)
    here.work.is_over = True
    await raging
    return await _weigh(here, [])


async def _weigh(here: Place, harms: list[Harm]) -> Outcome:
    reminders = await _reminders(here)
    found = await faults_of(here.services, here.work.notes) + await _more_faults(here, reminders)
    return Outcome(harms, here.work.notes, found, reminders)


async def _suffer(here: Place, name: str, times: int, calm: float) -> Harm:
    fault, members, notes = FAULTS[name], here.started.mongo, here.work.notes
    notes.slowest, notes.slowest_path, notes.slowest_file, began = 0, "", 0, len(notes.times)
    waits: list[float] = []
    for _ in range(times):
        await asyncio.sleep(calm * random.uniform(0.8, 1.2))
        primary = await asyncio.to_thread(members.primary)
        election = (await asyncio.to_thread(members.hello, primary))["electionId"]
        harm = asyncio.create_task(fault(members, here.laid))
        if fault in TAKES_PRIMARY:
            waits.append(await _taken_up(members, election, notes))
        await harm
        await asyncio.to_thread(members.wait_until_whole)
    await asyncio.sleep(calm)
    gap = max((b - a for a, b in itertools.pairwise(sorted(notes.times[began:]))), default=0.0)
    return Harm(
        name, times, gap, notes.slowest, notes.slowest_path, notes.slowest_file, max(waits) if waits else None
    )  # fmt: skip


async def _taken_up(members: Replicas, election: object, notes: Notes) -> float:
    """Seconds from the next election that was won to the first answer after it."""
    watching = {asyncio.create_task(_elected(members, number, election)) for number in range(len(members.addresses))}
    await asyncio.wait(watching, return_when=asyncio.FIRST_COMPLETED)
    loop = asyncio.get_running_loop()
    there = loop.time()
    for task in watching:
        task.cancel()
    answers = len(notes.times)
    while len(notes.times) == answers and loop.time() - there < _DRAIN_SECONDS:  # noqa: ASYNC110 - a list has no event
        await asyncio.sleep(0.02)
    return loop.time() - there


async def _elected(members: Replicas, number: int, election: object) -> None:
    while True:
        told = await asyncio.to_thread(members.hello, number)
        if told.get("isWritablePrimary") and told.get("electionId") != election:
            return
        await asyncio.sleep(0.05)


async def _reminders(here: Place) -> dict[str, int]:
    """By what became of them, when the workers have ended all; keys that WeChat saw twice as `twice`."""
    end = time.monotonic() + _DRAIN_SECONDS
    shift = float(here.workers.shift_file.read_text())
    before: dict[str, int] = {}
    while time.monotonic() < end:
        found: dict[str, int] = {}
        ours = {"_id": {"$in": here.reminders}}
        async for notice in here.services.database.collection("notices").find(ours, {"state": 1, "push": 1}):
            name = notice["push"] if notice["state"] == "told" and notice["push"] in _FINAL else "unfinished"
            found[name] = found.get(name, 0) + 1
        if "unfinished" not in found:
            break
        if found == before:
            shift += 100  # leases run out, and what is tried again falls due
            here.workers.shift(shift)
        before = found
        await asyncio.sleep(2)
    seen = [str(message["page"]) for message in await asyncio.to_thread(here.wechat.sent)]
    return {**found, "twice": len(seen) - len(set(seen))}


async def _more_faults(here: Place, reminders: Mapping[str, int]) -> list[str]:
    """What the siege alone does not look at: records that came in by file, and reminders."""
    found = [f"{reminders['twice']} reminders went out twice"] if reminders["twice"] else []
    if reminders.get("unfinished"):
        found.append(f"{reminders['unfinished']} reminders have no end")
    database = here.services.database
    there = await database.collection("records").count_documents({"provider": files.DALIAN.id})
    if there != here.work.notes.taken_in:
        found.append(f"{there} records came in by file, {here.work.notes.taken_in} were acknowledged")
    return found
