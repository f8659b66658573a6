"""What an errand gets by its folder and one `Part`, shown by one that the product does not have (`tests/specimen`)."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.app import create_app
from api.composition import Services
from api.errands import PARTS, Part
from api.infra.collections import codecs_of
from api.infra.mongo import Database
from api.reminders.planning import STEP_LATE
from tests.specimen.errand import ERRAND
from tests.specimen.service import AppealService
from tests.support.api import Api, auditor, make_settings, officer, open_api_over, resident
from tests.support.cases import clocks, done, refused, signed_in
from tests.support.world import FixedClock

_ROOT = Path(__file__).parents[2]
_LODGED = {"jurisdiction": "yunnan", "authority": "某市人民政府"}


@pytest.fixture
async def api(database: Database, clock: FixedClock) -> AsyncIterator[Api]:
    services = Services(make_settings(), clock=clock, database=database, parts=(*PARTS, Part(ERRAND, AppealService)))
    async with open_api_over(services, create_app(services)) as opened:
        yield opened


async def test_it_has_routes_steps_a_version_and_a_queue_with_its_clock(api: Api) -> None:
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("yunnan"))
    case = done(await me.post("/me/appeals", json=_LODGED), 201)
    assert case["statusLabel"] == "已登记，等待记载" and list(clocks(case)) == ["objection.review"]
    (line,) = done(await desk.get("/staff/queue", params={"errand": "appeals"}))["items"]
    assert (line["caseRef"], line["statusLabel"]) == (case["id"], "已登记，等待记载")
    note = {"reason": "已核对受理通知书", "version": 7}
    refused(await desk.post(f"/staff/appeals/{case['id']}/note", json=note), 409, "outdated")
    noted = done(await desk.post(f"/staff/appeals/{case['id']}/note", json={**note, "version": case["version"]}))
    assert noted["status"] == "noted" and done(await desk.get("/staff/queue"))["items"] == []
    other = signed_in(api, resident(api.services, "acc_two", "110105198505051230"))
    assert (await other.get(f"/me/appeals/{case['id']}")).status_code == 404
    seen = done(await me.get(f"/me/appeals/{case['id']}"))
    assert [one["label"] for one in seen["history"]] == ["登记复议", "记载复议情况"]
    assert all("note" not in one for one in seen["history"]) and seen["actions"] == []


async def test_it_tells_reminds_and_answers_in_the_chat_what_is_under_way(api: Api) -> None:
    actor = resident(api.services)
    me = signed_in(api, actor)
    case = done(await me.post("/me/appeals", json=_LODGED), 201)
    (told,) = done(await me.get("/me/notices"))["items"]
    assert told["kind"] == "appeals.lodged" and case["number"] in told["text"]
    (booked,) = await api.services.notices.list_booked(actor.bound_subject)
    assert booked.kind == STEP_LATE and "复议登记" in booked.text
    (open_case,) = await api.services.open_cases(actor)
    assert open_case.flow == "appeal" and open_case.line.startswith(f"复议登记（{case['number']}）")


async def test_it_is_named_in_the_audit_in_the_export_and_for_page_and_desk(api: Api) -> None:
    actor = resident(api.services)
    me, reader = signed_in(api, actor), signed_in(api, auditor())
    case = done(await me.post("/me/appeals", json=_LODGED), 201)
    (entry,) = await api.services.audits.all_of_subject(actor.bound_subject, 10)
    assert (entry.action, entry.ref) == ("appeals.lodge", case["id"])
    names = {one["action"]: one["name"] for one in done(await reader.get("/staff/audit/actions"))["items"]}
    assert names["appeals.lodge"] == "复议登记：登记复议" and names["appeals.read"] == "复议登记：查看"
    (holding,) = (one for one in api.services.personal_data.holdings if one.name == "appeals")
    (held,) = await holding.read(actor)
    assert held.authority == "某市人民政府" and holding.labels["authority"] == "复议机关"
    fate = api.services.personal_data.texts["appeals"]
    assert (fate.title, fate.fate, fate.why) == ("复议登记", "kept", "登记过的复议情况依法留存。")
    shown = {one["name"]: one for one in done(await me.get("/errands"))}["appeals"]
    assert shown["queued"] and [one["action"] for one in shown["steps"]] == ["lodge", "note", "withdraw"]


async def test_it_is_sealed_indexed_and_placed_on_a_shard(api: Api, database: Database) -> None:
    me = signed_in(api, resident(api.services))
    case = done(await me.post("/me/appeals", json=_LODGED), 201)
    stored = await database.collection("appeals").find_one({"_id": case["id"]})
    assert isinstance(stored["authority"], bytes) and set(codecs_of(ERRAND.collections, api.services.keys)) == {
        "appeals"
    }
    assert "subject" in await database.raw["appeals"].index_information()
    assert all(one.shard_key or one.why for one in ERRAND.collections)


def test_the_recipe_names_no_more_than_fifteen_places_and_each_is_there() -> None:
    text = (_ROOT / "CONTRIBUTING.md").read_text("utf-8")
    recipe = text.partition("## A new errand\n")[2].partition("\n## ")[0]
    places = re.findall(r"^\d+\. `([^`]+)`", recipe, re.MULTILINE)
    assert 5 <= len(places) <= 15
    for place in places:
        path = place.replace("api/<errand>", "tests/specimen").replace("<errand>", "specimen")
        assert (_ROOT / path).exists(), f"{place}: the specimen shows no {path}"
    shown = {file.name for file in (_ROOT / "tests/specimen").iterdir() if file.suffix in (".py", ".toml")}
    assert shown == {Path(place).name for place in places if "<errand>/" in place}, "the recipe and the specimen differ"
