"""Residents who file, add files and withdraw without end while processes die; and what must be true afterwards.

Each resident asks as a proxy would: another process when one does not answer, the same Idempotency-Key until there is an
answer. What was answered with 2xx is noted, and compared with what is stored.
"""

import asyncio
import random
import time
from collections import Counter
from typing import Any

import httpx
import msgspec

from api.composition import Services
from api.infra.actors import Actor
from api.infra.ids import new_id
from api.records.store import RecordStore
from tests.support.api import resident
from tests.support.cases import penalty
from tests.support.fleet import Fleet, through
from tests.support.pdfs import made
from tests.support.sign_in import resident_number

PDF = ("单据.pdf", made(content=b"%" + random.Random(1).randbytes(20_000)), "application/pdf")
_ANSWER_SECONDS = 10
_PATIENCE_SECONDS = 120
_NOBODY_WAITS_LONGER = 3
_FILES_EACH = 40  # sixty uploads an hour are allowed, and what has to be repeated counts again


class Notes(msgspec.Struct):
    """What residents were told. `filed` is key → case; the others are cases and files."""

    others: set[str] = set()  # cases and files that somebody else had left in the same database before
    filed: dict[str, str] = {}
    decided: set[str] = set()
    taken_in: int = 0  # rows of a provider's files
    withdrawn: set[str] = set()
    files: set[str] = set()
    attached: dict[str, str] = {}
    answers: int = 0
    refused: Counter[str] = msgspec.field(default_factory=Counter)
    cut: int = 0  # connections that broke after the request was sent
    unreachable: int = 0
    shown: list[str] = []  # what was refused, whole
    given_up: int = 0
    slow: list[str] = []  # what took longer than anybody should wait
    slowest: float = 0
    slowest_path: str = ""
    slowest_file: float = 0  # of a unit's: rows that the database did not take are tried again for some seconds
    times: list[float] = []  # of answers with 2xx to what writes, by the loop's clock


_FILINGS_EACH = 50  # below what one account may file in a day


class Siege:
    """`clients` telephones at once, each in the hands of one resident after the other, with records of their own. `pause` is that
    between two steps, in seconds; `before` is a siege of the same fleet that is over, whose notes are gone on with.
    """

    def __init__(
        self, fleet: Fleet, services: Services, clients: int, *, pause: float = 0.02, before: "Siege | None" = None
    ) -> None:
        self._fleet = fleet
        self._pause = pause
        self._last: int = before._last if before else 0  # of the residents
        self._services = services
        self._random = random.Random(7)
        self._clients = clients
        self._lanes: list[list[Actor]] = []
        self._records: dict[str, list[str]] = {}
        self.notes: Notes = before.notes if before else Notes()
        self.is_over = False

    async def prepare(self, records: int) -> None:
        database = self._services.database
        if not self.notes.filed:
            for name in ("objections", "evidence"):
                self.notes.others |= {one["_id"] async for one in database.collection(name).find({}, {"_id": 1})}
        store = RecordStore(database, self._services.keys)
        each = [min(_FILINGS_EACH, records - begun) for begun in range(0, records, _FILINGS_EACH)]
        for _ in range(self._clients):
            people = [self._person(self._last + n) for n in range(len(each))]
            self._last += len(each)
            for person, count in zip(people, each, strict=True):
                theirs = [penalty(person, title=f"行政处罚 {n}") for n in range(count)]
                await store.insert_new([store.codec.encode(record) for record in theirs])
                self._records[person.id] = [record.id for record in theirs]
            self._lanes.append(people)

    def _person(self, n: int) -> Actor:
        number = resident_number(f"1101051980{1 + n % 9:02}{1 + n % 27:02}{n:03}")
        return resident(self._services, f"acc_siege{n}", number)

    async def rage(self) -> None:
        """Until `is_over`; each resident ends what they have begun."""
        await asyncio.gather(*(self._live(list(lane)) for lane in self._lanes))

    async def _live(self, people: list[Actor]) -> None:
        person = people.pop(0)
        open_cases: list[tuple[Actor, str]] = []
        waiting: list[str] = []  # files that no case has taken yet
        records = list(self._records[person.id])
        files = 0
        async with httpx.AsyncClient(timeout=_ANSWER_SECONDS) as client:
            while not self.is_over:
                step = self._random.random()
                if not records and people:
                    person, waiting = people.pop(0), []
                    records = list(self._records[person.id])
                if open_cases and (step < 0.3 or not records):
                    await self._withdraw(client, *open_cases.pop(0))
                elif step < 0.45 and len(waiting) < 3 and files < _FILES_EACH:
                    files += 1
                    waiting += await self._give_file(client, person)
                elif records:
                    case = await self._file(client, person, records.pop(), waiting)
                    waiting = []
                    if case:
                        open_cases.append((person, case))
                await asyncio.sleep(self._pause)

    async def _file(self, client: httpx.AsyncClient, person: Actor, record: str, files: list[str]) -> str | None:
        key = new_id("key")
        about = {"recordId": record, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了"}
        body = {**about, "evidence": files}
        answer = await self._ask(client, person, key, "/me/objections", json=body)
        if answer is None:
            return None
        self.notes.filed[key] = answer["id"]
        self.notes.attached |= dict.fromkeys(files, answer["id"])
        return str(answer["id"])

    async def _withdraw(self, client: httpx.AsyncClient, person: Actor, case: str) -> None:
        if await self._ask(client, person, new_id("key"), f"/me/objections/{case}/withdraw", json={}) is not None:
            self.notes.withdrawn.add(case)

    async def _give_file(self, client: httpx.AsyncClient, person: Actor) -> list[str]:
        answer = await self._ask(client, person, new_id("key"), "/me/evidence", files={"file": PDF})
        if answer is None:
            return []
        self.notes.files.add(answer["id"])
        return [str(answer["id"])]

    def _credential(self, person: Actor) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._services.tokens.issue(person, self._services.clock.now())}"}

    async def _ask(self, client: httpx.AsyncClient, person: Actor, key: str, path: str, **what: Any) -> Any:
        """The answer's body; None where it was refused for good."""
        loop = asyncio.get_running_loop()
        end = loop.time() + _PATIENCE_SECONDS
        door = self._random.randrange(len(self._fleet.ports))
        while loop.time() < end:
            headers = {**self._credential(person), "Idempotency-Key": key}
            began = loop.time()
            try:
                answer = await client.post(self._fleet.url(door) + path, headers=headers, **what)
            except httpx.TransportError as fault:
                if through(fault):
                    self.notes.unreachable += 1
                else:
                    self.notes.cut += 1
                door = (door + 1) % len(self._fleet.ports)
                await asyncio.sleep(0.05)
                continue
            took = loop.time() - began
            if took > _NOBODY_WAITS_LONGER:
                self.notes.slow.append(f"{time.time():.2f} {took:.2f} s {answer.status_code} {path}")
            if path == "/provider/records":
                self.notes.slowest_file = max(self.notes.slowest_file, took)
            elif took > self.notes.slowest:
                self.notes.slowest, self.notes.slowest_path = took, f"{answer.status_code} {path.partition('obj_')[0]}"
            if answer.status_code < 300:
                self.notes.answers += 1
                self.notes.times.append(loop.time())
                return answer.json()
            code = answer.json()["code"]
            self.notes.refused[f"{answer.status_code} {code}"] += 1
            self.notes.shown.append(f"{time.time():.2f} {answer.url} {dict(answer.headers)} {answer.text}")
            if answer.status_code < 500:
                return None
            await asyncio.sleep(0.1)
        self.notes.given_up += 1
        return None


