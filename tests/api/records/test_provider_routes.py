"""A provider over HTTP: its own records in, put right, withdrawn when the act falls, and every change followed."""

import asyncio
from datetime import date
from typing import Any

import httpx
import msgspec
import pytest

from api.infra.actors import Actor
from api.records.models import Record, Standing
from api.records.unit_routes import FORMS
from tests.support.api import Api, officer, resident
from tests.support.files import DALIAN, YUNNAN, add_providers, commendation, key_of, penalty, person, to_csv, to_lines
from tests.support.world import FixedClock

CSV = {"Content-Type": "text/csv; charset=utf-8"}


@pytest.fixture
async def dalian(api: Api) -> httpx.AsyncClient:
    await add_providers(api.services)
    return api.with_key(await key_of(api.services, DALIAN))


@pytest.fixture
async def yunnan(api: Api, dalian: httpx.AsyncClient) -> httpx.AsyncClient:
    return api.with_key(await key_of(api.services, YUNNAN))


def me(api: Api, serial: int = 1) -> Actor:
    return resident(api.services, number=person(serial))


async def the_record(api: Api, serial: int = 1) -> Record:
    (record,) = await api.services.records.list_of_subject(me(api, serial).bound_subject)
    return record


async def sent(client: httpx.AsyncClient, **cells: str) -> None:
    reply = await client.post("/provider/records", content=to_csv([penalty(1, **cells)]), headers=CSV)
    assert reply.status_code == 200 and reply.json()["accepted"] == 1, reply.text


async def test_a_file_sent_over_http_lands_and_its_bad_rows_come_back_with_line_column_and_article(
    api: Api, dalian: httpx.AsyncClient
) -> None:
    body = to_csv([penalty(1), penalty(2, 违法事实="当事人血型为A型")])
    reply = await dalian.post("/provider/records", content=body, headers=CSV)
    assert reply.status_code == 200
    assert reply.json()["accepted"] == 1 and reply.json()["refusedCount"] == 1
    (fault,) = reply.json()["refused"]
    assert (fault["line"], fault["column"], fault["code"]) == (3, "违法事实", "barred-personal-data")
    assert fault["citation"]["regulation"] == "dalian" and fault["citation"]["article"] == 18


@pytest.mark.parametrize("form", ["application/x-ndjson", "application/json"])
async def test_json_lands_too(api: Api, dalian: httpx.AsyncClient, form: str) -> None:
    lines = to_lines([commendation(1)])
    body = lines if form == "application/x-ndjson" else b"[" + lines.strip() + b"]"
    reply = await dalian.post("/provider/records", content=body, headers={"Content-Type": form})
    assert reply.json()["accepted"] == 1


@pytest.mark.parametrize("form", [form for form, accepted in FORMS.items() if accepted.example])
async def test_what_the_reference_shows_as_an_example_is_taken_in(
    api: Api, dalian: httpx.AsyncClient, form: str
) -> None:
    shown = FORMS[form].example
    lines = form.endswith(("ndjson", "jsonl"))
    body = shown if isinstance(shown, str) else to_lines([shown]) if lines else msgspec.json.encode(shown)
    reply = await dalian.post("/provider/records", content=body, headers={"Content-Type": form})
    assert (reply.json()["accepted"], reply.json()["refused"]) == (1, [])


async def test_the_same_key_gets_the_same_answer_and_another_body_under_it_stores_nothing(
    api: Api, dalian: httpx.AsyncClient
) -> None:
    headers = {**CSV, "Idempotency-Key": "one"}
    first = await dalian.post("/provider/records", content=to_csv([penalty(1)]), headers=headers)
    again = await dalian.post("/provider/records", content=to_csv([penalty(1)]), headers=headers)
    assert again.json() == first.json() and again.json()["accepted"] == 1
    other = await dalian.post("/provider/records", content=to_csv([penalty(2)]), headers=headers)
    assert other.status_code == 409 and other.json()["code"] == "idempotency-key-reused"
    assert await api.services.records.list_of_subject(me(api, 2).bound_subject) == []


