"""Routes: upload a file before the case is filed, and read one's own."""

from litestar import Controller, Response, get, post
from litestar.params import FromPath, MultipartBody

from api.evidence.schemas import EvidenceView
from api.evidence.service import EvidenceService
from api.evidence.transfer import Upload, download
from api.http.access import needs
from api.http.injection import Needs
from api.http.visit import Visit


class EvidenceController(Controller):
    path = "/me/evidence"
    tags = ("evidence",)
    opt = needs("resident")

    @post(limit="upload", quota="uploads", operation_id="addEvidence")
    async def add(
        self, data: MultipartBody[Upload], visit: Needs[Visit], evidence: Needs[EvidenceService]
    ) -> Response[EvidenceView]:
        """Upload a file for a case that is about to be filed. It is kept for a day."""
        file = await evidence.look_at(data.file.filename, await data.file.read())

        return await visit.run(lambda tx: evidence.add(tx, visit.actor.id, None, file, visit.now), EvidenceView.of)

    @get("/{evidence_id:str}", operation_id="downloadEvidence")
    async def download(
        self, evidence_id: FromPath[str], visit: Needs[Visit], evidence: Needs[EvidenceService]
    ) -> Response[bytes]:
        """Downloads your own file."""
        return download(*await evidence.open(evidence_id, owner=visit.actor.id))
