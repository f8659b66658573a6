"""Declaring over HTTP: kinds, statements of truth, the guard, written consent, editing, withdrawing."""

import asyncio
from typing import Any

import pytest

from api.records.models import Section, Standing
from tests.support.api import Api, resident

GOOD = "我与某公司签订的供货合同已于2026年3月按约定全部履行。"


def declaration(text: str = GOOD, jurisdiction: str = "yunnan", **fields: Any) -> dict[str, Any]:
    return {
        "jurisdiction": jurisdiction,
        "kind": "contract-performance",
        "text": text,
        "statementVersion": f"{jurisdiction}-2026-1",
        "statementAccepted": True,
        **fields,
    }


async def stored_records(api: Api) -> list[Any]:
    found: list[Any] = await api.services.records.list_of_subject(resident(api.services).bound_subject)
    return found


@pytest.mark.parametrize(("jurisdiction", "word", "article"), [("dalian", "完整", 22), ("yunnan", "准确", 12)])
async def test_a_declaration_stands_apart_as_not_verified(api: Api, jurisdiction: str, word: str, article: int) -> None:
    me = api.as_(resident(api.services))
    form = (await me.get("/me/declarations/form", params={"jurisdiction": jurisdiction})).json()
    assert word in form["statement"]["text"] and form["statement"]["citation"]["article"] == article

    answer = await me.post("/me/declarations", json=declaration(jurisdiction=jurisdiction))
    assert answer.status_code == 201, answer.text
    assert answer.json()["verification"] == "未经核验"
    (record,) = await stored_records(api)
    assert record.section is Section.DECLARATION and record.particulars.items["本人申报内容"] == GOOD
    assert not record.disclosure.is_published and not record.disclosure.is_shared
    (seen,) = (await api.services.footprints.page(record.subject, None, None, 10)).items
    assert seen.kind == "collected" and seen.unit == "本人"


async def test_in_dalian_only_market_information_can_be_declared(api: Api) -> None:
    me = api.as_(resident(api.services))
    form = (await me.get("/me/declarations/form", params={"jurisdiction": "dalian"})).json()
    assert all(kind["isMarket"] for kind in form["kinds"])
    answer = await me.post("/me/declarations", json=declaration(jurisdiction="dalian", kind="volunteering"))
    assert (answer.status_code, answer.json()["code"]) == (400, "not-declarable")
    assert answer.json()["citation"]["article"] == 22
    assert (await me.post("/me/declarations", json=declaration(kind="volunteering"))).status_code == 201
    assert (await me.post("/me/declarations", json=declaration(kind="nonsense"))).status_code == 400


BARRED = (
    ("dalian", "本人信仰佛教，按时履约。", "信仰佛教", 18),
    ("yunnan", "我的血型是特殊的，合同已履行。", "血型", 34),
    ("yunnan", "合同期间我患有糖尿病，仍按约履行。", "糖尿病", 34),
    ("dalian", "已提交声纹用于签约。", "声纹", 18),
)


async def test_barred_content_is_refused_with_the_article_and_its_place(api: Api) -> None:
    me = api.as_(resident(api.services))
    for jurisdiction, text, passage, article in BARRED:
        answer = await me.post("/me/declarations", json=declaration(text, jurisdiction))
        assert (answer.status_code, answer.json()["code"]) == (400, "barred-content"), answer.text
        problem = answer.json()
        assert problem["citation"]["article"] == article
        found = [text[fault["start"] : fault["end"]] for fault in problem["errors"]]
        assert any(passage in part or part in passage for part in found)
    assert await stored_records(api) == []


async def test_ones_own_blood_donation_is_ones_own_to_declare(api: Api) -> None:
    """Yunnan 10(2) binds who makes a catalogue, not what one says of oneself (12¶4)."""
    me = api.as_(resident(api.services))
    answer = await me.post("/me/declarations", json=declaration("我2026年无偿献血三次，曾信访反映合同问题。"))
    assert answer.status_code == 201, answer.text


async def test_another_persons_number_is_refused_and_never_repeated(api: Api) -> None:
    me = api.as_(resident(api.services))
    answer = await me.post("/me/declarations", json=declaration("对方身份证号11010519491231002X，合同已履行。"))
    assert answer.status_code == 400 and answer.json()["code"] == "barred-content"
    assert "11010519491231002X" not in answer.text
    checked = await me.post(
        "/me/declarations/check",
        json={"jurisdiction": "yunnan", "kind": "contract-performance", "text": "对方身份证号11010519491231002X。"},
    )
    assert not checked.json()["canBeSubmitted"] and "11010519491231002X" not in checked.text


@pytest.mark.parametrize(("jurisdiction", "article"), [("dalian", 18), ("yunnan", 34)])
async def test_income_needs_the_warning_first_and_written_consent_to_it(
    api: Api, jurisdiction: str, article: int
) -> None:
    me = api.as_(resident(api.services))
    text = "我的月收入为8000元，租金按时支付。"
    body = declaration(text, jurisdiction)
    refused = await me.post("/me/declarations", json=body)
    assert refused.json()["code"] == "written-consent-needed" and refused.json()["citation"]["article"] == article

    check = {"jurisdiction": jurisdiction, "kind": body["kind"], "text": text}
    shown = (await me.post("/me/declarations/check", json=check)).json()
    assert shown["canBeSubmitted"] and shown["needsWrittenConsent"] and "不利" not in shown["statement"]["text"]
    version = shown["warning"]["version"]
    for consent in ({"warningVersion": version, "accepted": False}, {"warningVersion": "old", "accepted": True}):
        answer = await me.post("/me/declarations", json={**body, "writtenConsent": consent})
        assert answer.json()["code"] == "written-consent-needed"
    assert await stored_records(api) == []

    done = await me.post(
        "/me/declarations", json={**body, "writtenConsent": {"warningVersion": version, "accepted": True}}
    )
    assert done.status_code == 201 and done.json()["wordings"][0]["warningVersion"] == version


async def test_the_statement_of_truth_must_be_the_one_in_force_and_accepted(api: Api) -> None:
    me = api.as_(resident(api.services))
    for fields in ({"statementAccepted": False}, {"statementVersion": "dalian-2026-1"}):
        answer = await me.post("/me/declarations", json=declaration(**fields))
        assert (answer.status_code, answer.json()["code"]) == (400, "statement-not-accepted")


async def test_every_wording_is_kept_and_a_withdrawn_declaration_leaves_the_report(api: Api) -> None:
    me = api.as_(resident(api.services))
    case = (await me.post("/me/declarations", json=declaration())).json()
    wording = {"text": "合同已全部履行，对方已验收。", "statementVersion": "yunnan-2026-1", "statementAccepted": True}
    edited = await me.post(f"/me/declarations/{case['id']}/edit", json=wording)
    assert [said["text"] for said in edited.json()["wordings"]] == [GOOD, wording["text"]]
    (record,) = await stored_records(api)
    assert record.particulars.items["本人申报内容"] == wording["text"] and record.changes[-1].kind == "edited"

    gone = await me.post(f"/me/declarations/{case['id']}/withdraw")
    assert gone.json()["status"] == "withdrawn" and gone.json()["actions"] == []
    (record,) = await stored_records(api)
    assert record.standing is Standing.WITHDRAWN and not record.disclosure.is_queryable
    again = await me.post(f"/me/declarations/{case['id']}/edit", json=wording)
    assert (again.status_code, again.json()["code"]) == (409, "action-not-allowed")


async def test_anothers_declaration_looks_like_none(api: Api) -> None:
    case = (await api.as_(resident(api.services)).post("/me/declarations", json=declaration())).json()
    other = api.as_(resident(api.services, "acc_two", "11010519491231002X"))
    assert (await other.get(f"/me/declarations/{case['id']}")).status_code == 404
    assert (await other.post(f"/me/declarations/{case['id']}/withdraw")).status_code == 404


async def test_of_two_writers_one_wins(api: Api) -> None:
    me = api.as_(resident(api.services))
    case = (await me.post("/me/declarations", json=declaration())).json()
    answers = await asyncio.gather(*(me.post(f"/me/declarations/{case['id']}/withdraw") for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_the_same_key_gives_the_same_answer_and_another_body_is_refused(api: Api) -> None:
    me = api.as_(resident(api.services))
    key = {"Idempotency-Key": "one"}
    first = await me.post("/me/declarations", json=declaration(), headers=key)
    second = await me.post("/me/declarations", json=declaration(), headers=key)
    assert first.json() == second.json() and len(await stored_records(api)) == 1
    other = await me.post("/me/declarations", json=declaration("另一段内容，合同已履行。"), headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")


MALFORMED: tuple[dict[str, Any], ...] = (
    {"text": "字" * 2001},
    {"text": ""},
    {"jurisdiction": "beijing"},
    {"extra": 1},
    {"statementAccepted": "yes"},
)


async def test_malformed_input_is_a_problem_and_stores_nothing(api: Api) -> None:
    for fields in MALFORMED:
        answer = await api.as_(resident(api.services)).post("/me/declarations", json={**declaration(), **fields})
        assert answer.status_code == 400 and answer.json()["nextStep"]["text"], fields
    assert await stored_records(api) == []
