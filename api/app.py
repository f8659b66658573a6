"""The application: every errand's routes over one set of services. The only place that lists them."""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from litestar import Litestar, Request, Response
from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.types import Scope

from api.accounts.consent_routes import ConsentController
from api.accounts.data_routes import PersonalDataController
from api.accounts.demo_routes import demo_permissions
from api.accounts.rebinding_routes import BindingController
from api.accounts.routes import MeController, SessionController
from api.accounts.staff_routes import PasskeyController, StaffController
from api.administration import routes as administration_routes
from api.audits.routes import AuditController
from api.chat.routes import ChatController
from api.chat.staff_routes import StaffBotController
from api.composition import Services
from api.desk import absence_routes, figure_routes
from api.desk.casefile_routes import CaseFileController
from api.desk.digest_routes import digest
from api.desk.routes import DeskController
from api.evidence.routes import EvidenceController
from api.footprints.routes import FootprintController
from api.http import health
from api.http.access import Credentials, current_actor
from api.http.centres import list_centres
from api.http.daily_cache import DailyCache
from api.http.demo import demo_residents
from api.http.errands import list_errands
from api.http.fast_lane import FastLane
from api.http.idempotency import make_once
from api.http.injection import Application, Given, RegisteredOnce
from api.http.limits import LimitGuard
from api.http.load import Admission
from api.http.metrics import measured
from api.http.openapi import make_config
from api.http.paging import make_asked
from api.http.problems import EXCEPTION_HANDLERS
from api.http.security import GuardedRequest, SecurityHeaders, with_marked_ends, with_one_host
from api.http.tracing import plugins_for
from api.http.uploads import hold_uploads
from api.http.visit import make_visit
from api.infra.actors import Actor
from api.infra.errands import Errand
from api.infra.settings import Settings
from api.journal import routes as journal_routes
from api.notices.routes import NoticeController, SubscriptionController, WeChatEventController
from api.papers.routes import VerificationController
from api.providers.routes import ProgramController
from api.records import routes as records_routes
from api.records import unit_routes as record_unit_routes
from api.reports.routes import ReportController
from api.reports.slips import SlipController
from api.reviews import routes as review_routes
from api.rulebook.routes import RulebookController
from api.web.assets import load_assets
from api.web.missing import HANDLERS as MISSING
from api.web.routes import WebController

BASE = "/api/v1"
MAX_BODY_BYTES = 12_000_000


ROUTES = (
    health.live,
    health.ready,
    list_errands,
    demo_residents,
    demo_permissions,
    list_centres,
    RulebookController,
    SessionController,
    MeController,
    ConsentController,
    PersonalDataController,
    StaffController,
    PasskeyController,
    BindingController,
    AuditController,
    *administration_routes.ROUTES,
    ChatController,
    StaffBotController,
    ProgramController,
    ReportController,
    VerificationController,
    SlipController,
    *journal_routes.ROUTES,
    *review_routes.ROUTES,
    *records_routes.ROUTES,
    *record_unit_routes.ROUTES,
    FootprintController,
    NoticeController,
    SubscriptionController,
    WeChatEventController,
    digest,
    EvidenceController,
    DeskController,
    CaseFileController,
    *absence_routes.ROUTES,
    *figure_routes.ROUTES,
)


def routes_of(errand: Errand) -> Iterator[Any]:
    """Every `ROUTES` of the files in an errand's folder whose names end in `routes`."""
    if errand.package is None:
        return
    package = importlib.import_module(errand.package)
    for file in pkgutil.iter_modules(package.__path__):
        if file.name.endswith("routes"):
            yield from importlib.import_module(f"{errand.package}.{file.name}").ROUTES


def _services(services: Services) -> dict[str, Any]:
    """The dependencies of handlers, by the names that the composition gives them. No handler gets the keys."""
    given = {name: one for name, one in vars(services).items() if name[0] != "_" and name != "keys"}
    return {
        **services.cases,
        **given,
        "chat": services.chat,
        "answers": services.answers,
        "grantees": services.grants,
        "assets": load_assets(),
    }


