"""A phone in a resident's hand: what one taps and reads."""

import contextlib
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pypdf
from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request, expect

from tests.browser.people import Person
from tests.support.processes import Installation

OURS_ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
"""With it Chromium finds nobody but our services: what a page asks of others fails, and is heard of. To hear of every request would cost a
twelfth of what a screen does."""


class Watched:
    """Collects what pages complain of: script errors, broken policy, requests that would leave the services. `refused` is for whoever
    reads a failure: a page shows what it could get, and says little of what it could not."""

    def __init__(self) -> None:
        self.unexpected: list[str] = []
        self.refused: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda fault: self.unexpected.append(str(fault)))
        page.on("console", self._heard)
        page.on("requestfailed", self._failed)

    def _heard(self, message: ConsoleMessage) -> None:
        # The browser itself reports every refused or cut request as an error; tests look at what the page shows.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.unexpected.append(message.text)
        elif message.type == "error":
            self.refused.append(f"{message.location['url']}: {message.text}")

    def _failed(self, request: Request) -> None:
        self.refused.append(f"{request.method} {request.url}: {request.failure}")
        if not re.match(r"(http://(127\.0\.0\.1|localhost):\d+/|data:|blob:)", request.url):
            self.unexpected.append(f"a request was to leave the services: {request.url}")


class Keys:
    """What was left on a phone by whoever had signed in on it with taps, for their next phone: each is used once, and changed by it."""

    def __init__(self) -> None:
        self._left: dict[str, list[str]] = {}

    def leave(self, person: Person, page: Page) -> None:
        """Nothing, where they have signed out."""
        if key := page.evaluate("localStorage.getItem('cw.refresh')"):
            self._left.setdefault(person.code, []).append(key)

    def take(self, person: Person) -> str | None:
        left = self._left.get(person.code)
        return left.pop() if left else None


def settle(page: Page) -> None:
    """Until what stands is what the address names: of the phone's page, the desk's or a unit's. What is drawn anew at its own address
    does not stand meanwhile, either."""
    page.wait_for_function("() => document.body.dataset.shown === location.hash")


_OF_THE_CODE = re.compile(r"\b(null|undefined|NaN|Infinity|Invalid Date)\b|\[object ")


def left_of_the_code(page: Page) -> str | None:
    """What stands on the screen that no person says: a value that is not there, printed all the same."""
    found = _OF_THE_CODE.search(page.inner_text("body"))
    return found and found[0]


_LINES = """(node) => {
  const lines = [], walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT), range = document.createRange();
  let top = null;
  while (walker.nextNode()) {
    for (let at = 0; at < walker.currentNode.length; at += 1) {
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, at + 1);
      const box = range.getClientRects()[0];
      if (!box?.width) continue;
      if (top === null || Math.abs(box.top - top) > box.height / 2) lines.push("");
      top = box.top;
      lines[lines.length - 1] += range.toString();
    }
  }
  return lines;
}"""


def lines_of(node: Locator) -> list[str]:
    """As they are seen, each by itself."""
    return [str(line) for line in node.evaluate(_LINES)]


