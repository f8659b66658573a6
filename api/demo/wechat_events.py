"""The events that the stand-in for WeChat posts to us, signed as WeChat signs them."""

import asyncio
import hashlib
import secrets
from typing import Any

import httpx

from api.infra.clock import Clock


class Events:
    """`later` posts in the background, `post` waits. Without a URL both do nothing."""

    def __init__(self, url: str | None, token: str, appid: str, clock: Clock) -> None:
        self._clock = clock
        self._url = url
        self._token = token
        self._appid = appid
        self._http: httpx.AsyncClient | None = None
        self._running: set[asyncio.Task[None]] = set()

    @staticmethod
    def popup(results: dict[str, str]) -> Any:
        """An object for one template, an array for several: WeChat does both."""
        entries = [
            {"TemplateId": template, "SubscribeStatusString": result, "PopupScene": "0"}
            for template, result in results.items()
        ]
        return entries[0] if len(entries) == 1 else entries

    @staticmethod
    def sent(template: str, message_id: str) -> Any:
        return {"TemplateId": template, "MsgID": message_id, "ErrorCode": "0", "ErrorStatus": "success"}

    def later(self, event: str, openid: str, entries: Any) -> None:
        if self._url is not None:
            task = asyncio.get_running_loop().create_task(self.post(event, openid, entries))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def post(self, event: str, openid: str, entries: Any) -> None:
        """Signed over token, timestamp and nonce; an unreachable address is as silent as it is with WeChat."""
        if self._url is None:
            return
        if self._http is None:
            self._http = httpx.AsyncClient(timeout=5)
        timestamp, nonce = str(int(self._clock.now().timestamp())), str(secrets.randbelow(10**10))
        text = "".join(sorted((self._token, timestamp, nonce)))
        body = {
            "ToUserName": self._appid,
            "FromUserName": openid,
            "CreateTime": timestamp,
            "MsgType": "event",
            "Event": event,
            "List": entries,
        }
        signature = hashlib.sha1(text.encode()).hexdigest()
        query = {"signature": signature, "timestamp": timestamp, "nonce": nonce}
        try:
            await self._http.post(self._url, params=query, json=body)
        except httpx.HTTPError:
            return
