"""The declaration of repairs as an errand."""

from api.infra.errands import Errand, Kept
from api.repairs.states import TABLE
from api.repairs.store import COLLECTIONS

ERRAND = Errand(
    name="repairs",
    prefix="rep",
    flow="repair",
    title="信用修复",
    begun="您提交了申请",
    tables=(TABLE,),
    collections=COLLECTIONS,
    clocks=("repair.answer", "repair.accept", "repair.decide", "repair.decide_extension", "repair.follow_through"),
    reminded_as="信用修复申请",
    kept=Kept("已经提出的申请会继续办理完毕，办理记录依法留存；结果可以到窗口领取。", "repair"),
    words={"kind": TABLE.words},
    tones={"approved": "good", "refused": "bad", "declined": "bad"},
    paper="decision",
    drafted=("approve", "refuse", "decline"),
)
