"""Queries on objections."""

from api.infra.cases import KEPT_TOGETHER, OF_HANDLED_RECORDS, CaseStore
from api.infra.collections import Collection
from api.objections.models import Objection

OBJECTIONS = Collection("objections", Objection, indexes=OF_HANDLED_RECORDS, why=KEPT_TOGETHER)


class ObjectionStore(CaseStore[Objection]):
    declared = OBJECTIONS
