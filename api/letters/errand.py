"""The declaration of letters as an errand."""

from api.infra.errands import declare
from api.letters.kinds import kinds

ERRAND = declare(
    __package__,
    words={
        "kind": {code: kind.title for code, kind in kinds().items()},
        "topics": {code: words for kind in kinds().values() for code, words in kind.topics.items()},
    },
)
