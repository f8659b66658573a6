"""The page inside the mini-program: whose phone it is, who may sign in, and what is left when it changes hands.

The shell is played by its documented bridge alone; `test_phone.py` has the mini-program's own code around the page.
"""

from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Phones
from tests.browser.people import PNG, Person
from tests.browser.phone import Phone

pytestmark = [pytest.mark.browser, pytest.mark.processes]

SHELL = """
window.__wxjs_environment = "miniprogram";
window.asked = "";
window.wx = { miniProgram: {
  reLaunch: ({ url }) => { window.asked = url; },
  navigateTo: ({ url }) => { window.asked = url; },
} };
"""


class Shell:
    """Opens the page as the mini-program does, for one WeChat user after another on one phone."""

    def __init__(self, phones: Phones, size: tuple[int, int] = (390, 844), **options: Any) -> None:
        self.phone: Phone = phones(size, **options)
        self.page = self.phone.page
        self.page.add_init_script(SHELL)
        self._opened = 0

    def goes(self, screen: str, **values: str) -> None:
        self._opened += 1
        search = "&".join(f"{name}={quote(value, safe='')}" for name, value in values.items())
        self.page.goto(f"/?v={self._opened}#/{screen}?{search}")

    def asked(self, page: str) -> dict[str, str]:
        """What the page asked the shell to open, after the tap."""
        self.page.wait_for_function("page => window.asked.startsWith(page)", arg=f"/pages/{page}/")
        query = parse_qs(urlsplit(self.page.evaluate("window.asked")).query)
        return {name: values[0] for name, values in query.items()}

    def signs_in(self, who: str, code: str) -> None:
        self.goes("open", who=who, to="/report", font="17")
        self.page.get_by_role("button", name="用微信登录").click()
        asked = self.asked("index")
        assert asked["signin"] == "1"
        self.goes("signin", who=who, code=code, state=asked["state"], to=asked["to"])


def enters(shell: Shell, person: Person, who: str = "w-one") -> None:
    shell.signs_in(who, person.code)
    shell.page.wait_for_function(
        "() => localStorage.getItem('cw.refresh') && document.body.dataset.shown?.match('report|identity')"
    )
    if "identity" in shell.page.url:
        shell.phone.binds(person)
        shell.page.wait_for_function("() => document.body.dataset.shown === '#/report'")


def test_in_the_shell_a_tap_signs_in_and_no_code_stays_in_the_address(phones: Phones, wang: Person) -> None:
    shell = Shell(phones)
    enters(shell, wang)
    assert wang.code not in shell.page.url
    box = shell.page.locator("#bar .bar-title").bounding_box()
    assert box and box["width"] <= 1, "one title bar, WeChat's"
    shell.phone.open("/")
    hello = shell.page.locator("#bar .bar-title").bounding_box()
    card = shell.page.locator("section.status").bounding_box()
    assert hello and card and hello["x"] == card["x"], "whom it greets stands in line with the rest"
    shell.phone.open("/report")
    expect(shell.page.get_by_text("用登录码登录")).to_have_count(0)


def test_a_code_in_a_link_signs_nobody_in(phones: Phones, wang: Person, li: Person) -> None:
    phone = phones()
    phone.page.goto(f"/#/signin?code={wang.code}")
    phone.sees("这次登录不是您在这部手机上发起的")
    assert phone.page.evaluate("localStorage.getItem('cw.refresh')") is None
    assert wang.code not in phone.page.url
    phone.page.goto(f"/?v=2#/signin?code={wang.code}&who=attacker&state=guessed")
    phone.sees("这次登录不是您在这部手机上发起的")
    shell = Shell(phones)
    shell.goes("signin", code=wang.code, who="attacker", state="guessed", to="/report")
    shell.phone.sees("这次登录不是您在这部手机上发起的")
    enters(shell, li)
    before = shell.page.evaluate("localStorage.getItem('cw.refresh').split('.')[0]")
    shell.goes("signin", code=wang.code, who="w-one", state="guessed", to="/report")
    shell.page.wait_for_function(
        "() => document.body.dataset.shown === '#/' || document.body.innerText.includes('首页')"
    )
    after = shell.page.evaluate("localStorage.getItem('cw.refresh').split('.')[0]")
    assert after == before, "nor does it put anybody out"


def test_a_state_is_good_once_and_for_the_phone_that_made_it(phones: Phones, wang: Person, li: Person) -> None:
    shell = Shell(phones)
    shell.goes("open", who="w-one", to="/report")
    shell.page.get_by_role("button", name="用微信登录").click()
    asked = shell.asked("index")
    other = Shell(phones)
    other.goes("signin", who="w-one", code=wang.code, state=asked["state"], to="/report")
    other.phone.sees("这次登录不是您在这部手机上发起的")
    shell.goes("signin", who="w-one", code=wang.code, state=asked["state"], to="/report")
    shell.page.wait_for_function("() => localStorage.getItem('cw.refresh')")
    mine = shell.page.evaluate("localStorage.getItem('cw.refresh')")
    shell.goes("signin", who="w-one", code=li.code, state=asked["state"], to="/report")
    shell.page.wait_for_function("() => document.body.dataset.shown === '#/'")
    assert shell.page.evaluate("localStorage.getItem('cw.refresh')").split(".")[0] == mine.split(".")[0]


