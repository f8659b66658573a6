"""Intake: a provider's file becomes records, each checked against the catalogue and the bans, each once.

Rows are prepared in batches beside the writes of the batch before. The unique natural key decides what is new, so a file
may be sent again: what a death in the middle left out, footprints included, is completed, and nothing is doubled.
"""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from api.audits.service import AuditService
from api.footprints.models import Footprint
from api.footprints.service import FootprintService
from api.infra.actors import SYSTEM, Actor
from api.infra.mongo import is_outage
from api.infra.privacy import KeyRing
from api.providers.models import Provider
from api.records.admission import Admission, Refusal
from api.records.errors import TooManyRows, UnreadableFile
from api.records.layouts import Line, Misread, faults_of_header, read_line
from api.records.models import Copy, IntakeReport, Record, RowFault
from api.records.parsing import RawRow, columns_of, read_rows
from api.records.store import RecordStore
from api.records.traces import traces_of

_BATCH = 500
_PROGRESS = 1000
_PAUSES = (0.5, 2.0, 5.0)  # seconds before keeping a batch again
_MAX_FAULTS = 10_000
MAX_ROWS_OVER_HTTP = 10_000

Progress = Callable[[int], None]


class _Prepared(msgspec.Struct):
    line: int
    record: Record
    document: dict[str, object]


class _Batch(msgspec.Struct):
    rows: int
    prepared: list[_Prepared]
    faults: list[RowFault]


class IntakeService:
    """`centres` are the names of the centres by jurisdiction, as residents read them in a footprint."""

    def __init__(
        self,
        store: RecordStore,
        footprints: FootprintService,
        audits: AuditService,
        keys: KeyRing,
        centres: dict[str, str],
        find_provider: Callable[[str], Awaitable[Provider]],
    ) -> None:
        self._store = store
        self._footprints = footprints
        self._audits = audits
        self._keys = keys
        self._centres = centres
        self._find_provider = find_provider

    async def import_file(
        self,
        source: Path | BinaryIO,
        provider_id: str,
        *,
        now: datetime,
        progress: Progress | None = None,
        actor: Actor = SYSTEM,
        max_rows: int | None = None,
    ) -> IntakeReport:
        """Takes in what is good and reports the rest. `progress` hears the number of rows read at each thousand.

        Raises NotFound for an unknown provider, UnreadableFile, TooManyRows (nothing stored), OSError.
        """
        provider = await self._find_provider(provider_id)
        if not isinstance(source, Path):
            return await self._take(source, provider, now, progress, actor, max_rows)
        file = await asyncio.to_thread(source.open, "rb")
        with file:
            return await self._take(file, provider, now, progress, actor, max_rows)

    async def _take(
        self,
        file: BinaryIO,
        provider: Provider,
        now: datetime,
        progress: Progress | None,
        actor: Actor,
        max_rows: int | None,
    ) -> IntakeReport:
        if max_rows is not None and await asyncio.to_thread(_has_more_than, file, max_rows):
            raise TooManyRows
        header = columns_of(file)
        missing, ignored = faults_of_header(header) if header else ((), ())
        if missing:
            raise UnreadableFile(f"表头缺少必需的列：{'、'.join(missing)}。")
        await self._audits.write(None, actor, "records.import", provider.id, now)
        tally = _Tally()
        rows = read_rows(file)
        admission = Admission(provider, self._keys, now)
        storing: asyncio.Task[list[RowFault]] | None = None
        done = 0
        try:
            while True:
                batch = await asyncio.to_thread(self._prepare, admission, rows)
                if storing is not None:
                    tally.refuse(await storing)
                    storing = None
                if not batch.rows:
                    break
                tally.refuse(batch.faults)
                storing = asyncio.create_task(self._keep_through_outages(batch.prepared, tally, now))
                if progress and (done + batch.rows) // _PROGRESS > done // _PROGRESS:
                    progress(done + batch.rows)
                done += batch.rows
        finally:
            if storing is not None:
                await asyncio.gather(storing, return_exceptions=True)
            with contextlib.suppress(ValueError):  # still reading in its thread, when the caller went away
                rows.close()
        return IntakeReport(
            accepted=tally.accepted,
            unchanged=tally.unchanged,
            refused=tuple(sorted(tally.faults, key=lambda fault: fault.line)),
            refused_count=tally.refused,
            ignored_columns=ignored,
        )

    def _prepare(self, admission: Admission, rows: Iterator[RawRow]) -> _Batch:
        batch = _Batch(0, [], [])
        for row in itertools.islice(rows, _BATCH):
            batch.rows += 1
            try:
                record = _admit(admission, row)
            except Refusal as refused:
                batch.faults.append(refused.fault)
            else:
                batch.prepared.append(_Prepared(row.line, record, self._store.codec.encode(record)))
        return batch

    async def _keep_through_outages(self, prepared: list[_Prepared], tally: "_Tally", now: datetime) -> list[RowFault]:
        """Keeping again is harmless, so a database that is slow or away for a moment does not end a long file."""
        for pause in _PAUSES:
            try:
                return await self._keep(prepared, tally, now)
            except Exception as fault:
                if not is_outage(fault):
                    raise
            await asyncio.sleep(pause)
        return await self._keep(prepared, tally, now)

    async def _keep(self, prepared: list[_Prepared], tally: "_Tally", now: datetime) -> list[RowFault]:
        """Stores what is new with its footprints, completes the footprints of what is there; returns what differs."""
        by_key: dict[str, _Prepared] = {}
        faults = []
        accepted = unchanged = 0
        for one in prepared:
            first = by_key.setdefault(one.record.natural_key, one)
            if first is not one:
                if first.record.content_key == one.record.content_key:
                    unchanged += 1
                else:
                    faults.append(_differs(one.line))
        there = await self._store.insert_new([one.document for one in by_key.values()])
        traces: list[Footprint] = []
        for key, one in by_key.items():
            centre = self._centres.get(one.record.jurisdiction, "信用中心")
            stored = there.get(key)
            if stored is None or stored.id == one.record.id:  # its own, when it is kept again after an outage
                accepted += 1
                traces += traces_of(one.record, centre, one.record.id, now)
            elif stored.content_key != one.record.content_key:
                faults.append(_differs(one.line))
            else:
                unchanged += 1
                copies = tuple(Copy(system=name, shared_at=stored.received_at) for name in stored.systems)
                record = msgspec.structs.replace(one.record, copies=copies)
                traces += traces_of(record, centre, stored.id, stored.received_at)
        await self._footprints.note_once(traces)
        tally.accepted += accepted
        tally.unchanged += unchanged
        return faults


class _Tally:
    def __init__(self) -> None:
        self.accepted = 0
        self.unchanged = 0
        self.refused = 0
        self.faults: list[RowFault] = []

    def refuse(self, faults: list[RowFault]) -> None:
        self.refused += len(faults)
        self.faults += faults[: max(0, _MAX_FAULTS - len(self.faults))]


def _has_more_than(file: BinaryIO, rows: int) -> bool:
    return sum(1 for _ in itertools.islice(read_rows(file), rows + 1)) > rows


def _admit(admission: Admission, row: RawRow) -> Record:
    if row.fault is not None:
        column, reason = row.fault
        raise Refusal(RowFault(row.line, column, "unreadable", reason))
    try:
        line: Line = read_line(row)
    except Misread as misread:
        raise Refusal(RowFault(row.line, misread.column, misread.code, misread.reason)) from None
    return admission.admit(row, line)


def _differs(line: int) -> RowFault:
    reason = "同一文书的记录已经入库，内容不同。更正请用更正接口并说明理由。"
    return RowFault(line, "", "differs", reason)
