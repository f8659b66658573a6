"""Whatever is done in whatever order, the report, the queue and the audit say what the histories say."""

from datetime import date
from typing import Any

import httpx
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from api.infra.ids import new_id
from tests.support.api import Api, officer, resident
from tests.support.cases import allowed, done, keyed, penalty, signed_in, stored
from tests.support.world import FixedClock

NOTE = {"reason": "核对材料"}
WHY = {**NOTE, "reasons": "经核查"}
OBJECTION_STEPS: dict[str, dict[str, Any]] = {
    "correct-own-error": {**WHY, "correction": {"outcome": "explained"}},
    "dispatch": NOTE,
    "receipt": NOTE,
    "reply": {**WHY, "founded": False},
    "reject": WHY,
    "resume": NOTE,
    "acknowledge-copy": {**NOTE, "system": "信用中国"},
}
REPAIR_STEPS: dict[str, dict[str, Any]] = {
    "ask-for-material": {**NOTE, "items": ["缴款凭证"]},
    "forward": NOTE,
    "accept": NOTE,
    "extend": WHY,
    "confirm-removal": NOTE,
    "decline": WHY,
    "approve": NOTE,
    "refuse": WHY,
    "acknowledge-copy": {**NOTE, "system": "信用中国"},
    "lift-measure": {**NOTE, "code": "DL-01", "unit": "市公共资源交易中心"},
}
UNIT_STEPS: dict[str, dict[str, Any]] = {
    "ask-for-material": {"items": ["缴款凭证"]},
    "accept": {},
    "decline": {"reasons": "经核查"},
    "extend": {"reasons": "需要核实"},
    "approve": {},
    "refuse": {"reasons": "经核查"},
    "confirm-removal": {},
}
OUTCOMES = st.sampled_from(["corrected", "supplemented", "deleted", "stopped", "unlisted", "explained"])
NEXT = [f"{errand} {choice}" for errand in ("objections", "repairs") for choice in range(3)]
MOVES = st.one_of(
    st.tuples(st.just("next"), st.sampled_from(NEXT)),
    st.tuples(st.just("next"), st.sampled_from(NEXT)),
    st.tuples(st.just("next"), st.sampled_from(NEXT)),
    st.tuples(st.just("object"), st.sampled_from(["centre", "provider"])),
    st.tuples(st.just("repair"), st.sampled_from(["centre", "unit"])),
    st.tuples(st.just("objections"), st.sampled_from(["withdraw", "urge"])),
    st.tuples(st.just("review"), st.just("")),
    st.tuples(st.just("repairs"), st.sampled_from(["withdraw", "urge"])),
    st.tuples(st.just("material"), st.just("")),
    st.tuples(st.just("staff/objections"), st.sampled_from(sorted(OBJECTION_STEPS))),
    st.tuples(st.just("uphold"), OUTCOMES),
    st.tuples(st.just("staff/repairs"), st.sampled_from(sorted(REPAIR_STEPS))),
    st.tuples(st.just("unit"), st.sampled_from(sorted(UNIT_STEPS))),
    st.tuples(st.just("feed"), st.just("")),
    st.tuples(st.just("still wrong"), st.just("")),
    st.tuples(st.just("days"), st.sampled_from(["1", "4", "20"])),
)


class Life:
    """One resident with one record, and what has been corrected in it so far."""

    def __init__(
        self, me: httpx.AsyncClient, desk: httpx.AsyncClient, unit: httpx.AsyncClient, record: str, clock: FixedClock
    ) -> None:
        self.me, self.desk, self.unit, self.record, self.clock = me, desk, unit, record, clock
        self.last = {"objections": "obj_none", "repairs": "rep_none"}
        self.written: dict[str, str] = {}

    async def make(self, move: str, what: str, number: int) -> httpx.Response | None:
        if move == "days":
            self.clock.advance(days=int(what))
            return None
        if move == "object":
            filing = {"recordId": self.record, "addressee": what, "reasons": ["wrong"], "text": "有误"}
            return await self._file("objections", filing)
        if move == "repair":
            filing = {"recordId": self.record, "addressee": what, "pledgeVersion": "2026-1", "performance": "已缴清"}
            return await self._file("repairs", filing)
        if move == "review":
            return await self.me.post(f"/me/objections/{self.last['objections']}/review", json={"text": "请再看看"})
        if move == "material":
            return await self.me.post(f"/me/repairs/{self.last['repairs']}/material", json={"answer": "见附件"})
        if move == "unit":
            return await self.unit.post(f"/provider/repairs/{self.last['repairs']}/{what}", json=UNIT_STEPS[what])
        if move == "feed":
            return await self._follow_the_newest_change()
        if move == "still wrong":
            path = f"/me/objections/{self.last['objections']}/report-still-wrong"
            return await self.me.post(path, json={"system": "信用中国"})
        if move == "uphold":
            return await self._uphold(what, number)
        if move == "next":
            errand, choice = what.split()
            return await self._next(errand, choice, number)
        if move.startswith("staff/"):
            steps = OBJECTION_STEPS if move.endswith("objections") else REPAIR_STEPS
            return await self.desk.post(f"/{move}/{self.last[move[6:]]}/{what}", json=steps[what])
        return await self.me.post(f"/me/{move}/{self.last[move]}/{what}", json={})

    async def _next(self, errand: str, choice: str, number: int) -> httpx.Response | None:
        """One of the steps that the desk offers now."""
        case = await self.desk.get(f"/staff/{errand}/{self.last[errand]}")
        offered = sorted(allowed(case.json()) - {"pause", "bar"}) if case.status_code == 200 else []
        if not offered:
            return None
        step = offered[int(choice) % len(offered)]
        if step == "uphold":
            return await self._uphold("corrected", number)
        return await self.make(f"staff/{errand}", "reply" if step.startswith("reply") else step, number)

    async def _follow_the_newest_change(self) -> httpx.Response | None:
        """The unit says in its feed that every system has followed."""
        feed = done(await self.unit.get("/provider/changes", params={"limit": 100}))["items"]
        mine = [change for change in feed if change["recordId"] == self.record]
        if not mine:
            return None
        return await self.unit.post(f"/provider/changes/{mine[-1]['id']}/acknowledgement", json={})

    async def _file(self, errand: str, filing: dict[str, Any]) -> httpx.Response:
        answer = await self.me.post(f"/me/{errand}", json=filing)
        if answer.status_code == 201:
            self.last[errand] = answer.json()["id"]
        return answer

    async def _uphold(self, outcome: str, number: int) -> httpx.Response:
        items = {f"项目{number}": "更正"} if outcome in ("corrected", "supplemented") else {}
        body = {**WHY, "correction": {"outcome": outcome, "items": items}}
        answer = await self.desk.post(f"/staff/objections/{self.last['objections']}/uphold", json=body)
        if answer.status_code == 200:
            self.written.update(items)
        return answer


