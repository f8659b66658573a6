"""A running product and a real Chromium on the phone's sizes."""

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
from tests.browser.phone import Phone, Watched
from tests.support.processes import Installation, running

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
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = (390, 844)
SMALL_PHONE = (320, 568)
DESKTOP = (1280, 900)

expect.set_options(timeout=20_000)


@pytest.fixture(scope="package")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The database, the stand-in for WeChat's servers and the API, with two residents' records."""
    with running(tmp_path_factory.mktemp("installation"), CW_CENTRES=centres()) as installation:
        yield installation


@pytest.fixture(scope="package")
def issued(place: Installation) -> Issued:
    return populate(place)


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
    yield browser
    browser.close()


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


class Phones:
    """Gives out phones: fresh contexts that are closed after the test. The worker that keeps the page for a day without a
    network fetches every file of it anew on each phone: it is let in (`service_workers="allow"`) where a test is about it, and
    in one journey.
    """

    def __init__(self, browser: Browser, place: Installation, watched: Watched) -> None:
        self._browser, self._place, self._watched = browser, place, watched
        self._contexts: list[BrowserContext] = []

    def __call__(self, size: tuple[int, int] = PHONE, **options: Any) -> Phone:
        width, height = size
        options.setdefault("service_workers", "block")
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", base_url=self._place.url, **options
        )
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        self._watched.watch(page)
        return Phone(page, self._place)

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def phones(browser: Browser, place: Installation, issued: Issued, watched: Watched) -> Iterator[Phones]:
    phones = Phones(browser, place, watched)
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


def screenshot_folder() -> Path:
    folder = Path(__file__).parents[1] / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder
