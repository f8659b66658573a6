"""Notice beforehand, hearing, decision, service of the document, removal."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from api.accounts.consents import ConsentService
from api.desk.casework import Casework, Ground, Turn
from api.footprints.models import FootprintKind
from api.footprints.service import footprint
from api.infra.actors import SYSTEM, Actor, Role
from api.infra.clock import civil_date
from api.infra.errors import FieldFault
from api.infra.ids import new_id, receipt_number
from api.infra.mongo import Tx
from api.infra.privacy import sm3
from api.infra.steps import Step, begin, finish
from api.listings.documents import compose, listed_measures, must_be_complete
from api.listings.errand import ERRAND
from api.listings.errors import (
    AlreadyOpen,
    AnswerTimeOver,
    AnswerTimeRunning,
    BadDates,
    BadServiceDate,
    ConditionsOpen,
    NothingToCorrect,
    NotListable,
    NotServedOnPaper,
)
from api.listings.models import Condition, Decision, Listing, Said, Service, Told
from api.listings.schemas import Answer, CorrectService, Decide, Remove, Serve, ServeAsOfficer, Tell
from api.listings.states import TABLE
from api.listings.store import ListingStore
from api.notices.models import Draft
from api.records.models import AppliedMeasure, Change, Record, Section, Standing
from api.records.traces import measure_applied
from knowledge.clocks import chinese_date
from knowledge.measures import Measure
from knowledge.places import cited
from knowledge.rules import in_force

_REMINDER = "listings.answer_due"
REPLY, DECIDE, SERVE = "listing.reply", "listing.decide", "listing.serve"
ELECTRONIC = "electronic-service"


_LONGEST = timedelta(days=366)
_DISPATCHED = {"handed": "hand", "notice": "announced"}
"""Our ways of service by their names in a case's dispatch log, if these differ."""
Dispatched = Callable[[Tx, Listing, str, Service, datetime], Awaitable[None]]


_WHY = {
    Standing.STANDING: "异议成立，已移出名单",
    Standing.REPAIRED: "这条信息已修复",
    Standing.WITHDRAWN: "这条信息已停止披露",
    Standing.EXPIRED: "这条信息已停止披露",
    Standing.REVOKED: "认定的行为已被撤销",
    Standing.REMOVED: "这条信息已删除",
}
"""Why a case ends with its record, by what became of that."""


