"""The declaration of the window as an errand."""

from api.accounts.rebinding import PROOFS
from api.infra.errands import declare
from api.window.states import TABLE
from api.window.store import COLLECTIONS

ERRAND = declare(
    __package__,
    tables=(TABLE,),
    collections=COLLECTIONS,
    words={"proof": PROOFS},
)
