"""Database, keys, clock, stores and services, put together once.

Used by the application, the worker, the command line and the tests; knows no web. One file, so that who needs whom is read in one place.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache, cached_property
from typing import Any, ClassVar

from api.accounts.consents import ConsentService
from api.accounts.passkeys import PasskeyService
from api.accounts.personal_data import PersonalDataService
from api.accounts.rebinding import Rebinding
from api.accounts.rekeying import HOLDER as ACCOUNT_HOLDER
from api.accounts.service import AccountService, CodeExchange
from api.accounts.sessions import SessionService
from api.accounts.staff import StaffService
from api.accounts.store import AccountStore, ConsentStore, PasskeyStore, SessionStore, StaffStore
from api.administration.calendars import CalendarService, CalendarStore
from api.administration.centres import CentreService, CentreStore
from api.administration.in_force import InForce
from api.administration.service import AdministrationService
from api.audits.service import AuditService
from api.audits.store import AuditStore
from api.audits.wording import ActionNames
from api.chat.answers import AnswerService, AnswerStore
from api.chat.figures import weeks_of
from api.chat.service import ChatService, OpenCase
from api.chat.store import FeedbackStore
from api.collections import ALL
from api.declarations.statements import StatementService
from api.desk.absences import AbsenceService, AbsenceStore
from api.desk.casefiles import CaseFileService
from api.desk.casework import Casework, Ground
from api.desk.counting import Counting, CountStore
from api.desk.digests import DigestService, DigestStore
from api.desk.figures import FigureService
from api.desk.recounting import MovedStore, Recounting
from api.desk.service import DeskService
from api.desk.store import DeskStore
from api.desk.wording import under_way
from api.errands import PARTS, Part
from api.evidence.scanning import scanner
from api.evidence.service import EvidenceService
from api.evidence.store import EvidenceStore
from api.footprints.service import FootprintService
from api.footprints.store import FootprintStore
from api.grants.service import GrantService
from api.helpers.service import HelperService
from api.infra import ability, migrations
from api.infra.actors import Actor
from api.infra.centres import Centres
from api.infra.clock import Clock, ShiftedClock, SystemClock
from api.infra.collections import Collection
from api.infra.errands import Errands
from api.infra.limits import Limiter
from api.infra.mongo import Database, Tx
from api.infra.once import OnceStore
from api.infra.rekeying import Persons
from api.infra.settings import Settings
from api.infra.tokens import Tokens
from api.infra.wechat import WeChatClient
from api.journal.service import JournalService
from api.journal.store import JournalStore
from api.listings.models import Listing, Service
from api.listings.service import ListingService
from api.mandates.service import MandateService
from api.notices.outlook import OutlookService
from api.notices.push.promises import PromiseStore
from api.notices.push.receivers import ReceiverStore
from api.notices.push.service import PushService
from api.notices.push.store import EventStore, OutboxStore, SubscriptionStore
from api.notices.service import NoticeService
from api.notices.store import NoticeStore
from api.objections.handling import ObjectionHandling
from api.objections.service import ObjectionService
from api.papers.service import PaperService
from api.papers.store import IssuedDocumentStore
from api.personal_data import holdings_of
from api.pledges.service import PledgeService
from api.providers.service import ProviderService
from api.providers.store import ProviderStore
from api.records.corrections import CorrectionService
from api.records.deliveries import DeliveryService, DeliveryStore
from api.records.expiry import ExpiryService
from api.records.intake import IntakeService
from api.records.lookup import LookupService
from api.records.models import Record
from api.records.rekeying import HOLDER as RECORD_HOLDER
from api.records.service import RecordService
from api.records.store import FeedStore, RecordStore
from api.reminders.service import ReminderService
from api.repairs.handling import RepairHandling
from api.repairs.lifting import MeasureLifting
from api.repairs.service import RepairService
from api.reports.service import ReportService
from api.reviews.deciding import Deciding
from api.reviews.service import ReviewService
from api.reviews.store import ProposalStore
from api.window.service import WindowService
from api.withdrawals.service import WithdrawalService
from bot.engine import Bot, Centre


def _proof(service: Service) -> str | None:
    return f"{service.proof}（更正：{service.why}）" if service.why else service.proof


@cache
def _load_bot() -> Bot:
    """The bot, whose immutable data is read once a process."""
    return Bot.load()


def clock_of(settings: Settings) -> Clock:
    return ShiftedClock(settings.clock_shift_file) if settings.clock_shift_file else SystemClock()


class Services:
    """Everything that does not speak HTTP. Make it before the event loop runs, use it on one loop."""

    COLLECTIONS: ClassVar[tuple[Collection, ...]] = ALL

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        database: Database | None = None,
        listeners: Sequence[Any] = (),
        code_exchange: CodeExchange | None = None,
        parts: Sequence[Part] = PARTS,
    ) -> None:
        self.settings = settings
        self.parts = tuple(parts)
        self.errands = Errands(part.errand for part in self.parts)
        self.keys = settings.keys
        self.clock = clock or clock_of(settings)
        self._owns_database = database is None
        self.database = database or Database(settings.mongodb_uri, settings.mongodb_database, listeners=listeners)
        self.tokens = Tokens(self.keys)
        self.wechat = WeChatClient(settings.wechat, self.database, self.keys, self.clock)
        self.once = OnceStore(self.database, self.keys)
        self.declared = {
            one.name: one
            for one in (*self.COLLECTIONS, *(one for errand in self.errands.values() for one in errand.collections))
        }
        self.persons = Persons(self.database, self.keys, tuple(self.declared.values()), (ACCOUNT_HOLDER, RECORD_HOLDER))
        self.audits = AuditService(AuditStore(self.database, self.keys), self.keys, self.persons.every_name)
        self.footprints = FootprintService(FootprintStore(self.database, self.keys))
        self.notices = NoticeService(NoticeStore(self.database, self.keys), self.errands)
        self.providers = ProviderService(ProviderStore(self.database, self.keys), self.audits, self.keys)
        records = RecordStore(self.database, self.keys)
        feed = FeedStore(self.database, self.keys)
        self.promises = PromiseStore(self.database, self.errands)
        self.push = PushService(
            self.database,
            SubscriptionStore(self.database, self.keys),
            ReceiverStore(self.database, self.keys),
            OutboxStore(self.database, self.keys),
            EventStore(self.database),
            self.promises,
            settings.wechat,
        )
        self.outlooks = OutlookService(self.notices, self.push)
        self.action_names = ActionNames(self.errands)
        self.reminders = ReminderService(self.notices, self.errands)
        self.sessions = SessionService(SessionStore(self.database, self.keys), self.keys, settings.session_lives)
        self.limiter = Limiter(self.database, self.keys, keeps_pace=settings.keeps_pace)
        passkeys = PasskeyStore(self.database, self.keys)
        self.staff = StaffService(
            StaffStore(self.database, self.keys),
            passkeys,
            self.sessions,
            self.audits,
            self.limiter,
            self.tokens,
            self.keys,
        )
        self.passkeys = PasskeyService(passkeys, self.staff, self.audits, self.keys, settings.public_url)
        self.administration = AdministrationService(self.staff, self.providers, self.audits)
        self.centres = Centres(settings.centres)
        self.centre_changes = CentreService(CentreStore(self.database, self.keys), self.centres, self.audits)
        self.calendars = CalendarService(CalendarStore(self.database, self.keys), self.audits)
        self.in_force = InForce(self.centre_changes, self.calendars)
        queue = DeskStore(self.database, self.keys)
        self.desk = DeskService(queue, self.audits, self.staff.get, self.reminders)
        self.absences = AbsenceService(AbsenceStore(self.database, self.keys), self.audits, self.staff.get)
        self.digests = DigestService(DigestStore(self.database, self.keys), queue, tuple(settings.centres))
        self.records = RecordService(
            records, feed, self.audits, self.footprints, self._record_changed, self.desk.copies_changed
        )
        self.intake = IntakeService(
            records,
            self.footprints,
            self.notices,
            self.audits,
            self.keys,
            {name: centre.name for name, centre in settings.centres.items()},
            self.providers.get,
            self.persons.bring,
        )
        self.expiry = ExpiryService(self.database, records, self.records, self.notices, self.audits)
        self.code_exchange = code_exchange or self.wechat
        accounts = AccountStore(self.database, self.keys)
        consents = ConsentStore(self.database, self.keys)
        self.rebinding = Rebinding(accounts, consents, self.sessions, self.push, self.notices, self.audits, self.keys)
        self.accounts = AccountService(
            accounts,
            self.sessions,
            self.records,
            self.footprints,
            self.audits,
            self.limiter,
            self.keys,
            self.rebinding,
            self.persons.bring,
        )
        self.consents = ConsentService(consents, self.accounts, self.audits)
        self.evidence = EvidenceService(
            EvidenceStore(self.database, self.keys), scanner(*settings.scanner) if settings.scanner else None
        )
        ground = Ground(
            self.database,
            self.keys,
            self.records,
            self.footprints,
            self.evidence,
            self.desk,
            self.notices,
            self.audits,
            {place: centre.name for place, centre in settings.centres.items()},
            {place: centre.review for place, centre in settings.centres.items()},
            self.is_unit_here,
        )
        self.objections = ObjectionService(ground, self.providers.find_by_id)
        self.objection_handling = ObjectionHandling(self.objections)
        self.listings = ListingService(ground, self.consents, self._dispatched)
        self.pledges = PledgeService(ground, self.providers.get)
        self.repairs = RepairService(
            ground,
            hooks=(self.pledges.repair_filed,),
            followers=(self.pledges.repair_moved,),
        )
        self.repair_handling = RepairHandling(self.repairs)
        self.withdrawals = WithdrawalService(ground)
        self.grants = GrantService(ground, self.accounts)
        self.helpers = HelperService(ground, self.accounts)
        self.mandates = MandateService(ground, self.accounts, self.helpers)
        self.window = WindowService(ground, self.accounts)
        linked: Sequence[Casework[Any]] = (
            self.objections,
            self.repairs,
            self.pledges,
            self.withdrawals,
            self.grants,
            self.helpers,
            self.mandates,
            self.window,
            self.listings,
        )
        alone = [part.service(ground) for part in self.parts if part.service is not None]
        self.cases = {service.errand.name: service for service in (*linked, *alone)}
        if lost := {part.errand.name for part in self.parts if part.errand.collections} - set(self.cases):
            raise ValueError(f"no service for {sorted(lost)}")
        self.deciding = Deciding(self.objections, self.objection_handling, self.repairs, self.repair_handling)
        self.reviews = ReviewService(
            self.database,
            ProposalStore(self.database, self.keys),
            self.deciding,
            self.audits,
            ground.reviews,
            self.staff.names,
        )
        self.measure_lifting = MeasureLifting(self.repairs, self.repair_handling, self.desk)
        self.corrections = CorrectionService(
            self.records,
            feed,
            self.notices,
            self.audits,
            self.keys,
            self._case_followed,
            self.footprints,
            {name: centre.name for name, centre in settings.centres.items()},
            self.providers.get,
        )
        self.deliveries = DeliveryService(
            DeliveryStore(self.database, self.keys), self.intake, self.audits, self.staff.name_of
        )
        self.lookup = LookupService(
            records,
            self.records,
            self.footprints,
            self.audits,
            self.keys,
            self._case_followed,
            self.repair_handling.measure_lifted,
            self.persons.bring,
        )
        self.journal = JournalService(
            JournalStore(self.database, self.keys), self.cases, self.notices, self.audits, self.is_unit_here
        )
        self.recounting = Recounting(
            self.database, MovedStore(self.database, self.keys), queue, self.cases, self.records, self.audits
        )
        counts = CountStore(self.database, self.keys)
        self.figures = FigureService(counts)
        self.counting = Counting(
            counts,
            self.cases,
            self.notices,
            self.records,
            lambda place: weeks_of(FeedbackStore(self.database, self.keys), place),
            sorted(settings.centres),
        )
        self.case_files = CaseFileService(self.cases, self.records, self.lookup, self.audits)
        self.papers = PaperService(
            IssuedDocumentStore(self.database, self.keys),
            self.records,
            self.audits,
            self.keys,
            self.centre_name,
            settings.public_url,
        )
        self.reports = ReportService(self.database, self.papers, self.records, self.footprints, self.accounts)
        self.statements = StatementService(self.records, self.notices, self.audits)
        self.personal_data = PersonalDataService(
            holdings_of(
                clock=self.clock,
                accounts=self.accounts,
                sessions=self.sessions,
                push=self.push,
                consents=self.consents,
                records=self.records,
                footprints=self.footprints,
                notices=self.notices,
                audits=self.audits,
                journal=self.journal,
                evidence=self.evidence,
                papers=self.papers,
                cases=self.cases.values(),
            ),
            self.accounts,
            self.audits,
        )

    async def is_unit_here(self, provider_id: str, now: datetime) -> bool:
        """Whether a unit can read here what waits for it: by a key of its own, or by somebody who can sign in."""
        return await self.providers.has_key(provider_id, now) or await self.staff.has_people(provider_id)

    def centre_name(self, jurisdiction: str | None) -> str:
        """The name of a jurisdiction's centre; all of them if none is given."""
        centres = self.settings.centres
        return centres[jurisdiction].name if jurisdiction in centres else "、".join(c.name for c in centres.values())

    @cached_property
    def chat(self) -> ChatService:
        """Loads the bot's dictionary and index at first use: the worker never needs them."""
        return ChatService(
            _load_bot(),
            self.chat_feedback(),
            self.records,
            self.footprints,
            self.open_cases,
            self.consents,
            self.answers,
            self.centres.seen_as(lambda centre: Centre(centre.name, centre.telephone, centre.windows, centre.hours)),
        )

    @cached_property
    def answers(self) -> AnswerService:
        return AnswerService(_load_bot(), AnswerStore(self.database, self.keys), self.audits)

    def chat_feedback(self) -> FeedbackStore:
        return FeedbackStore(self.database, self.keys)

    async def _record_changed(self, tx: Tx, record: Record, now: datetime) -> None:
        """Called with every changed record: plans its reminders, ends the cases that cannot go on without it, and marks it again."""
        await self.reminders.record_changed(tx, record, now)
        await self.listings.record_changed(tx, record, now)
        await self.repairs.record_changed(tx, record, now)
        await self.withdrawals.record_changed(tx, record, now)
        await self.objections.record_changed(tx, record, now)

    async def _dispatched(self, tx: Tx, case: Listing, way: str, service: Service, now: datetime) -> None:
        """Called by listings to write into the journal, which itself depends on all errands."""
        await self.journal.dispatched(
            tx, self.listings.errand.name, case, way, service.on, service.by, _proof(service), now
        )

    async def _case_followed(self, tx: Tx, actor: Actor, case_id: str, systems: Sequence[str], now: datetime) -> None:
        """Tells the case's errand, if its steps end when systems have followed."""
        handling = {
            "objections": self.objection_handling.copies_followed,
            "repairs": self.repair_handling.copies_followed,
        }
        if follow := handling.get(self.errands.of_case(case_id).name):
            await follow(tx, actor, case_id, systems, now)

    async def open_cases(self, actor: Actor) -> list[OpenCase]:
        """The resident's open cases, in one query: who owes which step, and by when."""
        return [
            OpenCase(errand.flow, docket.id, under_way(docket, errand))
            for docket in await self.desk.open_of(actor.bound_subject)
            for errand in (self.errands[docket.errand],)
        ]

    async def prepare(self) -> None:
        """Version, indexes, and what administrators have set. Safe to call from every process at start. Raises WrongDatabase,
        WrongVersion."""
        await ability.require(self.database)
        await migrations.check(self.database)
        await self.persons.check()
        await self.database.ensure_indexes({one.name: one.indexes for one in self.declared.values()})
        await self.in_force.read()

    async def close(self) -> None:
        if "chat" in self.__dict__:
            await self.chat.drain()
        await self.wechat.close()
        self.keys.close()
        if self._owns_database:
            await self.database.close()
