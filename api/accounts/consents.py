"""Consents: one for each purpose, with the text that was read. Withdrawing one is as easy as giving it.

Personal-information law 14–16; network-data regulation 22 (no asking again and again after a refusal).
"""

from datetime import date, datetime, timedelta
from functools import cache

import msgspec

from api.accounts.errors import ConsentNeeded
from api.accounts.models import Consent, ConsentEvent
from api.accounts.service import AccountService
from api.accounts.store import ConsentStore
from api.audits.service import AuditService
from api.infra import data_files
from api.infra.actors import Actor
from api.infra.clock import civil_date
from api.infra.data_files import FromFile
from api.infra.errors import ConsentOutdated, FieldFault, NextStep, NotFound
from api.infra.ids import new_id
from api.infra.mongo import Tx
from knowledge.citations import Citation

GIVEN, REFUSED, WITHDRAWN = "given", "refused", "withdrawn"
WORDS = {GIVEN: "已同意", REFUSED: "不同意", WITHDRAWN: "已撤回"}


class ConsentText(FromFile):
    version: str
    since: date
    text: str


class ConsentPurpose(FromFile):
    """`texts` are ordered by date. `is_opt_out`: allowed until refused or withdrawn."""

    id: str
    title: str
    is_opt_out: bool
    cool_down_days: int
    citation: Citation
    texts: tuple[ConsentText, ...]

    def text_on(self, on: date) -> ConsentText:
        return [text for text in self.texts if text.since <= on][-1]


class _File(FromFile):
    purposes: tuple[ConsentPurpose, ...]


@cache
def purposes() -> dict[str, ConsentPurpose]:
    """By id, in the order in which they are shown."""
    return {purpose.id: purpose for purpose in data_files.read("api.accounts", "consents.toml", _File).purposes}


class ConsentState(msgspec.Struct, frozen=True):
    """One person's state of one purpose. `is_askable`: whether the page may ask unprompted."""

    purpose: ConsentPurpose
    text: ConsentText
    consent: Consent | None
    is_allowed: bool
    is_askable: bool

    @property
    def label(self) -> str:
        if self.consent is None:
            return "默认开启，可以关闭" if self.is_allowed else "还没有决定"
        return WORDS[self.consent.state]


class ConsentService:
    def __init__(self, store: ConsentStore, accounts: AccountService, audits: AuditService) -> None:
        self._store = store
        self._accounts = accounts
        self._audits = audits

    async def list_all(self, owner: str, now: datetime) -> list[ConsentState]:
        """Every purpose, including those never asked about."""
        known = {consent.purpose: consent for consent in await self._store.list_of_owner(owner)}
        return [_state(purpose, known.get(purpose.id), now) for purpose in purposes().values()]

    async def history(self, owner: str) -> list[Consent]:
        return await self._store.list_of_owner(owner)

    async def is_allowed(self, owner: str, purpose: str, now: datetime) -> bool:
        """Whether the person consents to the purpose. Raises KeyError for an unknown purpose."""
        return _state(purposes()[purpose], await self._store.find(owner, purpose), now).is_allowed

    async def given(self, owner: str, purpose: str, now: datetime) -> Consent | None:
        """The given consent, with the version that was read and when, as proof; None if there is none."""
        found = _state(purposes()[purpose], await self._store.find(owner, purpose), now)
        return found.consent if found.is_allowed else None

    async def require(self, owner: str, purpose: str, now: datetime) -> None:
        """Raises ConsentNeeded."""
        if not await self.is_allowed(owner, purpose, now):
            known = purposes()[purpose]
            raise ConsentNeeded(
                f"“{known.title}”需要您同意后才能进行。",
                citation=known.citation,
                next_step=NextStep(text="请在“我的同意”中阅读说明后选择；不同意不影响其他功能。", flow="consents"),
            )

    async def give(self, tx: Tx, actor: Actor, purpose: str, version: str, now: datetime) -> ConsentState:
        """Raises NotFound, Outdated, and ConsentOutdated for a text that is not the newest."""
        return await self._decide(tx, actor, purpose, GIVEN, version, now)

    async def refuse(self, tx: Tx, actor: Actor, purpose: str, version: str, now: datetime) -> ConsentState:
        """Raises as `give` does."""
        return await self._decide(tx, actor, purpose, REFUSED, version, now)

    async def withdraw(self, tx: Tx, actor: Actor, purpose: str, now: datetime) -> ConsentState:
        """Needs neither version nor reason: withdrawing is no harder than giving. Raises NotFound, Outdated."""
        return await self._decide(tx, actor, purpose, WITHDRAWN, None, now)

    async def _decide(
        self, tx: Tx, actor: Actor, purpose_id: str, decision: str, version: str | None, now: datetime
    ) -> ConsentState:
        purpose = purposes().get(purpose_id)
        if purpose is None:
            raise NotFound
        text = purpose.text_on(civil_date(now))
        if version is not None and version != text.version:
            raise ConsentOutdated(faults=(FieldFault("version", ConsentOutdated.default_detail),))
        before = await self._store.find(actor.id, purpose_id, tx)
        if before is not None and (before.state, before.version) == (decision, text.version):
            return _state(purpose, before, now)
        event = ConsentEvent(at=now, action=decision, version=text.version)
        after = Consent(
            id=before.id if before else new_id("con"),
            owner=actor.id,
            purpose=purpose_id,
            state=decision,
            version=text.version,
            at=now,
            history=(*before.history, event) if before else (event,),
        )
        after = await self._store.put(tx, before, after)
        await self._accounts.note_refusal(tx, actor, purpose_id, is_refused=decision != GIVEN)
        await self._audits.write(tx, actor, f"consents.{decision}", after.id, now, subject=actor.subject)
        return _state(purpose, after, now)


def _state(purpose: ConsentPurpose, consent: Consent | None, now: datetime) -> ConsentState:
    text = purpose.text_on(civil_date(now))
    if consent is None:
        return ConsentState(purpose, text, None, purpose.is_opt_out, is_askable=True)
    if consent.state == GIVEN:
        is_current = consent.version == text.version  # a changed text needs a new consent
        return ConsentState(purpose, text, consent, is_current or purpose.is_opt_out, is_askable=not is_current)
    rested = now >= consent.at + timedelta(days=purpose.cool_down_days)
    return ConsentState(purpose, text, consent, is_allowed=False, is_askable=rested)
