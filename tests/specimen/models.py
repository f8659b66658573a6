"""Appeals as stored."""

from datetime import datetime

import msgspec

from api.infra.documents import Secret
from api.infra.steps import Step
from api.infra.transitions import HistoryEntry


class Appeal(msgspec.Struct, frozen=True):
    """`authority` is where the reconsideration was asked for, in the resident's words."""

    id: str
    number: str
    owner: str
    subject: str
    status: str
    jurisdiction: str
    provider: str
    authority: Secret[str]
    lodged_at: datetime
    steps: tuple[Step, ...] = ()
    version: int = 1
    history: tuple[HistoryEntry, ...] = ()
