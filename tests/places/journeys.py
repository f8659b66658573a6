"""What residents and officers of the invented place do; run by `test_third_place.py`."""

from datetime import date
from pathlib import Path

import pytest

from bot import kept, packaged
from knowledge.places import jurisdictions, place
from tests.places.invented import PLACE
from tests.support.api import Api, officer, resident
from tests.support.cases import clocks, done, penalty, signed_in, stored
from tests.support.choices import make_record
from tests.support.world import FixedClock

_LEARNT = Path(__file__).parents[2] / ".pytest_cache" / PLACE
_FINDING = {"reason": "经核实", "reasons": "决定书已经撤销", "correction": {"outcome": "deleted"}}


@pytest.fixture(autouse=True)
def learns_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the bot learns with this place would take the place of what it has learnt, and whoever starts next would learn anew. It
    has a folder of its own, where the next run finds it as long as data and code are the same.
    """
    monkeypatch.setattr(kept, "folders", lambda: iter((_LEARNT, packaged.FOLDER)))


def test_it_is_there() -> None:
    assert jurisdictions() == ("dalian", "xinzhou", "yunnan") and place(PLACE).name == "新洲"


async def test_a_report_shows_its_records_under_its_own_law(api: Api) -> None:
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, penalty(resident(api.services), PLACE))
    report = done(await me.get("/me/report"))
    assert record.id in str(report) and "新洲市社会信用条例" in str(done(await me.get(f"/me/records/{record.id}")))
    paper = await api.as_(resident(api.services), stepped_up=True).get("/me/report.pdf")
    assert paper.status_code == 200 and paper.content.startswith(b"%PDF")


async def test_an_objection_runs_its_own_days_and_is_worked_on_the_desk(api: Api, clock: FixedClock) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer(PLACE))
    other = signed_in(api, officer("dalian", "stf_dalian"))
    record = await stored(api.services, penalty(resident(api.services), PLACE))
    clock.move_to(date(2026, 11, 23))  # Monday
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "签名不是我的"}
    case = done(await me.post("/me/objections", json=filing), 201)
    assert case["status"] == "handling" and clocks(case) == {"objection.finish": "2026-12-02"}
    assert case["path"][-1]["due"]["citation"]["regulation"] == PLACE
    (line,) = done(await desk.get("/staff/queue"))["items"]
    assert line["caseRef"] == case["id"] and line["next"]["due"]["on"] == "2026-12-02"
    assert done(await other.get("/staff/queue"))["items"] == []
    upheld = done(await desk.post(f"/staff/objections/{case['id']}/uphold", json=_FINDING))
    assert upheld["status"] == "upheld"
    assert (await api.services.records.get(record.id)).changes[-1].law == (f"{PLACE}-36",)
    entries = await api.services.audits.all_of_subject(resident(api.services).bound_subject, 100)
    assert {entry.action: entry.basis for entry in entries}["objections.uphold"] == f"{PLACE}-36"


async def test_a_repair_is_forwarded_and_approved_by_its_own_article(api: Api, clock: FixedClock) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer(PLACE))
    record = await stored(api.services, penalty(resident(api.services), PLACE))
    clock.move_to(date(2026, 9, 1))
    wish = {"recordId": record.id, "addressee": "centre", "pledgeVersion": "2026-1", "performance": "罚款已缴清"}
    case = done(await me.post("/me/repairs", json=wish), 201)
    at = f"/staff/repairs/{case['id']}"
    done(await desk.post(f"{at}/forward", json={"reason": "材料齐全"}))
    done(await desk.post(f"{at}/accept", json={"reason": "受理"}))
    approved = done(await desk.post(f"{at}/approve", json={"reason": "同意", "reasons": "已履行义务"}))
    assert approved["status"] == "approved"
    assert (await api.services.records.get(record.id)).changes[-1].law == (f"{PLACE}-38",)


async def test_a_commendation_is_withdrawn_by_its_own_article(api: Api) -> None:
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, make_record(resident(api.services), jurisdiction=PLACE))
    receipt = done(await me.post("/me/withdrawals", json={"recordIds": [record.id]}), 201)
    assert "《新洲市社会信用条例》第三十七条" in receipt["receipt"]


async def test_its_residents_may_pledge(api: Api) -> None:
    me = signed_in(api, resident(api.services))
    assert done(await me.get("/me/pledges/texts", params={"jurisdiction": PLACE}))


async def test_the_chat_answers_by_its_articles_and_reckons_its_days(api: Api) -> None:
    for asked in ({"text": "新洲异议要多久答复"}, {"text": "异议要多久答复", "place": PLACE}):
        reply = done(await api.anyone.post("/bot/messages", json=asked))
        assert {one["regulation"] for one in reply["citations"]} == {PLACE}
        assert "7个工作日" in reply["text"], reply["text"]
    both = done(await api.anyone.post("/bot/messages", json={"text": "异议要多久答复"}))
    assert "新洲：" in both["text"] and "大连：" in both["text"]
