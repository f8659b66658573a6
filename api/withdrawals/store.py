"""Queries on withdrawals."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from api.infra.cases import BY_SUBJECT, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection
from api.withdrawals.models import Withdrawal

WITHDRAWALS = Collection(
    name="withdrawals",
    struct=Withdrawal,
    indexes=(
        BY_SUBJECT,
        IndexModel([("provider", ASCENDING), ("_id", DESCENDING)], name="provider"),
        IndexModel(
            [("record", ASCENDING)],
            name="one_open_request",
            unique=True,
            partialFilterExpression={"status": "asked"},
        ),
    ),
    why=KEPT_TOGETHER,
)
COLLECTIONS = (WITHDRAWALS,)


class WithdrawalStore(CaseStore[Withdrawal]):
    declared = WITHDRAWALS
