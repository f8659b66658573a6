"""Routes: the export of one's own data, and closing the account."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Response, delete, get

from api.accounts.personal_data import Export, HoldingText, PersonalDataService
from api.accounts.readable import page_of
from api.audits.wording import ActionNames
from api.http.access import needs
from api.http.injection import Needs
from api.http.problems import CitationView
from api.http.visit import Visit
from api.infra.mongo import Database
from api.infra.wire import Items, Out


class FateView(Out):
    """`fate`: deleted, anonymised or kept; `why` in words, with the article."""

    name: str
    title: str
    fate: str
    why: str
    citation: CitationView


class Closed(Out):
    closed_at: datetime
    items: tuple[FateView, ...]


def fates(texts: Iterable[HoldingText], place: str | None) -> tuple[FateView, ...]:
    """`place` is the person's own, whose articles are named."""
    cited = ((text, text.citation(place)) for text in texts)
    return tuple(
        FateView(
            name=text.name,
            title=text.title,
            fate=text.fate,
            why=text.why,
            citation=CitationView(label=law.label, regulation=law.regulation, article=law.article),
        )
        for text, law in cited
    )


class PersonalDataController(Controller):
    path = "/me"
    tags = ("me",)
    opt = needs("account")

    @get("/export", step_up=True, limit="export", operation_id="exportData")
    async def export(self, visit: Needs[Visit], personal_data: Needs[PersonalDataService]) -> Response[Export]:
        """Everything held about the person, as JSON. Of files that the person gave it holds the names; `downloadEvidence` gives the content."""
        body = msgspec.json.format(msgspec.json.encode(await personal_data.export(visit.actor, visit.now)), indent=2)
        return _file(body, "application/json", f"credit-window-{visit.today}.json")

    @get("/export.html", step_up=True, limit="export", operation_id="exportDataReadable", media_type="text/html")
    async def export_readable(
        self, visit: Needs[Visit], personal_data: Needs[PersonalDataService], action_names: Needs[ActionNames]
    ) -> Response[bytes]:
        """The same as `exportData`, as a file to read."""
        body = page_of(
            await personal_data.export(visit.actor, visit.now), personal_data.holdings, action_names
        ).encode()
        return _file(body, "text/html", f"credit-window-{visit.today}.html")

    @get("/closing", operation_id="closingPreview")
    async def closing(self, visit: Needs[Visit], personal_data: Needs[PersonalDataService]) -> Items[FateView]:
        """What would become of each kind of data if the account were closed."""
        return Items(fates(personal_data.texts.values(), visit.actor.jurisdiction))

    @delete(step_up=True, operation_id="closeAccount", status_code=200)
    async def close(
        self, visit: Needs[Visit], database: Needs[Database], personal_data: Needs[PersonalDataService]
    ) -> Closed:
        """Close the account; says what stays and why."""
        account = await database.transact(lambda tx: personal_data.close(tx, visit.actor, visit.now))
        return Closed(
            closed_at=account.closed_at or visit.now,
            items=fates(personal_data.texts.values(), visit.actor.jurisdiction),
        )


def _file(body: bytes, media_type: str, name: str) -> Response[Any]:
    return Response(
        content=body,
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
