"""The declaration of grants as an errand."""

from api.grants.states import TABLE
from api.grants.store import COLLECTIONS
from api.infra.errands import Errand, Kept
from knowledge.citations import Citation

ERRAND = Errand(
    name="grants",
    prefix="grt",
    flow="grant",
    title="授权查询",
    tables=(TABLE,),
    collections=COLLECTIONS,
    kept=Kept("还有效的授权立即撤回；谁在何时查询过您的信息，要留存备查。", Citation("personal-information-law", 23)),
)
