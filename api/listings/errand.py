"""The declaration of listings as an errand."""

from api.infra.errands import declare
from api.listings.states import TABLE
from api.listings.store import COLLECTIONS

ERRAND = declare(
    __package__,
    tables=(TABLE,),
    collections=COLLECTIONS,
)