class Served:
    """What handlers and guards get, from the services being served. Tests replace these with `serve`."""

    def __init__(self, services: Services) -> None:
        self.serve(services)

    def serve(self, services: Services) -> None:
        self.services = services
        self._services = _services(services)
        self._credentials = Credentials(
            services.tokens,
            services.clock,
            services.providers.find,
            services.providers.find_program,
            services.sessions.is_revoked,
            services.push.spend_ticket,
            services.helpers.stand_in,
            services.window.stand_in,
            services.persons.present,
            services.settings.trusted_proxies,
        )
        self._limits = LimitGuard(services.limiter, services.clock, services.once)

    def today(self) -> date:
        return self.services.clock.today()

    def provide(self, name: str) -> Provide:
        def given() -> Any:
            return self._services[name]

        return Given(given, sync_to_thread=False)

    def provide_all(self) -> dict[str, Provide]:
        return {name: self.provide(name) for name in self._services}

    def service(self, name: str) -> Any:
        return self._services[name]

    def let_in(self, scope: Scope, handler: BaseRouteHandler) -> Actor | None:
        """As `guard` for a request without credentials; None if that would refuse it or would have to ask the database."""
        actor = self._credentials.stranger(scope)
        return actor if self._limits.take_at_hand(actor, handler) else None

    async def stored_answer(self, request: Request[Any, Any, Any]) -> Response[Any] | None:
        """The stored answer to a repeated request, if its handler says `stored_first=True`."""
        if not request.route_handler.opt.get("stored_first"):
            return None
        services = self.services
        return await (await make_once(request, services.database, services.once, services.clock)).earlier()

    async def guard(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Checks access, then limits. Raises what Credentials and LimitGuard raise."""
        await self._credentials.guard(connection, handler)
        await self._limits.guard(connection, handler)


def _hosts(settings: Settings) -> list[str]:
    """The allowed hosts with and without port: Litestar compares the whole header, and a browser adds a port that is not the default."""
    return [*settings.allowed_hosts, *(f"{host}:{settings.port}" for host in settings.allowed_hosts)]


def create_app(services: Services, *, is_prepared: bool = False) -> Litestar:
    """The application's lifespan opens and closes `services`. `is_prepared`: version and indexes were just looked after by the parent."""

    hold_uploads()
    served, admission, hosts = Served(services), Admission(), _hosts(services.settings)
    security = SecurityHeaders(served.today, is_production=services.settings.is_production)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await (served.services.in_force.read() if is_prepared else served.services.prepare())
        async with served.services.in_force.kept_fresh():
            yield
        await served.services.close()

    app = Application(
        route_handlers=[
            RegisteredOnce(
                path=BASE,
                route_handlers=[
                    *ROUTES,
                    *(route for errand in services.errands.values() for route in routes_of(errand)),
                ],
            ),
            WebController,
        ],
        dependencies={
            **served.provide_all(),
            "actor": Given(current_actor),
            "visit": Given(make_visit),
            "asked": Given(make_asked, sync_to_thread=False),
        },
        guards=[served.guard],
        before_request=served.stored_answer,
        exception_handlers=EXCEPTION_HANDLERS | MISSING,
        lifespan=[lifespan],
        allowed_hosts=AllowedHostsConfig(allowed_hosts=hosts),
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=make_config(BASE),
        logging_config=None,
        middleware=[admission.middleware],
        before_send=[security.before_send],
        request_class=GuardedRequest,
        plugins=plugins_for(services.settings.otlp_endpoint),
    )
    app.state["served"] = served
    app.asgi_handler = with_one_host(
        measured(with_marked_ends(DailyCache(app.routes, served.today).before(app.asgi_handler)))
    )
    if services.settings.otlp_endpoint is None:  # a trace begins where Litestar does
        app.asgi_handler = FastLane(app.routes, served, admission, hosts, security).before(app.asgi_handler)
    return app
