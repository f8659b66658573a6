"""Queries on requests to act for others."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from api.infra.cases import BY_NUMBER, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection
from api.infra.mongo import Database
from api.infra.privacy import KeyRing
from api.mandates.models import Mandate

MANDATES = Collection(
    name="mandates",
    struct=Mandate,
    indexes=(
        IndexModel([("subject", ASCENDING), ("_id", DESCENDING)], name="subject"),
        IndexModel([("owner", ASCENDING)], name="one_asked", unique=True, partialFilterExpression={"status": "asked"}),
        BY_NUMBER,
    ),
    why=KEPT_TOGETHER,
)
COLLECTIONS = (MANDATES,)


class MandateStore(CaseStore[Mandate]):
    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys, Mandate, MANDATES.name)
