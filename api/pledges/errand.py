"""The declaration of pledges as an errand."""

from api.infra.errands import Errand, Kept
from api.pledges.states import TABLE
from api.pledges.store import COLLECTIONS
from api.pledges.texts import titles

ERRAND = Errand(
    name="pledges",
    prefix="plg",
    flow="pledge",
    title="信用承诺",
    begun="您签了承诺",
    tables=(TABLE,),
    collections=COLLECTIONS,
    clocks=("pledge.finding",),
    meanwhile={"effective": "请您在{day}前履行并提交证明；之后"},
    kept=Kept("承诺和践诺情况依法纳入信用记录。", "pledge"),
    words={"kind": titles(), "outcome": TABLE.words},
    tones={"kept": "good", "broken": "bad", "partly": "warn"},
)
