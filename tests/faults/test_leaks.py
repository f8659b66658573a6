"""After a whole journey: no identity number, name or openid, and nothing a person wrote, where it does not belong."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bson
import httpx
import pymongo
import pytest

from api.composition import Services
from api.infra.collections import codecs_of
from api.infra.settings import read_settings
from tests.browser.people import WANG, populate
from tests.support.api import built_app
from tests.support.pdfs import made
from tests.support.processes import _REPOSITORY, Installation, running
from tests.support.stored import strangers_in
from tests.wiring.test_access import routes_of

TEXT = "我从未在那里经营，摊主是我的表哥"
FILENAME = "我家的租房合同.pdf"
SHOWN = "lease of the flat at Zhongshan Road 17"
CONTENT = made(content=f"% {SHOWN}".encode())
DESIRED = "请把这条记录删掉"
QUESTION = f"我的身份证号是{WANG.number}，异议怎么提"
IN_PLAIN_VIEW = "未按规定公示年度报告", "大连市市场监督管理局"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with running(tmp_path_factory.mktemp("leaks")) as started:
        populate(started)
        journey(started)
        started.environ["OPENID"] = asyncio.run(openid_of(started))
        yield started


def journey(place: Installation) -> None:
    """Everything a resident's data passes through, refusals included."""
    with httpx.Client(base_url=f"{place.url}/api/v1", timeout=30) as http:

        def ask(method: str, path: str, status: int, **what: Any) -> Any:
            answer = http.request(method, path, **what)
            assert answer.status_code == status, (path, answer.text)
            return answer.json() if "json" in answer.headers.get("content-type", "") else answer.content

        session = ask("POST", "/session/wechat", 201, json={"code": WANG.code})
        http.headers["Authorization"] = f"Bearer {session['accessToken']}"
        wrong = {"name": "王大明", "documentKind": "resident_id", "documentNumber": WANG.number[:-1] + "0"}
        ask("POST", "/me/identity", 400, json=wrong)
        identity = {"name": WANG.name, "documentKind": "resident_id", "documentNumber": WANG.number}
        bound = ask("POST", "/me/identity", 201, json={**identity, "jurisdiction": WANG.jurisdiction})
        http.headers["Authorization"] = f"Bearer {bound['accessToken']}"
        for template in ("date-arrived", "case-progress", "task-due"):
            body = {"who": WANG.code.removeprefix("demo-"), "template": f"dev-{template}", "result": "accept"}
            httpx.post(f"{place.wechat_url}/standin/subscribe", json=body, timeout=10)
        ask("POST", "/me/subscriptions", 200, json={"results": {"case_progress": "accept", "date_arrived": "accept"}})

        report = ask("GET", "/me/report", 200)
        step_up = ask("POST", "/session/step-up", 201, json={"documentNumber": WANG.number})
        ask("POST", "/session/step-up", 403, json={"documentNumber": WANG.number[::-1]})
        pdf = http.get("/me/report.pdf", headers={"Authorization": f"Bearer {step_up['accessToken']}"})
        assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF")
        record = re.findall(r"rec_[0-9a-z]{26}", str(report))[0]
        file = ask("POST", "/me/evidence", 201, files={"file": (FILENAME, CONTENT, "application/pdf")},
                   headers={"Idempotency-Key": "evidence"})  # fmt: skip
        filed = {"recordId": record, "addressee": "centre", "reasons": ["wrong"], "text": TEXT, "desired": DESIRED}
        case = ask("POST", "/me/objections", 201, json={**filed, "evidence": [file["id"]]},
                   headers={"Idempotency-Key": "objection"})  # fmt: skip
        ask("POST", "/me/objections", 409, json=filed)
        ask("GET", f"/me/objections/{case['id']}", 200)
        ask("GET", f"/me/evidence/{WANG.number}", 404)
        ask("POST", "/bot/messages", 200, json={"text": QUESTION})
        ask("POST", "/bot/feedback", 202, json={"question": QUESTION, "verdict": "down", "kind": "article"})
        ask("POST", f"/me/objections/{case['id']}/withdraw", 200, json={})

        place.at("2026-11-24T10:00+08:00")  # a Tuesday, in working hours
        with (place.folder / "worker.log").open("wb") as log:
            subprocess.run(
                [sys.executable, "-m", "schedulers", "--once"],
                env=place.environ, cwd=_REPOSITORY, check=True, timeout=120, stdout=log, stderr=log,
            )  # fmt: skip


