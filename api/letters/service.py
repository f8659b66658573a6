"""Writing letters, passing them on, answering."""

from datetime import date, datetime, timedelta

from api.desk.casework import Casework, Ground, Turn, remedies
from api.desk.models import Remedy
from api.infra.actors import Actor, Role
from api.infra.clock import civil_date
from api.infra.errors import FieldFault, Invalid
from api.infra.ids import new_id, receipt_number
from api.infra.mongo import Tx
from api.infra.steps import Step, begin, finish
from api.infra.transitions import Table
from api.letters.errand import ERRAND
from api.letters.errors import AnswerUndecided, LetterAlreadyOpen, LetterUnclear, StepNotLate
from api.letters.kinds import Kind, citations, kinds
from api.letters.models import Answer, Letter
from api.letters.schemas import LetterView, Write
from api.letters.states import DIRECT, INSIDE, OUTSIDE
from api.letters.store import LetterStore
from api.notices.models import Draft
from api.records import dates
from api.records.models import OWN, Record
from knowledge.clocks import chinese_date
from knowledge.places import place

FORWARD = "letter.forward"
_UNANSWERED = "letters.unanswered"


class LetterService(Casework[Letter]):
    already_open = LetterAlreadyOpen

    def __init__(self, ground: Ground) -> None:
        super().__init__(ERRAND, ground, LetterStore(ground.database, ground.keys))

    def table_of(self, case: Letter) -> Table:
        return DIRECT if case.is_direct else OUTSIDE if kinds()[case.kind].is_outside else INSIDE

    async def seen_by(self, actor: Actor, case_id: str, now: datetime, tx: Tx = None) -> Letter:
        """As in `Casework`, except that the centre's officers do not see a complaint about the centre."""
        case = await super().seen_by(actor, case_id, now, tx)
        if case.is_direct and actor.role is Role.OFFICER:
            await self.audits.turn_away(actor, self.errand.name, case_id, now)
        return case

    async def of_subject(self, subject: str, place: str, limit: int) -> list[Letter]:
        return [one for one in await super().of_subject(subject, place, limit) if not one.is_direct]

    async def of_number(self, number: str, place: str) -> list[Letter]:
        return [one for one in await super().of_number(number, place) if not one.is_direct]

    async def write(self, tx: Tx, actor: Actor, request: Write, now: datetime) -> Letter:
        """Raises LetterUnclear, StepNotLate, NotFound, LetterAlreadyOpen."""
        kind, on = kinds()[request.kind], civil_date(now)
        _check(kind, request)
        record = await self._record(actor, request, now) if kind.about == "record" else None
        late = await self._late(actor, request, on) if kind.about == "step" else None
        where = record.jurisdiction if record else late[0] if late else request.jurisdiction
        if where is None:
            raise LetterUnclear(faults=(FieldFault(field="jurisdiction", message="请选择地区。"),))
        centre = self.centres[where]
        addressee = record.source_unit if record else request.to or place(where).department.name
        case_id = new_id(ERRAND.prefix)
        is_direct = kind.to == "department" and (request.direct or (late is not None and late[1].owed_by == centre))
        clock, owed_by = (FORWARD, centre) if kind.is_outside else (kind.clock, addressee)
        table = DIRECT if is_direct else OUTSIDE if kind.is_outside else INSIDE
        case = Letter(
            id=case_id,
            number=receipt_number("XJ", on),
            owner=actor.id,
            subject=actor.bound_subject,
            kind=request.kind,
            status=table.initial,
            jurisdiction=where,
            provider=record.provider if record else "",
            addressee=addressee,
            about=record.id if record else f"{request.case_id}#{late[1].key}" if late else case_id,
            record_id=record.id if record else None,
            topics=tuple(dict.fromkeys(request.topics)),
            body=_body(kind, request, addressee, record, late, on),
            asked_at=now,
            is_direct=is_direct,
            steps=() if is_direct else (begin(clock, where, on, owed_by),),
        )
        action = "write" if kind.is_outside else "ask"
        is_here = case.provider != "" and await self.is_unit_here(case.provider, now)
        way = f"{addressee}在这里看得到" if is_here else f"{addressee}没有在这里开通账号，由{centre}书面转给它"
        begun = await self.start(tx, actor, case, now, action, told=f"letters.{case.status}", unit=addressee, way=way)
        await self.evidence.attach_first(tx, actor.id, request.evidence, case_id, now)
        return begun

    async def _record(self, actor: Actor, request: Write, now: datetime) -> Record:
        if request.record_id is None:
            raise LetterUnclear(faults=(FieldFault(field="recordId", message="请从一条记录进入。"),))
        record = await self.records.owned(actor, request.record_id, now)
        if record.provider == OWN:
            raise LetterUnclear("这条信息是您自己申报的，没有认定单位。")
        if request.kind == "responsibility" and record.derived_from is None:
            raise LetterUnclear("只有因为一个单位的失信而记到您个人名下的记录，才有这一项；其他的请提出异议。")
        return record

    async def _late(self, actor: Actor, request: Write, on: date) -> tuple[str, Step, str]:
        """The place, the late step and the number of the actor's own case. Raises StepNotLate."""
        docket = await self._desk.find_open(actor.bound_subject, request.case_id or "")
        for step in docket.steps if docket else ():
            if docket and step.is_late(on) and request.clock in (None, step.clock):
                return docket.jurisdiction, step, docket.number
        raise StepNotLate

    async def send(self, turn: Turn[Letter], on: date) -> Letter:
        """Notes that the person handed it in. Raises Invalid for a future day or one before it was written."""
        return await self._sent(turn, "send", on, None)

    async def forward(self, turn: Turn[Letter], on: date, note: str) -> Letter:
        after = await self._sent(turn, "forward_letter", on, note)
        await self.tell(turn.tx, after, "letters.sent", turn.now, unit=turn.case.addressee)
        return after

    async def _sent(self, turn: Turn[Letter], action: str, on: date, note: str | None) -> Letter:
        case, now = turn.case, turn.now
        self.table_of(case).advance(case.status, action, turn.actor.role)
        if not civil_date(case.asked_at) <= on <= civil_date(now):
            message = f"{chinese_date(civil_date(case.asked_at))}写成，最晚今天。"
            raise Invalid(faults=(FieldFault(field="on", message=message),))
        answer = begin(kinds()[case.kind].clock, case.jurisdiction, on, case.addressee)
        if case.is_direct:  # not in the centre's queue: only its writer is reminded
            draft = Draft(kind=_UNANSWERED, subject=case.subject, ref=case.id, on=answer.due_on + timedelta(days=1))
            await self.notices.book(turn.tx, now, draft)
            return await self.move(turn, action, note, sent_on=on)
        steps = (*finish(case.steps, now), answer)
        return await self.move(turn, action, note, steps=steps, sent_on=on)

    async def hear(self, turn: Turn[Letter], text: str) -> Letter:
        """Enters the outside body's answer, as the person reports it."""
        case, now = turn.case, turn.now
        said = Answer(by=case.addressee, at=now, text=text)
        await self.notices.cancel(turn.tx, case.subject, case.id, (_UNANSWERED,), turn.now)
        return await self.move(turn, "note_answer", answer=said, steps=finish(case.steps, now))

    async def answer(self, turn: Turn[Letter], text: str, is_agreed: bool | None, note: str | None) -> Letter:
        """Enters the unit's own answer, or an officer's entry of it. Raises AnswerUndecided."""
        tx, actor, case, now = turn
        self.table_of(case).advance(case.status, "answer_letter", actor.role)
        if kinds()[case.kind].is_decided != (is_agreed is not None):
            raise AnswerUndecided
        ways: tuple[Remedy, ...] = ()
        if is_agreed is False and case.record_id:
            decider = dates.decider(await self.records.get(case.record_id, tx))
            ways = remedies(decider, case.jurisdiction, now)
        said = Answer(by=case.addressee, at=now, text=text, is_agreed=is_agreed)
        after = await self.move(turn, "answer_letter", note, answer=said, remedies=ways, steps=finish(case.steps, now))
        await self.tell(tx, after, "letters.answered", now)
        return after

    async def withdraw(self, turn: Turn[Letter]) -> Letter:
        case = turn.case
        await self.notices.cancel(turn.tx, case.subject, case.id, (_UNANSWERED,), turn.now)
        return await self.move(turn, "withdraw", steps=finish(case.steps, turn.now))

    async def show(self, actor: Actor, case: Letter, now: datetime, tx: Tx = None) -> LetterView:
        """The letter with its files and what the actor can do next."""
        files = await self.evidence.list_of_case(case.id, tx)
        return LetterView.of(case, self.table_of(case), civil_date(now), actor.role, files)


