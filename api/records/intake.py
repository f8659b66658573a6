"""Intake: a provider's file becomes records, each checked against the catalogue and the bans, each once.

One thread prepares batches of rows, at most two ahead; the records of a batch are written while the footprints and notices of the
batch before are. The unique natural key decides what is new, so a file may be sent again: whatever an interrupted run left out,
footprints and notices included, is completed, and nothing is stored twice.
"""

import asyncio
import contextlib
import itertools
from array import array
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

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
from api.records.files.survey import Survey
from api.records.files.tables import RawRow
from api.records.files.values import Misread
from api.records.models import Copy, IntakeReport, Record, RefusedRow, RowFault, Section, Taken
from api.records.store import RecordStore, StoredKey
from api.records.telling import drafts_of
from api.records.traces import traces_of

_BATCH = 500
_AHEAD = 2  # batches
_PROGRESS = 1000
_PAUSES = (0.5, 2.0, 5.0)  # seconds before a batch is stored again
_MAX_FAULTS = 10_000
_MAX_RETURNED = 5_000
MAX_ROWS_OVER_HTTP = 10_000

Progress = Callable[[int], None]
T = TypeVar("T")


class _Prepared(msgspec.Struct):
    row: RawRow
    record: Record
    document: dict[str, object]


class _Batch(msgspec.Struct):
    rows: int
    prepared: list[_Prepared]
    refused: list[tuple[RawRow, tuple[RowFault, ...]]]


class _Places:
    """The rows of the file that have become new records, in sixteen bytes each: a file may have millions of them."""

    def __init__(self) -> None:
        self._sheets: dict[str, int] = {}
        self._records = array("q")
        self._places = array("q")

    def note(self, record_id: str, sheet: str, line: int) -> None:
        self._records.append(hash(record_id))
        self._places.append(self._sheets.setdefault(sheet, len(self._sheets)) << 32 | line)

    def of(self, record_ids: Iterable[str]) -> dict[str, tuple[str, int]]:
        """Sheet and line of those that this file has made."""
        wanted = {hash(record_id): record_id for record_id in record_ids}
        sheets = list(self._sheets)
        there = zip(self._records, self._places, strict=True) if wanted else ()
        return {
            wanted[record]: (sheets[place >> 32], place & 0xFFFF_FFFF) for record, place in there if record in wanted
        }


