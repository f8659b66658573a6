"""Withdrawing, asking as a courtesy, bringing back."""

from datetime import date, datetime
from typing import Any

import msgspec

from api.desk.casework import Casework, Ground, Turn
from api.desk.copies import FOLLOW_WITHDRAWAL, told
from api.desk.schemas import CopyView, copies_told
from api.footprints.models import FootprintKind
from api.footprints.service import footprint
from api.infra.actors import SYSTEM, Actor, Role
from api.infra.clock import SHANGHAI, civil_date
from api.infra.consent_texts import agreed_text
from api.infra.errors import FieldFault, Invalid, NextStep
from api.infra.ids import new_id, receipt_number
from api.infra.mongo import Tx
from api.infra.privacy import sm3
from api.infra.steps import Step, begin, finish
from api.infra.transitions import Table
from api.records.errors import RecordNotStanding
from api.records.models import ASKED, RESTORED, WITHDRAWN, Change, Record, Section, Standing
from api.withdrawals.errand import ERRAND
from api.withdrawals.errors import AlreadyAsked, CourtesyNotNeeded, NoRightHere, NothingToPassOn, NotWithdrawable
from api.withdrawals.models import Consent, Kind, Withdrawal
from api.withdrawals.states import COURTESY, RIGHT, table_of
from api.withdrawals.store import WithdrawalStore
from knowledge.catalogue import entry
from knowledge.clocks import chinese_date
from knowledge.errors import UnknownCatalogueEntry
from knowledge.models import Capability
from knowledge.rules import in_force, supports

_CAPABILITY = "withdrawal.commendation"
PASS_ON, COURTESY_ANSWER = "withdrawal.pass_on", "withdrawal.courtesy"
_PRAISING = (Section.COMMENDATION, Section.OTHER)
EFFECTS = ("停止公示", "停止共享", "停止授权查询", "通知提供单位和已接收这条信息的系统")


