"""Keeps every process up to date within seconds with what administrators have set: centres and working days."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from api.administration.calendars import CalendarService
from api.administration.centres import CentreService
from api.infra.log import get_log

READ_EVERY_SECONDS = 10.0
_log = get_log("in-force")


class InForce:
    def __init__(self, centres: CentreService, calendars: CalendarService) -> None:
        self._centres = centres
        self._calendars = calendars

    async def read(self) -> None:
        """Reads the current settings: at the start, after a change in this process, and before a job that counts days."""
        await self._centres.read()
        await self._calendars.read()

    @contextlib.asynccontextmanager
    async def kept_fresh(self) -> AsyncIterator[None]:
        """Reads repeatedly for the length of the block."""
        reading = asyncio.create_task(self._read_for_ever())
        try:
            yield
        finally:
            reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reading

    async def _read_for_ever(self) -> None:
        while True:
            await asyncio.sleep(READ_EVERY_SECONDS)
            try:
                await self.read()
            except Exception as fault:  # the process continues with the last known values
                _log.warning("not-read", fault=type(fault).__name__)
