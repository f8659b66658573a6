"""Intake: a provider's file becomes records, each checked against the catalogue and the bans, each once.

One thread prepares batches of rows, at most two ahead; two are being written, since each waits for a majority and for its turn in
Python. Of two rows on one document the first counts, so the records of a batch wait for batches before it that have one of them. The
unique natural key decides what is new, so a file may be sent again: whatever an interrupted run left out, footprints and notices
included, is completed, and nothing is stored twice.
"""

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar

import msgspec

from api.audits.service import AuditService
from api.footprints.models import Trail
from api.footprints.service import FootprintService
from api.infra.actors import SYSTEM, Actor
from api.infra.database_faults import is_outage
from api.infra.errors import NotFound
from api.infra.privacy import KeyRing
from api.infra.rekeying import Bring
from api.notices.models import Draft
from api.notices.service import NoticeService
from api.providers.models import Provider
from api.records.admission import Admission, Admitted
from api.records.digests import content_of
from api.records.errors import TooManyRows
from api.records.faults import Refusal, fault_of
from api.records.files.headers import Choice
from api.records.files.lines import read_line
from api.records.files.reading import Reading
from api.records.files.tables import RawRow
from api.records.files.values import Misread
from api.records.models import Copy, IntakeReport, Record, RowFault, Section
from api.records.names import differs
from api.records.store import RecordStore, StoredKey
from api.records.tally import Tally
from api.records.telling import drafts_of
from api.records.traces import traces_of

_BATCH, _LEAST = 500, 125
_AHEAD, _AT_ONCE = 2, 2  # batches prepared, and being written
_PROGRESS = 1000
_PAUSES = (0.5, 2.0, 5.0)  # seconds before a batch is stored again

Progress = Callable[[int], None]
T = TypeVar("T")


class _Prepared(msgspec.Struct):
    row: RawRow
    record: Record
    document: Mapping[str, Any]


class _Batch(msgspec.Struct):
    rows: int
    prepared: list[_Prepared]
    refused: list[tuple[RawRow, tuple[RowFault, ...]]]
    keys: set[str]


class _Writing(NamedTuple):
    """A batch being written: its natural keys, whether its records are stored, and the whole of it."""

    keys: set[str]
    is_kept: asyncio.Event
    whole: asyncio.Task[None]


