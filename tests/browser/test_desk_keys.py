"""Security keys at the desk, with the browser's own authenticator in software."""

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, Phones, sign_in
from tests.browser.people import OFFICER_PASSWORD
from tests.browser.test_screens import look_at
from tests.support.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_a_key_is_enrolled_used_in_place_of_the_six_digits_and_removed(
    phones: Phones, otp_secrets: dict[str, str], place: Installation
) -> None:
    page = phones(DESKTOP, reduced_motion="reduce").page
    address = f"{place.url.replace('127.0.0.1', 'localhost')}/desk"  # a key is bound to a name, never to a number
    plugged_in(page)
    sign_in(page, "officer2", otp_secrets, place, address)
    expect(page.get_by_role("heading", name="待办", exact=True)).to_be_visible()
    page.get_by_role("button", name="安全密钥", exact=True).click()
    dialog = page.get_by_role("dialog", name="安全密钥")
    expect(dialog).to_contain_text("还没有登记")
    faults = look_at(page, "desk_keys_none")
    enrol(page, "钥匙扣上的", otp_secrets["officer2"], place)
    expect(dialog).to_contain_text("还没有用过")
    faults += look_at(page, "desk_keys")
    page.set_viewport_size({"width": 1024, "height": 768})
    faults += look_at(page, "desk1024_keys")
    enrol(page, "再登记一次", otp_secrets["officer2"], place)
    expect(dialog).to_contain_text("这个安全密钥已经登记过了")
    page.reload()
    expect(page.get_by_role("heading", name="待办", exact=True)).to_be_visible()
    faults += look_at(page, "desk1024_bar")

    page.get_by_role("button", name="退出").click()
    come_with_key(page)
    told = page.get_by_role("dialog", name="上次登录以来")
    expect(told).to_contain_text("登记安全密钥")
    page.keyboard.press("Escape")
    expect(told).to_have_count(0)
    page.get_by_role("button", name="安全密钥", exact=True).click()
    expect(dialog).to_contain_text("最后用过")
    dialog.get_by_role("button", name="删除").click()
    page.get_by_role("dialog", name="删除安全密钥").get_by_role("button", name="删除").click()
    expect(dialog).to_contain_text("还没有登记")
    page.reload()
    page.get_by_role("button", name="退出").click()
    come_with_key(page)
    expect(page.get_by_role("alert").filter(has_text="安全密钥没有用上")).to_be_visible()
    faults += look_at(page, "desk_keys_refused")
    page.goto(f"{place.url}/desk")  # a page at another address gets nothing of the key, whoever made it
    come_with_key(page)
    expect(page.get_by_role("alert").filter(has_text="这个网址用不了安全密钥")).to_be_visible()
    assert not faults, "\n".join(faults)


def plugged_in(page: Page) -> None:
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def enrol(page: Page, name: str, secret: str, place: Installation) -> None:
    dialog = page.get_by_role("dialog", name="安全密钥")
    dialog.get_by_label("给它起个名字").fill(name)
    dialog.get_by_label("密码").fill(OFFICER_PASSWORD)
    place.wait(30)
    dialog.get_by_label("动态口令").fill(pyotp.TOTP(secret).at(place.now()))
    dialog.get_by_role("button", name="登记一个").click()


def come_with_key(page: Page) -> None:
    page.get_by_label("用户名").fill("officer2")
    page.get_by_label("密码").fill(OFFICER_PASSWORD)
    page.get_by_role("button", name="改用安全密钥").click()