def _check(kind: Kind, request: Write) -> None:
    faults = []
    if kind.needs_text and request.text is None:
        faults.append(FieldFault(field="text", message="请写明经过。"))
    if kind.topics and not request.topics:
        faults.append(FieldFault(field="topics", message="请至少选一项。"))
    if set(request.topics) - kind.topics.keys():
        faults.append(FieldFault(field="topics", message="所选的不在选项中。"))
    if kind.to == "named" and request.to is None:
        faults.append(FieldFault(field="to", message="请写明单位的名称。"))
    if faults:
        raise LetterUnclear(faults=tuple(faults))


def _body(
    kind: Kind, request: Write, addressee: str, record: Record | None, late: tuple[str, Step, str] | None, on: date
) -> str:
    """The text of the letter with the facts that the product knows. The letter's number stands for the person's name."""
    place = record.jurisdiction if record else late[0] if late else request.jurisdiction or ""
    lines = [f"{addressee}：", kind.opening]
    if record is not None:
        day = f"，文书日期{chinese_date(record.decided_on)}" if record.decided_on else ""
        lines.append(f"记录：{record.title}（提供单位：{record.source_unit}{day}）。")
        if record.derived_from:
            lines.append(f"涉及的单位：{record.derived_from}。")
    lines += [f"{number}. {kind.topics[code]}。" for number, code in enumerate(dict.fromkeys(request.topics), 1)]
    if late is not None:
        _, step, case_number = late
        due = step.due
        days = "法定期限" if due.is_statutory else "服务承诺的期限，不是法定期限"
        lines += [
            f"事项编号：{case_number}；步骤：{due.title}；应当由{step.owed_by}办理。",
            f"{chinese_date(step.started_on)}起算，最晚{chinese_date(step.due_on)}（{days}），到{chinese_date(on)}没有办完。",
            f"怎么算的：{due.reason}",
        ]
    if request.text:
        lines.append(request.text.strip())
    if law := "、".join(one.label for one in citations(request.kind, place)):
        lines.append(f"依据：{law}。")
    return "\n".join(lines)
