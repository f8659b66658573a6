"""Giving a file before the case is filed, and getting one's own back."""

from typing import TypeVar
from urllib.parse import quote

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, MultipartBody

from api.evidence.models import Evidence
from api.evidence.schemas import EvidenceView
from api.evidence.service import EvidenceService
from api.http.idempotency import Once
from api.http.steps import Steps, Turn
from api.infra.actors import Actor
from api.infra.clock import Clock
from api.infra.mongo import Tx

C = TypeVar("C")
H = TypeVar("H")
V = TypeVar("V")


class Upload(msgspec.Struct):
    """A multipart form with one part named `file`."""

    file: UploadFile


def download(evidence: Evidence, content: bytes) -> Response[bytes]:
    """Never shown inside a page, whatever a browser thinks it is."""
    return Response(
        content=content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(evidence.filename, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store",
        },
    )


async def attach(evidence: EvidenceService, data: Upload, steps: Steps[H, C, C, V]) -> Response[V]:
    """Puts a file into a case that is worked by others; raises what `EvidenceService.look_at` raises."""
    file = await evidence.look_at(data.file.filename, await data.file.read())

    async def add(turn: Turn[C]) -> C:
        await evidence.add(turn.tx, turn.actor.id, steps.case_id, file, turn.now)
        return turn.case

    return await steps.take(add)


class EvidenceController(Controller):
    path = "/me/evidence"
    tags = ("evidence",)

    @post(access="resident", limit="upload", operation_id="addEvidence")
    async def add(
        self,
        data: MultipartBody[Upload],
        actor: NamedDependency[Actor],
        once: NamedDependency[Once],
        evidence: NamedDependency[EvidenceService],
        clock: NamedDependency[Clock],
    ) -> Response[EvidenceView]:
        """Give a file for a case that is about to be filed; it waits for a day."""
        now = clock.now()
        file = await evidence.look_at(data.file.filename, await data.file.read())

        async def work(tx: Tx) -> EvidenceView:
            return EvidenceView.of(await evidence.add(tx, actor.id, None, file, now))

        return await once.run(work)

    @get("/{evidence_id:str}", access="resident", operation_id="downloadEvidence")
    async def download(
        self, evidence_id: FromPath[str], actor: NamedDependency[Actor], evidence: NamedDependency[EvidenceService]
    ) -> Response[bytes]:
        """One's own file, as an attachment."""
        return download(*await evidence.open(evidence_id, owner=actor.id))