async def test_a_file_that_was_only_looked_at_is_not_taken_for_handed_in(api: Api, dalian: httpx.AsyncClient) -> None:
    sending: dict[str, Any] = {"content": to_csv([penalty(1)]), "headers": {**CSV, "Idempotency-Key": "one"}}
    looked = [await dalian.post("/provider/records", params={"dryRun": "true"}, **sending) for _ in range(2)]
    assert [reply.json()["isDry"] for reply in looked] == [True, True] and looked[0].content == looked[1].content
    real = await dalian.post("/provider/records", **sending)
    assert (real.status_code, real.json()["code"]) == (409, "idempotency-key-reused")
    sending["headers"]["Idempotency-Key"] = "two"
    assert (await dalian.post("/provider/records", **sending)).json()["accepted"] == 1


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"", CSV, 400, "unreadable-file"),
        (b"a,b\n1,2\n", CSV, 400, "unreadable-file"),
        (b"[]", {"Content-Type": "application/json"}, 400, "unreadable-file"),
        (to_csv([]), CSV, 400, "no-rows"),
        (to_csv([{}, {"行政相对人名称": "合计"}]), CSV, 400, "no-rows"),
        (to_csv([penalty(1)]), {"Content-Type": "application/pdf"}, 415, "unsupported-media-type"),
        (b"{}\n" * 10_001, {"Content-Type": "application/x-ndjson"}, 413, "too-many-rows"),
    ],
)
async def test_what_is_no_file_of_records_is_refused_whole(
    api: Api, dalian: httpx.AsyncClient, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    reply = await dalian.post("/provider/records", content=body, headers=headers)
    assert reply.status_code == status and reply.json()["code"] == code and reply.json()["nextStep"]["text"]


async def test_without_a_key_or_its_scope_nothing_is_taken(api: Api, dalian: httpx.AsyncClient) -> None:
    now = api.services.clock.now()
    from api.infra.actors import SYSTEM

    key = await api.services.providers.issue_key(None, SYSTEM, DALIAN.id, now, scopes=("changes",))
    assert (await api.with_key(key).post("/provider/records", content=b"x", headers=CSV)).status_code == 403
    assert (await api.anyone.post("/provider/records", content=b"x", headers=CSV)).status_code == 401
    assert (await api.as_(me(api)).post("/provider/records", content=b"x", headers=CSV)).status_code == 401


async def test_a_correction_changes_the_dates_tells_the_person_and_the_copies_and_stands_in_the_feed(
    api: Api, yunnan: httpx.AsyncClient
) -> None:
    await sent(yunnan)
    record = await the_record(api)
    reply = await yunnan.post(
        f"/provider/records/{record.id}/corrections",
        json={
            "reason": "罚款金额录入错误",
            "fields": {
                "decidedOn": "2026-09-02",
                "dutyPerformedOn": "2026-09-10",
                "items": {"罚款金额（万元）": "0.1"},
            },
        },
    )
    assert reply.status_code == 200, reply.text
    assert set(reply.json()["changed"]) == {"文书日期", "义务履行日期", "罚款金额（万元）"}
    due = reply.json()["copies"][0]["due"]
    assert due["on"] == "2026-11-25" and due["citation"]["article"] == 36  # three working days over a weekend
    after = await the_record(api)
    assert after.particulars.items["罚款金额（万元）"] == "0.1" and after.version == record.version + 1
    assert after.changes[-1].reason == "罚款金额录入错误"
    feed = (await yunnan.get("/provider/changes")).json()
    (entry,) = feed["items"]
    assert entry["recordId"] == record.id and entry["kind"] == "corrected" and len(entry["systems"]) == 2
    notices = await api.services.database.collection("notices").find({"ref": record.id, "state": "told"}).to_list(10)
    assert [notice["kind"] for notice in sorted(notices, key=lambda one: one["kind"], reverse=True)] == [
        "records.told",
        "records.corrected",
    ]
    assert "罚款" not in notices[0]["title"] + notices[0]["text"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"decidedOn": "2027-01-01"}, 400),
        ({"decidedOn": None}, 400),  # a dishonesty record rests on a dated document
        ({"removedOn": "2026-10-01"}, 400),
        ({"items": {"备注": "当事人信仰佛教"}}, 400),
        ({"recordClass": "terrible"}, 400),
        ({"subject": "x"}, 400),
        ({"recordClass": "general"}, 409),
        ({}, 409),
    ],
)
async def test_a_correction_that_says_nothing_new_or_nothing_lawful_changes_nothing(
    api: Api, yunnan: httpx.AsyncClient, fields: dict[str, Any], status: int
) -> None:
    await sent(yunnan)
    record = await the_record(api)
    body = {"reason": "更正", "fields": fields}
    reply = await yunnan.post(f"/provider/records/{record.id}/corrections", json=body)
    assert reply.status_code == status, reply.text
    assert await the_record(api) == record


