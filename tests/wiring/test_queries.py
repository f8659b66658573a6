"""Every query that the stores make, caught on its way and explained by the server: it looks at what it gives back."""

import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from pymongo.monitoring import CommandListener, CommandStartedEvent

from api.accounts.store import AccountStore, ConsentStore, PasskeyStore, SessionStore, StaffStore
from api.audits.store import AuditStore
from api.chat.answers import AnswerStore
from api.composition import Services
from api.declarations.store import DeclarationStore
from api.desk.absences import AbsenceStore
from api.desk.digests import DigestStore
from api.desk.recounting import MovedStore
from api.desk.store import DeskStore
from api.errands import ERRANDS
from api.evidence.store import EvidenceStore
from api.footprints.models import FootprintKind
from api.footprints.store import FootprintStore
from api.grants.store import GrantStore
from api.helpers.store import HelperStore
from api.infra.clock import civil_date
from api.infra.errors import NotFound
from api.infra.mongo import Database
from api.infra.privacy import Unsealable
from api.journal.store import JournalStore
from api.listings.store import ListingStore
from api.notices.push.promises import PromiseStore
from api.notices.push.receivers import ReceiverStore
from api.notices.push.store import OutboxStore, SubscriptionStore
from api.notices.store import NoticeStore
from api.objections.store import ObjectionStore
from api.papers.store import IssuedDocumentStore
from api.pledges.store import PledgeStore
from api.providers.store import ProviderStore
from api.records.deliveries import DeliveryStore
from api.records.store import FeedStore, RecordStore
from api.repairs.store import RepairStore
from api.reviews.store import ProposalStore
from api.window.store import WindowStore
from api.withdrawals.store import WithdrawalStore
from tests.support.api import auditor, make_settings
from tests.support.kept import emptied
from tests.support.mongo import Server
from tests.support.world import KEYS, FixedClock

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
TODAY = date(2026, 11, 21)
PEOPLE, EACH = 40, 10
COLLECTIONS = (
    "accounts", "sessions", "staff", "passkeys", "providers", "provider_keys", "consents", "records", "record_feed", "deliveries", "delivery_returns", "footprints", "notices", "audits",
    "withdrawals", "evidence", "evidence_pieces", "queue", "breaches", "digests", "objections", "repairs", "declarations",
    "grants", "helpers", "pledges", "listings", "issued_documents", "subscriptions", "written_answers", "window_visits", "journal", "proposals", "absences", "moved_days",
)  # fmt: skip


class Caught(CommandListener):
    """The reads that went out, as they were sent."""

    def __init__(self) -> None:
        self.commands: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in ("find", "aggregate", "count"):
            wanted = (
                "find",
                "filter",
                "sort",
                "projection",
                "limit",
                "skip",
                "hint",
                "aggregate",
                "pipeline",
                "cursor",
                "query",
            )
            self.commands.append({name: value for name, value in event.command.items() if name in wanted})

    def succeeded(self, event: object) -> None: ...
    def failed(self, event: object) -> None: ...


def document(collection: str, n: int) -> dict[str, Any]:
    """The fields that queries ask for, ten documents a person; a tenth of everything is due."""
    who, turn = n % PEOPLE, n // PEOPLE
    is_due = turn == 0
    at = NOW - timedelta(hours=1) if is_due else NOW + timedelta(days=turn)
    day = (TODAY - timedelta(days=2)).isoformat() if is_due else (TODAY + timedelta(days=turn)).isoformat()
    return {
        "_id": f"x_{n:05}", "owner": f"acc_{who}", "holder": f"acc_{who}", "subject": f"sub_{n}" if collection == "accounts" else f"sub_{who}", "provider": f"prv_{who}",
        "recipient": f"acc_{who}", "jurisdiction": f"place_{who}", "place": f"place_{who}", "record_id": f"rec_{n}", "record": f"rec_{n}", "open_record": f"rec_{n}",
        "repair": f"rep_{n}", "natural_key": f"nat_{n}", "act_key": f"act_{n}", "code_index": f"code_{n}", "username": f"user_{n}", "credential": f"cred_{n}",
        "openid_index": f"open_{n}", "purpose": f"p_{turn}", "case": f"case_{who}" if collection not in ("evidence", "proposals") else f"case_{n}" if collection == "proposals" else f"case_{who}" if turn else None,
        "file": f"file_{who}", "number": turn, "errand": "objections", "steps": [{"owed_by": f"unit_{who}"}, {"owed_by": "somebody else"}], "assignee": f"stf_{who}", "ref": f"rec_{who}",
        "status": "approved" if collection == "written_answers" and is_due else "cooling" if collection == "pledges" else "active" if collection in ("grants", "helpers") else "open", "state": "told",
        "kind": "repairs.opens" if collection == "notices" and turn < 5 else (["collected", "shared"], "collected+gathered+shared", "shared", "queried")[turn % 4] if collection == "footprints" else "queried" if collection != "journal" else "answer" if turn % 2 else "reminder", "verdict": "up", "action": f"act_{who}", "is_open": True, "standing": "standing",
        "disclosure": {"is_published": True}, "disclosed_until": day, "published_until": day, "expires_on": day, "due_on": day,
        "on": day, "effective_at": at, "expires_at": NOW + timedelta(days=99), "revoked_at": at - timedelta(days=9) if is_due else None,
        "taken_by": f"acc_{who}", "until_on": day, "wake_at": None if turn == 9 else at, "at": at, "told_at": None if turn == 9 and who % 2 else at, "cancelled_at": at, "issued_at": at, "last_used_at": at, "created_at": at, "read_at": None,
        "day": f"2026-11-{who % 28 + 1:02}", "version": 1, "revision": 1, "is_market": False, "is_dry": False, "section": "dishonesty", "officer": f"stf_{who}", "by": f"stf_{who}", "about": f"ent_{n}", "until": at,
        "filed_at": at, "decided_at": None, "is_active": True,
    }  # fmt: skip


