"""Queries on requests to act for others."""

from api.infra.cases import BY_NUMBER, BY_SUBJECT, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection, index
from api.mandates.models import Mandate

MANDATES = Collection(
    "mandates",
    Mandate,
    indexes=(
        BY_SUBJECT,
        index("one_asked", "owner", unique=True, partialFilterExpression={"status": "asked"}),
        BY_NUMBER,
    ),
    why=KEPT_TOGETHER,
)


class MandateStore(CaseStore[Mandate]):
    declared = MANDATES
