"""Notices of unknown outcome: WeChat's own event, which comes for each message that it accepted, may still tell it.

That none has come proves nothing: the notice stays unknown, and nobody sends it again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from api.infra.wechat import SendOutcome, SendResult
from api.notices.models import Notice, PushState
from api.notices.push.receivers import ReceiverStore
from api.notices.push.store import OutboxStore

LOOK = timedelta(minutes=10)  # longer than a lease: by then whoever else the event may belong to has mostly written so
LAST_LOOK = timedelta(hours=1)


def unknown(reason: str, since: datetime) -> dict[str, Any]:
    """The fields of a notice that was claimed then, and of which nobody knows whether WeChat accepted it."""
    return {
        "push": PushState.UNKNOWN.value,
        "reason": reason,
        "pushed_at": since,
        "wake_at": since + LOOK,
        "tried_at": None,  # it does not wait to be sent, so backlog and age must not count it
    }


class Afterwards:
    def __init__(self, outbox: OutboxStore, receivers: ReceiverStore) -> None:
        self._outbox = outbox
        self._receivers = receivers

    async def look(self, notices: Sequence[Notice], token: str, now: datetime) -> list[tuple[Notice, SendResult]]:
        """For those of which an event has come, the answer that WeChat must have given. The others are looked at again, for an hour."""
        if not notices:
            return []
        receivers = await self._receivers.find_many([notice.subject for notice in notices])
        found: list[tuple[Notice, SendResult]] = []
        again: list[str] = []
        given_up: list[str] = []
        for notice in notices:
            receiver = receivers.get(notice.subject)
            message = await self._outbox.find_message(notice, receiver.account) if receiver else None
            if message is not None:
                found.append((notice, SendResult(outcome=SendOutcome.SENT, message_id=message)))
            else:
                is_over = now - (notice.pushed_at or now) > LAST_LOOK
                (given_up if is_over else again).append(notice.id)
        await self._outbox.write_same(again, {"wake_at": now + LOOK}, token)
        await self._outbox.write_same(given_up, {"wake_at": None}, token)
        return found
