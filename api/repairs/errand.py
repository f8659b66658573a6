"""The declaration of repairs as an errand."""

from api.infra.errands import declare
from api.repairs.states import TABLE
from api.repairs.store import COLLECTIONS

ERRAND = declare(
    __package__,
    tables=(TABLE,),
    collections=COLLECTIONS,
    words={"kind": TABLE.words},
)
