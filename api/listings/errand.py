"""What the rest of the product knows of listings."""

from api.infra.errands import Errand
from api.listings.states import TABLE
from api.listings.store import COLLECTIONS

ERRAND = Errand(
    name="listings",
    prefix="lst",
    flow="listing",
    title="名单事项",
    tables=(TABLE,),
    collections=COLLECTIONS,
    clocks=("listing.decide", "listing.reply"),
    meanwhile={"noticed": "您可以在{day}前陈述、申辩或者提出异议；之后"},
)
