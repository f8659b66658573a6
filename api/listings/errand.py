"""The declaration of listings as an errand."""

from api.infra.errands import Errand, Kept
from api.listings.states import TABLE
from api.listings.store import COLLECTIONS

ERRAND = Errand(
    name="listings",
    prefix="lst",
    flow="listing",
    title="名单事项",
    begun="告知您",
    tables=(TABLE,),
    collections=COLLECTIONS,
    clocks=("listing.decide", "listing.reply", "listing.serve"),
    meanwhile={"noticed": "您可以在{day}前陈述、申辩或者提出异议；之后"},
    kept=Kept("由认定单位依法作出，送达和申辩的记录留存。", "listing"),
    tones={"removed": "good", "not_listed": "good", "listed": "bad", "served": "bad"},
)