class WithdrawalService(Casework[Withdrawal]):
    already_open = AlreadyAsked

    def __init__(self, ground: Ground) -> None:
        self._withdrawals = WithdrawalStore(ground.database, ground.keys)
        super().__init__(ERRAND, ground, self._withdrawals)

    def table_of(self, case: Withdrawal) -> Table:
        return table_of(case.kind)

    async def preview(self, actor: Actor, record_id: str, now: datetime) -> tuple[Record, list[Record]]:
        """The record, and all records of the person that others can see today. Raises NotFound, RecordNotStanding."""
        record = await self.records.owned(actor, record_id, now)
        if record.standing is not Standing.STANDING:
            raise RecordNotStanding
        everything = await self.records.list_of_subject(actor.bound_subject)
        shown = [r for r in everything if any(msgspec.structs.astuple(r.disclosure)) and r.is_disclosed]
        return record, shown

    def check(self, record: Record, now: datetime) -> None:
        """Raises NotWithdrawable for a record that is not commendatory, NoRightHere if the regulation gives no such right."""
        on = civil_date(now)
        right = supports(_CAPABILITY, record.jurisdiction, on)
        if record.section in (Section.DECLARATION, Section.PLEDGE):
            raise NotWithdrawable(
                "您自己提交的声明和承诺在“自主申报”“信用承诺”中撤回。",
                next_step=NextStep(text="请到对应的页面撤回。", flow=record.section.value),
            )
        if not _is_commendatory(record, now):
            raise NotWithdrawable(
                citation=right.citation,
                next_step=NextStep(
                    text="认为内容有错误的，可以提出异议；符合条件的，可以申请信用修复。", flow="objection"
                ),
            )
        if not right.is_available:
            raise NoRightHere(
                right.explanation,
                citation=right.citation,
                next_step=NextStep(text=right.instead, flow="objection"),
            )

    async def withdraw(
        self, tx: Tx, actor: Actor, record_ids: tuple[str, ...], now: datetime
    ) -> tuple[Withdrawal, ...]:
        """Withdraws all of the records or none, at once. Raises whatever `check` raises, and RecordNotStanding."""
        records = await self._owned(actor, record_ids, now)
        number = receipt_number("CX", civil_date(now))
        for record in records:
            self.check(record, now)
            if record.standing is not Standing.STANDING:
                raise RecordNotStanding
        content = _receipt(number, now, records)
        cases = tuple(
            _case(actor, record, Kind.RIGHT, number, now, status=RIGHT.initial, content=content, stopped_at=now)
            for record in records
        )
        for record, case in zip(records, cases, strict=True):
            change = _change(now, actor, WITHDRAWN, f"{_by(actor)}撤销公示", case, _law(_right(record, now)))
            await self.records.stop(tx, record, Standing.WITHDRAWN, change)
        begun = [await self.start(tx, actor, case, now, "withdraw") for case in cases]
        await self.tell(tx, begun[0], "withdrawals.done", now)
        return tuple(begun)

    async def ask(self, tx: Tx, actor: Actor, record_ids: tuple[str, ...], now: datetime) -> tuple[Withdrawal, ...]:
        """Passes the request on to the provider if there is no right: it reads it here, or the centre sends it on paper. Raises
        CourtesyNotNeeded, AlreadyAsked.
        """
        records = await self._owned(actor, record_ids, now)
        number = receipt_number("QQ", civil_date(now))
        cases = []
        for record in records:
            try:
                self.check(record, now)
            except NoRightHere:
                pass
            else:
                raise CourtesyNotNeeded(citation=_right(record, now).citation)
            if record.standing is not Standing.STANDING:
                raise RecordNotStanding
            steps = (await self._first_step(record, now),)
            case = _case(actor, record, Kind.COURTESY, number, now, status=COURTESY.initial, steps=steps)
            cases.append(await self.start(tx, actor, case, now, "ask"))
            reason = f"{_by(actor)}请求不再公开（服务性转达，不是条例规定的权利）"
            await self.records.alter(tx, record, _change(now, actor, ASKED, reason, case))
        return tuple(cases)

    async def _first_step(self, record: Record, now: datetime) -> Step:
        on, place = civil_date(now), record.jurisdiction
        if await self.is_unit_here(record.provider, now):
            return begin(COURTESY_ANSWER, place, on, record.source_unit)
        return begin(PASS_ON, place, on, self.centres[place])

    async def pass_on(self, turn: Turn[Withdrawal], on: date, note: str) -> Withdrawal:
        """Notes the day on which the centre passed a courtesy on, on paper; the unit's days run from then. Raises NothingToPassOn,
        Invalid for a day before the request or ahead.
        """
        case, now = turn.case, turn.now
        self.table_of(case).advance(case.status, "pass_on", turn.actor.role)
        if not is_to_pass_on(case):
            raise NothingToPassOn
        if not civil_date(case.asked_at) <= on <= civil_date(now):
            message = f"{chinese_date(civil_date(case.asked_at))}提出，最晚今天。"
            raise Invalid(faults=(FieldFault(field="on", message=message),))
        answer = begin(COURTESY_ANSWER, case.jurisdiction, on, case.source_unit)
        after = await self.move(turn, "pass_on", note, passed_on=on, steps=(*finish(case.steps, now), answer))
        await self.tell(turn.tx, after, "withdrawals.passed_on", now, unit=case.source_unit, day=chinese_date(on))
        return after

    async def answer(
        self, turn: Turn[Withdrawal], is_agreed: bool, reason: str | None, note: str | None = None
    ) -> Withdrawal:
        """Enters the provider's answer to a courtesy; `note` is of the officer who got it on paper, and not for others. Raises NotFound for a withdrawal by right,
        Invalid for a refusal without a reason.
        """
        tx, actor, case, now = turn
        if case.kind is not Kind.COURTESY:
            await self.audits.turn_away(actor, ERRAND.name, case.id, now)
        action = "agree" if is_agreed else "decline"
        COURTESY.advance(case.status, action, actor.role)
        fields: dict[str, Any] = {}
        if is_agreed:
            record = await self.records.get(case.record, tx)
            content = _receipt(case.number, now, [record])
            fields = {"content": content, "digest": sm3(content.encode()), "stopped_at": now}
            change = _change(now, actor, WITHDRAWN, "提供单位同意本人的请求，不再公开", case)
            if actor.role is Role.OFFICER:
                change = msgspec.structs.replace(change, unit=case.source_unit)
            await self.records.stop(tx, record, Standing.WITHDRAWN, change)
        elif reason is None:
            raise Invalid(
                "不同意时请说明理由，理由会告知本人。", faults=(FieldFault(field="reason", message="请填写理由。"),)
            )
        said = {"said": reason} if note else {}
        after = await self.move(turn, action, note or reason, steps=finish(case.steps, now), **said, **fields)
        await self.tell(tx, after, "withdrawals.agreed" if is_agreed else "withdrawals.declined", now)
        return after

    async def cancel(self, turn: Turn[Withdrawal]) -> Withdrawal:
        """Cancels a courtesy that waits for its answer."""
        return await self.move(turn, "cancel", steps=finish(turn.case.steps, turn.now))

    async def record_changed(self, tx: Tx, record: Record, now: datetime) -> None:
        """Ends the request about a record that is disclosed no longer for another reason: nothing is left to agree to."""
        if record.is_disclosed or record.section not in _PRAISING:
            return
        case = await self._withdrawals.find_asked(record.id, tx)
        if case is None or record.changes[-1].case_id == case.id:
            return
        after = await self.move(Turn(tx, SYSTEM, case, now), "end_with_record", steps=finish(case.steps, now))
        await self.tell(tx, after, "withdrawals.record_ended", now)

    async def undo(self, turn: Turn[Withdrawal], consent_version: str) -> Withdrawal:
        """Restores the previous disclosure. Raises ConsentOutdated unless the text agreed to is the one in force."""
        tx, actor, case, now = turn
        table_of(case.kind).advance(case.status, "undo", actor.role)
        text = agreed_text(__package__, consent_version, civil_date(now))
        record = await self.records.get(case.record, tx)
        if record.standing is not Standing.WITHDRAWN:
            raise RecordNotStanding
        after = await self.move(turn, "undo", consent=Consent(version=text.version, at=now))
        change = _change(now, actor, RESTORED, f"{_by(actor)}重新同意公开", case)
        await self.records.resume(tx, record, change, case.disclosure)
        entry = footprint(
            case.subject,
            FootprintKind.PUBLISHED,
            now,
            unit=actor.named,
            why=f"{actor.on_behalf}撤销公示后重新同意公开",
            basis=text.citation.label,
            records=(record.id,),
            ref=case.id,
        )
        await self.footprints.note_in(tx, [entry])
        await self.tell(tx, after, "withdrawals.restored", now)
        return after

    async def restored(self, case: Withdrawal) -> list[Withdrawal]:
        """Those of the same receipt that the person made public again."""
        together = await self._withdrawals.list_of_receipt(case.subject, case.number)
        return [one for one in together if one.consent and one.content == case.content]

    async def copies(self, case: Withdrawal, today: date, tx: Tx = None) -> tuple[CopyView, ...]:
        """The systems told of a withdrawal in force, with their answers and days, which are a service."""
        if case.stopped_at is None or case.status == "restored":
            return ()
        record = await self.records.get(case.record, tx)
        steps = {step.owed_by: step for step in told(record).steps if step.clock == FOLLOW_WITHDRAWAL}
        return copies_told(record, case.stopped_at, steps, today)

    async def _owned(self, actor: Actor, record_ids: tuple[str, ...], now: datetime) -> list[Record]:
        if len(set(record_ids)) != len(record_ids):
            raise Invalid("同一条信息选择了两次。", faults=(FieldFault(field="recordIds", message="请不要重复选择。"),))
        return [await self.records.owned(actor, record_id, now) for record_id in record_ids]