def test_two_people_on_one_phone_never_see_each_other(phones: Phones, wang: Person, li: Person) -> None:
    shell = Shell(phones)
    enters(shell, wang, "w-wang")
    shell.page.evaluate("localStorage.setItem('probe', '1')")
    shell.goes("open", who="w-li", to="/report")
    shell.phone.sees("用微信登录")
    assert shell.page.evaluate("localStorage.getItem('cw.refresh')") is None
    kept = shell.page.evaluate(
        """() => new Promise((resolve) => { const open = indexedDB.open('credit-window'); open.onsuccess = () => {
          const names = [...open.result.objectStoreNames]; if (!names.length) return resolve([]);
          const all = open.result.transaction(names[0]).objectStore(names[0]).getAllKeys(); all.onsuccess = () => resolve(all.result); }; })"""
    )
    assert kept == [], "neither report nor drafts"
    enters(shell, li, "w-li")
    shell.phone.open("/mine")
    expect(shell.page.locator("main")).not_to_contain_text(wang.name[0] + "*")


def test_another_residents_code_with_one_signed_in_is_the_other_resident(
    phones: Phones, wang: Person, li: Person
) -> None:
    shell = Shell(phones)
    enters(shell, wang)
    first = shell.page.evaluate("localStorage.getItem('cw.refresh')")
    shell.page.evaluate("localStorage.setItem('cw.state', JSON.stringify({ state: 'mine', tries: 1, at: Date.now() }))")
    shell.goes("signin", who="w-one", code=li.code, state="mine", to="/mine")
    shell.page.wait_for_function(
        "first => (localStorage.getItem('cw.refresh') ?? first).split('.')[0] !== first.split('.')[0]", arg=first
    )


def test_a_spent_code_asks_the_shell_for_another_once(phones: Phones, wang: Person) -> None:
    shell = Shell(phones)
    shell.signs_in("w-one", "spent-long-ago")
    again = shell.asked("index")
    assert again["signin"] == "1"
    shell.goes("signin", who="w-one", code="spent-again", state=again["state"], to="/report")
    shell.phone.sees("微信登录没有成功")
    assert shell.page.evaluate("window.asked") == ""


def test_what_a_web_view_cannot_do_is_asked_of_the_shell(phones: Phones, li: Person) -> None:
    shell = Shell(phones)
    enters(shell, li)
    shell.phone.taps("下载报告（PDF）")
    dialog = shell.page.get_by_role("dialog")
    dialog.get_by_label("证件号码").fill(li.number)
    dialog.get_by_role("button", name="继续").click()
    paper = shell.asked("paper")
    assert (paper["path"], paper["name"]) == ("/me/report.pdf", "信用报告.pdf")
    fetched = shell.page.request.get("/api/v1/me/report.pdf", headers={"Authorization": f"Ticket {paper['ticket']}"})
    assert fetched.status == 200, fetched.text()
    assert fetched.body()[:5] == b"%PDF-"
    again = shell.page.request.get("/api/v1/me/report.pdf", headers={"Authorization": f"Ticket {paper['ticket']}"})
    assert again.status == 401
    shell.goes("open", who="w-one", to="/subscriptions")
    shell.phone.taps("允许提醒")
    shell.asked("remind")


_ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50"


@pytest.mark.parametrize(("agent", "at_once"), [(_ANDROID, False), (_IPHONE, True)])
def test_files_are_taken_one_by_one_where_several_at_once_come_back_as_none(
    phones: Phones, li: Person, agent: str, at_once: bool
) -> None:
    shell = Shell(phones, user_agent=agent)
    enters(shell, li)
    shell.goes("open", who="w-one", to="/do/objection")
    page = shell.page
    page.locator("a.cell").first.click()
    shell.phone.picks("信息有错误")
    shell.phone.next()
    picker = page.locator("input[type=file]").last
    assert picker.evaluate("input => input.multiple") is at_once
    for name in ("第一张.png", "第二张.png"):
        picker.set_input_files({"name": name, "mimeType": "image/png", "buffer": PNG})
        expect(page.locator(".thumb", has_text=name)).to_be_visible()
    expect(page.locator(".thumb")).to_have_count(2)  # the second does not take the place of the first


def test_wechats_largest_type_breaks_no_layout_at_the_narrowest_phone(phones: Phones, li: Person) -> None:
    shell = Shell(phones, (320, 568))
    enters(shell, li)
    for to in ("/", "/report", "/subscriptions", "/mine", "/notices"):
        shell.goes("open", who="w-one", to=to, font="26")
        shell.page.wait_for_function("to => document.body.dataset.shown === `#${to}`", arg=to)
        assert shell.page.evaluate("getComputedStyle(document.documentElement).fontSize") == "22px"
        shell.phone.is_wide_enough()
