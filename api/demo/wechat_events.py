"""The events that the stand-in posts to the product, signed like WeChat's and in every form that WeChat is known to use."""

import asyncio
import base64
import hashlib
import random
import secrets
from typing import Any, Literal

import httpx
import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from api.infra.clock import Clock

Form = Literal["plain", "wrapped", "sealed", "both"]
_WRAPPERS = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
    "subscribe_msg_sent_event": "SubscribeMsgSentEvent",
}
_BLOCK = 32
_AT_ONCE = 16  # of those in the background
_REPEATS, _REPEAT_SECONDS = 3, 5  # where the product does not take an event: as WeChat's documents say


class Events:
    """`later` posts in the background, after up to `slow_ms`, all but the share `lose`; `post` waits. Without a URL both do nothing."""

    def __init__(self, url: str | None, token: str, appid: str, clock: Clock, key: str | None = None) -> None:
        self._clock = clock
        self._url = url
        self._token = token
        self._appid = appid
        self._key = base64.b64decode(f"{key}=") if key else None
        self._http: httpx.AsyncClient | None = None
        self._running: set[asyncio.Task[None]] = set()
        self.form: Form = "plain"
        self.times = 1
        self.slow_ms = 0
        self.lose = 0.0
        self.lost = 0
        self._places = asyncio.Semaphore(_AT_ONCE)

    @staticmethod
    def popup(results: dict[str, str]) -> Any:
        """An object for one template, an array for several: WeChat does both."""
        entries = [
            {"TemplateId": template, "SubscribeStatusString": result, "PopupScene": "0"}
            for template, result in results.items()
        ]
        return entries[0] if len(entries) == 1 else entries

    @staticmethod
    def sent(template: str, message_id: str, errcode: int = 0) -> Any:
        status = "user refuse to accept the msg" if errcode == 43101 else "failed" if errcode else "success"
        return {"TemplateId": template, "MsgID": message_id, "ErrorCode": str(errcode), "ErrorStatus": status}

    def later(self, event: str, openid: str, entries: Any) -> None:
        if self._url is None:
            return
        if random.random() < self.lose:
            self.lost += 1
            return
        task = asyncio.get_running_loop().create_task(self._post_late(event, openid, entries, self._seconds()))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    @property
    def waiting(self) -> int:
        """Events of the background that the product has not taken yet."""
        return len(self._running)

    async def _post_late(self, event: str, openid: str, entries: Any, created: str) -> None:
        if self.slow_ms:
            await asyncio.sleep(random.random() * self.slow_ms / 1000)
        async with self._places:
            for _ in range(1 + _REPEATS):
                if await self.post(event, openid, entries, created):
                    return
                await asyncio.sleep(_REPEAT_SECONDS)
        self.lost += 1

    def _seconds(self) -> str:
        return str(int(self._clock.now().timestamp()))

    async def post(self, event: str, openid: str, entries: Any, created: str = "") -> bool:
        """Posts an event, which was made just now or at `created`. Whether the product took it: about that, WeChat tells nobody."""
        if self._url is None:
            return False
        if self._http is None:
            self._http = httpx.AsyncClient(timeout=_REPEAT_SECONDS)
        timestamp, nonce = self._seconds(), str(secrets.randbelow(10**10))
        listed = {_WRAPPERS[event]: {"List": entries}} if self.form == "wrapped" else {"List": entries}
        body = {
            "ToUserName": self._appid,
            "FromUserName": openid,
            "CreateTime": created or timestamp,
            "MsgType": "event",
            "Event": event,
            **listed,
        }
        query = {"signature": self._signed(timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
        if self.form in ("sealed", "both"):
            sealed = self._sealed(msgspec.json.encode(body))
            query |= {"msg_signature": self._signed(timestamp, nonce, sealed), "encrypt_type": "aes"}
            body = {"ToUserName": self._appid, "Encrypt": sealed} | (body if self.form == "both" else {})
        is_taken = False
        for _ in range(self.times):
            try:
                is_taken = (await self._http.post(self._url, params=query, json=body)).is_success or is_taken
            except httpx.HTTPError:
                break
        return is_taken

    def _signed(self, *parts: str) -> str:
        return hashlib.sha1("".join(sorted((self._token, *parts))).encode()).hexdigest()

    def _sealed(self, event: bytes) -> str:
        """Random bytes, the length, the event, the appid, padded to thirty-two: WeChat's own form of AES-CBC."""
        assert self._key is not None, "--event-key is missing"
        plain = secrets.token_bytes(16) + len(event).to_bytes(4) + event + self._appid.encode()
        padding = _BLOCK - len(plain) % _BLOCK
        encryptor = Cipher(AES(self._key), CBC(self._key[:16])).encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()
