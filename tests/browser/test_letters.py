"""What is asked for in writing, and what the report lacks: by tapping, to the receipt and the case that comes of it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.cases import Client
from tests.browser.conftest import Phones
from tests.browser.people import Person
from tests.browser.phone import Phone, settle
from tests.browser.test_screens import look_at

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def looks_right(phone: Phone, name: str) -> None:
    settle(phone.page)
    assert not look_at(phone.page, name)


def affair(phone: Phone, words: str) -> None:
    """From what can be done, as a resident finds it."""
    phone.open("/affairs")
    phone.page.locator("a.cell", has_text=words).click()


def test_the_unit_is_asked_about_a_record_and_its_answer_is_read(phones: Phones, sun: Person, unit: Client) -> None:
    phone = phones()
    phone.signs_in(sun)
    phone.opens_record("占道经营")
    phone.taps("向认定单位询问类别、文书")
    phone.sees("缺了什么")
    looks_right(phone, "phone_letter_topics")
    phone.page.get_by_role("button", name=re.compile("^下一步")).click()
    phone.sees("请至少选一项。")
    phone.picks("没有写明失信类别")
    phone.next()
    phone.sees("看一遍，再交")
    phone.taps("写好，交出去")
    phone.sees("书面请求已提交")
    phone.sees("大连市市场监督管理局")
    assert not look_at(phone.page, "phone_letter_receipt")
    phone.taps("看进度")
    phone.title("书面请求进度")
    case = phone.page.url.rsplit("/", 1)[1]
    unit.post(f"/provider/letters/{case}/answer-letter", {"text": "属于一般失信，已经用更正补上。"})
    phone.page.reload()
    phone.sees("属于一般失信，已经用更正补上。")
    looks_right(phone, "phone_letter_answered")


def test_paid_repair_is_reported_and_the_draft_of_another_letter_stays_another(phones: Phones, sun: Person) -> None:
    phone = phones()
    phone.signs_in(sun)
    affair(phone, "书面请求、投诉、举报")
    phone.sees("写给谁、为什么事")
    looks_right(phone, "phone_letter_kinds")
    phone.taps("向信用服务机构提出异议")
    phone.page.get_by_label("单位名称").fill("某某征信有限公司")
    phone.page.get_by_label("经过").fill("报告里有一笔不是我的借款。")
    phone.next()
    affair(phone, "书面请求、投诉、举报")
    phone.page.locator("a.cell", has_text="举报收费").click()
    expect(phone.page.get_by_label("经过")).to_have_value("")
    expect(phone.page.get_by_label("单位名称")).to_have_count(0)
    phone.page.get_by_label("经过").fill("有人打电话说交三千元就能修复。")
    looks_right(phone, "phone_letter_report")
    phone.next()
    phone.changes("地区", "云南")
    phone.taps("写好，交出去")
    phone.sees("信件已经写好")
    phone.taps("看进度")
    phone.sees("有人打电话说交三千元就能修复。")
    phone.sees("云南")
    looks_right(phone, "phone_letter_outside")
    affair(phone, "存的")
    expect(phone.page.get_by_label("单位名称")).to_have_value("某某征信有限公司")


def test_what_the_report_lacks_is_objected_to_before_a_unit_of_either_place(phones: Phones, sun: Person) -> None:
    phone = phones()
    phone.signs_in(sun)
    affair(phone, "报告里漏了信息")
    phone.page.get_by_label("漏了的内容").fill("昆明市2025年的见义勇为表彰。")
    looks_right(phone, "phone_omission")
    phone.next()
    units = phone.page.get_by_label("单位")
    expect(units.locator("option").nth(1)).to_have_text("大连 · 大连市市场监督管理局")
    units.select_option("云南 · 云南省民政厅")
    looks_right(phone, "phone_omission_unit")
    phone.next()
    phone.sees("看一遍，再交")
    looks_right(phone, "phone_omission_review")
    phone.taps("提交异议")
    phone.sees("异议已收到")
    assert not look_at(phone.page, "phone_omission_receipt")
    phone.taps("看进度")
    phone.title("异议进度")
    phone.page.locator("summary", has_text="漏了的内容").click()
    phone.sees("昆明市2025年的见义勇为表彰。")
    looks_right(phone, "phone_omission_case")
