"""The declaration of declarations as an errand."""

from api.declarations.kinds import titles
from api.declarations.states import TABLE
from api.declarations.store import COLLECTIONS
from api.infra.errands import declare

ERRAND = declare(
    __package__,
    tables=(TABLE,),
    collections=COLLECTIONS,
    words={"kind": titles()},
)