def queries(database: Database) -> dict[str, Callable[[], Awaitable[Any]]]:
    """Name → a call of a store, each on values that are there."""
    records, notices = RecordStore(database, KEYS), NoticeStore(database, KEYS)
    desk, audits, sessions = DeskStore(database, KEYS), AuditStore(database, KEYS), SessionStore(database, KEYS)
    accounts, pledges, listings = (
        AccountStore(database, KEYS),
        PledgeStore(database, KEYS),
        ListingStore(database, KEYS),
    )
    objections, evidence = ObjectionStore(database, KEYS), EvidenceStore(database, KEYS)
    outbox = OutboxStore(database, KEYS)
    return {
        "accounts by WeChat identity": lambda: accounts.find_open_by_openid(["open_7"]),
        "accounts by person": lambda: accounts.find_open_by_subject(["sub_7"]),
        "receivers": lambda: ReceiverStore(database, KEYS).find_many(["sub_7", "sub_8"]),
        "promised results": lambda: PromiseStore(database, ERRANDS).count(["sub_7", "sub_8"]),
        "sessions revoked": lambda: sessions.list_revoked_since(NOW - timedelta(days=10)),
        "session": lambda: sessions.find("x_00007"),
        "security keys of a member": lambda: PasskeyStore(database, KEYS).list_of("acc_7"),
        "staff": lambda: StaffStore(database, KEYS).find_by_username("user_7"),
        "units of a place": lambda: ProviderStore(database, KEYS).page_of_place("place_7", None, 5),
        "provider keys": lambda: ProviderStore(database, KEYS).keys.of_unit("prv_7"),
        "consent": lambda: ConsentStore(database, KEYS).find("acc_7", "p_1"),
        "consents": lambda: ConsentStore(database, KEYS).list_of_owner("acc_7"),
        "records of a person": lambda: records.list_of_subject("sub_7"),
        "versions of a person's records": lambda: records.versions_of_subject("sub_7"),
        "one's own record": lambda: records.get_of_subject("x_00007", "sub_7"),
        "a provider's record": lambda: records.get_of_provider("x_00007", "prv_7"),
        "records on a document": lambda: records.page_by_act(["act_7"], "place_7", None, 20),
        "records past disclosure": lambda: records.list_ended(TODAY, 100),
        "records published too long": lambda: records.list_published_too_long(TODAY, 100),
        "records of a provider": lambda: records.page_of_provider("prv_7", None, 5),
        "deliveries of a provider": lambda: DeliveryStore(database, KEYS).page_of_provider("prv_7", None, 5),
        "feed": lambda: FeedStore(database, KEYS).page_of_provider("prv_7", None, 20),
        "footprints": lambda: FootprintStore(database, KEYS).page_of_subject("sub_7", None, None, 20),
        "footprints of a kind": lambda: FootprintStore(database, KEYS).page_of_subject(
            "sub_7", FootprintKind.SHARED, None, 20
        ),
        "footprints of some days": lambda: FootprintStore(database, KEYS).page_of_subject(
            "sub_7", None, None, 20, since=NOW, before=NOW + timedelta(days=5)
        ),
        "inbox": lambda: notices.page_told("sub_7", None, 5),
        "notices to forget": lambda: notices.list_finished(NOW + timedelta(days=99)),
        "one's own notice": lambda: notices.get_of_subject("x_00007", "sub_7"),
        "due notices": lambda: outbox.find_due(NOW, 500),
        "subscriptions": lambda: SubscriptionStore(database, KEYS).find_many(["x_00007", "x_00008"]),
        "audit of a person": lambda: audits.page({"subject": "sub_7"}, None, 5),
        "audit of an action": lambda: audits.page({"action": "act_7", "place": "place_7"}, None, 5),
        "audit of an officer": lambda: audits.page({"by": "stf_7", "place": "place_7"}, None, 5),
        "audit of a case": lambda: audits.page({"ref": "rec_7", "place": "place_7"}, None, 5),
        "audit, newest of a place": lambda: audits.page({"place": "place_7"}, None, 5),
        "objections of a person": lambda: objections.page_by({"subject": "sub_7"}, None, 5),
        "objections at a provider": lambda: objections.page_by({"provider": "prv_7", "status": "open"}, None, 5),
        "repairs of a person": lambda: RepairStore(database, KEYS).page_by({"subject": "sub_7"}, None, 5),
        "repairs at a provider": lambda: RepairStore(database, KEYS).page_by({"provider": "prv_7", "status": "open"}, None, 5),
        "withdrawals of a person": lambda: WithdrawalStore(database, KEYS).page_by({"subject": "sub_7"}, None, 5),
        "withdrawals of a provider": lambda: WithdrawalStore(database, KEYS).page_by({"provider": "prv_7"}, None, 5),
        "declarations of a person": lambda: DeclarationStore(database, KEYS).page_by({"subject": "sub_7"}, None, 5),
        "grants of a person": lambda: GrantStore(database, KEYS).page_by({"owner": "acc_7"}, None, 5),
        "helpers of a person": lambda: HelperStore(database, KEYS).list_of_owner("acc_7"),
        "whom somebody helps": lambda: HelperStore(database, KEYS).list_taken_by("acc_7"),
        "a helper's code": lambda: HelperStore(database, KEYS).find_by_code(["code_7"]),
        "helpers past their day": lambda: HelperStore(database, KEYS).list_expired(TODAY, 100),
        "an officer's visit at the window": lambda: WindowStore(database, KEYS).list_open_of("stf_7"),
        "visits whose time is over": lambda: WindowStore(database, KEYS).list_over(NOW, 100),
        "journal of a case": lambda: JournalStore(database, KEYS).of_case("case_7"),
        "journal of a person": lambda: JournalStore(database, KEYS).shown_to("sub_7"),
        "answers nobody saw": lambda: JournalStore(database, KEYS).unseen("place_7"),
        "reminders to a unit": lambda: JournalStore(database, KEYS).reminders_of("prv_7"),
        "somebody of a unit": lambda: StaffStore(database, KEYS).find_of_unit("prv_7"),
        "drafts that wait for a signature": lambda: ProposalStore(database, KEYS).open_of("place_7"),
        "visits of a person": lambda: WindowStore(database, KEYS).of_subject("sub_7", 5),
        "grants by id": lambda: GrantStore(database, KEYS).list_by_id(["x_00007", "x_00008"]),
        "grant by code": lambda: GrantStore(database, KEYS).find_by_code(["code_7"]),
        "grants past their day": lambda: GrantStore(database, KEYS).list_expired(TODAY, 100),
        "pledges of a person": lambda: pledges.page_by({"subject": "sub_7"}, None, 5),
        "pledges to a recipient": lambda: pledges.page_by({"recipient": "acc_7", "status": "cooling"}, None, 5),
        "pledges of a place": lambda: pledges.page_by({"jurisdiction": "place_7", "status": "cooling"}, None, 5),
        "pledge of a repair": lambda: pledges.find_of_repair("rep_7"),
        "pledges that cooled off": lambda: pledges.list_cooled(NOW, 100),
        "listings of a person": lambda: listings.page_by({"subject": "sub_7"}, None, 5),
        "listings of a place": lambda: listings.page_by({"jurisdiction": "place_7"}, None, 5),
        "listing of a record": lambda: listings.find_open("rec_7"),
        "evidence of a case": lambda: evidence.list_of_case("case_7"),
        "queue of a place": lambda: desk.page({"jurisdiction": "place_7"}, None, 5),
        "queue of an errand": lambda: desk.page({"jurisdiction": "place_7", "errand": "objections"}, None, 5),
        "queue of an officer": lambda: desk.page({"jurisdiction": "place_7", "assignee": "stf_7"}, None, 5),
        "what a unit owes": lambda: desk.page(
            {"jurisdiction": "place_7", "errand": "objections", "status": "open", "steps.owed_by": "unit_7"}, None, 5
        ),
        "late in a place": lambda: desk.due("place_7", TODAY, 5),
        "overdue in a place": lambda: anext(desk.overdue("place_7", TODAY), None),
        "open cases of a person": lambda: desk.open_of("sub_7"),
        "an open case of a person": lambda: desk.find_open("sub_7", "obj_7"),
        "breaches of a place": lambda: desk.page_of_breaches("place_7", None, 5),
        "cases that are counted": lambda: anext(objections.timings("place_7", "provider", NOW - timedelta(days=1)), None),
        "repairs that opened": lambda: anext(notices.opened_since(NOW - timedelta(days=1)), None),
        "days that moved": lambda: MovedStore(database, KEYS).newest("place_7"),
        "who is away": lambda: AbsenceStore(database, KEYS).not_over("place_7", TODAY),
        "keys of units": lambda: ProviderStore(database, KEYS).keys.of_units(["prv_7", "prv_8"]),
        "units to look after": lambda: ProviderStore(database, KEYS).all_of_place("place_7"),
        "queue of a substitute": lambda: desk.page({"jurisdiction": "place_7", "assignee": {"$in": ["stf_7", "stf_8"]}}, None, 5),
        "digest": lambda: DigestStore(database, KEYS).latest("place_7"),
        "written answers of a place": lambda: AnswerStore(database, KEYS).page_of_place("place_7", None, 5),
        "approved answers": lambda: anext(AnswerStore(database, KEYS).approved(), None),
        "issued documents of a person": lambda: IssuedDocumentStore(database, KEYS).list_of_subject("sub_7"),
        "files of an account": lambda: evidence.list_of_owner("acc_7"),
        "issued document": lambda: IssuedDocumentStore(database, KEYS).find(["x_00007"]),
    }  # fmt: skip


