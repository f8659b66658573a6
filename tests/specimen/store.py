"""Queries on appeals."""

from api.infra.cases import KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection, index
from tests.specimen.models import Appeal

APPEALS = Collection("appeals", Appeal, indexes=(index("subject", "subject -_id"),), why=KEPT_TOGETHER)


class AppealStore(CaseStore[Appeal]):
    declared = APPEALS
