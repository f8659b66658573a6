"""Every state, action and role of a repair, over HTTP: it moves as written here or is refused, and races have one winner."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest

from api.infra.actors import Role
from api.records.models import AppliedMeasure
from api.repairs.states import FINAL, OPEN, TABLE
from api.repairs.store import RepairStore
from tests.support.api import Api, officer, resident
from tests.support.cases import UNIT, done, keyed, penalty, signed_in, stored
from tests.support.snapshots import Snapshot
from tests.support.world import FixedClock

NOTE = {"reason": "核对材料"}
WHY = {**NOTE, "reasons": "经核查"}
BAR = {
    "element": "false_material",
    "until": "2027-12-31",
    "facts": "验收报告查无此件",
    "basis": "信用修复管理办法",
    "remedies": "可以申请行政复议",
    "replyBy": "2026-11-30",
}
BODIES: dict[tuple[Role, str], dict[str, Any]] = {
    (Role.RESIDENT, "urge"): {},
    (Role.RESIDENT, "withdraw"): {},
    (Role.RESIDENT, "material"): {"answer": "见附件"},
    (Role.RESIDENT, "bar-answer"): {"answer": "报告是真的"},
    (Role.OFFICER, "ask-for-material"): {**NOTE, "items": ["缴款凭证"]},
    (Role.OFFICER, "give-time"): NOTE,
    (Role.OFFICER, "lapse"): NOTE,
    (Role.OFFICER, "forward"): NOTE,
    (Role.OFFICER, "accept"): NOTE,
    (Role.OFFICER, "decline"): WHY,
    (Role.OFFICER, "extend"): WHY,
    (Role.OFFICER, "approve"): NOTE,
    (Role.OFFICER, "refuse"): WHY,
    (Role.OFFICER, "acknowledge-copy"): {**NOTE, "system": "信用中国"},
    (Role.OFFICER, "lift-measure"): {**NOTE, "code": "DL-01", "unit": "市公共资源交易中心"},
    (Role.OFFICER, "confirm-removal"): NOTE,
    (Role.OFFICER, "propose-bar"): {**NOTE, "bar": BAR},
    (Role.OFFICER, "drop-bar"): WHY,
    (Role.OFFICER, "bar"): WHY,
    (Role.PROVIDER, "ask-for-material"): {"items": ["缴款凭证"]},
    (Role.PROVIDER, "give-time"): {},
    (Role.PROVIDER, "lapse"): {},
    (Role.PROVIDER, "accept"): {},
    (Role.PROVIDER, "decline"): {"reasons": "经核查"},
    (Role.PROVIDER, "extend"): {"reasons": "经核查"},
    (Role.PROVIDER, "approve"): {},
    (Role.PROVIDER, "refuse"): {"reasons": "经核查"},
    (Role.PROVIDER, "lift-measure"): {"code": "DL-02"},
    (Role.PROVIDER, "confirm-removal"): {},
    (Role.PROVIDER, "propose-bar"): {"bar": BAR},
    (Role.PROVIDER, "drop-bar"): {"reasons": "经核查"},
    (Role.PROVIDER, "bar"): {"reasons": "经核查"},
}
PATHS = {Role.RESIDENT: "/me/repairs", Role.OFFICER: "/staff/repairs", Role.PROVIDER: "/provider/repairs"}
# Who may do what where, written out apart from the table: "action@state": target.
EXPECTED = {
    Role.RESIDENT: {
        **{f"urge@{s}": s for s in OPEN},
        **{f"withdraw@{s}": "withdrawn" for s in OPEN},
        "material@material_asked": "submitted",
        "material@unit_material_asked": "forwarded",
        "bar-answer@approved": "approved",
        "bar-answer@refused": "refused",
        "bar-answer@declined": "declined",
    },
    Role.OFFICER: {
        "ask-for-material@submitted": "material_asked",
        "give-time@material_asked": "material_asked",
        "lapse@material_asked": "lapsed",
        "ask-for-material@forwarded": "unit_material_asked",
        "give-time@unit_material_asked": "unit_material_asked",
        "lapse@unit_material_asked": "lapsed",
        "forward@submitted": "forwarded",
        "accept@forwarded": "accepted",
        "decline@forwarded": "declined",
        "extend@accepted": "accepted",
        "approve@accepted": "approved",
        "refuse@accepted": "refused",
        "acknowledge-copy@approved": "approved",
        "lift-measure@approved": "approved",
        "confirm-removal@approved": "approved",
        "propose-bar@approved": "approved",
        "propose-bar@refused": "refused",
        "propose-bar@declined": "declined",
        "drop-bar@approved": "approved",
        "drop-bar@refused": "refused",
        "drop-bar@declined": "declined",
        "bar@approved": "approved",
        "bar@refused": "refused",
        "bar@declined": "declined",
    },
    Role.PROVIDER: {
        "ask-for-material@forwarded": "unit_material_asked",
        "give-time@unit_material_asked": "unit_material_asked",
        "lapse@unit_material_asked": "lapsed",
        "accept@forwarded": "accepted",
        "decline@forwarded": "declined",
        "extend@accepted": "accepted",
        "approve@accepted": "approved",
        "refuse@accepted": "refused",
        "lift-measure@approved": "approved",
        "confirm-removal@approved": "approved",
        "propose-bar@approved": "approved",
        "propose-bar@refused": "refused",
        "propose-bar@declined": "declined",
        "drop-bar@approved": "approved",
        "drop-bar@refused": "refused",
        "drop-bar@declined": "declined",
        "bar@approved": "approved",
        "bar@refused": "refused",
        "bar@declined": "declined",
    },
}
BARRING = {"propose_bar", "answer_bar", "drop_bar", "bar"}
STATES = (*OPEN, *FINAL)
DECIDE = "repair.decide"
REMOVAL = "repair.follow_through/severe-list"
FILED: dict[str, Any] = {
    "jurisdiction": "dalian",
    "owed_by": UNIT,
    "started_on": "2026-11-23",
    "due_on": "2026-11-30",
    "paused": [],
    "done_at": None,
}


class Bench:
    """One repair, put into any state before each try."""

    def __init__(self, clients: dict[Role, httpx.AsyncClient], snapshot: Snapshot, case: str) -> None:
        self.clients = clients
        self.snapshot = snapshot
        self.case = case

    async def put(self, state: str, action: str = "") -> None:
        """As if the case had come there: a list given where material is asked for, whose day is over where it ends, the copy told where it is approved, a bar
        proposed and answered where one is to be decided."""
        await self.snapshot.restore()
        fields: dict[str, Any] = {"status": state, "is_open": state in OPEN}
        if action in ("bar", "drop-bar", "bar-answer"):
            codec = RepairStore(self.snapshot.services.database, self.snapshot.services.keys).codec
            fields["bar"] = {
                "element": "false_material",
                "until": "2027-12-31",
                "facts": codec.seal_field(self.case, "bar.facts", "验收报告查无此件"),
                "basis": "信用修复管理办法",
                "remedies": "可以申请行政复议",
                "by": UNIT,
                "told_at": self.snapshot.now,
                "reply_by": "2026-11-30",
                "answered_at": None if action == "bar-answer" else self.snapshot.now,
            }
        if "material_asked" in state:
            codec = RepairStore(self.snapshot.services.database, self.snapshot.services.keys).codec
            items = codec.seal_field(self.case, "material.items", ["缴款凭证"])
            fields["material"] = {
                "asked_at": self.snapshot.now,
                "by": "某单位",
                "items": items,
                "answer_by": "2026-11-20" if action == "lapse" else None,
                "given_at": None,
                "answer": None,
            }
        await self.snapshot.set("repairs", self.case, fields)
        if state == "accepted":
            await self.snapshot.set("repairs", self.case, {"steps": [{**FILED, "key": DECIDE, "clock": DECIDE}]})
        if state == "approved":
            steps = [{**FILED, "key": REMOVAL, "clock": "repair.follow_through"}]
            await self.snapshot.set("repairs", self.case, {"steps": steps})
            await self.snapshot.set_where(
                "records", {"copies.0": {"$exists": True}}, {"copies.0.told_at": self.snapshot.now}
            )

    async def do(self, role: Role, action: str) -> httpx.Response:
        return await self.clients[role].post(f"{PATHS[role]}/{self.case}/{action}", json=BODIES[role, action])


@pytest.fixture
async def bench(api: Api, clock: FixedClock) -> Bench:
    clock.move_to(date(2026, 11, 23))
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("dalian"))
    measures = (
        AppliedMeasure(code="DL-01", unit="市公共资源交易中心", since=date(2026, 6, 1)),
        AppliedMeasure(code="DL-02", unit=UNIT, since=date(2026, 6, 1)),
    )
    record = await stored(api.services, penalty(resident(api.services), measures=measures))
    filing = {"recordId": record.id, "addressee": "unit", "pledgeVersion": "2026-1", "performance": "已缴清"}
    case = done(await me.post("/me/repairs", json=filing), 201)
    snapshot = await Snapshot.take(api.services, ("repairs", "records", "queue", "notices", "breaches", "footprints"))
    clients = {Role.RESIDENT: me, Role.OFFICER: desk, Role.PROVIDER: await keyed(api)}
    return Bench(clients, snapshot, case["id"])


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.OFFICER, Role.PROVIDER])
async def test_every_pair_of_state_and_action_moves_as_written_here_or_is_refused(bench: Bench, role: Role) -> None:
    wrong = []
    for state in STATES:
        for who, action in BODIES:
            if who is not role:
                continue
            await bench.put(state, action)
            before = await bench.snapshot.read("repairs", bench.case)
            answer = await bench.do(role, action)
            expected = EXPECTED[role].get(f"{action}@{state}")
            found = answer.json().get("status") if answer.status_code == 200 else answer.json()["code"]
            if found != (expected or "action-not-allowed"):
                wrong.append(f"{role}: {action}@{state}: {found} ({answer.status_code}), not {expected}")
            if expected is None and await bench.snapshot.read("repairs", bench.case) != before:
                wrong.append(f"{role}: {action}@{state}: refused, and yet something was stored")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.OFFICER, Role.PROVIDER])
async def test_of_two_writers_one_wins_and_the_other_is_refused_and_nothing_is_half_done(
    bench: Bench, role: Role
) -> None:
    wrong = []
    for pair in EXPECTED[role]:
        action, state = pair.split("@")
        await bench.put(state, action)
        before = await bench.snapshot.read("repairs", bench.case)
        notices = await bench.snapshot.count("notices", {"ref": bench.case, "state": "told"})
        first, second = await asyncio.gather(bench.do(role, action), bench.do(role, action))
        codes = sorted((first.status_code, second.status_code))
        after = await bench.snapshot.read("repairs", bench.case)
        if codes not in ([200, 409], [200, 429]):
            wrong.append(f"{pair}: {codes} {first.text[:120]} {second.text[:120]}")
        if len(after["history"]) != len(before["history"]) + 1 or after["version"] != before["version"] + 1:
            wrong.append(f"{pair}: the history grew by more than one")
        if await bench.snapshot.count("notices", {"ref": bench.case, "state": "told"}) - notices > 1:
            wrong.append(f"{pair}: told more than once")
    assert not wrong, "\n".join(wrong)


async def test_an_officer_and_the_unit_that_decide_at_once_leave_one_decision(bench: Bench) -> None:
    for action in ("accept@forwarded", "extend@accepted", "approve@accepted", "refuse@accepted", "decline@forwarded"):
        step, state = action.split("@")
        await bench.put(state)
        both = await asyncio.gather(bench.do(Role.OFFICER, step), bench.do(Role.PROVIDER, step))
        assert sorted(answer.status_code for answer in both) == [200, 409], action
        case = await bench.snapshot.read("repairs", bench.case)
        assert [entry["action"] for entry in case["history"][1:]] == [step]


async def test_a_resident_who_withdraws_while_the_unit_approves_leaves_one_outcome(bench: Bench) -> None:
    await bench.put("accepted")
    withdrawn, approved = await asyncio.gather(bench.do(Role.RESIDENT, "withdraw"), bench.do(Role.OFFICER, "approve"))
    assert sorted((withdrawn.status_code, approved.status_code)) == [200, 409]
    case = await bench.snapshot.read("repairs", bench.case)
    record = await bench.snapshot.read("records", case["record_id"])
    is_approved = approved.status_code == 200
    assert record["standing"] == ("repaired" if is_approved else "standing")
    assert await bench.snapshot.count("footprints") == int(is_approved)


def test_no_row_of_the_table_is_out_of_reach_and_only_a_decision_can_be_followed_up() -> None:
    reached, frontier = {TABLE.initial}, [TABLE.initial]
    while frontier:
        state = frontier.pop()
        for row in TABLE.rows:
            if state in row.sources and row.target not in reached:
                reached.add(row.target)
                frontier.append(row.target)
    assert reached == set(TABLE.states)
    after = {state: {row.action for role in Role for row in TABLE.allowed(state, role)} for state in FINAL}
    assert after == {
        "approved": {"acknowledge_copy", "lift_measure", "confirm_removal", *BARRING},
        "refused": BARRING,
        "declined": BARRING,
        "lapsed": set(),
        "withdrawn": set(),
        "record_ended": set(),
    }
