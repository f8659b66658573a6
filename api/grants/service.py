"""Granting, revoking, redeeming."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Protocol

from api.accounts.models import Account
from api.desk.casework import Casework, Ground, Turn
from api.footprints.models import FootprintKind
from api.footprints.service import footprint
from api.grants.errand import ERRAND
from api.grants.errors import (
    BadTerm,
    ForUnit,
    GranteeUnclear,
    GrantEnded,
    NotTheGrantee,
    OwnGrant,
    PurposeNotAccepted,
    UnknownCode,
)
from api.grants.models import Grant, Grantee, GranteeKind, Redeemed, Use
from api.grants.schemas import Give
from api.grants.states import TABLE
from api.grants.store import GrantStore
from api.infra.actors import SYSTEM, Actor, Role
from api.infra.clock import civil_date
from api.infra.consent_texts import agreed_text
from api.infra.errors import FieldFault, Invalid
from api.infra.ids import new_id, read_code, verification_code
from api.infra.mongo import Tx
from api.infra.one_by_one import one_by_one
from api.infra.privacy import every_subject_index, mask_name, subject_index
from api.notices.models import Draft
from api.records.files.values import narrow
from api.records.models import Record
from knowledge.clocks import chinese_date
from knowledge.errors import KnowledgeError
from knowledge.identity import check_document_number, is_organisation, is_same_name

_CODE = "grant-code"
_EXPIRES = "grants.expires"
_LONGEST = timedelta(days=366)  # our own limit: long enough for a lease or a job, short enough not to be forgotten
_UNITS = {GranteeKind.PERSON: "您授权的个人", GranteeKind.UNIT: "您授权的单位"}


class Names(Protocol):
    """What grants need of accounts: names, and whether they are open."""

    async def get(self, account_id: str) -> Account: ...


class GrantService(Casework[Grant]):
    """A grant belongs to the account that gave it and ends when that account is closed."""

    own_by = "owner"

    def __init__(self, ground: Ground, names: Names) -> None:
        self._grants = GrantStore(ground.database, ground.keys)
        self._database = ground.database
        super().__init__(ERRAND, ground, self._grants)
        self._keys = ground.keys
        self._names = names

    def grantee(
        self, kind: GranteeKind, name: str, document_kind: str, document_number: str | None, on: date
    ) -> Grantee:
        """Raises GranteeUnclear for a person without a document or with an impossible number, and a unit with one."""
        if (kind is GranteeKind.PERSON) != (document_number is not None):
            field = FieldFault(field="grantee.documentNumber", message="给个人的须写证件号码，给单位的不写。")
            raise GranteeUnclear(faults=(field,))
        if document_number is None:
            return Grantee(kind, name)
        if is_organisation(document_kind):
            message = "这是单位的代码。给单位的，请选单位、写全称，不写号码。"
            raise GranteeUnclear(faults=(FieldFault(field="grantee.documentNumber", message=message),))
        try:
            number = check_document_number(document_kind, document_number, on)
        except KnowledgeError as fault:
            field = FieldFault(field="grantee.documentNumber", message="证件号码不对，请核对。")
            raise GranteeUnclear(faults=(field,)) from fault
        return Grantee(kind, name, subject_index(self._keys, document_kind, number))

    async def grant(self, tx: Tx, actor: Actor, grantee: Grantee, terms: Give, now: datetime) -> tuple[Grant, str]:
        """The grant and its code, which is stored nowhere. Raises GranteeUnclear, BadTerm, ConsentOutdated, Invalid, NotFound."""
        today = civil_date(now)
        if grantee.subject == actor.bound_subject:
            message = "这是您自己的证件号码。查看自己的信息不需要授权。"
            raise GranteeUnclear(faults=(FieldFault(field="grantee.documentNumber", message=message),))
        text = agreed_text(__package__, terms.consent_version, today)
        if not today <= terms.expires_on <= today + _LONGEST:
            raise BadTerm(faults=(FieldFault(field="expiresOn", message="请选择今天起一年之内的日期。"),))
        for record_id in terms.includes_market:
            if not (await self.records.owned(actor, record_id, now)).is_market:
                raise Invalid(
                    "勾选的信息不是市场信用信息。",
                    faults=(FieldFault(field="includesMarket", message="只需单独勾选市场信用信息。"),),
                )
        code = verification_code()
        case = Grant(
            id=new_id(ERRAND.prefix),
            owner=actor.id,
            subject=actor.bound_subject,
            status=TABLE.initial,
            code_index=self._index(code),
            grantee=grantee,
            purpose=terms.purpose.strip(),
            sections=tuple(dict.fromkeys(terms.sections)),
            market=tuple(dict.fromkeys(terms.includes_market)),
            granted_at=now,
            expires_on=terms.expires_on,
            uses_allowed=terms.uses,
            consent=text.version,
        )
        case = await self.start(tx, actor, case, now, "grant")
        if case.expires_on > today:
            day = {"day": chinese_date(case.expires_on)}
            draft = Draft(kind=_EXPIRES, subject=case.subject, ref=case.id, on=case.expires_on, params=day)
            await self.notices.book(tx, now, draft)
        return case, code

    async def revoke(self, turn: Turn[Grant]) -> Grant:
        """Ends a grant: its code no longer works."""
        after = await self.move(turn, "revoke")
        await self._take_back(turn.tx, after, turn.now, "您已撤回授权，不需要再提醒。")
        await self.tell(turn.tx, after, "grants.revoked", turn.now)
        return after

    async def let_go(self, tx: Tx, actor: Actor, now: datetime) -> None:
        """Ends all grants of an account that is being closed."""
        for case in await self._grants.list_active(actor.id):
            await self.revoke(Turn(tx, actor, case, now))

    async def look(self, actor: Actor, code: str, now: datetime) -> Grant:
        """Shows what a code is for, without using it. Raises UnknownCode, OwnGrant, GrantEnded, NotTheGrantee."""
        return (await self._open(actor, code, now))[0]

    async def redeem(self, tx: Tx, actor: Actor, code: str, accepted_purpose: str, now: datetime) -> Redeemed:
        """Uses the code once, with the footprint in the same transaction. Raises whatever `look` raises, and PurposeNotAccepted."""
        case, owner, viewer = await self._open(actor, code, now, tx)
        if accepted_purpose.strip() != case.purpose.strip():  # earlier versions kept a line end
            raise PurposeNotAccepted
        is_last = len(case.uses) + 1 >= case.uses_allowed
        uses = (*case.uses, Use(at=now, by=actor.id, viewer=viewer))
        after = await self.move(Turn(tx, actor, case, now), "redeem-last" if is_last else "redeem", uses=uses)
        everything, today = await self.records.list_of_subject(case.subject), civil_date(now)
        records = tuple(record for record in everything if _is_covered(record, case, today))
        seen = footprint(
            case.subject,
            FootprintKind.QUERIED,
            now,
            unit=_UNITS[case.grantee.kind],
            why="凭您的授权查询",
            basis="本人授权",
            records=tuple(record.id for record in records),
            ref=case.id,
        )
        await self.footprints.note_in(tx, [seen])
        await self.tell(tx, after, "grants.used", now)
        if after.uses_left == 0:
            await self._take_back(tx, after, now, "授权已用完，不需要再提醒。")
        return Redeemed(
            grant=after,
            records=records,
            subject_name=mask_name(owner.identity.name) if owner.identity else "",
            viewer=viewer,
            at=now,
        )

    async def expire_due(self, now: datetime) -> int:
        """Closes active grants whose last day is past; returns how many. Redeeming checks the day itself."""
        today = civil_date(now)

        async def expire(tx: Tx, case_id: str) -> bool:
            case = await self._grants.get(case_id, tx)
            is_over = case.status == "active" and case.expires_on < today
            if is_over:
                await self.move(Turn(tx, SYSTEM, case, now), "expire")
            return is_over

        return await one_by_one(self._database, (partial(self._grants.list_expired, today), expire))

    async def _take_back(self, tx: Tx, case: Grant, now: datetime, why: str) -> None:
        await self.notices.cancel(tx, case.subject, case.id, (_EXPIRES,), now, why)

    async def grantee_names(self, subject: str, grant_ids: Sequence[str]) -> dict[str, str]:
        """The receiver of each of the person's own grants, by id, in the words of that person."""
        given = await self._grants.list_by_id(grant_ids)
        return {case.id: case.grantee.name for case in given if case.subject == subject}

    async def _open(self, actor: Actor, code: str, now: datetime, tx: Tx = None) -> tuple[Grant, Account, str]:
        """The grant, whose it is, and the reader's name. One that was given while its account was being closed opens nothing."""
        case = await self._grants.find_by_code(self._keys.every_index(_CODE, read_code(code) or ""), tx)
        if case is None:
            await self.audits.write(None, actor, "grants.redeem", "unknown", now, outcome="not-found")
            raise UnknownCode
        if actor.role is not Role.PROVIDER and case.subject == actor.bound_subject:
            raise OwnGrant
        owner = await self._names.get(case.owner)
        if case.status != "active" or civil_date(now) > case.expires_on or owner.status != "open":
            raise GrantEnded
        return case, owner, await self._viewer(actor, case, now)

    async def _viewer(self, actor: Actor, case: Grant, now: datetime) -> str:
        """The reader's name, for the watermark. Raises NotTheGrantee, ForUnit; the attempt is audited."""
        is_unit = actor.role is Role.PROVIDER
        if is_unit and _is_unit_named(actor, case):
            return f"{actor.unit}（{'工作人员' if actor.person else '单位密钥'}）"
        if not is_unit and case.grantee.kind is GranteeKind.PERSON:
            identity = (await self._names.get(actor.id)).identity
            name = identity.name if identity else ""
            # the grant may name a person who was unknown when the index key changed
            names = (
                every_subject_index(self._keys, identity.document_kind, identity.document_number) if identity else []
            )
            if case.grantee.subject in names and is_same_name(name, case.grantee.name):
                return mask_name(name)
        await self.audits.write(None, actor, "grants.redeem", case.id, now, outcome="not-the-grantee")
        raise NotTheGrantee if is_unit or case.grantee.kind is GranteeKind.PERSON else ForUnit

    def _index(self, code: str) -> str:
        return self._keys.blind_index(_CODE, read_code(code) or "")


def _is_unit_named(actor: Actor, case: Grant) -> bool:
    """Units of two places may have one name: then it is the one that redeemed the grant first."""
    is_named = case.grantee.kind is GranteeKind.UNIT and narrow(actor.unit or "") == narrow(case.grantee.name)
    return is_named and all(use.by == actor.id for use in case.uses)


def _is_covered(record: Record, case: Grant, today: date) -> bool:
    """Whether the grant covers a record: only standing ones that may be queried and whose period runs, also where the worker has not
    ended it yet; market items only if ticked."""
    if not record.is_disclosed or not record.disclosure.is_queryable:
        return False
    if record.disclosed_until is not None and record.disclosed_until < today:
        return False
    return record.id in case.market if record.is_market else record.section in case.sections