class Tally:
    """The outcome of the rows so far, also correct for a run that ended early."""

    def __init__(self) -> None:
        self.accepted = 0
        self.unchanged = 0
        self.refused = 0
        self.without_class = 0
        self.faults: list[RowFault] = []
        self.rows: list[RefusedRow] = []
        self.taken: list[Taken] = []
        self._places = _Places()

    def refuse(self, row: RawRow, faults: Sequence[RowFault]) -> None:
        self.refused += 1
        if len(self.faults) + len(faults) > _MAX_FAULTS or len(self.rows) == _MAX_RETURNED:
            return  # every refused row has its reasons
        self.faults += faults
        self.rows.append(RefusedRow(row.line, row.table.sheet if row.table else "", row.written))

    def take(self, row: RawRow, record_id: str, *, is_new: bool) -> None:
        sheet = row.table.sheet if row.table else ""
        if is_new:
            self.accepted += 1
            self._places.note(record_id, sheet, row.line)
        else:
            self.unchanged += 1
        if len(self.taken) < MAX_ROWS_OVER_HTTP:
            self.taken.append(Taken(row.line, record_id, is_new, sheet))

    def report(self, survey: Survey, *, is_dry: bool) -> IntakeReport:
        places = self._places.of(fault.record for fault in self.faults if fault.record)
        faults = (_beside(fault, places.get(fault.record or ""), is_dry=is_dry) for fault in self.faults)
        return IntakeReport(
            accepted=self.accepted,
            unchanged=self.unchanged,
            refused=tuple(sorted(faults, key=lambda fault: (fault.sheet, fault.line))),
            refused_count=self.refused,
            ignored_columns=tuple(one.header for one in survey.columns if one.column is None),
            taken=tuple(sorted(self.taken, key=lambda one: (one.sheet, one.line))),
            refused_rows=tuple(self.rows),
            survey=survey,
            is_dry=is_dry,
            without_class=self.without_class,
        )


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
        run = _Run(provider, now, actor, progress, tally or Tally(), is_dry=is_dry)
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
        rows = reading.rows()
        admission = Admission(run.provider, self._keys, run.now)
        thread = ThreadPoolExecutor(1, "intake")
        loop = asyncio.get_running_loop()

        def prepared() -> "asyncio.Future[_Batch]":
            return loop.run_in_executor(thread, copy_context().run, self._prepare, admission, rows)

        ahead = deque(prepared() for _ in range(_AHEAD))
        leaving: asyncio.Task[None] | None = None
        done = 0
        try:
            while (batch := await ahead.popleft()).rows:
                ahead.append(prepared())
                try:
                    stored = await _through_outages(partial(self._keep, batch.prepared, run))
                finally:
                    if leaving is not None:
                        await leaving
                    for row, faults in batch.refused:
                        tally.refuse(row, faults)
                leaving = asyncio.create_task(_through_outages(partial(self._leave, stored, run)))
                if run.progress and (done + batch.rows) // _PROGRESS > done // _PROGRESS:
                    run.progress(done + batch.rows)
                done += batch.rows
            if leaving is not None:
                await leaving
        finally:
            if leaving is not None:
                await asyncio.gather(leaving, return_exceptions=True)
            thread.shutdown(wait=False, cancel_futures=True)
            with contextlib.suppress(ValueError):  # the caller left while its thread was still reading
                rows.close()
        return tally.report(survey, is_dry=run.is_dry)

    def _prepare(self, admission: Admission, rows: Iterator[RawRow]) -> _Batch:
        batch = _Batch(0, [], [])
        taken: list[RawRow] = []
        admitted: list[Admitted] = []
        for row in itertools.islice(rows, _BATCH):
            batch.rows += 1
            try:
                admitted.append(_admit(admission, row))
                taken.append(row)
            except Refusal as refused:
                batch.refused.append((row, refused.faults))
        records = admission.records_of(admitted)
        batch.prepared += map(_Prepared, taken, records, self._store.codec.encode_all(records))
        return batch

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
        there = await self._there(by_key, run)
        traced: list[tuple[Record, str, datetime]] = []
        outcome: list[tuple[_Prepared, str, bool | None]] = []
        for key, one in by_key.items():
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
        return _Stored(outcome, traced)

    async def _leave(self, stored: "_Stored", run: "_Run") -> None:
        """Stores footprints and notices of new records and completes those of existing ones. Counts at its end."""
        if not run.is_dry:
            await asyncio.gather(
                self._footprints.note_once(lambda: self._traces(stored.traced)),
                self._notices.tell_once(lambda: _told(stored.traced)),
            )
        for one, record_id, is_new in stored.outcome:
            if is_new is None:
                run.tally.refuse(one.row, (_differs(one.row, record_id),))
            else:
                run.tally.take(one.row, record_id, is_new=is_new)
                run.tally.without_class += (
                    is_new and one.record.section is Section.DISHONESTY and not one.record.record_class
                )

    def _traces(self, traced: Sequence[tuple[Record, str, datetime]]) -> list[Trail]:
        return [traces_of(record, self._centre(record), record_id, at) for record, record_id, at in traced]

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

    def _centre(self, record: Record) -> str:
        return self._centres.get(record.jurisdiction, "信用中心")


class _Stored(NamedTuple):
    """Of each row of a batch its record, and whether it is new: None if it differs from the stored one. `traced` are those that are
    to have footprints and notices, each with its id and the instant at which it came in."""

    outcome: list[tuple[_Prepared, str, bool | None]]
    traced: list[tuple[Record, str, datetime]]


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
    """One file of one unit at one instant. `seen` are the rows of a dry run, which the database does not have."""

    provider: Provider
    now: datetime
    actor: Actor
    progress: Progress | None
    tally: Tally
    is_dry: bool
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


def _beside(fault: RowFault, other: tuple[str, int] | None, *, is_dry: bool) -> RowFault:
    """A row that is not as another row of its own file: that row is named, since after a trial run there is no record to open."""
    if other is None:
        return fault
    sheet, line = other
    where = f"“{sheet}”第{line}行" if sheet else f"第{line}行"
    return msgspec.structs.replace(
        fault,
        reason=f"和这个文件{where}是同一份文书，内容不同。",
        cure=f"对照文书，两行里留对的一行，另一行从表里删掉。{'' if is_dry else fault.cure}",
        record=None if is_dry else fault.record,
    )
