"""The declaration of helpers as an errand."""

from api.helpers.items import POWERS
from api.helpers.states import TABLE
from api.helpers.store import COLLECTIONS
from api.infra.errands import declare

ERRAND = declare(
    __package__,
    tables=(TABLE,),
    collections=COLLECTIONS,
    words={"items": {item: power.label for item, power in POWERS.items()}},
)
