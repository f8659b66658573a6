"""Signing in as a test does it, with WeChat's part of it faked."""

from typing import Any

import httpx
import msgspec

from api.infra.errors import Invalid


class BadCode(Invalid):
    code = "wechat-code-invalid"
    title = "微信登录没有成功"


class FakeIdentity(msgspec.Struct, frozen=True):
    openid: str
    unionid: str | None = None


class FakeCodeExchange:
    """The code `code-NAME-N` is good once and belongs to the openid of NAME."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    async def code_to_session(self, code: str) -> FakeIdentity:
        if not code.startswith("code-") or code in self._used:
            raise BadCode
        self._used.add(code)
        name, _, attempt = code.removeprefix("code-").partition("-")
        return FakeIdentity(openid=f"openid-{name}", unionid=f"union-{name}" if attempt.startswith("u") else None)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def sign_in(client: httpx.AsyncClient, name: str, attempt: int | str = 1) -> Any:
    response = await client.post("/session/wechat", json={"code": f"code-{name}-{attempt}"})
    assert response.status_code == 201, response.text
    return response.json()


def resident_number(head: str) -> str:
    """17 digits with the check digit of GB 11643 added."""
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(head))
    return head + "10X98765432"[total % 11]
