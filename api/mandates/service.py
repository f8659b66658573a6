"""Requests to act for others, and the officer's decision on the proof."""

from datetime import date, datetime, timedelta
from typing import Protocol

import msgspec

from api.accounts.errors import IdentityInvalid
from api.accounts.identity import check_age, check_identity
from api.accounts.models import Account, Identity
from api.desk.casework import Casework, Ground, Turn
from api.helpers.models import HelperKind
from api.helpers.service import HelperService
from api.infra.actors import Actor, Role
from api.infra.clock import civil_date
from api.infra.errors import FieldFault
from api.infra.ids import new_id, receipt_number
from api.infra.mongo import Tx
from api.infra.privacy import mask_number, subject_indexes
from api.infra.steps import begin, finish
from api.mandates.errand import CONFIRM, ERRAND
from api.mandates.errors import AlreadyAsked, BadMandateTerm, OwnMandate
from api.mandates.models import Decision, Mandate, Represented
from api.mandates.schemas import Ask, AskedByView, MandateView, shown_in_part
from api.mandates.states import TABLE
from api.mandates.store import MandateStore
from knowledge.clocks import chinese_date
from knowledge.errors import InvalidDocumentNumber
from knowledge.identity import capacity, check_document_number, normal_name

_LONGEST = timedelta(days=366)  # ours, as for helpers
_CODE = "unified_code"


class Persons(Protocol):
    """Who is behind an account, and behind a document."""

    async def get(self, account_id: str, tx: Tx = None) -> Account: ...

    async def know_document(self, kind: str, number: str) -> None: ...

    async def stood_for(
        self, tx: Tx, officer: Actor, identity: Identity, born_on: date | None, now: datetime
    ) -> Account: ...


