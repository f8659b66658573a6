"""Whoever reads another person's data leaves an entry in the audit; a page without one shows nothing of a person."""

import re
from datetime import date
from typing import Any

import httpx
import pytest

from tests.support.api import Api, built_app, officer, resident
from tests.support.cases import done, keyed, penalty, signed_in, stored
from tests.support.pdfs import plain
from tests.support.world import FixedClock
from tests.wiring.test_access import routes_of

_FILE = {"file": ("证明.pdf", plain(), "application/pdf")}
_WORDS = ("这条记录不是我的", "罚款已缴清", "我有话要说")  # what the person wrote
_PERSON = ("王小明", "110105199001012337")


async def _cases(api: Api, desk: httpx.AsyncClient, unit: httpx.AsyncClient) -> dict[str, str]:
    """One case of each kind that others read, with something in it that the person wrote; the ids for each path."""
    who = resident(api.services)
    me = signed_in(api, who)
    disputed, repaired, listed = [await stored(api.services, penalty(who)) for _ in range(3)]
    filing = {"recordId": disputed.id, "addressee": "centre", "reasons": ["wrong"], "text": _WORDS[0]}
    objection = done(await me.post("/me/objections", json=filing), 201)
    shown = done(await me.post(f"/me/objections/{objection['id']}/evidence", files=_FILE), 201)
    done(await desk.post(f"/staff/objections/{objection['id']}/dispatch", json={"reason": "转核查"}))
    asked = {"recordId": repaired.id, "addressee": "unit", "pledgeVersion": "2026-1", "performance": _WORDS[1]}
    repair = done(await me.post("/me/repairs", json=asked), 201)
    proof = done(await me.post(f"/me/repairs/{repair['id']}/evidence", files=_FILE), 201)
    told = {
        "recordId": listed.id, "listTitle": "严重失信主体名单", "grounds": "拒不履行", "basis": "《条例》第三十条",
        "rights": "可以陈述申辩", "remedies": "可以申请复议", "answerBy": "2026-12-01", "replyBy": "2026-12-10",
    }  # fmt: skip
    listing = done(await unit.post("/provider/listings", json=told), 201)
    done(await me.post(f"/me/listings/{listing['id']}/answer", json={"text": _WORDS[2]}))
    asking = {"kind": "question", "recordId": repaired.id, "topics": ["class"], "text": _WORDS[0]}
    letter = done(await me.post("/me/letters", json=asking), 201)
    file = done(await me.post("/me/evidence", files=_FILE), 201)["id"]
    company = {
        "kind": "organisation", "name": "某某有限公司", "documentNumber": "91530100MA6K000013", "items": ["report"],
        "untilOn": "2027-01-01", "jurisdiction": "dalian", "evidence": [file],
    }  # fmt: skip
    return {
        "mandate_id": done(await me.post("/me/mandates", json=company), 201)["id"],
        "mandates": file,
        "letter_id": letter["id"],
        "record_id": disputed.id,
        "objection_id": objection["id"],
        "repair_id": repair["id"],
        "objections": _file_of(shown),
        "repairs": _file_of(proof),
    }


async def _decide(desk: httpx.AsyncClient, unit: httpx.AsyncClient, ids: dict[str, str]) -> None:
    """From then on there are letters, which quote what the person wrote."""
    why = {"reason": "核对材料", "reasons": "没有错"}
    objection, repair = ids["objection_id"], ids["repair_id"]
    done(await unit.post(f"/provider/verifications/{objection}/receipt", json={}))
    done(await unit.post(f"/provider/verifications/{objection}/reply", json={"founded": False, "reasons": "没有错"}))
    done(await desk.post(f"/staff/objections/{objection}/reject", json=why))
    done(await unit.post(f"/provider/repairs/{repair}/accept", json={}))
    done(await unit.post(f"/provider/repairs/{repair}/refuse", json={"reasons": "材料不实"}))


def _file_of(answer: Any) -> str:
    return str((answer["evidence"][-1] if "evidence" in answer else answer)["id"])


@pytest.mark.parametrize("are_decided", [False, True])
async def test_every_read_of_anothers_data_is_in_the_audit(api: Api, clock: FixedClock, are_decided: bool) -> None:
    clock.move_to(date(2026, 11, 23))
    desk, unit = signed_in(api, officer("dalian")), await keyed(api)
    ids = await _cases(api, desk, unit)
    if are_decided:
        await _decide(desk, unit, ids)
    audits = api.services.database.collection("audits")
    read, pages = 0, 0
    for name in sorted(routes_of(built_app())):
        method, _, path = name.partition(" ")
        path = path.removeprefix("/api/v1")
        if method != "GET" or not path.startswith(("/staff", "/provider")):
            continue
        ids["evidence_id"] = ids[next((name for name in ("repairs", "mandates") if name in path), "objections")]
        asked = re.sub(r"{(\w+):\w+}", lambda match: ids.get(match[1], "none"), path)
        before = await audits.count_documents({})
        client = desk if path.startswith("/staff") else unit
        answer = await client.get(asked, params={"purpose": "objection"} if "/records/" in path else {})
        noted = await audits.count_documents({}) - before
        if answer.status_code != 200:
            assert not any(word in answer.text for word in (*_WORDS, *_PERSON)), path
            continue
        if "{" in path:
            assert noted == (2 if path.endswith(".pdf") else 1), f"{path}: {noted} entries"  # read, and issued
            read += 1
        elif any(word in answer.text for word in (*_WORDS, *_PERSON)):
            assert noted >= 1, f"{path} shows what a person wrote, and leaves no entry"
            pages += 1
    assert read >= (12 if are_decided else 7) and pages >= 2, (read, pages)
