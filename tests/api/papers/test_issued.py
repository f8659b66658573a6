"""What a person is told of the papers that were issued about them."""

from datetime import timedelta

from api.evidence.models import Evidence
from api.evidence.store import EvidenceStore
from api.papers.models import IssuedDocument
from api.papers.store import IssuedDocumentStore
from tests.support.api import Api, resident


async def test_papers_and_files_beyond_a_thousand_are_in_the_export(api: Api) -> None:
    """Sixty papers and two hundred files a day are allowed: a thousand is a matter of weeks."""
    me, services, now = resident(api.services), api.services, api.services.clock.now()
    papers = [
        IssuedDocument(
            id=f"doc_{n:04}", kind="report", number=f"BG{n}", subject=me.bound_subject, issued_at=now - timedelta(minutes=n),
            digest="d", facts="f",
        )
        for n in range(1001)
    ]  # fmt: skip
    files = [
        Evidence(
            id=f"ev_{n:04}", owner=me.id, case=None, filename="a.pdf", media_type="application/pdf", size=1, pieces=1,
            digest="d", added_at=now,
        )
        for n in range(1001)
    ]  # fmt: skip
    await IssuedDocumentStore(services.database, services.keys).add(None, *papers)
    await EvidenceStore(services.database, services.keys).add(None, *files)
    assert [one.number for one in await services.papers.issued_about(me.bound_subject)] == [
        one.number for one in papers
    ]
    assert len(await services.evidence.given_by(me.id)) == 1001
