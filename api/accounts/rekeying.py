"""An account's digests under the current index key."""

from api.accounts.models import Account
from api.accounts.store import ACCOUNTS
from api.infra.privacy import KeyRing
from api.infra.rekeying import Holder

OPENID = "openid"


def _person_of(account: Account) -> tuple[str, str] | None:
    identity = account.identity
    return (identity.document_kind, identity.document_number) if identity is not None else None


def _digests(keys: KeyRing, account: Account, _: str | None) -> dict[str, str | None]:
    """A released account has a mark instead of a digest, which is kept."""
    openid = account.openid
    return {"openid_index": account.openid_index if openid is None else keys.blind_index(OPENID, openid)}


HOLDER = Holder(collection=ACCOUNTS.name, struct=Account, person=_person_of, digests=_digests)
