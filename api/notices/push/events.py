"""WeChat's events: checks the signature, decrypts and parses them. Pure."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from api.notices.errors import BadEvent, BadSignature

WINDOW = timedelta(minutes=5)
_MAX_ENTRIES = 20


class Entry(msgspec.Struct, frozen=True):
    """One template's entry in an event of any of the three kinds."""

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
    def instant(self) -> datetime | None:
        """`CreateTime`, in seconds."""
        return _instant(str(self.created_at))

    @property
    def key(self) -> str:
        """The same key for the same event, even if WeChat repeats it with another signature."""
        lines = [f"{e.template}/{e.status}/{e.message_id}/{e.error_code}" for e in self.listed]
        text = "\x00".join((self.openid, str(self.created_at), self.name, *lines))
        return "event:" + hashlib.sha256(text.encode()).hexdigest()


def check_signature(token: str, signature: str, timestamp: str, nonce: str, now: datetime) -> str:
    """Checks a signature and returns the key under which it may be used once. Raises BadSignature."""
    text = "".join(sorted((token, timestamp, nonce)))
    expected = hashlib.sha1(text.encode()).hexdigest()  # noqa: S324 - WeChat's protocol
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise BadSignature
    at = _instant(timestamp)
    if at is None or abs(now - at) > WINDOW:
        raise BadSignature
    return "signature:" + hashlib.sha256(f"{timestamp}\x00{nonce}\x00{signature}".encode()).hexdigest()


def _instant(text: str) -> datetime | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= 10
    return datetime.fromtimestamp(int(text), UTC) if is_number else None


class Sealed(msgspec.Struct, frozen=True):
    """An encrypted event (安全模式); in 兼容模式 the plain fields come with it."""

    text: str = msgspec.field(name="Encrypt", default="")


_BLOCK = 32
_HEAD = 20  # sixteen random bytes, and the length of the event in four


def open_sealed(body: bytes, key: bytes | None, appid: str, query: Mapping[str, str], token: str) -> bytes:
    """The content of an event, encrypted or plain. With a key only encrypted events count: no signature covers plain content.

    Raises BadSignature and BadEvent; its message contains `event-sealed` if the event is encrypted and we have no key.
    """
    try:
        sealed = msgspec.json.decode(body, type=Sealed).text
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise BadEvent from fault
    if key is None:
        if sealed and b'"FromUserName"' not in body:
            raise BadEvent("事件是加密的，没有配置解密的密钥（CW_WECHAT_EVENT_KEY）。")
        return body
    parts = sorted((token, query.get("timestamp", ""), query.get("nonce", ""), sealed))
    expected = hashlib.sha1("".join(parts).encode()).hexdigest()  # noqa: S324 - WeChat's protocol
    if not sealed or not hmac.compare_digest(expected.encode(), query.get("msg_signature", "").encode()):
        raise BadSignature
    return _decrypted(sealed, key, appid)


def _decrypted(sealed: str, key: bytes, appid: str) -> bytes:
    """AES-256-CBC under WeChat's key, whose first half is the initial vector; padded to 32 bytes; the appid at the end."""
    try:
        data = base64.b64decode(sealed, validate=True)
        decryptor = Cipher(AES(key), CBC(key[:16])).decryptor()
        plain = decryptor.update(data) + decryptor.finalize()
    except ValueError as fault:
        raise BadEvent from fault
    padding = plain[-1] if plain else 0
    length = int.from_bytes(plain[_HEAD - 4 : _HEAD])
    end = _HEAD + length
    if not 0 < padding <= _BLOCK or plain[end : len(plain) - padding] != appid.encode():
        raise BadEvent
    return plain[_HEAD:end]


def read_event(body: bytes) -> Event:
    """Raises BadEvent for anything that is not an event in JSON."""
    try:
        event = msgspec.json.decode(body, type=_Raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise BadEvent from fault
    entries = event.entries
    for wrapped in (event.popup, event.change, event.sent):
        if isinstance(wrapped, dict):
            entries = wrapped.get("List", entries)
        elif wrapped is not None:
            entries = wrapped
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
    popup: Any = msgspec.field(name="SubscribeMsgPopupEvent", default=None)  # it can also be a list
    change: Any = msgspec.field(name="SubscribeMsgChangeEvent", default=None)
    sent: Any = msgspec.field(name="SubscribeMsgSentEvent", default=None)