class IntakeService:
    """`centres` are the names of the centres by jurisdiction, as shown in footprints."""

    def __init__(
        self,
        store: RecordStore,
        footprints: FootprintService,
        notices: NoticeService,
        audits: AuditService,
        keys: KeyRing,
        centres: dict[str, str],
        find_provider: Callable[[str], Awaitable[Provider]],
        bring: Bring,
    ) -> None:
        self._bring = bring
        self._store = store
        self._footprints = footprints
        self._notices = notices
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
        choice: Choice | None = None,
        is_dry: bool = False,
        tally: Tally | None = None,
    ) -> IntakeReport:
        """Stores the good rows and reports the others. `progress` gets the number of rows read after each thousand.

        `tally` is updated along the way, so its counts are correct even if the run ends early. `is_dry` checks everything and
        stores nothing. Raises NotFound for an unknown provider, UnreadableFile, ColumnsUnclear, TooManyRows (nothing stored),
        OSError.
        """
        provider = await self._find_provider(provider_id)
        is_compared = is_dry or max_rows is not None
        run = _Run(provider, now, actor, progress, tally or Tally(), is_dry=is_dry, is_compared=is_compared)
        if not isinstance(source, Path):
            return await self._take(source, run, max_rows, choice)
        file = await asyncio.to_thread(source.open, "rb")
        with file:
            return await self._take(file, run, max_rows, choice)

    async def _take(self, file: BinaryIO, run: "_Run", max_rows: int | None, choice: Choice | None) -> IntakeReport:
        reading = await asyncio.to_thread(Reading, file, choice)
        survey = await asyncio.to_thread(reading.survey, max_rows)
        if max_rows is not None and survey.rows > max_rows:
            raise TooManyRows
        tally = run.tally
        if not run.is_dry:
            await self._audits.write(None, run.actor, "records.import", run.provider.id, run.now)
        rows, sizes = reading.rows(), _sizes(survey.rows)
        admission = Admission(run.provider, self._keys, run.now)
        thread, run_in = ThreadPoolExecutor(1, "intake"), asyncio.get_running_loop().run_in_executor

        def prepared() -> "asyncio.Future[_Batch]":
            return run_in(thread, copy_context().run, self._prepare, admission, itertools.islice(rows, next(sizes)))

        ahead = deque(prepared() for _ in range(_AHEAD))
        under_way: deque[_Writing] = deque()
        done = 0
        try:
            while (batch := await ahead.popleft()).rows:
                ahead.append(prepared())
                is_kept = asyncio.Event()
                whole = asyncio.create_task(self._write(batch, run, is_kept, tuple(under_way)))
                under_way.append(_Writing(batch.keys, is_kept, whole))
                if len(under_way) == _AT_ONCE:
                    await asyncio.shield(under_way[0].whole)
                    under_way.popleft()
                done += batch.rows
                if run.progress and done % _PROGRESS < batch.rows:
                    run.progress(done)
            for writing in under_way:
                await asyncio.shield(writing.whole)
        finally:  # a batch that has begun is written whole, also when the caller leaves
            await asyncio.gather(*(writing.whole for writing in under_way), return_exceptions=True)
            for one in ahead:
                one.cancel()
            thread.shutdown(wait=False)
            with contextlib.suppress(ValueError):  # the caller left while its thread was still reading
                rows.close()
        return tally.report(survey, is_dry=run.is_dry)

    def _prepare(self, admission: Admission, rows: Iterator[RawRow]) -> _Batch:
        batch = _Batch(0, [], [], set())
        taken: list[RawRow] = []
        admitted: list[Admitted] = []
        for row in rows:
            batch.rows += 1
            try:
                admitted.append(_admit(admission, row))
                taken.append(row)
            except Refusal as refused:
                batch.refused.append((row, refused.faults))
        records = admission.records_of(admitted)
        batch.prepared += map(_Prepared, taken, records, self._store.documents_of(records))
        batch.keys.update(record.natural_key for record in records)
        return batch

    async def _write(self, batch: _Batch, run: "_Run", is_kept: asyncio.Event, before: Sequence[_Writing]) -> None:
        """Records after those of batches before that have one in common, footprints, notices and counts after all of the batch before."""
        try:
            for one in before:
                if not batch.keys.isdisjoint(one.keys):
                    await one.is_kept.wait()
            stored = await _through_outages(partial(self._keep, batch.prepared, run))
        finally:
            is_kept.set()
            if before:
                await before[-1].whole
            for row, faults in batch.refused:
                run.tally.refuse(row, faults)
        await _through_outages(partial(self._leave, stored, run))

    async def _keep(self, prepared: list[_Prepared], run: "_Run") -> "_Stored":
        """Stores the new records."""
        whose = (one.record.particulars for one in prepared)
        await self._bring((one.document_kind, one.document_number) for one in whose)
        by_key: dict[str, _Prepared] = {}
        again: list[tuple[_Prepared, _Prepared]] = []
        for one in prepared:
            first = by_key.setdefault(one.record.natural_key, one)
            if first is not one:
                again.append((one, first))
        names = await self._store.names_of([one.record.subject for one in by_key.values()]) if run.is_compared else {}
        renumbered = await self._store.find_renumbered([one.record.content_key for one in by_key.values()])
        new = {key: one for key, one in by_key.items() if one.record.content_key not in renumbered}
        there = await self._there(new, run)
        traced: list[tuple[Record, str, datetime]] = []
        outcome: list[tuple[_Prepared, str, bool | None]] = [
            (one, renumbered[one.record.content_key or ""], False) for key, one in by_key.items() if key not in new
        ]
        for key, one in new.items():
            stored = there.get(key)
            if stored is None or stored.id == one.record.id:  # this run's own record, stored again after an outage
                outcome.append((one, one.record.id, True))
                traced.append((one.record, one.record.id, run.now))
            elif not await self._says_the_same(stored, one.record):
                outcome.append((one, stored.id, None))
            else:
                outcome.append((one, stored.id, False))
                copies = tuple(Copy(system=name, shared_at=stored.received_at) for name in stored.systems)
                record = msgspec.structs.replace(one.record, copies=copies)
                traced.append((record, stored.id, stored.received_at))
        ids = {one.record.natural_key: record_id for one, record_id, _ in outcome}
        for one, first in again:
            is_same = one.record.content_key == first.record.content_key
            outcome.append((one, ids[one.record.natural_key], False if is_same else None))
        is_told = run.is_compared
        misnamed = [one for one, _, is_new in outcome if is_told and is_new and differs(one.record, names)]
        return _Stored(outcome, traced, misnamed)

    async def _leave(self, stored: "_Stored", run: "_Run") -> None:
        """Stores footprints and notices of new records and completes those of existing ones. Counts at its end."""
        if not run.is_dry:
            await asyncio.gather(
                self._footprints.note_once(lambda: self._traces(stored.traced)),
                self._notices.tell_once(lambda: _told(stored.traced)),
            )
        run.tally.misnamed += [one.row.line for one in stored.misnamed]
        for one, record_id, is_new in stored.outcome:
            if is_new is None:
                run.tally.refuse(one.row, (_differs(one.row, record_id),))
            else:
                run.tally.take(one.row, record_id, is_new=is_new)
                run.tally.without_class += (
                    is_new and one.record.section is Section.DISHONESTY and not one.record.record_class
                )

    def _traces(self, traced: Sequence[tuple[Record, str, datetime]]) -> list[Trail]:
        return [
            traces_of(record, self._centres.get(record.jurisdiction, "信用中心"), record_id, at)
            for record, record_id, at in traced
        ]

    async def _there(self, by_key: dict[str, _Prepared], run: "_Run") -> dict[str, StoredKey]:
        if not run.is_dry:
            return await self._store.insert_new([one.document for one in by_key.values()])
        found = await self._store.find_keys(list(by_key))
        for key, one in by_key.items():
            if key in run.seen:
                found.setdefault(key, run.seen[key])
            else:
                run.seen[key] = StoredKey(one.record.id, one.record.content_key, run.now, ())
        return {key: stored for key, stored in found.items() if stored.id != by_key[key].record.id}

    async def _says_the_same(self, stored: StoredKey, record: Record) -> bool:
        """Whether the line agrees with the record as first stored or as corrected since."""
        if stored.content_key == record.content_key:
            return True
        try:
            now = await self._store.get(stored.id)
        except NotFound:  # from a dry run, or removed meanwhile
            return False
        return content_of(now, now.particulars) == content_of(record, record.particulars)


