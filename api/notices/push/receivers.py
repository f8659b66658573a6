"""Who can be reached by push, and where: of the accounts, only what that needs."""

from collections.abc import Sequence

import msgspec

from api.infra.documents import Codec, Secret
from api.infra.mongo import Database, Tx
from api.infra.privacy import KeyRing
from api.notices.push.store import readable


class _Reach(msgspec.Struct, frozen=True):
    id: str
    subject: str | None
    openid: Secret[str] | None


class Receiver(msgspec.Struct, frozen=True):
    """Where a person can be reached by push; `openid` is empty where it cannot be read at present."""

    account: str
    openid: str

    def __repr__(self) -> str:
        return f"Receiver({self.account})"


class ReceiverStore:
    """Reads the open accounts by person and by WeChat identity, and only what a push needs.

    Accounts that refused reminders by WeChat are left out.
    """

    def __init__(self, database: Database, keys: KeyRing) -> None:
        self._keys = keys
        self._codec: Codec[_Reach] = Codec(_Reach, "accounts", keys)
        self._collection = database.collection("accounts")

    async def find_many(self, subjects: Sequence[str]) -> dict[str, Receiver]:
        query = {"subject": {"$in": list(subjects)}, "status": "open"}
        found = self._collection.find(query, {"subject": 1, "openid": 1, "refusals": 1}).batch_size(len(subjects) + 1)
        documents = [
            document
            for document in await found.to_list(max(len(subjects), 1))
            if "push" not in (document.pop("refusals", None) or ())
        ]
        subjects_of = {document["_id"]: document["subject"] for document in documents}
        return {
            subjects_of[account]: Receiver(account=account, openid=reach.openid or "" if reach else "")
            for account, reach in readable(self._codec, documents)
            if reach is None or reach.openid
        }

    async def account_of(self, openid: str, tx: Tx = None) -> str | None:
        query = {"openid_index": {"$in": self._keys.blind_indexes("openid", openid)}, "status": "open"}
        document = await self._collection.find_one(query, {"_id": 1}, session=tx)
        return document["_id"] if document else None
