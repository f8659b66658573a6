"""The mini-program's own code round the page, on the stand-in's phone: from sign-in to the push, with nothing but taps."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.people import SUN, WANG, Person, populate
from tests.browser.phone import Watched
from tests.support.mongo import Server
from tests.support.processes import Installation, running, works

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory, mongo_server: Server) -> Iterator[Installation]:
    """One of its own: these tests move its clock by months."""
    with running(tmp_path_factory.mktemp("phone"), mongo_server) as place:
        populate(place)
        works(place, "plan")
        works(place, "deliver")  # what could be done before anybody came
        yield place


@pytest.fixture
def page(browser: Browser, services: Installation, watched: Watched) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 1000}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(20_000)
    watched.watch(page)
    page.goto(f"{services.wechat_url}/standin/phone")
    yield page
    context.close()


def web(page: Page) -> FrameLocator:
    """What the web view shows."""
    return page.frame_locator("#stack > .native:not([hidden]) iframe")


def it_is(page: Page, situation: str) -> None:
    """And all around the phone have heard of it: the next test has the same stand-in."""
    with page.expect_response("**/standin/switch"):
        page.get_by_label(situation).check()


def takes_the_phone(page: Page, person: Person) -> None:
    page.get_by_label("是谁").select_option(person.code.removeprefix("demo-"))


def signs_in(page: Page, person: Person) -> None:
    """From the report's door, and binds the identity where that has not been done."""
    inside = web(page)
    inside.get_by_role("link", name="报告", exact=True).click()
    inside.get_by_role("button", name="用微信登录").click()
    record = inside.get_by_text("无照经营").first
    expect(inside.get_by_label("姓名").or_(record)).to_be_visible()
    if not record.is_visible():
        inside.get_by_label("姓名").fill(person.name)
        inside.get_by_label("证件号码").fill(person.number)
        inside.locator(".choice", has_text="大连").first.click()
        inside.get_by_role("button", name="核对", exact=True).click()
    expect(record).to_be_visible()


def goes_to_reminders(page: Page) -> None:
    inside = web(page)
    inside.get_by_role("link", name="我的", exact=True).click()
    inside.get_by_role("link", name="微信提醒").first.click()


def test_from_sign_in_to_the_push_that_morning_and_its_record(page: Page, services: Installation) -> None:
    takes_the_phone(page, SUN)
    inside = web(page)
    signs_in(page, SUN)
    expect(page.locator("#title")).to_have_text("我的报告")

    goes_to_reminders(page)
    expect(inside.get_by_text("2027年1月21日").first).to_be_visible()
    expect(inside.get_by_text("不会有微信推送").first).to_be_visible()
    inside.get_by_role("button", name="允许提醒").click()
    expect(page.locator("#title")).to_have_text("微信提醒")
    page.locator("#stack").get_by_role("button", name="允许提醒").click()
    page.get_by_role("dialog").get_by_role("button", name="允许", exact=True).click()
    expect(inside.get_by_text("到时会有一条微信推送").first).to_be_visible()  # WeChat's event confirmed it
    expect(page.locator("#quotas")).to_contain_text("1次")

    page.get_by_role("button", name="到能修复那天").click()
    expect(page.locator("#day")).to_contain_text("2027年1月21日")
    works(services, "deliver")
    push = page.locator("#push")
    expect(push).to_contain_text("有一项业务可以办理了")
    for secret in (SUN.name, "失信", "处罚", "无照经营", "市场监督"):
        expect(push).not_to_contain_text(secret)
    page.screenshot(path=str(screenshots() / "phone-push.png"))
    push.click()
    # Two months later the session is over; a tap signs in and leads to the very notice.
    inside.get_by_role("button", name="用微信登录").click()
    expect(inside.get_by_text("您有一条记录从")).to_be_visible()
    expect(inside.locator("main .button:not(.quiet)")).to_have_text(["去申请修复"])
    inside.get_by_role("link", name="看这条记录").click()
    expect(inside.get_by_text("无照经营").first).to_be_visible()
    expect(inside.get_by_role("link", name="申请修复").first).to_be_visible()
    page.screenshot(path=str(screenshots() / "phone-record.png"))


def test_a_phone_in_other_hands_shows_nothing_of_the_first_ones(page: Page) -> None:
    takes_the_phone(page, WANG)
    inside = web(page)
    signs_in(page, WANG)
    takes_the_phone(page, SUN)
    inside.get_by_role("link", name="报告", exact=True).click()
    expect(inside.get_by_role("button", name="用微信登录")).to_be_visible()
    expect(inside.locator("main")).not_to_contain_text("无照经营")
    takes_the_phone(page, WANG)
    inside.get_by_role("link", name="报告", exact=True).click()
    expect(inside.get_by_role("button", name="用微信登录")).to_be_visible()  # and she has to show again who she is


def test_the_phone_plays_what_wechat_does_on_a_bad_day(page: Page) -> None:
    takes_the_phone(page, WANG)
    inside = web(page)
    inside.get_by_role("link", name="报告", exact=True).click()
    expect(inside.get_by_role("button", name="用微信登录")).to_be_visible()
    it_is(page, "断网")
    inside.get_by_role("button", name="用微信登录").click()
    expect(page.locator("#stack").get_by_text("没有网络", exact=True)).to_be_visible()
    it_is(page, "照常")  # and it opens by itself
    expect(inside.get_by_role("heading", level=1)).to_be_attached()
    it_is(page, "微信没有响应")
    takes_the_phone(page, SUN)
    inside.get_by_role("link", name="报告", exact=True).click()
    inside.get_by_role("button", name="用微信登录").click()
    expect(inside.get_by_text("微信暂时没有响应").first).to_be_visible()
    it_is(page, "照常")


def test_always_refused_and_the_main_switch_off_are_said_plainly(page: Page) -> None:
    takes_the_phone(page, WANG)
    inside = web(page)
    signs_in(page, WANG)
    goes_to_reminders(page)
    it_is(page, "微信里关了通知")
    inside.get_by_role("button", name="允许提醒").click()
    native = page.locator("#stack")
    expect(native.get_by_text("您的微信关着这个小程序的消息")).to_be_visible()
    native.get_by_role("button", name="去设置里打开").click()
    page.get_by_role("dialog").get_by_role("button", name="打开").click()
    expect(native.get_by_text("您的微信关着这个小程序的消息")).to_have_count(0)
    it_is(page, "以前选过“总是拒绝”")
    native.get_by_role("button", name="允许提醒").click()
    expect(inside.get_by_text("您没有同意接收这类推送").or_(inside.get_by_text("您拒绝过")).first).to_be_visible()


def screenshots() -> Path:
    folder = Path(__file__).parents[1] / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder
