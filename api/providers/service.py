"""Providers and their API keys. A key is for one unit, has scopes, is shown once, rotates without a gap and is revoked within seconds."""

import hashlib
import secrets
from datetime import datetime, timedelta

from api.audits.service import AuditService
from api.infra.actors import Actor, Role
from api.infra.clock import civil_date
from api.infra.errors import FieldFault, Invalid, NotFound
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.infra.paging import Page
from api.infra.privacy import KeyRing
from api.providers.models import SCOPES, SCOPES_EDITION, Provider, ProviderKey
from api.providers.store import ProviderStore

_PURPOSE = "provider-key"
_PROGRAM = "program:"  # before the id of a key; a cached key itself is named by its hash
CACHE_LIFE = timedelta(seconds=20)
ROTATION_OVERLAP = timedelta(days=7)
_MAX_CACHED = 2000


class ProviderService:
    def __init__(self, store: ProviderStore, audits: AuditService, keys: KeyRing) -> None:
        self._store = store
        self._audits = audits
        self._keys = keys
        self._cache: dict[str, tuple[datetime, str, Actor]] = {}
        self._ending: dict[str, datetime] = {}

    async def add(self, tx: Tx, actor: Actor, provider: Provider, now: datetime) -> None:
        """Adds a unit, or replaces what is known of it."""
        await self._store.put(tx, provider)
        await self._audits.write(tx, actor, "accounts.add-provider", provider.id, now)

    async def in_turn(self, tx: Tx, jurisdiction: str, now: datetime) -> None:
        """Call before `find_alike` in a transaction that adds a unit, so that two at once do not both find none."""
        await self._store.in_turn(tx, jurisdiction, now)

    async def find_alike(self, one: Provider, tx: Tx = None) -> Provider | None:
        """Another unit of the place with the same name or code: who applies a measure or redeems a grant is known by the name."""
        return await self._store.find_alike(one, tx)

    async def get(self, provider_id: str, tx: Tx = None) -> Provider:
        """Raises NotFound."""
        return await self._store.get(provider_id, tx)

    async def find_by_id(self, provider_id: str) -> Provider | None:
        return await self._store.find_by({"_id": provider_id})

    async def page_of_place(self, jurisdiction: str, cursor: str | None, limit: int) -> Page[Provider]:
        """Public units of a place, for a resident to choose from. Raises Invalid for a cursor we did not issue."""
        return await self._store.page_of_place(jurisdiction, cursor, limit)

    async def of_place(self, jurisdiction: str) -> list[tuple[Provider, list[ProviderKey]]]:
        """Every unit of a place with its keys, ended ones too, for the administrator."""
        units = await self._store.all_of_place(jurisdiction)
        keys: dict[str, list[ProviderKey]] = {unit.id: [] for unit in units}
        for key in await self._store.keys.of_units(list(keys)):
            keys[key.provider].append(key)
        return [(unit, keys[unit.id]) for unit in units]

    async def unit_of_key(self, key_id: str) -> Provider | None:
        """The unit that holds the key; None if there is no such key."""
        key = await self._store.keys.find_by({"_id": key_id})
        return await self._store.find_by({"_id": key.provider}) if key else None

    async def list_all(self) -> list[Provider]:
        return await self._store.list_all()

    async def list_keys(self, provider_id: str) -> list[ProviderKey]:
        """Without their secrets, which nobody keeps."""
        return await self._store.keys.of_unit(provider_id)

    async def has_key(self, provider_id: str, now: datetime) -> bool:
        """Whether the unit has a key that is good: what waits for it can then be read by it."""
        return any(key.is_good(now) for key in await self.list_keys(provider_id))

    async def issue_key(
        self,
        tx: Tx,
        actor: Actor,
        provider_id: str,
        now: datetime,
        *,
        scopes: tuple[str, ...] = SCOPES,
        life: timedelta | None = None,
        is_exchange_only: bool = False,
    ) -> str:
        """A new key, which can be read this once. Raises NotFound, Invalid for a scope that is not one of SCOPES."""
        await self.get(provider_id, tx)
        if not scopes or not set(scopes) <= set(SCOPES):
            raise Invalid(faults=(FieldFault(field="scopes", message=f"权限只能是：{'、'.join(SCOPES)}。"),))
        key_id, secret = new_id("pk"), secrets.token_urlsafe(32)
        key = ProviderKey(
            id=key_id,
            provider=provider_id,
            digest=self._digest(key_id, secret),
            scopes=scopes,
            created_at=now,
            expires_on=civil_date(now + life) if life is not None else None,
            life_days=life.days if life is not None else 0,
            edition=SCOPES_EDITION,
            is_exchange_only=is_exchange_only,
        )
        await self._store.keys.insert(tx, key)
        await self._audits.write(tx, actor, "accounts.issue-key", key_id, now)
        return f"{key_id}.{secret}"

    async def rotate_key(self, tx: Tx, actor: Actor, key_id: str, now: datetime) -> str:
        """A successor with the same scopes and as long a life; the old key stays good for ROTATION_OVERLAP, if it has as long.

        Raises NotFound, also for a key that has ended: nothing would be rotated without a gap.
        """
        old = await self._store.keys.find_by({"_id": key_id}, tx)
        if old is None or not old.is_good(now):
            raise NotFound
        ends_on = civil_date(now + ROTATION_OVERLAP)
        if old.expires_on is None or old.expires_on > ends_on:
            await self._store.keys.set_expiry(tx, key_id, ends_on)
        await self._audits.write(tx, actor, "accounts.rotate-key", key_id, now)
        return await self.issue_key(
            tx, actor, old.provider, now, scopes=old.opens, life=old.life, is_exchange_only=old.is_exchange_only
        )

    async def revoke_key(self, tx: Tx, actor: Actor, key_id: str, now: datetime) -> None:
        """Takes effect with the transaction in this process, within CACHE_LIFE in the others. Raises NotFound."""
        if await self._store.keys.find_by({"_id": key_id}, tx) is None:
            raise NotFound
        await self._store.keys.revoke(tx, key_id, now)
        self._ending[key_id] = now + CACHE_LIFE  # what is read before the commit is not remembered after it
        self._cache = {digest: entry for digest, entry in self._cache.items() if entry[1] != key_id}
        await self._audits.write(tx, actor, "accounts.revoke-key", key_id, now)

    async def find(self, key: str, now: datetime) -> Actor | None:
        """The actor who holds this key; None if it is not valid. Known keys are cached for CACHE_LIFE."""
        name = hashlib.sha256(key.encode()).hexdigest()
        known = self._cache.get(name)
        if known is not None and now - CACHE_LIFE < known[0] <= now:
            return known[2]
        key_id, _, secret = key.partition(".")
        stored = await self._store.keys.find_by({"_id": key_id})
        digest = stored.digest if stored else ""
        # compared even for an unknown key, so that the response time reveals nothing
        is_right = self._keys.matches(digest, _PURPOSE, f"{key_id}:{secret}", retired=True)
        return await self._actor_of(name, stored, now) if is_right else None

    async def find_program(self, key_id: str, now: datetime) -> Actor | None:
        """The actor of a token that this key was exchanged for; None if the key is not good any more. Cached likewise."""
        name = f"{_PROGRAM}{key_id}"
        known = self._cache.get(name)
        if known is not None and now - CACHE_LIFE < known[0] <= now:
            return known[2]
        return await self._actor_of(name, await self._store.keys.find_by({"_id": key_id}), now)

    async def _actor_of(self, name: str, stored: ProviderKey | None, now: datetime) -> Actor | None:
        if stored is None or not stored.is_good(now):
            return None
        provider = await self._store.find_by({"_id": stored.provider})
        if provider is None:
            return None
        if stored.used_on != civil_date(now):
            await self._store.keys.set_used(stored.id, civil_date(now))
        actor = Actor(
            role=Role.PROVIDER,
            id=provider.id,
            unit=provider.name,
            jurisdiction=provider.jurisdiction,
            session=stored.id,
            scopes=stored.opens,
            key_ends_on=stored.expires_on,
            is_exchange_only=stored.is_exchange_only,
        )
        if now < self._ending.get(stored.id, now):
            return actor
        if len(self._cache) >= _MAX_CACHED:
            self._cache.clear()
        self._cache[name] = (now, stored.id, actor)
        return actor

    def _digest(self, key_id: str, secret: str) -> str:
        return self._keys.blind_index(_PURPOSE, f"{key_id}:{secret}")
