"""What the rest of the product knows of objections."""

from api.infra.errands import Errand
from api.objections.states import TABLE

ERRAND = Errand(
    name="objections",
    prefix="obj",
    flow="objection",
    title="异议",
    tables=(TABLE,),
    reminded_as="异议",
)
