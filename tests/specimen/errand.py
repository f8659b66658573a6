"""The declaration of appeals as an errand."""

from api.infra.errands import declare
from tests.specimen.states import TABLE
from tests.specimen.store import COLLECTIONS

ERRAND = declare(
    __package__,
    tables=(TABLE,),
    collections=COLLECTIONS,
)
