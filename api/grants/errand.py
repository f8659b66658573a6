"""What the rest of the product knows of grants."""

from api.grants.states import TABLE
from api.grants.store import COLLECTIONS
from api.infra.errands import Errand

ERRAND = Errand(
    name="grants",
    prefix="grt",
    flow="grant",
    title="授权查询",
    tables=(TABLE,),
    collections=COLLECTIONS,
)
