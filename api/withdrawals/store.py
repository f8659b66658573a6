"""Queries on withdrawals."""

from api.infra.cases import BY_SUBJECT, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection, index
from api.withdrawals.models import Withdrawal

WITHDRAWALS = Collection(
    name="withdrawals",
    struct=Withdrawal,
    indexes=(
        BY_SUBJECT,
        index("provider", "provider -_id"),
        index("one_open_request", "record", unique=True, partialFilterExpression={"status": "asked"}),
    ),
    why=KEPT_TOGETHER,
)
COLLECTIONS = (WITHDRAWALS,)


class WithdrawalStore(CaseStore[Withdrawal]):
    declared = WITHDRAWALS
