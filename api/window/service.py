"""Opening and ending a visit, and letting the officer's requests act for the person."""

from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import msgspec

from api.accounts.identity import Claim
from api.accounts.models import Account
from api.desk.casework import Casework, Ground, Turn
from api.infra.actors import SYSTEM, Actor, Role
from api.infra.errors import Forbidden
from api.infra.ids import new_id
from api.infra.mongo import Tx
from api.infra.one_by_one import one_by_one
from api.infra.privacy import mask_name
from api.window.errand import ERRAND
from api.window.errors import NotAtWindow
from api.window.models import WindowVisit
from api.window.powers import OPERATIONS
from api.window.states import TABLE
from api.window.store import WindowStore

_LONGEST = timedelta(hours=1)  # our own limit: time for one person at the window to read and sign
_ENDED = "窗口"


class Persons(Protocol):
    """What the window needs of accounts."""

    async def get(self, account_id: str) -> Account: ...

    async def know(self, claim: Claim) -> None: ...

    async def at_window(
        self, tx: Tx, officer: Actor, claim: Claim, now: datetime, *, is_compared: bool = False
    ) -> Account: ...


class WindowService(Casework[WindowVisit]):
    own_by = "subject"

    def __init__(self, ground: Ground, persons: Persons) -> None:
        self._visits = WindowStore(ground.database, ground.keys)
        self._database = ground.database
        super().__init__(ERRAND, ground, self._visits)
        self._persons = persons

    async def know(self, claim: Claim) -> None:
        """Call before `open`, outside a transaction."""
        await self._persons.know(claim)

    async def open(
        self, tx: Tx, officer: Actor, claim: Claim, proof: str, now: datetime, *, is_compared: bool = False
    ) -> WindowVisit:
        """Opens a visit for the person whose document the officer has seen, and ends the officer's earlier one. Raises IdentityNotConfirmed,
        and RecordNameDiffers unless the officer `is_compared` once more."""
        if officer.jurisdiction is None:
            raise Forbidden
        account = await self._persons.at_window(tx, officer, claim, now, is_compared=is_compared)
        for earlier in await self._visits.list_open_of(officer.id, tx):
            await self.move(Turn(tx, officer, earlier, now), "close")
        case = WindowVisit(
            id=new_id(ERRAND.prefix),
            owner=account.id,
            subject=account.subject or "",
            status=TABLE.initial,
            jurisdiction=officer.jurisdiction,
            officer=officer.id,
            resident=mask_name(claim.name),
            proof=proof,
            opened_at=now,
            until=now + _LONGEST,
        )
        return await self.start(tx, officer, case, now, "open", told="window.opened")

    async def close(self, tx: Tx, officer: Actor, visit_id: str, now: datetime) -> WindowVisit:
        """Ends a visit. Raises NotFound for another officer's."""
        case = await self._visits.get(visit_id, tx)
        if case.officer != officer.id:
            await self.audits.turn_away(officer, ERRAND.name, visit_id, now)
        return await self.move(Turn(tx, officer, case, now), "close")

    async def current(self, officer: Actor, now: datetime) -> WindowVisit | None:
        """The officer's current visit."""
        return next((one for one in await self._visits.list_open_of(officer.id) if one.holds(now)), None)

    async def subject_of(self, officer: Actor, visit_id: str, now: datetime) -> str:
        """Of the person before the officer, while their visit lasts. Raises NotAtWindow."""
        case = await self.current(officer, now)
        if case is None or case.id != visit_id:
            await self.audits.write(None, officer, "window.act", "unknown", now, outcome="refused")
            raise NotAtWindow
        return case.subject

    async def let_go(self, tx: Tx, actor: Actor, now: datetime) -> None:
        """Ends the visits of a person whose account is being closed."""
        for case in await self._visits.list_open_with(actor.subject, tx) if actor.subject else ():
            await self.move(Turn(tx, SYSTEM, case, now), "let_go")

    async def expire_due(self, now: datetime) -> int:
        """Closes visits whose time is over; returns how many. Access is checked against the time itself, not against this."""

        async def expire(tx: Tx, case_id: str) -> bool:
            case = await self._visits.get(case_id, tx)
            is_over = case.status == "open" and case.until <= now
            if is_over:
                await self.move(Turn(tx, SYSTEM, case, now), "expire")
            return is_over

        return await one_by_one(self._database, (partial(self._visits.list_over, now), expire))

    async def stand_in(self, officer: Actor, visit_id: str, operation: str, now: datetime) -> Actor:
        """The actor for requests in the person's name, while the visit lasts and their account is open. Raises NotAtWindow."""
        case = await self._visits.find(visit_id)
        is_theirs = case is not None and case.officer == officer.id
        if (
            case is None
            or not is_theirs
            or not case.holds(now)
            or operation not in OPERATIONS
            or (whom := await self._persons.get(case.owner)).status != "open"
        ):
            ref = case.id if case is not None and is_theirs else "unknown"
            await self.audits.write(None, officer, "window.act", ref, now, outcome="refused")
            raise NotAtWindow
        return msgspec.structs.replace(
            officer,
            role=Role.RESIDENT,
            id=case.owner,
            subject=case.subject,
            unit=f"{self.centres[case.jurisdiction]}{_ENDED}",
            jurisdiction=whom.jurisdiction,
            helper=officer.id,
            window=case.id,
        )
