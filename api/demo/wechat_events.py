"""The events that the stand-in posts to the product, signed like WeChat's and in every form that WeChat is known to use."""

import asyncio
import base64
import hashlib
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


class Events:
    """`later` posts in the background, `post` waits. Without a URL both do nothing."""

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
        if self._url is not None:
            task = asyncio.get_running_loop().create_task(self.post(event, openid, entries))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def post(self, event: str, openid: str, entries: Any) -> None:
        """Posts an event; like WeChat, it says nothing about an unreachable address."""
        if self._url is None:
            return
        if self._http is None:
            self._http = httpx.AsyncClient(timeout=5)
        timestamp, nonce = str(int(self._clock.now().timestamp())), str(secrets.randbelow(10**10))
        listed = {_WRAPPERS[event]: {"List": entries}} if self.form == "wrapped" else {"List": entries}
        body = {
            "ToUserName": self._appid,
            "FromUserName": openid,
            "CreateTime": timestamp,
            "MsgType": "event",
            "Event": event,
            **listed,
        }
        query = {"signature": self._signed(timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
        if self.form in ("sealed", "both"):
            sealed = self._sealed(msgspec.json.encode(body))
            query |= {"msg_signature": self._signed(timestamp, nonce, sealed), "encrypt_type": "aes"}
            body = {"ToUserName": self._appid, "Encrypt": sealed} | (body if self.form == "both" else {})
        for _ in range(self.times):
            try:
                await self._http.post(self._url, params=query, json=body)
            except httpx.HTTPError:
                return

    def _signed(self, *parts: str) -> str:
        return hashlib.sha1("".join(sorted((self._token, *parts))).encode()).hexdigest()

    def _sealed(self, event: bytes) -> str:
        """Random bytes, the length, the event, the appid, padded to thirty-two: WeChat's own form of AES-CBC."""
        assert self._key is not None, "--event-key is missing"
        plain = secrets.token_bytes(16) + len(event).to_bytes(4) + event + self._appid.encode()
        padding = _BLOCK - len(plain) % _BLOCK
        encryptor = Cipher(AES(self._key), CBC(self._key[:16])).encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()
