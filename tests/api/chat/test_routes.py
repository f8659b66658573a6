"""The bot over HTTP: cites or declines, keeps no identity, adds a resident's own dates."""

import asyncio
from datetime import date, timedelta
from itertools import pairwise

from api.chat.schemas import FeedbackBody
from api.footprints.models import FootprintKind
from api.footprints.service import footprint
from api.http.access import NOBODY
from api.infra.actors import Actor
from api.infra.mongo import Database
from api.records.models import AppliedMeasure, Particulars, Record, Section
from tests.support.api import Api, officer, resident
from tests.support.choices import make_record, stored
from tests.support.sign_in import bearer, sign_in
from tests.support.world import FixedClock

NUMBER = "110105199001012337"


async def put_penalty(api: Api, who: Actor, clock: FixedClock, months_ago: int) -> Record:
    decided_on = clock.today() - timedelta(days=30 * months_ago)
    record = Record(
        id=f"rec_{months_ago}",
        natural_key=f"key_{months_ago}",
        jurisdiction="dalian",
        section=Section.DISHONESTY,
        code="admin-penalty",
        title="行政处罚",
        subject=who.bound_subject,
        provider="prv_one",
        source_unit="大连市市场监督管理局（示例）",
        received_at=clock.now(),
        particulars=Particulars("王小明", "resident_id", NUMBER),
        document_type="penalty_decision",
        record_class="general",
        decided_on=decided_on,
        ended_on=decided_on,
        duty_performed_on=decided_on + timedelta(days=10),
    )
    await api.services.database.transact(lambda tx: api.services.records.insert_own(tx, record))
    return record


async def test_the_first_question_everybody_asks_is_answered_with_the_article_and_a_way_into_the_flow(api: Api) -> None:
    answer = await api.anyone.post("/bot/messages", json={"text": "我有条处罚记录怎么弄掉"})
    assert answer.status_code == 200
    reply = answer.json()
    assert reply["answered"]
    assert {"yunnan-38", "dalian-44"} <= set(reply["articles"][:3])
    assert any("申请" in quoted["quote"] for quoted in reply["citations"])
    assert [action["flow"] for action in reply["actions"]][:1] == ["repair"]
    assert reply["personal"] is None


async def test_a_resident_hears_the_own_dates(api: Api, clock: FixedClock) -> None:
    who = resident(api.services)
    early = await put_penalty(api, who, clock, 1)
    late = await put_penalty(api, who, clock, 6)
    reply = (await api.as_(who).post("/bot/messages", json={"text": "我能修复了吗"})).json()
    personal = reply["personal"]
    assert len(personal["lines"]) == 2
    by_record = {action["recordId"]: action["label"] for action in personal["actions"]}
    assert by_record == {early.id: "查看条件和日期", late.id: "申请修复"}
    assert any("现在可以申请信用修复" in line for line in personal["lines"])
    assert all(line.count("：") <= 1 and "））" not in line for line in personal["lines"])
    assert any("从" in line and "起可以申请" in line for line in personal["lines"])


async def test_a_list_in_an_answer_says_that_it_goes_on(api: Api, clock: FixedClock) -> None:
    """It said seven and ended after the fifth; the oldest, which can be repaired first, were the ones left out."""
    who = resident(api.services)
    for months_ago in range(1, 8):
        await put_penalty(api, who, clock, months_ago)
    personal = (await api.as_(who).post("/bot/messages", json={"text": "我能修复了吗"})).json()["personal"]
    assert "7条" in personal["text"]
    assert len(personal["lines"]) == 6 and "还有2条" in personal["lines"][-1], personal["lines"]
    assert personal["actions"][-1]["flow"] == "report"
    eased = tuple(
        AppliedMeasure(code="yn-i2", unit=f"昆明市第{number}局", since=date(2026, 5, 4)) for number in range(6)
    )
    await stored(api.services, make_record(who, measures=eased))
    ask = {"text": "信用好有什么好处", "place": "yunnan"}
    given = (await api.as_(who).post("/bot/messages", json=ask)).json()["personal"]
    assert "6项" in given["text"] and "还有1项" in given["lines"][-1]


async def test_a_resident_hears_which_incentives_a_unit_says_it_gives(api: Api) -> None:
    """Yunnan 25, Dalian 29: from the data, with the unit; that none was sent in is no judgement on anybody."""
    who = resident(api.services)
    ask = {"text": "信用好有什么好处", "place": "yunnan"}
    none = (await api.as_(who).post("/bot/messages", json=ask)).json()
    assert none["articles"][0] == "yunnan-25" and "没有单位报来" in none["personal"]["text"]
    eased = AppliedMeasure(code="yn-i2", unit="昆明市税务局", since=date(2026, 5, 4))
    await stored(api.services, make_record(who, measures=(eased,)))
    reply = (await api.as_(who).post("/bot/messages", json=ask)).json()["personal"]
    assert len(reply["lines"]) == 1 and "昆明市税务局" in reply["lines"][0] and "优先选择对象" in reply["lines"][0]
    assert (await api.anyone.post("/bot/messages", json=ask)).json()["personal"] is None


async def test_ones_own_looks_hide_nobody_elses(api: Api, clock: FixedClock) -> None:
    """Yunnan 35, Dalian 40: six looks of one's own are newer than the bank's."""
    who = resident(api.services)
    ask = {"text": "谁查过我的信用记录", "place": "yunnan"}
    me = api.as_(who)
    assert (await me.get("/me/report")).status_code == 200
    none = (await me.post("/bot/messages", json=ask)).json()["personal"]
    assert "没有他人" in none["text"] and not none["lines"]
    looked = footprint(
        who.bound_subject, FootprintKind.QUERIED, clock.now(), unit="某某银行", why="贷款审批", basis="本人授权"
    )
    await api.services.footprints.note(looked)
    clock.move_to(clock.today() + timedelta(days=1))
    me = api.as_(who)
    for _ in range(6):
        assert (await me.get("/me/report")).status_code == 200
    found = (await me.post("/bot/messages", json=ask)).json()["personal"]
    assert "1次" in found["text"] and len(found["lines"]) == 1 and "某某银行" in found["lines"][0]