async def faults_of(services: Services, notes: Notes) -> list[str]:
    """Everything that is not as it has to be, in words; the list is empty when nothing was lost, halved or doubled."""
    found: list[str] = []
    ours = {"_id": {"$nin": sorted(notes.others)}}
    cases = {c["_id"]: c async for c in services.database.collection("objections").find(ours)}
    audits: Counter[tuple[str, str]] = Counter()
    async for entry in services.database.collection("audits").find({}):
        audits[entry["action"], entry["ref"]] += 1
    marks = {
        (record["_id"], mark["case_id"])
        async for record in services.database.collection("records").find({})
        for mark in record.get("marks", ())  # left out where there is none
        if mark["case_id"] not in notes.others
    }
    queue = {docket["_id"] async for docket in services.database.collection("queue").find({})}

    acknowledged = set(notes.filed.values())
    found += [f"acknowledged and not there: {case}" for case in acknowledged - set(cases)]
    if len(acknowledged) != len(notes.filed):
        found.append("two keys were answered with one case")
    found += [f"doubled, or there without an answer: {case}" for case in set(cases) - acknowledged]
    found += [
        f"withdrawal acknowledged, but {cases[case]['status']}: {case}"
        for case in notes.withdrawn & set(cases)
        if cases[case]["status"] != "withdrawn"
    ]
    for name, case in cases.items():
        is_open = case["status"] != "withdrawn"
        if is_open is not ((case["record_id"], name) in marks):
            found.append(f"half done: {name} is {case['status']}, and its record says otherwise")
        if is_open is not (name in queue):
            found.append(f"half done: {name} is {case['status']}, and the queue says otherwise")
        if any(entry["action"] == "dispatch" for entry in case["history"]) is not (name in notes.decided):
            found.append(f"decided, or not, and the officer was told otherwise: {name} is {case['status']}")
        if len(case["history"]) != case["version"]:
            found.append(f"half done: {name} has {len(case['history'])} entries at version {case['version']}")
        if (
            audits["objections.file", name] != 1
            or audits["objections.withdraw", name] != (not is_open)
            or audits["objections.dispatch", name] != (name in notes.decided)
        ):
            found.append(f"half done: the audit of {name} is not what happened")
    found += [f"a mark without a case: {case}" for _, case in marks if case not in cases]

    pieces: Counter[str] = Counter()
    async for piece in services.database.collection("evidence_pieces").find({}, {"file": 1}):
        pieces[piece["file"]] += 1
    files = {file["_id"]: file async for file in services.database.collection("evidence").find(ours)}
    found += [f"acknowledged and not there: {file}" for file in notes.files - set(files)]
    found += [
        f"half done: {name} belongs to {file['case']}"
        for name, file in files.items()
        if file["case"] != notes.attached.get(name)
    ]
    found += [f"doubled, or there without an answer: {file}" for file in set(files) - notes.files]
    found += [
        f"a file whose content is not whole: {name}" for name, file in files.items() if pieces[name] != file["pieces"]
    ]
    found += [f"content without a file: {name}" for name in set(pieces) - set(files) - notes.others]

    await services.audits.chain_pending(services.clock.now())
    found += [f"audit: {fault}" for fault in await services.audits.verify()]
    return found
