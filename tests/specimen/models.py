"""Appeals as stored."""

from datetime import datetime

from api.infra.cases import HandledCase
from api.infra.documents import Secret


class Appeal(HandledCase, kw_only=True):
    """`authority` is where the reconsideration was asked for, in the resident's words."""

    provider: str
    authority: Secret[str]
    lodged_at: datetime
