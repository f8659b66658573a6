"""A daughter helps her mother: asked, taken, looked, filed, told, taken back; each on their own phone, with taps alone."""

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Phones, renews
from tests.browser.people import HE, PNG, Person
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
    daughter.open(f"/helping/{code}")  # where the picture of the code leads
    daughter.title("请人帮忙")
    expect(daughter.page).to_have_url(re.compile("#/helpers$"))
    expect(daughter.page.get_by_label("帮手码")).to_have_value(code)
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
          const open = await new Promise((done) => { const r = indexedDB.open("credit-window"); r.onsuccess = () => done(r.result); });
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


def test_who_represents_a_company_hands_in_the_proof_an_officer_looks_and_its_report_opens(
    phones: Phones, li: Person, desk: Page
) -> None:
    phone = phones()
    phone.signs_in(li)
    phone.open("/mine")
    phone.taps("请人帮忙")
    phone.taps("申请代办")
    phone.picks("一个单位")
    phone.page.get_by_label("名称或者姓名").fill("大连某某商贸有限公司")
    phone.page.get_by_label("证照号码").fill("91210200MA0000001M")
    phone.next()
    licence: FilePayload = {"name": "营业执照.png", "mimeType": "image/png", "buffer": PNG}
    phone.page.locator("input[type=file]").last.set_input_files(licence)
    phone.sees("营业执照.png")
    phone.next()
    phone.changes("有效期", "90天")
    phone.changes("地区", "大连")
    assert look_at(phone.page, "mandate-review") == []
    phone.taps("交给信用中心核对")
    phone.sees("申请已收到")
    number = phone.page.locator(".receipt-number code").inner_text()
    phone.taps("看进度")
    phone.sees("等信用中心核对")
    assert look_at(phone.page, "mandate-case") == []

    renews(desk)
    desk.locator(".queue tbody a", has_text=number).click()
    expect(desk.get_by_role("heading", name="现在可以办的")).to_be_visible()
    for words in ("91210200MA0000001M", li.name, "营业执照或者登记证书", "营业执照.png"):
        expect(desk.get_by_text(words).first).to_be_visible()
    assert look_at(desk, "desk_mandate") == []
    desk.keyboard.press("1")
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("办理理由").fill("执照与本人证件一致。")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_have_count(0)
    expect(desk.get_by_text("已开通").first).to_be_visible()

    phone.open("/helpers")
    company = phone.page.locator(".card", has_text="帮大连某某商贸有限公司")
    company.get_by_role("button", name="打开对方的报告").click()
    phone.title("大连某某商贸有限公司的报告")
    phone.sees("正在帮")
    phone.sees("现在没有关于大连某某商贸有限公司的公共信用信息")
    expect(phone.page.get_by_text("自己补充好事")).to_have_count(0)  # one's own ends acting for another
    assert look_at(phone.page, "mandate-report") == []
    phone.open("/helpers")
    company.get_by_role("button", name="看对方的消息").click()
    phone.title("消息")
    phone.sees("有人可以替您看和办了")
    phone.open("/helpers")
    company.get_by_role("button", name="不再帮忙").click()
    phone.page.get_by_role("dialog").get_by_role("button", name="不再帮", exact=True).click()
    expect(phone.page.get_by_text("帮大连某某商贸有限公司")).to_have_count(0)