class MandateService(Casework[Mandate]):
    already_open = AlreadyAsked

    def __init__(self, ground: Ground, persons: Persons, helpers: HelperService) -> None:
        super().__init__(ERRAND, ground, MandateStore(ground.database, ground.keys))
        self._persons = persons
        self._helpers = helpers
        self._keys = ground.keys

    async def ask(self, tx: Tx, actor: Actor, request: Ask, now: datetime) -> Mandate:
        """Raises IdentityInvalid, NotOfAge (who has no full capacity authorises nobody), BadMandateTerm, OwnMandate,
        AlreadyAsked, FileNotUsable."""
        today = civil_date(now)
        whom = _represented(request, today)
        if actor.bound_subject in subject_indexes(self._keys, whom.document_kind, whom.document_number):
            raise OwnMandate
        _check_term(request, whom, today)
        case = Mandate(
            id=new_id(ERRAND.prefix),
            number=receipt_number("DB", today),
            owner=actor.id,
            subject=actor.bound_subject,
            kind=HelperKind(request.kind),
            status=TABLE.initial,
            jurisdiction=request.jurisdiction,
            represented=whom,
            items=tuple(dict.fromkeys(request.items)),
            until_on=request.until_on,
            asked_at=now,
            steps=(begin(CONFIRM, request.jurisdiction, today, self.centres[request.jurisdiction]),),
        )
        begun = await self.start(tx, actor, case, now, "ask", told="mandates.asked")
        await self.evidence.attach_first(tx, actor.id, request.evidence, case.id, now)
        return begun

    async def know(self, actor: Actor, case_id: str, now: datetime) -> None:
        """Before `confirm`, in no transaction. Raises NotFound."""
        whom = (await self.seen_by(actor, case_id, now)).represented
        await self._persons.know_document(whom.document_kind, whom.document_number)

    async def confirm(self, turn: Turn[Mandate], note: str) -> Mandate:
        """The proof is in order: from now on the person who asked may act. Raises BadMandateTerm once the day is past,
        IdentityNotConfirmed for a person whose name is another."""
        tx, actor, case, now = turn
        TABLE.advance(case.status, "confirm_mandate", actor.role)
        if case.until_on < civil_date(now):
            raise BadMandateTerm("申请的最后一天已经过了，请不予开通，让对方重新申请。")
        whom = case.represented
        identity = Identity(whom.name, whom.document_kind, whom.document_number)
        account = await self._persons.stood_for(tx, actor, identity, whom.born_on, now)
        agent = await self._persons.get(case.owner, tx)
        given = await self._helpers.entrust(tx, actor, account, agent, case.kind, case.items, case.until_on, now)
        after = await self.move(turn, "confirm_mandate", note, appointment=given.id, steps=finish(case.steps, now))
        await self.tell(tx, after, "mandates.confirmed", now)
        return after

    async def refuse(self, turn: Turn[Mandate], reasons: str, note: str) -> Mandate:
        case, now = turn.case, turn.now
        said = self._said(case, now, reasons)
        steps = finish(case.steps, now)
        after = await self.move(turn, "refuse_mandate", note, decision=said, steps=steps)
        await self.tell(turn.tx, after, "mandates.refused", now)
        return after

    async def revoke(self, turn: Turn[Mandate], reasons: str, note: str) -> Mandate:
        """From now on nobody acts by it; both sides are told."""
        tx, actor, case, now = turn
        said = self._said(case, now, reasons)
        after = await self.move(turn, "revoke_mandate", note, decision=said)
        await self._helpers.end(tx, actor, case.appointment or "", now)
        await self.tell(tx, after, "mandates.revoked", now)
        return after

    async def withdraw(self, turn: Turn[Mandate]) -> Mandate:
        return await self.move(turn, "withdraw", steps=finish(turn.case.steps, turn.now))

    def exported(self, case: Mandate) -> Mandate:
        """With a person's number in part, as the applicant sees it once it was sent."""
        return msgspec.structs.replace(case, represented=shown_in_part(case.represented))

    async def let_go(self, tx: Tx, actor: Actor, now: datetime) -> None:
        """An account that is closed asks for nothing more; what it was let to do ends with `HelperService.let_go`."""
        if actor.subject is None:
            return
        for case in await self._cases.of_subject(actor.subject, 100):
            if case.owner == actor.id and case.status == TABLE.initial:
                await self.withdraw(Turn(tx, actor, case, now))

    async def show(self, actor: Actor, case: Mandate, now: datetime, tx: Tx = None) -> MandateView:
        """With its files; an officer sees who asks, in whole words, to compare with the proof."""
        party = None
        if actor.role is Role.OFFICER:
            identity = (await self._persons.get(case.owner, tx)).identity
            if identity is not None:
                party = AskedByView(name=identity.name, document_number=mask_number(identity.document_number))
        authority = await self._helpers.label_of(case.appointment, tx) if case.appointment else None
        files = await self.evidence.list_of_case(case.id, tx)
        return MandateView.of(case, civil_date(now), actor.role, evidence=files, authority=authority, party=party)

    def _said(self, case: Mandate, now: datetime, reasons: str) -> Decision:
        return Decision(by=self.centres[case.jurisdiction], at=now, reasons=reasons)


def _represented(request: Ask, today: date) -> Represented:
    if request.kind != "organisation":
        born = request.born_on
        claim = check_identity(request.name, request.document_kind or "", request.document_number, born, today)
        if request.kind == "agent":
            check_age(claim, request.jurisdiction, today)
        return Represented(claim.name, claim.document_kind, claim.document_number, claim.born_on)
    faults = []
    name, number = normal_name(request.name), ""
    if len(name) < 2:
        faults.append(FieldFault(field="name", message="请填写执照或者登记证书上的全称。"))
    try:
        number = check_document_number(_CODE, request.document_number, today)
    except InvalidDocumentNumber as fault:
        faults.append(FieldFault(field="documentNumber", message=str(fault)))
    if faults:
        raise IdentityInvalid(faults=tuple(faults))
    return Represented(name, _CODE, number)


def _check_term(request: Ask, whom: Represented, today: date) -> None:
    """A year at most; of a minor's guardian up to the day before the ward is of age."""
    last = today + _LONGEST
    if request.kind == "guardian" and whom.born_on is not None:
        found = capacity(whom.born_on, today)
        if not found.has_full_capacity:
            last = min(last, found.adult_on - timedelta(days=1))
    if not today <= request.until_on <= last:
        message = f"请选择今天起、最晚{chinese_date(last)}的日期。"
        raise BadMandateTerm(faults=(FieldFault(field="untilOn", message=message),))
