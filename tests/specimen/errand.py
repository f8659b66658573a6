"""The declaration of appeals as an errand."""

from api.infra.errands import Errand, Kept
from tests.specimen.states import TABLE
from tests.specimen.store import COLLECTIONS

ERRAND = Errand(
    name="appeals",
    prefix="apl",
    flow="appeal",
    title="复议登记",
    begun="您登记了",
    tables=(TABLE,),
    collections=COLLECTIONS,
    clocks=("objection.review",),
    reminded_as="复议登记",
    kept=Kept("登记过的复议情况依法留存。", "objection"),
    labels={"authority": "复议机关", "lodged_at": "登记时间"},
    tones={"noted": "good"},
    texts={"appeals.lodged": {"title": "已登记复议", "text": "您的复议登记（{number}）已收到。"}},
)
