"""Queries on letters."""

from api.infra.cases import BY_PROVIDER, BY_SUBJECT, KEPT_TOGETHER, CaseStore
from api.infra.collections import Collection, index
from api.letters.models import Letter

LETTERS = Collection(
    "letters",
    Letter,
    indexes=(
        BY_SUBJECT,
        index("one_open", "about kind subject", unique=True, partialFilterExpression={"is_open": True}),
        BY_PROVIDER,
    ),
    why=KEPT_TOGETHER,
)


class LetterStore(CaseStore[Letter]):
    declared = LETTERS
