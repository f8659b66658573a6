"""Routes of withdrawals."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from api.desk.casework import Turn
from api.desk.documents import FREE
from api.desk.routing import CaseRoutes, Served
from api.desk.schemas import StaffStep
from api.http.injection import Needs
from api.http.paging import Asked
from api.http.visit import Visit
from api.infra.actors import Actor, Role
from api.infra.clock import civil_date
from api.infra.consent_texts import consent_text
from api.infra.errors import NotFound, Refusal
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.infra.sources import SourceView
from api.papers.answers import PDF, pdf_response
from api.papers.service import PaperService
from api.papers.setting import Block, Paper, blank
from api.records.models import Record
from api.withdrawals.errors import NoRightHere
from api.withdrawals.models import Kind, Withdrawal
from api.withdrawals.schemas import (
    AnswerCourtesy,
    ConsentTextView,
    DeclineOnPaper,
    LineView,
    ObstacleView,
    PassOn,
    PreviewView,
    ReceiptView,
    Undo,
    Withdraw,
    WithdrawalView,
)
from api.withdrawals.service import EFFECTS, WithdrawalService, is_to_pass_on
from knowledge.clocks import chinese_date
from knowledge.rules import in_force


async def _show(
    withdrawals: WithdrawalService, actor: Actor, case: Withdrawal, now: datetime, tx: Tx
) -> WithdrawalView:
    """The view; systems with a copy are shown to the resident only."""
    copies = await withdrawals.copies(case, civil_date(now), tx) if actor.role is Role.RESIDENT else ()
    return WithdrawalView.of(case, civil_date(now), actor.role, copies)


WITHDRAWALS = Served("withdrawals", WithdrawalService)
own = CaseRoutes(WITHDRAWALS, WITHDRAWALS, "withdrawal_id", _show, WithdrawalView, access="resident")
unit = own.to("provider", "withdrawals")
officer = own.to("officer")


@own.controller("/me/withdrawals")
class WithdrawalController(Controller):
    @get("/preview", operation_id="previewWithdrawal")
    async def preview(
        self,
        record_id: Annotated[str, QueryParameter(name="recordId", min_length=1, max_length=64)],
        visit: Needs[Visit],
        withdrawals: Needs[WithdrawalService],
    ) -> PreviewView:
        """Shows what others can see now and what they could see after the withdrawal. Changes nothing."""
        record, shown = await withdrawals.preview(visit.actor, record_id, visit.now)
        obstacle, citation = None, None
        try:
            withdrawals.check(record, visit.now)
            citation = SourceView.of(in_force("withdrawal.effect", record.jurisdiction, visit.today).citation)
        except Refusal as refusal:
            obstacle = _obstacle(refusal)
        return PreviewView(
            record_id=record.id,
            before=_lines(shown),
            after=_lines([r for r in shown if r.id != record.id]) if obstacle is None else _lines(shown),
            effects=EFFECTS if obstacle is None else (),
            citation=citation,
            obstacle=obstacle,
        )

    @get("/consent", operation_id="readWithdrawalConsent")
    async def consent(self, visit: Needs[Visit]) -> ConsentTextView:
        """Shows the text to agree to before a withdrawn record is restored."""
        return ConsentTextView.showing(consent_text(__package__, visit.today))

    @post(quota="withdrawals", operation_id="withdraw")
    async def withdraw(
        self, data: JSONBody[Withdraw], visit: Needs[Visit], withdrawals: Needs[WithdrawalService]
    ) -> Response[ReceiptView]:
        """Withdraw records from publication, sharing and authorised query. It is in force when this request returns."""

        async def work(tx: Tx) -> ReceiptView:
            if data.as_courtesy:
                return _answer(await withdrawals.ask(tx, visit.actor, data.record_ids, visit.now), visit.today)
            return _answer(await withdrawals.withdraw(tx, visit.actor, data.record_ids, visit.now), visit.today)

        return await visit.run(work)

    @own.list("listWithdrawals")
    def page(self, withdrawals: WithdrawalService, case: Withdrawal, visit: Visit) -> WithdrawalView:
        """Lists your withdrawals and requests, newest first."""
        return WithdrawalView.of(case, visit.today)

    read = own.read("readWithdrawal", "Shows one withdrawal with its receipt and the systems that have to follow it.")

    @get(
        "/{withdrawal_id:str}/receipt.pdf",
        limit="pdf",
        quota="documents",
        media_type=PDF,
        operation_id="getWithdrawalReceiptPdf",
    )
    async def receipt(
        self,
        withdrawal_id: FromPath[str],
        visit: Needs[Visit],
        withdrawals: Needs[WithdrawalService],
        papers: Needs[PaperService],
    ) -> Response[bytes]:
        """The receipt of a withdrawal (Yunnan 37), with the text that its digest is of, and which records are public again. A courtesy
        request has none.
        """
        case = await withdrawals.owned(visit.actor, withdrawal_id, visit.now)
        sheet = sheet_of_receipt(case, await withdrawals.restored(case), papers.issuer(case.jurisdiction))
        kind = "withdrawal-receipt"
        pdf = await papers.issue(visit.actor, kind, case.subject, case.number, sheet, visit.now, ref=case.id)
        return pdf_response(pdf, case.number)

    @own("undo", "undoWithdrawal")
    async def undo(self, withdrawals: WithdrawalService, turn: Turn[Withdrawal], data: JSONBody[Undo]) -> Withdrawal:
        """Restore the record by a new consent."""
        return await withdrawals.undo(turn, data.consent_version)

    cancel = own.bare("cancel", "cancelWithdrawalRequest", WithdrawalService.cancel, "Withdraw a courtesy request.")


async def _to_follow(withdrawals: WithdrawalService, visit: Visit, asked: Asked) -> Page[Withdrawal]:
    return await withdrawals.page_to_work(visit.actor, *asked, visit.now)


@unit.controller("/provider/withdrawals")
class ProviderWithdrawalController(Controller):
    @unit.list("listWithdrawalsOfProvider", _to_follow)
    def page(self, withdrawals: WithdrawalService, case: Withdrawal, visit: Visit) -> WithdrawalView:
        """Lists the withdrawals of your unit's records that are in force, and the courtesy requests that wait for your answer."""
        return WithdrawalView.of(case, visit.today, Role.PROVIDER)

    @unit("answer", "answerWithdrawalRequest")
    async def answer(
        self, withdrawals: WithdrawalService, turn: Turn[Withdrawal], data: JSONBody[AnswerCourtesy]
    ) -> Withdrawal:
        """Agree to a courtesy request, or decline it with the reason."""
        return await withdrawals.answer(turn, data.is_agreed, data.reason)


