"""At the window: what an officer prints for somebody without a phone, and what whoever finds the paper can learn from it."""

import io
import re
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Phones
from tests.browser.people import Person
from tests.browser.phone import settle
from tests.browser.test_screens import look_at

pytestmark = [pytest.mark.browser, pytest.mark.processes]
_PRINTED = 60_000  # milliseconds: the first sheet of an installation waits for the press and its fonts


def test_a_page_of_days_is_printed_and_its_code_is_checked_on_any_phone(
    desk: Page, phones: Phones, chen: Person
) -> None:
    desk.get_by_role("link", name="窗口", exact=True).click()
    desk.get_by_role("link", name="打日子单").click()
    # the screen before it has a field of that name, too: what is typed there in the last moment is gone with it
    expect(desk.get_by_role("heading", name="打日子单")).to_be_visible()
    desk.get_by_label("证件号码").fill(chen.number)
    assert not look_at(desk, "desk_slips")
    desk.get_by_text("证件原件已核对").click()
    with desk.expect_download(timeout=_PRINTED) as download:
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


def test_an_officer_files_for_somebody_without_a_phone(desk: Page, chen: Person) -> None:
    desk.get_by_role("link", name="窗口", exact=True).click()
    desk.get_by_label("姓名").fill(chen.name)
    desk.get_by_label("证件号码").fill(chen.number)
    desk.get_by_text("本人持有效身份证件原件到窗口").click()
    desk.get_by_role("button", name="证件已核对，开始代办").click()
    expect(desk.get_by_role("heading", name="正在替陈*办")).to_be_visible()
    faults = look_at(desk, "desk_window")
    with desk.expect_download(timeout=_PRINTED) as download:
        desk.get_by_role("button", name="打印信用报告").click()
    words = pypdf.PdfReader(io.BytesIO(download.value.path().read_bytes())).pages[0].extract_text()
    assert chen.name in words.replace("\n", "")
    desk.get_by_role("link", name="自主申报").click()
    desk.locator(".choice", has_text="合同履约").click()
    desk.get_by_role("textbox", name="内容").fill("按时还清货款。")
    desk.get_by_role("button", name="读一遍再提交").click()
    desk.get_by_text("我作出以上声明").click()
    desk.get_by_role("button", name="提交申报").click()
    expect(desk.locator(".fault", has_text="请先勾选同意。")).to_be_visible()
    desk.get_by_text("本人同意，并在打印件上签名").click()
    faults += look_at(desk, "desk_filing")
    desk.get_by_role("button", name="提交申报").click()
    expect(desk.get_by_role("heading", name="已经提交")).to_be_visible()
    with desk.expect_download(timeout=_PRINTED) as download:
        desk.get_by_role(
            "button", name="打日子单，交给本人"
        ).click()  # the document was seen: no number is asked for again
    assert "我的信用日子" in pypdf.PdfReader(io.BytesIO(download.value.path().read_bytes())).pages[0].extract_text()
    desk.get_by_role("link", name="接着替这个人办").click()
    expect(desk.get_by_role("button", name="打日子单")).to_be_visible()
    desk.get_by_role("button", name="本人离开，结束代办").click()
    expect(desk.get_by_role("button", name="证件已核对，开始代办")).to_be_visible()
    assert not faults, "\n".join(faults)


def test_what_the_residents_forms_lead_to_has_its_place_at_the_desk(
    desk: Page, cases: tuple[dict[str, str], dict[str, Any]]
) -> None:
    objection = cases[0]["objection"].rpartition("/")[2]
    for theirs, ours in (
        ("/report", "/window"),
        ("/cases/withdrawals/wdr_1", "/window"),
        (f"/cases/objections/{objection}", f"/case/objections/{objection}"),
        ("/records/rec_1", "/records?record=rec_1"),
    ):
        desk.goto(f"/desk#{theirs}")
        expect(desk).to_have_url(re.compile(re.escape(f"/desk#{ours}") + "$"))
        settle(desk)
    desk.goto(f"/desk#/case/objections/{objection}")
    settle(desk)
    desk.locator("summary", has_text="怎么算的").first.click()
    desk.locator(".why[open] summary", has_text="依据").first.click()
    with desk.expect_popup() as opened:
        desk.locator(".why[open] a", has_text="看全文").first.click()
    expect(opened.value.locator(".article")).to_contain_text("异议")
    assert desk.url.endswith(objection), "the case is still there"
    opened.value.close()
