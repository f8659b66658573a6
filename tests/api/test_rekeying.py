"""A new index key while the product runs: everybody is found before, during and after, and nobody becomes two."""

import asyncio
import base64
import io
import re
import secrets
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from api.composition import Services
from api.infra import rekeying
from api.infra.collections import Collection
from api.infra.documents import kept_of
from api.infra.key_file import KeyFile
from api.infra.migrations import NotRead
from api.infra.mongo import Database
from api.infra.privacy import KeyRing, subject_index
from api.infra.rekeying import WrongIndexKey
from api.records.digests import NATURAL, natural_value
from tests.support.api import Api, auditor, make_settings, officer
from tests.support.files import DALIAN, add_providers, commendation, key_of, penalty, person, to_csv, to_lines
from tests.support.mongo import Server, hindered
from tests.support.sign_in import FakeCodeExchange, bearer, sign_in
from tests.support.world import KEY_FILE, FixedClock

OLD = msgspec.json.decode(KEY_FILE, type=KeyFile)
NEW = msgspec.structs.replace(
    OLD,
    index_key=base64.b64encode(secrets.token_bytes(32)).decode(),
    index_name="i2",
    former_index_keys={"": OLD.index_key},
)
RETIRED = msgspec.structs.replace(NEW, former_index_keys={}, retired_index_keys=NEW.former_index_keys)
NAMES = {1: "赵一", 2: "钱二", 3: "孙三", 4: "李四"}
PENALTIES = to_csv([penalty(serial, 行政相对人名称=name) for serial, name in NAMES.items()])
PRAISE = to_lines([commendation(serial, name=name) for serial, name in NAMES.items()])
_CODES = {"code_index", "digest", "request", "mark", "seal"}  # of what we drew ourselves, and of the audit


def under(api: Api, keys: KeyFile) -> Api:
    """The same application over the same database, with the keys of another file."""
    before = api.services
    services = Services(
        make_settings(CW_KEYS=msgspec.json.encode(keys).decode()),
        clock=before.clock,
        database=before.database,
        code_exchange=FakeCodeExchange(),
    )
    app: Any = api.app
    app.state["served"].serve(services)
    return Api(services, httpx.ASGITransport(app, raise_app_exceptions=False))


async def settle(api: Api, progress: Callable[[str, int, int], None] = lambda *_: None) -> int:
    return await api.services.persons.rotate(progress)


async def hand_in(api: Api, body: bytes = PENALTIES) -> tuple[int, int, int]:
    report = await api.services.intake.import_file(io.BytesIO(body), DALIAN.id, now=api.services.clock.now())
    return report.accepted, report.unchanged, report.refused_count


async def bind(api: Api, who: str, serial: int, attempt: int = 1) -> httpx.Response:
    return await claim(api, (await sign_in(api.anyone, who, attempt))["accessToken"], serial)


async def claim(api: Api, token: str, serial: int) -> httpx.Response:
    body = {"name": NAMES[serial], "documentKind": "resident_id", "documentNumber": person(serial)}
    return await api.anyone.post("/me/identity", json={**body, "jurisdiction": "dalian"}, headers=bearer(token))


async def left(database: Database, name: str) -> dict[str, int]:
    """How many digests of people, documents and contents are under another key, by collection and field."""
    found: dict[str, int] = {}
    for one in Services.COLLECTIONS:
        if one.struct is None or one.is_as_written:
            continue
        async for document in database.collection(one.name).find({}):
            for field, value in _digests(one, document):
                if value and re.fullmatch(r"(?:[a-z0-9]+-)?[0-9a-f]{64}", value) and not value.startswith(f"{name}-"):
                    found[f"{one.name}.{field}"] = found.get(f"{one.name}.{field}", 0) + 1
    return found


def _digests(one: Collection, document: dict[str, Any]) -> list[tuple[str, str]]:
    names = set(kept_of(one.struct).keyed.split()) - _CODES - {"id"}
    return [(name, document[name]) for name in names if isinstance(document.get(name), str)]


