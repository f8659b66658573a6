"""WeChat's events: whose they are, whether they are WeChat's, and what they say. Pure, but for what it is handed."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from api.notices.errors import BadEvent, BadSignature

WINDOW = timedelta(minutes=5)
_MAX_ENTRIES = 20


class Entry(msgspec.Struct, frozen=True):
    """One template's line in an event, of whichever of the three kinds."""

    template: str = msgspec.field(name="TemplateId", default="")
    status: str | None = msgspec.field(name="SubscribeStatusString", default=None)
    message_id: str | int | None = msgspec.field(name="MsgID", default=None)
    error_code: str | int | None = msgspec.field(name="ErrorCode", default=None)


class Event(msgspec.Struct, frozen=True):
    """`List` is an object for one template and an array for several; `CreateTime` is a number or its digits."""

    openid: str = msgspec.field(name="FromUserName")
    created_at: str | int = msgspec.field(name="CreateTime")
    type: str = msgspec.field(name="MsgType", default="")
    name: str = msgspec.field(name="Event", default="")
    entries: list[Entry] | Entry | None = msgspec.field(name="List", default=None)

    @property
    def listed(self) -> list[Entry]:
        if self.entries is None:
            return []
        return self.entries if isinstance(self.entries, list) else [self.entries]

    @property
    def key(self) -> str:
        """The same for the same event, however often and with whatever signature WeChat repeats it."""
        lines = [f"{e.template}/{e.status}/{e.message_id}/{e.error_code}" for e in self.listed]
        text = "\x00".join((self.openid, str(self.created_at), self.name, *lines))
        return "event:" + hashlib.sha256(text.encode()).hexdigest()


def check_signature(token: str, signature: str, timestamp: str, nonce: str, now: datetime) -> str:
    """The key under which this signature is good once. Raises BadSignature."""
    text = "".join(sorted((token, timestamp, nonce)))
    expected = hashlib.sha1(text.encode()).hexdigest()  # noqa: S324 - WeChat's protocol
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise BadSignature
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 10):
        raise BadSignature
    at = datetime.fromtimestamp(int(timestamp), UTC)
    if abs(now - at) > WINDOW:
        raise BadSignature
    return "signature:" + hashlib.sha256(f"{timestamp}\x00{nonce}\x00{signature}".encode()).hexdigest()


def read_event(body: bytes) -> Event:
    """Raises BadEvent for anything that is not an event in plain JSON."""
    try:
        event = msgspec.json.decode(body, type=_Raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise BadEvent from fault
    entries = event.entries
    try:
        found = msgspec.convert(entries, list[Entry] if isinstance(entries, list) else Entry | None)
    except msgspec.ValidationError as fault:
        raise BadEvent from fault
    if isinstance(found, list) and len(found) > _MAX_ENTRIES:
        raise BadEvent
    return Event(openid=event.openid, created_at=event.created_at, type=event.type, name=event.name, entries=found)


class _Raw(msgspec.Struct, frozen=True):
    openid: str = msgspec.field(name="FromUserName")
    created_at: str | int = msgspec.field(name="CreateTime")
    type: str = msgspec.field(name="MsgType", default="")
    name: str = msgspec.field(name="Event", default="")
    entries: Any = msgspec.field(name="List", default=None)