class Phone:
    def __init__(self, page: Page, place: Installation, keys: Keys | None = None) -> None:
        self.page = page
        self._place = place
        self._keys = keys or Keys()
        self._signed_in: Person | None = None

    def open(self, path: str) -> None:
        """And waits until that screen stands, or the one it leads on to: what is tapped next is not the one before it."""
        self.page.goto(f"/#{path}")
        settle(self.page)

    def back(self) -> None:
        """By the phone's own button; and waits until what it leads to stands."""
        self.page.go_back()
        settle(self.page)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def title(self, text: str) -> None:
        """What the bar calls the screen."""
        expect(self.page.locator("#bar .bar-title")).to_have_text(text)

    def taps(self, name: str, *, exact: bool = False) -> None:
        """A button or a link, by the words on it."""
        button = self.page.get_by_role("button", name=name, exact=exact)
        button.or_(self.page.get_by_role("link", name=name, exact=exact)).first.click()

    def next(self) -> None:
        """On to the following step."""
        before = self.page.evaluate("location.hash")
        self.page.get_by_role("button", name=re.compile("^下一步")).click()
        self.page.wait_for_function(
            "before => location.hash !== before && document.body.dataset.shown === location.hash", arg=before
        )

    def opens_record(self, words: str) -> None:
        """From the report, by the deed or the kind; folded sections are opened first."""
        self.open("/report")
        self.title("我的报告")
        closed = self.page.locator(".fold:not([open]) > summary")
        while closed.count():
            closed.first.click()
        self.page.locator("main a[href^='#/records/']", has_text=words).first.click()
        self.title("记录")

    def picks(self, label: str) -> None:
        self.page.locator(".choice", has_text=label).first.click()

    def signs_in(self, person: Person, *, by_taps: bool = False) -> None:
        """Opens the report of whoever has signed in with taps before, as a phone does that knows them; the others sign in."""
        self._signed_in = person
        key = None if by_taps else self._keys.take(person)
        if key is None or not self._is_let_in(key):
            self._taps_in(person)
        self.title("我的报告")
        settle(self.page)

    def is_laid_down(self) -> None:
        """A page that is just leaving, or cannot be had without a network, keeps nothing for the next."""
        if self._signed_in is not None:
            with contextlib.suppress(Error):
                self._keys.leave(self._signed_in, self.page)

    def _is_let_in(self, key: str) -> bool:
        browser = self.page.context.new_cdp_session(self.page)
        browser.send("Page.enable")
        put = {"source": f"localStorage.setItem('cw.refresh', {json.dumps(key)})"}
        script = browser.send("Page.addScriptToEvaluateOnNewDocument", put)
        self.page.goto("/#/report")
        browser.send(
            "Page.removeScriptToEvaluateOnNewDocument", script
        )  # later it would bring back a key that was used
        browser.detach()
        self.page.wait_for_function("() => ['#/report', '#/signin'].includes(document.body.dataset.shown)")
        return self.page.url.endswith("#/report")

    def _taps_in(self, person: Person) -> None:
        """With WeChat, and binds the identity where that has not been done."""
        self.page.goto("/#/signin")
        self.page.get_by_role("button", name=person.name).click()
        expect(self.page.locator("#bar .bar-title")).to_have_text(re.compile("我的报告|核对身份"))
        if "identity" in self.page.url:
            self.binds(person)

    def changes(self, row: str, choice: str) -> None:
        """A row of the review, and back to it."""
        self.sees("看一遍，再交")
        self.taps(f"修改{row}")
        self.picks(choice)
        self.taps("改好了")
        self.sees("看一遍，再交")

    def enters_code(self, code: str) -> None:
        self.page.locator("summary", has_text="用登录码登录").click()
        self.page.get_by_label("登录码").fill(code)
        self.page.get_by_role("button", name="登录", exact=True).click()

    def binds(self, person: Person) -> None:
        self.page.get_by_label("姓名").fill(person.name)
        self.page.get_by_label("证件号码").fill(person.number)
        self.picks({"dalian": "大连", "yunnan": "云南"}[person.jurisdiction])
        self.page.get_by_role("button", name="核对", exact=True).click()

    def is_wide_enough(self) -> None:
        """Nothing sticks out to the side."""
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.url


def record_of(phone: Phone, conduct: str) -> str:
    """The id of a record of one's own report."""
    phone.opens_record(conduct)
    return phone.page.url.rsplit("/", 1)[1]


def headed(phone: Phone, text: str | re.Pattern[str]) -> None:
    """What stands largest on the screen."""
    expect(phone.page.locator("h1").first).to_have_text(text)


def arrives(page: Page, taps: Callable[[], None], ending: str) -> bytes:
    """What the button brings, as the phone keeps it."""
    with page.expect_download() as download:
        taps()
    assert download.value.suggested_filename.endswith(ending)
    return download.value.path().read_bytes()


def words_of(pdf: bytes) -> str:
    """The title of a document that says it is tagged and in Chinese."""
    document = pypdf.PdfReader(io.BytesIO(pdf))
    root: Any = document.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("zh")
    return str(document.metadata.title if document.metadata else "")
