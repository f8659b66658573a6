"""What the rest of the product knows of repairs."""

from api.infra.errands import Errand
from api.repairs.states import TABLE
from api.repairs.store import COLLECTIONS

ERRAND = Errand(
    name="repairs",
    prefix="rep",
    flow="repair",
    title="信用修复",
    tables=(TABLE,),
    collections=COLLECTIONS,
    clocks=("repair.answer", "repair.accept", "repair.decide", "repair.decide_extension", "repair.follow_through"),
    reminded_as="信用修复申请",
)
