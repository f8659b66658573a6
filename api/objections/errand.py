"""What the rest of the product knows of objections."""

from api.infra.errands import Errand
from api.objections.states import TABLE
from api.objections.store import COLLECTIONS

ERRAND = Errand(
    name="objections",
    prefix="obj",
    flow="objection",
    title="异议",
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
    ),
    reminded_as="异议",
)
