"""Queries on declarations."""

from collections.abc import Sequence

from pymongo import ASCENDING, DESCENDING, IndexModel

from api.declarations.models import Declaration
from api.infra.cases import CaseStore
from api.infra.mongo import Database
from api.infra.privacy import KeyRing

COLLECTION = "declarations"
INDEXES: Sequence[IndexModel] = (IndexModel([("subject", ASCENDING), ("_id", DESCENDING)], name="subject"),)


class DeclarationStore(CaseStore[Declaration]):
    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys, Declaration, COLLECTION)
