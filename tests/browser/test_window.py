"""At the window: what an officer prints for somebody without a phone, and what whoever finds the paper can learn from it."""

import io
import re

import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Phones
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("browser")]


def test_a_page_of_days_is_printed_and_its_code_is_checked_on_any_phone(
    desk: Page, phones: Phones, chen: Person
) -> None:
    desk.get_by_role("link", name="窗口", exact=True).click()
    desk.get_by_role("link", name="打日子单").click()
    desk.get_by_label("证件号码").fill(chen.number)
    desk.get_by_text("证件原件已核对").click()
    with desk.expect_download() as download:
        desk.get_by_role("button", name="打印", exact=True).click()
    (page,) = pypdf.PdfReader(io.BytesIO(download.value.path().read_bytes())).pages
    words = page.extract_text().replace("\n", "").replace(" ", "")
    assert "无照经营" in words and "2027年1月21日起" in words
    assert chen.name not in words and chen.number not in words
    found = re.search(r"查验码：([0-9A-Z-]{23})", words)
    assert found is not None
    phone = phones()
    phone.page.goto(f"/verify#{found[1]}")
    phone.sees("文书是真的")
    phone.sees("窗口打印的日子单")
    expect(phone.page.locator("main")).not_to_contain_text("无照经营")