async def test_the_dialogue_goes_back_as_it_came(api: Api) -> None:
    first = (await api.anyone.post("/bot/messages", json={"text": "大连异议要多久答复"})).json()
    assert first["articles"][0] == "dalian-42"
    second = (await api.anyone.post("/bot/messages", json={"text": "那云南呢", "dialogue": first["dialogue"]})).json()
    assert second["articles"][0] == "yunnan-36"


async def test_an_unanswered_question_is_kept_without_identity(api: Api, database: Database) -> None:
    text = f"我身份证{NUMBER}，今天股票能涨吗"
    me = api.as_(resident(api.services))  # who has decided nothing: silence keeps nothing
    assert (await me.post("/bot/messages", json={"text": text})).json()["answered"] is False
    reply = (await api.anyone.post("/bot/messages", json={"text": text})).json()
    assert reply["answered"] is False
    await api.services.chat.drain()
    (document,) = await database.collection("feedback_pages").find().to_list(10)
    assert NUMBER not in repr(document)
    (entry,) = [entry async for entry in api.services.chat_feedback().each()]
    assert entry.verdict == "unanswered"
    assert NUMBER not in entry.question
    assert (document["expires_at"] - entry.at).days == 90
    assert set(document) == {"_id", "entries", "expires_at"} and "股票" not in repr(document)
    assert set(entry.__struct_fields__) == {"verdict", "question", "articles", "kind", "place", "at"}, "nobody in it"


async def test_an_account_without_a_document_is_asked_before_its_question_is_kept(api: Api) -> None:
    me = bearer((await sign_in(api.anyone, "somebody"))["accessToken"])

    async def decide(*, is_given: bool) -> None:
        states = (await api.anyone.get("/me/consents", headers=me)).json()["items"]
        version = next(one["version"] for one in states if one["purpose"] == "bot-questions")
        body = {"purpose": "bot-questions", "version": version, "isGiven": is_given}
        assert (await api.anyone.post("/me/consents", headers=me, json=body)).status_code == 201

    async def kept() -> list[str]:
        text = "我叫张三，麒麟臂的量子云计算怎样批发"
        assert (await api.anyone.post("/bot/messages", headers=me, json={"text": text})).json()["answered"] is False
        await api.services.chat.drain()
        return [entry.question async for entry in api.services.chat_feedback().each()]

    assert not await kept(), "who has decided nothing"
    await decide(is_given=False)
    assert not await kept()
    await decide(is_given=True)
    assert len(await kept()) == 1


async def test_a_thumb_is_kept_without_its_question_where_the_person_has_not_agreed(api: Api) -> None:
    """个人信息保护法第十四条: the words are kept of whoever agreed to that, whatever button was pressed."""
    me = bearer((await sign_in(api.anyone, "somebody"))["accessToken"])
    rating = {"verdict": "down", "question": "我叫张三，罚款交了怎么还在", "kind": "article", "articles": ["yunnan-38"]}

    async def kept() -> list[tuple[str, str]]:
        assert (await api.anyone.post("/bot/feedback", headers=me, json=rating)).status_code == 202
        await api.services.chat.drain()
        return [(entry.verdict, entry.question) async for entry in api.services.chat_feedback().each()]

    assert await kept() == [("down", "")], "who has decided nothing"
    assert await api.services.chat.review(officer("yunnan")) == [], "and an editor has nothing to read"
    states = (await api.anyone.get("/me/consents", headers=me)).json()["items"]
    version = next(one["version"] for one in states if one["purpose"] == "bot-questions")
    body = {"purpose": "bot-questions", "version": version, "isGiven": True}
    assert (await api.anyone.post("/me/consents", headers=me, json=body)).status_code == 201
    assert ("down", rating["question"]) in await kept()


async def test_markup_is_never_echoed_and_an_over_long_message_is_refused(api: Api) -> None:
    reply = await api.anyone.post("/bot/messages", json={"text": "<script>alert(1)</script>"})
    assert reply.status_code == 200
    assert "<script" not in reply.text
    too_long = await api.anyone.post("/bot/messages", json={"text": "长" * 5001})
    assert too_long.status_code == 400
    assert too_long.json()["nextStep"]["text"]


async def test_a_flood_is_kept_whole_and_in_order_in_pages_that_are_sealed_one_by_one(
    api: Api, database: Database
) -> None:
    async def ask(question: str) -> None:
        body = FeedbackBody(verdict="down", question=question, kind="article")
        await api.services.chat.feedback(NOBODY, body, api.services.clock.now())

    asked = [f"问题{number}" for number in range(250)]
    for question in asked:
        await ask(question)
    await api.services.chat.drain()
    assert await database.collection("feedback_pages").count_documents({}) == 3
    await asyncio.sleep(0.002)  # pages are in order by the millisecond, and a quick database takes two in one
    await ask("最后")
    await api.services.chat.drain()
    newest, *kept = [entry.question async for entry in api.services.chat_feedback().each()]
    assert newest == "最后" and sorted(kept) == sorted(asked)
    order = [asked.index(question) for question in kept]
    assert all(one == before + 1 or one % 100 == 0 for one, before in pairwise(order)), "not newest first within a page"
