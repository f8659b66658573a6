"""What the rest of the product knows of pledges."""

from api.infra.errands import Errand
from api.pledges.states import TABLE
from api.pledges.store import COLLECTIONS

ERRAND = Errand(
    name="pledges",
    prefix="plg",
    flow="pledge",
    title="信用承诺",
    tables=(TABLE,),
    collections=COLLECTIONS,
    clocks=("pledge.finding",),
    meanwhile={"effective": "请您在{day}前履行并提交证明；之后"},
)