class ListingService(Casework[Listing]):
    worked_by = "owner"
    already_open = AlreadyOpen

    def __init__(self, ground: Ground, consents: ConsentService, dispatched: Dispatched) -> None:
        """`dispatched` notes in the case's journal how its paper was served."""
        self._dispatched = dispatched
        self._listings = ListingStore(ground.database, ground.keys)
        self._consents = consents
        super().__init__(ERRAND, ground, self._listings)

    async def give_notice(self, tx: Tx, actor: Actor, request: Tell, now: datetime) -> Listing:
        """The notice before a decision about the provider's own record. Raises NotFound, NotListable, AlreadyOpen, BadDates."""
        today = civil_date(now)
        record = await self.records.provided(actor, request.record_id, now, tx)
        if record.section is not Section.DISHONESTY or not record.is_disclosed or record.severe_list == "listed":
            raise NotListable
        if not today < request.answer_by <= request.reply_by <= today + _LONGEST:
            raise BadDates(
                citation=in_force("listing.told_before", record.jurisdiction, today).citation,
                faults=(FieldFault(field="answerBy", message=BadDates.default_step),),
            )
        case = Listing(
            id=new_id(ERRAND.prefix),
            number=receipt_number("MD", today),
            owner=actor.id,
            subject=record.subject,
            status=TABLE.initial,
            jurisdiction=record.jurisdiction,
            record=record.id,
            record_title=record.title,
            unit=actor.unit or record.source_unit,
            list_title=request.list_title,
            told=Told(request.grounds, request.basis, request.rights, request.remedies),
            noticed_at=now,
            answer_by=request.answer_by,
            reply_by=request.reply_by,
            open_record=record.id,
            steps=(begin(DECIDE, record.jurisdiction, request.answer_by, actor.unit or record.source_unit),),
        )
        case = await self.start(tx, actor, case, now, "tell", told="listings.told", unit=case.unit)
        await self.notices.book(tx, now, Draft(kind=_REMINDER, subject=case.subject, ref=case.id, on=case.answer_by))
        return case

    async def open(self, turn: Turn[Listing]) -> Listing:
        """The resident opens the waiting document. With consent to electronic service this serves the decision (Yunnan 31); without,
        it is only seen, and the unit serves it on paper. Harmless to repeat.
        """
        case, now = turn.case, turn.now
        if case.status == "noticed" and case.opened_at is None:
            return await self.move(turn, "open", opened_at=now)
        if case.status != "listed":
            return case
        consent = await self._consents.given(turn.actor.id, ELECTRONIC, now)
        if consent is not None:
            service = Service(
                civil_date(now), "electronic", now, case.unit, consented_at=consent.at, version=consent.version
            )
            return await self._served(turn, "open", service, served_at=now)
        if case.seen_at is not None:
            return case
        return await self.move(turn, "look", seen_at=now)

    async def serve(self, turn: Turn[Listing], request: Serve | ServeAsOfficer, note: str | None = None) -> Listing:
        """Records service on paper, by the unit or the centre. Raises BadServiceDate."""
        tx, actor, case, now = turn
        TABLE.advance(case.status, "serve", actor.role)
        _check_day(case, request.on, now)
        by = case.unit if actor.role is Role.PROVIDER else self.centres[case.jurisdiction]
        service = Service(request.on, request.way, now, by, proof=request.proof)
        after = await self._served(turn, "serve", service, note)
        await self.tell(tx, after, "listings.served", now, unit=case.unit)
        return after

    async def correct_service(self, turn: Turn[Listing], request: CorrectService) -> Listing:
        """Puts right what was recorded of a service on paper; the remedies are counted from the right day, and the resident is told.

        What was recorded stays in the case. Raises NotServedOnPaper, BadServiceDate, NothingToCorrect.
        """
        tx, actor, case, now = turn
        TABLE.advance(case.status, "correct_service", actor.role)
        made = case.service
        if made is None or made.way == "electronic":
            raise NotServedOnPaper
        _check_day(case, request.on, now)
        if (request.on, request.way, request.proof) == (made.on, made.way, made.proof):
            raise NothingToCorrect
        service = Service(
            request.on, request.way, now, self.centres[case.jurisdiction], proof=request.proof, why=request.reason
        )
        after = await self._served(
            turn, "correct_service", service, request.reason, earlier_services=(*case.earlier_services, made)
        )
        was, day = chinese_date(made.on), chinese_date(service.on)
        await self.tell(tx, after, "listings.service_corrected", now, unit=case.unit, was=was, day=day)
        return after

    async def _served(
        self, turn: Turn[Listing], action: str, service: Service, note: str | None = None, **fields: Any
    ) -> Listing:
        """Stops the clocks and notes in the case's dispatch log how and when it was served."""
        steps = finish(turn.case.steps, turn.now)
        after = await self.move(turn, action, note, service=service, steps=steps, **fields)
        await self._dispatched(turn.tx, after, _DISPATCHED.get(service.way, service.way), service, turn.now)
        return after

    async def answer(self, turn: Turn[Listing], request: Answer) -> Listing:
        """Takes the resident's answer, also after the day set in the notice as long as nothing is decided; it is then marked as late.
        What was replied to can be answered until that day.

        Raises AnswerTimeOver, FileNotUsable, TooManyFiles.
        """
        tx, actor, case, now = turn
        TABLE.advance(case.status, "answer", actor.role)
        if case.status == "responded" and civil_date(now) > case.answer_by:
            raise AnswerTimeOver(
                citation=in_force("listing.objection_answered", case.jurisdiction, civil_date(now)).citation
            )
        files = await self.evidence.attach(tx, actor.id, request.evidence, case.id, now)
        said = Said(at=now, text=request.text, evidence=files, is_late=civil_date(now) > case.answer_by)
        after = await self.move(turn, "answer", answers=(*case.answers, said), steps=_answered(case, now))
        await self.notices.cancel(tx, case.subject, case.id, (_REMINDER,), now)
        return after

    async def reply(self, turn: Turn[Listing], text: str) -> Listing:
        """Enters the authority's reply to the resident's answer, without which there is no decision to list. The days for the decision
        run from the day on which it can be made.
        """
        case, now = turn.case, turn.now
        on = civil_date(now)
        said = Said(at=now, text=text, is_late=on > case.reply_by)
        earlier = case.earlier_replies if case.reply is None else (*case.earlier_replies, case.reply)
        decide = begin(DECIDE, case.jurisdiction, max(on, case.answer_by), case.unit)
        steps = (*(step for step in finish(case.steps, now) if step.key != decide.key), decide)
        after = await self.move(turn, "reply", reply=said, earlier_replies=earlier, steps=steps)
        kind = "listings.replied_early" if on <= case.answer_by else "listings.replied"
        await self.tell(turn.tx, after, kind, now, unit=case.unit, day=chinese_date(case.answer_by))
        return after

    async def decide(self, turn: Turn[Listing], request: Decide) -> Listing:
        """Raises AnswerTimeRunning, Invalid with what the document lacks, MeasureNotListed, BadDates."""
        case, now = turn.case, turn.now
        if not request.is_listed:
            return await self._end(
                turn, "drop", "listings.dropped", closed_at=now, closing_reason=request.reason,
                open_record=None,
            )  # fmt: skip
        TABLE.advance(case.status, "list", turn.actor.role)
        today = civil_date(now)
        if today <= case.answer_by:
            raise AnswerTimeRunning(
                citation=in_force("listing.told_before", case.jurisdiction, today).citation,
            )
        must_be_complete(request, case.jurisdiction, today)
        assert request.decided_on is not None and request.document_number is not None
        if not _heard_by(case) <= request.decided_on <= today:
            raise BadDates(
                citation=in_force("listing.told_before", case.jurisdiction, today).citation,
                faults=(FieldFault(field="decidedOn", message=f"应当在{chinese_date(_heard_by(case))}到今天之间。"),),
            )
        measures = listed_measures(request.measures, case.jurisdiction, request.decided_on)
        content = compose(case, request, measures)
        decision = Decision(
            at=now,
            decided_on=request.decided_on,
            number=request.document_number,
            measures=tuple(row.code for row in measures),
            content=content,
            digest=sm3(content.encode()),
        )
        conditions = tuple(
            Condition(key=f"c{number}", text=text) for number, text in enumerate(request.removal_conditions, 1)
        )
        after = await self._end(
            turn, "list", "listings.decided", decision=decision, conditions=conditions,
            owed=(begin(SERVE, case.jurisdiction, today, case.unit),),
        )  # fmt: skip
        await self._list(turn._replace(case=after), measures)
        return after

    async def remove(self, turn: Turn[Listing], request: Remove) -> Listing:
        """Removes the person from the list. Raises ConditionsOpen unless every condition of the decision is stated as met, and how."""
        tx, actor, case, now = turn
        TABLE.advance(case.status, "remove", actor.role)
        met = {condition.key: condition.how for condition in request.met}
        if met.keys() != {condition.key for condition in case.conditions}:
            raise ConditionsOpen
        conditions = tuple(msgspec.structs.replace(c, met=met[c.key]) for c in case.conditions)
        after = await self._end(
            turn, "remove", "listings.removed", conditions=conditions, closed_at=now,
            closing_reason=request.reason, open_record=None,
        )  # fmt: skip
        record = await self.records.get(case.record, tx)
        await self._unlist(tx, record, after, request.reason, now)
        return after

    async def record_changed(self, tx: Tx, record: Record, now: datetime) -> None:
        """Follows a change of a record that others made: its case ends once the record is off the list, or ended and cannot be on
        one. The unit's measures end with the decision; after a repair each unit lifts its own.
        """
        if record.is_disclosed and record.severe_list != "removed":
            return
        case = await self._listings.find_open(record.id, tx)
        if case is None:
            return
        turn = Turn(tx, SYSTEM, case, now)
        fields: dict[str, Any] = {"closed_at": now, "closing_reason": _WHY[record.standing], "open_record": None}
        if case.status not in ("listed", "served"):
            if not record.is_disclosed:
                await self._end(turn, "drop", "listings.ended", **fields)
        elif record.severe_list == "removed" or record.standing in (Standing.REVOKED, Standing.REMOVED):
            after = await self._end(turn, "remove", "listings.removed", **fields)
            if record.severe_list != "removed":
                await self._unlist(tx, record, after, _WHY[record.standing], now)
            elif record.standing is not Standing.REPAIRED:
                for applied in record.measures:
                    if _is_of(applied, after):
                        record = await self.records.lift_measure(tx, record, applied.code, applied.unit, now)

    async def _end(
        self, turn: Turn[Listing], action: str, told: str, owed: tuple[Step, ...] = (), **fields: Any
    ) -> Listing:
        """Ends the case: stops the clocks except those in `owed`, cancels booked notices, tells the resident."""
        tx, case, now = turn.tx, turn.case, turn.now
        after = await self.move(turn, action, steps=(*finish(case.steps, now), *owed), **fields)
        await self.notices.cancel(tx, case.subject, case.id, (_REMINDER,), now)
        await self.tell(tx, after, told, now, unit=case.unit)
        return after

    async def _list(self, turn: Turn[Listing], measures: tuple[Measure, ...]) -> None:
        tx, case, now = turn.tx, turn.case, turn.now
        record = await self.records.get(case.record, tx)
        if not record.is_disclosed:
            raise NotListable
        assert case.decision is not None
        applied = tuple(
            AppliedMeasure(code=row.code, unit=case.unit, since=case.decision.decided_on) for row in measures
        )
        change = _change(case, "listed", "列入严重失信主体名单", now)
        await self.records.alter(
            tx, record, change, severe_list="listed", removed_on=None, measures=(*record.measures, *applied)
        )
        basis = in_force("listing.decision_contents", case.jurisdiction, case.decision.decided_on)
        seen = footprint(
            case.subject,
            FootprintKind.PUBLISHED,
            now,
            unit=case.unit,
            why="列入名单后依法公布",
            basis=basis.citation.label,
            records=(record.id,),
            ref=case.id,
        )
        used = []
        for one in applied:
            why, law = measure_applied(one, case.jurisdiction, case.decision.decided_on)
            used.append(
                footprint(
                    case.subject,
                    FootprintKind.USED,
                    now,
                    unit=one.unit,
                    why=why,
                    basis=law,
                    records=(record.id,),
                    ref=case.id,
                )
            )
        await self.footprints.note_in(tx, [seen, *used])

    async def _unlist(self, tx: Tx, record: Record, case: Listing, reason: str, now: datetime) -> None:
        measures = tuple(
            msgspec.structs.replace(applied, lifted_at=now) if _is_of(applied, case) else applied
            for applied in record.measures
        )
        await self.records.alter(
            tx,
            record,
            _change(case, "unlisted", reason, now),
            severe_list="removed",
            removed_on=civil_date(now),
            measures=measures,
        )


