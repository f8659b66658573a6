"""Bad networks: nothing is lost, nothing is sent twice, and what was missing comes by itself."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Phones
from tests.browser.people import PNG, Person

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_a_network_cut_in_mid_submission_is_resumed_without_a_duplicate(phones: Phones, li: Person) -> None:
    phone = phones()
    phone.signs_in(li)
    phone.opens_record("占道经营")
    phone.taps("这条不对？提异议")
    phone.picks("信息有错误")
    phone.next()
    phone.page.get_by_label("理由和经过").fill("处罚对象不是本人。")
    for name in ("一.png", "二.png"):
        phone.page.locator("input[type=file]").last.set_input_files(
            {"name": name, "mimeType": "image/png", "buffer": PNG + name.encode()}
        )
        phone.sees(name)
    phone.next()
    sent: list[tuple[str, str | None]] = []

    def reached_but_unanswered(route: Route) -> None:
        """The server has it; the phone never hears."""
        sent.append((route.request.url, route.request.headers.get("idempotency-key")))
        route.fetch()
        route.abort("connectionreset")

    phone.page.route("**/api/v1/me/objections", reached_but_unanswered)
    phone.taps("提交异议")
    phone.sees("网络断开，还没有办完")
    phone.page.unroute("**/api/v1/me/objections")
    phone.page.reload()
    phone.sees("看一遍，再交")
    with phone.page.expect_request("**/api/v1/me/objections") as again:
        phone.taps("提交异议")
    assert again.value.headers["idempotency-key"] == sent[0][1]
    phone.title("办好了")
    phone.open("/cases/objections")
    expect(phone.page.locator("a.cell")).to_have_count(1)
    phone.page.locator("a.cell").click()
    expect(phone.page.locator(".files li")).to_have_count(2)


def test_files_that_arrived_are_not_sent_again(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    phone.open("/do/objection")
    phone.page.locator("a.cell", has_text="社区助老").click()
    phone.picks("信息有遗漏")
    phone.next()
    phone.page.get_by_label("理由和经过").fill("少记了四十小时。")
    for name in ("一.png", "二.png"):
        phone.page.locator("input[type=file]").last.set_input_files(
            {"name": name, "mimeType": "image/png", "buffer": PNG + name.encode()}
        )
        phone.sees(name)
    phone.next()
    uploads: list[str] = []
    phone.page.on("requestfinished", lambda request: uploads.append("done") if "/me/evidence" in request.url else None)

    def only_the_first(route: Route) -> None:
        if uploads:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    phone.page.route("**/api/v1/me/evidence", only_the_first)
    phone.taps("提交异议")
    phone.sees("网络断开，还没有办完")
    phone.page.unroute("**/api/v1/me/evidence")
    phone.taps("现在再试")
    phone.title("办好了")
    assert len(uploads) == 2


def test_what_could_not_be_fetched_comes_by_itself_when_the_network_is_back(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    phone.open("/footprints")
    phone.title("谁查过我")
    phone.open("/mine")
    phone.title("我的")
    phone.page.context.set_offline(True)
    phone.open("/footprints")
    phone.sees("网络通了会自动再试。")
    phone.sees("打电话问")
    phone.page.context.set_offline(False)
    phone.sees("您自己看的")


def test_a_network_that_is_told_of_before_it_works_is_tried_again(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    phone.open("/mine")
    phone.title("我的")
    phone.page.route("**/api/v1/**", lambda route: route.abort())
    phone.open("/footprints")
    phone.sees("网络通了会自动再试。")
    with phone.page.expect_event("requestfailed"):
        phone.page.evaluate("dispatchEvent(new Event('online'))")
    phone.page.unroute("**/api/v1/**")
    phone.sees("您自己看的")


def test_home_says_what_keeps_the_report_away_and_shows_it_by_itself_when_it_can(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    phone.open("/mine")
    phone.page.reload()  # the report stood in memory alone
    phone.title("我的")
    busy = {"code": "overloaded", "title": "现在用的人太多", "detail": "请稍等再看。", "nextStep": None, "instance": ""}
    phone.page.route("**/api/v1/me/report", lambda route: route.fulfill(status=503, json=busy))
    phone.open("/")
    phone.sees("现在用的人太多")
    expect(phone.page.get_by_text("没有网络", exact=True)).to_have_count(0)
    phone.page.unroute("**/api/v1/me/report")
    phone.taps("再试一次")
    expect(phone.page.locator("section.status")).to_have_count(1)
    phone.open("/mine")
    phone.page.reload()
    phone.title("我的")
    phone.page.route("**/api/v1/me/report", lambda route: route.abort())
    phone.open("/")
    phone.sees("网络通了会自动再试。")
    phone.page.unroute("**/api/v1/me/report")
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.page.locator("section.status")).to_have_count(1)
    expect(phone.page.locator(".failure")).to_have_count(0)


def test_what_is_typed_while_an_answer_is_awaited_stays(phones: Phones, chen: Person) -> None:
    held: list[Route] = []
    phone = phones()
    phone.signs_in(chen)
    phone.open("/chat")
    phone.page.route("**/api/v1/bot/messages", lambda route: route.continue_() if held else held.append(route), times=2)
    box = phone.page.get_by_label("您的问题")
    box.fill("修复要花钱吗")
    phone.taps("发送")
    phone.sees("正在查条例")
    box.fill("要多久")
    phone.taps("发送")
    expect(box).to_have_value("要多久")
    held[0].continue_()
    expect(phone.page.locator(".by-bot summary").first).to_contain_text("条例")
    phone.taps("发送")
    expect(phone.page.locator(".by-me")).to_have_count(2)


def test_a_reminder_that_could_not_be_booked_says_so(phones: Phones, chen: Person) -> None:
    phone = phones()
    phone.signs_in(chen)
    phone.opens_record("无照经营")
    phone.page.route("**/api/v1/me/repairs/reminders", lambda route: route.abort())
    phone.page.get_by_role("switch").click()
    phone.sees("网络不通，稍后再试")
    expect(phone.page.get_by_role("switch")).to_have_attribute("aria-checked", "false")


def test_a_question_that_was_not_sent_is_asked_again_when_the_network_is_back(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    phone.open("/chat")
    phone.title("小窗")
    phone.page.context.set_offline(True)
    phone.page.get_by_label("您的问题").fill("修复要花钱吗")
    phone.taps("发送")
    phone.sees("连不上网络")
    phone.page.context.set_offline(False)
    expect(phone.page.locator(".by-bot summary").first).to_contain_text("条例")
    expect(phone.page.locator(".by-me")).to_have_count(1)
    expect(phone.page.locator(".failure")).to_have_count(0)
