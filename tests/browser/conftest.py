"""A running product and a real Chromium on the phone's sizes."""

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.cases import Client, make_cases
from tests.browser.people import (
    CHEN,
    HAN,
    LI,
    OFFICER_PASSWORD,
    SUN,
    TAO,
    WANG,
    ZHOU,
    Issued,
    Person,
    centres,
    populate,
)
from tests.browser.phone import OURS_ALONE, Keys, Phone, Watched, settle
from tests.support.mongo import Server
from tests.support.processes import Installation, running, works

_CHROMIUM = next(
    (
        found
        for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    None,
)
_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--renderer-process-limit=1", OURS_ALONE,
]  # fmt: skip
PHONE = (390, 844)
SMALL_PHONE = (320, 568)
DESKTOP = (1280, 900)

expect.set_options(timeout=20_000)

_SLOWER = float(os.environ.get("CW_SLOW_BROWSER", "0"))
_LATE = """(() => {
  const now = window.fetch;
  window.fetch = async (...asked) => {
    await new Promise((done) => setTimeout(done, MS));
    return now(...asked);
  };
})();"""


@pytest.fixture(scope="package")
def place(tmp_path_factory: pytest.TempPathFactory, mongo_server: Server) -> Iterator[Installation]:
    """The database, the stand-in for WeChat's servers and the API, with two residents' records."""
    with running(tmp_path_factory.mktemp("installation"), mongo_server, CW_CENTRES=centres()) as installation:
        yield installation


@pytest.fixture(scope="package")
def issued(place: Installation) -> Issued:
    known = populate(place)
    works(place, "figures")
    return known


@pytest.fixture(scope="package")
def otp_secrets(issued: Issued) -> dict[str, str]:
    return issued.otp_secrets


@pytest.fixture(scope="package")
def unit(place: Installation, issued: Issued) -> Iterator[Client]:
    """The unit that provided the records of Dalian, by its key."""
    unit = Client(place, {"X-API-Key": issued.unit_keys["prv_market"]})
    yield unit
    unit.close()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    if _CHROMIUM is None:
        pytest.fail("the browser tests need Chromium: sudo apt-get install chromium fonts-noto-cjk", pytrace=False)
    browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
    if _SLOWER:
        slow_down(browser, _SLOWER)
    yield browser
    browser.close()


