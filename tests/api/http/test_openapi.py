"""The document says what the application does: bodies, who may call, where an answer leads. What it answers is tried in tests/faults."""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from tests.support.api import Api


@pytest.fixture
async def document(api: Api) -> dict[str, Any]:
    found: dict[str, Any] = (await api.anyone.get("/schema/openapi.json")).json()
    return found


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for operation in item.values():
            yield path, operation


async def test_the_document_is_the_same_however_often_it_is_read(api: Api, document: dict[str, Any]) -> None:
    assert (await api.anyone.get("/schema/openapi.json")).json() == document
    for _, operation in _operations(document):
        names = [parameter["name"] for parameter in operation.get("parameters", ())]
        assert len(names) == len(set(names)), operation["operationId"]


async def test_every_link_leads_to_an_operation_and_gives_all_that_its_path_wants(document: dict[str, Any]) -> None:
    paths = {operation["operationId"]: path for path, operation in _operations(document)}
    links = [
        (path, link)
        for path, operation in _operations(document)
        for answer in operation["responses"].values()
        for link in answer.get("links", {}).values()
    ]
    assert len(links) > 150
    for path, link in links:
        wanted = set(re.findall(r"\{([^}]+)\}", paths[link["operationId"]]))
        assert {name.removeprefix("path.") for name in link["parameters"]} == wanted
        for value in link["parameters"].values():
            assert value in ("$response.body#/id", "$response.body#/items/0/id") or value.removeprefix(
                "$request.path."
            ) in re.findall(r"\{([^}]+)\}", path)


async def test_a_case_that_was_filed_leads_to_what_its_owner_its_officer_and_its_unit_may_do(
    document: dict[str, Any],
) -> None:
    links = document["paths"]["/api/v1/me/objections"]["post"]["responses"]["201"]["links"]
    assert {"getObjection", "withdrawObjection", "dispatchObjection", "replyToVerification"} <= set(links)
    assert links["getObjection"]["parameters"] == {"path.objection_id": "$response.body#/id"}


async def test_a_request_body_says_that_unknown_fields_are_refused_and_what_a_list_holds(
    document: dict[str, Any],
) -> None:
    filing = document["components"]["schemas"]["FileObjection"]
    assert filing["additionalProperties"] is False
    assert filing["properties"]["reasons"]["items"]["type"] == "string"


async def test_who_may_call_is_written_down(document: dict[str, Any]) -> None:
    paths = document["paths"]
    assert paths["/api/v1/me"]["get"]["security"] == [{"bearer": []}]
    assert paths["/api/v1/provider/changes"]["get"]["security"] == [{"providerKey": []}, {"bearer": []}]
    assert "security" not in paths["/api/v1/regulations"]["get"]


async def test_a_file_is_said_to_be_a_file(document: dict[str, Any]) -> None:
    answer = document["paths"]["/api/v1/me/evidence/{evidence_id}"]["get"]["responses"]["200"]
    assert list(answer["content"]) == ["application/octet-stream"]


async def test_every_operation_has_a_sentence(document: dict[str, Any]) -> None:
    silent = [operation["operationId"] for _, operation in _operations(document) if not operation.get("description")]
    assert silent == []


async def test_the_body_of_a_file_is_described_with_columns_a_line_and_examples(document: dict[str, Any]) -> None:
    body = document["paths"]["/api/v1/provider/records"]["post"]["requestBody"]
    assert body["required"] and {"text/csv", "application/x-ndjson", "application/json"} <= set(body["content"])
    assert "行政处罚决定书文号" in body["description"] and "许可编号" in body["description"]
    line = body["content"]["application/x-ndjson"]
    schema = document["components"]["schemas"][line["schema"]["$ref"].rpartition("/")[2]]
    assert {"code", "name", "documentNumber"} <= set(schema["required"]) and schema["additionalProperties"] is False
    assert line["example"]["code"] == "commendation" and body["content"]["text/csv"]["example"]


async def test_an_unknown_field_of_a_body_is_named(api: Api) -> None:
    from tests.support.files import add_providers, key_of

    await add_providers(api.services)
    client = api.with_key(await key_of(api.services))
    body = {"reason": "更正", "fields": {"colour": "red"}}
    refused = await client.post("/provider/records/rec_x/corrections", json=body)
    assert refused.status_code == 400 and refused.json()["errors"][0]["field"] == "fields.colour"


async def test_the_reference_is_served_from_here_under_a_policy_without_inline_styles(api: Api) -> None:
    if find_spec("drf_spectacular_sidecar") is None:
        pytest.skip("the reference's package is not installed")
    root = "http://testserver.local"
    page = await api.anyone.get(f"{root}/docs")
    assert page.status_code == 200 and "unsafe" not in page.headers["content-security-policy"]
    script = await api.anyone.get(f"{root}/docs/redoc.js")
    assert script.status_code == 200 and b"Redoc" in script.content
    assert "http" not in page.text.replace("<html", "")
