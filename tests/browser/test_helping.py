"""A daughter helps her mother: asked, taken, looked, filed, told, taken back; each on their own phone, with taps alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Phones
from tests.browser.people import HE, Person
from tests.browser.phone import Phone
from tests.browser.test_flows import steps_up
from tests.browser.test_screens import look_at

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def appoints(phone: Phone, resident: Person, helper: Person) -> str:
    """The code that the resident hands over."""
    phone.open("/mine")
    phone.taps("请人帮忙")
    phone.taps("请一位帮手")
    phone.page.get_by_label("对方姓名").fill(helper.name)
    phone.picks("替我提异议")
    assert look_at(phone.page, "helper-step") == []
    phone.page.get_by_role("button", name=re.compile("^下一步")).click()
    phone.page.locator("label.promise").click()
    phone.taps("委托并取码")
    steps_up(phone, resident)
    phone.sees("等对方接受")
    assert look_at(phone.page, "helper-receipt") == []
    return phone.page.locator(".big-code").inner_text()


def test_a_daughter_sees_and_files_for_her_mother_who_is_told_and_takes_it_back(phones: Phones, li: Person) -> None:
    mother, daughter = phones(), phones()
    mother.signs_in(HE)
    code = appoints(mother, HE, li)
    daughter.signs_in(li)
    daughter.open("/mine")
    daughter.taps("请人帮忙")
    daughter.page.get_by_label("帮手码").fill(code)
    daughter.taps("接受", exact=True)
    daughter.sees("帮何*")
    assert look_at(daughter.page, "helping") == []
    daughter.taps("打开对方的报告")
    daughter.title("何*的报告")
    daughter.sees("正在帮")
    expect(daughter.page.get_by_role("button", name="下载报告（PDF）")).to_have_count(0)
    daughter.page.locator("article.record").first.click(position={"x": 40, "y": 30})
    daughter.title("记录")
    daughter.sees("正在帮")
    expect(daughter.page.get_by_role("link", name="这条不对？提异议")).to_be_visible()
    expect(daughter.page.get_by_role("link", name="申请修复")).to_have_count(0)  # it was not ticked
    assert look_at(daughter.page, "helping-record") == []
    daughter.taps("这条不对？提异议")
    daughter.picks("信息有错误")
    daughter.next()
    daughter.page.get_by_label("理由和经过").fill("登记的内容与事实不符。")
    daughter.next()
    daughter.sees("正在帮")
    daughter.taps("提交异议")
    daughter.sees("异议已收到")
    daughter.taps("看进度")
    daughter.title("异议进度")
    daughter.page.locator("summary", has_text="办理经过").click()
    daughter.sees("帮手李*英")
    kept = daughter.page.evaluate(
        """async () => {
          const open = await new Promise((done) => { const r = indexedDB.open("credit-window", 1); r.onsuccess = () => done(r.result); });
          return new Promise((done) => { const r = open.transaction("kept").objectStore("kept").get("report"); r.onsuccess = () => done(JSON.stringify(r.result?.report ?? null)); });
        }"""
    )
    assert "无照经营" not in kept, "nothing of hers stays on this phone"

    daughter.open("/notices")  # her own screens show her own
    daughter.title("消息")
    expect(daughter.page.locator(".helping-note")).to_have_count(0)
    daughter.open("/report")
    daughter.title("我的报告")

    mother.open("/notices")
    mother.sees("帮手替您办了一步")
    mother.sees("帮手李*英替您办理了：异议")
    mother.open("/footprints")
    mother.title("谁查过我")
    mother.sees("帮手李*英")
    mother.open("/helpers")
    mother.title("请人帮忙")
    mother.taps("收回委托")
    mother.page.get_by_role("dialog").get_by_role("button", name="收回", exact=True).click()
    mother.sees("已收回")
    daughter.open("/helpers")
    expect(daughter.page.get_by_text("我在帮谁")).to_have_count(0)
