"""The route by which a unit's program exchanges its key for a token that lives a quarter of an hour."""

from litestar import Controller, Response, post

from api.http.injection import Needs
from api.http.visit import Visit
from api.infra.mongo import Tx
from api.infra.tokens import PROGRAM_LIFE, Tokens
from api.infra.wire import Out


class ProgramToken(Out):
    """Sent in the header `Authorization: Bearer …` with every request under `/provider`."""

    access_token: str
    expires_in_seconds: int


class ProgramController(Controller):
    path = "/provider/token"
    tags = ("provider",)

    @post(access="key", limit="unit-token", operation_id="exchangeKey", tokens=True)
    async def exchange(self, visit: Needs[Visit], tokens: Needs[Tokens]) -> Response[ProgramToken]:
        """Exchange the key for a token that may do what the key may, for fifteen minutes, and ends with the key."""

        async def work(_: Tx) -> ProgramToken:
            token = tokens.issue_program(visit.actor.session or "", visit.now)
            return ProgramToken(token, int(PROGRAM_LIFE.total_seconds()))

        return await visit.run(work)
