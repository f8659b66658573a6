"""Signing, taking back, performing, finding."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import msgspec

from api.declarations.guard import must_pass
from api.desk.casework import Casework, Ground, Turn
from api.desk.schemas import PartyView
from api.infra.actors import SYSTEM, Actor, Role
from api.infra.clock import civil_date
from api.infra.errors import FieldFault, Invalid, NotFound
from api.infra.ids import new_id, receipt_number
from api.infra.mongo import Tx
from api.infra.one_by_one import one_by_one
from api.infra.steps import Step, begin, finish
from api.pledges.errand import ERRAND
from api.pledges.errors import BadDueDate, ConsequenceNotRead, CoolingOver, StillCooling, UnknownKind
from api.pledges.lines import OUTCOMES, STATE, record_of
from api.pledges.models import Finding, Moved, Outcome, Performance, Pledge, RepairFiled
from api.pledges.schemas import Sign
from api.pledges.states import TABLE
from api.pledges.store import PledgeStore
from api.pledges.texts import REPAIR, current_text
from api.providers.models import Provider
from api.records.models import Change, Standing
from knowledge.errors import CalendarUnknown
from knowledge.places import cited
from knowledge.rules import in_force

_LONGEST = timedelta(days=5 * 366)
FINDING = "pledge.finding"


class PledgeService(Casework[Pledge]):
    worked_by = "recipient"

    def __init__(self, ground: Ground, find_provider: Callable[[str], Awaitable[Provider]]) -> None:
        self._pledges = PledgeStore(ground.database, ground.keys)
        self._database = ground.database
        super().__init__(ERRAND, ground, self._pledges)
        self._find_provider = find_provider

    async def sign(self, tx: Tx, actor: Actor, promise: Sign, now: datetime) -> Pledge:
        """Signs a pledge, which takes effect after the cooling-off. Raises UnknownKind, TextOutdated, ConsequenceNotRead, BadDueDate,
        BarredContent, and NotFound for an unknown recipient."""
        today = civil_date(now)
        text = current_text(promise.kind, promise.text_version, promise.jurisdiction, today)
        if text.kind == REPAIR:
            raise UnknownKind("信用修复承诺在申请信用修复时签署。")
        if not promise.consequence_accepted:
            raise ConsequenceNotRead(citation=in_force("pledge.recorded", promise.jurisdiction, today).citation)
        effective_at = now + timedelta(hours=text.cooling_off_hours)
        if not civil_date(effective_at) <= promise.due_on <= today + _LONGEST:
            raise BadDueDate(faults=(FieldFault(field="dueOn", message="请选择冷静期之后、五年之内的日期。"),))
        recipient_unit = await self._unit(promise.recipient, promise.jurisdiction)
        try:
            begin(FINDING, promise.jurisdiction, promise.due_on, recipient_unit)
        except CalendarUnknown as unknown:
            message = "这一天之后的工作日历还没有，请选择早一些的日期。"
            raise BadDueDate(faults=(FieldFault(field="dueOn", message=message),)) from unknown
        must_pass(promise.content, promise.jurisdiction, field="content", has_consent=False)
        case = Pledge(
            id=new_id(ERRAND.prefix),
            number=receipt_number("CN", today),
            owner=actor.id,
            subject=actor.bound_subject,
            status=TABLE.initial,
            jurisdiction=promise.jurisdiction,
            kind=text.kind,
            title=text.title,
            text_version=text.version,
            content=promise.content,
            recipient=promise.recipient,
            recipient_unit=recipient_unit,
            signed_at=now,
            effective_at=effective_at,
            due_on=promise.due_on,
        )
        return await self.start(tx, actor, case, now, "sign", told="pledges.signed", title=case.title)

    async def repair_filed(self, tx: Tx, filed: RepairFiled) -> None:
        """The pledge that goes with a repair: in effect at once, shown to the public with it.

        Raises TextOutdated, AlreadyThere("one_of_repair").
        """
        now = filed.accepted_at
        text = current_text(REPAIR, filed.pledge_version, filed.jurisdiction, civil_date(now))
        record = await self.records.get(filed.record_id, tx)
        case = Pledge(
            id=new_id(ERRAND.prefix),
            number=receipt_number("CN", civil_date(now)),
            owner=filed.owner,
            subject=filed.subject,
            status="effective",
            jurisdiction=filed.jurisdiction,
            kind=text.kind,
            title=text.title,
            text_version=text.version,
            content=text.text,
            recipient=record.provider,
            recipient_unit=record.source_unit,
            signed_at=now,
            effective_at=now,
            record=new_id("rec"),
            repair=filed.repair_id,
            repaired_record=record.id,
        )
        signer = Actor(role=Role.RESIDENT, id=filed.owner, subject=filed.subject)
        await self.start(tx, signer, case, now, "sign")
        await self.records.insert_own(tx, record_of(case, now))

    async def repair_moved(self, tx: Tx, actor: Actor, repair: Moved, action: str, now: datetime) -> None:
        """Follows a repair's step: one that is withdrawn, or ends undecided, releases its pledge; a bar for an untrue pledge marks the pledge as broken."""
        if action in ("withdraw", "end_with_record", "lapse"):
            await self.release_for_repair(tx, repair.id, now)
        elif action == "bar":
            case = await self._pledges.find_of_repair(repair.id, tx)
            if case is not None and not TABLE.is_final(case.status):
                reason = "认定单位认定承诺不实，情形和理由见修复申请"
                await self._found(Turn(tx, actor, case, now), Outcome.BROKEN, reason, repair.barred_until)

    async def release_for_repair(self, tx: Tx, repair_id: str, now: datetime) -> None:
        """Releases the pledge of a repair that did not go ahead and removes it from the report. Does nothing if none is open."""
        case = await self._pledges.find_of_repair(repair_id, tx)
        if case is None or TABLE.is_final(case.status):
            return
        await self.move(Turn(tx, SYSTEM, case, now), "release", steps=finish(case.steps, now))
        if case.record is not None:
            record = await self.records.get(case.record, tx)
            change = _change(case, "修复申请终止，承诺随之终止", now, "本人")
            await self.records.stop(tx, record, Standing.WITHDRAWN, change)

    async def withdraw(self, turn: Turn[Pledge]) -> Pledge:
        """Withdraws a pledge within the cooling-off. Raises CoolingOver."""
        case, now = turn.case, turn.now
        if case.status == "effective" or (case.status == "cooling" and case.effective_at <= now):
            raise CoolingOver
        after = await self.move(turn, "withdraw")
        await self._told(turn.tx, after, "pledges.withdrawn", now)
        return after

    async def take_effect_due(self, now: datetime) -> int:
        """For the worker: puts pledges whose cooling-off is over into the record. Returns how many."""

        async def begin_one(tx: Tx, case_id: str) -> bool:
            case = await self._pledges.get(case_id, tx)
            return await self._settled(tx, case, now) is not case

        return await one_by_one(self._database, (partial(self._pledges.list_cooled, now), begin_one))

    async def perform(self, turn: Turn[Pledge], note: str, evidence: tuple[str, ...]) -> Pledge:
        """Says that it was done. May be said again with more.

        Raises StillCooling, BarredContent, FileNotUsable, TooManyFiles.
        """
        tx, actor, case, now = turn
        case = await self._settled(tx, case, now)
        if case.status == "cooling":
            raise StillCooling
        TABLE.advance(case.status, "perform", actor.role)
        must_pass(note, case.jurisdiction, field="note", has_consent=False)
        files = await self.evidence.attach(tx, actor.id, evidence, case.id, now)
        after = await self.move(
            turn._replace(case=case),
            "perform",
            performances=(*case.performances, Performance(at=now, note=note, evidence=files)),
            steps=_performed(case, civil_date(now)),
        )
        await self._record(
            tx, after, "本人提交履行证明", now, state="已提交履行证明，待认定", duty_performed_on=civil_date(now)
        )
        return after

    async def find(self, turn: Turn[Pledge], outcome: Outcome, reason: str) -> Pledge:
        """Enters the finding of the recipient or the centre. All outcomes enter the record.

        A broken pledge does not bar repair by itself: the unit that determined the conduct decides that after hearing the resident,
        and sets the last day (`repairs.propose_bar`).
        """
        settled = await self._settled(turn.tx, turn.case, turn.now)
        return await self._found(turn._replace(case=settled), outcome, reason)

    async def _found(
        self, turn: Turn[Pledge], outcome: Outcome, reason: str, barred_until: date | None = None
    ) -> Pledge:
        tx, actor, case, now = turn
        after = await self.move(
            turn,
            f"find-{outcome.value}",
            reason,
            finding=Finding(at=now, outcome=outcome, unit=actor.unit or "", reason=reason),
            barred_until=barred_until,
            steps=finish(case.steps, now),
        )
        await self._record(tx, after, reason, now, state=OUTCOMES[outcome], unit=actor.unit or "", due_on=None)
        await self._told(tx, after, f"pledges.{outcome.value}", now)
        return after

    async def parties(self, cases: Sequence[Pledge], tx: Tx = None) -> dict[str, PartyView]:
        """The signer of each pledge, in part, by its id; missing for pledges not yet in effect."""
        found = {}
        for case in cases:
            if case.record is not None:
                found[case.id] = PartyView.of(await self.records.get(case.record, tx))
        return found

    async def _settled(self, tx: Tx, case: Pledge, now: datetime) -> Pledge:
        """The pledge in its current state, even if the worker has not updated it yet."""
        if case.status == "cooling" and case.effective_at <= now:
            return await self._take_effect(tx, case, now)
        return case

    async def _take_effect(self, tx: Tx, case: Pledge, now: datetime) -> Pledge:
        after = await self.move(
            Turn(tx, SYSTEM, case, now),
            "take-effect",
            record=new_id("rec"),
            steps=(begin(FINDING, case.jurisdiction, case.due_on, case.recipient_unit),) if case.due_on else (),
        )
        await self.records.insert_own(tx, record_of(after, now))
        await self._told(tx, after, "pledges.effective", now)
        return after

    async def _record(
        self, tx: Tx, case: Pledge, reason: str, now: datetime, *, state: str, unit: str = "本人", **fields: Any
    ) -> None:
        """Updates the pledge's record. Reminders end once it is performed or found on."""
        if case.record is None:
            return
        record = await self.records.get(case.record, tx)
        items = {**record.particulars.items, STATE: state}
        change = _change(case, reason, now, unit)
        particulars = msgspec.structs.replace(record.particulars, items=items)
        await self.records.alter(tx, record, change, particulars=particulars, **fields)

    async def _told(self, tx: Tx, case: Pledge, kind: str, now: datetime) -> None:
        await self.tell(tx, case, kind, now, title=case.title)

    async def _unit(self, recipient: str | None, jurisdiction: str) -> str:
        if recipient is None:
            return self.centres[jurisdiction]
        try:
            provider = await self._find_provider(recipient)
        except NotFound:
            provider = None
        if provider is None or provider.jurisdiction != jurisdiction or provider.is_market:
            raise Invalid(
                "没有这个承诺对象。", faults=(FieldFault(field="recipient", message="请从列出的单位中选择。"),)
            )
        return provider.name


def _performed(case: Pledge, on: date) -> tuple[Step, ...]:
    """The step of the finding, which is owed from the first proof, or from the pledge's due day if that was earlier."""
    if any(step.is_open and step.started_on <= on for step in case.steps):
        return case.steps
    return (begin(FINDING, case.jurisdiction, on, case.recipient_unit),)


def _change(case: Pledge, reason: str, now: datetime, unit: str) -> Change:
    law = cited(("pledge",), case.jurisdiction)
    return Change(at=now, kind="pledge", unit=unit, reason=reason, fields=(STATE,), case_id=case.id, law=law)
