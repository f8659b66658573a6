"""The officers' desk: by keyboard from the queue to the finished case."""

import re
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.cases import Client, put_on_the_list, signed_in
from tests.browser.conftest import DESKTOP, Phones, renews, sign_in
from tests.browser.people import Person
from tests.browser.phone import settle
from tests.browser.test_journey import file_objection
from tests.browser.test_refusals import record_with
from tests.browser.test_screens import look_at
from tests.support.commands import good
from tests.support.files import penalty, to_csv
from tests.support.notices import NOTICE_2027
from tests.support.processes import Installation, works
from tests.support.sign_in import resident_number

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


_KNOWS_THE_DAY = """async (day) => {
  const { src } = document.querySelector("script[type=module]");
  (await import(src.replace("desk/main.js", "words.js"))).learnDay(day);
}"""


def test_paper_service_of_a_listing_is_noted_where_the_listings_stand(
    place: Installation, unit: Client, desk: Page, tmp_path: Path
) -> None:
    lei = Person("demo-lei", "雷鸣", resident_number("21020319840404222"), "dalian")
    row = penalty(77, 行政相对人名称=lei.name, 证件号码=lei.number, 处罚机关="大连市市场监督管理局")
    (tmp_path / "处罚.csv").write_bytes(to_csv([row]))
    good(place.environ, "import", tmp_path / "处罚.csv", "--provider", "prv_market")
    me = signed_in(place, lei)
    sections = {part["section"]: part["records"] for part in me.get("/me/report")["sections"]}
    record = sections["dishonesty"][0]["id"]
    put_on_the_list(me, unit, record)
    me.close()

    desk.goto("/desk#/listings")
    settle(desk)
    desk.evaluate(_KNOWS_THE_DAY, "2026-11-22")  # the page stood open over night
    desk.get_by_role("button", name="登记书面送达").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_label("送达日期")).to_have_attribute("max", "2026-11-22")
    dialog.get_by_text("邮寄", exact=True).click()
    dialog.get_by_label("送达日期").fill("2026-11-21")
    dialog.get_by_label("送达回证或者邮件号").fill("EMS 1234567890")
    dialog.get_by_label("办理理由").fill("回执已归档。")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_have_count(0)
    settle(desk)
    assert desk.url.endswith("/desk#/listings"), "where one was, and not in the queue"
    expect(desk.get_by_text("EMS 1234567890")).to_be_visible()
    expect(desk.get_by_role("button", name="登记书面送达")).to_have_count(0)

    desk.get_by_role("button", name="更正送达日期").click()
    dialog.get_by_text("邮寄", exact=True).click()
    dialog.get_by_label("送达日期").fill("2026-11-21")
    dialog.get_by_label("送达回证或者邮件号").fill("EMS 1234567891")
    dialog.get_by_label("原来错在哪里（当事人看得到）").fill("邮件号抄错一位。")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_have_count(0)
    expect(desk.get_by_text("EMS 1234567891")).to_be_visible()
    expect(desk.get_by_text("邮件号抄错一位。")).to_be_visible()


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


