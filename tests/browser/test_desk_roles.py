"""The desk of those who have no cases: the auditor reads, the administrator looks after people, keys, centres and holidays."""

import re

import pyotp
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, Phones, sign_in
from tests.browser.phone import settle
from tests.browser.test_screens import look_at
from tests.support.notices import NOTICE_2027
from tests.support.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_an_auditor_reads_the_chained_audit_and_has_no_queue(
    phones: Phones, otp_secrets: dict[str, str], place: Installation
) -> None:
    page = phones(DESKTOP).page
    sign_in(page, "auditor1", otp_secrets, place)
    expect(page.get_by_role("heading", name="审计", exact=True)).to_be_visible()
    expect(page.locator(".queue tbody tr").first).to_be_visible()
    expect(page.get_by_role("link", name="待办")).to_have_count(0)
    page.get_by_label("做了什么").select_option(label="工作人员登录")
    settle(page)  # the newest of all lines is one of these, too
    expect(page.locator(".queue tbody tr td:nth-child(4)").first).to_have_text("工作人员登录")
    rows = page.locator(".queue tbody tr").all_inner_texts()
    assert rows and not [row for row in rows if re.search(r"[a-z]+\.[a-z]|done|officer\t", row)]
    assert not look_at(page, "desk_audit")
    ended = {
        "items": [{"day": "2026-11-09", "number": 3, "chain": "ab12"}]
    }  # this installation's first night is to come
    page.route("**/staff/audit/heads", lambda route: route.fulfill(json=ended))
    page.get_by_role("button", name="每天的链头").click()
    expect(page.get_by_role("dialog")).to_contain_text("2026年11月9日 第3条")


def test_an_administrator_adds_an_officer_who_alone_knows_the_password_and_rotates_a_key(
    phones: Phones, otp_secrets: dict[str, str], place: Installation
) -> None:
    page = phones(DESKTOP).page
    sign_in(page, "admin1", otp_secrets, place)
    expect(page.get_by_role("heading", name="人员", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="待办")).to_have_count(0)
    faults = look_at(page, "desk_people")
    page.get_by_role("button", name="添加人员").click()
    dialog = page.get_by_role("dialog").last
    dialog.get_by_label("姓名").fill("林八")
    dialog.get_by_label("用户名").fill("lin8")
    dialog.get_by_role("button", name="添加，发开通码").click()
    place.wait(30)  # a one-time password is good once
    asked = page.get_by_role("dialog", name="再输入一次动态口令")
    asked.get_by_label("动态口令").fill(pyotp.TOTP(otp_secrets["admin1"]).at(place.now()))
    asked.get_by_role("button", name="继续").click()
    handed = page.get_by_role("dialog", name="林八的开通码")
    expect(handed).to_contain_text(f"本人打开工作台 {place.url}/desk，")
    code = handed.locator("code").inner_text()
    handed.get_by_role("button", name="交好了，关闭").click()
    page.get_by_role("button", name="添加人员").click()
    dialog.get_by_label("姓名").fill("钱九")
    dialog.get_by_label("用户名").fill("qian9")
    dialog.get_by_text("单位报送员").click()
    dialog.get_by_label("哪个单位").select_option(label="大连市市场监督管理局")
    dialog.get_by_role("button", name="添加，发开通码").click()
    theirs = page.get_by_role("dialog", name="钱九的开通码")
    expect(theirs).to_contain_text(f"本人打开单位的页面 {place.url}/unit，")
    theirs.get_by_role("button", name="交好了，关闭").click()
    expect(page.get_by_role("row", name=re.compile("林八"))).to_contain_text("等首次登录")

    own = phones(DESKTOP).page
    own.goto("/desk")
    own.get_by_role("button", name="有开通码，第一次用").click()
    own.get_by_label("用户名").fill("lin8")
    own.get_by_label("开通码").fill(code)
    for typed, told in (
        ("short", "还差 7 个字符"),
        ("password1234", "难猜程度：弱"),
        ("correct-horse-battery-9", "难猜程度：强"),
    ):
        own.get_by_label("新密码").fill(typed)
        expect(own.get_by_role("status").filter(has_text=told)).to_be_visible()
    own.get_by_role("button", name="开通", exact=True).click()
    expect(own.get_by_role("img", name="动态口令的二维码")).to_be_visible()
    faults += look_at(own, "desk_activated")
    own.get_by_text("不能扫码，手工输入").click()
    totp = pyotp.TOTP(own.locator(".otpauth code").inner_text().replace(" ", ""))
    assert isinstance(totp, pyotp.TOTP)
    own.get_by_role("button", name="扫好了，去登录").click()
    sign_in(own, "lin8", {"lin8": totp.secret}, place)
    expect(own.get_by_role("heading", name="待办", exact=True)).to_be_visible()

    page.get_by_role("link", name="单位和密钥").click()
    unit = page.locator(".card", has_text="大连市市场监督管理局")
    unit.get_by_role("button", name="更换").click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("旧的最多再用 7 天（本来就快到期的，到原来那天）")  # an end is never put off
    asked.get_by_role("button", name="更换").click()
    changed = page.get_by_role("dialog", name="更换后的密钥")
    expect(changed.locator("code")).to_have_text(re.compile(r"^pk_.+\..+"))
    changed.get_by_role("button", name="交好了，关闭").click()
    expect(unit).to_contain_text("快到期")
    faults += look_at(page, "desk_units")
    page.set_viewport_size({"width": 1024, "height": 768})
    faults += look_at(page, "desk1024_units")
    page.get_by_role("link", name="设置和日历").click()
    expect(page.get_by_text("CW_CENTRES")).to_be_visible()
    faults += look_at(page, "desk_setup")
    page.get_by_role("button", name="改电话、窗口和时间").click()
    sheet = page.get_by_role("dialog").last
    expect(sheet.get_by_label("电话")).not_to_have_value("")
    faults += look_at(page, "desk_centre")
    sheet.get_by_label("关闭").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="录入放假通知").click()
    expect(sheet.get_by_label("通知的内容")).to_have_value(
        re.compile(r"number = \"\"\n.*\n\n\[\[holidays\]\]", re.DOTALL)
    )
    faults += look_at(page, "desk_notice")
    sheet.get_by_label("通知的内容").fill(NOTICE_2027.replace("端午节", "放假"))
    sheet.get_by_role("button", name="先看会改什么").click()
    expect(sheet.locator(".fault", has_text="缺少端午节")).to_be_visible()
    sheet.get_by_label("选文件").set_input_files(
        {"name": "2027.toml", "mimeType": "text/plain", "buffer": NOTICE_2027.encode()}
    )
    sheet.get_by_role("button", name="先看会改什么").click()
    expect(page.get_by_role("dialog").last).to_contain_text("会改日期的")
    expect(page.get_by_role("dialog").last).to_contain_text("2027年1月31日（周日）：上班")
    faults += look_at(page, "desk_notice_tried")
    assert not faults, "\n".join(faults)
