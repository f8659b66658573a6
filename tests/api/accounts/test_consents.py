"""Consents: each for itself, with the text that was read, taken back as easily as given."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from api.accounts.consents import purposes
from api.accounts.errors import ConsentNeeded
from api.infra.privacy import subject_index
from api.notices.push.receivers import ReceiverStore
from tests.support.api import Api
from tests.support.sign_in import bearer, resident_number, sign_in
from tests.support.world import FixedClock

NUMBER = resident_number("11010519900101233")
VERSION = "2026-1"


async def enter(api: Api) -> dict[str, str]:
    headers = bearer((await sign_in(api.anyone, "wang"))["accessToken"])
    body = {"name": "王小明", "documentKind": "resident_id", "documentNumber": NUMBER, "jurisdiction": "dalian"}
    bound = await api.anyone.post("/me/identity", json=body, headers=headers)
    return bearer(bound.json()["accessToken"])


async def decide(api: Api, headers: dict[str, str], purpose: str, **more: Any) -> httpx.Response:
    return await api.anyone.post("/me/consents", json={"purpose": purpose, "version": VERSION, **more}, headers=headers)


async def view(api: Api, headers: dict[str, str], purpose: str) -> dict[str, Any]:
    items = (await api.anyone.get("/me/consents", headers=headers)).json()["items"]
    found: dict[str, Any] = next(item for item in items if item["purpose"] == purpose)
    return found


async def test_every_purpose_is_shown_with_its_text_and_article(api: Api) -> None:
    headers = await enter(api)
    items = (await api.anyone.get("/me/consents", headers=headers)).json()["items"]
    assert [item["purpose"] for item in items] == list(purposes())
    assert all(item["text"] and item["version"] and "《" in item["citation"]["label"] for item in items)
    assert all(item["status"] is None for item in items)


async def test_one_purpose_given_leaves_the_others_and_is_taken_back_in_one_step(api: Api) -> None:
    headers = await enter(api)
    assert (await decide(api, headers, "bot-questions")).status_code == 201
    assert (await view(api, headers, "bot-questions"))["isAllowed"] is True
    undecided = await view(api, headers, "push")
    assert (undecided["status"], undecided["statusLabel"]) == (None, "默认开启，可以关闭")
    taken = await api.anyone.delete("/me/consents/bot-questions", headers=headers)
    assert taken.status_code == 200 and not taken.json()["isAllowed"]
    assert (taken.json()["status"], taken.json()["statusLabel"]) == ("withdrawn", "已撤回")


def test_what_rests_on_consent_is_never_taken_from_silence() -> None:
    """Article 14: consent is a voluntary and explicit act. What one may only switch off rests on something else."""
    for purpose in purposes().values():
        is_consent = (purpose.citation.regulation, purpose.citation.article) == ("personal-information-law", 14)
        assert not (is_consent and purpose.is_opt_out), purpose.id


async def test_the_ledger_keeps_every_decision_with_its_text(api: Api, clock: FixedClock) -> None:
    headers = await enter(api)
    for is_given in (True, True, False, True):
        clock.advance(seconds=1)
        await decide(api, headers, "bot-questions", isGiven=is_given)
    stored = await api.services.database.collection("consents").find_one({})
    assert [event["action"] for event in stored["history"]] == ["given", "refused", "given"]
    assert {event["version"] for event in stored["history"]} == {VERSION}
    entries = await api.services.database.collection("audits").count_documents({"action": {"$regex": "^consents"}})
    assert entries == 3


async def test_after_a_refusal_the_page_does_not_ask_until_the_rest_is_over(api: Api, clock: FixedClock) -> None:
    headers = await enter(api)
    assert (await view(api, headers, "bot-questions"))["isAskable"] is True
    account = (await api.anyone.get("/me", headers=headers)).json()["id"]
    await decide(api, headers, "bot-questions", isGiven=False)
    rest = timedelta(days=purposes()["bot-questions"].cool_down_days)
    refused_at = clock.now()

    async def is_askable() -> bool:
        states = await api.services.consents.list_all(account, clock.now())
        return next(state.is_askable for state in states if state.purpose.id == "bot-questions")

    assert not await is_askable()
    clock.advance(seconds=(rest - timedelta(seconds=1)).total_seconds())
    assert not await is_askable()
    clock.advance(seconds=1)
    assert clock.now() == refused_at + rest and await is_askable()


async def test_a_text_that_is_not_the_newest_is_not_agreed_to(api: Api) -> None:
    headers = await enter(api)
    old = await api.anyone.post("/me/consents", json={"purpose": "push", "version": "2020-1"}, headers=headers)
    assert old.status_code == 400 and old.json()["code"] == "consent-text-outdated"
    assert [error["field"] for error in old.json()["errors"]] == ["version"]
    none = await api.anyone.post("/me/consents", json={"purpose": "world", "version": VERSION}, headers=headers)
    assert none.status_code == 404
    assert (await api.anyone.delete("/me/consents/world", headers=headers)).status_code == 404


async def test_what_was_refused_is_not_done_until_it_is_given_again(api: Api, clock: FixedClock) -> None:
    headers = await enter(api)
    account = (await api.anyone.get("/me", headers=headers)).json()["id"]
    await api.services.consents.require(account, "bot-personal", clock.now())
    await decide(api, headers, "bot-personal", isGiven=False)
    with pytest.raises(ConsentNeeded) as refused:
        await api.services.consents.require(account, "bot-personal", clock.now())
    assert refused.value.citation is not None and refused.value.next_step.flow == "consents"
    await decide(api, headers, "bot-personal")
    await api.services.consents.require(account, "bot-personal", clock.now())


async def test_who_takes_back_reminders_gets_no_push_and_who_gives_them_again_does(api: Api) -> None:
    headers = await enter(api)
    subject = subject_index(api.services.keys, "resident_id", NUMBER)
    receivers = ReceiverStore(api.services.database, api.services.keys)
    assert subject in await receivers.find_many([subject])
    await api.anyone.delete("/me/consents/push", headers=headers)
    assert subject not in await receivers.find_many([subject])
    await decide(api, headers, "push")
    assert subject in await receivers.find_many([subject])


async def test_a_consent_that_was_never_asked_for_is_not_there(monkeypatch: pytest.MonkeyPatch, api: Api) -> None:
    strict = replace(purposes()["push"], is_opt_out=False)
    monkeypatch.setitem(purposes(), "push", strict)
    with pytest.raises(ConsentNeeded):
        await api.services.consents.require("acc_new", "push", api.services.clock.now())


def test_every_purpose_has_a_text_from_the_first_day_on() -> None:
    for purpose in purposes().values():
        assert purpose.text_on(date(2026, 1, 1)).text
        assert [text.since for text in purpose.texts] == sorted(text.since for text in purpose.texts)
