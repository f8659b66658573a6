"""The declaration of objections as an errand."""

from api.infra.errands import Errand, Kept
from api.objections.outcomes import OUTCOMES
from api.objections.reasons import reason_codes
from api.objections.states import TABLE
from api.objections.store import COLLECTIONS
from knowledge.loading import library

PAUSES = {kind.id: kind.title for kind in library().pause_kinds}

ERRAND = Errand(
    name="objections",
    prefix="obj",
    flow="objection",
    title="异议",
    begun="您提了异议",
    tables=(TABLE,),
    collections=COLLECTIONS,
    clocks=(
        "objection.annotate",
        "objection.verify",
        "objection.provider_reply",
        "objection.notify",
        "objection.provider_direct",
        "objection.finish",
        "objection.shared_copies",
        "objection.follow_copies",
        "objection.result",
        "objection.own_error",
        "objection.own_error_notify",
        "objection.review",
        "objection.examination",
        "objection.market_mark",
        "objection.market_finish",
    ),
    reminded_as="异议",
    kept=Kept("已经提出的异议会继续办理完毕，办理记录依法留存；结果可以到窗口领取。", "objection"),
    words={
        "reasons": {code: reason.title for code, reason in reason_codes().items()},
        "outcome": OUTCOMES,
        "kind": PAUSES,
    },
    tones={"upheld": "good", "rejected": "bad", "review_rejected": "bad"},
    paper="result",
    drafted=("correct_own_error", "uphold", "reject"),
)
