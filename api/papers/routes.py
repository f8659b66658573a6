"""Route: verification of documents."""

from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from api.http.access import needs
from api.http.injection import Needs
from api.papers.schemas import VerificationView, VerifyDocument
from api.papers.service import PaperService

_LONGEST = 64  # characters; a code has 23


class VerificationController(Controller):
    tags = ("reports",)
    opt = needs("anyone")

    @post("/reports/verify", limit="verify-code", keyless=True, operation_id="verifyDocument", status_code=200)
    async def verify(self, data: JSONBody[VerifyDocument], papers: Needs[PaperService]) -> VerificationView:
        """Check a document's code: whether it is genuine, when it was issued, its digest, and whether the facts have changed
        since. Shows nothing else about the person."""
        return await papers.verify(data.code[:_LONGEST])

    @get("/reports/verify/{code:str}", limit="verify-code", operation_id="verifyDocumentByAddress", deprecated=True)
    async def verify_by_address(self, code: FromPath[str], papers: Needs[PaperService]) -> VerificationView:
        """As `POST /reports/verify`, for older programs. Prefer that one: a code in an address ends up in logs on the way."""
        return await papers.verify(code[:_LONGEST])
