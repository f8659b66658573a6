"""Queries on appeals."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from api.infra.cases import KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection
from tests.specimen.models import Appeal

APPEALS = Collection(
    name="appeals",
    struct=Appeal,
    indexes=(IndexModel([("subject", ASCENDING), ("_id", DESCENDING)], name="subject"),),
    why=KEPT_TOGETHER,
)
COLLECTIONS = (APPEALS,)


class AppealStore(CaseStore[Appeal]):
    declared = APPEALS
