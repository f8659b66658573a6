"""A resident's way through the page by tapping."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Phones
from tests.browser.people import MU, PNG, Person
from tests.browser.phone import Phone

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_a_resident_signs_in_binds_an_identity_and_understands_the_report(phones: Phones, chen: Person) -> None:
    phone = phones()
    phone.signs_in(chen, by_taps=True)
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("3条处罚记录")
    head = phone.page.locator(".status")
    expect(head).to_contain_text("今天有1条能修复")
    expect(head).to_contain_text("2条最晚到2027年10月20日")
    expect(head).to_contain_text("另1条还算不出")
    expect(head).to_contain_text("申请修复第1条，免费")
    expect(head.get_by_role("link", name="申请修复第1条")).to_be_visible()
    cards = phone.page.locator("article.record")
    expect(cards.nth(1)).to_contain_text("再等61天")
    expect(cards.nth(1)).to_contain_text("2027年1月21日起能修复")
    expect(cards.nth(2)).to_contain_text("日子还算不出")
    expect(phone.page.locator("svg.years")).to_be_visible()
    phone.is_wide_enough()


def test_the_years_of_a_report_explain_the_bars_that_stand_in_them(phones: Phones, li: Person) -> None:
    phone = phones()
    phone.signs_in(li)
    phone.open("/report")
    expect(phone.page.locator("svg.years")).to_be_visible()
    explained = [("web", "网上看得到"), ("held", "报告里还有"), ("dashed", "还算不出")]
    stand = [words for name, words in explained if phone.page.locator(f"svg.years .{name}").count()]
    assert 0 < len(stand) < len(explained)
    expect(phone.page.locator(".legend span")).to_have_text(stand)


def test_what_is_to_be_done_first_is_said_once_where_its_button_stands(phones: Phones) -> None:
    phone = phones()
    phone.signs_in(MU)
    phone.open("/report")
    head = phone.page.locator(".status")
    expect(head).to_contain_text("先把义务履行完")
    expect(head.get_by_text("请单位补记")).to_have_count(1)


def test_a_record_shows_its_stations_and_the_conditions_one_by_one(phones: Phones, chen: Person) -> None:
    phone = phones()
    phone.signs_in(chen)
    phone.opens_record("无照经营")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("无照经营")
    expect(phone.page.locator(".split-top .figure")).to_have_text("61 天")
    expect(phone.page.locator("svg.axis")).to_be_visible()
    conditions = phone.page.locator("ul.conditions").first.locator("li")
    expect(conditions).to_have_text(
        [
            re.compile("履行完"),
            re.compile("改正"),
            re.compile("最短公示期满.*到2027年1月20日"),
            re.compile("承诺书.*申请时签"),
        ]
    )
    phone.page.locator("summary", has_text="和每条的依据").click()
    ends = phone.page.locator("ul.conditions li", has_text="还有公示或者披露可以停止")
    expect(ends.locator(".side")).to_have_text("2031年10月1日")  # not the day from which it is counted
    # the day of performance is known: there is nothing to suppose
    expect(phone.page.get_by_role("slider")).to_have_count(0)


def test_sliding_the_day_of_performance_moves_the_dates(phones: Phones, chen: Person) -> None:
    other = phones()
    other.signs_in(MU)
    other.opens_record("占道经营")
    slider = other.page.get_by_role("slider")
    slider.focus()
    slider.press("PageUp")
    room = other.page.locator(".slider + div")
    expect(room.locator(".note").first).to_contain_text("起可以申请修复")
    slider.press("PageUp")
    slider.press("PageUp")  # in 云南 all of it has ended by itself before
    expect(room.locator(".note").first).to_contain_text("期满自动停止以前，没有可以申请修复的日子")
    expect(room.locator(".status-rows dt")).to_have_text(["网上看得到", "单位写的公示截止期", "报告里还有"])
    phone = phones()
    phone.signs_in(chen)
    phone.opens_record("占道经营")
    phone.sees("还差一个说明")
    expect(phone.page.get_by_role("slider")).to_have_count(0)  # whatever the day, the class decides
    phone.open("/footprints")
    phone.page.reload()
    phone.page.locator("summary", has_text="您自己看过").click()
    phone.sees("查看一条记录")


def test_an_answer_of_the_bot_gives_the_verdict_cites_the_article_and_leads_into_the_flow(
    phones: Phones, wang: Person
) -> None:
    phone = phones()
    phone.signs_in(wang)
    phone.open("/chat")
    phone.page.get_by_label("您的问题").fill("我有条处罚记录怎么弄掉")
    phone.taps("发送")
    answer = phone.page.locator(".by-bot").last
    expect(answer.locator(".split-top .figure")).to_have_text("现在能修复")
    expect(answer.locator("summary").first).to_contain_text("条例》第")
    answer.locator("summary").first.click()
    expect(answer.locator("blockquote").first).to_be_visible()
    expect(answer.locator("a.button").first).to_be_visible()
    phone.taps("重来")  # from the first answer on, without leaving the screen
    phone.sees("您可以这样问")
    expect(phone.page.get_by_role("button", name="重来")).to_have_count(0)


def test_an_objection_is_filed_in_short_steps_and_marks_the_record(phones: Phones, wang: Person) -> None:
    phone = phones(service_workers="allow", reduced_motion="no-preference")
    phone.signs_in(wang)
    file_objection(phone, "占道经营", with_file=True)
    phone.taps("看进度")
    phone.title("异议进度")
    phone.sees("走到哪了")
    phone.open("/report")
    expect(phone.page.locator("article.record", has_text="占道经营")).to_contain_text("异议处理中")


def file_objection(phone: Phone, record: str, *, with_file: bool = False, addressee: str = "信用中心") -> None:
    """From the report to the receipt."""
    phone.opens_record(record)
    phone.taps("这条不对？提异议")
    phone.picks("信息有错误")
    phone.next()
    phone.page.get_by_label("理由和经过").fill("登记的内容与事实不符。")
    if with_file:
        phone.page.locator("input[type=file]").last.set_input_files(
            {"name": "证明.png", "mimeType": "image/png", "buffer": PNG}
        )
        phone.sees("证明.png")
    phone.next()
    phone.changes("交给谁", addressee)
    phone.taps("提交异议")
    phone.title("办好了")
    phone.sees("异议已收到")