async def check(api: Api, life: Life) -> None:
    """Everything that is shown follows from the histories."""
    report = done(await life.me.get("/me/report"))
    every = [record for section in report["sections"] for record in section["records"]]
    (shown,) = [record for record in every if record["id"] == life.record]  # beside it, the pledges of its repairs
    at = {"record_id": life.record}
    objections = await api.services.database.collection("objections").find(at).to_list(100)
    repairs = await api.services.database.collection("repairs").find(at).to_list(100)
    cases = [*objections, *repairs]
    for case in cases:
        states = [entry["target"] for entry in case["history"]]
        assert [entry["source"] for entry in case["history"]] == ["new", *states[:-1]]
        assert case["status"] == states[-1] and case["version"] == len(states)
    open_objections = {case["_id"] for case in objections if case["is_open"]}
    record = await api.services.records.get(life.record)
    assert {mark.case_id for mark in record.marks} == open_objections and len(shown["marks"]) == len(open_objections)
    assert shown["items"] == {"违法事实": "超限运输", "罚款金额": "0.02", **life.written}
    ended = [change for change in record.changes if change.kind in ("objection.deleted", "objection.stopped")]
    is_repaired = any(case["status"] == "approved" for case in repairs)
    assert (shown["standing"] != "standing") == bool(is_repaired or ended)
    queue = (
        await api.services.database.collection("queue").find({"_id": {"$in": [c["_id"] for c in cases]}}).to_list(100)
    )
    owed = {c["_id"]: [s["due_on"] for s in c["steps"] if s["done_at"] is None] for c in cases}
    assert {docket["_id"]: docket["due_on"] for docket in queue} == {k: min(v) for k, v in owed.items() if v}
    steps = sum(len(case["history"]) for case in cases)
    reads = ["objections.read", "repairs.read"]
    query = {"ref": {"$in": [case["_id"] for case in cases]}, "outcome": "done", "action": {"$nin": reads}}
    assert await api.services.database.collection("audits").count_documents(query) == steps


@example(
    place="yunnan",
    moves=[
        ("uphold", "corrected"), ("feed", ""), ("still wrong", ""), ("still wrong", ""), ("days", "4"), ("feed", ""),
        ("repair", "unit"), ("unit", "ask-for-material"), ("material", ""), ("unit", "accept"), ("unit", "extend"),
        ("still wrong", ""), ("unit", "approve"), ("feed", ""), ("staff/repairs", "lift-measure"),
    ],
)  # fmt: skip
@given(place=st.sampled_from(["dalian", "yunnan"]), moves=st.lists(MOVES, min_size=6, max_size=24))
@settings(max_examples=10, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_report_says_what_the_histories_say(
    api: Api, clock: FixedClock, place: str, moves: list[tuple[str, str]]
) -> None:
    clock.move_to(date(2026, 11, 23))
    actor = resident(api.services, new_id("acc"), new_id("n"))
    record = await stored(api.services, penalty(actor, place))
    life = Life(signed_in(api, actor), signed_in(api, officer(place)), await keyed(api, place), record.id, clock)
    for number, (move, what) in enumerate([("object", "centre"), *moves]):
        answer = await life.make(move, what, number)
        if answer is not None:
            assert answer.status_code in (200, 201, 400, 404, 409, 429), (move, what, answer.text)
    await check(api, life)