def is_to_pass_on(case: Withdrawal) -> bool:
    """Whether the centre still owes it to the unit on paper."""
    return any(step.clock == PASS_ON and step.is_open for step in case.steps)


def _right(record: Record, now: datetime) -> Capability:
    return supports(_CAPABILITY, record.jurisdiction, civil_date(now))


def _law(right: Capability) -> str:
    return f"{right.citation.regulation}-{right.citation.article}"


def _is_commendatory(record: Record, now: datetime) -> bool:
    """Whether the record is commendatory: the article names three kinds and “等”, so everything that praises counts."""
    if record.section is Section.COMMENDATION:
        return True
    if record.section not in _PRAISING:
        return False
    try:
        return entry(record.jurisdiction, record.code, civil_date(now)).withdrawable
    except UnknownCatalogueEntry:
        return False


def _by(actor: Actor) -> str:
    return actor.on_behalf or "本人"


def _change(now: datetime, actor: Actor, kind: str, reason: str, case: Withdrawal, *law: str) -> Change:
    return Change(at=now, kind=kind, unit=actor.named, reason=reason, fields=("披露",), case_id=case.id, law=law)


def _case(
    actor: Actor, record: Record, kind: Kind, number: str, now: datetime, *, status: str, content: str | None = None,
    stopped_at: datetime | None = None, steps: tuple[Step, ...] = (),
) -> Withdrawal:  # fmt: skip
    return Withdrawal(
        id=new_id(ERRAND.prefix),
        owner=actor.id,
        subject=record.subject,
        status=status,
        kind=kind,
        number=number,
        record=record.id,
        title=record.title,
        code=record.code,
        jurisdiction=record.jurisdiction,
        provider=record.provider,
        source_unit=record.source_unit,
        asked_at=now,
        disclosure=record.disclosure,
        content=content,
        digest=sm3(content.encode()) if content else None,
        stopped_at=stopped_at,
        steps=steps,
    )


def _receipt(number: str, now: datetime, records: list[Record]) -> str:
    """The text behind the digest: one line for each fact, so that anybody can recompute it."""
    lines = [
        "撤销公示回执",
        f"编号：{number}",
        f"时间：{now.astimezone(SHANGHAI):%Y年%m月%d日 %H:%M:%S}（北京时间）",
        f"效力：{'、'.join(EFFECTS)}",
    ]
    lines += [f"信息：{record.title}（{record.source_unit}）" for record in records]
    on = civil_date(now)
    places = dict.fromkeys(record.jurisdiction for record in records)
    lines += [
        f"依据：{in_force('withdrawal.effect', place, on).citation.label}"
        for place in places
        if supports(_CAPABILITY, place, on).is_available
    ]
    return "\n".join(lines)