async def test_a_class_that_is_not_published_in_principle_ends_publication(api: Api, dalian: httpx.AsyncClient) -> None:
    await sent(dalian)
    record = await the_record(api)
    assert record.disclosure.is_published
    body = {"reason": "类别有误", "fields": {"recordClass": "minor"}}
    assert (await dalian.post(f"/provider/records/{record.id}/corrections", json=body)).status_code == 200
    assert not (await the_record(api)).disclosure.is_published


async def test_a_revoked_act_is_withdrawn_at_once_with_the_day_the_law_gives(
    api: Api, dalian: httpx.AsyncClient
) -> None:
    await sent(dalian)
    record = await the_record(api)
    body = {"act": "revoked", "reason": "复议决定撤销原处罚"}
    reply = (await dalian.post(f"/provider/records/{record.id}/revocation", json=body)).json()
    assert reply["record"]["standing"] == "revoked" and reply["law"] == "dalian-43"
    assert reply["due"]["on"] == "2026-11-25" and reply["due"]["isStatutory"]
    after = await the_record(api)
    assert after.standing is Standing.REVOKED and not after.disclosure.is_queryable
    assert after.copies[0].told_at is not None
    again = await dalian.post(f"/provider/records/{record.id}/revocation", json=body)
    assert again.status_code == 409 and again.json()["code"] == "record-not-standing"


async def test_in_yunnan_a_revoked_act_is_handled_like_a_founded_objection(api: Api, yunnan: httpx.AsyncClient) -> None:
    await sent(yunnan)
    record = await the_record(api)
    body = {"act": "corrected", "reason": "处罚金额更正", "fields": {"items": {"罚款金额（万元）": "0.1"}}}
    reply = (await yunnan.post(f"/provider/records/{record.id}/revocation", json=body)).json()
    assert reply["record"]["standing"] == "standing" and reply["due"] is None and reply["law"] == "yunnan-12"
    assert reply["explanation"]


async def test_another_units_record_is_not_found_and_the_attempt_is_in_the_audit(
    api: Api, dalian: httpx.AsyncClient, yunnan: httpx.AsyncClient
) -> None:
    await sent(dalian)
    record = await the_record(api)
    for path, body in (
        ("corrections", {"reason": "更正", "fields": {"recordClass": "minor"}}),
        ("revocation", {"act": "revoked", "reason": "撤销"}),
    ):
        reply = await yunnan.post(f"/provider/records/{record.id}/{path}", json=body)
        assert reply.status_code == 404
    assert (await the_record(api)) == record
    entries = await api.services.database.collection("audits").find({"ref": record.id}).to_list(10)
    assert [(entry["by"], entry["outcome"]) for entry in entries] == [(YUNNAN.id, "not-found")] * 2
    assert (await yunnan.get("/provider/changes")).json()["items"] == []


