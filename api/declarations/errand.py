"""The declaration of declarations as an errand."""

from api.declarations.kinds import titles
from api.declarations.states import TABLE
from api.declarations.store import COLLECTIONS
from api.infra.errands import Errand, Kept

ERRAND = Errand(
    name="declarations",
    prefix="dec",
    flow="declaration",
    title="自主申报",
    begun="您申报了",
    tables=(TABLE,),
    collections=COLLECTIONS,
    kept=Kept("您申报的信息是信用记录的一部分。不想保留的，请在注销前撤回。", "declaration"),
    words={"kind": titles()},
)
