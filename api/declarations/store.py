"""Queries on declarations."""

from api.declarations.models import Declaration
from api.infra.cases import BY_SUBJECT, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection

DECLARATIONS = Collection("declarations", Declaration, indexes=(BY_SUBJECT,), why=KEPT_TOGETHER)


class DeclarationStore(CaseStore[Declaration]):
    declared = DECLARATIONS
