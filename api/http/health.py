"""Liveness and readiness."""

from datetime import timedelta

from litestar import Response, get

from api.http.injection import Needs
from api.infra.ability import look
from api.infra.clock import Clock, SystemClock
from api.infra.heartbeats import HeartbeatStore
from api.infra.mongo import Database
from api.infra.settings import Settings
from api.infra.wire import Out

_WORKER_LATE = timedelta(minutes=2)


class Health(Out, omit_defaults=True):
    """`notes` are for operators: what of the worker is late or failing. They do not make this process unready."""

    status: str
    notes: tuple[str, ...] = ()


@get("/health/live", access="probe", operation_id="live", tags=["operations"])
async def live() -> Health:
    """Answers while the process runs."""
    return Health(status="live")


@get("/health/ready", access="probe", operation_id="ready", tags=["operations"])
async def ready(settings: Needs[Settings], database: Needs[Database], clock: Needs[Clock]) -> Response[Health]:
    """503 while nothing can be filed, with why as `status`: `database-away`, `database-no-majority` (writes are not kept),
    `database-full`, `database-unfit`, `clock-off`, `keys-away`, `keys-silent`, `keys-changed`. The notes tell how the worker,
    WeChat's templates and the disk are, and whether a production has its keys in this process.
    """
    able = await look(database, SystemClock().now())
    fault = able.fault or settings.keys.fault()
    if fault is not None:
        return Response(Health(status=fault), status_code=503, headers={"Retry-After": "5"})
    beats = {beat.id: beat for beat in await HeartbeatStore(database).list_all()}
    notes = [*able.notes]
    notes += [f"job-failing:{beat.id}:{beat.fault}" for beat in beats.values() if beat.fault]
    delivered = beats["deliver"].last_success_at if "deliver" in beats else None
    if delivered is None or clock.now() - delivered > _WORKER_LATE:
        notes.append("worker-late")
    notes += [f"template-stopped:{name}" for name in (beats["outbox"].state if "outbox" in beats else ())]
    if settings.is_production and settings.keys.is_in_process:
        notes.append("keys-in-process")
    return Response(Health(status="ready", notes=tuple(notes)))
