"""Starts a worker. Any number of them share the load."""

import argparse
import asyncio
import os
import signal
import sys

from api.composition import Services
from api.infra.ability import WrongDatabase
from api.infra.asked_keys import outage
from api.infra.collector import freeze_long_lived
from api.infra.database_faults import is_outage
from api.infra.log import get_log, set_up_logs
from api.infra.loop import run
from api.infra.memory import keep_from_dumps
from api.infra.migrations import WrongVersion
from api.infra.settings import Settings, SettingsError, read_settings
from schedulers.jobs import JOBS, Job
from schedulers.metrics import Metrics, MetricsServer
from schedulers.runner import Runner
from schedulers.work import Work

_log = get_log("worker")
_LOOK_AGAIN_SECONDS = 2.0
_MEASURE_SECONDS = 15.0


async def _prepare(services: Services, stop: asyncio.Event) -> bool:
    """Waits for the database as long as it takes; False if the worker is to stop."""
    while not stop.is_set():
        try:
            await services.prepare()
            return True
        except Exception as fault:
            if not is_outage(fault):
                raise
            _log.warning(outage(fault), seconds=_LOOK_AGAIN_SECONDS)
            await _sleep(stop, _LOOK_AGAIN_SECONDS)
    return False


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


async def work_until_told(settings: Settings, jobs: tuple[Job, ...], *, is_once: bool) -> int:
    """The exit status: 0 when stopped or done, 1 if a job of `--once` failed or was not begun."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    services = Services(settings)
    try:
        if not await _prepare(services, stop):
            return 1 if is_once else 0
        freeze_long_lived()
        metrics = Metrics()
        runner = Runner(Work(services), metrics, jobs)
        if is_once:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, runner.end)
            if stop.is_set():
                return 1
            return 0 if await runner.run_all() else 1
        server = MetricsServer(metrics, settings.metrics_host, settings.worker_metrics_port, runner.faults)
        runner.start()
        _log.info("worker-started", count=len(jobs), port=settings.worker_metrics_port)
        while not stop.is_set():
            try:
                await runner.measure()
            except Exception as fault:
                _log.warning("not-measured", fault=type(fault).__name__)
            await _sleep(stop, _MEASURE_SECONDS)
        await runner.stop()
        server.close()
        _log.info("worker-stopped")
        return 0
    finally:
        await services.close()


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="python -m schedulers", description="信用小窗: the worker.")
    root.add_argument("--once", action="store_true", help="run everything that is due now and exit")
    root.add_argument("--job", action="append", choices=[job.id for job in JOBS], help="only this job (repeatable)")
    return root


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    keep_from_dumps()
    try:
        settings = read_settings(os.environ)
    except SettingsError as fault:
        print("The settings are not complete:\n" + str(fault), file=sys.stderr)
        return 1
    set_up_logs(is_json=settings.is_production)
    jobs = tuple(job for job in JOBS if options.job is None or job.id in options.job)
    try:
        return run(work_until_told(settings, jobs, is_once=options.once))
    except (WrongDatabase, WrongVersion) as fault:
        print(fault, file=sys.stderr)
        return 1
    except OSError as fault:
        where = f"{settings.metrics_host}, port {settings.worker_metrics_port}"
        print(f"Metrics at {where} (CW_METRICS_HOST, CW_WORKER_METRICS_PORT): {fault.strerror}", file=sys.stderr)
        return 1
