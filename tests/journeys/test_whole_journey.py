"""One resident's whole journey through real processes: database, WeChat's stand-in, API and worker over their sockets.

The clock is passed in (a file that all processes read), never patched.
"""

import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest

from api.demo.people import DEMO_RESIDENTS
from api.demo.records import demo_files
from tests.support.commands import command
from tests.support.mongo import Server
from tests.support.processes import Installation, running

pytestmark = pytest.mark.processes
PYTHON = sys.executable
LI = next(person for person in DEMO_RESIDENTS if person.name == "李建国")
CHEN = next(person for person in DEMO_RESIDENTS if person.name == "陈静")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, mongo_server: Server) -> Any:
    with running(tmp_path_factory.mktemp("journey"), mongo_server) as installation:
        yield installation
        while _CLIENTS:
            _CLIENTS.pop().close()


def work(place: Installation) -> None:
    """One pass of the worker over everything that is due."""
    done = subprocess.run(
        [PYTHON, "-m", "schedulers", "--once"],
        env=place.environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


_CLIENTS: list[httpx.Client] = []


def connect(place: Installation) -> httpx.Client:
    _CLIENTS.append(httpx.Client(base_url=f"{place.url}/api/v1", timeout=30))
    return _CLIENTS[-1]


class Person:
    """A resident's phone."""

    def __init__(self, place: Installation, code: str) -> None:
        self.http = connect(place)
        session = self.post("/session/wechat", {"code": code})
        self.refresh_token = session["refreshToken"]
        self._carry(session)
        assert "openid" not in json.dumps(session)
        assert "session_key" not in json.dumps(session)

    def _carry(self, session: dict[str, Any]) -> None:
        self.http.headers["Authorization"] = f"Bearer {session['accessToken']}"

    def refresh(self) -> None:
        session = self.post("/session/refresh", {"refreshToken": self.refresh_token})
        self.refresh_token = session["refreshToken"]
        self._carry(session)

    def post(self, path: str, body: Any, expected: tuple[int, ...] = (200, 201)) -> dict[str, Any]:
        answer = self.http.post(path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
        assert answer.status_code in expected, answer.text
        return dict(answer.json())

    def get(self, path: str, **params: str) -> dict[str, Any]:
        answer = self.http.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def bind(self, name: str, number: str) -> None:
        self.post("/me/identity", {"name": name, "documentKind": "resident_id", "documentNumber": number})
        self.refresh()

    def records(self, section: str) -> list[dict[str, Any]]:
        sections = self.get("/me/report")["sections"]
        return [record for found in sections if found["section"] == section for record in found["records"]]


@pytest.fixture(scope="module")
def loaded(place: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The providers' files, taken in by the command line; a second time they change nothing."""
    folder: Path = tmp_path_factory.mktemp("files")
    added = command(
        place.environ, "provider", "add", "--id", "demo_dalian_market", "--name", "大连市市场监督管理局（示例）",
        "--jurisdiction", "dalian", "--code", "11210200MB0000001A", "--system", "大连市政务服务平台（示例）",
    )  # fmt: skip
    assert added.status == 0, added.err
    added = command(
        place.environ, "provider", "add", "--id", "demo_yunnan_market", "--name", "昆明市市场监督管理局（示例）",
        "--jurisdiction", "yunnan", "--code", "11530100MB0000003C", "--system", "云南省信用信息共享平台（示例）",
    )  # fmt: skip
    assert added.status == 0, added.err
    for file in demo_files(place.now().date()):
        if not file.name.endswith("penalties.csv"):
            continue
        (folder / file.name).write_bytes(file.body)
        first = command(place.environ, "import", str(folder / file.name), "--provider", file.provider)
        assert first.status == 0, first.err
        again = command(place.environ, "import", str(folder / file.name), "--provider", file.provider)
        assert again.status == 0, again.err
        assert "0 taken in" in again.out
    return place


def officer(place: Installation, jurisdiction: str) -> httpx.Client:
    """A new officer, signed in with the password that they chose and a one-time code."""
    name = f"officer-{jurisdiction}"
    added = command(
        place.environ, "staff", "add", name, "--role", "officer", "--jurisdiction", jurisdiction, "--name", "办件人员"
    )
    assert added.status == 0, added.err
    client = connect(place)
    chosen = {"username": name, "code": added.out, "password": "a-long-password-2026"}
    activated = client.post("/staff/activation", json=chosen)
    assert activated.status_code == 201, activated.text
    clock = pyotp.parse_uri(activated.json()["otpauth"])
    assert isinstance(clock, pyotp.TOTP)
    otp = clock.at(place.now())
    answer = client.post("/staff/session", json={"username": name, "password": "a-long-password-2026", "otp": otp})
    assert answer.status_code in (200, 201), answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['accessToken']}"
    return client


def test_serve_says_that_it_serves_and_where(place: Installation) -> None:
    said = (place.folder / "api.log").read_text()
    assert "serving" in said and place.url.rpartition(":")[2] in said


def test_from_signing_in_to_a_repaired_record(loaded: Installation) -> None:
    place = loaded
    place.at("2026-11-21T10:00+08:00")
    li = Person(place, LI.code)

    refused = li.http.get("/me/report")
    assert (refused.status_code, refused.json()["code"]) == (403, "identity-needed")
    wrong = li.http.post(
        "/me/identity", json={"name": LI.name, "documentKind": "resident_id", "documentNumber": LI.number[:-1] + "0"}
    )
    assert wrong.status_code == 400
    assert LI.number not in wrong.text
    li.bind(LI.name, LI.number)

    (record,) = li.records("dishonesty")
    assert record["repair"]["state"] == "opens"
    opens_on = record["repair"]["opensOn"]
    assert record["sourceUnit"] == "大连市市场监督管理局（示例）"
    assert record["catalogue"]["publicAttribute"]
    assert record["publicity"]["maximumEndsOn"]
    assert record["disclosurePeriod"]["endsOn"]

    reply = li.post("/bot/messages", {"text": "我有条处罚记录怎么弄掉"})
    assert reply["flow"] == "repair"
    assert any(quoted["number"] in (38, 44) for quoted in reply["citations"])
    assert record["id"] in [action["recordId"] for action in reply["personal"]["actions"]]
    year, month, day = (int(part) for part in opens_on.split("-"))
    assert f"{year}年{month}月{day}日" in reply["personal"]["lines"][0]

    early = li.http.post("/me/repairs", json=repair_of(li, record["id"]))
    assert early.status_code == 409
    assert early.json()["citation"]["label"]
    assert early.json()["nextStep"]["text"]
    li.post("/me/repairs/reminders", {"recordId": record["id"]})
    asked = next(t for t in li.get("/me/subscriptions")["templates"] if t["name"] == "date_arrived")
    template = asked["templateId"]
    httpx.post(
        f"{place.wechat_url}/standin/subscribe",
        json={"who": LI.code.removeprefix("demo-"), "template": template, "result": "accept"},
        timeout=30,
    ).raise_for_status()
    li.post("/me/subscriptions", {"results": {"date_arrived": "accept"}})
    work(place)
    assert not [n for n in li.get("/me/notices")["items"] if n["kind"] == "repairs.opens"]

    place.at(f"{opens_on}T09:00:00+08:00")
    work(place)
    li.refresh()
    (told,) = [n for n in li.get("/me/notices")["items"] if n["kind"] == "repairs.opens"]
    assert "失信" not in told["text"]
    sent = httpx.get(f"{place.wechat_url}/standin/sent", timeout=30).json()["sent"]
    pushed = [message for message in sent if template in message.values()]
    assert len(pushed) == 1
    assert LI.name not in json.dumps(pushed, ensure_ascii=False)
    work(place)
    assert len(httpx.get(f"{place.wechat_url}/standin/sent", timeout=30).json()["sent"]) == len(sent)

    case = li.post("/me/repairs", repair_of(li, record["id"]))
    desk = officer(place, "dalian")
    queue = desk.get("/staff/queue").json()["items"]
    assert [docket["caseRef"] for docket in queue] == [case["id"]]
    for action, body in (
        ("forward", {"reason": "材料齐全，转认定单位。"}),
        ("accept", {"reason": "认定单位受理。"}),
        ("approve", {"reason": "核对属实。", "reasons": "符合信用修复条件。"}),
    ):
        version = desk.get(f"/staff/repairs/{case['id']}").json()["version"]
        moved = desk.post(f"/staff/repairs/{case['id']}/{action}", json={**body, "version": version})
        assert moved.status_code in (200, 201), moved.text

    li.refresh()
    assert li.records("dishonesty") == []
    (gone,) = li.records("stopped")
    assert gone["standing"] == "repaired"
    assert gone["disclosure"] == {"isPublished": False, "isShared": False, "isQueryable": False}
    kinds = {entry["kind"] for entry in li.get("/me/footprints")["items"]}
    assert {"queried", "repaired"} <= kinds
    assert any("repair" in n["kind"] and n["kind"] != "repairs.opens" for n in li.get("/me/notices")["items"])


def repair_of(person: Person, record_id: str) -> dict[str, Any]:
    pledge = person.get("/me/repairs/eligibility", recordId=record_id)["pledge"]
    return {
        "recordId": record_id,
        "addressee": "centre",
        "pledgeVersion": pledge["version"],
        "performance": "罚款已于限期内缴清，价格标签已全部补齐。",
    }


def test_an_objection_marks_the_record_at_once_and_the_record_stays_disclosed(loaded: Installation) -> None:
    place = loaded
    place.at("2026-11-21T10:00+08:00")
    chen = Person(place, CHEN.code)
    chen.bind(CHEN.name, CHEN.number)
    (record,) = chen.records("dishonesty")
    key = {"Idempotency-Key": "one-tap"}
    body = {
        "recordId": record["id"],
        "addressee": "centre",
        "reasons": ["wrong"],
        "text": "决定书上的罚款是五百元，这里写成了五千元。",
    }
    first = chen.http.post("/me/objections", json=body, headers=key)
    assert first.status_code == 201, first.text
    again = chen.http.post("/me/objections", json=body, headers=key)
    assert (again.status_code, again.content) == (201, first.content)
    changed = chen.http.post("/me/objections", json={**body, "text": "另一个理由。"}, headers=key)
    assert (changed.status_code, changed.json()["code"]) == (409, "idempotency-key-reused")

    text = first.text
    assert "2026-11-23" in text  # one working day to annotate
    assert "2026-11-27" in text  # five to finish
    assert "《云南省社会信用条例》第三十六条第二款" in text
    (marked,) = chen.records("dishonesty")
    assert [mark["kind"] for mark in marked["marks"]] == ["objection"]
    assert marked["standing"] == "standing"


def test_metrics_and_logs_carry_nothing_about_people(loaded: Installation) -> None:
    metrics = httpx.get(f"http://127.0.0.1:{loaded.environ['CW_METRICS_PORT']}/metrics", timeout=30).text
    assert "credit_window_requests_total" in metrics and "credit_window_fast_lane_total" in metrics
    logs = "".join(file.read_text(errors="replace") for file in loaded.folder.glob("*.log"))
    for person in (LI, CHEN):
        for secret in (person.name, person.number):
            assert secret not in metrics
            assert secret not in logs
