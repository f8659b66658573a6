"""The declaration of withdrawals as an errand."""

from api.infra.errands import Errand, Kept
from api.withdrawals.states import COURTESY, RIGHT
from api.withdrawals.store import COLLECTIONS

ERRAND = Errand(
    name="withdrawals",
    prefix="wdr",
    flow="withdrawal",
    title="撤销公示",
    begun="您请求撤销",
    tables=(RIGHT, COURTESY),
    collections=COLLECTIONS,
    kept=Kept("撤销公示继续有效，凭据留存。", "withdrawal"),
    tones={"agreed": "good", "declined": "bad"},
)
