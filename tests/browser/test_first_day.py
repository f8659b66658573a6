"""A credit centre's first day, with only what officers have: ten cases in two places, one at the window, and figures that agree."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.cases import Client, signed_in
from tests.browser.conftest import DESKTOP, Phones, renews, sign_in
from tests.browser.people import GAO, MU, PNG
from tests.browser.phone import settle
from tests.browser.test_screens import look_at
from tests.support.processes import Installation, works

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("browser")]
_REASON = "办理理由（只有工作人员看得到）"


def records_of(me: Client) -> list[Any]:
    found = [one for section in me.get("/me/report")["sections"] for one in section["records"]]
    return [one for one in found if one["section"] == "dishonesty"]


def object_to(me: Client, record: Any) -> Any:
    said = {"recordId": record["id"], "addressee": "centre", "reasons": ["wrong"], "text": "登记的与事实不符。"}
    return me.post("/me/objections", {**said, "evidence": []})


def nine_cases(place: Installation) -> tuple[list[Any], list[Any], Any]:
    """Five in Dalian, two of them repairs and two urged; four in Yunnan; and the record that is left for the window."""
    gao, mu = signed_in(place, GAO), signed_in(place, MU)
    mine = records_of(gao)
    repairs = [one for one in mine if one["items"]["违法行为类型"] == "未按规定公示年度报告"]
    others = [one for one in mine if one not in repairs]
    dalian = [object_to(gao, one) for one in others[:3]]
    for one in repairs:
        version = gao.get(f"/me/repairs/eligibility?recordId={one['id']}")["pledge"]["version"]
        body = {"recordId": one["id"], "addressee": "centre", "pledgeVersion": version, "performance": "已补报。"}
        dalian.append(gao.post("/me/repairs", {**body, "evidence": []}))
    for urgent in dalian[:2]:
        gao.post(f"/me/objections/{urgent['id']}/urge", {})
    yunnan = [object_to(mu, one) for one in records_of(mu)]
    gao.close()
    mu.close()
    return dalian, yunnan, others[3]


def counted(desk: Page, label: str) -> int:
    """A number of the figures' screen."""
    desk.get_by_role("link", name="统计", exact=True).click()
    settle(desk)
    value = desk.locator(".tally", has_text=label).locator(".tally-value strong").first
    expect(value).to_have_text(re.compile(r"^\d+$"))
    return int(value.inner_text())


def opens(desk: Page, case: Any, errand: str = "objections") -> None:
    desk.goto(f"/desk#/case/{errand}/{case['id']}")
    settle(desk)
    expect(desk.get_by_role("heading", name=re.compile(case["number"]))).to_be_visible()
    expect(desk.get_by_role("heading", name="现在可以办的")).to_be_visible()


def step(desk: Page, name: str) -> Locator:
    desk.locator(".desk-case-right").get_by_role("button", name=name).click()
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


def sent(desk: Page, dialog: Locator, button: str, toast: str) -> None:
    desk.evaluate(
        "document.querySelector('#toast').textContent = ''"
    )  # what the step before said stands there for long
    dialog.get_by_role("button", name=button, exact=True).click()
    expect(dialog).to_have_count(0)
    expect(desk.locator("#toast")).to_contain_text(toast)
    settle(desk)


