"""Whom a resident trusts sees and does what was ticked, until the day, and nothing else; the resident learns of all of it."""

from collections import Counter
from typing import Any

import httpx
import pytest

from api.helpers.items import LOOKS, POWERS
from api.infra.actors import Actor
from api.infra.limits import PURPOSES
from tests.support.api import Api, officer, resident
from tests.support.cases import done, penalty, refused, stored
from tests.support.sign_in import bearer, resident_number, sign_in
from tests.support.world import FixedClock

OWNER, HELPER, OTHER = (resident_number(f"2102031990010{tail}") for tail in ("1233", "2444", "3555"))
PERSONS = {"owner": ("王秀兰", OWNER), "helper": ("李小红", HELPER), "other": ("赵六", OTHER)}


class People:
    """Signed in and bound, each with a client of their own."""

    def __init__(self, api: Api) -> None:
        self.api = api

    async def comes(self, who: str) -> dict[str, str]:
        name, number = PERSONS[who]
        session = await sign_in(self.api.anyone, who)
        body = {"name": name, "documentKind": "resident_id", "documentNumber": number, "jurisdiction": "yunnan"}
        bound = done(await self.api.anyone.post("/me/identity", json=body, headers=bearer(session["accessToken"])), 201)
        return bearer(bound["accessToken"])

    async def appoints(self, owner: dict[str, str], items: tuple[str, ...] = ("report",), **change: Any) -> Any:
        form = done(await self.api.anyone.get("/me/helpers/form", headers=owner))
        body = {
            "helper": {"kind": "family", "name": "李小红"}, "items": items, "untilOn": "2026-12-21",
            "consentVersion": form["version"], **change,
        }  # fmt: skip
        await self.steps_up(owner)
        return await self.api.anyone.post("/me/helpers", json=body, headers=owner)

    async def steps_up(self, owner: dict[str, str]) -> None:
        reply = done(await self.api.anyone.post("/session/step-up", json={"documentNumber": OWNER}, headers=owner), 201)
        owner.update(bearer(reply["accessToken"]))


@pytest.fixture
def people(api: Api) -> People:
    return People(api)


def on_behalf(helper: dict[str, str], appointment: str) -> dict[str, str]:
    return {**helper, "On-Behalf-Of": appointment}


async def helps(people: People, *items: str) -> tuple[dict[str, str], dict[str, str], str]:
    """The owner's headers, the helper's, and the id of what both agreed."""
    owner, helper = await people.comes("owner"), await people.comes("helper")
    given = done(await people.appoints(owner, items), 201)
    taken = done(await people.api.anyone.post("/helping/accept", json={"code": given["code"]}, headers=helper))
    assert taken["id"] == given["appointment"]["id"] and taken["resident"] == "王*兰"
    return owner, helper, taken["id"]


def owner_of(api: Api) -> Actor:
    return resident(api.services, number=OWNER)


@pytest.mark.parametrize(
    ("written", "on_the_document"), [("阿依古丽・买买提", "阿依古丽•买买提"), ("john smith", "John  Smith")]
)
async def test_a_helper_is_known_in_whatever_spelling(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch, written: str, on_the_document: str
) -> None:
    monkeypatch.setitem(PERSONS, "helper", (on_the_document, HELPER))
    owner, helper = await people.comes("owner"), await people.comes("helper")
    given = done(await people.appoints(owner, helper={"kind": "family", "name": written}), 201)
    done(await api.anyone.post("/helping/accept", json={"code": given["code"]}, headers=helper))


async def test_a_helper_sees_the_report_and_the_resident_reads_who_looked(api: Api, people: People) -> None:
    owner, helper, appointment = await helps(people, "report")
    record = await stored(api.services, penalty(owner_of(api), "yunnan"))
    seen = done(await api.anyone.get("/me/report", headers=on_behalf(helper, appointment)))
    ids = [one["id"] for section in seen["sections"] for one in section["records"]]
    assert record.id in ids
    assert (await api.anyone.get("/me/report", headers=helper)).json() != seen, "without the header it is one's own"
    traces = done(await api.anyone.get("/me/footprints", headers=owner))["items"]
    assert ("帮手李*红", "受本人委托查看信用报告") in {(one["unit"], one["why"]) for one in traces}
    titles = [one["title"] for one in done(await api.anyone.get("/me/notices", headers=owner))["items"]]
    assert "您的帮手已经接受" in titles


