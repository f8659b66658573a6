"""Routes of withdrawals."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from api.http.idempotency import Once
from api.infra.actors import Actor, Role
from api.infra.clock import Clock, civil_date
from api.infra.errors import Refusal
from api.infra.mongo import Tx
from api.infra.paging import DEFAULT_LIMIT, MAX_LIMIT, Page
from api.infra.sources import SourceView
from api.records.models import Record
from api.withdrawals.consents import consent_text
from api.withdrawals.errors import NoRightHere
from api.withdrawals.models import Kind, Withdrawal
from api.withdrawals.schemas import (
    AnswerCourtesy,
    ConsentTextView,
    LineView,
    ObstacleView,
    PreviewView,
    ReceiptView,
    Undo,
    Withdraw,
    WithdrawalView,
)
from api.withdrawals.service import EFFECTS, WithdrawalService
from knowledge.rules import in_force

Limit = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT)]


class WithdrawalController(Controller):
    path = "/me/withdrawals"
    tags = ("withdrawals",)

    @get("/preview", access="resident", operation_id="previewWithdrawal")
    async def preview(
        self,
        record_id: Annotated[str, QueryParameter(name="recordId", min_length=1, max_length=64)],
        actor: NamedDependency[Actor],
        withdrawals: NamedDependency[WithdrawalService],
        clock: NamedDependency[Clock],
    ) -> PreviewView:
        """What others can learn of you now, and after the withdrawal. Changes nothing."""
        now = clock.now()
        record, shown = await withdrawals.preview(actor, record_id, now)
        obstacle, citation = None, None
        try:
            withdrawals.check(record, now)
            citation = SourceView.of(in_force("withdrawal.effect", record.jurisdiction, civil_date(now)).citation)
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

    @get("/consent", access="resident", operation_id="readWithdrawalConsent")
    async def consent(self, clock: NamedDependency[Clock]) -> ConsentTextView:
        """The text to agree to before a withdrawn item comes back."""
        return ConsentTextView.of(consent_text(clock.today()))

    @post(access="resident", operation_id="withdraw")
    async def withdraw(
        self,
        data: JSONBody[Withdraw],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        withdrawals: NamedDependency[WithdrawalService],
        clock: NamedDependency[Clock],
    ) -> Response[ReceiptView]:
        """Withdraw from publication, sharing and authorised query; in force when this answers."""
        now = clock.now()

        async def work(tx: Tx) -> ReceiptView:
            if data.as_courtesy:
                return _answer(await withdrawals.ask(tx, actor, data.record_ids, now))
            return _answer(await withdrawals.withdraw(tx, actor, data.record_ids, now))

        return await once.run(work)

    @get(access="resident", operation_id="listWithdrawals")
    async def page(
        self,
        actor: NamedDependency[Actor],
        withdrawals: NamedDependency[WithdrawalService],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[WithdrawalView]:
        """Your withdrawals and requests, newest first."""
        found = await withdrawals.page(actor, cursor, limit)
        return Page(tuple(WithdrawalView.of(case) for case in found.items), found.next_cursor)

    @get("/{withdrawal_id:str}", access="resident", operation_id="readWithdrawal")
    async def read(
        self,
        withdrawal_id: FromPath[str],
        actor: NamedDependency[Actor],
        withdrawals: NamedDependency[WithdrawalService],
        clock: NamedDependency[Clock],
    ) -> WithdrawalView:
        """One withdrawal with its receipt, and the systems with a copy that have to follow it."""
        case = await withdrawals.get(actor, withdrawal_id, clock.now())
        return WithdrawalView.of(case, copies=await withdrawals.copies(case, clock.today()))

    @post("/{withdrawal_id:str}/undo", access="resident", operation_id="undoWithdrawal", status_code=200)
    async def undo(
        self,
        withdrawal_id: FromPath[str],
        data: JSONBody[Undo],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        withdrawals: NamedDependency[WithdrawalService],
        clock: NamedDependency[Clock],
    ) -> Response[WithdrawalView]:
        """Bring the item back by a fresh consent."""
        now = clock.now()

        async def work(tx: Tx) -> WithdrawalView:
            return WithdrawalView.of(await withdrawals.undo(tx, actor, withdrawal_id, data.consent_version, now))

        return await once.run(work)

    @post("/{withdrawal_id:str}/cancel", access="resident", operation_id="cancelWithdrawalRequest", status_code=200)
    async def cancel(
        self,
        withdrawal_id: FromPath[str],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        withdrawals: NamedDependency[WithdrawalService],
        clock: NamedDependency[Clock],
    ) -> Response[WithdrawalView]:
        """Take a courtesy request back."""
        now = clock.now()

        async def work(tx: Tx) -> WithdrawalView:
            return WithdrawalView.of(await withdrawals.cancel(tx, actor, withdrawal_id, now))

        return await once.run(work)


class ProviderWithdrawalController(Controller):
    path = "/provider/withdrawals"
    tags = ("withdrawals",)

    @get(access="provider", scope="withdrawals", operation_id="listWithdrawalsOfProvider")
    async def page(
        self,
        actor: NamedDependency[Actor],
        withdrawals: NamedDependency[WithdrawalService],
        clock: NamedDependency[Clock],
        cursor: FromQuery[str | None] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[WithdrawalView]:
        """Withdrawals of your records that stand, and courtesy requests that wait for your answer."""
        found = await withdrawals.page_of_provider(actor, cursor, limit, clock.now())
        return Page(tuple(WithdrawalView.of(case, Role.PROVIDER) for case in found.items), found.next_cursor)

    @post(
        "/{withdrawal_id:str}/answer",
        access="provider",
        scope="withdrawals",
        operation_id="answerWithdrawalRequest",
        status_code=200,
    )
    async def answer(
        self,
        withdrawal_id: FromPath[str],
        data: JSONBody[AnswerCourtesy],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        withdrawals: NamedDependency[WithdrawalService],
        clock: NamedDependency[Clock],
    ) -> Response[WithdrawalView]:
        """Agree to a courtesy request, or decline it with the reason."""
        now = clock.now()

        async def work(tx: Tx) -> WithdrawalView:
            case = await withdrawals.answer(tx, actor, withdrawal_id, data.is_agreed, data.reason, now)
            return WithdrawalView.of(case, Role.PROVIDER)

        return await once.run(work)


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


def _answer(cases: tuple[Withdrawal, ...]) -> ReceiptView:
    first = cases[0]
    is_right = first.kind is Kind.RIGHT
    return ReceiptView(
        number=first.number,
        at=first.asked_at,
        digest=first.digest,
        receipt=first.content,
        note=(
            "已停止公示、共享和授权查询。"
            if is_right
            else "请求已转给提供单位。这是服务，不是条例规定的权利，由提供单位决定。"
        ),
        withdrawals=tuple(WithdrawalView.of(case) for case in cases),
    )
