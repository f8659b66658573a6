"""The officers' desk: by keyboard from the queue to the finished case."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Phones, renews
from tests.browser.people import Person
from tests.browser.phone import settle
from tests.browser.test_journey import file_objection
from tests.browser.test_refusals import record_with
from tests.browser.test_screens import look_at
from tests.support.processes import Installation, works

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_an_officer_takes_an_objection_from_the_queue_and_decides_it(phones: Phones, han: Person, desk: Page) -> None:
    phone = phones()
    phone.signs_in(han)
    file_objection(phone, "无照经营")
    number = phone.page.locator(".receipt-number code").inner_text()
    renews(desk)
    expect(desk.locator(".queue tbody tr").first).to_be_visible()
    faults = look_at(desk, "desk_queue")
    first = desk.locator(".queue tbody a").first
    first.focus()
    desk.keyboard.press("j")
    desk.keyboard.press("k")
    expect(first).to_be_focused()
    row = desk.locator(".queue tbody tr", has_text=number)
    expect(row).to_contain_text("韩* · 无照经营")
    left = row.locator(".due strong").inner_text()
    assert "个工作日" in left
    desk.locator(".queue tbody a", has_text=number).focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="现在可以办的")).to_be_visible()
    expect(desk.locator(".running .big").first).to_contain_text(left)
    faults += look_at(desk, "desk_case")
    expect(desk.locator("section.card", has_text="涉及的记录")).to_contain_text("处罚决定日期2026年10月20日")
    expect(desk.locator("main")).not_to_contain_text(re.compile(r"\d{4}-\d\d-\d\d"))
    expect(desk.locator("main")).to_contain_text(re.compile("条例》第[一二三四五六七八九]?十[一二三四五六七八九]?条"))
    expect(desk.locator("main")).not_to_contain_text(re.compile(r"第 ?\d+ ?条"))
    ahead = desk.locator("section.card", has_text="接下来最晚什么时候")
    expect(ahead.locator("li").first).to_be_visible()
    expect(ahead).not_to_contain_text("标注")
    steps = desk.locator("section.card", has_text="现在可以办的").get_by_role("button")
    expect(steps).to_have_text([re.compile("通知提供单位核查"), re.compile("更正本机构的错误"), "分配"])
    expect(desk.locator(".desk-case-right .button:not(.quiet)")).to_have_count(1)  # the usual step stands out, alone
    desk.keyboard.press("2")
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_be_visible()
    faults += look_at(desk, "desk_step")
    dialog.get_by_label("办理理由").fill("原件核对，等级录入有误。")
    dialog.get_by_label("写给当事人的理由").fill("经核查，等级录入有误，已更正。")
    dialog.locator(".choice", has_text="更正").first.click()
    dialog.get_by_role("button", name="先看结果文书草稿").click()
    expect(dialog.locator("[data-field=outcome] .fault")).to_contain_text("须写明更正或补充后的内容")
    expect(dialog.locator(".amend", has_text="违法行为类型")).to_contain_text("无照经营")
    dialog.get_by_label("失信类别").select_option(label="轻微")
    faults += look_at(desk, "desk_correction")
    dialog.get_by_text("补上没有报送的项目").click()
    dialog.get_by_label("罚款金额（万元）").fill("两百")
    dialog.get_by_role("button", name="先看结果文书草稿").click()
    expect(dialog.locator(".amend", has_text="罚款金额（万元）")).to_contain_text("不是金额")
    dialog.get_by_label("罚款金额（万元）").fill("")
    dialog.get_by_role("button", name="先看结果文书草稿").click()
    draft = desk.get_by_role("dialog").last
    expect(draft.locator(".paper")).to_contain_text("草稿")
    expect(draft.locator(".paper")).to_contain_text("经核查，等级录入有误，已更正。")
    expect(draft.locator(".paper")).to_contain_text("“失信类别”原为“一般”，更正为“轻微”。")
    faults += look_at(desk, "desk_draft")
    with desk.expect_download() as download:
        draft.get_by_role("button", name="下载草稿 PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    desk.keyboard.press("Escape")
    expect(dialog).to_have_count(1)
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_have_count(0)
    expect(desk.get_by_text("异议成立，已更正").first).to_be_visible()
    desk.get_by_role("button", name="预览结果文书").click()
    expect(desk.locator(".paper")).to_contain_text("处理结果")
    faults += look_at(desk, "desk_paper")
    desk.emulate_media(media="print")  # the paper alone goes to the printer
    expect(desk.locator(".paper")).to_be_visible()
    expect(desk.locator(".desk-bar")).to_be_hidden()
    expect(desk.locator("main")).to_be_hidden()
    desk.emulate_media(media="screen")
    assert not faults, "\n".join(faults)
    phone.open("/report")
    # a minor one has no shortest period: what could be repaired in January can be today
    expect(phone.page.locator("article.record", has_text="无照经营")).to_contain_text("现在能修复")
    record = record_with(phone, "无照经营")
    phone.opens_record("无照经营")
    expect(phone.page.locator(".badges").first).to_contain_text("轻重：轻微")
    desk.goto(f"/desk#/records?record={record}")  # where the queue leads for copies
    looked = desk.get_by_role("dialog").first
    looked.get_by_role("button", name="查看").click()
    looked.get_by_role("button", name="登记已跟进").click()
    noted = desk.get_by_role("dialog").last
    noted.get_by_label("怎么知道的").fill("对方系统有回执。")
    noted.get_by_role("button", name="登记", exact=True).click()
    expect(looked).to_contain_text(re.compile("信用中国（辽宁大连）：.*已跟进"))
    expect(looked.get_by_role("button", name="登记已跟进")).to_have_count(0)


def test_the_desk_asks_for_password_and_second_factor_and_forgets_at_sign_out(desk: Page) -> None:
    desk.get_by_role("button", name="退出").click()
    expect(desk.get_by_label("动态口令")).to_be_visible()
    assert desk.evaluate("sessionStorage.length") == 0
    desk.goto("/desk#/queue")
    settle(desk)
    expect(desk.get_by_label("动态口令")).to_be_visible()


def test_what_is_written_survives_esc_and_a_second_tab_asks_for_no_code(
    cases: tuple[dict[str, str], dict[str, Any]], desk: Page
) -> None:
    renews(desk)
    desk.locator(".queue tbody a").first.click()
    expect(desk.get_by_role("heading", name="现在可以办的")).to_be_visible()
    dialog = desk.get_by_role("dialog")
    desk.keyboard.press("1")
    expect(dialog).to_be_visible()
    desk.keyboard.press("Escape")
    expect(dialog).to_have_count(0)  # nothing was written
    desk.keyboard.press("1")
    expect(dialog).to_be_visible()
    # Whoever is quick opens the next before the step back of the last was taken.
    dialog.evaluate(
        """(node) => node.addEventListener("close", () => {
          document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "1", bubbles: true }));
        })"""
    )
    desk.keyboard.press("Escape")
    expect(dialog).to_have_count(1)
    written = dialog.locator("textarea").first
    written.fill("核对过原件，与登记的不一样。")
    desk.keyboard.press("Escape")
    expect(dialog).to_contain_text("写好的还没有提交")
    dialog.get_by_role("button", name="继续写").click()
    expect(written).to_have_value("核对过原件，与登记的不一样。")
    dialog.get_by_label("关闭").click()
    dialog.get_by_role("button", name="不要了").click()
    expect(dialog).to_have_count(0)
    second = desk.context.new_page()
    second.goto("/desk")
    expect(second.get_by_role("heading", name="待办", exact=True)).to_be_visible()
    second.reload()
    desk.reload()
    expect(desk.get_by_role("heading", name="现在可以办的")).to_be_visible()
    expect(second.get_by_role("heading", name="待办", exact=True)).to_be_visible()
    desk.get_by_role("button", name="退出").click()
    expect(second.get_by_label("动态口令")).to_be_visible()
    assert second.evaluate("sessionStorage.length") == 0


def test_one_case_after_another_is_opened_without_going_back_to_the_queue(
    cases: tuple[dict[str, str], dict[str, Any]], desk: Page
) -> None:
    """The help says j and k wherever one stands."""
    renews(desk)
    queue = [str(one.get_attribute("href")) for one in desk.locator(".queue tbody a").all()]
    here = next(
        at for at in range(1, len(queue)) if queue[at - 1].startswith("#/case/") and queue[at].startswith("#/case/")
    )
    desk.locator(f".queue a[href='{queue[here - 1]}']").click()
    expect(desk.get_by_role("heading", name="现在可以办的")).to_be_visible()
    settle(desk)
    lefts = "(all) => all.map((one) => Math.round(one.getBoundingClientRect().left))"
    assert len(set(desk.locator(".desk-case-left .facts dd").evaluate_all(lefts))) == 1, (
        "a number stands where a name does"
    )
    desk.keyboard.press("j")
    expect(desk).to_have_url(re.compile(re.escape(queue[here]) + "$"))
    settle(desk)
    desk.get_by_role("link", name="上一件").click()
    expect(desk).to_have_url(re.compile(re.escape(queue[here - 1]) + "$"))
    settle(desk)
    if here == 1:
        expect(desk.get_by_role("link", name="上一件")).to_have_count(0)
    assert not look_at(desk, "desk_case_of_queue")


def with_every_chart(route: Route) -> None:
    answer = route.fetch()
    repairs = [{"month": "2026-11", "opened": 3, "pushed": 2, "read": 2, "used": 1}]
    bot = [{"week": "2026-W47", "unanswered": 2, "disliked": 1, "again": 1}]
    route.fulfill(response=answer, json={**answer.json(), "repairs": repairs, "bot": bot})


_HEIGHTS = "(all) => all.map((one) => Math.round(one.getBoundingClientRect().height))"
_GROUND = "(one) => getComputedStyle(one).backgroundColor"


def test_a_case_is_found_by_its_number_and_every_screen_holds_at_1024(
    cases: tuple[dict[str, str], dict[str, Any]], desk: Page, place: Installation
) -> None:
    works(place, "figures")
    desk.set_viewport_size({"width": 1024, "height": 768})
    renews(desk)
    first = desk.locator(".queue tbody a").first
    number = first.inner_text()
    faults = look_at(desk, "desk1024_queue")
    first.click()
    expect(desk.get_by_role("heading", name="当事人", exact=True)).to_be_visible()
    faults += look_at(desk, "desk1024_case")
    desk.get_by_role("link", name="查案件").click()
    desk.get_by_label("号码", exact=True).fill(f" {number.lower()} ")
    desk.get_by_role("button", name="查询").click()
    expect(desk.locator(".queue tbody a")).to_have_text(number)
    desk.locator("thead").get_by_role("link", name="提出").click()
    expect(desk.get_by_role("columnheader", name="提出 ↑")).to_be_visible()
    assert number not in desk.url
    faults += look_at(desk, "desk1024_find")
    desk.get_by_role("link", name="最近办结").click()
    expect(desk.get_by_label("多久以内")).to_have_value("30")
    faults += look_at(desk, "desk1024_decided")
    desk.route("**/staff/figures?*", with_every_chart)
    desk.get_by_role("link", name="统计").click()
    expect(desk.get_by_role("heading", name="各单位按期率（%）")).to_be_visible()
    expect(desk.get_by_role("heading", name="机器人没答上的")).to_be_visible()
    expect(desk.locator(".chart")).to_have_count(4)
    assert len(set(desk.locator(".chart .axis").evaluate_all(_HEIGHTS))) == 1
    chosen, other = [desk.get_by_role("link", name=name, exact=True) for name in ("近12个月", "本月")]
    assert chosen.evaluate(_GROUND) != other.evaluate(_GROUND)
    faults += look_at(desk, "desk1024_figures")
    desk.get_by_role("link", name="待办").click()
    desk.locator(".queue tbody input").first.check()
    desk.get_by_role("button", name="把选中的分配给").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_label("交给")).to_contain_text("赵一")
    faults += look_at(desk, "desk1024_assign")
    dialog.get_by_label("关闭").click()
    desk.get_by_role("link", name=re.compile("^3个工作日内 ")).click()
    expect(desk).to_have_url(re.compile("until=soon"))
    expect(desk.get_by_role("link", name=re.compile("^3个工作日内 "))).to_have_attribute("aria-current", "page")
    desk.get_by_role("button", name="不在岗，找人代办").click()
    dialog.get_by_label("从哪天").fill("2027-02-01")
    dialog.get_by_label("到哪天").fill("2027-02-02")
    dialog.get_by_label("谁代办").select_option(label="周三")
    faults += look_at(desk, "desk1024_absence")
    dialog.get_by_role("button", name="登记", exact=True).click()
    expect(dialog).to_have_count(0)
    desk.get_by_role("button", name="不在岗，找人代办").click()
    expect(dialog).to_contain_text("由周三代办")
    dialog.get_by_role("button", name="取消", exact=True).click()
    expect(dialog).to_have_count(0)
    desk.goto("/figures")
    expect(desk.get_by_role("heading", name="各单位按期办结")).to_be_visible()
    expect(desk.locator("main")).to_contain_text("不到20步的不公布")
    faults += look_at(desk, "figures")
    assert not faults, "\n".join(faults)


def every_one_urged(route: Route) -> None:
    """Each case in the hands of another, far on, and asked for by its person."""
    answer = route.fetch()
    body = answer.json()
    for one in body["items"]:
        one["urgedOn"], one["statusLabel"] = "2026-11-21", "异议成立，已更正"
        one["next"]["owedBy"], one["next"]["title"] = "信用中国（辽宁大连）", "已共享的信息按更正后的内容处理"
    route.fulfill(response=answer, json=body)


def test_a_queue_of_cases_that_were_asked_for_holds_at_1024(
    cases: tuple[dict[str, str], dict[str, Any]], desk: Page
) -> None:
    """One such row made the table wider than the screen, and who works on a case stood outside of it."""
    desk.set_viewport_size({"width": 1024, "height": 768})
    desk.route("**/staff/queue?*", every_one_urged)
    renews(desk)
    expect(desk.get_by_text("当事人催过 2026年11月21日").first).to_be_visible()
    assert not look_at(desk, "desk1024_queue_urged")


_SLOW_TO_STEP_BACK = """() => {
  const back = history.back.bind(history);
  history.back = () => {
    window.isBack = new Promise((done) => setTimeout(() => {
      addEventListener("popstate", done, { once: true });
      back();
    }, 3_000));
  };
}"""


def test_what_is_tapped_as_a_sheet_goes_is_done(desk: Page) -> None:
    """The sheet's own step back came after the tap and took it back: a link led nowhere."""
    desk.evaluate(_SLOW_TO_STEP_BACK)
    desk.keyboard.press("?")
    desk.get_by_role("dialog").get_by_label("关闭").click()
    desk.get_by_role("link", name="查案件").click()
    desk.evaluate("window.isBack")
    settle(desk)
    expect(desk.get_by_role("heading", name="查案件")).to_be_visible()


def test_keys_are_explained(desk: Page) -> None:
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog")).to_contain_text(re.compile("j / k"))
    expect(desk.get_by_role("dialog")).to_contain_text("收藏这个网址就是保存了这个视图")
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_have_count(0)