async def test_acknowledging_stamps_the_copies_and_a_newer_change_is_still_owed(
    api: Api, yunnan: httpx.AsyncClient, clock: FixedClock
) -> None:
    await sent(yunnan)
    record = await the_record(api)
    path = f"/provider/records/{record.id}/corrections"
    await yunnan.post(path, json={"reason": "第一次", "fields": {"recordClass": "serious"}})
    clock.advance(hours=1)
    (first,) = (await yunnan.get("/provider/changes")).json()["items"]
    one = await yunnan.post(f"/provider/changes/{first['id']}/acknowledgement", json={"systems": first["systems"][:1]})
    assert one.json()["acknowledgedAt"] is None
    assert [copy.acknowledged_at is not None for copy in (await the_record(api)).copies] == [True, False]
    rest = await yunnan.post(f"/provider/changes/{first['id']}/acknowledgement", json={})
    assert rest.json()["acknowledgedAt"] is not None
    assert all(copy.acknowledged_at is not None for copy in (await the_record(api)).copies)
    await yunnan.post(path, json={"reason": "第二次", "fields": {"recordClass": "general"}})
    await yunnan.post(f"/provider/changes/{first['id']}/acknowledgement", json={})
    assert all(copy.acknowledged_at is None for copy in (await the_record(api)).copies)
    bad = await yunnan.post(f"/provider/changes/{first['id']}/acknowledgement", json={"systems": ["别处"]})
    assert bad.status_code == 400


async def test_a_name_that_no_document_has_is_no_correction(api: Api, yunnan: httpx.AsyncClient) -> None:
    await sent(yunnan)
    record = await the_record(api)
    for name in ("王秀兰😀", "王*兰", "甲1"):
        path, body = f"/provider/records/{record.id}/corrections", {"reason": "更正姓名", "fields": {"name": name}}
        reply = await yunnan.post(path, json=body)
        assert (reply.status_code, [one["field"] for one in reply.json()["errors"]]) == (400, ["name"])
    assert (await the_record(api)).particulars.name == record.particulars.name


async def test_the_feed_is_read_forward_and_goes_on_where_it_was_left(api: Api, yunnan: httpx.AsyncClient) -> None:
    await sent(yunnan)
    record = await the_record(api)
    path = f"/provider/records/{record.id}/corrections"
    for record_class in ("minor", "serious", "general"):
        await yunnan.post(path, json={"reason": "更正", "fields": {"recordClass": record_class}})
    first = (await yunnan.get("/provider/changes?limit=2")).json()
    assert len(first["items"]) == 2 and first["hasMore"]
    rest = (await yunnan.get(f"/provider/changes?limit=2&cursor={first['nextCursor']}")).json()
    assert len(rest["items"]) == 1 and not rest["hasMore"]
    assert (await yunnan.get(f"/provider/changes?cursor={rest['nextCursor']}")).json()["items"] == []
    await yunnan.post(path, json={"reason": "更正", "fields": {"recordClass": "minor"}})
    assert len((await yunnan.get(f"/provider/changes?cursor={rest['nextCursor']}")).json()["items"]) == 1


async def test_two_corrections_at_once_both_stand_one_after_the_other_or_one_is_told(
    api: Api, yunnan: httpx.AsyncClient
) -> None:
    await sent(yunnan)
    record = await the_record(api)
    replies = await asyncio.gather(
        *(
            yunnan.post(
                f"/provider/records/{record.id}/corrections",
                json={"reason": "更正", "fields": {"items": {"备注": f"第{number}次"}}},
            )
            for number in range(4)
        )
    )
    done = [reply for reply in replies if reply.status_code == 200]
    assert done and all(reply.status_code in (200, 409) for reply in replies)
    after = await the_record(api)
    assert after.version == record.version + len(done) and len(after.changes) == len(done)
    assert len((await yunnan.get("/provider/changes")).json()["items"]) == len(done)


