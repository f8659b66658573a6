"""The papers and files that one takes along arrive as what they say they are, and whoever is shown one can check it."""

import io
import re

import pypdf
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Phones
from tests.browser.people import Person
from tests.browser.phone import arrives, record_of, words_of
from tests.browser.test_flows import steps_up

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_every_paper_and_file_arrives_as_what_it_says_it_is_and_can_be_checked(
    phones: Phones, sun: Person, li: Person
) -> None:
    phone = phones()
    phone.signs_in(sun)

    def report() -> None:
        phone.taps("下载报告（PDF）")
        steps_up(phone, sun)

    paper = arrives(phone.page, report, ".pdf")
    assert words_of(paper) == "个人公共信用报告"
    phone.open("/export")
    expect(phone.page.locator("main .button:not(.quiet)")).to_have_text("下载（可以直接看）")  # what a person wants
    assert arrives(phone.page, lambda: phone.taps("下载（程序可读，JSON）"), ".json").startswith(b"{")
    to_read = arrives(phone.page, lambda: phone.taps("下载（可以直接看）"), ".html").decode()
    assert to_read.startswith("<!doctype html>")
    file = phone.page.context.new_page()
    file.set_content(to_read)
    assert file.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert file.locator("h3").first.evaluate("(one) => getComputedStyle(one).fontFamily").startswith('"PingFang SC"')
    file.close()
    phone.open(f"/do/repair?record={record_of(phone, '无照经营')}")
    phone.page.get_by_role("button", name=re.compile("^到.*提醒我")).click()
    phone.page.get_by_role("dialog").get_by_role("button", name="允许", exact=True).click()
    phone.sees("记下了，到时微信告诉您")
    phone.sees("会提醒您")
    expect(phone.page.get_by_role("button", name=re.compile("^到.*提醒我"))).to_have_count(0)
    phone.open("/report")
    phone.page.reload()  # what a phone forgets, the server does not
    phone.sees("会提醒您")
    phone.open("/subscriptions")
    phone.sees("到时会提醒您")
    phone.sees("一项业务可以办理的第一天")
    calendar = arrives(phone.page, lambda: phone.taps("存入手机日历"), ".ics")
    assert calendar.startswith(b"BEGIN:VCALENDAR") and sun.name.encode() not in calendar

    other = phones()
    other.signs_in(li)
    other.open("/do/withdrawal")
    other.page.locator("a.cell", has_text="优秀志愿者").click()
    other.picks("我要撤销这条信息的公示")
    other.taps("立即撤销公示")
    other.taps("看回执")
    receipt = arrives(other.page, lambda: other.taps("下载回执 PDF"), ".pdf")
    assert "撤销公示" in words_of(receipt)

    bank, code = phones(), code_on(paper)
    asked: list[str] = []
    bank.page.on("request", lambda request: asked.append(request.url.split("#")[0]))
    bank.page.goto(f"/verify#{code}")
    bank.title("查验文书")
    bank.sees("文书是真的")
    bank.sees("出具以后没有变化")
    assert asked and not any(code[:5] in address for address in asked), "no server, and no log, sees whose paper it is"
    assert code not in bank.page.evaluate("location.pathname + location.search")
    bank.page.get_by_label("查验码").fill("AAAAA-BBBBB-CCCCC-DDDDD")
    bank.taps("查验", exact=True)
    bank.sees("没有这个查验码")
    expect(bank.page.get_by_text("不要相信")).to_have_count(0)
    bank.page.get_by_label("查验码").fill(code[:9])
    bank.taps("查验", exact=True)
    bank.sees("查验码没输全")
    bank.page.get_by_label("查验码").fill(code.replace("-", " ").lower().replace("0", "o").replace("1", "l"))
    bank.taps("查验", exact=True)
    bank.sees("文书是真的")
    expect(bank.page.get_by_text(sun.name)).to_have_count(0)


def code_on(pdf: bytes) -> str:
    """The code that is printed on a document."""
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    found = re.search(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}", text)
    assert found, text[:500]
    return found.group()
