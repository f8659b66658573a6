"""What becomes of a notice by WeChat's answer: done, waiting again, or unknown; and what a pass has done in all."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from api.infra.log import get_log
from api.infra.randomness import CHANCE
from api.infra.wechat import SendOutcome, SendResult
from api.notices.models import Notice, PushState
from schedulers.afterwards import unknown
from schedulers.pace import retry_after

LEASE = timedelta(minutes=5)  # longer than two batches whose every message waits for WeChat until it times out
TEMPLATE_RESTS = timedelta(minutes=10)
MOST_TRIES = 30  # of a message that WeChat refuses for a reason of its own: more than a day
OPERATORS = frozenset({SendOutcome.BAD_TEMPLATE, SendOutcome.BAD_PAGE, SendOutcome.NOT_ALLOWED})
_ODD = frozenset({SendOutcome.BAD_DATA, SendOutcome.REJECTED})
_log = get_log("deliveries")


class Tally(msgspec.Struct):
    """What one pass did. `unpushed` went to the inbox only; `later` will be tried again."""

    told: int = 0
    sent: int = 0
    refused: int = 0
    failed: int = 0
    unknown: int = 0
    unpushed: int = 0
    later: int = 0


def closed(push: PushState, reason: str | None) -> dict[str, Any]:
    """The fields of a notice with nothing left to do."""
    return {"push": push.value, "reason": reason, "wake_at": None}


def outcome(notice: Notice, result: SendResult, now: datetime, tally: Tally) -> dict[str, Any]:
    """The fields to write for one of WeChat's answers, by the table of answers."""
    match result.outcome:
        case SendOutcome.REFUSED:
            tally.refused += 1
            return closed(PushState.REFUSED, "refused")
        case SendOutcome.UNKNOWN:
            tally.unknown += 1
            return unknown("no-answer", (notice.wake_at or now) - LEASE)
        case SendOutcome.BUSY:
            pause = retry_after(notice.attempts + 1, CHANCE.random())
            later = postponed(notice, now, now + pause, f"busy:{result.errcode}", tally)
            return {**later, "attempts": notice.attempts + 1}
        case other if other in OPERATORS:
            return postponed(notice, now, now + TEMPLATE_RESTS, f"{other.value}:{result.errcode}", tally)
        case other if other in _ODD and notice.attempts + 1 < MOST_TRIES:
            pause = retry_after(notice.attempts + 1, CHANCE.random())
            later = postponed(notice, now, now + pause, f"{other.value}:{result.errcode}", tally)
            return {**later, "attempts": notice.attempts + 1}
        case other:
            tally.failed += 1
            _log.error("push-failed", reason=other.value, errcode=result.errcode, template=notice.template)
            return closed(PushState.FAILED, f"{other.value}:{result.errcode}")


def postponed(notice: Notice, now: datetime, until: datetime, reason: str, tally: Tally) -> dict[str, Any]:
    """The fields of a notice that waits again, as long as its push is still useful (`texts/`)."""
    since = notice.tried_at or now
    tally.later += 1
    return {"push": PushState.WAITING.value, "wake_at": until, "tried_at": since, "reason": reason}
