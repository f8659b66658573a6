"""Giving a file before the case is filed, and getting one's own back."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, MultipartBody

from api.evidence.schemas import EvidenceView
from api.evidence.service import EvidenceService
from api.evidence.transfer import Upload, download
from api.http.idempotency import Once
from api.infra.actors import Actor
from api.infra.clock import Clock
from api.infra.mongo import Tx


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