async def test_what_a_helper_sees_beside_report_and_records_is_in_the_footprints_once_a_day(
    api: Api, people: People, clock: FixedClock
) -> None:
    owner, helper, appointment = await helps(people, "objection", "repair")
    record = await stored(api.services, penalty(owner_of(api), "yunnan"))
    body = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
    case = done(await api.anyone.post("/me/objections", json=body, headers=owner), 201)
    seen = (
        "/me/objections", f"/me/objections/{case['id']}", "/me/repairs", f"/me/repairs/eligibility?recordId={record.id}"
    )  # fmt: skip

    async def looks() -> Counter[str]:
        for path in seen:
            done(await api.anyone.get(path, headers=on_behalf(helper, appointment)))
        traces = (await api.services.footprints.page(owner_of(api).bound_subject, None, None, 50)).items
        return Counter(one.why for one in traces if one.unit == "帮手李*红")

    assert await looks() == await looks() == {"受本人委托查看异议": 1, "受本人委托查看信用修复": 1}
    clock.advance(days=1)
    helper.update(bearer((await sign_in(api.anyone, "helper", 2))["accessToken"]))
    assert await looks() == {"受本人委托查看异议": 2, "受本人委托查看信用修复": 2}


async def test_a_helper_files_and_the_resident_is_told_what_was_done_by_whom(api: Api, people: People) -> None:
    owner, helper, appointment = await helps(people, "objection")
    record = await stored(api.services, penalty(owner_of(api), "yunnan"))
    body = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
    case = done(await api.anyone.post("/me/objections", json=body, headers=on_behalf(helper, appointment)), 201)
    mine = done(await api.anyone.get(f"/me/objections/{case['id']}", headers=owner))
    assert mine["history"][0]["unit"] == "帮手李*红"
    told = {one["title"]: one["text"] for one in done(await api.anyone.get("/me/notices", headers=owner))["items"]}
    assert "帮手李*红替您办理了：异议：" in told["帮手替您办了一步"]
    entries = await api.services.audits.all_of_subject(owner_of(api).bound_subject, 50)
    filed = next(one for one in entries if one.action == "objections.file")
    me = done(await api.anyone.get("/me", headers=helper))
    assert filed.by == me["id"], "the audit names who did it"


