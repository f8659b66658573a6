"""A draft says word for word what the decision will say, and leaves nothing behind but the line that it was looked at."""

import io
from datetime import date
from typing import Any

import pypdf
import pytest

from tests.api.reports.test_results import text_of
from tests.support.api import Api, officer, resident
from tests.support.cases import done, penalty, refused, signed_in, stored
from tests.support.world import FixedClock


async def everything(api: Api) -> dict[str, list[Any]]:
    """All that the database holds, but for the audit and the answers kept under idempotency keys."""
    database = api.services.database
    names = await database.raw.list_collection_names()
    held = {name: await database.collection(name).find({}).sort("_id", 1).to_list(1000) for name in names}
    return {name: documents for name, documents in held.items() if not name.startswith("audit")}


async def objected(api: Api) -> Any:
    me = signed_in(api, resident(api.services))
    record = await stored(api.services, penalty(resident(api.services), "yunnan"))
    body = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
    return done(await me.post("/me/objections", json=body), 201)


CORRECTION = {"outcome": "corrected", "items": {"处罚内容": "罚款500元"}}
VERDICTS: dict[str, dict[str, Any]] = {
    "reject": {"reasons": "与决定书一致。"},
    "uphold": {"reasons": "决定书写的是五百元。", "correction": CORRECTION},
}


@pytest.mark.parametrize("action", VERDICTS)
async def test_the_draft_of_a_result_is_what_the_result_becomes(api: Api, action: str) -> None:
    case, desk = await objected(api), signed_in(api, officer("yunnan"))
    path, verdict = f"/staff/objections/{case['id']}", {**VERDICTS[action], "version": case["version"]}
    before = await everything(api)
    draft = done(await desk.post(f"{path}/draft", json={"action": action, **verdict}))
    assert await everything(api) == before
    looked = await api.services.database.collection("audits").find({"action": "objections.draft"}).to_list(5)
    assert [(entry["ref"], bool(entry["subject"])) for entry in looked] == [(case["id"], True)]

    done(await desk.post(f"{path}/{action}", json={"reason": "核对决定书。", **verdict}))
    assert done(await desk.get(f"{path}/result")) == draft


@pytest.mark.parametrize(("action", "outcome"), [("approve", "同意修复。"), ("refuse", "不予修复。")])
async def test_the_draft_of_a_decision_is_what_the_decision_becomes(
    api: Api, clock: FixedClock, action: str, outcome: str
) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer())
    record = await stored(api.services, penalty(resident(api.services)))
    clock.move_to(date(2026, 9, 1))
    asked = {"recordId": record.id, "addressee": "unit", "pledgeVersion": "2026-1", "performance": "已缴清"}
    case = done(await me.post("/me/repairs", json=asked), 201)
    path = f"/staff/repairs/{case['id']}"
    early = {"action": action, "reasons": "材料齐全。"}
    refused(await desk.post(f"{path}/draft", json=early), 409, "action-not-allowed")
    refused(await desk.post(f"{path}/draft", json={"action": "refuse"}), 400, "invalid")
    done(await desk.post(f"{path}/accept", json={"reason": "单位来函受理"}))
    before = await everything(api)
    draft = done(await desk.post(f"{path}/draft", json=early))
    assert await everything(api) == before
    assert outcome in draft["passages"][1]["paragraphs"]
    done(await desk.post(f"{path}/{action}", json={"reason": "单位来函", "reasons": "材料齐全。"}))
    assert done(await desk.get(f"{path}/decision")) == draft


async def test_a_draft_on_paper_says_so_on_every_page_and_has_no_code(api: Api) -> None:
    case, desk = await objected(api), signed_in(api, officer("yunnan"))
    path = f"/staff/objections/{case['id']}/draft.pdf"
    answer = await desk.post(path, json={"action": "reject", "reasons": "与决定书一致。" * 280})
    assert answer.headers["content-type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    assert len(pages) > 1 and all("草稿" in page.extract_text() for page in pages)
    flat = text_of(answer.content)
    assert "内部预览，不得送达" in flat and "查验码" not in flat and "送达申请人" not in flat
    assert await api.services.database.collection("issued_documents").count_documents({}) == 0


async def test_what_is_wrong_with_a_draft_is_said_as_for_the_step(api: Api) -> None:
    case, desk = await objected(api), signed_in(api, officer("yunnan"))
    path = f"/staff/objections/{case['id']}/draft"
    refused(await desk.post(path, json={"action": "uphold", "reasons": "属实"}), 400, "objection-correction-needed")
    stale = {"action": "reject", "reasons": "属实", "version": case["version"] + 1}
    refused(await desk.post(path, json=stale), 409, "outdated")
    refused(await desk.post(path, json={"action": "own", "reasons": "属实"}), 400, "malformed")
    elsewhere = signed_in(api, officer("dalian", "stf_other"))
    refused(await elsewhere.post(path, json={"action": "reject", "reasons": "属实"}), 404, "not-found")
