"""The declaration of letters as an errand."""

from api.infra.errands import declare
from api.letters.kinds import kinds
from api.letters.states import DIRECT, INSIDE, OUTSIDE
from api.letters.store import COLLECTIONS

ERRAND = declare(
    __package__,
    tables=(INSIDE, OUTSIDE, DIRECT),
    collections=COLLECTIONS,
    words={
        "kind": {code: kind.title for code, kind in kinds().items()},
        "topics": {code: words for kind in kinds().values() for code, words in kind.topics.items()},
    },
)
