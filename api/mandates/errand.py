"""The declaration of requests to act for others as an errand."""

from api.helpers.items import POWERS
from api.infra.errands import declare
from api.mandates.kinds import kinds
from api.mandates.states import TABLE
from api.mandates.store import COLLECTIONS

CONFIRM = "mandate.confirm"

ERRAND = declare(
    __package__,
    tables=(TABLE,),
    collections=COLLECTIONS,
    words={
        "kind": {kind: one.title for kind, one in kinds().items()},
        "items": {item: power.deed for item, power in POWERS.items()},
    },
)
