"""What the rest of the product knows of repairs."""

from api.infra.errands import Errand
from api.repairs.states import TABLE

ERRAND = Errand(
    name="repairs",
    prefix="rep",
    flow="repair",
    title="信用修复",
    tables=(TABLE,),
    reminded_as="信用修复申请",
)
