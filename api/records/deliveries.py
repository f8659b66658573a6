"""Deliveries of a unit: who sent which file when, its outcome, and the refused rows for as long as they can still be corrected."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from enum import StrEnum
from io import BytesIO

import msgspec

from api.audits.service import AuditService
from api.infra.actors import Actor
from api.infra.collections import EXPIRY, Collection, Store, index
from api.infra.documents import Codec, Kept, Secret, Stored
from api.infra.errors import NotFound
from api.infra.ids import new_id
from api.infra.mongo import Database, Tx
from api.infra.paging import Page
from api.infra.privacy import KeyRing
from api.records.files.headers import Choice
from api.records.intake import IntakeService
from api.records.models import IntakeReport
from api.records.returned import returned_rows
from api.records.tally import MAX_ROWS_OVER_HTTP, Tally

_KEPT, _RETURNED_KEPT, _DRY_KEPT = timedelta(days=730), timedelta(days=30), timedelta(days=1)
_LONGEST = timedelta(hours=1)  # no file over HTTP is taken in for so long, whatever the database does
_MAX_RETURNED = 8_000_000
_BY_KEY = "接口密钥"


class State(StrEnum):
    """`INTERRUPTED`: it ended early, and sending the file again continues where it stopped. The counts are correct, but for a process
    that was killed: then they are 0.
    """

    RUNNING = "running"
    DONE = "done"
    INTERRUPTED = "interrupted"


class Delivery(Stored):
    """One file, without its rows. `by` is a key or a person of the unit."""

    KEPT = Kept(
        ours="id by is_dry accepted unchanged refused_count has_returned",
        unit="provider",
        word="state",
        when="at expires_at",
    )

    id: str
    provider: str
    by: str
    person: Secret[str]
    at: datetime
    file_name: Secret[str]
    is_dry: bool
    expires_at: datetime
    state: State = State.RUNNING
    accepted: int = 0
    unchanged: int = 0
    refused_count: int = 0
    has_returned: bool = False

    def seen_at(self, now: datetime) -> "Delivery":
        """As it is to be taken by then: a process that was killed cannot have said that it ended."""
        if self.state is not State.RUNNING or now - self.at <= _LONGEST:
            return self
        return msgspec.structs.replace(self, state=State.INTERRUPTED)


class Returned(Stored):
    """The refused rows of one delivery, as the workbook for the clerk."""

    KEPT = Kept(ours="id", unit="provider", when="expires_at")

    id: str
    provider: str
    workbook: Secret[bytes]
    expires_at: datetime


DELIVERIES = Collection(
    "deliveries", Delivery, indexes=(index("provider", "provider -_id"), EXPIRY), why="a line for each file of a unit"
)
RETURNED = Collection("delivery_returns", Returned, indexes=(EXPIRY,), why="the refused rows of a file, for a month")


class DeliveryStore(Store[Delivery]):
    declared = DELIVERIES

    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys)
        self.returned_codec: Codec[Returned] = Codec(Returned, RETURNED.name, keys)
        self._returned = database.collection(RETURNED.name)

    async def put(self, delivery: Delivery) -> None:
        document = self.codec.encode(delivery)
        await self._collection.replace_one({"_id": delivery.id}, document, upsert=True)

    async def remove(self, delivery_id: str) -> None:
        await self._collection.delete_one({"_id": delivery_id})

    async def put_returned(self, returned: Returned) -> None:
        document = self.returned_codec.encode(returned)
        await self._returned.replace_one({"_id": returned.id}, document, upsert=True)

    async def get_of_provider(self, delivery_id: str, provider: str) -> Delivery:
        """Raises NotFound, also for another unit's."""
        return await self.get_by({"_id": delivery_id, "provider": provider})

    async def get_returned(self, delivery_id: str, provider: str) -> Returned:
        """Raises NotFound, also for another unit's, and when it is no longer kept."""
        document = await self._returned.find_one({"_id": delivery_id, "provider": provider})
        if document is None:
            raise NotFound("没有要改的行，或者已经过了保存的日子。")
        return self.returned_codec.decode(document)

    async def page_of_provider(self, provider: str, after: str | None, limit: int) -> Page[Delivery]:
        """Newest first; dry runs are left out."""
        query = {"provider": provider, "is_dry": False}
        return await self.page_by(query, after, limit)


