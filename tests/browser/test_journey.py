"""A resident's way through the page by tapping."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Phones
from tests.browser.people import PNG, Person
from tests.browser.phone import Phone

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("browser")]


def test_a_resident_signs_in_binds_an_identity_and_understands_the_report(phones: Phones, chen: Person) -> None:
    phone = phones()
    phone.signs_in(chen)
    phone.sees("条失信信息正在披露")
    phone.sees("1 条现在就可以申请修复")
    phone.sees("2027年1月21日")
    assert phone.page.locator("svg.timeline").count() >= 3
    phone.is_wide_enough()


def test_sliding_the_day_of_performance_moves_the_dates(phones: Phones, chen: Person) -> None:
    phone = phones()
    phone.signs_in(chen)
    phone.page.locator("article.record", has_text="无照经营").locator("h3 a").click()
    phone.title("记录详情")
    slider = phone.page.get_by_role("slider")
    slider.focus()
    for _ in range(3):
        slider.press("PageUp")
    room = phone.page.locator(".slider + div")
    expect(room.locator(".note").first).to_contain_text("可以申请修复")
    expect(room.locator(".clock-list li")).to_have_count(2)
    phone.open("/footprints?kind=queried")
    phone.page.reload()
    expect(phone.page.get_by_role("heading", name="您自己看过").first).to_be_visible()
    phone.page.locator("summary", has_text="看每一次的时间").first.click()
    phone.sees("查看一条记录")


def test_an_answer_of_the_bot_cites_the_article_and_leads_into_the_flow(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    phone.open("/chat")
    phone.page.get_by_label("您的问题").fill("我有条处罚记录怎么弄掉")
    phone.taps("发送")
    answer = phone.page.locator(".by-bot").last
    expect(answer.locator("summary").first).to_contain_text("条例》第")
    answer.locator("summary").first.click()
    expect(answer.locator("blockquote").first).to_be_visible()
    expect(answer.locator("a.button").first).to_be_visible()


def test_an_objection_is_filed_in_short_steps_and_marks_the_record(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    file_objection(phone, "占道经营", with_file=True)
    phone.taps("看进度")
    phone.title("异议进度")
    phone.sees("正在走的期限")
    phone.open("/report")
    expect(phone.page.locator("article.record", has_text="占道经营")).to_contain_text("异议处理中")


def file_objection(phone: Phone, record: str, *, with_file: bool = False, addressee: str = "信用中心") -> None:
    """From the report to the receipt."""
    phone.open("/report")
    phone.page.locator("article.record", has_text=record).get_by_role("link", name="提出异议").click()
    phone.picks("信息有错误")
    phone.next()
    phone.page.get_by_label("理由和经过").fill("登记的内容与事实不符。")
    phone.next()
    phone.picks(addressee)
    phone.next()
    if with_file:
        phone.page.locator("input[type=file]").last.set_input_files(
            {"name": "证明.png", "mimeType": "image/png", "buffer": PNG}
        )
        phone.sees("证明.png")
    phone.next()
    phone.sees("请核对")
    phone.taps("提交异议")
    phone.title("办理回执")
    phone.sees("异议已收到")
