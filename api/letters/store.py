"""Queries on letters."""

from pymongo import ASCENDING, IndexModel

from api.infra.cases import BY_PROVIDER, BY_SUBJECT, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection
from api.letters.models import Letter

LETTERS = Collection(
    name="letters",
    struct=Letter,
    indexes=(
        BY_SUBJECT,
        IndexModel(
            [("about", ASCENDING), ("kind", ASCENDING), ("subject", ASCENDING)],
            name="one_open",
            unique=True,
            partialFilterExpression={"is_open": True},
        ),
        BY_PROVIDER,
    ),
    why=KEPT_TOGETHER,
)
COLLECTIONS = (LETTERS,)


class LetterStore(CaseStore[Letter]):
    declared = LETTERS
