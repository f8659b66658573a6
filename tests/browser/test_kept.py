"""What stays on the phone, for how long, and what of it can be read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Phones
from tests.browser.people import Person
from tests.browser.phone import Phone, settle

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_without_a_network_the_last_report_stays_readable_and_says_since_when(phones: Phones, wang: Person) -> None:
    phone = phones(is_new=True, service_workers="allow")
    phone.signs_in(wang)
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    assert "report" not in kept_on(phone), "it stays on the phone only where its person asked for that"
    lets_the_report_stay(phone)
    stored = stored_on(phone)
    assert stored["isSealed"] and stored["canBeTaken"] is False, stored
    phone.open("/report")
    phone.title("我的报告")
    phone.page.context.set_offline(True)
    phone.page.reload()
    phone.title("我的报告")
    phone.sees("现在连不上网络，可能已有变化")
    phone.sees("3条处罚记录")
    phone.sees("现在没有网络")
    phone.page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=7))  # and no network all the while
    phone.page.reload()
    phone.sees("网络通了会自动再试。")
    expect(phone.page.get_by_text("3条处罚记录")).to_have_count(0)
    phone.page.wait_for_function(_KEEPS_NO_REPORT)


def test_a_report_that_stays_is_given_up_after_a_week_or_when_its_person_says_so(phones: Phones, wang: Person) -> None:
    phone = phones(is_new=True)
    phone.page.clock.install()
    phone.signs_in(wang)
    phone.page.context.set_offline(True)
    phone.open("/")
    phone.sees("没有存在手机上")
    phone.page.context.set_offline(False)
    lets_the_report_stay(phone)
    phone.page.locator(".choice", has_text="不留报告").click()
    phone.page.wait_for_function(_KEEPS_NO_REPORT)
    lets_the_report_stay(phone)
    phone.page.context.set_offline(True)
    looks_away(phone, "hidden")
    phone.page.clock.fast_forward(7 * 24 * 3_600_000)
    looks_away(phone, "visible")
    phone.page.wait_for_function(_KEEPS_NO_REPORT)


_KEEPS_NO_REPORT = """async () => {
  const open = await new Promise((done) => { const r = indexedDB.open("credit-window"); r.onsuccess = () => done(r.result); });
  const names = await new Promise((done) => { const r = open.transaction("kept").objectStore("kept").getAllKeys(); r.onsuccess = () => done(r.result); });
  open.close();
  return !names.includes("report");
}"""


def lets_the_report_stay(phone: Phone) -> None:
    phone.open("/settings")
    phone.page.locator(".choice", has_text="在这台手机上留一份").click()
    phone.page.wait_for_function(_KEEPS_NO_REPORT.replace("!names", "names"))


def stored_on(phone: Phone) -> dict[str, Any]:
    """How it lies in the phone's database: whether anything can be read, and whether a script could take the key."""
    found: dict[str, Any] = phone.page.evaluate(
        """async () => {
          const open = await new Promise((done) => { const r = indexedDB.open("credit-window"); r.onsuccess = () => done(r.result); });
          const store = open.transaction("kept").objectStore("kept");
          const all = await new Promise((done) => { const r = store.getAll(); r.onsuccess = () => done(r.result); });
          open.close();
          const key = all.find((one) => one.itself);
          const rest = all.filter((one) => !one.itself);
          const isSealed = rest.length > 2 && rest.every((one) => Object.keys(one).sort().join() === "files,words"
            && one.words.sealed instanceof ArrayBuffer && !/[ -~]{24}/.test(new TextDecoder("latin1").decode(one.words.sealed)));
          const canBeTaken = await crypto.subtle.exportKey("raw", key.itself).then(() => true, () => false);
          return { isSealed, canBeTaken };
        }"""
    )
    return found


