"""Every errand to its receipt, by tapping; and what comes of it."""

import io
import re
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import Phones
from tests.browser.people import PNG, Person
from tests.browser.phone import Phone
from tests.browser.test_journey import file_objection
from tests.browser.test_kept import looks_away

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_a_repair_that_is_open_is_asked_for_with_proof_and_pledge(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    file_repair(phone)
    phone.taps("看进度")
    phone.sees("走到哪了")
    expect(phone.page.locator(".walk .now")).to_have_count(
        1
    )  # two days run from the filing: one thing is done at a time
    expect(phone.page.locator(".walk .next")).to_have_count(1)
    phone.taps("催办")
    phone.page.get_by_role("dialog").get_by_role("button", name="催办").click()
    phone.sees("已办理")

    # What was asked for is not offered again: neither the report nor the errand does, and the errand leads to the case.
    phone = phones()
    phone.signs_in(wang)
    card = phone.page.locator("article.record", has_text="未按规定公示年度报告")
    expect(card).to_contain_text("修复正在办")
    expect(phone.page.get_by_role("link", name=re.compile("^去?申请修复"))).to_have_count(0)
    record = (card.locator("h3 a").get_attribute("href") or "").rsplit("/", 1)[1]
    phone.open(f"/do/repair?record={record}")
    phone.sees("已经申请过了")
    phone.taps("看进度")
    phone.title("信用修复进度")


def test_back_after_filing_leads_to_the_case_and_makes_no_draft(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    file_objection(phone, "无照经营")
    for _ in range(2):
        phone.back()
        phone.title("异议进度")
    phone.open("/affairs")
    phone.title("办事")
    expect(phone.page.get_by_text("没写完的")).to_have_count(0)


def test_a_repair_that_is_not_open_says_what_is_lacking(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    phone.open("/do/repair")
    phone.page.locator("a.cell", has_text="占道经营").click()
    expect(phone.page.locator(".conditions li").first).to_be_visible()


def test_a_commendation_is_withdrawn_at_once_and_comes_back_by_consent(phones: Phones, li: Person) -> None:
    phone = phones()
    phone.signs_in(li)
    phone.open("/do/withdrawal")
    phone.page.locator("a.cell", has_text="敬老服务").click()
    phone.sees("撤销后")
    phone.picks("我要撤销这条信息的公示")
    phone.taps("立即撤销公示")
    phone.sees("已撤销公示")
    phone.taps("看回执")
    phone.sees("防伪码，您不用记")
    expect(phone.page.locator("main")).not_to_contain_text("rec_")
    phone.open("/report")
    phone.sees("已经停止公开的")
    assert "已经停止公开的" in phone.page.locator("main .fold > summary").nth(-2).inner_text()
    phone.back()
    phone.taps("重新公开")
    phone.page.get_by_role("dialog").locator(".choice").click()
    phone.page.get_by_role("dialog").get_by_role("button", name="恢复公示").click()
    phone.sees("已恢复公示")


def test_where_there_is_no_right_the_page_says_so_and_offers_what_there_is(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    phone.open("/do/withdrawal")
    phone.page.locator("a.cell", has_text="社区助老").click()
    phone.sees("可以怎么办")
    expect(phone.page.get_by_role("link", name="提出异议")).to_be_visible()


def test_a_declaration_with_barred_words_shows_the_passage_and_with_assets_a_warning(
    phones: Phones, wang: Person
) -> None:
    phone = phones()
    phone.signs_in(wang)
    phone.open("/do/declaration")
    phone.page.locator(".choice").first.click()
    phone.next()
    phone.page.get_by_label("内容").fill("我的血型是A型，按时还清货款。")
    phone.taps("检查并继续")
    expect(phone.page.locator("mark").first).to_contain_text("血型")
    phone.page.get_by_label("内容").fill("我按时还清货款，年收入十万元。")
    phone.taps("检查并继续")
    phone.sees("请先看清不利影响")
    phone.taps("提交申报")
    phone.sees("请先勾选同意。")
    phone.picks("我已看清，书面同意提供这些信息")
    phone.picks("我作出以上声明")
    phone.taps("提交申报")
    phone.sees("申报已保存")
    phone.open("/report")
    phone.page.locator("summary", has_text="自己申报的（未经核验）").click()
    phone.sees("本人申报，未经核验")


def test_a_grant_gives_a_code_that_the_other_side_uses_and_the_footprint_shows_it(
    phones: Phones, wang: Person, li: Person
) -> None:
    giver, taker = phones(), phones()
    giver.signs_in(wang)
    giver.open("/do/grant")
    giver.page.get_by_label("对方名称").fill(li.name)
    giver.page.get_by_label("对方身份证号码").fill(li.number)
    giver.page.get_by_label("用途").fill("租房签约")
    giver.picks("失信信息")
    giver.next()
    giver.changes("有效期", "30天")
    giver.picks("我书面同意")
    giver.taps("授权并取码")
    steps_up(giver, wang)
    giver.sees("授权已生效")
    code = giver.page.locator(".big-code").inner_text()
    read = zxingcpp.read_barcodes(Image.open(io.BytesIO(giver.page.locator(".qr").screenshot())))
    assert read[0].text.endswith(f"/#/redeem/{code}")
    looks_away(giver, "hidden")  # to write to the other side
    giver.page.evaluate("() => { const at = performance.now(); performance.now = () => at + 60_000; }")
    looks_away(giver, "visible")
    assert giver.page.evaluate("document.body.dataset.shown"), "nothing was drawn anew: the code is shown this once"
    expect(giver.page.locator(".big-code")).to_have_text(code)

    taker.signs_in(li)
    taker.open(f"/redeem/{code}")
    expect(taker.page).to_have_url(re.compile("#/redeem$"))
    taker.taps("查看授权内容")
    taker.sees("租房签约")
    taker.taps("接受用途，查看一次")
    taker.sees("仅用于租房签约")

    giver.open("/footprints?kind=asked")
    expect(giver.page.get_by_role("heading", level=1)).to_contain_text("别人查过1次")
    giver.sees(li.name)
    giver.taps("看这次授权")
    giver.title("授权详情")
    giver.sees("次数已用完")
    giver.sees("看过的记录")


def test_a_pledge_shows_its_consequence_before_it_is_signed(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    phone.open("/do/pledge")
    phone.page.locator(".choice").first.click()
    phone.next()
    phone.page.get_by_label("承诺的内容").fill("年底前补齐全部材料。")
    phone.page.get_by_label("什么时候前做到").fill("2026-11-20")
    phone.page.get_by_role("button", name=re.compile("^下一步")).click()
    phone.sees("最早2026年11月22日。")
    phone.page.get_by_label("什么时候前做到").fill("2027-01-15")
    phone.next()
    phone.sees("小时内可以反悔")
    phone.changes("作出对象", "大连市市场监督管理局")
    phone.picks("我看清了后果，自愿承诺")
    phone.taps("签署承诺")
    phone.sees("承诺已签署")
    phone.sees("大连市市场监督管理局")


def test_the_whole_of_ones_data_leaves_only_after_the_identity_was_shown_again(phones: Phones, li: Person) -> None:
    phone = phones()
    phone.signs_in(li)
    phone.taps("下载报告（PDF）")
    with phone.page.expect_download() as download:
        steps_up(phone, li)
    assert download.value.suggested_filename.endswith(".pdf")
    phone.open("/export")
    with phone.page.expect_download() as download:
        phone.taps("下载（程序可读，JSON）")
    assert download.value.suggested_filename.endswith(".json")


def test_permission_to_push_is_asked_by_a_sheet_that_stands_for_wechats_question(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    phone.open("/subscriptions")
    phone.taps("再允许一次推送")
    phone.page.get_by_role("dialog").get_by_role("button", name="允许", exact=True).click()
    phone.sees("1条")  # the stand-in granted it and said so by its event
    expect(phone.page.locator(".note.good")).to_contain_text("到时会有微信推送")


def steps_up(phone: Phone, person: Person) -> None:
    dialog = phone.page.get_by_role("dialog")
    dialog.get_by_label("证件号码").fill(person.number)
    dialog.get_by_role("button", name="继续").click()


def file_repair(phone: Phone) -> None:
    """From the report to the receipt, for the one that can be repaired now."""
    phone.page.locator("article.record", has_text="未按规定公示年度报告").get_by_role("link", name="去申请").click()
    phone.sees("怎么履行的")
    expect(phone.page.get_by_label("履行完的日期")).to_have_value("2026-06-01")
    phone.page.get_by_label("履行和改正的情况").fill("罚款已缴，年报已补。")
    phone.next()
    files: FilePayload = {"name": "缴款书.png", "mimeType": "image/png", "buffer": PNG}
    phone.page.locator("input[type=file]").last.set_input_files(files)
    phone.sees("缴款书.png")
    phone.next()
    phone.sees("看一遍，再交")
    phone.picks("我公开作出以上信用承诺")
    phone.taps("提交申请")
    phone.title("办好了")


def test_the_way_of_a_case_goes_by_its_days_and_what_is_done_comes_first(
    phones: Phones, zhou: Person, cases: tuple[dict[str, str], dict[str, Any]]
) -> None:
    """Of an objection 12月4日 stood before 12月2日; an approval stood below what it had begun."""
    phone = phones()
    phone.signs_in(zhou)
    phone.open(cases[0]["objection"])
    sides = phone.page.locator("ol.walk li:not(.done) .side").all_inner_texts()
    days = [tuple(map(int, re.findall(r"\d+", side))) for side in sides]
    assert len(days) > 2 and days == sorted(days), sides
    phone.open(cases[0]["repair_approved"])
    steps = phone.page.locator("ol.walk li")
    states = [str(one.get_attribute("class")) for one in steps.all()]
    assert "now" in states and "done" not in states[states.index("now") :], states
    phone.sees(f"第{len(states)}步，共{len(states)}步")


def test_of_what_is_under_way_what_waits_for_oneself_and_what_is_due_first_stands_on_top(
    phones: Phones, zhou: Person, cases: tuple[dict[str, str], dict[str, Any]]
) -> None:
    """By kinds of errands, of which the home page showed the first four: the one that was due tomorrow could be missing."""
    phone = phones()
    phone.signs_in(zhou)
    phone.open("/affairs")
    rows = (
        phone.page.locator("section.section", has_text="正在办")
        .first.locator("li .cell-text > small")
        .all_inner_texts()
    )
    assert len(rows) > 2 and [row.startswith("异议核查") for row in rows].index(True) == len(rows) - 1, rows
