"""The inbox, what is booked, calendar files and permissions, over HTTP."""

import re
from datetime import date, timedelta
from importlib import resources

import pytest

from api.errands import ERRANDS
from api.notices.calendar import calendar_of
from api.notices.models import Draft, NoticeState
from api.notices.service import notice_of
from api.notices.texts import load_texts
from tests.support.api import Api, resident
from tests.support.world import FixedClock

DAY = date(2026, 12, 24)
FOLDERS = resources.files("api")


def opening(subject: str, ref: str = "rec_1", on: date = DAY) -> Draft:
    return Draft(kind="repairs.opens", subject=subject, ref=ref, on=on, params={"day": "2026年12月24日"})


async def test_the_inbox_pages_newest_first_counts_unread_and_shows_nobody_elses(api: Api, clock: FixedClock) -> None:
    me, other = resident(api.services), resident(api.services, "acc_two", "110105199001012345")
    for number in range(5):
        await api.services.notices.tell(None, clock.now(), opening(me.bound_subject, f"rec_{number}"))
        clock.advance(minutes=1)
    await api.services.notices.tell(None, clock.now(), opening(other.bound_subject))
    client = api.as_(me)
    seen, cursor = [], None
    while True:
        page = (await client.get("/me/notices", params={"limit": 2, **({"cursor": cursor} if cursor else {})})).json()
        seen += [item["ref"] for item in page["items"]]
        assert page["unread"] == 5
        if (cursor := page.get("nextCursor")) is None:
            break
    assert seen == ["rec_4", "rec_3", "rec_2", "rec_1", "rec_0"]
    one = page["items"][0]["id"]
    first = await client.post(f"/me/notices/{one}/read")
    clock.advance(minutes=5)
    again = await client.post(f"/me/notices/{one}/read")
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json(), "the first time is kept"
    assert (await client.get("/me/notices")).json()["unread"] == 4
    assert (await api.as_(other).post(f"/me/notices/{one}/read")).status_code == 404
    assert (await client.get("/me/notices", params={"cursor": "x"})).status_code == 400


async def test_what_is_booked_says_when_and_that_no_push_will_come_without_an_accept(
    api: Api, clock: FixedClock
) -> None:
    me = resident(api.services)
    await api.services.notices.book(None, clock.now(), opening(me.bound_subject))
    (item,) = (await api.as_(me).get("/me/notices/booked")).json()["items"]
    assert item["on"] == "2026-12-24"
    assert item["at"] == "2026-12-24T00:30:00Z", "half past eight in Shanghai"
    assert item["willPush"] is False
    assert "不会有微信推送" in item["pushNote"]
    shown = (await api.as_(me).get("/me/subscriptions")).json()
    assert shown["willPush"] is False
    assert "不会有微信推送" in shown["note"]
    assert shown["ask"][0] == "dev-date-arrived", "what a booked day waits for is asked first"
    file = await api.as_(me).get(item["calendar"].removeprefix("/api/v1"))
    assert file.headers["content-type"].startswith("text/calendar")
    assert b"DTSTART;VALUE=DATE:20261224\r\n" in file.content
    stranger = resident(api.services, "acc_two", "110105199001012345")
    assert (await api.as_(stranger).get(item["calendar"].removeprefix("/api/v1"))).status_code == 404


async def test_an_accept_of_the_device_is_not_promised_until_wechat_confirms(api: Api, clock: FixedClock) -> None:
    me = resident(api.services)
    await api.services.notices.book(None, clock.now(), opening(me.bound_subject))
    reply = await api.as_(me).post("/me/subscriptions", json={"results": {"dev-date-arrived": "accept"}})
    assert reply.status_code == 200
    (item,) = (await api.as_(me).get("/me/notices/booked")).json()["items"]
    assert item["willPush"] is False
    assert "等微信确认" in item["pushNote"]
    (template,) = [t for t in reply.json()["templates"] if t["name"] == "date_arrived"]
    assert (template["banked"], template["unconfirmed"]) == (0, 1)


async def test_the_same_answer_sent_twice_under_one_key_counts_once(api: Api) -> None:
    client = api.as_(resident(api.services))
    for _ in range(2):
        await client.post(
            "/me/subscriptions", json={"results": {"date_arrived": "accept"}}, headers={"Idempotency-Key": "k1"}
        )
    assert (await api.services.push.find("acc_one")).bank("date_arrived").claimed == 1


async def test_after_a_refusal_that_template_is_not_asked_for_a_month(api: Api, clock: FixedClock) -> None:
    client = api.as_(resident(api.services))
    reply = (await client.post("/me/subscriptions", json={"results": {"date_arrived": "reject"}})).json()
    assert "dev-date-arrived" not in reply["ask"]
    assert len(reply["ask"]) == 2
    clock.advance(days=29)
    client = api.as_(resident(api.services))
    assert "dev-date-arrived" not in (await client.get("/me/subscriptions")).json()["ask"]
    clock.advance(days=1)
    client = api.as_(resident(api.services))
    assert "dev-date-arrived" in (await client.get("/me/subscriptions")).json()["ask"]


