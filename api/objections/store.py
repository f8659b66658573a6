"""Queries on objections."""

from api.infra.cases import KEPT_TOGETHER, OF_HANDLED_RECORDS, CaseStore
from api.infra.collections import Collection
from api.objections.models import Objection

OBJECTIONS = Collection(
    name="objections",
    struct=Objection,
    indexes=OF_HANDLED_RECORDS,
    why=KEPT_TOGETHER,
)
COLLECTIONS = (OBJECTIONS,)


class ObjectionStore(CaseStore[Objection]):
    declared = OBJECTIONS
