"""Results and receipts on paper say what the page says, and their codes verify them."""

import io

import pypdf

from tests.support.api import Api, officer, resident
from tests.support.cases import done, penalty, stored


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


async def test_the_result_of_an_objection_is_a_document_with_remedies_and_a_code(api: Api) -> None:
    who = resident(api.services)
    record = await stored(api.services, penalty(who, "yunnan"))
    client, desk = api.as_(who), api.as_(officer("yunnan"))
    body = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
    case = done(await client.post("/me/objections", json=body), 201)
    early = await client.get(f"/me/objections/{case['id']}/result.pdf")
    assert early.status_code == 409
    verdict = {"reason": "核对决定书。", "version": case["version"], "reasons": "与决定书一致。"}
    concluded = await desk.post(f"/staff/objections/{case['id']}/reject", json=verdict)
    assert concluded.status_code in (200, 201), concluded.text

    answer = await client.get(f"/me/objections/{case['id']}/result.pdf")
    assert answer.status_code == 200
    page = done(await client.get(f"/me/objections/{case['id']}/result"))
    flat = text_of(answer.content)
    for passage in page["passages"]:
        for paragraph in passage["paragraphs"]:
            assert paragraph.replace(" ", "") in flat
    assert "行政复议" in flat
    code = flat.split("查验码：")[1][:23]
    assert done(await api.anyone.post("/reports/verify", json={"code": code}))["kind"] == "objection-result"


async def test_anothers_result_is_not_found(api: Api) -> None:
    other = resident(api.services, "acc_two", "210202195803124526")
    assert (await api.as_(other).get("/me/objections/obj_x/result.pdf")).status_code == 404
    assert (await api.as_(other).get("/me/repairs/rep_x/decision.pdf")).status_code == 404
    assert (await api.as_(other).get("/me/withdrawals/wdr_x/receipt.pdf")).status_code == 404