async def openid_of(place: Installation) -> str:
    """As it was before it was sealed."""
    services = Services(read_settings(place.environ))
    try:
        document = await services.database.collection("accounts").find_one({})
        openid = codecs_of(services.COLLECTIONS, services.keys)["accounts"].decode(document).openid
        assert openid
        return str(openid)
    finally:
        await services.close()


def secrets_of(place: Installation) -> list[str]:
    return [WANG.number, WANG.name, place.environ["OPENID"]]


def leaks(place: Installation, content: bytes, *more: str) -> list[str]:
    return [text for text in (*secrets_of(place), *more) if text.encode() in content]


async def dump(place: Installation) -> dict[str, bytes]:
    services = Services(read_settings(place.environ))
    try:
        return {
            name: b"".join([bson.encode(document) async for document in services.database.collection(name).find({})])
            for name in await services.database.raw.list_collection_names()
        }
    finally:
        await services.close()


@pytest.mark.processes
def test_a_dump_of_the_database_tells_nothing_of_a_person(place: Installation) -> None:
    collections = asyncio.run(dump(place))
    written = (TEXT, FILENAME, SHOWN, DESIRED, QUESTION)
    assert {name: leaks(place, content, *written) for name, content in collections.items()} == {
        key: [] for key in collections
    }
    assert {
        "accounts",
        "records",
        "objections",
        "evidence",
        "evidence_pieces",
        "audits",
        "notices",
        "feedback_pages",
    } <= {name for name, content in collections.items() if content}, "the journey went through all of them"
    assert IN_PLAIN_VIEW[1].encode() in b"".join(collections.values()), "the search finds what is not sealed"


@pytest.mark.processes
def test_every_stored_field_is_what_its_struct_declares(place: Installation) -> None:
    """The worker's and WeChat's collections too, which no test of the API alone fills."""

    async def looked_through() -> set[str]:
        services = Services(read_settings(place.environ))
        try:
            return await strangers_in(services.database, {one.name: one for one in services.COLLECTIONS})
        finally:
            await services.close()

    assert asyncio.run(looked_through()) == set()


@pytest.mark.processes
def test_the_databases_files_tell_nothing_of_a_person(place: Installation) -> None:
    with pymongo.MongoClient[Any](place.mongodb_uri) as client:
        client.admin.command("fsync")
        storage = Path(client.admin.command("getCmdLineOpts")["parsed"]["storage"]["dbPath"])
    files = [path for path in storage.rglob("*") if path.is_file()]
    content = b"".join(path.read_bytes() for path in files)
    assert leaks(place, content, TEXT, FILENAME, DESIRED) == []
    assert b"rec_" in content, "the search finds what is not sealed"


@pytest.mark.processes
def test_logs_and_metrics_tell_nothing_of_a_person(place: Installation) -> None:
    for log in place.folder.glob("*.log"):
        assert leaks(place, log.read_bytes(), TEXT, FILENAME, QUESTION) == [], log.name
    metrics = httpx.get(f"http://127.0.0.1:{place.environ['CW_METRICS_PORT']}/metrics", timeout=10).content
    assert b"/api/v1/me/objections" in metrics, "the search looks at the right metrics"
    assert leaks(place, metrics) == [] and not re.search(rb"(?:rec|acc|obj|ev)_[0-9a-z]{26}", metrics)


@pytest.mark.processes
def test_what_is_pushed_can_be_read_on_a_lock_screen_by_anybody(place: Installation) -> None:
    sent = httpx.get(f"{place.wechat_url}/standin/sent", params={"after": "0"}, timeout=10).json()["sent"]
    assert sent, "something was pushed"
    for message in sent:
        shown = str(message["data"]) + str(message["page"])
        assert leaks(place, shown.encode(), TEXT, *IN_PLAIN_VIEW) == []


def test_no_address_has_a_place_for_a_person() -> None:
    names = {name for route in routes_of(built_app()) for name in re.findall(r"{(\w+)(?::\w+)?}", route)}
    assert {name for name in names if not name.endswith("_id")} <= {
        "id",
        "case_ref",
        "code", "number", "file", "path", "build", "name", "purpose", "clock", "day", "jurisdiction", "kind", "errand"
    }  # fmt: skip