def test_after_sign_out_nothing_of_the_resident_is_left(phones: Phones, wang: Person) -> None:
    phone = phones(service_workers="allow")
    phone.signs_in(wang)
    phone.open("/do/grant")
    phone.page.get_by_label("对方名称").fill("某某公司")
    phone.open("/mine")
    phone.taps("退出登录")
    phone.page.get_by_role("dialog").get_by_role("button", name="退出", exact=True).click()
    phone.sees("自己的信用，自己看得清")
    left = phone.page.evaluate(
        """async () => {
          const open = await new Promise((done) => { const r = indexedDB.open("credit-window"); r.onsuccess = () => done(r.result); });
          const kept = await new Promise((done) => { const r = open.transaction("kept").objectStore("kept").getAllKeys(); r.onsuccess = () => done(r.result); });
          const cached = (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((one) => one.url)))).flat();
          return { kept, local: Object.keys(localStorage), session: Object.values(sessionStorage), api: cached.filter((url) => url.includes("/api/")) };
        }"""
    )
    assert left["kept"] == []
    assert set(left["local"]) <= {"cw.look", "cw.day", "cw.centres"}
    assert left["api"] == []
    assert not any("某某" in value for value in left["session"])
    phone.open("/report")
    phone.title("登录")


@pytest.mark.parametrize("screen", ["/report", "/settings", "/do/grant"])
def test_a_phone_signed_out_from_another_keeps_nothing_once_it_is_looked_at(
    phones: Phones, wang: Person, screen: str
) -> None:
    lost, mine = phones(), phones()
    lost.signs_in(wang)
    lost.open("/do/grant")
    lost.page.get_by_label("对方名称").fill("某某公司")
    lost.open(screen)
    looks_away(lost, "hidden")
    mine.signs_in(wang)
    mine.open("/devices")
    other = mine.page.get_by_role("button", name="让这台设备退出")
    expect(other.first).to_be_visible()
    while other.count():
        before = other.count()
        other.first.click()
        mine.page.get_by_role("dialog").get_by_role("button", name="退出", exact=True).click()
        expect(other).to_have_count(before - 1)
    lost.page.evaluate("const now = performance.now(); performance.now = () => now + 1_100")  # it lay for a second
    looks_away(lost, "visible")
    lost.title("登录")
    lost.sees("这台设备已经退出登录")
    assert kept_on(lost) == []
    assert lost.page.evaluate("localStorage.getItem('cw.refresh')") is None
    lost.page.context.set_offline(True)
    lost.back()
    lost.title("登录")


def looks_away(phone: Phone, state: str) -> None:
    """The phone is laid away or taken up again."""
    phone.page.evaluate(
        """state => {
          Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        state,
    )


def test_a_sheet_that_was_closed_does_not_open_by_itself_when_one_comes_back(phones: Phones, chen: Person) -> None:
    phone = phones()
    phone.signs_in(chen)
    phone.opens_record("无照经营")
    phone.open(phone.page.url.partition("#")[2] + "?statement")
    expect(phone.page.get_by_role("dialog", name="写本人说明")).to_be_visible()
    phone.page.get_by_role("textbox", name="本人说明").fill("当时执照正在换发。")
    phone.page.get_by_role("button", name="关闭").click()
    phone.sees("写好的还没有提交。")
    phone.taps("继续写")
    expect(phone.page.get_by_role("textbox", name="本人说明")).to_have_value("当时执照正在换发。")
    phone.page.get_by_role("button", name="关闭").click()
    phone.taps("不要了")
    expect(phone.page.get_by_role("dialog")).to_have_count(0)
    settle(phone.page)
    looks_away(phone, "hidden")
    phone.page.evaluate("() => { const at = performance.now(); performance.now = () => at + 60_000; }")
    looks_away(phone, "visible")
    settle(phone.page)
    phone.sees("记录原文和文号")
    expect(phone.page.get_by_role("dialog")).to_have_count(0)
    phone.open("/mine")
    phone.back()
    expect(phone.page.get_by_role("dialog")).to_have_count(0)


def kept_on(phone: Phone) -> list[str]:
    """The names of what the page keeps in the phone's database."""
    names: list[str] = phone.page.evaluate(
        """async () => {
          const open = await new Promise((done) => { const r = indexedDB.open("credit-window"); r.onsuccess = () => done(r.result); });
          return new Promise((done) => { const r = open.transaction("kept").objectStore("kept").getAllKeys(); r.onsuccess = () => done(r.result); });
        }"""
    )
    return names
