"""The declaration of objections as an errand."""

from api.infra.errands import declare
from api.objections.outcomes import OUTCOMES
from api.objections.reasons import reason_codes
from knowledge.loading import library

PAUSES = {kind.id: kind.title for kind in library().pause_kinds}

ERRAND = declare(
    __package__,
    words={
        "reasons": {code: reason.title for code, reason in reason_codes().items()},
        "outcome": OUTCOMES,
        "kind": PAUSES,
    },
)
