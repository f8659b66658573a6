"""Everything held about a person: exported for them, and deleted or kept by a stated rule when they close the account.

Personal-information law 45 and 47, network-data regulation 24–25. What becomes of each kind at closing, and why, is data in
`personal_data.toml`, and for the cases of an errand in its declaration.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Literal

import msgspec

from api.accounts.models import Account
from api.accounts.service import AccountService
from api.audits.service import AuditService
from api.infra import data_files
from api.infra.actors import Actor, Role
from api.infra.data_files import FromFile
from api.infra.errors import Unauthenticated
from api.infra.mongo import Tx
from api.infra.paging import MAX_LIMIT, MOST_EXPORTED, Page
from api.infra.transitions import Table
from api.infra.wire import Out
from knowledge.citations import Citation
from knowledge.places import basis

_DROPPED = frozenset(
    {"salt", "natural_key", "content_key", "act_key", "code_index", "openid_index", "officer", "person", "said"}
)  # digests that mean nothing to a person, and which member of staff was at the window or acted for a unit
STAFF = "stf_"
_FOR_COLLEAGUES = frozenset({"by", "note"})  # the desk promises that only staff read them


class Holding(msgspec.Struct, frozen=True):
    """One kind of data. `read` gives structs; `forget` runs in the transaction that closes the account.

    `text` is given if `personal_data.toml` has none. For the readable file: `tables` are the transition tables of its cases, `words`
    the names of its other codes, by field, `labels` the names of its own fields.
    """

    name: str
    read: Callable[[Actor], Awaitable[Any]]
    forget: Callable[[Tx, Actor, datetime], Awaitable[None]] | None = None
    text: "HoldingText | None" = None
    tables: tuple[Table, ...] = ()
    words: Mapping[str, Mapping[str, str]] = {}
    labels: Mapping[str, str] = {}


class HoldingText(FromFile):
    """`law` is an article of national law, or an act of `place.toml`."""

    name: str
    title: str
    fate: Literal["deleted", "anonymised", "kept"]
    why: str
    law: Citation | str

    def citation(self, place: str | None) -> Citation:
        """The article, of the person's place if each place has its own."""
        return self.law if isinstance(self.law, Citation) else basis(self.law, place)


class _File(FromFile):
    holdings: tuple[HoldingText, ...]


@cache
def _file() -> _File:
    return data_files.read("api.accounts", "personal_data.toml", _File)


def _texts() -> dict[str, HoldingText]:
    return {text.name: text for text in _file().holdings}


class Part(Out):
    """`data` is what is stored, with the stored names; `is_whole` is false where a list was cut, to its newest ten thousand."""

    name: str
    title: str
    data: Any
    is_whole: bool


class Export(Out):
    exported_at: datetime
    parts: tuple[Part, ...]


async def every_page(read: Callable[[str | None, int], Awaitable[Page[Any]]]) -> list[Any]:
    """All items of a paged list, at most one more than are exported."""
    found: list[Any] = []
    cursor: str | None = None
    while len(found) <= MOST_EXPORTED:
        page = await read(cursor, MAX_LIMIT)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    return found


class PersonalDataService:
    def __init__(self, holdings: Sequence[Holding], accounts: AccountService, audits: AuditService) -> None:
        texts = _texts()
        self.holdings = tuple(holdings)
        self.texts = {holding.name: holding.text or texts.pop(holding.name) for holding in self.holdings}
        """Titles and fates, by name."""
        if texts:
            raise ValueError(f"personal_data.toml names what nobody holds: {sorted(texts)}")
        self._accounts = accounts
        self._audits = audits

    async def export(self, actor: Actor, now: datetime) -> Export:
        """Every kind, including empty ones, which shows that nothing of that kind is held."""
        parts = [_part(h.name, self.texts[h.name].title, await h.read(actor)) for h in self.holdings]
        await self._audits.write(None, actor, "accounts.export", actor.id, now, subject=actor.subject)
        return Export(exported_at=now, parts=tuple(parts))

    async def close(self, tx: Tx, actor: Actor, now: datetime) -> Account:
        """Closes the account and deletes what the law does not require to be kept. Harmless to repeat."""
        account = await self._accounts.get(actor.id, tx)
        if account.status != "open":
            return account
        if account.subject != actor.subject:
            raise Unauthenticated
        for holding in self.holdings:
            if holding.forget is not None:
                await holding.forget(tx, actor, now)
        await self._audits.write(tx, actor, "accounts.close", account.id, now, subject=actor.subject)
        return await self._accounts.get(actor.id, tx)


def _part(name: str, title: str, read: Any) -> Part:
    is_whole = not isinstance(read, Sequence) or len(read) <= MOST_EXPORTED
    shown = read if is_whole else read[:MOST_EXPORTED]
    return Part(name=name, title=title, data=_for_the_person(msgspec.to_builtins(shown)), is_whole=is_whole)


def _for_the_person(value: Any, field: str = "") -> Any:
    """The data without our digests, and its history without officers' internal notes and identities."""
    if isinstance(value, Mapping):
        is_of_others = field == "history" and value.get("role", Role.RESIDENT) != Role.RESIDENT
        left_out = _DROPPED | _FOR_COLLEAGUES if is_of_others else _DROPPED
        if field == "history" and str(value.get("by", "")).startswith(STAFF):
            left_out = left_out | {"by"}  # filed at the window: the officer's name is not the person's data
        return {name: _for_the_person(inner, name) for name, inner in value.items() if name not in left_out}
    if isinstance(value, list | tuple):
        return [_for_the_person(inner, field) for inner in value]
    return value
