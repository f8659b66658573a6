"""Queries on declarations."""

from api.declarations.models import Declaration
from api.infra.cases import BY_SUBJECT, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection
from api.infra.mongo import Database
from api.infra.privacy import KeyRing

DECLARATIONS = Collection(
    name="declarations",
    struct=Declaration,
    indexes=(BY_SUBJECT,),
    why=KEPT_TOGETHER,
)
COLLECTIONS = (DECLARATIONS,)


class DeclarationStore(CaseStore[Declaration]):
    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys, Declaration, DECLARATIONS.name)
