"""The declaration of grants as an errand."""

from api.grants.states import TABLE
from api.grants.store import COLLECTIONS
from api.infra.errands import declare

ERRAND = declare(
    __package__,
    tables=(TABLE,),
    collections=COLLECTIONS,
)
