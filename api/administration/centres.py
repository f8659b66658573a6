"""How the centre is reached, as set by an administrator: every change is kept, and a place's newest overrides the configuration."""

from datetime import datetime

from api.audits.service import AuditService
from api.infra.actors import Actor
from api.infra.centres import Centres, Reached, blank_in
from api.infra.collections import Collection, Store, index
from api.infra.documents import Kept, Stored
from api.infra.errors import FieldFault, Invalid, NotFound, Outdated
from api.infra.ids import new_id
from api.infra.mongo import Tx

_SHOWN = 20
_ASKED = {"telephone": "请填写电话。", "windows": "请填写窗口地址。", "hours": "请填写办公时间。"}


class CentreChange(Stored):
    """`version` counts the changes of a place from 1; 0 is what is configured. `reason` is the administrator's."""

    KEPT = Kept(
        ours="id version by",
        place="jurisdiction",
        when="at",
        because={"reason": "why a public text was changed: nothing about a resident"},
    )

    id: str
    jurisdiction: str
    version: int
    before: Reached
    after: Reached
    reason: str
    by: str
    at: datetime


CHANGES = Collection(
    "centre_changes",
    CentreChange,
    indexes=(index("newest", "-jurisdiction -version", unique=True),),
    why="a few a year",
)


class CentreStore(Store[CentreChange]):
    declared = CHANGES

    async def newest(self, jurisdiction: str, limit: int = _SHOWN, tx: Tx = None) -> list[CentreChange]:
        return await self.find_many({"jurisdiction": jurisdiction}, limit=limit, sort=(("version", -1),), tx=tx)


class CentreService:
    def __init__(self, store: CentreStore, centres: Centres, audits: AuditService) -> None:
        self._store = store
        self._centres = centres
        self._audits = audits

    async def changes(self, jurisdiction: str) -> list[CentreChange]:
        """A place's changes, newest first."""
        return await self._store.newest(jurisdiction)

    async def change(
        self, tx: Tx, actor: Actor, place: str, reached: Reached, version: int, reason: str, now: datetime
    ) -> CentreChange:
        """`version` is the one that the administrator saw. Raises NotFound, Invalid, Outdated."""
        if place not in self._centres:
            raise NotFound
        told = Reached(*(getattr(reached, name).strip() for name in _ASKED))
        if blank := blank_in(told):
            raise Invalid(faults=tuple(FieldFault(field=name, message=_ASKED[name]) for name in blank))
        newest = await self._store.newest(place, 1, tx)
        if version != (newest[0].version if newest else 0):
            raise Outdated
        before = newest[0].after if newest else _configured(self._centres, place)
        if told == before:
            raise Invalid(faults=(FieldFault(field="telephone", message="和现在的一样，没有改动。"),))
        change = CentreChange(
            id=new_id("cset"),
            jurisdiction=place,
            version=version + 1,
            before=before,
            after=told,
            reason=reason,
            by=actor.id,
            at=now,
        )
        await self._store.insert(tx, change, taken=Outdated)
        await self._audits.write(tx, actor, "administration.set-centre", change.id, now, place=place, basis=reason)
        return change

    async def read(self) -> None:
        """Loads the current settings into this process."""
        set_since = {}
        for place in self._centres.configured:
            for newest in await self._store.newest(place, 1):
                set_since[place] = newest.after
        self._centres.take(set_since)


def _configured(centres: Centres, place: str) -> Reached:
    one = centres.configured[place]
    return Reached(one.telephone, one.windows, one.hours)
