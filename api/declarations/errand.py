"""What the rest of the product knows of declarations."""

from api.declarations.states import TABLE
from api.declarations.store import COLLECTIONS
from api.infra.errands import Errand

ERRAND = Errand(
    name="declarations",
    prefix="dec",
    flow="declaration",
    title="自主申报",
    tables=(TABLE,),
    collections=COLLECTIONS,
)
