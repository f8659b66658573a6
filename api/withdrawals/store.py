"""Queries on withdrawals."""

from api.infra.cases import BY_NUMBER, BY_SUBJECT, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection, index
from api.infra.mongo import Tx
from api.withdrawals.models import Withdrawal

WITHDRAWALS = Collection(
    "withdrawals",
    Withdrawal,
    indexes=(
        BY_SUBJECT,
        BY_NUMBER,
        index("provider", "provider -_id"),
        index("one_open_request", "record", unique=True, partialFilterExpression={"status": "asked"}),
    ),
    why=KEPT_TOGETHER,
)


_MOST = 50  # in one request


class WithdrawalStore(CaseStore[Withdrawal]):
    declared = WITHDRAWALS

    async def find_asked(self, record_id: str, tx: Tx) -> Withdrawal | None:
        """The courtesy request about a record that waits for its answer."""
        return await self.find_by({"record": record_id, "status": "asked"}, tx)

    async def list_of_receipt(self, subject: str, number: str) -> list[Withdrawal]:
        """What a person withdrew together."""
        return await self.find_many({"subject": subject, "number": number}, limit=_MOST)