@officer.controller("/staff/withdrawals")
class StaffWithdrawalController(Controller):
    read = officer.read(
        "readWithdrawalAsOfficer", "Shows one withdrawal or request of your place. The read is recorded in the audit."
    )

    @officer("pass-on", "passOnWithdrawalRequest")
    async def pass_on(
        self, withdrawals: WithdrawalService, turn: Turn[Withdrawal], data: JSONBody[PassOn]
    ) -> Withdrawal:
        """Note that a courtesy request went to its unit on paper, where the unit cannot read it here."""
        return await withdrawals.pass_on(turn, data.on, data.reason)

    @officer("agree", "enterWithdrawalAgreement")
    async def agree(
        self, withdrawals: WithdrawalService, turn: Turn[Withdrawal], data: JSONBody[StaffStep]
    ) -> Withdrawal:
        """Enter that the unit agreed on paper to a courtesy request."""
        return await withdrawals.answer(turn, True, None, data.reason)

    @officer("decline", "enterWithdrawalRefusal")
    async def decline(
        self, withdrawals: WithdrawalService, turn: Turn[Withdrawal], data: JSONBody[DeclineOnPaper]
    ) -> Withdrawal:
        """Enter that the unit declined a courtesy request on paper, with its reasons."""
        return await withdrawals.answer(turn, False, data.reasons, data.reason)


def _lines(records: list[Record]) -> tuple[LineView, ...]:
    return tuple(LineView.of(record) for record in records)


def _obstacle(refusal: Refusal) -> ObstacleView:
    return ObstacleView(
        code=refusal.code,
        title=refusal.title,
        detail=refusal.detail,
        instead=refusal.next_step.text,
        can_ask_as_courtesy=isinstance(refusal, NoRightHere),
        citation=SourceView.of(refusal.citation) if refusal.citation else None,
    )


def _answer(cases: tuple[Withdrawal, ...], today: date) -> ReceiptView:
    first = cases[0]
    is_right = first.kind is Kind.RIGHT
    way = "提供单位没有在这里开通账号，由信用中心书面转给它" if is_to_pass_on(first) else "请求已转给提供单位"
    return ReceiptView(
        number=first.number,
        at=first.asked_at,
        digest=first.digest,
        receipt=first.content,
        note=("已停止公示、共享和授权查询。" if is_right else f"{way}。这是服务，不是条例规定的权利，由提供单位决定。"),
        withdrawals=tuple(WithdrawalView.of(case, today) for case in cases),
    )


def sheet_of_receipt(case: Withdrawal, restored: Sequence[Withdrawal], issuer: str) -> Paper:
    """`restored`: those of the same receipt that are public again. Raises NotFound where there is no receipt."""
    if case.content is None or case.digest is None:
        raise NotFound
    title, *lines = case.content.splitlines()
    later = tuple(
        f"“{one.title}”：本人已于{chinese_date(civil_date(one.consent.at))}重新同意公开，现在已恢复公示，不再停止。"
        for one in restored
        if one.consent is not None
    )
    blocks = (
        *([Block(heading="回执出具以后的变动", level=1, paragraphs=later)] if later else []),
        Block(heading="", paragraphs=tuple(lines)),
        Block(heading="摘要（SM3）", level=1, paragraphs=(case.digest,), note="对以上回执文字逐行计算所得。"),
    )
    return blank(title, issuer, "送达申请人", blocks, (FREE,))


ROUTES = (WithdrawalController, ProviderWithdrawalController, StaffWithdrawalController)
