"""Routes of statements: the resident's own words beside a record."""

from litestar import Controller, Response, delete, post
from litestar.params import FromPath, JSONBody

from api.declarations.schemas import StatementView, WriteStatement
from api.declarations.statements import StatementService
from api.http.access import needs
from api.http.injection import Needs
from api.http.visit import Visit


class StatementController(Controller):
    path = "/me/records/{record_id:str}/statement"
    tags = ("declarations",)
    opt = needs("resident")

    @post(quota="declarations", operation_id="writeStatement", status_code=200)
    async def write(
        self,
        record_id: FromPath[str],
        data: JSONBody[WriteStatement],
        visit: Needs[Visit],
        statements: Needs[StatementService],
    ) -> Response[StatementView]:
        """Put your own words beside a record, at most 200 characters, after an objection to it has failed."""
        return await visit.run(
            lambda tx: statements.write(tx, visit.actor, record_id, data.text, visit.now), StatementView.of
        )

    @delete(operation_id="removeStatement", status_code=200)
    async def remove(
        self, record_id: FromPath[str], visit: Needs[Visit], statements: Needs[StatementService]
    ) -> Response[StatementView]:
        """Remove your own words from a record."""
        return await visit.run(lambda tx: statements.remove(tx, visit.actor, record_id, visit.now), StatementView.of)


ROUTES = (StatementController,)
