"""Queries on files and their sealed pieces."""

from collections.abc import Sequence
from datetime import datetime

from api.evidence.models import Evidence, Piece, Side, side_of
from api.infra.collections import EXPIRY, Collection, Store, index
from api.infra.errors import NotFound
from api.infra.mongo import Database, Tx
from api.infra.paging import MOST_EXPORTED
from api.infra.privacy import KeyRing
from api.infra.turns import in_turn

FILES = Collection(
    "evidence",
    Evidence,
    indexes=(index("case", "case _id"), index("owner_case", "owner case"), EXPIRY),
    why="a line for each file, read with its case; the bytes are in the pieces",
)
PIECES = Collection(
    "evidence_pieces",
    Piece,
    indexes=(index("file_number", "file number", unique=True), EXPIRY),
    shard_key="file",
    why="every read of a file names it; a range and no hash, since a piece is unique by file and number, which MongoDB keeps across shards only behind the key",
)
PIECE_BYTES = 1 << 20


class EvidenceStore(Store[Evidence]):
    declared = FILES

    def __init__(self, database: Database, keys: KeyRing) -> None:
        super().__init__(database, keys)
        self._keys = keys
        self._pieces = database.collection(PIECES.name)

    async def put(self, tx: Tx, evidence: Evidence, content: bytes) -> None:
        """Stores the file's line and its sealed pieces."""
        sealed = self._keys.seal_all(
            [
                (content[number * PIECE_BYTES : (number + 1) * PIECE_BYTES], _place(evidence.id, number))
                for number in range(evidence.pieces)
            ]
        )
        pieces = [
            {
                "_id": f"{evidence.id}/{number}",
                "file": evidence.id,
                "number": number,
                "expires_at": evidence.expires_at,
                "data": data,
            }
            for number, data in enumerate(sealed)
        ]
        await self.add(tx, evidence)
        if tx is None:
            await self._pieces.insert_many(pieces)
        else:
            self._database.hold(tx, {"insert": PIECES.name, "documents": pieces})

    async def content(self, evidence: Evidence) -> bytes:
        """Raises NotFound if a piece is missing, Unsealable if one was altered."""
        found = await self._pieces.find({"file": evidence.id}).sort("number", 1).to_list(evidence.pieces)
        if len(found) != evidence.pieces:
            raise NotFound
        places = [(piece["data"], _place(evidence.id, number)) for number, piece in enumerate(found)]
        return b"".join(self._keys.open_all(places))

    async def list_of_case(self, case: str, tx: Tx = None) -> list[Evidence]:
        return await self.find_many({"case": case}, limit=100, sort=(("_id", 1),), tx=tx)

    async def list_of_owner(self, owner: str) -> list[Evidence]:
        return await self.find_many({"owner": owner}, limit=MOST_EXPORTED + 1, sort=(("_id", -1),))

    async def count_of_case(self, tx: Tx, case: str, side: Side, now: datetime) -> int:
        """The files of one side, for a limit: no other transaction adds to the case meanwhile."""
        await in_turn(self._database, tx, f"evidence/{case}", now)
        return sum(side_of(one.owner) == side for one in await self.list_of_case(case, tx))

    async def count_unattached(self, tx: Tx, owner: str, now: datetime) -> int:
        """For a limit: no other transaction adds a file of the owner meanwhile."""
        await in_turn(self._database, tx, f"evidence/{owner}", now)
        count: int = await self._collection.count_documents(
            {"owner": owner, "case": None, "expires_at": {"$gt": now}}, session=tx
        )
        return count

    async def attach(self, tx: Tx, owner: str, ids: Sequence[str], case: str, now: datetime) -> int:
        """Attaches the owner's unused, unexpired files to the case. Returns how many."""
        result = await self._collection.update_many(
            {"_id": {"$in": list(ids)}, "owner": owner, "case": None, "expires_at": {"$gt": now}},
            {"$set": {"case": case, "expires_at": None}},
            session=tx,
        )
        await self._pieces.update_many({"file": {"$in": list(ids)}}, {"$set": {"expires_at": None}}, session=tx)
        matched: int = result.matched_count
        return matched


def _place(file: str, number: int) -> str:
    """The place to which a piece is bound: collection, document and field, as for every sealed value."""
    return f"{PIECES.name}/{file}/{number}/data"
