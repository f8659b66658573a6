"""Queries on objections."""

from api.infra.cases import (
    BY_NUMBER,
    BY_PROVIDER,
    BY_SUBJECT,
    FOR_FIGURES,
    KEPT_TOGETHER,
    ONE_OPEN_OF_A_RECORD,
    CaseStore,
)
from api.infra.collections import Collection
from api.infra.mongo import Database
from api.infra.privacy import KeyRing
from api.objections.models import Objection

OBJECTIONS = Collection(
    name="objections",
    struct=Objection,
    indexes=(
        BY_SUBJECT,
        BY_NUMBER,
        FOR_FIGURES,
        ONE_OPEN_OF_A_RECORD,
        BY_PROVIDER,
    ),
    why=KEPT_TOGETHER,
)
COLLECTIONS = (OBJECTIONS,)


class ObjectionStore(CaseStore[Objection]):
    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys, Objection, OBJECTIONS.name)
