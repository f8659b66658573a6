"""The declaration of requests to act for others as an errand."""

from api.helpers.items import POWERS
from api.infra.errands import declare
from api.mandates.kinds import kinds

CONFIRM = "mandate.confirm"

ERRAND = declare(
    __package__,
    words={
        "kind": {kind: one.title for kind, one in kinds().items()},
        "items": {item: power.deed for item, power in POWERS.items()},
    },
)
