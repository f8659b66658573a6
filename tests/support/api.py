"""Services and an HTTP client on the test's own loop, over the real database."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from unittest.mock import patch

import httpx

from api.app import create_app
from api.audits.models import AuditEntry
from api.composition import Services
from api.infra.actors import Actor, Role
from api.infra.clock import Clock
from api.infra.mongo import Database, Tx
from api.infra.settings import Settings, read_settings
from tests.support.sign_in import FakeCodeExchange
from tests.support.world import KEY_FILE


def make_settings(**environ: str) -> Settings:
    return read_settings(
        {
            "CW_MODE": "development",
            "MONGODB_URI": "mongodb://127.0.0.1:1",
            "CW_WECHAT_APPID": "wx-test",
            "CW_WECHAT_SECRET": "secret-test",
            "CW_WECHAT_EVENT_TOKEN": "event-token-test",
            "CW_WECHAT_URL": "http://127.0.0.1:1",
            "CW_KEYS": KEY_FILE,
            "CW_ALLOWED_HOSTS": "testserver.local",
            "CW_PACE": "off",  # tests/attacks/test_pace.py has it on
            **environ,
        }
    )


class Api:
    """`as_(actor)` gives a client that is signed in as that actor, with a fresh token."""

    def __init__(self, services: Services, transport: httpx.ASGITransport) -> None:
        self.services = services
        self._transport = transport
        self.anyone = self._client({})

    @property
    def app(self) -> Any:
        """The Litestar application behind the wire."""
        return self._transport.app

    def _client(self, headers: dict[str, str]) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=self._transport, base_url="http://testserver.local/api/v1", headers=headers)

    def at(self, address: str) -> httpx.AsyncClient:
        """Somebody unknown who comes from this address."""
        transport = httpx.ASGITransport(self._transport.app, raise_app_exceptions=False, client=(address, 50_000))
        return httpx.AsyncClient(transport=transport, base_url="http://testserver.local/api/v1")

    def as_(self, actor: Actor, *, stepped_up: bool = False) -> httpx.AsyncClient:
        token = self.services.tokens.issue(actor, self.services.clock.now(), stepped_up=stepped_up)
        return self._client({"Authorization": f"Bearer {token}"})

    def with_key(self, key: str) -> httpx.AsyncClient:
        return self._client({"X-Api-Key": key})


_apps: dict[frozenset[tuple[str, str]], Any] = {}


def _shared_app(services: Services, environ: Mapping[str, str]) -> Any:
    """Building the routes takes longer than most tests, and they are the same under the same settings: the services move in."""
    key = frozenset(environ.items())
    if key in _apps:
        _apps[key].state["served"].serve(services)
    else:
        _apps[key] = create_app(services)
    return _apps[key]


def built_app() -> Any:
    """For what is read off its routes: it is asked nothing."""
    return _apps.get(frozenset()) or _shared_app(Services(make_settings()), {})


@asynccontextmanager
async def open_api(database: Database, clock: Clock, **environ: str) -> AsyncIterator[Api]:
    services = Services(make_settings(**environ), clock=clock, database=database, code_exchange=FakeCodeExchange())
    async with open_api_over(services, _shared_app(services, environ)) as opened:
        yield opened


@asynccontextmanager
async def open_api_over(services: Services, app: Any) -> AsyncIterator[Api]:
    started, stopping = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        """In a task of its own: what the lifespan enters it must leave in the same task."""
        async with app.lifespan():
            started.set()
            await stopping.wait()

    life = asyncio.create_task(live())
    await asyncio.wait({life, asyncio.create_task(started.wait())}, return_when=asyncio.FIRST_COMPLETED)
    if life.done():
        await life
    with only_named(services):
        yield Api(services, httpx.ASGITransport(app, raise_app_exceptions=False))
    stopping.set()
    await life


@contextmanager
def only_named(services: Services) -> Iterator[None]:
    """Whatever a test makes the product write into the audit has a name in Chinese."""
    store, known = services.audits._store, {one.action for one in services.action_names.all()}
    add = store.add

    async def named(tx: Tx, *entries: AuditEntry) -> None:
        nameless = {entry.action for entry in entries} - known
        assert not nameless, f"{nameless}: no name in api/audits/names.toml"
        await add(tx, *entries)

    with patch.object(store, "add", named):
        yield


def officer(jurisdiction: str = "dalian", name: str = "stf_officer") -> Actor:
    return Actor(
        role=Role.OFFICER,
        id=name,
        unit=f"{jurisdiction}-centre",
        jurisdiction=jurisdiction,
        session="ses_staff",
    )


def auditor() -> Actor:
    return Actor(role=Role.AUDITOR, id="stf_auditor", jurisdiction="dalian", session="ses_auditor", unit="监督")


def admin(jurisdiction: str = "dalian", name: str = "stf_admin") -> Actor:
    return Actor(role=Role.ADMIN, id=name, unit="centre", jurisdiction=jurisdiction, session=f"ses_{name}")


def resident(services: Services, name: str = "acc_one", number: str = "110105199001012337") -> Actor:
    """A bound resident, without going through sign-in."""
    return Actor(
        role=Role.RESIDENT,
        id=name,
        subject=services.keys.blind_index("subject", f"resident_id:{number}"),
        session=f"ses_{name}",
    )