async def test_after_imprisonment_the_five_years_of_dalian_35_run_from_its_completion_for_repair_too(
    api: Api, dalian: httpx.AsyncClient
) -> None:
    """Conduct ended in June 2021, the sentence in June 2023: in November 2026 the one period is over, the other is not."""
    cells = {"处罚决定日期": "2021-07-01", "违法行为终止日期": "2021-06-01", "义务履行日期": "2026-06-01"}
    both = to_csv([penalty(1, **cells, 刑罚执行完毕日期="2023-06-01", 刑罚执行中="是")])
    (fault,) = (await dalian.post("/provider/records", content=both, headers=CSV)).json()["refused"]
    assert (fault["column"], fault["code"]) == ("刑罚执行中", "dates-contradict")
    await sent(dalian, **cells, 刑罚执行完毕日期="2023-06-01")
    record = await the_record(api)
    assert record.standing is Standing.STANDING and str(record.disclosed_until) == "2028-06-01"
    mine = api.as_(me(api))
    at = {"recordId": record.id}
    told = (await mine.get("/me/repairs/eligibility", params=at)).json()
    assert (told["state"], told["opensOn"]) == ("open", "2026-06-01")
    shown = (await mine.get(f"/me/records/{record.id}")).json()
    assert shown["repair"]["state"] == "open" and shown["sentenceCompletedOn"] == "2023-06-01"

    ahead = {"reason": "核对裁判文书", "fields": {"sentenceCompletedOn": "2027-11-22"}}
    assert (await dalian.post(f"/provider/records/{record.id}/corrections", json=ahead)).status_code == 200
    running = (await mine.get(f"/me/records/{record.id}")).json()["disclosurePeriod"]
    assert (running["state"], running["endsOn"], running["wouldEndOn"]) == ("not_begun", None, "2032-11-22")
    assert str((await the_record(api)).disclosed_until) == "2032-11-22"
    none = {"reason": "没有判处剥夺人身自由的刑罚", "fields": {"sentenceCompletedOn": None}}
    put_right = await dalian.post(f"/provider/records/{record.id}/corrections", json=none)
    assert put_right.status_code == 200 and put_right.json()["changed"] == ["刑罚执行完毕日期"]
    assert (await mine.get("/me/repairs/eligibility", params=at)).json()["state"] == "closed"


@pytest.mark.parametrize(
    ("place", "clock_name"), [("yunnan", "objection.shared_copies"), ("dalian", "objection.follow_copies")]
)
async def test_after_a_revoked_act_each_system_owes_it_in_the_queue_and_late_is_a_breach(
    api: Api, dalian: httpx.AsyncClient, yunnan: httpx.AsyncClient, clock: FixedClock, place: str, clock_name: str
) -> None:
    unit = dalian if place == "dalian" else yunnan
    clock.move_to(date(2026, 11, 23))
    await sent(unit)
    record = await the_record(api)
    assert (await api.as_(officer(place)).get("/staff/queue")).json()["items"] == []
    body = {"act": "revoked", "reason": "复议决定撤销"}
    assert (await unit.post(f"/provider/records/{record.id}/revocation", json=body)).status_code == 200
    (line,) = (await api.as_(officer(place)).get("/staff/queue")).json()["items"]
    assert (line["errand"], line["next"]["clock"], line["next"]["due"]["on"]) == (
        "corrections",
        clock_name,
        "2026-11-26",
    )
    assert line["next"]["due"]["isStatutory"] is (place == "yunnan") and line["caseRef"] == record.id
    mine = api.as_(me(api))
    assert (await mine.post("/bot/messages", json={"text": "我的异议到哪了"})).json()["personal"]["lines"] == []

    clock.move_to(date(2026, 11, 27))
    by_law = place == "yunnan"  # what the service promised itself is late, and no breach
    assert await api.services.desk.record_breaches(clock.now()) == (len(record.copies) if by_law else 0)
    (change,) = (await unit.get("/provider/changes")).json()["items"]
    followed = await unit.post(f"/provider/changes/{change['id']}/acknowledgement", json={})
    assert followed.status_code == 200
    desk = api.as_(officer(place))
    assert (await desk.get("/staff/queue")).json()["items"] == []
    breaches = (await desk.get("/staff/breaches")).json()["items"]
    assert {breach["owedBy"] for breach in breaches} == ({copy.system for copy in record.copies} if by_law else set())
    assert all(breach["doneAt"] for breach in breaches)
