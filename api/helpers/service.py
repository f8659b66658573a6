"""Appointing a helper, accepting, ending; and letting the helper's requests act for the resident."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Protocol

import msgspec

from api.accounts.models import Account
from api.desk.casework import Casework, Ground, Turn
from api.footprints.models import FootprintKind
from api.footprints.service import footprint
from api.helpers.errand import ERRAND
from api.helpers.errors import (
    AppointmentEnded,
    BadHelperTerm,
    NotForHelpers,
    NotTheHelper,
    OwnHelper,
    UnknownHelperCode,
)
from api.helpers.items import LOOKS, POWERS
from api.helpers.models import APPOINTED, Appointment, Helper, HelperKind, Item
from api.helpers.schemas import Appoint
from api.helpers.states import TABLE
from api.helpers.store import HelperStore
from api.infra.actors import SYSTEM, Actor, Role
from api.infra.clock import civil_date
from api.infra.consent_texts import agreed_text
from api.infra.errors import FieldFault
from api.infra.ids import new_id, read_code, verification_code
from api.infra.mongo import Tx
from api.infra.one_by_one import one_by_one
from api.infra.privacy import mask_name, sm3
from knowledge.clocks import chinese_date
from knowledge.identity import is_same_name

_CODE = "helper-code"
_LONGEST = timedelta(days=366)  # ours, as for grants
_LENGTH = 26  # of an id of ours, without what it is of
_BY_PROOF = "proof"
"""Stands for the version of a consent text where an officer has seen a proof instead."""


class Names(Protocol):
    """What helpers need of accounts: names."""

    async def get(self, account_id: str) -> Account: ...


def _called(helper: Helper) -> str:
    """What footprints, history and notices call the helper."""
    kind = helper.kind
    return f"{'帮手' if kind in APPOINTED else ERRAND.words['kind'][kind]}{mask_name(helper.name)}"


class HelperService(Casework[Appointment]):
    """An appointment belongs to the account that made it and ends when that account is closed."""

    own_by = "owner"

    def __init__(self, ground: Ground, names: Names) -> None:
        self._helpers = HelperStore(ground.database, ground.keys)
        self._database = ground.database
        super().__init__(ERRAND, ground, self._helpers)
        self._keys = ground.keys
        self._names = names

    async def appoint(
        self, tx: Tx, actor: Actor, helper: Helper, terms: Appoint, now: datetime
    ) -> tuple[Appointment, str]:
        """The appointment and its code, which is stored nowhere. Raises BadHelperTerm, ConsentOutdated."""
        today = civil_date(now)
        text = agreed_text(__package__, terms.consent_version, today)
        if not today <= terms.until_on <= today + _LONGEST:
            raise BadHelperTerm(faults=(FieldFault(field="untilOn", message="请选择今天起一年之内的日期。"),))
        code = verification_code()
        case = Appointment(
            id=new_id(ERRAND.prefix),
            owner=actor.id,
            subject=actor.bound_subject,
            status=TABLE.initial,
            code_index=self._index(code),
            helper=helper,
            resident=mask_name(await self._name(actor.id)),
            items=tuple(Item(item) for item in dict.fromkeys(terms.items)),
            appointed_at=now,
            until_on=terms.until_on,
            consent=text.version,
        )
        return await self.start(tx, actor, case, now, "appoint"), code

    async def accept(self, tx: Tx, actor: Actor, code: str, now: datetime) -> Appointment:
        """Redeems the code, once. Raises UnknownHelperCode, OwnHelper, AppointmentEnded, NotTheHelper."""
        case = await self._helpers.find_by_code(self._keys.every_index(_CODE, read_code(code) or ""), tx)
        if case is None:
            await self.audits.write(None, actor, "helpers.accept", "unknown", now, outcome="not-found")
            raise UnknownHelperCode
        if case.subject == actor.bound_subject:
            raise OwnHelper
        if case.status != TABLE.initial or not case.holds(civil_date(now)):
            raise AppointmentEnded
        if not is_same_name(await self._name(actor.id), case.helper.name):
            await self.audits.write(None, actor, "helpers.accept", case.id, now, outcome="not-the-helper")
            raise NotTheHelper
        after = await self.move(Turn(tx, actor, case, now), "accept", taken_by=actor.id, taken_at=now)
        await self.tell(tx, after, "helpers.accepted", now)
        return after

    async def revoke(self, turn: Turn[Appointment]) -> Appointment:
        """Ends an appointment: the helper sees and does nothing more."""
        after = await self.move(turn, "revoke")
        await self._tell_ended(turn.tx, after, turn.now)
        return after

    async def resign(self, tx: Tx, actor: Actor, appointment_id: str, now: datetime) -> Appointment:
        """The helper ends the appointment. Raises NotFound for anybody else."""
        case = await self._helpers.get(appointment_id, tx)
        if case.taken_by != actor.id:
            await self.audits.turn_away(actor, ERRAND.name, appointment_id, now)
        after = await self.move(Turn(tx, actor, case, now), "resign")
        await self._tell_ended(tx, after, now)
        return after

    async def helped_by(self, actor: Actor, now: datetime) -> Sequence[Appointment]:
        """The appointments by which the actor may help today."""
        today = civil_date(now)
        return [case for case in await self._helpers.list_taken_by(actor.id) if case.holds(today)]

    async def let_go(self, tx: Tx, actor: Actor, now: datetime) -> None:
        """Ends all appointments of an account that is being closed, on either side."""
        for case in await self._helpers.list_of_owner(actor.id):
            await self.revoke(Turn(tx, actor, case, now))
        for case in await self._helpers.list_taken_by(actor.id):
            if case.status == "active":
                await self.resign(tx, actor, case.id, now)

    async def expire_due(self, now: datetime) -> int:
        """Closes appointments whose last day is past; returns how many. Access is checked against the day itself."""
        today = civil_date(now)

        async def expire(tx: Tx, case_id: str) -> bool:
            case = await self._helpers.get(case_id, tx)
            is_over = case.status in ("offered", "active") and case.until_on < today
            if is_over:
                await self._tell_ended(tx, await self.move(Turn(tx, SYSTEM, case, now), "expire"), now)
            return is_over

        return await one_by_one(self._database, (partial(self._helpers.list_expired, today), expire))

    async def stand_in(self, actor: Actor, appointment_id: str, operation: str, now: datetime) -> Actor:
        """The actor for the helper's requests in the resident's name, if the operation was ticked and the appointment is active. Raises NotForHelpers."""
        case = await self._helpers.find(appointment_id)
        if (
            case is None
            or actor.role is not Role.RESIDENT
            or case.taken_by != actor.id
            or case.status != "active"
            or not case.holds(civil_date(now))
            or not any(operation in POWERS[item].operations for item in case.items)
            or (whom := await self._names.get(case.owner)).status != "open"
        ):
            ref = case.id if case is not None and case.taken_by == actor.id else "unknown"
            await self.audits.write(None, actor, "helpers.act", ref, now, outcome="refused")
            raise NotForHelpers
        theirs = msgspec.structs.replace(
            actor,
            id=case.owner,
            subject=case.subject,
            unit=_called(case.helper),
            jurisdiction=whom.jurisdiction,
            helper=actor.id,
        )
        if operation in LOOKS:
            await self._note_look(theirs, case, LOOKS[operation], now)
        return theirs

    async def _note_look(self, actor: Actor, case: Appointment, what: str, now: datetime) -> None:
        """A footprint, before anything is shown: one a day of each matter, since a page asks for its lists again and again."""
        day = f"{case.id}\x00{what}\x00{civil_date(now)}"
        seen = footprint(
            case.subject,
            FootprintKind.QUERIED,
            now,
            unit=actor.named,
            why=f"{actor.on_behalf}查看{what}",
            basis="本人授权" if case.helper.kind in APPOINTED else "核对过的代办资格",
            ref=case.id,
        )
        await self.footprints.note(msgspec.structs.replace(seen, id=f"fp_{sm3(day.encode())[:_LENGTH]}"))

    async def entrust(
        self,
        tx: Tx,
        officer: Actor,
        whom: Account,
        agent: Account,
        kind: HelperKind,
        items: tuple[Item, ...],
        until_on: date,
        now: datetime,
    ) -> Appointment:
        """Makes the appointment of `agent` for `whom`, after an officer has seen the proof; `whom` is told. It has no code."""
        name = agent.identity.name if agent.identity else ""
        theirs = whom.identity.name if whom.identity else ""
        case = Appointment(
            id=new_id(ERRAND.prefix),
            owner=whom.id,
            subject=whom.subject or "",
            status="active",
            code_index=self._index(verification_code()),
            helper=Helper(kind=kind, name=name),
            resident=theirs if kind is HelperKind.ORGANISATION else mask_name(theirs),
            items=items,
            appointed_at=now,
            until_on=until_on,
            consent=_BY_PROOF,
            taken_by=agent.id,
            taken_at=now,
        )
        told = {"who": _called(case.helper), "until": chinese_date(until_on)}
        return await self.start(tx, officer, case, now, "entrust", told="helpers.entrusted", **told)

    async def end(self, tx: Tx, officer: Actor, appointment_id: str, now: datetime) -> None:
        """An officer ends an appointment made by an officer, unless it has ended already. Raises NotFound."""
        case = await self._helpers.get(appointment_id, tx)
        if not TABLE.is_final(case.status):
            await self._tell_ended(tx, await self.move(Turn(tx, officer, case, now), "end"), now)

    async def label_of(self, appointment_id: str, tx: Tx = None) -> str:
        """The status of an appointment in words. Raises NotFound."""
        return TABLE.label((await self._helpers.get(appointment_id, tx)).status)

    async def _tell_ended(self, tx: Tx, case: Appointment, now: datetime) -> None:
        await self.tell(tx, case, "helpers.ended", now, who=_called(case.helper))

    async def _name(self, account_id: str) -> str:
        identity = (await self._names.get(account_id)).identity
        return identity.name if identity else ""

    def _index(self, code: str) -> str:
        return self._keys.blind_index(_CODE, read_code(code) or "")