def test_a_first_day_in_two_places(phones: Phones, otp_secrets: dict[str, str], place: Installation) -> None:
    desk, north, second = (phones(DESKTOP).page for _ in range(3))
    for page, name in ((desk, "officer1"), (north, "officer3"), (second, "officer4")):
        sign_in(page, name, otp_secrets, place)
        expect(page.get_by_role("heading", name="待办", exact=True)).to_be_visible()
    works(place, "figures")
    came, ended = counted(desk, "收到"), counted(desk, "办结")
    dalian, yunnan, left = nine_cases(place)

    # at the window
    desk.get_by_role("link", name="窗口", exact=True).click()
    desk.get_by_label("姓名").fill(GAO.name)
    desk.get_by_label("证件号码").fill(GAO.number)
    desk.get_by_text("本人持有效身份证件原件到窗口").click()
    desk.get_by_role("button", name="证件已核对，开始代办").click()
    number = left["items"]["文书号"]
    desk.get_by_role("row", name=re.compile(re.escape(number))).get_by_role("link", name="提异议").click()
    desk.get_by_text("信息有错误").first.click()
    desk.get_by_role("textbox", name="理由和经过").fill("窗口核对，登记的与文书不一样。")
    desk.locator(".choice", has_text="信用中心").first.click()
    desk.get_by_role("button", name="读一遍再提交").click()
    desk.get_by_text("本人同意，并在打印件上签名").click()
    desk.get_by_role("button", name="提交异议").click()
    expect(desk.get_by_role("heading", name="已经提交")).to_be_visible()
    desk.get_by_role("link", name="接着替这个人办").click()
    desk.get_by_role("button", name="本人离开，结束代办").click()
    expect(desk.get_by_role("button", name="证件已核对，开始代办")).to_be_visible()

    # a wrong correction is refused, the right one made; the other urgent one goes to its unit
    urgent, other = dalian[:2]
    opens(desk, urgent)
    expect(desk.locator(".desk-case-left")).to_contain_text("催办")
    dialog = step(desk, "更正本机构的错误")
    dialog.get_by_label("办理理由").fill("原件核对，金额录入有误。")
    dialog.get_by_label("写给当事人的理由").fill("经核查，登记有误，已更正。")
    dialog.locator(".choice", has_text="更正").first.click()
    dialog.get_by_text("补上没有报送的项目").click()
    dialog.get_by_label("罚款金额（万元）").fill("两百")
    dialog.get_by_role("button", name="更正本机构的错误", exact=True).click()
    expect(dialog.locator(".amend", has_text="罚款金额（万元）")).to_contain_text("金额")
    dialog.get_by_label("罚款金额（万元）").fill("0.02")
    sent(desk, dialog, "更正本机构的错误", "已办理")
    opens(desk, other)
    dialog = step(desk, "通知提供单位核查")
    dialog.get_by_label("办理理由").fill("由提供单位核查。")
    sent(desk, dialog, "通知提供单位核查", "已办理")
    desk.locator(".desk-case-middle").get_by_role("button", name="催办单位").click()
    desk.get_by_role("dialog").locator(".choice", has_text="已经打电话催").click()
    sent(desk, desk.get_by_role("dialog"), "发给单位", "已记入案卷")
    opens(desk, dalian[3], "repairs")
    desk.get_by_role("button", name="问当事人").click()
    desk.get_by_role("dialog").get_by_label("问题（当事人看得到）").fill("年报是哪一天补的？")
    sent(desk, desk.get_by_role("dialog"), "发给当事人", "已记入案卷")
    expect(desk.locator(".journal")).to_contain_text("年报是哪一天补的？")
    faults = look_at(desk, "desk_journal")

    # Yunnan: a pause on an order, and a decision that a second officer signs
    opens(north, yunnan[0])
    dialog = step(north, "检验、检测、鉴定等，期限暂停")
    dialog.get_by_label("办理理由").fill("要鉴定笔迹。")
    dialog.locator(".choice", has_text="鉴定").first.click()
    dialog.get_by_label("交给哪家机构").fill("某司法鉴定中心")
    dialog.get_by_label("委托日期").fill("2026-11-21")
    dialog.get_by_label("预计结束").fill("2026-12-01")
    dialog.locator("input[type=file]").last.set_input_files(
        {"name": "委托书.png", "mimeType": "image/png", "buffer": PNG}
    )
    sent(north, dialog, "检验、检测、鉴定等，期限暂停", "已办理")
    opens(north, yunnan[1])
    dialog = step(north, "异议不成立")
    dialog.get_by_label("办理理由").fill("已看原件。")
    dialog.get_by_label("写给当事人的理由").fill("经核查，事实清楚，登记无误。")
    sent(north, dialog, "交审核", "已交审核")
    expect(north.locator(".desk-case-right")).to_contain_text("等审核")
    second.get_by_role("link", name="审核", exact=True).click()
    expect(second.get_by_role("button", name="看文书")).to_be_visible()
    faults += look_at(second, "desk_reviews")
    second.get_by_role("button", name="看文书").click()
    paper = second.get_by_role("dialog")
    expect(paper.locator(".paper")).to_contain_text("经核查，事实清楚，登记无误。")
    paper.get_by_role("button", name="同意，签").click()
    expect(second.locator("#toast")).to_contain_text("已签发")
    expect(second.get_by_text("没有等审核的")).to_be_visible()
    renews(north)
    expect(north.locator(".desk-case-left")).to_contain_text("承办段五，审核并签发余六")

    # the figures agree with what was done: six came in and one was decided in Dalian, four and one in Yunnan
    works(place, "figures")
    assert (counted(desk, "收到") - came, counted(desk, "办结") - ended) == (6, 1)
    assert (counted(north, "收到"), counted(north, "办结")) >= (4, 1)
    assert not faults, "\n".join(faults)
