"""An officer looks up by exact number, for a purpose, in the own place, and the person sees it."""

from datetime import timedelta
from typing import Any

import pytest

from api.records.digests import act_keys
from api.records.lookup import Purpose
from api.records.models import AppliedMeasure, Change, Copy
from tests.support.api import Api, officer, resident
from tests.support.cases import done, keyed, signed_in
from tests.support.cases import penalty as of_unit
from tests.support.choices import dishonesty, stored
from tests.support.files import DALIAN, add_providers, penalty, person, to_csv
from tests.support.world import FixedClock


@pytest.fixture
async def taken_in(api: Api) -> str:
    """The id of a Dalian record that came in by file."""
    import io

    await add_providers(api.services)
    now = api.services.clock.now()
    await api.services.intake.import_file(io.BytesIO(to_csv([penalty(1), penalty(2)])), DALIAN.id, now=now)
    me = resident(api.services, number=person(1))
    (record,) = await api.services.records.list_of_subject(me.bound_subject)
    return record.id


@pytest.mark.parametrize(
    "asked",
    [
        {"actNumber": "连市监罚〔2026〕1号"},
        {"actNumber": " 连市监罚〔2026〕 1号"},
        {"documentNumber": person(1)},
        {"documentNumber": person(1).lower(), "documentKind": "resident_id"},
    ],
)
async def test_a_record_is_found_by_its_exact_number_and_the_person_sees_who_looked_and_why(
    api: Api, taken_in: str, asked: dict[str, Any]
) -> None:
    reply = await api.as_(officer("dalian")).post("/staff/records/search", json={"purpose": "objection", **asked})
    assert [item["id"] for item in reply.json()["items"]] == [taken_in], reply.text
    mine = api.as_(resident(api.services, number=person(1)))
    (entry,) = (await mine.get("/me/footprints?kind=queried")).json()["items"]
    assert (entry["unit"], entry["why"], entry["canDispute"]) == ("dalian-centre", "办理异议", True)
    assert entry["records"] == [taken_in] and entry["basis"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"purpose": "objection"}, 400),
        ({"purpose": "objection", "actNumber": "1", "documentNumber": person(1)}, 400),
        ({"actNumber": "连市监罚〔2026〕1号"}, 400),
        ({"purpose": "curiosity", "actNumber": "连市监罚〔2026〕1号"}, 400),
        ({"purpose": "window", "documentNumber": "123"}, 400),
        ({"purpose": "window", "name": "甲一"}, 400),
    ],
)
async def test_without_a_purpose_or_one_whole_number_nothing_is_looked_up(
    api: Api, taken_in: str, asked: dict[str, Any], status: int
) -> None:
    reply = await api.as_(officer("dalian")).post("/staff/records/search", json=asked)
    assert reply.status_code == status
    assert await api.services.database.collection("footprints").count_documents({"kind": "queried"}) == 0


async def test_another_places_records_are_not_found_and_the_attempt_is_in_the_audit(api: Api, taken_in: str) -> None:
    other = api.as_(officer("yunnan"))
    body = {"purpose": "objection", "actNumber": "连市监罚〔2026〕1号"}
    assert (await other.post("/staff/records/search", json=body)).json()["items"] == []
    assert (await other.get(f"/staff/records/{taken_in}?purpose=objection")).status_code == 404
    assert (await other.get("/staff/records/rec_none?purpose=objection")).status_code == 404
    audits = await api.services.database.collection("audits").find({"outcome": "not-found"}).to_list(10)
    assert sorted(entry["ref"] for entry in audits) == sorted(["none", taken_in, "rec_none"])
    assert (await api.as_(officer("dalian")).get(f"/staff/records/{taken_in}?purpose=repair")).status_code == 200
    assert (await api.as_(officer("dalian")).get(f"/staff/records/{taken_in}")).status_code == 400


async def test_residents_and_providers_have_no_desk(api: Api, taken_in: str) -> None:
    me = resident(api.services, number=person(1))
    assert (await api.as_(me).get(f"/staff/records/{taken_in}?purpose=repair")).status_code == 403
    assert (await api.anyone.get(f"/staff/records/{taken_in}?purpose=repair")).status_code == 401


