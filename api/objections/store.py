"""Queries on objections."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from api.infra.cases import BY_NUMBER, FOR_FIGURES, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection
from api.infra.mongo import Database
from api.infra.privacy import KeyRing
from api.objections.models import Objection

ONE_OPEN = "one_open"
OBJECTIONS = Collection(
    name="objections",
    struct=Objection,
    indexes=(
        IndexModel([("subject", ASCENDING), ("_id", DESCENDING)], name="subject"),
        BY_NUMBER,
        FOR_FIGURES,
        IndexModel(
            [("record_id", ASCENDING), ("subject", ASCENDING)],
            name=ONE_OPEN,
            unique=True,
            partialFilterExpression={"is_open": True},
        ),
        IndexModel([("provider", ASCENDING), ("status", ASCENDING), ("_id", DESCENDING)], name="provider_status"),
    ),
    why=KEPT_TOGETHER,
)
COLLECTIONS = (OBJECTIONS,)


class ObjectionStore(CaseStore[Objection]):
    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys, Objection, OBJECTIONS.name)