class Settled:
    """Four people with records, one of whom has an account, a case, a grant and a paper, all under the first key."""

    def __init__(self, api: Api, session: Any, grant: str, paper: str, key: str) -> None:
        self.api, self.session, self.grant, self.paper, self.key = api, session, grant, paper, key
        self.attempt = 1


async def filled(api: Api) -> Settled:
    await add_providers(api.services)
    assert await hand_in(api) == (4, 0, 0) and await hand_in(api, PRAISE) == (4, 0, 0)
    session = await sign_in(api.anyone, "one")
    session |= (await claim(api, session["accessToken"], 1)).json()
    await bind(api, "two", 2)
    me = bearer(session["accessToken"])
    records = (await api.anyone.get("/me/report", headers=me)).json()
    wrong = next(
        item["id"] for part in records["sections"] if part["section"] == "dishonesty" for item in part["records"]
    )
    filing = {"recordId": wrong, "addressee": "centre", "reasons": ["wrong"], "text": "不是我"}
    assert (await api.anyone.post("/me/objections", json=filing, headers=me)).status_code == 201
    stepped = await api.anyone.post("/session/step-up", json={"documentNumber": person(1)}, headers=me)
    me = bearer(stepped.json()["accessToken"])
    terms = {
        "grantee": {"kind": "person", "name": NAMES[2], "documentNumber": person(2)}, "purpose": "租房",
        "sections": ["commendation"], "expiresOn": "2026-11-30", "uses": 3, "consentVersion": "2026-1",
    }  # fmt: skip
    grant = await api.anyone.post("/me/grants", json=terms, headers=me)
    assert grant.status_code == 201, grant.text
    paper = await api.anyone.get("/me/report.pdf", headers=me)
    assert paper.status_code == 200, paper.text
    return Settled(api, session, grant.json()["code"], _code_on(paper.content), await key_of(api.services))


def _code_on(pdf: bytes) -> str:
    import pypdf

    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    found = re.search(r"[0-9A-Z]{4,5}(?:-[0-9A-Z]{4,5}){3,4}", text)
    assert found is not None, text
    return found[0]


async def see(api: Api, settled: Settled, serial: int = 1) -> None:
    """What one person has is all there, whatever key they are under: by a token given before, and by a new one."""
    fresh = await api.anyone.post("/session/refresh", json={"refreshToken": settled.session["refreshToken"]})
    assert fresh.status_code in (200, 201), fresh.text
    for token in (settled.session["accessToken"], fresh.json()["accessToken"]):
        report = (await api.anyone.get("/me/report", headers=bearer(token))).json()
        assert {part["section"]: len(part["records"]) for part in report["sections"] if part["records"]} == {
            "basic": 1, "dishonesty": 1, "commendation": 1,
        }  # fmt: skip
        assert len((await api.anyone.get("/me/objections", headers=bearer(token))).json()["items"]) == 1
    settled.session = fresh.json()
    settled.attempt += 1
    again = (await bind(api, "two", 2, settled.attempt)).json()
    look = await api.anyone.post("/grants/look", json={"code": settled.grant}, headers=bearer(again["accessToken"]))
    assert look.status_code == 200, look.text
    assert (await api.anyone.get(f"/reports/verify/{settled.paper}")).json()["isGenuine"]
    claim = {"name": NAMES[1], "documentKind": "resident_id", "documentNumber": person(1), "proof": "in-person"}
    opened = await api.as_(officer()).post("/staff/window", json=claim)
    assert opened.status_code == 201, opened.text
    found = await api.with_key(settled.key).post("/provider/records/search", json={"documentNumber": person(serial)})
    assert found.status_code == 200 and len(found.json()["items"]) == 2, found.text


