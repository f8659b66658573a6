"""Development servers only: passes on what a resident tapped in the stand-in for WeChat's permission sheet."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.params import JSONBody

from api.accounts.service import AccountService
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.errors import NotFound
from api.infra.settings import Settings
from api.infra.wire import In
from api.notices.models import Answer

_SECONDS = 5


class Tapped(In):
    """What the resident tapped in the sheet that stands for WeChat's question, by WeChat's template ids."""

    results: Annotated[dict[str, Answer], msgspec.Meta(min_length=1, max_length=5)]


@post(
    "/demo/permissions",
    access="account",
    operation_id="tapDemoPermissions",
    tags=["operations"],
    include_in_schema=False,
    status_code=204,
)
async def demo_permissions(
    data: JSONBody[Tapped], visit: Needs[Visit], settings: Needs[Settings], accounts: Needs[AccountService]
) -> None:
    """WeChat learns of a tap from its own client: here the stand-in is told, which then grants, and posts its event."""
    if settings.demo_residents_file is None:
        raise NotFound
    import httpx  # for the demo alone: not at the start of every process

    account = await accounts.open_account(visit.actor.id)
    async with httpx.AsyncClient(base_url=settings.wechat.base_url, timeout=_SECONDS, trust_env=False) as client:
        for template, result in data.results.items():
            body = {"openid": account.openid, "template": template, "result": result.value}
            (await client.post("/standin/subscribe", json=body)).raise_for_status()
