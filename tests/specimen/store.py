"""Queries on appeals."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from api.infra.cases import KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection
from api.infra.mongo import Database
from api.infra.privacy import KeyRing
from tests.specimen.models import Appeal

APPEALS = Collection(
    name="appeals",
    struct=Appeal,
    indexes=(IndexModel([("subject", ASCENDING), ("_id", DESCENDING)], name="subject"),),
    why=KEPT_TOGETHER,
)
COLLECTIONS = (APPEALS,)


class AppealStore(CaseStore[Appeal]):
    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys, Appeal, APPEALS.name)
