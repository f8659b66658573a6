"""What the bot could not answer comes to officers in groups; what one of them writes and another approves, the bot then says."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest

from api.chat.answers import READ_EVERY, WrittenAnswer
from api.chat.schemas import FeedbackBody
from api.http.access import NOBODY
from api.infra.mongo import Database
from tests.support.api import Api, auditor, officer, resident
from tests.support.world import FixedClock

NUMBER = "110105199001012337"
ANSWER = {
    "questions": ["失信记录会影响我养的猫吗", "猫会不会被失信连累"],
    "text": "不会。条例只说信用主体，猫不是。",
    "articles": ["dalian-3"],
}


async def ask(api: Api, text: str, place: str | None = "dalian") -> dict[str, Any]:
    body = {"text": text} | ({"place": place} if place else {})
    answer = await api.anyone.post("/bot/messages", json=body)
    assert answer.status_code == 200
    return dict(answer.json())


def signed_in(api: Api, name: str, place: str = "dalian") -> httpx.AsyncClient:
    return api.as_(officer(place, name))


async def move(client: httpx.AsyncClient, answer: dict[str, object], step: str, **more: object) -> httpx.Response:
    body = {"version": answer["version"], **more}
    return await client.post(f"/staff/bot/answers/{answer['id']}/{step}", json=body, headers=once())


_keys = iter(range(10_000))


def once() -> dict[str, str]:
    return {"Idempotency-Key": f"answers-{next(_keys)}"}


async def propose(client: httpx.AsyncClient, **change: object) -> httpx.Response:
    return await client.post("/staff/bot/answers", json=ANSWER | change, headers=once())


async def test_a_withdrawn_answer_does_not_come_back_with_a_reload_that_took_longer(
    api: Api, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "失信记录会影响我养的猫吗"
    approved = (await move(signed_in(api, "stf_b"), (await propose(signed_in(api, "stf_a"))).json(), "approve")).json()
    store = api.services.answers._store
    read, goes_on, found = store.approved, asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[WrittenAnswer]:
        before = [one async for one in read()]
        found.set()
        await goes_on.wait()
        for one in before:
            yield one

    clock.advance(seconds=READ_EVERY.total_seconds() + 1)
    monkeypatch.setattr(store, "approved", slowly)
    assert (await ask(api, question))["text"] == ANSWER["text"]
    await found.wait()
    monkeypatch.setattr(store, "approved", read)
    assert (await move(signed_in(api, "stf_b"), approved, "withdraw", reason="不再适用")).status_code == 200
    goes_on.set()
    await api.services.answers.settle()
    assert (await ask(api, question))["text"] != ANSWER["text"]


async def test_an_approved_answer_is_given_in_its_own_words_and_nearly_so_and_quotes_the_article(api: Api) -> None:
    writer, other = signed_in(api, "stf_a"), signed_in(api, "stf_b")
    before = await ask(api, "失信记录会影响我养的猫吗")
    assert before["text"] != ANSWER["text"]
    written = (await propose(writer)).json()
    assert (written["status"], written["statusLabel"]) == ("proposed", "等待另一人审核")
    assert (await ask(api, "失信记录会影响我养的猫吗"))["text"] != ANSWER["text"], "nobody gets what nobody approved"
    approved = await move(other, written, "approve")
    assert approved.status_code == 200 and approved.json()["actions"] == ["withdraw"]
    for question in ("失信记录会影响我养的猫吗", "失信记录会影响我养的猫吗？", "请问失信记录会影响我养的猫吗"):
        reply = await ask(api, question)
        assert reply["text"] == ANSWER["text"] and reply["articles"] == ["dalian-3"], question
        assert "社会信用" in reply["citations"][0]["quote"]
    assert (await ask(api, "大连异议要多久答复"))["articles"][0] == "dalian-42"
    assert (await ask(api, "失信记录会影响我养的猫吗", "yunnan"))["text"] != ANSWER["text"], "it holds for Dalian"
    assert (await ask(api, "失信记录会影响我养的猫吗", None))["text"] != ANSWER["text"]


async def test_a_withdrawn_answer_is_given_no_longer_and_a_rejected_one_never(api: Api) -> None:
    writer, other = signed_in(api, "stf_a"), signed_in(api, "stf_b")
    written = (await propose(writer)).json()
    approved = (await move(other, written, "approve")).json()
    gone = await move(writer, approved, "withdraw", reason="条例改了")
    assert (gone.json()["status"], gone.json()["reason"], gone.json()["actions"]) == ("withdrawn", "条例改了", [])
    assert (await ask(api, "猫会不会被失信连累"))["text"] != ANSWER["text"]
    rejected = await move(other, (await propose(writer)).json(), "reject", reason="不是我们的事")
    assert rejected.json()["statusLabel"] == "没有采用"
    again = await move(other, rejected.json(), "approve")
    assert (again.status_code, again.json()["code"]) == (409, "action-not-allowed")


async def test_nobody_approves_what_they_wrote_and_the_second_of_two_is_told(api: Api) -> None:
    writer, other = signed_in(api, "stf_a"), signed_in(api, "stf_b")
    written = (await propose(writer)).json()
    own = await move(writer, written, "approve")
    assert (own.status_code, own.json()["code"]) == (409, "own-answer") and own.json()["nextStep"]["text"]
    assert (await move(other, written, "approve")).status_code == 200
    late = await move(signed_in(api, "stf_c"), written, "reject", reason="晚了一步")
    assert (late.status_code, late.json()["code"]) == (409, "outdated")


async def test_another_place_sees_nothing_and_its_articles_are_refused(api: Api) -> None:
    writer, elsewhere = signed_in(api, "stf_a"), signed_in(api, "stf_y", "yunnan")
    written = (await propose(writer)).json()
    assert (await elsewhere.get("/staff/bot/answers")).json()["items"] == []
    assert (await move(elsewhere, written, "approve")).status_code == 404
    for name in ("yunnan-3", "dalian-63", "dalian-0", "dalian-x", "order36-1"):
        refused = await propose(writer, articles=["dalian-3", name])
        assert (refused.status_code, refused.json()["code"]) == (400, "unknown-article-named"), name
        assert refused.json()["errors"][0]["field"] == "articles.1"
    assert [one["id"] for one in (await writer.get("/staff/bot/answers")).json()["items"]] == [written["id"]]


async def test_numbers_of_people_are_masked_and_questions_are_sealed(api: Api, database: Database) -> None:
    written = (await propose(signed_in(api, "stf_a"), questions=[f"我{NUMBER}的记录"], text=f"见 {NUMBER}。")).json()
    assert NUMBER not in repr(written)
    document = await database.collection("written_answers").find_one({"_id": written["id"]})
    assert NUMBER not in repr(document) and "证件号的记录" not in repr(document)


async def test_every_step_stands_in_the_audit(api: Api, database: Database) -> None:
    writer, other = signed_in(api, "stf_a"), signed_in(api, "stf_b")
    approved = (await move(other, (await propose(writer)).json(), "approve")).json()
    await move(other, approved, "withdraw", reason="条例改了")
    await move(other, (await propose(writer)).json(), "reject", reason="不是我们的事")
    noted = [entry["action"] async for entry in database.collection("audits").find().sort("_id", 1)]
    assert noted == [f"answers.{step}" for step in ("propose", "approve", "withdraw", "propose", "reject")]


async def test_another_process_learns_of_it_within_half_a_minute(api: Api, clock: FixedClock) -> None:
    writer, other = signed_in(api, "stf_a"), signed_in(api, "stf_b")
    service = api.services.answers
    assert service.current(clock.now()).reply("猫会不会被失信连累", place="dalian") is None
    await service.settle()
    known = service.current(clock.now())
    written = (await propose(writer)).json()
    await move(other, written, "approve")
    service._current = known  # as in a process that did not approve it
    later = clock.now() + READ_EVERY * 2
    service.current(later)
    await service.settle()
    assert service.current(later).reply("猫会不会被失信连累", place="dalian") is not None


async def test_officers_see_in_groups_by_week_what_was_not_understood_voted_down_or_asked_twice(
    api: Api, clock: FixedClock
) -> None:
    clock.move_to(date(2026, 11, 16))
    for text in ("今天股票能涨吗", "今天的股票能涨吗", f"我{NUMBER}今天股票能涨吗"):
        assert (await ask(api, text))["answered"] is False
    down = FeedbackBody(
        verdict="down", question="异议要多久处理完", kind="article", articles=("dalian-42",), place="dalian"
    )
    await api.services.chat.feedback(NOBODY, down, clock.now())
    up = FeedbackBody(verdict="up", question="公示期多久", kind="article", place="dalian")
    await api.services.chat.feedback(NOBODY, up, clock.now())
    clock.move_to(date(2026, 11, 23))
    assert (await ask(api, "股票今天能不能涨"))["answered"] is False
    assert (await ask(api, "云南哪只股票能涨", "yunnan"))["answered"] is False
    await api.services.chat.drain()
    groups = (await signed_in(api, "stf_a").get("/staff/bot/review")).json()
    assert [group["times"] for group in groups] == sorted((group["times"] for group in groups), reverse=True)
    shares, objections = groups[0], next(group for group in groups if group["thumbsDown"])
    assert shares["times"] == shares["unanswered"] == 4
    assert shares["weeks"] == {"2026-W47": 3, "2026-W48": 1}
    assert NUMBER not in repr(groups) and "公示期多久" not in repr(groups) and "云南哪只" not in repr(groups)
    assert objections["question"] == "异议要多久处理完" and "dalian-42" in objections["nearest"]


async def test_what_gets_the_same_answer_again_is_kept_as_asked_again(api: Api) -> None:
    first = await ask(api, "异议要多久处理完")
    body = {"text": "异议要多久处理完", "place": "dalian", "dialogue": first["dialogue"]}
    second = (await api.anyone.post("/bot/messages", json=body)).json()
    assert second["answered"] and second["articles"] == first["articles"]
    await api.services.chat.drain()
    assert [entry.verdict async for entry in api.services.chat_feedback().each()] == ["again"]
    (group,) = (await signed_in(api, "stf_a").get("/staff/bot/review")).json()
    assert (group["askedAgain"], group["unanswered"]) == (1, 0)


@pytest.mark.parametrize("who", ["resident", "auditor", "nobody"])
async def test_only_officers_see_and_write(api: Api, who: str) -> None:
    client = {"resident": api.as_(resident(api.services)), "auditor": api.as_(auditor()), "nobody": api.anyone}[who]
    for answer in (
        await client.get("/staff/bot/review"),
        await client.get("/staff/bot/answers"),
        await propose(client),
    ):
        assert answer.status_code in (401, 403)
