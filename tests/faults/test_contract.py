"""The OpenAPI document is what the application does. The whole form is in `tests/bench/schemathesis.py`."""

import json
from pathlib import Path

import pytest
from schemathesis.transport.requests import REQUESTS_TRANSPORT

from tests.faults.contract import LINES, asks_wrongly, fuzz, names_wrong_rows
from tests.support.api import Api
from tests.support.mongo import Server


@pytest.mark.processes
def test_no_request_made_from_the_document_is_answered_with_a_fault_or_otherwise_than_documented(
    tmp_path: Path, mongo_server: Server
) -> None:
    result = fuzz(tmp_path, 300, seconds=240, processes=2, server=mongo_server)
    assert not result.failures, "\n\n".join(f"{title}\n{shown}" for title, shown in result.failures.items())
    assert result.cases >= 300 and result.statuses[200] > 20 and result.phases["stateful"] > 0


@pytest.mark.parametrize(
    ("sent", "said", "is_named"),
    [
        (b'[{"code": 1}, {"code": "x"}]', (1, 0, 1), True),
        (b"[null]", (0, 0, 1), True),
        (b'{"code": 1}', (0, 0, 1), True),
        (b"[]", (0, 0, 0), True),
        (b'[{"code": 1}]', (1, 0, 0), False),  # a wrong row came in
        (b'[{"code": 1}]', (0, 1, 0), False),
        (b'[{"code": 1}, {"code": 2}]', (0, 0, 1), False),  # one is lost
        (b'"code"', (0, 0, 1), False),  # no rows at all
        (b"null", (0, 0, 0), False),
        (b"a,b\n1,2\n", (0, 0, 1), False),
        (None, (0, 0, 0), False),
    ],
)
def test_a_wrong_file_is_answered_row_by_row_or_refused(
    sent: bytes | None, said: tuple[int, int, int], is_named: bool
) -> None:
    answer = json.dumps(dict(zip(("accepted", "unchanged", "refusedCount"), said, strict=True))).encode()
    assert names_wrong_rows(sent, 200, answer) is is_named
    assert not names_wrong_rows(sent, 204, answer)


@pytest.mark.parametrize(
    ("query", "is_wrong"),
    [({}, False), ({"unheard": [None]}, False), ({"dryRun": True, "unheard": 1}, False), ({"dryRun": "perhaps"}, True)],
)
def test_a_query_is_wrong_by_what_the_document_says_of_its_parameters(query: dict[str, object], is_wrong: bool) -> None:
    known = [{"name": "dryRun", "in": "query", "schema": {"type": "boolean"}}, {"name": "X-File-Name", "in": "header"}]
    assert asks_wrongly(known, query) is is_wrong


async def test_whatever_a_body_may_be_can_be_made_up(api: Api) -> None:
    """One of its types that nobody can write is left out, or ends the run in a fault where chance asks for that type alone."""
    document = (await api.anyone.get("/schema/openapi.json")).json()
    bodies = [
        one["requestBody"] for path in document["paths"].values() for one in path.values() if "requestBody" in one
    ]
    types = {name for body in bodies for name in body["content"]}
    assert set(LINES) < types
    assert {name for name in types if REQUESTS_TRANSPORT.get_first_matching_media_type(name) is None} == set()
