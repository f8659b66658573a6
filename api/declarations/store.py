"""Queries on declarations."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from api.declarations.models import Declaration
from api.infra.cases import KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection
from api.infra.mongo import Database
from api.infra.privacy import KeyRing

DECLARATIONS = Collection(
    name="declarations",
    struct=Declaration,
    indexes=(IndexModel([("subject", ASCENDING), ("_id", DESCENDING)], name="subject"),),
    why=KEPT_TOGETHER,
)
COLLECTIONS = (DECLARATIONS,)


class DeclarationStore(CaseStore[Declaration]):
    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys, Declaration, DECLARATIONS.name)