def slow_down(browser: Browser, times: float) -> None:
    """Its pages get a processor that is so many times slower, and each answer late: whoever looks for tests that pass by chance finds
    what taps or reads before the screen stands."""
    as_usual = browser.new_context

    def context(**options: Any) -> BrowserContext:
        made = as_usual(**options)
        made.add_init_script(_LATE.replace("MS", str(50 * times)))
        if options.get("service_workers") == "allow":
            return made  # whoever else speaks to the page by the protocol makes it forget that it is without a network
        blank = made.new_page

        def page() -> Page:
            opened = blank()
            made.new_cdp_session(opened).send("Emulation.setCPUThrottlingRate", {"rate": times})
            return opened

        vars(made)["new_page"] = page
        return made

    vars(browser)["new_context"] = context


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure tells what its pages were refused."""
    report = yield
    watched = getattr(item, "funcargs", {}).get("watched")
    if report.failed and isinstance(watched, Watched):
        report.sections.append(("what the pages were refused", "\n".join(watched.refused) or "nothing"))
    return report


@pytest.fixture
def watched() -> Iterator[Watched]:
    """Fails the test at its end when a page reported an error that the test did not expect."""
    watched = Watched()
    yield watched
    assert not watched.unexpected, watched.unexpected


class Drawer:
    """Where phones lie between two tests. What one has fetched of the page it has, as any phone; all that the page and its server
    have put on it is taken off before it is given out again. An empty page stays open on each: the process that draws its pages lives
    as long, and to start another takes a third of what a test's first screen costs.
    """

    def __init__(self, browser: Browser, place: Installation) -> None:
        self._browser, self._place = browser, place
        self.keys = Keys()
        self._lying: dict[str, list[BrowserContext]] = {}

    def new(self, size: tuple[int, int], options: dict[str, Any]) -> BrowserContext:
        width, height = size
        return self._browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", base_url=self._place.url, **options
        )

    def take(self, size: tuple[int, int], options: dict[str, Any]) -> tuple[str, Page]:
        """Of this kind; the kind is asked for when it is laid back."""
        kind = repr((size, sorted(options.items())))
        lying = self._lying.setdefault(kind, [])
        if not lying:
            context = self.new(size, options)
            context.new_page()
            return kind, context.new_page()
        page = lying.pop().new_page()
        browser = page.context.new_cdp_session(page)
        browser.send("Storage.clearDataForOrigin", {"origin": self._place.url, "storageTypes": "all"})
        browser.detach()
        return kind, page

    def lay_back(self, kind: str, context: BrowserContext) -> None:
        for page in context.pages[1:]:
            page.close()
        context.set_offline(False)
        self._lying[kind].append(context)


class Phones:
    """Gives out phones, which are laid back after the test. The worker that keeps the page for a day without a network fetches every
    file of it anew on each phone: it is let in (`service_workers="allow"`) where a test is about it, and in one journey. What moves on
    the screen is drawn sixty times a second: it moves in the same journey.
    """

    def __init__(self, drawer: Drawer, place: Installation, watched: Watched) -> None:
        self._drawer, self._place, self._watched = drawer, place, watched
        self._given: list[tuple[str, Phone]] = []
        self._new: list[Phone] = []

    def __call__(self, size: tuple[int, int] = PHONE, *, is_new: bool = False, **options: Any) -> Phone:
        """`is_new`: it has never seen the page, and no other test will have it."""
        options.setdefault("service_workers", "block")
        options.setdefault("reduced_motion", "reduce")
        if is_new or options["service_workers"] == "allow":
            phone = Phone(self._drawer.new(size, options).new_page(), self._place, self._drawer.keys)
            self._new.append(phone)
        else:
            kind, page = self._drawer.take(size, options)
            phone = Phone(page, self._place, self._drawer.keys)
            self._given.append((kind, phone))
        phone.page.set_default_timeout(20_000)
        self._watched.watch(phone.page)
        return phone

    def close(self) -> None:
        for phone in self._new:
            phone.page.context.close()
        for kind, phone in self._given:
            phone.is_laid_down()
            self._drawer.lay_back(kind, phone.page.context)


@pytest.fixture(scope="package")
def drawer(browser: Browser, place: Installation) -> Drawer:
    return Drawer(browser, place)


@pytest.fixture
def phones(drawer: Drawer, place: Installation, issued: Issued, watched: Watched) -> Iterator[Phones]:
    phones = Phones(drawer, place, watched)
    yield phones
    phones.close()


@pytest.fixture(scope="package")
def cases(place: Installation, issued: Issued) -> tuple[dict[str, str], dict[str, Any]]:
    """The addresses of Zhou's cases and the answers to them; no test changes a case."""
    return make_cases(place, issued, ZHOU)


@pytest.fixture
def zhou() -> Person:
    return ZHOU


@pytest.fixture
def wang() -> Person:
    return WANG


@pytest.fixture
def chen() -> Person:
    return CHEN


@pytest.fixture
def li() -> Person:
    return LI


@pytest.fixture
def han() -> Person:
    return HAN


@pytest.fixture
def tao() -> Person:
    return TAO


@pytest.fixture
def sun() -> Person:
    return SUN


@pytest.fixture
def desk(phones: Phones, otp_secrets: dict[str, str], place: Installation) -> Page:
    """The desk, signed in as the officer of Dalian."""
    page = phones(DESKTOP, reduced_motion="reduce").page
    sign_in(page, "officer1", otp_secrets, place)
    expect(page.get_by_role("heading", name="待办", exact=True)).to_be_visible()
    return page


def sign_in(
    page: Page, username: str, otp_secrets: dict[str, str], place: Installation, address: str = "/desk"
) -> None:
    place.wait(30)  # a one-time password is good once
    page.goto(address)
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(OFFICER_PASSWORD)
    page.get_by_label("动态口令").fill(pyotp.TOTP(otp_secrets[username]).at(place.now()))
    page.get_by_role("button", name="登录").click()


def renews(page: Page) -> None:
    """By its key: what the desk shows is fetched again, and stands."""
    page.keyboard.press("r")
    settle(page)


def screenshot_folder() -> Path:
    folder = Path(__file__).parents[1] / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder
