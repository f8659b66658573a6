"""Stores, attaches and returns files."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from api.evidence.cleaning import Bench, clean
from api.evidence.errors import FileNotUsable, TooManyFiles
from api.evidence.models import MATERIAL, Clean, Evidence, side_of
from api.evidence.scanning import Scan
from api.evidence.store import PIECE_BYTES, EvidenceStore
from api.infra.errors import NotFound
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.infra.privacy import sm3

MOST_FILES = 10  # of each side of a case, so that nobody leaves the others without room
KEPT_UNATTACHED = timedelta(hours=24)


class EvidenceService:
    """The calling errand has checked whose case it is and who may act on it."""

    def __init__(self, store: EvidenceStore, scan: Scan | None = None) -> None:
        self._store = store
        self._scan = scan
        self._bench = Bench()

    async def look_at(self, filename: str, content: bytes) -> Clean:
        """Recognises and cleans a file, before the transaction.

        Raises FileTooLarge, FileNotAccepted, TooManyPictures, FileInfected, ScannerAway.
        """
        made = await clean(filename, content, self._bench)
        if self._scan is not None:
            await self._scan(content)
        return made

    async def add(
        self, tx: Tx, owner: str, case: str | None, file: Clean, now: datetime, kind: str = MATERIAL
    ) -> Evidence:
        """Stores a file for a case, or for a day until a case uses it. Raises TooManyFiles."""
        counted = (
            self._store.count_unattached(tx, owner, now)
            if case is None
            else self._store.count_of_case(tx, case, side_of(owner), now)
        )
        held = await counted
        if held >= MOST_FILES:
            raise TooManyFiles
        evidence = Evidence(
            id=new_id("ev"),
            owner=owner,
            case=case,
            filename=file.filename,
            media_type=file.media_type,
            size=len(file.content),
            pieces=-(-len(file.content) // PIECE_BYTES),
            digest=sm3(file.content),
            added_at=now,
            expires_at=None if case else now + KEPT_UNATTACHED,
            kind=kind,
        )
        await self._store.put(tx, evidence, file.content)
        return evidence

    async def attach(self, tx: Tx, owner: str, ids: Sequence[str], case: str, now: datetime) -> tuple[str, ...]:
        """Attaches the owner's uploaded files to a case. Raises FileNotUsable, TooManyFiles."""
        wanted = tuple(dict.fromkeys(ids))
        if not wanted:
            return ()
        if len(wanted) + await self._store.count_of_case(tx, case, side_of(owner), now) > MOST_FILES:
            raise TooManyFiles
        if await self._store.attach(tx, owner, wanted, case, now) != len(wanted):
            raise FileNotUsable
        return wanted

    async def attach_first(
        self, tx: Tx, owner: str, ids: Sequence[str], case: str, now: datetime
    ) -> Sequence[Evidence]:
        """As `attach`, for a new case; returns its files. Makes no query if there are none."""
        return await self.list_of_case(case, tx) if await self.attach(tx, owner, ids, case, now) else ()

    async def list_of_case(self, case: str, tx: Tx = None) -> list[Evidence]:
        return await self._store.list_of_case(case, tx)

    async def given_by(self, owner: str) -> list[Evidence]:
        """The files that an account has given, newest first, without their content."""
        return await self._store.list_of_owner(owner)

    async def open(
        self, evidence_id: str, *, case: str | None = None, owner: str | None = None
    ) -> tuple[Evidence, bytes]:
        """A file of the case, or of the owner. Raises NotFound, also for a file of another case or person."""
        evidence = await self._store.get(evidence_id)
        if (case is None and owner is None) or (case and evidence.case != case) or (owner and evidence.owner != owner):
            raise NotFound
        return evidence, await self._store.content(evidence)
