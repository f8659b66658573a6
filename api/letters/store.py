"""Queries on letters."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from api.infra.cases import KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection
from api.infra.mongo import Database
from api.infra.privacy import KeyRing
from api.letters.models import Letter

LETTERS = Collection(
    name="letters",
    struct=Letter,
    indexes=(
        IndexModel([("subject", ASCENDING), ("_id", DESCENDING)], name="subject"),
        IndexModel(
            [("about", ASCENDING), ("kind", ASCENDING), ("subject", ASCENDING)],
            name="one_open",
            unique=True,
            partialFilterExpression={"is_open": True},
        ),
        IndexModel([("provider", ASCENDING), ("status", ASCENDING), ("_id", DESCENDING)], name="provider_status"),
    ),
    why=KEPT_TOGETHER,
)
COLLECTIONS = (LETTERS,)


class LetterStore(CaseStore[Letter]):
    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys, Letter, LETTERS.name)