_SLOW_TO_STEP_BACK = """() => {
  const back = history.back.bind(history);
  history.back = () => {
    window.isBack = new Promise((done) => setTimeout(() => {
      addEventListener("popstate", done, { once: true });
      back();
    }, 1_000));
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


def test_an_officer_looks_a_record_up_for_a_purpose_that_the_resident_reads(
    phones: Phones, han: Person, desk: Page
) -> None:
    desk.get_by_role("link", name="查记录").click()
    desk.get_by_label("号码", exact=True).fill("大市监罚〔2026〕603号")
    desk.locator(".choice", has_text="核对和更正信息").click()
    desk.get_by_role("button", name="查询").click()
    expect(desk.get_by_text("占道经营").first).to_be_visible()
    faults = look_at(desk, "desk_records")
    for name in ("承诺认定", "名单", "超期记录"):
        desk.get_by_role("link", name=name).click()
        expect(desk.locator("main h2").first).to_be_visible()
        faults += look_at(desk, f"desk_{name}")
    assert not faults, "\n".join(faults)
    phone = phones()
    phone.signs_in(han)
    phone.open("/footprints?kind=queried")
    phone.sees("核对和更正信息")


def test_an_auditor_reads_the_chained_audit_and_has_no_queue(
    phones: Phones, otp_secrets: dict[str, str], place: Installation
) -> None:
    page = phones(DESKTOP).page
    sign_in(page, "auditor1", otp_secrets, place)
    expect(page.get_by_role("heading", name="审计", exact=True)).to_be_visible()
    expect(page.locator(".queue tbody tr").first).to_be_visible()
    expect(page.get_by_role("link", name="待办")).to_have_count(0)
    page.get_by_label("做了什么").select_option(label="工作人员登录")
    settle(page)  # the newest of all lines is one of these, too
    expect(page.locator(".queue tbody tr td:nth-child(4)").first).to_have_text("工作人员登录")
    rows = page.locator(".queue tbody tr").all_inner_texts()
    assert rows and not [row for row in rows if re.search(r"[a-z]+\.[a-z]|done|officer\t", row)]
    assert not look_at(page, "desk_audit")
    ended = {
        "items": [{"day": "2026-11-09", "number": 3, "chain": "ab12"}]
    }  # this installation's first night is to come
    page.route("**/staff/audit/heads", lambda route: route.fulfill(json=ended))
    page.get_by_role("button", name="每天的链头").click()
    expect(page.get_by_role("dialog")).to_contain_text("2026年11月9日 第3条")


def test_an_officer_releases_a_lost_wechat_and_the_new_one_is_bound(desk: Page, phones: Phones) -> None:
    gao = Person("demo-gao", "高远", resident_number("21020319770101222"), "dalian")
    old = phones()
    old.page.goto("/#/signin")
    old.enters_code(gao.code)
    old.binds(gao)
    old.title("我的报告")
    desk.get_by_role("link", name="窗口", exact=True).click()
    desk.get_by_role("link", name="换绑微信").click()
    expect(
        desk.get_by_role("heading", name="解除微信绑定")
    ).to_be_visible()  # the screen before has fields of these names
    desk.get_by_label("姓名").fill(gao.name)
    desk.get_by_label("证件号码").fill(gao.number)
    desk.locator(".choice", has_text="本人持有效身份证件原件").click()
    assert not look_at(desk, "desk_bindings")
    desk.get_by_role("button", name="解除绑定").click()
    expect(desk.get_by_text("请当事人现在用新的微信打开小程序")).to_be_visible()
    new = phones()
    new.page.goto("/#/signin")
    new.enters_code("demo-gao-with-a-new-telephone")
    new.binds(gao)
    new.title("我的报告")
    new.open("/notices")
    new.sees("您的身份已绑定到新的微信")
    again = phones()
    again.page.goto("/#/signin")
    again.enters_code(gao.code)
    again.sees("把原来绑在这个微信上的身份解除了绑定")


def test_an_administrator_adds_an_officer_who_alone_knows_the_password_and_rotates_a_key(
    phones: Phones, otp_secrets: dict[str, str], place: Installation
) -> None:
    page = phones(DESKTOP).page
    sign_in(page, "admin1", otp_secrets, place)
    expect(page.get_by_role("heading", name="人员", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="待办")).to_have_count(0)
    faults = look_at(page, "desk_people")
    page.get_by_role("button", name="添加人员").click()
    dialog = page.get_by_role("dialog").last
    dialog.get_by_label("姓名").fill("林八")
    dialog.get_by_label("用户名").fill("lin8")
    dialog.get_by_role("button", name="添加，发开通码").click()
    place.wait(30)  # a one-time password is good once
    asked = page.get_by_role("dialog", name="再输入一次动态口令")
    asked.get_by_label("动态口令").fill(pyotp.TOTP(otp_secrets["admin1"]).at(place.now()))
    asked.get_by_role("button", name="继续").click()
    handed = page.get_by_role("dialog", name="林八的开通码")
    expect(handed).to_contain_text(f"本人打开工作台 {place.url}/desk，")
    code = handed.locator("code").inner_text()
    handed.get_by_role("button", name="交好了，关闭").click()
    page.get_by_role("button", name="添加人员").click()
    dialog.get_by_label("姓名").fill("钱九")
    dialog.get_by_label("用户名").fill("qian9")
    dialog.get_by_text("单位报送员").click()
    dialog.get_by_label("哪个单位").select_option(label="大连市市场监督管理局")
    dialog.get_by_role("button", name="添加，发开通码").click()
    theirs = page.get_by_role("dialog", name="钱九的开通码")
    expect(theirs).to_contain_text(f"本人打开单位的页面 {place.url}/unit，")
    theirs.get_by_role("button", name="交好了，关闭").click()
    expect(page.get_by_role("row", name=re.compile("林八"))).to_contain_text("等首次登录")

    own = phones(DESKTOP).page
    own.goto("/desk")
    own.get_by_role("button", name="有开通码，第一次用").click()
    own.get_by_label("用户名").fill("lin8")
    own.get_by_label("开通码").fill(code)
    for typed, told in (
        ("short", "还差 7 个字符"),
        ("password1234", "难猜程度：弱"),
        ("correct-horse-battery-9", "难猜程度：强"),
    ):
        own.get_by_label("新密码").fill(typed)
        expect(own.get_by_role("status").filter(has_text=told)).to_be_visible()
    own.get_by_role("button", name="开通", exact=True).click()
    expect(own.get_by_role("img", name="动态口令的二维码")).to_be_visible()
    faults += look_at(own, "desk_activated")
    own.get_by_text("不能扫码，手工输入").click()
    totp = pyotp.TOTP(own.locator(".otpauth code").inner_text().replace(" ", ""))
    assert isinstance(totp, pyotp.TOTP)
    own.get_by_role("button", name="扫好了，去登录").click()
    sign_in(own, "lin8", {"lin8": totp.secret}, place)
    expect(own.get_by_role("heading", name="待办", exact=True)).to_be_visible()

    page.get_by_role("link", name="单位和密钥").click()
    unit = page.locator(".card", has_text="大连市市场监督管理局")
    unit.get_by_role("button", name="更换").click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("旧的最多再用 7 天（本来就快到期的，到原来那天）")  # an end is never put off
    asked.get_by_role("button", name="更换").click()
    changed = page.get_by_role("dialog", name="更换后的密钥")
    expect(changed.locator("code")).to_have_text(re.compile(r"^pk_.+\..+"))
    changed.get_by_role("button", name="交好了，关闭").click()
    expect(unit).to_contain_text("快到期")
    faults += look_at(page, "desk_units")
    page.set_viewport_size({"width": 1024, "height": 768})
    faults += look_at(page, "desk1024_units")
    page.get_by_role("link", name="设置和日历").click()
    expect(page.get_by_text("CW_CENTRES")).to_be_visible()
    faults += look_at(page, "desk_setup")
    page.get_by_role("button", name="改电话、窗口和时间").click()
    sheet = page.get_by_role("dialog").last
    expect(sheet.get_by_label("电话")).not_to_have_value("")
    faults += look_at(page, "desk_centre")
    sheet.get_by_label("关闭").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="录入放假通知").click()
    expect(sheet.get_by_label("通知的内容")).to_have_value(
        re.compile(r"number = \"\"\n.*\n\n\[\[holidays\]\]", re.DOTALL)
    )
    faults += look_at(page, "desk_notice")
    sheet.get_by_label("通知的内容").fill(NOTICE_2027.replace("端午节", "放假"))
    sheet.get_by_role("button", name="先看会改什么").click()
    expect(sheet.locator(".fault", has_text="缺少端午节")).to_be_visible()
    sheet.get_by_label("选文件").set_input_files(
        {"name": "2027.toml", "mimeType": "text/plain", "buffer": NOTICE_2027.encode()}
    )
    sheet.get_by_role("button", name="先看会改什么").click()
    expect(page.get_by_role("dialog").last).to_contain_text("会改日期的")
    expect(page.get_by_role("dialog").last).to_contain_text("2027年1月31日（周日）：上班")
    faults += look_at(page, "desk_notice_tried")
    assert not faults, "\n".join(faults)