def _check_day(case: Listing, on: date, now: datetime) -> None:
    """Raises BadServiceDate for a day before the decision or ahead."""
    assert case.decision is not None
    if not case.decision.decided_on <= on <= civil_date(now):
        raise BadServiceDate(
            citation=in_force("listing.served", case.jurisdiction, civil_date(now)).citation,
            faults=(FieldFault(field="on", message=BadServiceDate.default_detail),),
        )


def _answered(case: Listing, now: datetime) -> tuple[Step, ...]:
    """The step of the reply: due on the day set in the notice, or within the service's own days if the answer came later. Each reply
    is a step of its own, and takes the place of the decision's.
    """
    on = civil_date(now)
    if any(step.clock == REPLY and step.is_open for step in case.steps):
        return case.steps
    set_day = case.reply_by if on <= case.reply_by else None
    replies = [step for step in case.steps if step.clock == REPLY]
    part = str(len(replies) + 1) if replies else ""
    return (*replies, begin(REPLY, case.jurisdiction, on, case.unit, part=part, set_day=set_day))


def _heard_by(case: Listing) -> date:
    """The first day on which the decision can have been made: the day after the time to answer, and not before the last reply."""
    over = case.answer_by + timedelta(days=1)
    return max(over, civil_date(case.reply.at)) if case.reply else over


def _is_of(applied: AppliedMeasure, case: Listing) -> bool:
    """Whether it is a measure of this decision that still applies."""
    assert case.decision is not None
    return applied.code in case.decision.measures and applied.unit == case.unit and applied.lifted_at is None


def _change(case: Listing, kind: str, reason: str, now: datetime) -> Change:
    return Change(
        at=now,
        kind=kind,
        unit=case.unit,
        reason=reason,
        fields=("名单",),
        case_id=case.id,
        law=cited(("listing",), case.jurisdiction),
    )
