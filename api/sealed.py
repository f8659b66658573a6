"""Every collection that holds secrets, and the struct that says which fields they are: for the rotation of keys."""

from collections.abc import Mapping
from typing import Any

import msgspec

from api.accounts.models import Account, Staff
from api.chat import store as chat_store
from api.chat.models import FeedbackPage
from api.declarations import store as declarations_store
from api.declarations.models import Declaration
from api.evidence import store as evidence_store
from api.evidence.models import Evidence, Piece
from api.grants import store as grants_store
from api.grants.models import Grant
from api.infra.documents import Codec
from api.infra.once import Answer
from api.infra.privacy import KeyRing
from api.listings import store as listings_store
from api.listings.models import Listing
from api.objections import store as objections_store
from api.objections.models import Objection
from api.pledges import store as pledges_store
from api.pledges.models import Pledge
from api.records import store as records_store
from api.records.models import Record
from api.repairs import store as repairs_store
from api.repairs.models import Repair
from api.withdrawals import store as withdrawals_store
from api.withdrawals.models import Withdrawal

SEALED: Mapping[str, type[msgspec.Struct]] = {
    "accounts": Account,
    "staff": Staff,
    "once": Answer,
    chat_store.COLLECTION: FeedbackPage,
    records_store.COLLECTION: Record,
    evidence_store.COLLECTION: Evidence,
    evidence_store.PIECES: Piece,
    objections_store.COLLECTION: Objection,
    listings_store.COLLECTION: Listing,
    repairs_store.COLLECTION: Repair,
    withdrawals_store.COLLECTION: Withdrawal,
    declarations_store.COLLECTION: Declaration,
    pledges_store.COLLECTION: Pledge,
    grants_store.COLLECTION: Grant,
    listings_store.COLLECTION: Listing,
}
RENEWED = frozenset({"wechat_tokens"})
"""Left out: WeChat's access token is fetched anew, and sealed under the current key, every two hours."""


def codecs(keys: KeyRing) -> dict[str, Codec[Any]]:
    return {collection: Codec(struct, collection, keys) for collection, struct in SEALED.items()}
