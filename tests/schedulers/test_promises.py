"""Whatever a receipt promises is pushed: with one permission left it is the result that has it, not a step on the way."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest

from api.accounts.models import Account, Identity
from api.errands import ERRANDS
from api.infra.actors import Actor
from api.infra.documents import Codec
from api.infra.mongo import Database
from api.notices.models import Bank, Subscription
from api.notices.push.promises import PROMISED_BY
from api.notices.texts import PROMISED, load_texts, texts_of
from tests.schedulers.world import bank_at_stand_in, deliveries
from tests.support.api import Api, officer, open_api, resident
from tests.support.cases import done, penalty, signed_in, stored
from tests.support.choices import uploaded
from tests.support.pdfs import plain
from tests.support.wechat import StandIn
from tests.support.world import FixedClock

NUMBER = "110105199001012337"
REASON = {"reason": "材料齐全"}
Walk = Callable[["World"], Awaitable[None]]


class World:
    """A resident with an account and banked permissions, the desk of a place, and a worker that runs after every step."""

    def __init__(self, api: Api, clock: FixedClock, stand_in: StandIn, name: str) -> None:
        self.api, self.clock = api, clock
        self.who: Actor = resident(api.services)
        self.me = signed_in(api, self.who)
        self._stand_in, self._name, self._openid = stand_in, name, stand_in.openid(name)

    async def settle(self, permissions: int) -> None:
        keys, database = self.api.services.keys, self.api.services.database
        account = Account(
            id=self.who.id,
            openid_index=keys.blind_index("openid", self._openid),
            openid=self._openid,
            created_at=self.clock.now(),
            subject=self.who.subject,
            identity=Identity(name="王小明", document_kind="resident_id", document_number=NUMBER),
        )
        banks = Subscription(id=self.who.id, banks={PROMISED_BY: Bank(confirmed=permissions)})
        for _ in range(permissions):
            await asyncio.to_thread(bank_at_stand_in, self._stand_in.url, [self._name], "dev-case-progress")
        await database.collection("accounts").insert_one(Codec(Account, "accounts", keys).encode(account))
        await database.collection("subscriptions").insert_one(Codec(Subscription, "subscriptions", keys).encode(banks))

    def desk(self, place: str = "dalian") -> httpx.AsyncClient:
        return signed_in(self.api, officer(place))

    async def pushed(self) -> list[str]:
        """The kinds of the notices that WeChat was sent for this person, after whatever is due was sent."""
        await deliveries(self.api.services, self.clock).run()
        found = self.api.services.database.collection("notices").find({"push": "sent"}).sort("pushed_at", 1)
        kinds = [one["kind"] async for one in found]
        sent = [one for one in await asyncio.to_thread(self._stand_in.sent) if one["openid"] == self._openid]
        assert len(sent) == len(kinds)
        return kinds

    async def step(self, path: str, body: Any, place: str = "dalian") -> Any:
        """A step of the desk on a case whose result is still owed: nothing has been pushed before it."""
        assert await self.pushed() == []
        return done(await self.desk(place).post(path, json=body))


@pytest.fixture
async def world(
    database: Database, clock: FixedClock, stand_in: StandIn, request: pytest.FixtureRequest
) -> AsyncIterator[World]:
    async with open_api(database, clock, CW_WECHAT_URL=stand_in.url) as api:
        yield await asyncio.to_thread(World, api, clock, stand_in, request.node.name)


async def repair(world: World, place: str = "dalian", addressee: str = "centre") -> str:
    record = await stored(world.api.services, penalty(world.who, place))
    body = {
        "recordId": record.id,
        "addressee": addressee,
        "pledgeVersion": "2026-1",
        "performance": "罚款已于6月1日缴清",
    }
    return str(done(await world.me.post("/me/repairs", json=body), 201)["id"])


async def approved(world: World) -> None:
    at = f"/staff/repairs/{await repair(world)}"
    for step in ("forward", "accept", "approve"):
        await world.step(f"{at}/{step}", REASON)


async def refused(world: World) -> None:
    at = f"/staff/repairs/{await repair(world, 'yunnan', 'unit')}"
    await world.step(f"{at}/accept", REASON, "yunnan")
    await world.step(f"{at}/refuse", {**REASON, "reasons": "整改验收未通过"}, "yunnan")


async def declined(world: World) -> None:
    at = f"/staff/repairs/{await repair(world)}"
    await world.step(f"{at}/forward", REASON)
    await world.step(f"{at}/decline", {**REASON, "reasons": "不属于本单位认定"})


async def objection(world: World, place: str) -> str:
    record = await stored(world.api.services, penalty(world.who, place))
    body = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了"}
    return str(done(await world.me.post("/me/objections", json=body), 201)["id"])


async def upheld(world: World) -> None:
    at = f"/staff/objections/{await objection(world, 'dalian')}"
    await world.step(f"{at}/dispatch", REASON)
    await world.step(f"{at}/receipt", {"reason": "收到回执", "receivedOn": "2026-11-21"})
    correction = {"outcome": "corrected", "items": {"罚款金额": "0.01"}}
    reply = {"reason": "函复", "founded": True, "reasons": "录入有误", "correction": correction}
    await world.step(f"{at}/reply", reply)
    await world.step(f"{at}/uphold", {**REASON, "reasons": "金额录入有误，已更正"})


async def rejected(world: World) -> None:
    at = f"/staff/objections/{await objection(world, 'yunnan')}"
    await world.step(f"{at}/dispatch", REASON, "yunnan")
    await world.step(f"{at}/reject", {**REASON, "reasons": "经核对无误"}, "yunnan")


async def paused(world: World) -> None:
    at = f"/staff/objections/{await objection(world, 'yunnan')}"
    paper = {"file": ("委托书.pdf", plain(), "application/pdf")}
    desk = world.desk("yunnan")
    filed = done(await desk.post(f"{at}/evidence", files=paper, data={"kind": "examination_order"}))
    ordered = {
        "kind": "appraisal", "laboratory": "某司法鉴定中心", "orderedOn": "2026-11-21", "expectedUntil": "2026-12-04",
        "order": filed["evidence"][-1]["id"],
    }  # fmt: skip
    await world.step(f"{at}/pause", {**REASON, **ordered}, "yunnan")
    await world.step(f"{at}/resume", {"reason": "鉴定已出"}, "yunnan")
    await world.step(f"{at}/reject", {**REASON, "reasons": "经核对无误"}, "yunnan")


async def answered(world: World) -> None:
    record = await stored(world.api.services, penalty(world.who, record_class=None))
    ask = {"kind": "question", "recordId": record.id, "topics": ["class"]}
    case = done(await world.me.post("/me/letters", json=ask), 201)
    await world.step(f"/staff/letters/{case['id']}/answer-letter", {"reason": "函复", "text": "属于一般失信"})


async def answered_outside(world: World) -> None:
    letter = {"kind": "company", "jurisdiction": "dalian", "to": "某评分公司", "text": "用了已修复的记录"}
    case = done(await world.me.post("/me/letters", json=letter), 201)
    at = f"/staff/letters/{case['id']}"
    await world.step(f"{at}/forward-letter", {"reason": "已送达", "on": "2026-11-21"})
    await world.step(f"{at}/answer-letter", {"reason": "函复", "text": "已更正"})


async def mandate(world: World) -> str:
    body = {
        "kind": "organisation", "name": "昆明某某商贸有限公司", "documentNumber": "91530100MA6K000013", "items": ["report"],
        "untilOn": "2027-06-30", "jurisdiction": "yunnan", "evidence": [await uploaded(world.api, world.who)],
    }  # fmt: skip
    return f"/staff/mandates/{done(await world.me.post('/me/mandates', json=body), 201)['id']}"


async def confirmed(world: World) -> None:
    await world.step(f"{await mandate(world)}/confirm-mandate", {"reason": "执照与本人身份证一致"}, "yunnan")


async def not_confirmed(world: World) -> None:
    await world.step(
        f"{await mandate(world)}/refuse-mandate",
        {"reason": "执照看不清", "reasons": "执照看不清，请重新上传"},
        "yunnan",
    )


async def performed(world: World) -> None:
    promise = {
        "jurisdiction": "yunnan", "kind": "approval", "textVersion": "approval-2026-1", "content": "补交经营场所证明",
        "dueOn": "2026-12-15", "consequenceAccepted": True,
    }  # fmt: skip
    case = done(await world.me.post("/me/pledges", json=promise), 201)
    world.clock.advance(hours=25)
    done(await world.me.post(f"/me/pledges/{case['id']}/performance", json={"note": "已补交"}))
    finding = {"outcome": "kept", "reason": "经核对窗口记录"}
    await world.step(f"/staff/pledges/{case['id']}/finding", finding, "yunnan")


WALKS: tuple[tuple[Walk, str], ...] = (
    (approved, "repairs.approved"),
    (refused, "repairs.refused"),
    (declined, "repairs.declined"),
    (upheld, "objections.upheld"),
    (rejected, "objections.rejected"),
    (paused, "objections.rejected"),
    (answered, "letters.answered"),
    (answered_outside, "letters.answered"),
    (confirmed, "mandates.confirmed"),
    (not_confirmed, "mandates.refused"),
    (performed, "pledges.kept"),
)
"""Every way to a result that a receipt has promised, and its notice."""


@pytest.mark.parametrize(("walk", "result"), WALKS, ids=[walk.__name__ for walk, _ in WALKS])
async def test_with_one_permission_left_the_promised_result_is_what_is_pushed(
    world: World, walk: Walk, result: str
) -> None:
    await world.settle(1)
    await walk(world)
    assert await world.pushed() == [result]


def test_every_errand_whose_receipt_promises_a_result_has_been_walked_and_nothing_else_ranks_as_high() -> None:
    assert {result.partition(".")[0] for _, result in WALKS} == {one.name for one in ERRANDS.values() if one.awaited}
    texts = load_texts() | {kind: text for one in ERRANDS.values() for kind, text in texts_of(one.texts).items()}
    highest = {kind for kind, text in texts.items() if text.rank == PROMISED}
    asked = {"repairs.material_asked", "journal.asked"}  # for what the result waits
    # The other findings of one step; and the end of an application whose record ended first, or whose material never came.
    alike = {"pledges.partly", "pledges.broken", "repairs.record_ended", "repairs.lapsed"}
    assert highest == {result for _, result in WALKS} | asked | alike
    assert all(texts[kind].template == PROMISED_BY for kind in highest)


async def test_a_delay_is_told_without_the_push_of_the_result_which_comes_after_it(world: World) -> None:
    await world.settle(1)
    at = f"/staff/repairs/{await repair(world)}"
    await world.step(f"{at}/forward", REASON)
    booked = [one for one in done(await world.me.get("/me/notices/booked"))["items"] if one["kind"] == "desk.step_late"]
    assert booked and {one["ahead"] for one in booked} == {"到这天该办完了，没办完才告诉您"}
    assert all(not one["willPush"] and "留给了更要紧的消息" in one["pushNote"] for one in booked)
    view = done(await world.me.get("/me/subscriptions"))
    (progress,) = [one for one in view["templates"] if one["name"] == PROMISED_BY]
    assert (progress["banked"], progress["promised"]) == (1, 1) and view["willPush"]

    world.clock.move_to(date(2026, 12, 20))
    assert await world.pushed() == []
    told = {one["kind"] for one in done(await world.me.get("/me/notices"))["items"]}
    assert "desk.step_late" in told
    await world.step(f"{at}/accept", REASON)
    await world.step(f"{at}/approve", REASON)
    assert await world.pushed() == ["repairs.approved"]


async def test_what_is_allowed_beyond_the_promises_tells_the_steps_too(world: World) -> None:
    await world.settle(2)
    at = f"/staff/repairs/{await repair(world)}"
    desk = world.desk()
    done(await desk.post(f"{at}/forward", json=REASON))
    assert await world.pushed() == ["repairs.forwarded"]
    await repair(world, "yunnan")
    (progress,) = [
        one for one in done(await world.me.get("/me/subscriptions"))["templates"] if one["name"] == PROMISED_BY
    ]
    assert (progress["banked"], progress["promised"]) == (1, 2), "the second receipt asks for a permission of its own"
    for step in ("accept", "approve"):
        world.clock.advance(hours=1)
        done(await desk.post(f"{at}/{step}", json=REASON))
    assert await world.pushed() == ["repairs.forwarded", "repairs.approved"]


async def test_what_the_result_waits_for_is_pushed_too_and_the_case_asks_for_a_new_permission(world: World) -> None:
    await world.settle(1)
    at = f"/staff/repairs/{await repair(world)}"
    done(await world.desk().post(f"{at}/ask-for-material", json={"reason": "缺凭证", "items": ["缴款凭证"]}))
    assert await world.pushed() == ["repairs.material_asked"]
    (progress,) = [
        one for one in done(await world.me.get("/me/subscriptions"))["templates"] if one["name"] == PROMISED_BY
    ]
    assert (progress["banked"], progress["promised"]) == (0, 1)
    errands = {one["name"]: one for one in done(await world.me.get("/errands"))}
    awaited = {one["name"] for one in errands["repairs"]["statuses"] if one["isAwaited"]}
    assert "material_asked" in awaited and not awaited & {"approved", "refused", "declined", "withdrawn"}
