"""What the report says of itself: which days, what the web shows, and whether the letters shall be larger."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Phones
from tests.browser.people import Person
from tests.browser.phone import headed
from tests.browser.test_screens import look_at

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_report_and_record_name_one_day_on_which_the_web_shows_a_listed_record_no_more(
    phones: Phones, chen: Person
) -> None:
    """The longest publicity ends by itself (Order 36), on the list too; what goes on until the removal is being asked for."""

    def as_listed(route: Route) -> None:
        answer = route.fetch(headers={**route.request.headers, "if-none-match": ""})
        body = answer.json()
        for record in [one for part in body.get("sections", ()) for one in part["records"]] or [body]:
            if record["items"].get("违法行为类型") == "无照经营":
                record["severeList"] = "listed"
                record["repair"]["state"] = "unmet"
        route.fulfill(response=answer, json=body)

    phone = phones()
    phone.signs_in(chen)
    phone.page.route(re.compile(r"/api/v1/me/(report|records/rec_\w+)$"), as_listed)
    phone.open("/mine")
    phone.page.reload()
    phone.opens_record("无照经营")
    phone.sees("2027年10月20日以后网上自动看不到")
    expect(phone.page.locator(".split-top")).to_contain_text("最早2027年1月21日，补上记录才能申请")
    phone.open("/report")
    headed(phone, "被列入1份名单")
    expect(phone.page.locator(".status-rows div", has_text="网上看得到").first).to_contain_text("最晚到2027年10月20日")
    expect(phone.page.locator(".status-rows div", has_text="单位查得到")).to_contain_text("移出名单之前都查得到")
    expect(phone.page.locator("main")).not_to_contain_text("一直看得到")
    expect(phone.page.locator(".status-rows")).not_to_contain_text("已齐", use_inner_text=True)


def test_what_the_web_does_not_show_is_not_said_to_be_on_it(phones: Phones, chen: Person) -> None:
    """A minor class, a kind that is only queried, an entry that is off the list: none is published, though a longest period is counted."""

    def hidden(route: Route) -> None:
        answer = route.fetch(headers={**route.request.headers, "if-none-match": ""})
        body = answer.json()
        for record in [one for part in body.get("sections", ()) for one in part["records"]] or [body]:
            if record["section"] == "dishonesty":
                record["disclosure"]["isPublished"] = False
        route.fulfill(response=answer, json=body)

    phone = phones()
    phone.signs_in(chen)
    phone.page.route(re.compile(r"/api/v1/me/(report|records/rec_\w+)$"), hidden)
    phone.open("/mine")
    phone.page.reload()
    phone.opens_record("无照经营")
    expect(phone.page.locator("main")).not_to_contain_text("以后网上自动看不到")
    expect(phone.page.locator(".status-rows div", has_text="网上看得到").first).to_contain_text("看不到")
    phone.open("/report")
    row = phone.page.locator(".status-rows div", has_text="网上看得到").first
    expect(row).to_contain_text("看不到")
    expect(row).not_to_contain_text("最晚到")


def test_an_older_resident_is_asked_once_whether_everything_shall_be_larger(phones: Phones, li: Person) -> None:
    phone = phones()
    phone.signs_in(li)
    phone.sees("要不要把字放大？")
    assert not look_at(phone.page, "phone_elder_question")
    phone.taps("不用，现在这样就好")
    phone.page.reload()
    phone.sees("1条处罚记录")
    expect(phone.page.get_by_text("要不要把字放大？")).to_have_count(0)

    other = phones()
    other.signs_in(li)
    other.taps("换成长辈模式")
    expect(other.page.locator("html[data-elder]")).to_have_count(1)
    expect(other.page.get_by_role("button", name="读给我听")).to_be_visible()
    other.open("/settings")
    other.picks("标准版")
    expect(other.page.locator("html[data-elder]")).to_have_count(0)
    other.open("/report")
    other.sees("1条处罚记录")
    expect(other.page.get_by_text("要不要把字放大？")).to_have_count(0)


def test_a_younger_resident_is_not_asked(phones: Phones, sun: Person) -> None:
    phone = phones()
    phone.signs_in(sun)
    phone.sees("3条处罚记录")
    expect(phone.page.get_by_text("要不要把字放大？")).to_have_count(0)


def test_both_days_of_publicity_stand_side_by_side_with_who_is_asked(phones: Phones, sun: Person) -> None:
    phone = phones()
    phone.signs_in(sun)
    phone.opens_record("占道经营")
    phone.page.locator("summary", has_text=re.compile("为什么是|两个期限怎么算")).click()
    row = phone.page.locator(".status-rows div", has_text="单位写的公示截止期").first
    expect(row).to_contain_text("按国家规定")
