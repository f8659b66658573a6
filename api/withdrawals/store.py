"""Queries on withdrawals."""

from api.infra.cases import BY_SUBJECT, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection, index
from api.withdrawals.models import Withdrawal

WITHDRAWALS = Collection(
    "withdrawals",
    Withdrawal,
    indexes=(
        BY_SUBJECT,
        index("provider", "provider -_id"),
        index("one_open_request", "record", unique=True, partialFilterExpression={"status": "asked"}),
    ),
    why=KEPT_TOGETHER,
)


class WithdrawalStore(CaseStore[Withdrawal]):
    declared = WITHDRAWALS
