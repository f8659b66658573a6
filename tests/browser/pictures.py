"""`make pictures`: the pictures of the READMEs, taken anew of the product as it runs, into `docs/pictures/`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.cases import make_cases
from tests.browser.conftest import _ARGUMENTS, _CHROMIUM, DESKTOP, PHONE, sign_in
from tests.browser.people import CHEN, ZHOU, Issued, populate
from tests.browser.phone import Phone
from tests.support.processes import Installation, running

_FOLDER = Path(__file__).parents[2] / "docs" / "pictures"


def take(folder: Path = _FOLDER) -> list[Path]:
    """The files that were written."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, running(Path(scratch)) as place, sync_playwright() as playwright:
        issued = populate(place)
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        taken = [*_phone(browser, place, folder), _desk(browser, place, issued, folder)]
        browser.close()
    return taken


def _phone(browser: Browser, place: Installation, folder: Path) -> list[Path]:
    phone = Phone(_page(browser, place, PHONE), place)
    phone.signs_in(CHEN)
    phone.open("/")
    expect(phone.page.locator(".status")).to_be_visible()
    home = _shoot(phone.page, folder / "home.png")
    phone.opens_record("无照经营")
    record = _shoot(phone.page, folder / "record.png")
    phone.open("/chat")
    phone.page.get_by_label("您的问题").fill("我有条处罚记录怎么弄掉")
    phone.taps("发送")
    expect(phone.page.locator(".by-bot .split-top")).to_be_visible()
    return [home, record, _shoot(phone.page, folder / "chat.png")]


def _desk(browser: Browser, place: Installation, issued: Issued, folder: Path) -> Path:
    make_cases(place, issued, ZHOU)
    page = _page(browser, place, DESKTOP)
    sign_in(page, "officer1", issued.otp_secrets, place)
    expect(page.locator(".queue tbody tr").first).to_be_visible()
    return _shoot(page, folder / "desk.png")


def _page(browser: Browser, place: Installation, size: tuple[int, int]) -> Page:
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", base_url=place.url, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page


def _shoot(page: Page, file: Path) -> Path:
    page.wait_for_timeout(500)  # until what is drawn later stands: the telephone, the picture of a font
    page.screenshot(path=file)
    return file


if __name__ == "__main__":
    for file in take():
        print(f"{file.relative_to(Path.cwd())}: {file.stat().st_size // 1024} KB")
