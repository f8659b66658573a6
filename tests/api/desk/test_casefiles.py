"""What stands beside a case, and cases found again after they are closed: over HTTP, in one's own place alone."""

from typing import Any

import msgspec
import pytest

from api.infra.actors import Actor
from api.objections.store import ObjectionStore
from api.records.digests import act_key
from tests.support.api import Api, officer, resident
from tests.support.cases import UNIT, done, employed, penalty, refused, signed_in, stored
from tests.support.sign_in import resident_number

NUMBER = resident_number("11010519900101233")


def person(api: Api) -> Actor:
    return resident(api.services, number=NUMBER)


async def closed_objection(api: Api) -> tuple[Any, Any, Any]:
    """The officer of Dalian, the record, and an objection that was decided."""
    actor = person(api)
    me, desk = signed_in(api, actor), signed_in(api, officer("dalian"))
    record = await stored(api.services, penalty(actor, act_key=act_key(api.services.keys, "大市监罚〔2026〕8号")))
    filing = {"recordId": record.id, "addressee": "provider", "reasons": ["wrong"]}
    case = done(await me.post("/me/objections", json=filing), 201)
    body = {"reason": "单位来函", "reasons": "与决定书一致"}
    return desk, record, done(await desk.post(f"/staff/objections/{case['id']}/reject", json=body))


@pytest.mark.parametrize("written", ["{}", " {} ", "ＹＹ{rest}", "yy{rest}", "YY-{rest}"])
async def test_a_decided_case_is_found_by_its_number_however_it_is_written(api: Api, written: str) -> None:
    desk, _, case = await closed_objection(api)
    assert done(await desk.get("/staff/queue"))["items"] == []
    text = written.format(case["number"], rest=case["number"][2:])
    (found,) = done(await desk.post("/staff/cases/search", json={"number": text}))["items"]
    assert (found["caseRef"], found["isOpen"], found["errandTitle"]) == (case["id"], False, "异议")
    elsewhere = signed_in(api, officer("yunnan"))
    assert done(await elsewhere.post("/staff/cases/search", json={"number": text}))["items"] == []


@pytest.mark.parametrize("written", ["大市监罚〔2026〕8号", "大市监罚[2026]8号", "大市监罚（２０２６）８号"])
async def test_by_the_acts_number_brackets_and_widths_do_not_matter_and_a_purpose_does(api: Api, written: str) -> None:
    desk, _, case = await closed_objection(api)
    told = refused(await desk.post("/staff/cases/search", json={"actNumber": written}), 400, "invalid")
    assert told["errors"][0]["field"] == "purpose"
    body = {"actNumber": written, "purpose": "objection"}
    (found,) = done(await desk.post("/staff/cases/search", json=body))["items"]
    assert found["caseRef"] == case["id"]
    looked = await api.services.database.collection("footprints").count_documents({"kind": "queried"})
    assert looked == 1  # the person reads that somebody looked


async def test_by_the_persons_document_and_not_by_a_part_of_it(api: Api) -> None:
    desk, _, case = await closed_objection(api)
    body = {"documentNumber": NUMBER, "purpose": "window"}
    (found,) = done(await desk.post("/staff/cases/search", json=body))["items"]
    assert found["caseRef"] == case["id"]
    refused(await desk.post("/staff/cases/search", json={**body, "documentNumber": "110105199001"}), 400, "invalid")
    refused(await desk.post("/staff/cases/search", json={**body, "number": case["number"]}), 400, "invalid")


async def test_beside_a_case_stand_the_party_in_part_the_record_and_the_persons_other_cases(api: Api) -> None:
    desk, record, case = await closed_objection(api)
    me = signed_in(api, person(api))
    again = done(
        await me.post("/me/objections", json={"recordId": record.id, "addressee": "centre", "reasons": ["wrong"]}), 201
    )
    file = done(await desk.get(f"/staff/cases/objections/{again['id']}"))
    assert file["party"] == {"name": "王*明", "documentNumber": "1101************37"}
    assert file["record"]["items"] == record.particulars.items and file["record"]["id"] == record.id
    assert [(one["caseRef"], one["isOpen"]) for one in file["others"]] == [(case["id"], False)]
    elsewhere = signed_in(api, officer("yunnan"))
    refused(await elsewhere.get(f"/staff/cases/objections/{again['id']}"), 404, "not-found")
    refused(await desk.get(f"/staff/cases/grants/{again['id']}"), 404, "not-found")


async def test_the_final_paper_is_the_officers_to_print_and_its_code_is_good(api: Api) -> None:
    desk, _, case = await closed_objection(api)
    paper = await desk.get(f"/staff/objections/{case['id']}/result.pdf")
    assert paper.status_code == 200 and paper.content.startswith(b"%PDF")
    (kept,) = await api.services.database.collection("issued_documents").find({}).to_list(5)
    assert (kept["kind"], kept["number"], kept["ref"]) == ("objection-result", case["number"], case["id"])
    elsewhere = signed_in(api, officer("yunnan"))
    refused(await elsewhere.get(f"/staff/objections/{case['id']}/result.pdf"), 404, "not-found")


async def test_a_closed_case_says_who_handled_it(api: Api) -> None:
    await employed(api, "stf_officer", display_name="李四")
    desk, _, case = await closed_objection(api)
    (line,) = done(await desk.get("/staff/cases/decided"))["items"]
    (found,) = done(await desk.post("/staff/cases/search", json={"number": case["number"]}))["items"]
    assert line["handlerName"] == found["handlerName"] == "李四"


async def test_what_was_decided_lately_is_listed_by_number_alone_in_its_own_place(api: Api) -> None:
    desk, record, case = await closed_objection(api)
    found = done(await desk.get("/staff/cases/decided", params={"errand": "objections", "days": 7}))
    (line,) = found["items"]
    assert (line["caseRef"], line["status"], line["unit"]) == (case["id"], case["status"], UNIT)
    assert not found["isCut"] and record.title not in str(found)
    assert done(await desk.get("/staff/cases/decided", params={"errand": "repairs"}))["items"] == []
    assert done(await signed_in(api, officer("yunnan")).get("/staff/cases/decided"))["items"] == []
    assert (await desk.get("/staff/cases/decided", params={"errand": "grants"})).status_code == 404


async def test_a_persons_cases_are_found_behind_many_of_another_place(api: Api) -> None:
    desk, _, case = await closed_objection(api)
    store = ObjectionStore(api.services.database, api.services.keys)
    kept = await store.get(case["id"])
    elsewhere = [
        msgspec.structs.replace(kept, id=f"{kept.id}z{n:03}", record_id=f"rec_{n}", jurisdiction="yunnan")
        for n in range(60)
    ]
    await store.add(None, *elsewhere)
    body = {"documentNumber": NUMBER, "purpose": "objection"}
    found = done(await desk.post("/staff/cases/search", json=body))["items"]
    assert [one["caseRef"] for one in found] == [case["id"]]
