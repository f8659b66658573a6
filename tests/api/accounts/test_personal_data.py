"""The whole of one's data, to take along; and closing the account, which says what stays and why."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from api.collections import ALL
from api.infra.paging import MOST_EXPORTED
from api.infra.privacy import subject_index
from api.journal.models import SERVED, Entry
from api.journal.store import JournalStore
from tests.support.api import Api, officer, resident
from tests.support.choices import dishonesty, stored, uploaded
from tests.support.sign_in import bearer, resident_number, sign_in

NUMBER = resident_number("11010519900101233")


async def enter(api: Api, who: str = "wang", attempt: int = 1, number: str = NUMBER) -> tuple[str, str]:
    """The token after binding, and after a step-up."""
    headers = bearer((await sign_in(api.anyone, who, attempt))["accessToken"])
    body = {"name": "王小明", "documentKind": "resident_id", "documentNumber": number, "jurisdiction": "dalian"}
    bound = await api.anyone.post("/me/identity", json=body, headers=headers)
    assert bound.status_code == 201, bound.text
    token = bound.json()["accessToken"]
    stepped = await api.anyone.post("/session/step-up", json={"documentNumber": number}, headers=bearer(token))
    return token, stepped.json()["accessToken"]


async def close(api: Api, token: str) -> httpx.Response:
    return await api.anyone.delete("/me", headers=bearer(token))


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


async def test_the_export_says_what_others_did_and_not_from_which_address_or_which_officer(api: Api) -> None:
    _, stepped = await enter(api)
    record = await stored(api.services, dishonesty(resident(api.services, number=NUMBER), jurisdiction="dalian"))
    looked = await api.as_(officer("dalian")).get(f"/staff/records/{record.id}?purpose=objection")
    assert looked.status_code == 200
    exported = await api.anyone.get("/me/export", headers=bearer(stepped))
    (audits,) = (part["data"] for part in exported.json()["parts"] if part["name"] == "audits")
    theirs = [one for one in audits if one["role"] == "officer"]
    assert {one["action"] for one in theirs} == {"records.search"} and "stf_" not in exported.text
    assert all(one["address"] is None for one in theirs)
    assert any(one["address"] for one in audits if one["role"] != "officer"), "one's own are told with it"


async def test_the_export_needs_a_step_up_and_holds_everything(api: Api) -> None:
    token, stepped = await enter(api)
    await stored(api.services, dishonesty(resident(api.services, number=NUMBER), jurisdiction="dalian"))
    assert (await api.anyone.get("/me/export", headers=bearer(token))).json()["code"] == "step-up-needed"
    response = await api.anyone.get("/me/export", headers=bearer(stepped))
    assert response.status_code == 200 and response.headers["cache-control"] == "no-store"
    assert response.headers["content-disposition"].startswith("attachment")
    parts: dict[str, Any] = {part["name"]: part["data"] for part in response.json()["parts"]}
    assert set(parts) == set(api.services.personal_data.texts)
    assert parts["account"]["identity"]["document_number"] == NUMBER
    assert {record["section"] for record in parts["records"]} == {"basic", "dishonesty"}
    assert parts["audits"][0]["action"] == "accounts.step-up"
    assert parts["footprints"] and parts["devices"]


async def test_the_export_is_only_ones_own(api: Api) -> None:
    await enter(api, "li", number=resident_number("11010519850505123"))
    _, stepped = await enter(api)
    text = (await api.anyone.get("/me/export", headers=bearer(stepped))).text
    assert resident_number("11010519850505123") not in text


async def test_the_readable_file_says_the_same_in_words_and_runs_nothing(api: Api) -> None:
    _, stepped = await enter(api)
    record = dishonesty(resident(api.services, number=NUMBER), title="<script>alert(1)</script>")
    await stored(api.services, record)
    response = await api.anyone.get("/me/export.html", headers=bearer(stepped))
    assert response.status_code == 200
    reader = Reader()
    reader.feed(response.text)
    assert "script" not in reader.tags and "<script>alert(1)</script>" in reader.words
    assert all(text.title in reader.words for text in api.services.personal_data.texts.values())
    assert NUMBER in reader.words and "来源单位" in reader.words
    assert all(word in reader.words for word in ("实名核验", "居民", "已办", "失信信息", "大连"))
    assert not [code for code in ("accounts.bind", "dishonesty") if code in reader.words]


async def test_closing_lets_go_of_the_person_and_says_what_stays(api: Api) -> None:
    _, stepped = await enter(api)
    other = await sign_in(api.anyone, "wang", 2)
    await stored(api.services, dishonesty(resident(api.services, number=NUMBER)))
    response = await close(api, stepped)
    assert response.status_code == 200, response.text
    fates = {item["name"]: item for item in response.json()["items"]}
    assert fates["records"]["fate"] == "kept" and "《" in fates["records"]["citation"]["label"]
    cited = {name: item["citation"]["regulation"] for name, item in fates.items()}
    assert [name for name, law in cited.items() if law == "yunnan"] == ["withdrawals"], "only there is such a right"
    assert (cited["objections"], fates["footprints"]["citation"]["article"]) == ("dalian", 40)
    assert all(item["why"] for item in fates.values())
    account = await api.services.database.collection("accounts").find_one({})
    assert account["status"] == "closed"
    assert not [account[name] for name in ("openid", "openid_index", "subject", "identity", "born_on") if account[name]]
    for token in (stepped, other["accessToken"]):
        assert (await api.anyone.get("/me", headers=bearer(token))).status_code == 401
    again = await api.anyone.post("/session/refresh", json={"refreshToken": other["refreshToken"]})
    assert again.status_code == 401


async def test_records_stay_but_the_basic_information_given_here_goes(api: Api) -> None:
    _, stepped = await enter(api)
    await stored(api.services, dishonesty(resident(api.services, number=NUMBER)))
    await close(api, stepped)
    left = await api.services.records.list_of_subject(subject_index(api.services.keys, "resident_id", NUMBER))
    assert [record.section for record in left] == ["dishonesty"]


async def test_closing_needs_a_step_up_and_nothing_happens_without(api: Api) -> None:
    token, _ = await enter(api)
    assert (await close(api, token)).json()["code"] == "step-up-needed"
    assert (await api.anyone.get("/me", headers=bearer(token))).status_code == 200


async def test_closing_again_changes_nothing(api: Api) -> None:
    _, stepped = await enter(api)
    now = api.services.clock.now()
    actor, _stepped = api.services.tokens.read(stepped, now)
    first = await api.services.database.transact(lambda tx: api.services.personal_data.close(tx, actor, now))
    again = await api.services.database.transact(lambda tx: api.services.personal_data.close(tx, actor, now))
    assert first == again and first.closed_at == now
    closings = await api.services.database.collection("audits").count_documents({"action": "accounts.close"})
    assert closings == 1


async def test_a_closing_that_fails_in_the_middle_closes_nothing(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    token, stepped = await enter(api)

    async def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(api.services.push, "delete", broken)
    assert (await close(api, stepped)).status_code == 500
    assert (await api.anyone.get("/me", headers=bearer(token))).json()["isBound"] is True


async def test_the_same_person_can_come_back_with_a_new_account(api: Api) -> None:
    _, stepped = await enter(api)
    await close(api, stepped)
    token, _ = await enter(api, attempt=3)
    assert (await api.anyone.get("/me", headers=bearer(token))).json()["isBound"] is True


async def test_who_never_bound_an_identity_closes_without_one(api: Api) -> None:
    session = await sign_in(api.anyone, "wang")
    headers = bearer(session["accessToken"])
    assert (await api.anyone.get("/me/export", headers=headers)).status_code == 200
    assert (await api.anyone.delete("/me", headers=headers)).status_code == 200


async def test_what_would_become_of_everything_can_be_read_before(api: Api) -> None:
    session = await sign_in(api.anyone, "wang")
    shown = await api.anyone.get("/me/closing", headers=bearer(session["accessToken"]))
    assert {item["fate"] for item in shown.json()["items"]} == {"deleted", "anonymised", "kept"}


async def test_the_files_that_were_given_and_the_documents_that_were_issued_are_in_the_export(api: Api) -> None:
    _, stepped = await enter(api)
    actor, _when = api.services.tokens.read(stepped, api.services.clock.now())
    file = await uploaded(api, actor)
    report = await api.anyone.get("/me/report.pdf", headers=bearer(stepped))
    assert report.status_code == 200
    parts = {
        p["name"]: p["data"] for p in (await api.anyone.get("/me/export", headers=bearer(stepped))).json()["parts"]
    }
    assert [(one["id"], one["filename"]) for one in parts["evidence"]] == [(file, "回执.png")]
    assert (await api.anyone.get(f"/me/evidence/{file}", headers=bearer(stepped))).status_code == 200
    (issued,) = parts["documents"]
    assert issued["kind"] == "report" and issued["number"] in report.headers["content-disposition"]
    words = Reader()
    words.feed((await api.anyone.get("/me/export.html", headers=bearer(stepped))).text)
    assert all(word in words.words for word in ("回执.png", issued["number"], "信用报告"))


HELD = {
    "account": "accounts", "devices": "sessions", "documents": "issued_documents", "window": "window_visits",
}  # fmt: skip
"""The collection of a kind of data where it is called otherwise."""
NOT_EXPORTED = {
    "what runs the product, and names no person": (
        "limits", "turns", "jobs", "wechat_tokens", "index_keys", "outbox_claims", "wechat_templates", "wechat_events",
        "audit_heads", "digests", "figures", "unit_figures", "moved_days", "centre_changes", "calendar_notices",
        "record_feed", "breaches", "feedback_pages",
    ),
    "lives for an hour or a day, to repeat or settle a request": ("once", "wechat_messages"),
    "the old and the new index of a person, while keys change": ("moved_persons",),
    "about staff and units": (
        "staff", "passkeys", "challenges", "absences", "providers", "provider_keys", "written_answers", "deliveries",
    ),
    "a unit's rows that were refused, which are about nobody known": ("delivery_returns",),
    "the content of files, which are downloaded one by one": ("evidence_pieces",),
    "repeats what stands in the cases": ("queue",),
    "drafts of decisions, which only colleagues read until they are signed": ("proposals",),
}  # fmt: skip


def test_each_collection_is_in_the_export_or_there_is_a_reason_why_not(api: Api) -> None:
    """Uploaded files were forgotten, while the export said that it was everything."""
    held = {HELD.get(name, name) for name in api.services.personal_data.texts}
    reasons = [name for names in NOT_EXPORTED.values() for name in names]
    assert len(reasons) == len(set(reasons)) and not held & set(reasons)
    assert held | set(reasons) == {one.name for one in ALL}


async def test_a_list_that_is_cut_says_so(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left out of an export in silence: neither of the data nor of the file to read."""
    most = 20
    for module in ("accounts.personal_data", "journal.service"):
        monkeypatch.setattr(f"api.{module}.MOST_EXPORTED", most)
    _, stepped = await enter(api)
    subject = resident(api.services, number=NUMBER).bound_subject
    at = datetime(2026, 11, 1, tzinfo=UTC)
    entries = [
        Entry(
            f"jnl_{n:05}",
            "obj_1",
            "objections",
            "DL-1",
            "dalian",
            subject,
            SERVED,
            at,
            "信用中心",
            way="hand",
            on=at.date(),
        )
        for n in range(most + 1)
    ]
    store = JournalStore(api.services.database, api.services.keys)
    await store.add(None, *entries[:-1])

    async def read() -> tuple[dict[str, Any], str]:
        exported = await api.anyone.get("/me/export", headers=bearer(stepped))
        assert exported.status_code == 200, exported.text
        (part,) = (one for one in exported.json()["parts"] if one["name"] == "journal")
        return part, (await api.anyone.get("/me/export.html", headers=bearer(stepped))).text

    part, page = await read()
    assert len(part["data"]) == most and part["isWhole"] and "只有最近的" not in page
    await store.add(None, entries[-1])
    part, page = await read()
    assert len(part["data"]) == most and not part["isWhole"]
    assert part["data"][0]["id"] == entries[-1].id and f"只有最近的{MOST_EXPORTED}条" in page
