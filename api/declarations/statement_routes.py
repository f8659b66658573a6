"""Routes of statements: the resident's own words beside a record."""

from litestar import Controller, Response, delete, post
from litestar.params import FromPath, JSONBody

from api.declarations.schemas import StatementView, WriteStatement
from api.declarations.statements import StatementService
from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.mongo import Tx


class StatementController(Controller):
    path = "/me/records/{record_id:str}/statement"
    tags = ("declarations",)

    @post(access="resident", quota="declarations", operation_id="writeStatement", status_code=200)
    async def write(
        self,
        record_id: FromPath[str],
        data: JSONBody[WriteStatement],
        visit: Needs[Visit],
        statements: Needs[StatementService],
    ) -> Response[StatementView]:
        """Put your own words beside a record, at most 200 characters, after an objection to it has failed."""

        async def work(tx: Tx) -> StatementView:
            record = await statements.write(tx, visit.actor, record_id, data.text, visit.now)
            return StatementView(record_id=record.id, text=record.statement)

        return await visit.run(work)

    @delete(access="resident", operation_id="removeStatement", status_code=200)
    async def remove(
        self, record_id: FromPath[str], visit: Needs[Visit], statements: Needs[StatementService]
    ) -> Response[StatementView]:
        """Remove your own words from a record."""

        async def work(tx: Tx) -> StatementView:
            record = await statements.remove(tx, visit.actor, record_id, visit.now)
            return StatementView(record_id=record.id, text=record.statement)

        return await visit.run(work)


ROUTES = (StatementController,)