class DeliveryService:
    """`name_of` returns the name of one of the unit's people, for the unit to read."""

    def __init__(
        self,
        store: DeliveryStore,
        intake: IntakeService,
        audits: AuditService,
        name_of: Callable[[str], Awaitable[str]],
    ) -> None:
        self._store = store
        self._intake = intake
        self._audits = audits
        self._name_of = name_of

    async def hand_in(
        self, actor: Actor, content: bytes, file_name: str, choice: Choice, now: datetime, *, is_dry: bool
    ) -> tuple[Delivery, IntakeReport]:
        """Takes in a unit's file, or only checks it in a dry run, and stores the outcome.

        Raises UnreadableFile, ColumnsUnclear, TooManyRows, after which nothing of the file is stored.
        """
        delivery = Delivery(
            id=new_id("dlv"),
            provider=actor.id,
            by=actor.session or "",
            person=await self._name_of(actor.person) if actor.person else _BY_KEY,
            at=now,
            file_name=file_name,
            is_dry=is_dry,
            expires_at=now + (_DRY_KEPT if is_dry else _KEPT),
        )
        tally = Tally()
        await self._store.put(delivery)
        try:
            report = await self._intake.import_file(
                BytesIO(content),
                actor.id,
                now=now,
                actor=actor,
                max_rows=MAX_ROWS_OVER_HTTP,
                choice=choice,
                is_dry=is_dry,
                tally=tally,
            )
        except BaseException:
            if tally.accepted or tally.unchanged or tally.refused:
                await self._store.put(_counted(delivery, tally, State.INTERRUPTED))
            else:
                await self._store.remove(delivery.id)
            raise
        return await self._keep(_counted(delivery, tally, State.DONE), report), report

    async def _keep(self, delivery: Delivery, report: IntakeReport) -> Delivery:
        if report.refused_count:
            workbook = returned_rows(report)
            if len(workbook) <= _MAX_RETURNED:
                kept = _DRY_KEPT if delivery.is_dry else _RETURNED_KEPT
                await self._store.put_returned(Returned(delivery.id, delivery.provider, workbook, delivery.at + kept))
                delivery = msgspec.structs.replace(delivery, has_returned=True)
        await self._store.put(delivery)
        return delivery

    async def page(self, actor: Actor, cursor: str | None, limit: int, now: datetime) -> Page[Delivery]:
        """The unit's deliveries, newest first. Raises Invalid for a cursor we did not issue."""
        found = await self._store.page_of_provider(actor.id, cursor, limit)
        return found.map(lambda delivery: delivery.seen_at(now))

    async def get(self, actor: Actor, delivery_id: str, now: datetime) -> Delivery:
        """One delivery of the unit; the attempt to read another's is audited. Raises NotFound."""
        await self._note(None, actor, delivery_id, now)
        return (await self._store.get_of_provider(delivery_id, actor.id)).seen_at(now)

    async def returned(self, actor: Actor, delivery_id: str, now: datetime) -> bytes:
        """The workbook of refused rows. Raises NotFound; audited."""
        await self._note(None, actor, delivery_id, now)
        return (await self._store.get_returned(delivery_id, actor.id)).workbook

    async def _note(self, tx: Tx, actor: Actor, delivery_id: str, now: datetime) -> None:
        await self._audits.write(tx, actor, "records.read-delivery", delivery_id, now)


def _counted(delivery: Delivery, tally: Tally, state: State) -> Delivery:
    return msgspec.structs.replace(
        delivery, state=state, accepted=tally.accepted, unchanged=tally.unchanged, refused_count=tally.refused
    )
