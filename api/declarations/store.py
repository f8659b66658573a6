"""Queries on declarations."""

from api.declarations.models import Declaration
from api.infra.cases import BY_SUBJECT, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection

DECLARATIONS = Collection(
    name="declarations",
    struct=Declaration,
    indexes=(BY_SUBJECT,),
    why=KEPT_TOGETHER,
)
COLLECTIONS = (DECLARATIONS,)


class DeclarationStore(CaseStore[Declaration]):
    declared = DECLARATIONS
