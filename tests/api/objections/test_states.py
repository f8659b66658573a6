"""Every state, action and role of an objection, over HTTP: it moves as the table says or is refused, and races have one winner."""

import asyncio
from typing import Any

import httpx
import pytest

from api.infra.actors import Role
from api.objections.states import FINAL, OPEN, TABLE
from tests.support.api import Api, officer, resident
from tests.support.cases import done, keyed, penalty, signed_in, stored
from tests.support.pdfs import plain
from tests.support.snapshots import Snapshot

NOTE = {"reason": "核对材料"}
WHY = {**NOTE, "reasons": "经核查"}
FIX = {"correction": {"outcome": "corrected", "items": {"罚款金额": "0.01"}}}
EXAMINED = {"kind": "appraisal", "laboratory": "某鉴定中心", "orderedOn": "2026-11-21", "expectedUntil": "2026-12-04"}
PDF = {"file": ("a.pdf", plain(), "application/pdf")}
ORDER = {"kind": "examination_order"}
BODIES: dict[tuple[Role, str], dict[str, Any]] = {
    (Role.RESIDENT, "urge"): {},
    (Role.RESIDENT, "withdraw"): {},
    (Role.RESIDENT, "review"): {"text": "请再看看"},
    (Role.RESIDENT, "report-still-wrong"): {"system": "信用中国", "text": "还是旧的金额"},
    (Role.OFFICER, "correct-own-error"): {**WHY, **FIX},
    (Role.OFFICER, "dispatch"): NOTE,
    (Role.OFFICER, "receipt"): NOTE,
    (Role.OFFICER, "reply"): {**WHY, **FIX, "founded": True},
    (Role.OFFICER, "uphold"): {**WHY, **FIX},
    (Role.OFFICER, "reject"): WHY,
    (Role.OFFICER, "pause"): {**NOTE, **EXAMINED},
    (Role.OFFICER, "resume"): NOTE,
    (Role.OFFICER, "acknowledge-copy"): {**NOTE, "system": "信用中国"},
    (Role.PROVIDER, "pause"): EXAMINED,
    (Role.PROVIDER, "resume"): {},
    (Role.PROVIDER, "receipt"): {},
    (Role.PROVIDER, "reply"): {"founded": False, "reasons": "与决定书一致"},
}
PATHS = {
    Role.RESIDENT: "/me/objections",
    Role.OFFICER: "/staff/objections",
    Role.PROVIDER: "/provider/verifications",
}
# Who may do what where, written out apart from the table: "action@state": target.
EXPECTED = {
    Role.RESIDENT: {
        **{f"urge@{s}": s for s in OPEN},
        **{f"withdraw@{s}": "withdrawn" for s in OPEN},
        "withdraw@review": "rejected",
        "review@rejected": "review",
        "report-still-wrong@upheld": "upheld",
    },
    Role.OFFICER: {
        "correct-own-error@verifying": "upheld",
        "dispatch@verifying": "dispatched",
        "dispatch@handling": "asked",
        "receipt@dispatched": "provider_checking",
        "receipt@asked": "asked",
        "reply@provider_checking": "replied_founded",
        "reply@asked": "handling",
        "reply@with_provider": "upheld",
        "reply@provider_handling": "upheld",
        "reply@market_handling": "upheld",
        **{
            f"uphold@{s}": "upheld"
            for s in (
                "replied_founded",
                "with_provider",
                "handling",
                "asked",
                "provider_handling",
                "market_handling",
                "review",
            )
        },
        **{
            f"reject@{s}": "rejected"
            for s in ("replied_unfounded", "with_provider", "handling", "asked", "provider_handling", "market_handling")
        },
        "reject@review": "review_rejected",
        "pause@handling": "paused",
        "pause@provider_handling": "provider_paused",
        "resume@paused": "handling",
        "resume@provider_paused": "provider_handling",
        "acknowledge-copy@upheld": "upheld",
    },
    Role.PROVIDER: {
        "receipt@dispatched": "provider_checking",
        "receipt@asked": "asked",
        "reply@provider_checking": "replied_unfounded",
        "reply@asked": "handling",
        "pause@provider_handling": "provider_paused",
        "resume@provider_paused": "provider_handling",
        "reply@with_provider": "rejected",
        "reply@provider_handling": "rejected",
        "reply@market_handling": "rejected",
    },
}
STATES = (*OPEN, *FINAL)
FOLLOWED = ("report-still-wrong",)  # reports on a system that has said it followed
DALIAN = ("verifying", "dispatched", "provider_checking", "replied_founded", "replied_unfounded", "with_provider")


COPY_STEP: dict[str, Any] = {
    "key": "objection.shared_copies/信用中国",
    "clock": "objection.shared_copies",
    "jurisdiction": "yunnan",
    "owed_by": "信用中国",
    "started_on": "2026-11-23",
    "due_on": "2026-11-26",
    "paused": [],
    "done_at": None,
}