async def test_everybody_is_found_before_during_and_after(
    api: Api, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled = await filled(api)
    database = api.services.database
    counts = {one.name: await database.collection(one.name).count_documents({}) for one in Services.COLLECTIONS}

    now = under(api, NEW)
    await now.services.prepare()
    await see(now, settled)
    assert not await now.services.persons.is_done()

    monkeypatch.setattr(rekeying, "_BATCH", 2)
    monkeypatch.setattr(rekeying, "_AT_ONCE", 1)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await settle(now, die)
    subjects = {one["subject"][:3] == "i2-" async for one in database.collection("records").find({})}
    assert subjects == {True, False}, "it died in the middle"
    await see(now, settled)
    assert await settle(now) > 0 and await settle(now) == 0
    assert await left(database, "i2") == {} and await now.services.persons.is_done()
    await see(now, settled)

    told = await database.collection("notices").count_documents({})
    assert await hand_in(now) == (0, 4, 0) and await hand_in(now, PRAISE) == (0, 4, 0)
    assert await database.collection("notices").count_documents({}) == told, "nobody is told the same again"
    for name in ("accounts", "records", "objections", "queue", "grants"):
        assert await database.collection(name).count_documents({}) == counts[name]

    assert await now.services.audits.chain_pending(clock.now()) > 0
    last = under(api, RETIRED)
    await last.services.prepare()
    await see(last, settled)
    new = subject_index(last.services.keys, "resident_id", person(1))
    assert await last.services.audits.chain_pending(clock.now()) > 0 and await last.services.audits.verify() == []
    entries = await last.services.audits.all_of_subject(new, 1000)
    assert {"accounts.bind", "objections.file"} <= {entry.action for entry in entries}
    old = subject_index(api.services.keys, "resident_id", person(1))
    assert old in {entry.subject for entry in entries}, "the audit stays as it was written"
    for one in (new, old):
        seen = await last.as_(auditor()).get("/staff/audit", params={"subject": one, "action": "objections.file"})
        assert len(seen.json()["items"]) == 1
    by_person = {"documentKind": "resident_id", "documentNumber": person(1), "purpose": "window"}
    found = await last.as_(officer()).post("/staff/records/search", json=by_person)
    assert found.status_code == 200 and len(found.json()["items"]) >= 2, found.text


async def test_nobody_becomes_two_while_people_are_moved(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    await filled(api)
    now = under(api, NEW)
    await now.services.prepare()
    monkeypatch.setattr(rekeying, "_BATCH", 1)
    monkeypatch.setattr(rekeying, "_AT_ONCE", 1)
    other = to_csv(
        [
            penalty(serial, 行政相对人名称=name, 行政处罚决定书文号=f"另〔2026〕{serial}号")
            for serial, name in NAMES.items()
        ]
    )
    answers = await asyncio.gather(
        settle(now),
        hand_in(now),
        hand_in(now, other),
        hand_in(now, PRAISE),
        bind(now, "one", 1, 2),
        bind(now, "thief", 1),
    )
    assert [*answers[1:4]] == [(0, 4, 0), (4, 0, 0), (0, 4, 0)]
    assert (answers[4].status_code, answers[5].json()["code"]) == (201, "identity-not-confirmed")
    await settle(now)
    assert await settle(now) == 0 and await left(now.services.database, "i2") == {}
    for serial in range(1, 5):
        subject = subject_index(now.services.keys, "resident_id", person(serial))
        kept: list[str] = [record.section for record in await now.services.records.list_of_subject(subject)]
        assert (kept.count("dishonesty"), kept.count("commendation")) == (2, 1)


async def test_what_is_left_is_looked_for_in_a_large_collection_for_as_long_as_it_takes(
    api: Api, database: Database, mongo_server: Server
) -> None:
    """To find none in ten million notices the server goes through all of them."""
    await filled(api)
    usual = Database(mongo_server.uri, database.raw.name, timeout_ms=1000)
    services = Services(
        make_settings(CW_KEYS=msgspec.json.encode(NEW).decode()), clock=api.services.clock, database=usual
    )
    await services.persons.check()
    slowly = {"failCommands": ["find"], "namespace": f"{database.raw.name}.notices"}
    async with hindered(database, blockConnection=True, blockTimeMS=1500, **slowly):
        await services.persons.rotate(lambda *_: None)
    assert await services.persons.is_done()
    await services.close()
    await usual.close()


async def test_one_record_that_does_not_open_is_named_and_can_be_left(api: Api, database: Database) -> None:
    """A person moves with all that can be read of them, and what cannot be read goes along under its old digests."""
    await filled(api)
    records = database.collection("records")
    spoilt = await records.find_one({"section": "dishonesty"}, sort=[("_id", 1)])
    key, whose = spoilt["_id"], spoilt["subject"]
    await records.update_one({"_id": key}, {"$set": {"particulars": b"\x01\x02k0 of a key that is gone"}})
    api = under(api, NEW)
    persons = api.services.persons
    await persons.check()
    with pytest.raises(NotRead, match=f"^records/{key} "):
        await settle(api)
    assert not await persons.is_done()
    await persons.rotate(lambda *_: None, leaves_unreadable=True)
    assert await persons.is_done()
    moved = await persons.present(whose)
    assert moved != whose and (await records.find_one({"_id": key}))["subject"] == moved
    assert await left(database, "i2") == {f"records.{name}": 1 for name in ("natural_key", "act_key", "content_key")}


async def test_a_corrected_record_without_a_number_is_not_handed_in_twice(api: Api) -> None:
    await add_providers(api.services)
    await hand_in(api, PRAISE)
    unit = api.with_key(await key_of(api.services))
    found = (await unit.post("/provider/records/search", json={"documentNumber": person(1)})).json()["items"]
    change = {"fields": {"items": {"授予单位": "大连市文明办公室"}}, "reason": "名称写错"}
    corrected = await unit.post(f"/provider/records/{found[0]['id']}/corrections", json=change)
    assert corrected.status_code in (200, 201), corrected.text
    now = under(api, NEW)
    await now.services.prepare()
    await settle(now)
    accepted, _, _ = await hand_in(under(now, RETIRED), PRAISE)
    assert accepted == 0


async def test_two_records_of_one_number_in_small_letters_and_in_capitals_move_beside_each_other(api: Api) -> None:
    """Earlier versions made two of them, and both stand."""
    await add_providers(api.services)
    (small, large), keys = ("a〔2026〕1号", "A〔2026〕1号"), api.services.keys
    records = api.services.database.collection("records")
    for number in (small, large):
        await hand_in(api, to_csv([penalty(1, 行政处罚决定书文号=number)]))
        if number == small:
            subject = subject_index(keys, "resident_id", person(1))
            before = keys.blind_index(NATURAL, natural_value(DALIAN.id, "admin-penalty", subject, number))
            await records.update_one({}, {"$set": {"natural_key": before}})
    assert await records.count_documents({}) == 2
    now = under(api, NEW)
    await now.services.prepare()
    await settle(now)
    assert await left(api.services.database, "i2") == {}
    assert await hand_in(now, to_csv([penalty(1, 行政处罚决定书文号=large)])) == (0, 1, 0)


async def test_a_file_that_does_not_read_the_database_does_not_start(api: Api) -> None:
    await filled(api)
    with pytest.raises(WrongIndexKey, match="former_index_keys"):
        await under(api, RETIRED).services.prepare()
    await under(api, NEW).services.prepare()
    with pytest.raises(WrongIndexKey):
        await under(api, OLD).services.prepare()


async def test_whoever_closed_their_account_is_led_to_by_no_former_digest(api: Api) -> None:
    settled = await filled(api)
    me = bearer(settled.session["accessToken"])
    stepped = await api.anyone.post("/session/step-up", json={"documentNumber": person(1)}, headers=me)
    closed = await api.anyone.request("DELETE", "/me", headers=bearer(stepped.json()["accessToken"]))
    assert closed.status_code in (200, 204), closed.text
    await api.services.database.collection("records").delete_many({})
    now = under(api, NEW)
    await now.services.prepare()
    await settle(now)
    assert await left(now.services.database, "i2") == {}


def test_a_retired_key_finds_nothing_that_can_be_guessed() -> None:
    old, ring = KeyRing.of(OLD), KeyRing.of(RETIRED)
    digest = old.blind_index("subject", "x")
    assert digest not in ring.blind_indexes("subject", "x") and not ring.matches(digest, "subject", "x")
    assert ring.matches(digest, "subject", "x", retired=True)
    for wrong in ({"index_name": "I2"}, {"former_index_keys": {"i2": OLD.index_key}}, {"index_key": "AAAA"}):
        with pytest.raises(ValueError, match="key"):
            KeyRing.of(msgspec.structs.replace(NEW, **wrong))