async def test_every_query_examines_no_more_than_it_returns(mongo_server: Server, clock: FixedClock) -> None:
    caught = Caught()
    name = mongo_server.new_name()
    database = Database(mongo_server.uri, name, timeout_ms=60_000, listeners=[caught])
    services = Services(make_settings(), clock=clock, database=database)
    try:
        await services.prepare()
        wasteful = await _wasteful(database, caught)
        assert not wasteful, "\n".join(f"{what}: {found}" for what, found in wasteful.items())
    finally:
        await database.drop()
        await database.close()


async def _wasteful(database: Database, caught: Caught) -> dict[str, Any]:
    """Query → documents examined, returned, and what was asked."""
    for collection in COLLECTIONS:
        await database.collection(collection).insert_many(
            [document(collection, n) for n in range(PEOPLE * EACH)], ordered=False
        )
    wasteful = {}
    for what, call in queries(database).items():
        caught.commands.clear()
        # What was put there has no content: a store may stop at it, when the query has gone out.
        with contextlib.suppress(msgspec.ValidationError, Unsealable, NotFound, KeyError, TypeError, AttributeError):
            await call()
        assert caught.commands, what
        for command in list(caught.commands):
            if isinstance(command.get("filter", {}).get("_id"), str):
                continue  # by id: one document, whatever else is asked of it
            plan = await database.raw.command({"explain": command, "verbosity": "executionStats"})
            stats = plan["executionStats"]
            returned, examined = stats["nReturned"], stats["totalDocsExamined"]
            if not returned or examined > returned * 1.2:
                wasteful[what] = (examined, returned, command.get("filter"))
    return wasteful


async def test_a_page_far_into_a_day_of_the_audit_reads_none_of_those_before_it(
    mongo_server: Server, clock: FixedClock
) -> None:
    """The export of a day of thirty thousand read them three hundred times: each page went through all earlier ones."""
    async with emptied(mongo_server) as database:
        services = Services(make_settings(), clock=clock, database=database)
        await services.prepare()
        await services.audits.write(None, auditor(), "records.search", "ref", clock.now())
        entry = await database.collection("audits").find_one({})
        assert entry is not None
        later = [{**entry, "_id": f"aud_{n}", "at": entry["at"] + timedelta(seconds=n)} for n in range(1, 2000)]
        await database.collection("audits").insert_many(later)
        await database.raw.command({"profile": 2})
        cursor, seen = None, 0
        for _ in range(20):
            page = await services.audits.page(
                subject=None, action=None, day=civil_date(clock.now()), cursor=cursor, limit=100, place="dalian"
            )
            cursor, seen = page.next_cursor, seen + len(page.items)
        examined = [one["keysExamined"] async for one in database.raw["system.profile"].find({"op": "query"})]
        await database.raw.command({"profile": 0})
    assert seen == 2000 and len(examined) >= 20 and max(examined) <= 110, "as it was run, by a plan of an earlier page"
