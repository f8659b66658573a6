"""Objections: what a resident does, and everything that any step has in common."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from api.desk.casework import Casework, Ground
from api.desk.documents import ResultDocument
from api.desk.errors import ResultNotReady
from api.evidence.models import Evidence
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.errors import NextStep
from api.infra.ids import new_id, receipt_number
from api.infra.mongo import AlreadyThere, Tx
from api.infra.sources import SourceView
from api.infra.steps import finish
from api.infra.transitions import happened
from api.objections import clockwork
from api.objections.clockwork import Owers
from api.objections.errand import ERRAND
from api.objections.errors import (
    AddresseeNotAvailable,
    CopyNotToReport,
    ObjectionAlreadyOpen,
    ReasonsNeeded,
    UnknownReason,
)
from api.objections.models import Addressee, Objection, StillWrong
from api.objections.reasons import reason_codes
from api.objections.results import result_document
from api.objections.schemas import (
    AdviceView,
    FileObjection,
    MilestoneView,
    ObjectionAdvice,
    ObjectionView,
    ReasonView,
    ReportStillWrong,
    view,
)
from api.objections.states import FILING, FINAL, NEW, TABLE
from api.objections.store import ObjectionStore
from api.records.amending import Amending
from api.records.errors import RecordNotStanding
from api.records.models import Change, Mark, Record
from knowledge.clocks import chinese_date
from knowledge.rules import supports


class ObjectionService(Casework[Objection]):
    def __init__(self, ground: Ground) -> None:
        self._objections = ObjectionStore(ground.database, ground.keys)
        super().__init__(ERRAND, ground, self._objections)
        self.amending = Amending(ground.records, ground.keys)

    async def advise(self, actor: Actor, record_id: str, now: datetime) -> ObjectionAdvice:
        """To whom an objection to one's own record can go, and by when either answers. Raises NotFound."""
        record = await self.records.owned(actor, record_id, now)
        place, on = record.jurisdiction, civil_date(now)
        return ObjectionAdvice(
            choices=tuple(self._choice(record, addressee, now) for addressee in Addressee),
            reasons=tuple(
                ReasonView(code, item.title, item.needs_text, item.needs_footprint)
                for code, item in reason_codes().items()
            ),
            needs_written_reasons=supports("objection.written_reasons", place, on).is_available,
            notes=tuple(
                supports(name, place, on).explanation
                for name in ("objection.written_reasons", "objection.mark", "objection.discloses_meanwhile")
            ),
        )

    def _choice(self, record: Record, addressee: Addressee, now: datetime) -> AdviceView:
        who = self._owers(record, addressee)
        capability = supports(f"objection.to_{addressee}", record.jurisdiction, civil_date(now))
        is_provider = addressee is Addressee.PROVIDER
        why = (
            "这条信息由该单位提供，内容不对的，由它核对最直接。"
            if is_provider
            else "汇集、披露和查询中的问题由信用中心处理；分不清是谁的问题的，也可以向信用中心提出。"
        )
        return AdviceView(
            addressee=addressee,
            name=who.provider if is_provider else who.centre,
            is_advised=is_provider,
            why=why + capability.explanation,
            citation=SourceView.of(capability.citation),
            path=tuple(
                MilestoneView.of(milestone)
                for milestone in clockwork.path(record.jurisdiction, addressee, who, civil_date(now))
            ),
        )

    async def file(self, tx: Tx, actor: Actor, request: FileObjection, now: datetime) -> ObjectionView:
        """Marks the record and starts the clocks, in five statements where no files come along.

        Raises NotFound, RecordNotStanding, ObjectionAlreadyOpen, Invalid, Outdated where the record has just changed."""
        record = await self.records.owned(actor, request.record_id, now)
        if not record.is_disclosed:
            raise RecordNotStanding
        await self._check(actor, record, request, now)
        who = self._owers(record, request.addressee)
        row = TABLE.advance(NEW, FILING[clockwork.way_of(record.jurisdiction, request.addressee).procedure], actor.role)
        case_id = new_id(ERRAND.prefix)
        case = Objection(
            id=case_id,
            number=receipt_number("YY", civil_date(now)),
            owner=actor.id,
            subject=actor.bound_subject,
            record_id=record.id,
            record_title=record.title,
            jurisdiction=record.jurisdiction,
            addressee=request.addressee,
            provider=record.provider,
            provider_unit=record.source_unit,
            reasons=tuple(dict.fromkeys(request.reasons)),
            text=request.text,
            desired=request.desired,
            footprint_id=request.footprint_id,
            status=row.target,
            filed_at=now,
            history=(happened(row, NEW, actor, now),),
            steps=clockwork.filed(record.jurisdiction, request.addressee, who, now),
        )
        await self._one_open(self.start(tx, actor, case, now, told="objections.filed", unit=self.addressee_name(case)))
        files = await self.evidence.attach_first(tx, actor.id, request.evidence, case_id, now)
        marked = await self.mark(tx, record, case, now)
        return self._view(actor, case, marked, files, now)

    async def _check(self, actor: Actor, record: Record, request: FileObjection, now: datetime) -> None:
        on = civil_date(now)
        capability = supports(f"objection.to_{request.addressee}", record.jurisdiction, on)
        if not capability.is_available:
            raise AddresseeNotAvailable(
                capability.explanation,
                citation=capability.citation,
                next_step=NextStep(capability.instead or "请改向另一个单位提出。"),
            )
        codes = reason_codes()
        if not codes.keys() >= set(request.reasons):
            raise UnknownReason
        chosen = [codes[code] for code in request.reasons]
        written = supports("objection.written_reasons", record.jurisdiction, on)
        if request.text is None and (written.is_available or any(code.needs_text for code in chosen)):
            raise ReasonsNeeded(
                written.explanation if written.is_available else None,
                citation=written.citation if written.is_available else None,
            )
        if any(code.needs_footprint for code in chosen):
            if request.footprint_id is None:
                raise UnknownReason("请先在“谁查过我”中选择您不认识的那一次查询。")
            await self.footprints.owned(actor.bound_subject, request.footprint_id)

    async def mark(self, tx: Tx, record: Record, case: Objection, now: datetime) -> Record:
        """The mark is a duty in Yunnan and a service in Dalian: there it carries no article. Returns the record with it."""
        capability = supports("objection.mark", case.jurisdiction, civil_date(now))
        citation = capability.citation
        law = (f"{citation.regulation}-{citation.article}",) if capability.is_statutory else ()
        return await self.records.mark(tx, record, Mark(kind="objection", case_id=case.id, since=now, law=law))

    async def withdraw(self, tx: Tx, actor: Actor, case_id: str, now: datetime) -> Objection:
        case = await self.owned(actor, case_id, now, tx)
        after = await self.move(tx, actor, case, "withdraw", now, steps=finish(case.steps, now))
        await self.records.unmark(tx, case.record_id, case.id)
        await self.tell(tx, after, "objections.withdrawn", now)
        return after

    async def request_review(self, tx: Tx, actor: Actor, case_id: str, text: str, now: datetime) -> Objection:
        """Once, after a rejection; it takes nothing from the remedies. Raises ObjectionAlreadyOpen."""
        case = await self.owned(actor, case_id, now, tx)
        TABLE.advance(case.status, "request_review", actor.role)
        steps = clockwork.review(case, clockwork.owers(case, self.centres), now)
        moved = self.move(tx, actor, case, "request_review", now, review_text=text, steps=steps)
        after: Objection = await self._one_open(moved)
        record = await self.records.get(case.record_id, tx)
        if record.is_disclosed:
            await self.mark(tx, record, after, now)
        await self.tell(tx, after, "objections.review", now)
        return after

    async def report_still_wrong(
        self, tx: Tx, actor: Actor, case_id: str, request: ReportStillWrong, now: datetime
    ) -> Objection:
        """A system that said it had followed still shows what was wrong: it owes the correction anew.

        Once for each time it says so. Raises CopyNotToReport, FileNotUsable, TooManyFiles.
        """
        case = await self.owned(actor, case_id, now, tx)
        TABLE.advance(case.status, "report_still_wrong", actor.role)
        record = await self.records.get(case.record_id, tx)
        copy = next((copy for copy in record.copies if copy.system == request.system), None)
        if copy is None or copy.told_at is None or case.decided_at is None or copy.told_at < case.decided_at:
            raise CopyNotToReport
        if copy.acknowledged_at is None:
            raise CopyNotToReport(
                f"{copy.system}还没有回复处理完毕，正在跟进中。",
                next_step=NextStep("请看它的到期日；到期后会记为逾期。"),
            )
        await self.evidence.attach(tx, actor.id, request.evidence, case.id, now)
        change = Change(
            at=now,
            kind="copy.still-wrong",
            unit="本人",
            reason=f"{copy.system}回复处理完毕后，仍显示更正前的内容",
            case_id=case.id,
        )
        await self.records.reopen_copy(tx, record, copy.system, change)
        said = StillWrong(system=copy.system, at=now, text=request.text)
        steps = clockwork.reopened(case, copy.system, now)
        after = await self.move(
            tx, actor, case, "report_still_wrong", now, steps=steps, still_wrong=(*case.still_wrong, said)
        )
        await self.tell(tx, after, "objections.still_wrong", now, unit=copy.system, day=chinese_date(steps[-1].due_on))
        return after

    async def show(self, actor: Actor, case: Objection, now: datetime, tx: Tx = None) -> ObjectionView:
        """The objection with its record's mark and copies, its files, and what the actor can do next."""
        record = await self.records.get(case.record_id, tx)
        return self._view(actor, case, record, await self.evidence.list_of_case(case.id, tx), now)

    def _view(
        self, actor: Actor, case: Objection, record: Record, evidence: Sequence[Evidence], now: datetime
    ) -> ObjectionView:
        who = clockwork.owers(case, self.centres)
        path = clockwork.path(case.jurisdiction, case.addressee, who, civil_date(case.filed_at))
        return view(case, record, evidence, path, actor.role, civil_date(now))

    async def result(self, actor: Actor, case_id: str, now: datetime) -> ResultDocument:
        """Raises NotFound, ResultNotReady."""
        case = await self.seen_by(actor, case_id, now)
        if case.status not in FINAL or case.finding is None or case.decided_at is None:
            raise ResultNotReady
        return await self.written(case)

    async def written(self, case: Objection, tx: Tx = None) -> ResultDocument:
        """The result of a decided objection in writing."""
        record = await self.records.get(case.record_id, tx)
        return result_document(case, record, self.centres[case.jurisdiction])

    def addressee_name(self, case: Objection) -> str:
        return case.provider_unit if case.addressee is Addressee.PROVIDER else self.centres[case.jurisdiction]

    def _owers(self, record: Record, addressee: Addressee) -> Owers:
        return Owers(centre=self.centres[record.jurisdiction], provider=record.source_unit, addressee=addressee)

    @staticmethod
    async def _one_open(writing: Any) -> Any:
        try:
            return await writing
        except AlreadyThere as taken:
            raise ObjectionAlreadyOpen from taken
