"""Records over HTTP: a provider's own, a resident's own, and what an officer may look up."""

import io
from typing import Any

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException

from api.http.idempotency import Once
from api.infra.actors import Actor
from api.infra.clock import Clock
from api.infra.errors import Forbidden
from api.infra.mongo import Tx
from api.records.intake import MAX_ROWS_OVER_HTTP, IntakeService
from api.records.schemas import IntakeView

_FORMS = frozenset(("text/csv", "application/x-ndjson", "application/jsonl", "application/json"))


class ProviderRecordController(Controller):
    path = "/provider/records"
    tags = ("provider",)

    @post(access="provider", operation_id="sendRecords")
    async def send(
        self,
        request: Request[Any, Any, Any],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        intake: NamedDependency[IntakeService],
        clock: NamedDependency[Clock],
    ) -> Response[IntakeView]:
        """Send a file: CSV in the 双公示 layout, JSON lines or a JSON array. Good rows land, bad rows are reported."""
        _must_have(actor, "records")
        form = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if form not in _FORMS:
            raise HTTPException(status_code=415)
        if (earlier := await once.earlier()) is not None:
            return earlier
        report = await intake.import_file(
            io.BytesIO(await request.body()), actor.id, now=clock.now(), actor=actor, max_rows=MAX_ROWS_OVER_HTTP
        )

        async def work(_: Tx) -> IntakeView:
            return IntakeView.of(report)

        return await once.run(work, status=200)


def _must_have(actor: Actor, scope: str) -> None:
    if scope not in actor.scopes:
        raise Forbidden("这个接口密钥没有这项权限。")


ROUTES = (ProviderRecordController,)
