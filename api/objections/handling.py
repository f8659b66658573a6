"""Use cases of officers and providers on objections."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from api.desk.casework import Turn, remedies
from api.evidence.models import ORDER
from api.infra.actors import Actor, Role
from api.infra.clock import civil_date
from api.infra.errors import FieldFault, Invalid
from api.infra.mongo import Tx
from api.infra.steps import Examination, finish, pause, resume
from api.objections import clockwork
from api.objections.errors import AlreadyReceived, CorrectionNeeded, PauseNotPossible
from api.objections.models import Addressee, Correction, Finding, Objection
from api.objections.outcomes import apply, checked, checked_missing
from api.objections.schemas import DraftOfResult, PauseClock, Reply, StaffReply, UnitPause
from api.objections.service import ObjectionService
from api.objections.states import TABLE
from api.records import dates
from api.records.models import Copy, Record
from knowledge.clocks import chinese_date, due, pause_kinds
from knowledge.remedies import Decider
from knowledge.rules import supports


class ObjectionHandling:
    """Every step takes a note for the history; only officers read it."""

    def __init__(self, objections: ObjectionService) -> None:
        self._objections = objections

    async def dispatch(self, turn: Turn[Objection], note: str) -> Objection:
        """The provider's days start when it says that it received the notice."""
        case, now = turn.case, turn.now
        steps = clockwork.dispatched(case, now)
        after = await self._objections.move(turn, "dispatch", note, steps=steps)
        await self._objections.tell(turn.tx, after, "objections.dispatched", now, unit=case.provider_unit)
        return after

    async def receipt(self, turn: Turn[Objection], *, received_on: date | None, note: str | None) -> Objection:
        """Raises AlreadyReceived, Invalid for a day before the notice or after today."""
        case, now = turn.case, turn.now
        TABLE.advance(case.status, "receipt", turn.actor.role)
        if case.is_received:
            raise AlreadyReceived
        sent_on = max(civil_date(entry.at) for entry in case.history if entry.action == "dispatch")
        on = received_on or civil_date(now)
        if not sent_on <= on <= civil_date(now):
            raise Invalid("收到日期须在发出通知之日和今天之间。")
        steps = clockwork.received(case, clockwork.owers(case, self._objections.centres), on)
        after = await self._objections.move(turn, "receipt", note, steps=steps)
        await self._objections.tell(turn.tx, after, "objections.received", now, unit=case.provider_unit)
        return after

    async def reply(self, turn: Turn[Objection], data: Reply | StaffReply, note: str | None) -> Objection:
        """A unit's reply to a verification. If the unit itself decides, this is the decision. Raises CorrectionNeeded."""
        case, now = turn.case, turn.now
        is_founded, reasons = data.founded, data.reasons
        correction = data.correction.correction() if data.correction else None
        if case.status in ("with_provider", "provider_handling", "market_handling"):
            if is_founded:
                return await self.uphold(turn, reasons=reasons, correction=correction, note=note)
            return await self.reject(turn, reasons=reasons, note=note)
        action = "reply_founded" if is_founded else "reply_unfounded"
        TABLE.advance(case.status, action, turn.actor.role)
        if is_founded != (correction is not None):
            raise CorrectionNeeded
        if correction is not None:
            _, correction, _ = await self._checked(turn, correction)
        reply = Finding(
            is_founded=is_founded,
            by=case.provider_unit,
            at=now,
            reasons=reasons,
            correction=correction,
        )
        steps = clockwork.replied(case, clockwork.owers(case, self._objections.centres), now)
        return await self._objections.move(turn, action, note, reply=reply, steps=steps)

    async def decide(self, turn: Turn[Objection], draft: DraftOfResult, note: str) -> Objection:
        """Takes the step of a draft, for a rehearsal or once it has its signatures. Raises whatever the step raises."""
        signed = turn._replace(actor=msgspec.structs.replace(turn.actor, is_signed=True))
        if draft.action == "reject":
            return await self.reject(signed, reasons=draft.reasons, note=note)
        correction = draft.correction.correction() if draft.correction else None
        take = self.uphold if draft.action == "uphold" else self.correct_own_error
        return await take(signed, reasons=draft.reasons, correction=correction, note=note)

    async def correct_own_error(
        self, turn: Turn[Objection], *, reasons: str, correction: Correction | None, note: str
    ) -> Objection:
        """The centre's own error: corrected at once, and told in the same transaction."""
        case = turn.case
        TABLE.advance(case.status, "correct_own_error", turn.actor.role)
        steps = clockwork.own_error(case, clockwork.owers(case, self._objections.centres), turn.now)
        staged = msgspec.structs.replace(case, steps=steps)
        return await self._decide(turn._replace(case=staged), "correct_own_error", reasons, correction, note)

    async def uphold(
        self, turn: Turn[Objection], *, reasons: str, correction: Correction | None, note: str | None
    ) -> Objection:
        """Corrects the record, removes the mark and tells other systems. Raises CorrectionNeeded, Outdated."""
        TABLE.advance(turn.case.status, "uphold", turn.actor.role)
        if correction is None and turn.case.reply is not None:
            correction = turn.case.reply.correction
        return await self._decide(turn, "uphold", reasons, correction, note)

    async def _decide(
        self, turn: Turn[Objection], action: str, reasons: str, correction: Correction | None, note: str | None
    ) -> Objection:
        tx, case, now = turn.tx, turn.case, turn.now
        if correction is None:
            raise CorrectionNeeded
        by = self._decider(case)
        record, correction, fields = await self._checked(turn, correction)
        told: list[Copy] = []
        if record is not None:
            records = self._objections.records
            after_change = await apply(records, tx, case, record, correction, fields, by, reasons, now)
            told = [copy for copy in after_change.copies if copy.told_at == now]
        after = await self._objections.move(
            turn,
            action,
            note,
            finding=Finding(is_founded=True, by=by, at=now, reasons=reasons, correction=correction),
            first_finding=case.finding,
            decided_at=now,
            centre_told_at=now,
            remedies=(),
            steps=clockwork.closed(case, told, now),
        )
        await self._objections.tell(tx, after, "objections.upheld", now)
        return after

    async def reject(self, turn: Turn[Objection], *, reasons: str, note: str | None) -> Objection:
        """Rejects with reasons, which are compulsory; the resident learns the remedies and their last days, which a review leaves
        as they are."""
        tx, case, now = turn.tx, turn.case, turn.now
        ways = (
            case.remedies
            if case.status == "review"
            else remedies(await self._decided_by(case, tx), case.jurisdiction, now)
        )
        after = await self._objections.move(
            turn,
            "reject",
            note,
            finding=Finding(is_founded=False, by=self._decider(case), at=now, reasons=reasons),
            first_finding=case.finding,
            decided_at=now,
            centre_told_at=now,
            remedies=ways,
            steps=finish(case.steps, now),
        )
        if case.about:
            await self._objections.records.unmark(tx, case.about, case.id, has_failed=True)
        await self._objections.tell(tx, after, "objections.rejected", now)
        return after

    async def pause(self, turn: Turn[Objection], data: PauseClock | UnitPause, note: str | None) -> Objection:
        """Leaves an examination's time out, from today. Raises PauseNotPossible if the law does not pause the clock or nothing shows
        that the examination was ordered, and Invalid for impossible dates."""
        tx, actor, case, now = turn
        on = civil_date(now)
        capability = supports("objection.pause", case.jurisdiction, on)
        if not capability.is_available:
            raise PauseNotPossible(capability.explanation, citation=capability.citation)
        TABLE.advance(case.status, "pause", actor.role)
        held = await self._objections.evidence.list_of_case(case.id, tx)
        if not any(file.id == data.order and file.kind == ORDER and file.owner != case.owner for file in held):
            raise PauseNotPossible(
                "暂停计算期限，须附上委托检验、检测、检疫、鉴定或者专家评审的文书，由承办人员或者承办单位传上来。",
                citation=capability.citation,
            )
        if any(data.order in earlier.evidence for step in case.steps for earlier in step.paused):
            raise PauseNotPossible("这份文书已经用来暂停过一次，再暂停须有新的文书。", citation=capability.citation)
        if data.kind not in pause_kinds(clockwork.FINISH, case.jurisdiction):
            raise PauseNotPossible("暂停的事由不在条例所列的范围内。", citation=capability.citation)
        _check_days(case, data.ordered_on, data.expected_until, on)
        examination = Examination(
            kind=data.kind,
            from_on=on,
            until_on=data.expected_until,
            evidence=(data.order,),
            by=data.laboratory,
            ordered_on=data.ordered_on,
        )
        steps = pause(case.steps, clockwork.PAUSABLE, examination)
        after = await self._objections.move(turn, "pause", note, steps=steps)
        await self._objections.tell(tx, after, "objections.paused", now, until=chinese_date(data.expected_until))
        return after

    async def resume(self, turn: Turn[Objection], note: str | None) -> Objection:
        after = await self._objections.move(turn, "resume", note, steps=resume(turn.case.steps, civil_date(turn.now)))
        await self._objections.tell(turn.tx, after, "objections.resumed", turn.now)
        return after

    async def copies_followed(self, tx: Tx, actor: Actor, case_id: str, systems: Sequence[str], now: datetime) -> None:
        """Called when systems followed the change by the provider's feed; the record is updated already. Does nothing if none is owed."""
        case = await self._objections.by_id(case_id, tx)
        steps = clockwork.followed(case.steps, systems, now)
        ended = [new.owed_by for old, new in zip(case.steps, steps, strict=True) if old != new]
        if ended:
            after = await self._objections.move(Turn(tx, actor, case, now), "acknowledge_copy", steps=steps)
            await self._objections.tell(tx, after, "objections.copy_done", now, unit="、".join(dict.fromkeys(ended)))

    async def acknowledge_copy(self, turn: Turn[Objection], *, system: str, note: str) -> Objection:
        """Notes that a system followed the correction. Raises CopyNotOwed."""
        steps = clockwork.followed(turn.case.steps, (system,), turn.now)
        after = await self._objections.follow_copy(turn, system, steps, note)
        await self._objections.tell(turn.tx, after, "objections.copy_done", turn.now, unit=system)
        return after

    async def _decided_by(self, case: Objection, tx: Tx) -> Decider:
        """The kind of body that answers, which determines the remedies."""
        if case.addressee is not Addressee.PROVIDER:
            return "centre"
        if case.about is None:
            return "authority"
        return dates.decider(await self._objections.records.get(case.about, tx))

    async def _checked(
        self, turn: Turn[Objection], correction: Correction
    ) -> tuple[Record | None, Correction, dict[str, Any]]:
        """The current record, the correction with the changes it makes, and the fields to write."""
        case = turn.case
        if case.about is None:
            return None, checked_missing(correction), {}
        record = await self._objections.records.get(case.about, turn.tx)
        amending, on = self._objections.amending, civil_date(turn.now)
        return record, *await checked(amending, record, correction, on, _own_name(turn.actor))

    def _decider(self, case: Objection) -> str:
        is_with_provider = case.addressee is Addressee.PROVIDER and case.status != "review"
        return case.provider_unit if is_with_provider else self._objections.centres[case.jurisdiction]


def _check_days(case: Objection, ordered_on: date, until: date, on: date) -> None:
    """The order has to be later than the objection and end within the time such an examination may take. Raises Invalid."""
    if not civil_date(case.filed_at) <= ordered_on <= on:
        raise Invalid(faults=(FieldFault(field="orderedOn", message="委托的日期须在提出异议以后，不能晚于今天。"),))
    ceiling = due("objection.examination", case.jurisdiction, ordered_on)
    if not on <= until <= ceiling.on:
        message = f"预计结束的日期须在今天到{chinese_date(ceiling.on)}之间：委托后最多六十个工作日。"
        raise Invalid(faults=(FieldFault(field="expectedUntil", message=message),))


def _own_name(actor: Actor) -> str | None:
    """The unit's name if the actor is a unit, which corrects in its own name only; None for the centre."""
    return actor.unit if actor.role is Role.PROVIDER else None
