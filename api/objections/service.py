"""Use cases of residents on objections, and what all steps share."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from api.desk.casework import Casework, Ground, Turn
from api.desk.documents import ResultDocument
from api.desk.errors import ResultNotReady
from api.evidence.models import Clean, Evidence
from api.infra.actors import SYSTEM, Actor, Role
from api.infra.clock import civil_date
from api.infra.errors import ActionNotAllowed, NextStep
from api.infra.ids import new_id, receipt_number
from api.infra.mongo import Tx
from api.infra.sources import SourceView
from api.infra.steps import finish
from api.infra.transitions import happened
from api.objections import clockwork
from api.objections.clockwork import Owers
from api.objections.errand import ERRAND
from api.objections.errors import (
    AddresseeNotAvailable,
    CopyNotToReport,
    MissingUnclear,
    ObjectionAlreadyOpen,
    ReasonsNeeded,
    RecordRemoved,
    UnknownReason,
)
from api.objections.models import Addressee, Missing, Objection, StillWrong
from api.objections.reasons import reason_codes
from api.objections.results import result_document
from api.objections.schemas import (
    AdviceView,
    FileObjection,
    MilestoneView,
    MissingAdvice,
    MissingData,
    ObjectionAdvice,
    ObjectionView,
    ReasonView,
    ReportStillWrong,
    view,
)
from api.objections.states import FILING, FILING_MARKET, FINAL, NEW, TABLE, WITH_PROVIDER
from api.objections.store import ObjectionStore
from api.providers.models import Provider
from api.records.amending import Amending
from api.records.models import Change, Mark, Record, Standing
from knowledge.clocks import chinese_date
from knowledge.rules import supports

_MARKET = "这是市场信用信息：异议的条文只说公共信用信息，处理的天数是服务约定，不是法定期限。"


def _notes(record: Record, on: date) -> tuple[str, ...]:
    if record.is_market:
        return (_MARKET,)
    return tuple(
        supports(name, record.jurisdiction, on).explanation
        for name in ("objection.written_reasons", "objection.mark", "objection.discloses_meanwhile")
    )


def _new(actor: Actor, request: FileObjection, now: datetime, action: str, **fields: Any) -> Objection:
    """Raises ActionNotAllowed."""
    row = TABLE.advance(NEW, action, actor.role)
    return Objection(
        number=receipt_number("YY", civil_date(now)),
        owner=actor.id,
        subject=actor.bound_subject,
        addressee=request.addressee,
        reasons=tuple(dict.fromkeys(request.reasons)),
        text=request.text,
        desired=request.desired,
        status=row.target,
        filed_at=now,
        history=(happened(row, NEW, actor, now),),
        **fields,
    )


class ObjectionService(Casework[Objection]):
    already_open = ObjectionAlreadyOpen

    def __init__(self, ground: Ground, find_provider: Callable[[str], Awaitable[Provider | None]]) -> None:
        self._find_provider = find_provider
        self._objections = ObjectionStore(ground.database, ground.keys)
        super().__init__(ERRAND, ground, self._objections)
        self.amending = Amending(ground.records, ground.keys)

    async def advise(self, actor: Actor, record_id: str, now: datetime) -> ObjectionAdvice:
        """To whom an objection to the actor's own record can go, with the due dates of each path. Raises NotFound."""
        record = await self.records.owned(actor, record_id, now)
        place, on = record.jurisdiction, civil_date(now)
        return ObjectionAdvice(
            choices=tuple(self._choice(record, addressee, now) for addressee in Addressee),
            reasons=tuple(
                ReasonView(code, item.title, item.needs_text, item.needs_footprint)
                for code, item in reason_codes().items()
            ),
            needs_written_reasons=not record.is_market
            and supports("objection.written_reasons", place, on).is_available,
            notes=_notes(record, on),
        )

    def advise_missing(self, jurisdiction: str, now: datetime) -> MissingAdvice:
        """To whom an objection to something missing can go, with the due dates of each path."""
        on = civil_date(now)
        return MissingAdvice(
            choices=tuple(
                self._choice_of(
                    jurisdiction,
                    addressee,
                    Owers(centre=self.centres[jurisdiction], provider="应当提供的单位", addressee=addressee),
                    on,
                    is_market=False,
                    is_marked=False,
                )
                for addressee in Addressee
            ),
            citation=SourceView.of(supports("objection.file", jurisdiction, on).citation),
        )

    def _choice(self, record: Record, addressee: Addressee, now: datetime) -> AdviceView:
        who = self._owers(record, addressee)
        return self._choice_of(
            record.jurisdiction,
            addressee,
            who,
            civil_date(now),
            is_market=record.is_market,
            is_marked=record.is_disclosed,
        )

    @staticmethod
    def _choice_of(
        jurisdiction: str, addressee: Addressee, who: Owers, on: date, *, is_market: bool, is_marked: bool
    ) -> AdviceView:
        capability = supports(f"objection.to_{addressee}", jurisdiction, on)
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
            why=why + (_MARKET if is_market else capability.explanation),
            citation=SourceView.of(capability.citation),
            path=tuple(
                MilestoneView.of(milestone)
                for milestone in clockwork.path(
                    jurisdiction, addressee, who, on, is_market=is_market, is_marked=is_marked
                )
            ),
        )

    async def file(self, tx: Tx, actor: Actor, request: FileObjection, now: datetime) -> ObjectionView:
        """Files an objection, marks the record if it is disclosed, and starts the clocks. Five statements without files.

        A record that is no longer disclosed is still stored, which the articles cover: it is accepted without a mark. Raises
        NotFound, RecordRemoved, ObjectionAlreadyOpen, Invalid, and Outdated if the record has just changed.
        """
        if (request.record_id is None) == (request.missing is None):
            raise MissingUnclear
        if request.missing is not None:
            return await self._file_missing(tx, actor, request, request.missing, now)
        record = await self.records.owned(actor, request.record_id or "", now)
        if record.standing is Standing.REMOVED:
            raise RecordRemoved
        await self._check(actor, record.jurisdiction, request, now, is_market=record.is_market)
        place, addressee, is_market = record.jurisdiction, request.addressee, record.is_market
        who = self._owers(record, addressee)
        case = _new(
            actor,
            request,
            now,
            FILING_MARKET if is_market else FILING[clockwork.way_of(place, addressee).procedure],
            id=new_id(ERRAND.prefix),
            record_id=record.id,
            record_title=record.title,
            jurisdiction=place,
            provider=record.provider,
            provider_unit=record.source_unit,
            footprint_id=request.footprint_id,
            steps=clockwork.filed(place, addressee, who, now, is_market=is_market, is_marked=record.is_disclosed),
            is_market=is_market,
        )
        told = "objections.filed" if record.is_disclosed else "objections.filed_unmarked"
        unit = self.addressee_name(case)
        await self.start(tx, actor, case, now, told=told, unit=unit, way=await self.way_to(case, unit, now))
        files = await self.evidence.attach_first(tx, actor.id, request.evidence, case.id, now)
        marked = await self.mark(tx, record, case, now) if record.is_disclosed else record
        return self._view(actor, case, marked, files, now)

    async def _file_missing(
        self, tx: Tx, actor: Actor, request: FileObjection, missing: MissingData, now: datetime
    ) -> ObjectionView:
        """An objection to something missing (Dalian 41, Yunnan 36): there is no record to mark."""
        provider = await self._find_provider(missing.provider)
        if provider is None or provider.jurisdiction != missing.jurisdiction or provider.is_market:
            raise MissingUnclear("没有找到这个单位。")
        await self._check(actor, missing.jurisdiction, request, now, is_market=False)
        place, addressee = missing.jurisdiction, request.addressee
        who = Owers(centre=self.centres[place], provider=provider.name, addressee=addressee)
        case_id = new_id(ERRAND.prefix)
        case = _new(
            actor,
            request,
            now,
            FILING[clockwork.way_of(place, addressee).procedure],
            id=case_id,
            record_id=case_id,
            record_title="信息有遗漏",
            jurisdiction=place,
            provider=provider.id,
            provider_unit=provider.name,
            footprint_id=None,
            steps=clockwork.filed(place, addressee, who, now, is_market=False, is_marked=False),
            missing=Missing(what=missing.what, code=missing.code),
        )
        unit, told = self.addressee_name(case), "objections.filed_unmarked"
        await self.start(tx, actor, case, now, told=told, unit=unit, way=await self.way_to(case, unit, now))
        files = await self.evidence.attach_first(tx, actor.id, request.evidence, case_id, now)
        return self._view(actor, case, None, files, now)

    async def _check(
        self, actor: Actor, jurisdiction: str, request: FileObjection, now: datetime, *, is_market: bool
    ) -> None:
        on = civil_date(now)
        capability = supports(f"objection.to_{request.addressee}", jurisdiction, on)
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
        written = supports("objection.written_reasons", jurisdiction, on)
        is_by_law = written.is_available and not is_market
        if request.text is None and (is_by_law or any(code.needs_text for code in chosen)):
            raise ReasonsNeeded(
                written.explanation if is_by_law else None,
                citation=written.citation if is_by_law else None,
            )
        if any(code.needs_footprint for code in chosen):
            if request.footprint_id is None:
                raise UnknownReason("请先在“谁查过我”中选择您不认识的那一次查询。")
            await self.footprints.owned(actor.bound_subject, request.footprint_id)

    async def mark(self, tx: Tx, record: Record, case: Objection, now: datetime) -> Record:
        """Marks the record and returns it: a duty in Yunnan, a service without an article in Dalian."""
        capability = supports("objection.mark", case.jurisdiction, civil_date(now))
        citation = capability.citation
        is_by_law = capability.is_statutory and not case.is_market
        law = (f"{citation.regulation}-{citation.article}",) if is_by_law else ()
        return await self.records.mark(tx, record, Mark(kind="objection", case_id=case.id, since=now, law=law))

    async def record_changed(self, tx: Tx, record: Record, now: datetime) -> None:
        """Marks a record that has just come back into view, if an objection filed while nobody saw it is still open, and notes it in
        the case: its result says that the mark is lifted.
        """
        if not record.is_disclosed or record.standing_since != now or not record.changes:
            return
        case = await self._objections.find_open(record.id, tx)
        if case is None or any(mark.case_id == case.id for mark in record.marks):
            return
        await self.mark(tx, record, case, now)
        steps = clockwork.marked(case, clockwork.owers(case, self.centres), now)
        await self.move(Turn(tx, SYSTEM, case, now), "mark", steps=steps)

    async def withdraw(self, turn: Turn[Objection]) -> Objection:
        tx, case, now = turn.tx, turn.case, turn.now
        after = await self.move(turn, "withdraw", steps=finish(case.steps, now))
        if case.about:
            await self.records.unmark(tx, case.about, case.id)
        told = "objections.review_withdrawn" if case.status == "review" else "objections.withdrawn"
        await self.tell(tx, after, told, now)
        return after

    async def request_review(self, turn: Turn[Objection], text: str) -> Objection:
        """Asks for a review, once, after a rejection. The remedies stay as they are. Raises ActionNotAllowed, ObjectionAlreadyOpen."""
        tx, actor, case, now = turn
        TABLE.advance(case.status, "request_review", actor.role)
        if case.review_text is not None:
            raise ActionNotAllowed
        who = clockwork.owers(case, self.centres)
        record = await self.records.get(case.about, tx) if case.about else None
        is_marked = record is not None and record.is_disclosed
        staged = msgspec.structs.replace(case, steps=clockwork.marked(case, who, now)) if is_marked else case
        steps = clockwork.review(staged, who, now)
        after = await self.move(turn, "request_review", review_text=text, steps=steps)
        if record is not None and is_marked:
            await self.mark(tx, record, after, now)
        await self.tell(tx, after, "objections.review", now)
        return after

    async def report_still_wrong(self, turn: Turn[Objection], request: ReportStillWrong) -> Objection:
        """Reports that a system still shows the wrong content after saying that it followed: it owes the correction again.

        Possible once for each of its answers. Raises CopyNotToReport, FileNotUsable, TooManyFiles.
        """
        tx, actor, case, now = turn
        TABLE.advance(case.status, "report_still_wrong", actor.role)
        record = await self.records.get(case.record_id, tx)
        copy = next((copy for copy in record.copies if copy.system == request.system), None)
        if copy is None or copy.system not in clockwork.told_at_decision(case):
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
            unit=actor.named,
            reason=f"{copy.system}回复处理完毕后，仍显示更正前的内容",
            case_id=case.id,
        )
        await self.records.reopen_copy(tx, record, copy.system, change)
        said = StillWrong(system=copy.system, at=now, text=request.text)
        steps = clockwork.reopened(case, copy.system, now)
        after = await self.move(turn, "report_still_wrong", steps=steps, still_wrong=(*case.still_wrong, said))
        await self.tell(tx, after, "objections.still_wrong", now, unit=copy.system, day=chinese_date(steps[-1].due_on))
        return after

    async def add_official(self, turn: Turn[Objection], file: Clean, kind: str) -> Objection:
        """As in `Casework`, but a unit may add files only while it is its turn. Raises ActionNotAllowed."""
        if turn.actor.role is Role.PROVIDER and turn.case.status not in WITH_PROVIDER:
            raise ActionNotAllowed
        return await super().add_official(turn, file, kind)

    async def show(self, actor: Actor, case: Objection, now: datetime, tx: Tx = None) -> ObjectionView:
        """The objection with its record's mark and copies, its files, and what the actor can do next."""
        record = await self.records.get(case.about, tx) if case.about else None
        return self._view(actor, case, record, await self.evidence.list_of_case(case.id, tx), now)

    def _view(
        self, actor: Actor, case: Objection, record: Record | None, evidence: Sequence[Evidence], now: datetime
    ) -> ObjectionView:
        who = clockwork.owers(case, self.centres)
        path = clockwork.path(
            case.jurisdiction,
            case.addressee,
            who,
            civil_date(case.filed_at),
            is_market=case.is_market,
            is_marked=clockwork.is_annotated_at_filing(case),
        )
        return view(case, record, evidence, path, actor.role, civil_date(now))

    async def written(self, case: Objection, tx: Tx = None) -> ResultDocument:
        """The result of a decided objection in writing. Raises ResultNotReady."""
        if case.status not in FINAL or case.finding is None or case.decided_at is None:
            raise ResultNotReady
        return result_document(case, self.centres[case.jurisdiction])

    def addressee_name(self, case: Objection) -> str:
        return case.provider_unit if case.addressee is Addressee.PROVIDER else self.centres[case.jurisdiction]

    def _owers(self, record: Record, addressee: Addressee) -> Owers:
        return Owers(centre=self.centres[record.jurisdiction], provider=record.source_unit, addressee=addressee)
