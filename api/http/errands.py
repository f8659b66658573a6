"""Route `GET /errands`: every errand's states, steps and codes in words. Page and desk show these and repeat none of them."""

from typing import Any, Literal, cast

import msgspec
from litestar import Request, Response, get

from api.http.etags import PUBLIC, answer, digest_of, is_unchanged, unchanged
from api.http.injection import Needs
from api.infra.errands import Errand, Errands
from api.infra.wire import Out
from knowledge.places import jurisdictions

Tone = Literal["good", "bad", "warn", "info"]


class StatusView(Out):
    """`name` is the code. `is_awaited`: a receipt has promised that WeChat tells the result, which is still to come."""

    name: str
    label: str
    tone: Tone
    is_awaited: bool


class StepView(Out):
    """`drafted`: it ends in a paper that can be read before the step is taken. `law` is by place, empty where it is a service
    there."""

    action: str
    label: str
    roles: tuple[str, ...]
    law: dict[str, tuple[str, ...]]
    drafted: bool


class CodeView(Out):
    """What a code in `field` of a case means, such as a reason or the kind of a pause."""

    field: str
    code: str
    label: str


class ErrandView(Out):
    """`prefix` stands before the ids of its cases. `begun`: how a case began, for its resident; null where the page shows
    none. `queued`: its cases stand in the officers' queue. `paper`: the last part of the address of its decision in writing."""

    name: str
    prefix: str
    flow: str
    title: str
    begun: str | None
    queued: bool
    paper: str | None
    statuses: tuple[StatusView, ...]
    steps: tuple[StepView, ...]
    codes: tuple[CodeView, ...]

    @classmethod
    def of(cls, errand: Errand) -> "ErrandView":
        return cls.showing(
            errand,
            queued=bool(errand.clocks),
            statuses=tuple(
                StatusView(status, label, cast("Tone", errand.tones.get(status, "info")), status in errand.awaited)
                for status, label in errand.statuses.items()
            ),
            steps=tuple(
                StepView(
                    action.replace("_", "-"),
                    row.label,
                    row.roles,
                    {place: row.law_in(place) for place in jurisdictions()},
                    action in errand.drafted,
                )
                for action, row in errand.steps.items()
            ),
            codes=tuple(
                CodeView(field, code, label) for field, words in errand.words.items() for code, label in words.items()
            ),
        )


@get("/errands", access="anyone", cached_daily=True, operation_id="listErrands", tags=["errands"])
async def list_errands(request: Request[Any, Any, Any], errands: Needs[Errands]) -> Response[list[ErrandView]]:
    """Lists every errand with its statuses, steps and codes in words, in the order in which they are shown."""
    body = msgspec.json.encode([ErrandView.of(errand) for errand in errands.values()])
    etag = digest_of(body)
    return unchanged(etag, PUBLIC) if is_unchanged(request, etag) else answer(body, etag, PUBLIC)