class Bench:
    """One objection with one file, put into any state before each try."""

    def __init__(
        self,
        clients: dict[Role, httpx.AsyncClient],
        desks: dict[str, httpx.AsyncClient],
        snapshot: Snapshot,
        case: str,
        file: str,
    ) -> None:
        self.clients = clients
        self.desks = desks
        self.snapshot = snapshot
        self.case = case
        self.file = file

    async def put(self, state: str, action: str = "") -> None:
        """As if the case had come there: in its place, dispatched before, its copy told where it is upheld."""
        await self.snapshot.restore()
        place = "dalian" if state in DALIAN else "yunnan"
        self.clients[Role.OFFICER] = self.desks[place]
        await self.snapshot.set_where("records", {}, {"jurisdiction": place})
        history = {
            "action": "dispatch",
            "role": "officer",
            "by": "stf_x",
            "source": "verifying",
            "target": "dispatched",
        }
        await self.snapshot.set(
            "objections",
            self.case,
            {"status": state, "is_open": state in OPEN, "jurisdiction": place},
            push={"history": {**history, "at": self.snapshot.now, "unit": None, "note": None}},
        )
        if state == "upheld":
            now = self.snapshot.now
            await self.snapshot.set("objections", self.case, {"decided_at": now, "steps": [COPY_STEP]})
            answered = {"copies.0.told_at": now, "copies.0.acknowledged_at": now if action in FOLLOWED else None}
            await self.snapshot.set_where("records", {"copies.0": {"$exists": True}}, answered)

    async def do(self, role: Role, action: str) -> httpx.Response:
        body = BODIES[role, action]
        if action == "pause":
            body = {**body, "order": self.file}
        return await self.clients[role].post(f"{PATHS[role]}/{self.case}/{action}", json=body)


@pytest.fixture
async def bench(api: Api) -> Bench:
    """Filed in Yunnan, with a file that shows an examination was ordered."""
    me, desks = signed_in(api, resident(api.services)), {p: signed_in(api, officer(p)) for p in ("dalian", "yunnan")}
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额不对"}
    case = done(await me.post("/me/objections", json=filing), 201)
    with_file = done(await desks["yunnan"].post(f"/staff/objections/{case['id']}/evidence", files=PDF, data=ORDER))
    clients = {Role.RESIDENT: me, Role.OFFICER: desks["yunnan"], Role.PROVIDER: await keyed(api, "yunnan")}
    snapshot = await Snapshot.take(api.services, ("objections", "records", "queue", "notices", "breaches"))
    return Bench(clients, desks, snapshot, case["id"], with_file["evidence"][0]["id"])


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.OFFICER, Role.PROVIDER])
async def test_every_pair_of_state_and_action_moves_as_written_here_or_is_refused(bench: Bench, role: Role) -> None:
    wrong = []
    for state in STATES:
        for who, action in BODIES:
            if who is not role:
                continue
            await bench.put(state, action)
            before = await bench.snapshot.read("objections", bench.case)
            answer = await bench.do(role, action)
            expected = EXPECTED[role].get(f"{action}@{state}")
            found = answer.json().get("status") if answer.status_code == 200 else answer.json()["code"]
            refusals = ("action-not-allowed", "objection-pause") if action == "pause" else ("action-not-allowed",)
            if found not in ((expected,) if expected else refusals):
                wrong.append(f"{role}: {action}@{state}: {found} ({answer.status_code}), not {expected}")
            after = await bench.snapshot.read("objections", bench.case)
            if expected is None and after != before:
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
        before = await bench.snapshot.read("objections", bench.case)
        notices = await bench.snapshot.count("notices", {"ref": bench.case, "state": "told"})
        first, second = await asyncio.gather(bench.do(role, action), bench.do(role, action))
        codes = sorted((first.status_code, second.status_code))
        after = await bench.snapshot.read("objections", bench.case)
        told = await bench.snapshot.count("notices", {"ref": bench.case, "state": "told"}) - notices
        if codes not in ([200, 409], [200, 429]):
            wrong.append(f"{pair}: {codes} {first.text[:120]} {second.text[:120]}")
        if len(after["history"]) != len(before["history"]) + 1 or after["version"] != before["version"] + 1:
            wrong.append(f"{pair}: the history grew by more than one")
        if told > 1:
            wrong.append(f"{pair}: told {told} times")
    assert not wrong, "\n".join(wrong)


async def test_a_resident_who_withdraws_while_an_officer_upholds_leaves_one_outcome(bench: Bench) -> None:
    await bench.put("handling")
    withdrawn, upheld = await asyncio.gather(bench.do(Role.RESIDENT, "withdraw"), bench.do(Role.OFFICER, "uphold"))
    assert sorted((withdrawn.status_code, upheld.status_code)) == [200, 409]
    (record,) = await bench.snapshot.all("records")
    assert record.get("marks", []) == []
    assert len(record.get("changes", [])) == (1 if upheld.status_code == 200 else 0)


def test_only_a_decision_taken_can_be_followed_up_and_nothing_reopens_what_was_withdrawn() -> None:
    after = {state: {row.action for role in Role for row in TABLE.allowed(state, role)} for state in FINAL}
    assert after == {
        "upheld": {"acknowledge_copy", "report_still_wrong"},
        "rejected": {"request_review"},
        "review_rejected": set(),
        "withdrawn": set(),
    }


def test_every_row_that_an_article_asks_for_names_it_and_every_service_names_none() -> None:
    services = {"withdraw", "urge", "add_evidence", "request_review", "report_still_wrong"}
    for row in TABLE.rows:
        of_service = {"review", "market_handling"} & {*row.sources, row.target}
        if row.action in services or of_service:
            assert row.law == (), row
        else:
            assert row.law, row
