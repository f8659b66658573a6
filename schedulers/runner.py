"""Runs the timetable until told to stop, and reports each run to metrics and heartbeats."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from api.infra.asked_keys import outage
from api.infra.clock import SHANGHAI, SystemClock
from api.infra.database_faults import is_outage
from api.infra.ids import new_id
from api.infra.log import get_log, place_of
from schedulers.deliveries import waited
from schedulers.jobs import Job
from schedulers.metrics import Metrics
from schedulers.work import Work

_LEASE = timedelta(minutes=10)
_DRAIN_SECONDS = 25
_COUNTED = 100_000
_log = get_log("worker")


class Runner:
    def __init__(self, work: Work, metrics: Metrics, jobs: Sequence[Job]) -> None:
        self._work = work
        self._metrics = metrics
        self._jobs = jobs
        self._me = new_id("wrk")
        self._running: set[asyncio.Task[Any]] = set()
        self._successes: dict[str, datetime] = {}
        self._held_elsewhere: set[str] = set()
        self._is_ending = False
        self._started_at = work.clock.now()
        self._scheduler = AsyncIOScheduler(timezone=SHANGHAI)

    def start(self) -> None:
        """Starts every job immediately, and then at its interval."""
        at_once = SystemClock().now()  # APScheduler uses the machine's clock, even where the demo's clock was moved
        self._scheduler.add_listener(self._on_trouble, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
        for job in self._jobs:
            self._scheduler.add_job(
                self._tracked,
                IntervalTrigger(seconds=job.every_seconds, timezone=SHANGHAI),
                args=[job],
                id=job.id,
                next_run_time=at_once,
                misfire_grace_time=max(job.every_seconds, 60),
                coalesce=True,
                max_instances=1,
            )
        self._scheduler.start()

    async def stop(self) -> None:
        """Starts no new runs; running ones end by themselves within seconds, while APScheduler would cancel them."""
        self._scheduler.pause()
        self.end()
        if self._running:
            await asyncio.wait(self._running, timeout=_DRAIN_SECONDS)
        self._scheduler.shutdown(wait=False)

    async def run_all(self) -> bool:
        """Runs every job once, in the order of the timetable, and begins none after `end`. Returns whether all succeeded."""
        outcomes = []
        for job in self._jobs:
            outcomes.append(not self._is_ending and await self.run(job))
            if job.id in self._held_elsewhere:
                _log.warning("job-held-elsewhere", job=job.id)
        return all(outcomes)

    def end(self) -> None:
        """What runs comes to its end, and `run_all` begins no other job."""
        self._is_ending = True
        self._work.deliveries.stop()

    async def run(self, job: Job) -> bool:
        """Runs a job once, with its heartbeat. Faults are counted and logged, never raised: the next run tries again."""
        now = self._work.clock.now()
        heartbeats = self._work.heartbeats
        done: dict[str, int] = {}
        fault: str | None = None
        try:
            if not job.is_shared and not await heartbeats.lease(job.id, self._me, now, now + _LEASE):
                self._successes[job.id] = now  # another worker is at it
                self._held_elsewhere.add(job.id)
                return True
            self._held_elsewhere.discard(job.id)
            await self._work.services.in_force.read()
            done = await job.run(self._work)
        except Exception as error:
            fault = outage(error) if is_outage(error) else type(error).__name__
            _log.error("job-failed", job=job.id, fault=fault, reason=place_of(error))
        try:
            await heartbeats.beat(job.id, self._me, now, done, fault)
        except Exception as error:
            fault = fault or type(error).__name__
        self._metrics.ran(job.id, now, done, failed=fault is not None)
        if fault is None:
            self._successes[job.id] = now
        return fault is None

    def faults(self) -> list[str]:
        """Jobs without success for too long. Called for /ready from another thread."""
        now = self._work.clock.now()
        return [
            job.id
            for job in self._jobs
            if now - self._successes.get(job.id, self._started_at) > timedelta(seconds=job.stale_after_seconds)
        ]

    async def measure(self) -> None:
        """Measures backlog and age of the outbox and the last backup for the metrics, and what the key module has done; notes stopped
        templates for the API's /ready.
        """
        now = self._work.clock.now()
        count, oldest = await self._work.outbox.backlog(now, _COUNTED)
        ours = set(self._work.services.settings.wechat.templates.values())  # one may have been exchanged since
        stopped = {name: until for name, until in (await self._work.templates.list_stopped()).items() if name in ours}
        self._metrics.outbox(count, waited(oldest, now).total_seconds() if oldest else 0, len(stopped))
        self._metrics.backed_up((await self._work.heartbeats.find("backup")).last_success_at)
        await self._work.heartbeats.remember("outbox", {name: until.isoformat() for name, until in stopped.items()})
        if (used := self._work.services.keys.used()) is not None:
            self._metrics.keys_used(used)

    async def _tracked(self, job: Job) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            await self.run(job)
        finally:
            self._running.discard(task)

    def _on_trouble(self, event: Any) -> None:
        if event.code == EVENT_JOB_MISSED:
            self._metrics.missed(event.job_id)
            _log.warning("job-missed", job=event.job_id)
        else:
            _log.error("job-failed", job=event.job_id, fault=type(event.exception).__name__)