async def test_with_the_main_switch_off_the_page_says_so_and_may_ask_again_when_it_is_on(api: Api) -> None:
    client = api.as_(resident(api.services))
    reply = (await client.post("/me/subscriptions", json={"errorCode": 20004})).json()
    assert reply["isSwitchedOff"] is True
    assert "总开关" in reply["note"]
    assert reply["ask"], "whoever turns it on can be asked at the next tap"
    reply = (await client.post("/me/subscriptions", json={"mainSwitch": True})).json()
    assert reply["isSwitchedOff"] is False
    reply = (await client.post("/me/subscriptions", json={"mainSwitch": False})).json()
    assert reply["isSwitchedOff"] is True
    reply = (await client.post("/me/subscriptions", json={"results": {"task_due": "accept"}})).json()
    assert reply["isSwitchedOff"] is False


@pytest.mark.parametrize(
    "body", [{"results": {"nothing-of-ours": "accept"}}, {"results": {"date_arrived": 1}}, {"extra": 1}, []]
)
async def test_an_answer_that_says_nothing_we_know_is_400(api: Api, body: object) -> None:
    assert (await api.as_(resident(api.services)).post("/me/subscriptions", json=body)).status_code == 400


async def test_what_wechat_gives_is_taken_as_it_gives_it(api: Api) -> None:
    raw = {
        "dev-date-arrived": "acceptWithAudio",
        "dev-task-due": "reject",
        "dev-case-progress": "something-new",
        "errMsg": "requestSubscribeMessage:ok",
    }
    reply = await api.as_(resident(api.services)).post("/me/subscriptions", json={"results": raw})
    assert reply.status_code == 200
    by_name = {one["name"]: one for one in reply.json()["templates"]}
    assert by_name["date_arrived"]["unconfirmed"] == 1
    assert by_name["task_due"]["isRefused"]
    assert (by_name["case_progress"]["unconfirmed"], by_name["case_progress"]["isRefused"]) == (0, False)


async def test_a_booking_that_was_taken_back_says_why_and_can_be_booked_again(api: Api, clock: FixedClock) -> None:
    me = resident(api.services)
    draft = opening(me.bound_subject)
    notices = api.services.notices
    await notices.book(None, clock.now(), draft)
    await notices.cancel(None, me.bound_subject, "rec_1", ("repairs.opens",), now=clock.now(), why="日期已更正。")
    (shown,) = await api.services.outlooks.of(me, "rec_1")
    assert (shown.state, shown.explanation) == (NoticeState.CANCELLED, "日期已更正。")
    await notices.book(None, clock.now(), draft)
    (shown,) = await api.services.outlooks.of(me, "rec_1")
    assert (shown.state, shown.explanation) == (NoticeState.BOOKED, None)


def test_a_calendar_file_has_short_lines_and_says_nothing_that_a_push_would_not() -> None:
    notice = notice_of(
        opening("sub"),
        load_texts()[opening("sub").kind],
        FixedClock.at("2026-11-21T10:00+08:00").now(),
        NoticeState.BOOKED,
    )
    content = calendar_of(notice, notice.created_at)
    assert all(len(part) <= 75 for part in content.split(b"\r\n"))
    unfolded = content.replace(b"\r\n ", b"").decode()
    assert "SUMMARY:一项业务可以办理的第一天" in unfolded
    assert "修复" not in unfolded


def test_every_pushed_text_fits_and_keeps_silent_about_what_a_lock_screen_must_not_show() -> None:
    for kind, text in load_texts().items():
        if text.template:
            assert 0 < len(text.headline) <= 20, kind
            assert 0 < len(text.hint) <= 20, kind
            assert not any(word in text.headline + text.hint for word in ("失信", "处罚", "黑名单", "元"))


def test_every_kind_is_an_errand_and_an_event() -> None:
    kinds = {*load_texts(), *(kind for errand in ERRANDS.values() for kind in errand.texts)}
    assert [kind for kind in kinds if not re.fullmatch(r"[a-z]+\.[a-z_]+", kind)] == []
    folders = {errand for errand, _, _ in (kind.partition(".") for kind in kinds)}
    assert [name for name in folders if not (FOLDERS / name / "__init__.py").is_file()] == []


async def test_booking_twice_changes_nothing_and_telling_is_once(api: Api, clock: FixedClock) -> None:
    me = resident(api.services)
    for _ in range(2):
        await api.services.notices.book(None, clock.now(), opening(me.bound_subject))
        clock.advance(hours=1)
    later = opening(me.bound_subject, on=DAY + timedelta(days=1))
    await api.services.notices.book(None, clock.now(), later)
    assert len(await api.services.notices.list_booked(me.bound_subject)) == 2
