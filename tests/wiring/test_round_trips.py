"""How often an errand goes to the database: counted by a listener on the driver."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import patch

import pytest
from pymongo.monitoring import CommandListener, CommandStartedEvent

from api.infra import held
from api.infra.actors import Actor
from api.infra.threads import Threads
from tests.support.api import Api, officer, open_api, resident
from tests.support.kept import emptied
from tests.support.mongo import Server
from tests.support.records import make_record, put_records
from tests.support.world import FixedClock

_ENDS = ("commitTransaction", "abortTransaction")


class Counted(CommandListener):
    """The commands that went out: name, collection, and whether inside a transaction."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, bool]] = []

    def started(self, event: CommandStartedEvent) -> None:
        name = event.command_name
        if name not in ("endSessions", "hello", "ping"):
            self.sent.append((name, str(event.command[name]), "autocommit" in event.command))

    def succeeded(self, event: object) -> None: ...
    def failed(self, event: object) -> None: ...


class Hops(Threads):
    """Counts how often something is given to a thread."""

    count = 0

    def run(self, *args: Any, **kwargs: Any) -> "asyncio.Future[Any]":
        self.count += 1
        return super().run(*args, **kwargs)


class Scene:
    def __init__(self, api: Api, who: Actor, record: str, counted: Counted) -> None:
        self.api, self.who, self.record, self.counted = api, who, record, counted


@pytest.fixture
async def scene(mongo_server: Server, clock: FixedClock) -> AsyncIterator[Scene]:
    """A resident with one record, after the first request that reads what a process keeps."""
    counted = Counted()
    async with emptied(mongo_server, [counted]) as database, open_api(database, clock) as api:
        who = resident(api.services)
        record = make_record(api.services, who)
        await put_records(api.services, record)
        await api.as_(who).get("/me/report")
        yield Scene(api, who, record.id, counted)


async def test_whether_repair_is_open_takes_one_round_trip(scene: Scene) -> None:
    scene.counted.sent.clear()
    answer = await scene.api.as_(scene.who).get(f"/me/repairs/eligibility?recordId={scene.record}")
    assert answer.status_code == 200, answer.text
    assert len(scene.counted.sent) <= 1, scene.counted.sent


async def test_the_first_report_of_a_person_takes_its_reads_and_a_footprint_and_asks_for_no_permit(
    scene: Scene,
) -> None:
    other = resident(scene.api.services, "acc_other", "number-other")
    await put_records(scene.api.services, make_record(scene.api.services, other))
    asked = scene.api.as_(other)
    scene.counted.sent.clear()
    answer = await asked.get("/me/report")
    assert answer.status_code == 200, answer.text
    sent = sorted((name, where) for name, where, _ in scene.counted.sent)
    assert sent == [("aggregate", "records"), ("insert", "footprints")], "records and holder in one"
    scene.counted.sent.clear()
    again = await asked.get("/me/report", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert [(name, where) for name, where, _ in scene.counted.sent] == [("find", "records")]


async def test_the_bot_takes_none_for_strangers(scene: Scene) -> None:
    """But for the approved answers, which the first question of a process begins to read and does not wait for."""
    assert (await scene.api.anyone.post("/bot/messages", json={"text": "你好"})).status_code == 200
    read = [("find", "written_answers", False)]
    for _ in range(500):
        if scene.counted.sent[-1:] == read:
            break
        await asyncio.sleep(0.01)
    assert scene.counted.sent[-1:] == read
    scene.counted.sent.clear()
    for text in ("云南条例第三十六条说什么", "怎么修复信用", "谢谢"):
        assert (await scene.api.anyone.post("/bot/messages", json={"text": text})).status_code == 200
    assert scene.counted.sent == []


async def test_questions_without_an_answer_are_kept_together_in_one_write(scene: Scene) -> None:
    await scene.api.services.answers.refresh(
        scene.api.services.clock.now()
    )  # read every twenty seconds, not by questions
    scene.counted.sent.clear()
    for text in ("今天股票能涨吗", "明天下雨吗", "推荐个电影"):
        reply = await scene.api.anyone.post("/bot/messages", json={"text": text})
        assert reply.json()["answered"] is False
    await scene.api.services.chat.drain()
    assert [(name, where) for name, where, _ in scene.counted.sent] == [("insert", "feedback_pages")]


@pytest.mark.parametrize(
    ("key", "paced"),
    [(None, False), ("key-of-this-draft", False), ("key-of-this-draft", True)],
    ids=("no key", "with an Idempotency-Key", "and at a person's pace"),
)
async def test_filing_an_objection_is_one_transaction_of_five_statements_and_the_answer_kept(
    scene: Scene, key: str | None, paced: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scene.api.services.limiter, "_keeps_pace", paced)
    body = {"recordId": scene.record, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了"}
    scene.counted.sent.clear()
    with patch.object(held, "threads", Hops()) as hops:
        answer = await scene.api.as_(scene.who).post(
            "/me/objections", json=body, headers={"Idempotency-Key": key} if key else {}
        )
    assert hops.count == 2, "the record is read, and all that is written goes with the commit"
    assert answer.status_code == 201, answer.text
    assert answer.json()["isMarked"] is True
    inside = [(name, where) for name, where, is_inside in scene.counted.sent if is_inside and name not in _ENDS]
    commits = [name for name, _, _ in scene.counted.sent if name in _ENDS]
    assert commits == ["commitTransaction"]
    wanted = [
        ("insert", "objections"),
        ("insert", "queue"),
        ("insert", "notices"),
        ("insert", "audits"),
        ("update", "records"),
    ]
    pace = [("findAndModify", "limits")] if paced else []
    assert inside == [*wanted, *pace, *([("insert", "once")] if key else [])]
    assert len([one for one in scene.counted.sent if not one[2] and one[0] not in _ENDS]) <= 1, (
        "the record, read before"
    )


async def test_an_officers_step_goes_to_a_thread_for_what_it_reads_and_once_for_all_that_it_writes(
    scene: Scene,
) -> None:
    body = {"recordId": scene.record, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了"}
    filed = (await scene.api.as_(scene.who).post("/me/objections", json=body)).json()
    scene.counted.sent.clear()
    with patch.object(held, "threads", Hops()) as hops:
        answer = await scene.api.as_(officer("dalian")).post(
            f"/staff/objections/{filed['id']}/dispatch",
            json={"reason": "转核查"},
            headers={"Idempotency-Key": "key-of-this-step"},
        )
    assert answer.status_code == 200, answer.text
    reads = [where for name, where, _ in scene.counted.sent if name == "find"]
    written = [(name, where) for name, where, is_inside in scene.counted.sent if is_inside and name != "find"]
    assert written == [
        ("update", "objections"),
        ("update", "queue"),
        ("update", "notices"),
        ("insert", "audits"),
        ("update", "notices"),
        ("insert", "once"),
        ("commitTransaction", "1"),
    ]
    assert hops.count == len(reads) + 1, reads