async def test_copies_and_measures_are_noted_once(api: Api, clock: FixedClock) -> None:
    me = resident(api.services)
    now = clock.now()
    record = await stored(
        api.services,
        dishonesty(
            me,
            copies=(Copy(system="某平台", shared_at=now),),
            measures=(AppliedMeasure("cn-p6", "某局", clock.today()),),
        ),
    )
    desk = api.as_(officer("yunnan"))
    assert (
        await desk.post(f"/staff/records/{record.id}/copies", json={"system": "某平台", "reason": "来函"})
    ).status_code == 404
    change = Change(at=now + timedelta(hours=1), kind="corrected", unit="某局", reason="更正")
    await api.services.records.alter(None, record, change, record_class="serious")
    reply = await desk.post(f"/staff/records/{record.id}/copies", json={"system": "某平台", "reason": "来函"})
    assert reply.json()["copies"][0]["acknowledgedAt"] is not None and reply.json()["copies"][0]["due"] is None
    assert (
        await desk.post(f"/staff/records/{record.id}/copies", json={"system": "某平台", "reason": "来函"})
    ).status_code == 404
    without = await desk.post(f"/staff/records/{record.id}/measures", json={"code": "cn-p6", "unit": "某局"})
    assert without.status_code == 400  # nothing is noted without saying how one knows
    body = {"code": "cn-p6", "unit": "某局", "reason": "来函"}
    assert (await desk.post(f"/staff/records/{record.id}/measures", json=body)).status_code == 200
    assert (await desk.post(f"/staff/records/{record.id}/measures", json=body)).status_code == 404
    assert (await api.services.records.get(record.id)).measures[0].lifted_at is not None
    elsewhere = api.as_(officer("dalian"))
    assert (await elsewhere.post(f"/staff/records/{record.id}/measures", json=body)).status_code == 404
    audits = api.services.database.collection("audits")
    page = await api.services.audits.page(
        subject=None, action=None, day=None, cursor=None, limit=50, place=record.jurisdiction
    )
    noted = [(entry.action, entry.basis) for entry in page.items if (entry.ref, entry.outcome) == (record.id, "done")]
    assert sorted(noted) == [("records.acknowledge", "来函"), ("records.lift-measure", "来函")]
    assert await audits.count_documents({"ref": record.id, "outcome": "not-found"}) == 1


async def test_a_search_and_a_slip_stop_at_no_hundred(api: Api) -> None:
    """A hundred and one records of one person, all on one document."""
    owner, act = resident(api.services, number=person(1)), act_keys(api.services.keys, "连市监罚〔2026〕7号")[0]
    kept = [(await stored(api.services, of_unit(owner, act_key=act, title="行政处罚信息"))).id for _ in range(101)]
    desk, unit = signed_in(api, officer("dalian")), await keyed(api)
    for client, path, about in (
        (desk, "/staff/records/search", {"purpose": "window", "actNumber": "连市监罚〔2026〕7号"}),
        (desk, "/staff/records/search", {"purpose": "window", "documentNumber": person(1)}),
        (unit, "/provider/records/search", {"actNumber": "连市监罚〔2026〕7号"}),
        (unit, "/provider/records/search", {"documentNumber": person(1)}),
    ):
        first = done(await client.post(path, json=about))
        assert len(first["items"]) == 100 and first["nextCursor"], (path, about)
        rest = done(await client.post(path, json={**about, "cursor": first["nextCursor"]}))
        assert rest.get("nextCursor") is None
        assert {one["id"] for one in (*first["items"], *rest["items"])} == set(kept)
    cases = done(await desk.post("/staff/cases/search", json={"purpose": "window", "actNumber": "连市监罚〔2026〕7号"}))
    assert cases == {"items": [], "isCut": True}, "and who looks for cases by it reads that not all were looked through"
    lookup, now = api.services.lookup, api.services.clock.now()
    subject = await lookup.known_as("resident_id", person(1), now)
    whole = await lookup.all_of_subject(None, officer("dalian"), subject, Purpose.WINDOW, now)
    assert len(whole) == 101, "what is printed at the window"