async def test_what_was_not_ticked_is_refused_whatever_the_address(api: Api, people: People) -> None:
    _, helper, appointment = await helps(people, "report")
    record = await stored(api.services, penalty(owner_of(api), "yunnan"))
    headers = on_behalf(helper, appointment)
    filing = {"recordId": record.id, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了。"}
    for method, path, body in (
        ("POST", "/me/objections", filing), ("GET", "/me/objections", None), ("GET", "/me/repairs", None),
        ("GET", "/me", None), ("GET", "/me/notices", None), ("GET", "/me/footprints", None), ("GET", "/me/export", None),
        ("DELETE", "/me", None), ("GET", "/me/report.pdf", None), ("GET", "/me/helpers", None), ("GET", "/helping", None),
        ("GET", "/me/devices", None), ("POST", "/me/repairs/reminders", {"recordId": record.id}),
    ):  # fmt: skip
        answer = await api.anyone.request(method, path, json=body, headers=headers)
        assert answer.status_code == 403, (method, path, answer.text)
    refused(await api.anyone.get("/me/notices", headers=headers), 403, "not-for-helpers")


async def test_only_who_took_the_code_stands_in_and_only_while_it_holds(
    api: Api, people: People, clock: FixedClock
) -> None:
    owner, helper, appointment = await helps(people, "report")
    other = await people.comes("other")

    async def looks(headers: dict[str, str], given: str = appointment) -> httpx.Response:
        return await api.anyone.get("/me/report", headers=on_behalf(headers, given))

    assert (await looks(helper)).status_code == 200
    for headers, given in ((other, appointment), (owner, appointment), (helper, "hlp_none"), (helper, "x" * 500)):
        refused(await looks(headers, given), 403, "not-for-helpers")
    assert (
        await api.as_(officer("yunnan")).get("/me/report", headers={"On-Behalf-Of": appointment})
    ).status_code == 403
    assert (await api.anyone.get("/me/report", headers={"On-Behalf-Of": appointment})).status_code == 401
    done(await api.anyone.post(f"/me/helpers/{appointment}/revoke", headers=owner))
    refused(await looks(helper), 403, "not-for-helpers")
    assert done(await api.anyone.get("/helping", headers=helper))["items"] == []
    told = {one["title"]: one["text"] for one in done(await api.anyone.get("/me/notices", headers=owner))["items"]}
    assert told["委托已经结束"].startswith("帮手李*红从现在起")


async def test_it_ends_with_its_last_day_also_before_the_worker_came(
    api: Api, people: People, clock: FixedClock
) -> None:
    await helps(people, "report")
    clock.advance(days=40)
    session = await sign_in(api.anyone, "helper", 2)
    helper = bearer(session["accessToken"])
    assert done(await api.anyone.get("/helping", headers=helper))["items"] == []
    (case,) = (await api.services.helpers.page(await _actor(api, "owner"), None, 5)).items
    refused(await api.anyone.get("/me/report", headers=on_behalf(helper, case.id)), 403, "not-for-helpers")
    closed = await api.services.helpers.expire_due(clock.now())
    assert closed == 1
    again = await api.services.helpers.expire_due(clock.now())
    assert again == 0


async def _actor(api: Api, who: str) -> Actor:
    session = await sign_in(api.anyone, who, 3)
    return resident(api.services, session["account"]["id"], PERSONS[who][1])


async def test_a_code_is_good_once_for_the_person_it_names(api: Api, people: People) -> None:
    owner, helper, other = [await people.comes(who) for who in ("owner", "helper", "other")]
    code = done(await people.appoints(owner), 201)["code"]

    async def accepts(headers: dict[str, str], given: str) -> httpx.Response:
        return await api.anyone.post("/helping/accept", json={"code": given}, headers=headers)

    refused(await accepts(owner, code), 409, "own-helper")
    refused(await accepts(other, code), 403, "not-the-helper")
    refused(await accepts(helper, "AAAAA-AAAAA-AAAAA-AAAAA"), 404, "helper-code-unknown")
    assert (await accepts(helper, code.lower().replace("-", " "))).status_code == 200, "as people type it"
    refused(await accepts(helper, code), 409, "helper-ended")


async def test_a_code_that_was_right_counts_as_no_guess(api: Api, people: People) -> None:
    owner, helper = await people.comes("owner"), await people.comes("helper")

    async def accepts(given: str) -> httpx.Response:
        return await api.anyone.post("/helping/accept", json={"code": given}, headers=helper)

    for _ in range(PURPOSES["redeem"].times - 1):
        refused(await accepts("AAAAA-AAAAA-AAAAA-AAAAA"), 404, "helper-code-unknown")
    done(await accepts(done(await people.appoints(owner), 201)["code"]))
    refused(await accepts("AAAAA-AAAAA-AAAAA-AAAAA"), 404, "helper-code-unknown")
    assert (await accepts("AAAAA-AAAAA-AAAAA-AAAAA")).status_code == 429


async def test_closing_the_account_ends_what_lies_behind_a_hundred_newer_ones(api: Api, people: People) -> None:
    owner, helper, appointment = await helps(people, "report")
    helpers = api.services.database.collection("helpers")
    theirs = await helpers.find_one({"_id": appointment})
    ended = [{**theirs, "_id": f"{appointment}z{n:03}", "code_index": f"{n}", "status": "revoked"} for n in range(101)]
    await helpers.insert_many(ended)
    listed = done(await api.anyone.get("/helping", headers=helper))["items"]
    assert [one["id"] for one in listed] == [appointment], "and whoever helps still finds it"
    await people.steps_up(owner)
    done(await api.anyone.delete("/me", headers=owner))
    refused(await api.anyone.get("/me/report", headers=on_behalf(helper, appointment)), 403, "not-for-helpers")
    await helpers.update_one({"_id": appointment}, {"$set": {"status": "active"}})
    refused(await api.anyone.get("/me/report", headers=on_behalf(helper, appointment)), 403, "not-for-helpers")


async def test_who_helps_may_give_it_up(api: Api, people: People) -> None:
    owner, helper, appointment = await helps(people, "report")
    assert (await api.anyone.post(f"/helping/{appointment}/resign", headers=owner)).status_code == 404
    done(await api.anyone.post(f"/helping/{appointment}/resign", headers=helper))
    refused(await api.anyone.get("/me/report", headers=on_behalf(helper, appointment)), 403, "not-for-helpers")
    (one,) = done(await api.anyone.get("/me/helpers", headers=owner))["items"]
    assert (one["statusLabel"], one["canRevoke"]) == ("对方不再帮忙", False)


async def test_a_day_beyond_a_year_and_an_old_text_are_refused(api: Api, people: People) -> None:
    owner = await people.comes("owner")
    for day in ("2026-11-20", "2027-12-01"):
        refused(await people.appoints(owner, untilOn=day), 400, "helper-term-invalid")
    refused(await people.appoints(owner, consentVersion="2020-1"), 400, "consent-text-outdated")


def test_every_power_names_operations_that_there_are_and_none_that_binds_the_resident(api: Api) -> None:
    known = {
        handler.operation_id: route.path
        for route in api.app.routes
        for handler in getattr(route, "route_handlers", ())
        if getattr(handler, "operation_id", None)
    }
    for power in POWERS.values():
        for operation in power.operations:
            assert known[operation].startswith("/api/v1/me/"), operation
    methods = {
        handler.operation_id: handler.http_methods
        for route in api.app.routes
        for handler in getattr(route, "route_handlers", ())
        if getattr(handler, "operation_id", None)
    }
    every = frozenset().union(*(power.operations for power in POWERS.values()))
    for never in ("deleteAccount", "exportData", "giveGrant", "appointHelper", "filePledge", "withdrawObjection"):
        assert never not in every
    own = {"getReport", "readRecord"}  # which leave a footprint of their own
    texts = {"readWithdrawalConsent"}
    assert {one for one in every if "GET" in methods[one]} <= LOOKS.keys() | own | texts, "every look leaves one"
