"""Routes of consents: what the person agreed to."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, Response, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from api.accounts.consents import ConsentService, ConsentState
from api.http.access import needs
from api.http.injection import Needs
from api.http.problems import CitationView
from api.http.visit import Visit
from api.infra.mongo import Database, Tx
from api.infra.wire import In, Items, Out


class Decide(In):
    """`version` is the version of the text that was shown; `isGiven` false records a refusal."""

    purpose: Annotated[str, Meta(min_length=1, max_length=40)]
    version: Annotated[str, Meta(min_length=1, max_length=20)]
    is_given: bool = True


class ConsentView(Out):
    """`status` is given, refused, withdrawn, or null where the person never decided."""

    purpose: str
    title: str
    version: str
    text: str
    citation: CitationView
    status: str | None
    status_label: str
    decided_at: datetime | None
    is_allowed: bool
    is_askable: bool

    @classmethod
    def of(cls, found: ConsentState) -> "ConsentView":
        citation = found.purpose.citation
        return cls(
            purpose=found.purpose.id,
            title=found.purpose.title,
            version=found.text.version,
            text=found.text.text,
            citation=CitationView(label=citation.label, regulation=citation.regulation, article=citation.article),
            status=found.consent.state if found.consent else None,
            status_label=found.label,
            decided_at=found.consent.at if found.consent else None,
            is_allowed=found.is_allowed,
            is_askable=found.is_askable,
        )


class ConsentController(Controller):
    path = "/me/consents"
    tags = ("consents",)
    opt = needs("account")

    @get(operation_id="consents")
    async def consents(self, visit: Needs[Visit], consents: Needs[ConsentService]) -> Items[ConsentView]:
        """Every purpose with its text and what the person decided."""
        found = await consents.list_all(visit.actor.id, visit.now)
        return Items(tuple(ConsentView.of(state) for state in found))

    @post(operation_id="decideConsent")
    async def decide(
        self, data: JSONBody[Decide], visit: Needs[Visit], consents: Needs[ConsentService]
    ) -> Response[ConsentView]:
        """Agree to one purpose, or refuse it."""

        async def work(tx: Tx) -> ConsentView:
            decide = consents.give if data.is_given else consents.refuse
            return ConsentView.of(await decide(tx, visit.actor, data.purpose, data.version, visit.now))

        return await visit.run(work)

    @delete("/{purpose:str}", operation_id="withdrawConsent", status_code=200)
    async def withdraw(
        self, purpose: FromPath[str], visit: Needs[Visit], database: Needs[Database], consents: Needs[ConsentService]
    ) -> ConsentView:
        """Take a consent back."""
        return ConsentView.of(
            await database.transact(lambda tx: consents.withdraw(tx, visit.actor, purpose, visit.now))
        )