class _Stored(NamedTuple):
    """Of each row of a batch its record, and whether it is new: None if it differs from the stored one. `traced` are those that are
    to have footprints and notices, each with its id and the instant at which it came in; `misnamed` are new ones whose person
    another record names otherwise."""

    outcome: list[tuple[_Prepared, str, bool | None]]
    traced: list[tuple[Record, str, datetime]]
    misnamed: list[_Prepared]


def _sizes(rows: int) -> Iterator[int]:
    """Of the batches of so many rows. The last are smaller, since nothing is left to be prepared while they are written."""
    while True:
        size = _BATCH if rows > _BATCH else max(_LEAST, rows // 2)
        yield size
        rows -= size


async def _through_outages(step: Callable[[], Awaitable[T]]) -> T:
    """Repeats a step through short outages, which is harmless, so that they do not end the intake of a long file."""
    for pause in _PAUSES:
        try:
            return await step()
        except Exception as fault:
            if not is_outage(fault):
                raise
        await asyncio.sleep(pause)
    return await step()


def _told(traced: list[tuple[Record, str, datetime]]) -> list[tuple[Draft, datetime]]:
    """The notices to the people, each with the instant at which the record came in."""
    return [(draft, at) for record, record_id, at in traced for draft in drafts_of(record, record_id, at)]


class _Run(msgspec.Struct):
    """One file of one unit at one instant. `seen` are the rows of a dry run, which the database does not have. `is_compared`: names are
    compared with those of other records, which in a file without a bound costs a quarter of its time.
    """

    provider: Provider
    now: datetime
    actor: Actor
    progress: Progress | None
    tally: Tally
    is_dry: bool
    is_compared: bool
    seen: dict[str, StoredKey] = {}


def _admit(admission: Admission, row: RawRow) -> Admitted:
    try:
        read = read_line(row)
    except Misread as misread:
        raise Refusal([_of_misread(row, misread)]) from None
    return admission.admit(row, read.line, [_of_misread(row, misread) for misread in read.faults])


def _of_misread(row: RawRow, misread: Misread) -> RowFault:
    return fault_of(row, misread.column, misread.code, misread.reason, misread.cure)


def _differs(row: RawRow, record_id: str) -> RowFault:
    reason = "同一文书的记录已经入库，内容不同。"
    cure = "在“本单位的记录”里打开这一条，更正并写明理由；没有错的，从表里删掉这一行。"
    return msgspec.structs.replace(fault_of(row, "", "differs", reason, cure), record=record_id)
