"""What comes after filing: decisions, findings, proofs, consents, and the papers that one takes along."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.cases import Client, answer_time_is_over, signed_in
from tests.browser.conftest import Phones
from tests.browser.people import MA, PROOF, Person
from tests.browser.phone import arrives, headed, record_of, words_of
from tests.browser.test_flows import file_repair
from tests.browser.test_journey import file_objection
from tests.support.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_a_decision_on_the_list_from_the_notice_to_the_removal(phones: Phones, sun: Person, unit: Client) -> None:
    phone = phones()
    phone.signs_in(sun)
    told = unit.post("/provider/listings", {
        "recordId": record_of(phone, "占道经营"), "listTitle": "严重失信主体名单", "grounds": "经责令改正后仍未改正。",
        "basis": "名单管理办法第六条", "rights": "您可以陈述、申辩，也可以提出异议。", "remedies": "可以申请行政复议或者提起行政诉讼。",
        "answerBy": "2026-12-01", "replyBy": "2026-12-08",
    })  # fmt: skip
    phone.open("/")
    headed(phone, "有告知书，请您看、可以申辩")
    phone.open("/affairs")
    phone.page.locator("a.cell", has_text="名单事项 · 严重失信主体名单").click()
    phone.sees("请在 2026年12月1日 前答复。")
    expect(phone.page.get_by_text("经责令改正后仍未改正")).to_have_count(0)
    phone.taps("打开告知书")
    phone.sees("经责令改正后仍未改正")
    phone.sees("打开过。")
    phone.taps("陈述、申辩或者提出异议")
    dialog = phone.page.get_by_role("dialog")
    dialog.get_by_label("您的意见").fill("十月已经改正，附照片。")
    dialog.locator("input[type=file]").last.set_input_files(PROOF)
    expect(dialog.get_by_text("证明.png")).to_be_visible()
    dialog.get_by_role("button", name="提交").click()
    phone.sees("十月已经改正，附照片。（1 个文件）")

    unit.post(f"/provider/listings/{told['id']}/reply", {"text": "经核实，照片拍的是另一处。"})
    phone.page.reload()
    phone.sees("请在 2026年12月1日 前答复。")  # what comes until then is heard too
    expect(phone.page.get_by_role("button", name="陈述、申辩或者提出异议")).to_be_visible()
    answer_time_is_over(unit.place, told["id"])
    unit.post(f"/provider/listings/{told['id']}/decision", {
        "isListed": True, "reason": "核实后事实清楚。", "documentNumber": "大市监名单〔2026〕1号", "decidedOn": "2026-11-21",
        "basis": "名单管理办法", "measures": ["cn-p1"], "removalConditions": ["改正到位", "半年内没有再犯"],
        "removalProcedure": "向本单位提出申请，附改正证明。", "remedies": "六十日内申请行政复议。",
    })  # fmt: skip
    phone.page.reload()
    phone.sees("经核实，照片拍的是另一处。")
    expect(phone.page.get_by_text("核实后事实清楚")).to_have_count(0)
    phone.taps("只看内容，等书面送达")
    phone.sees("决定书 大市监名单〔2026〕1号")
    phone.sees("决定书还没有送达")
    phone.taps("同意电子送达并打开")
    phone.sees("决定书已送达")
    phone.sees("申请行政复议")
    phone.sees("2027年1月20日")
    conditions = phone.page.locator(".conditions li")
    expect(conditions).to_have_count(2)
    expect(conditions.first).to_contain_text("还没有")

    met = [{"key": "c1", "how": "现场核对，已改正。"}, {"key": "c2", "how": "系统查询，没有再犯。"}]
    unit.post(f"/provider/listings/{told['id']}/removal", {"reason": "条件都已达到。", "met": met})
    phone.page.reload()
    phone.sees("已移出名单")
    expect(conditions.first).to_contain_text("现场核对，已改正。")
    phone.sees("条件都已达到。")


def test_a_pledge_is_proved_and_the_units_finding_stands_with_it(phones: Phones, sun: Person, unit: Client) -> None:
    phone = phones()
    phone.signs_in(sun)
    file_repair(phone)
    phone.open("/cases/pledges")
    phone.page.locator("a.cell").first.click()
    phone.taps("提交履行证明")
    phone.page.get_by_label("做了什么").fill("年报已补，罚款已缴。")
    phone.next()
    phone.page.locator("input[type=file]").last.set_input_files(PROOF)
    phone.sees("证明.png")
    phone.next()
    phone.taps("提交", exact=True)
    phone.title("办好了")
    phone.taps("查看承诺")
    phone.sees("年报已补，罚款已缴。（1 个文件）")
    (waiting,) = unit.get("/provider/pledges?status=performed")["items"]
    unit.post(f"/provider/pledges/{waiting['id']}/finding", {"outcome": "kept", "reason": "年报和缴款凭证核对无误。"})
    phone.page.reload()
    phone.sees("已履行：年报和缴款凭证核对无误。")
    expect(phone.page.get_by_text("不成立")).to_have_count(0)
    phone.open("/report")
    phone.page.locator("summary", has_text="信用承诺").click()
    phone.sees("已履行")


def test_after_a_failed_objection_one_may_be_heard_beside_the_record(phones: Phones, sun: Person, unit: Client) -> None:
    phone = phones()
    phone.signs_in(sun)
    record = record_of(phone, "无照经营")
    phone.open(f"/records/{record}")
    expect(phone.page.get_by_text("在旁边写几句说明")).to_have_count(0)
    file_objection(phone, "无照经营", addressee="大连市市场监督管理局")
    (waiting,) = [one for one in unit.get("/provider/verifications")["items"] if one["recordId"] == record]
    unit.post(
        f"/provider/verifications/{waiting['id']}/reply", {"founded": False, "reasons": "处罚程序和事实核对无误。"}
    )
    phone.taps("看进度")
    phone.sees("处罚程序和事实核对无误。")
    phone.sees("不服怎么办")
    phone.taps("看书面结果")
    phone.sees("信用信息异议处理结果通知书")
    result = arrives(phone.page, lambda: phone.taps("下载 PDF"), ".pdf")
    assert words_of(result) == "信用信息异议处理结果通知书"
    phone.open(f"/records/{record}")
    phone.taps("在旁边写几句说明")
    dialog = phone.page.get_by_role("dialog")
    dialog.get_by_label("本人说明").fill("当时执照正在换发，有受理回执。")
    dialog.get_by_role("button", name="保存").click()
    phone.sees("当时执照正在换发，有受理回执。")
    phone.sees("本人陈述，未经核验")
    phone.taps("在旁边写几句说明")
    dialog.get_by_role("button", name="撤下说明").click()
    expect(phone.page.get_by_text("当时执照正在换发")).to_have_count(0)


def test_a_system_that_still_shows_what_was_wrong_is_reported_beside_its_name(
    phones: Phones, sun: Person, unit: Client
) -> None:
    phone = phones()
    phone.signs_in(sun)
    record = record_of(phone, "河道清理")
    file_objection(phone, "河道清理", addressee="大连市民政局")
    (waiting,) = [one for one in unit.get("/provider/verifications")["items"] if one["recordId"] == record]
    corrected = {"outcome": "corrected", "items": {"服务时长": "160小时"}}
    verdict = {"founded": True, "reasons": "少录了一位。", "correction": corrected}
    unit.post(f"/provider/verifications/{waiting['id']}/reply", verdict)
    phone.taps("看进度")
    phone.sees("异议成立，已更正")
    copies = phone.page.locator("section.card", has_text="已共享出去的也要跟着改")
    expect(copies.get_by_role("button")).to_have_count(0)
    for change in unit.get("/provider/changes?limit=100")["items"]:
        unit.post(f"/provider/changes/{change['id']}/acknowledgement", {})
    phone.page.reload()
    copies.get_by_role("button", name="还是错的").click()
    dialog = phone.page.get_by_role("dialog")
    dialog.get_by_label("看到了什么").fill("还写着16小时。")
    dialog.locator("input[type=file]").last.set_input_files(PROOF)
    expect(dialog.get_by_text("证明.png")).to_be_visible()
    dialog.get_by_role("button", name="要求重新处理").click()
    phone.sees("还是错的：还写着16小时。")
    expect(copies).to_contain_text("最晚")


def test_a_consent_is_refused_given_and_withdrawn_each_for_itself(phones: Phones, sun: Person) -> None:
    phone = phones()
    phone.signs_in(sun)
    phone.open("/chat")
    phone.page.get_by_role("textbox").fill("今天股票能涨吗")
    phone.page.keyboard.press("Enter")
    asked = phone.page.locator(".said section.card", has_text="留下问题帮助改进问答")
    asked.get_by_role("button", name="不同意").click()
    expect(asked).to_have_count(0)
    phone.open("/consents")
    one = phone.page.locator("section.card", has_text="留下问题帮助改进问答")
    other = phone.page.locator("section.card", has_text="问答时结合我的记录")
    expect(one.locator(".badge")).to_have_text("不同意")
    one.get_by_role("button", name="同意").click()
    expect(one.locator(".badge")).to_have_text("已同意")
    one.get_by_role("button", name="撤回同意").click()
    expect(one.locator(".badge")).to_have_text("已撤回")
    expect(other.locator(".badge")).to_have_text("默认开启，可以关闭")
    phone.page.reload()
    expect(one.locator(".badge")).to_have_text("已撤回")


def test_what_waits_for_the_resident_stands_first_up_to_a_proposed_bar_and_its_answer(
    phones: Phones, unit: Client, place: Installation, desk: Page
) -> None:
    """The home page said that nothing had to be done while material was wanted. Order 36: whoever means to bar hears the
    person first."""
    me = signed_in(place, MA)
    records = [record for section in me.get("/me/report")["sections"] for record in section["records"]]
    record = next(one["id"] for one in records if one["items"].get("违法行为类型") == "未按规定公示年度报告")
    version = me.get(f"/me/repairs/eligibility?recordId={record}")["pledge"]["version"]
    filed = {"recordId": record, "addressee": "unit", "pledgeVersion": version, "performance": "罚款已缴，年报已补。"}
    case = me.post("/me/repairs", {**filed, "evidence": []})["id"]
    me.close()
    unit.post(f"/provider/repairs/{case}/ask-for-material", {"items": ["缴款凭证"]})
    phone = phones()
    phone.signs_in(MA)
    phone.open("/")
    headed(phone, re.compile(r"^请您补交材料，最晚\d+月\d+日$"))
    expect(phone.page.get_by_text("您什么都不用做")).to_have_count(0)
    phone.open(f"/records/{record}")
    phone.sees("请您补交材料")
    phone.taps("看进度")
    headed(phone, re.compile(r"^请您补交材料，最晚\d+月\d+日$"))
    expect(phone.page.get_by_role("button", name="补充材料")).to_have_count(0)  # one button for one thing
    phone.taps("补交材料")
    phone.page.get_by_role("dialog").get_by_label("补充说明").fill("缴款书在附件里。")
    phone.page.get_by_role("dialog").get_by_role("button", name="补交材料").click()
    headed(phone, "大连市市场监督管理局正在办")

    desk.goto(f"/desk#/case/repairs/{case}")
    desk.get_by_role("button", name="问当事人").click()
    desk.get_by_role("dialog").get_by_label("问题（当事人看得到）").fill("在哪家银行缴的？")
    desk.get_by_role("dialog").get_by_role("button", name="发给当事人").click()
    expect(desk.locator(".journal")).to_contain_text("在哪家银行缴的？")
    phone.open("/")
    headed(phone, "信用中心问您一件事")
    phone.taps("现在去办")
    phone.taps("回答")
    phone.page.get_by_role("dialog").get_by_role("textbox").fill("在另一家银行。")
    phone.page.get_by_role("dialog").get_by_role("button", name="回答").click()
    headed(phone, "大连市市场监督管理局正在办")

    unit.post(f"/provider/repairs/{case}/decline", {"reasons": "缴款书查无此件。"})
    bar = {"element": "false_material", "until": "2027-06-30", "facts": "缴款书经银行核对，查无此件。", "basis": "《信用修复管理办法》",
           "remedies": "六十日内申请行政复议。", "replyBy": "2026-11-30"}  # fmt: skip
    unit.post(f"/provider/repairs/{case}/propose-bar", {"bar": bar})
    phone.open("/")
    headed(phone, "单位拟禁止再申请，您可以申辩")  # though the case itself is closed
    phone.taps("现在去办")
    headed(phone, "单位拟禁止再申请，您可以申辩")
    phone.sees("单位拟禁止再申请修复，先听本人怎么说")
    phone.sees("缴款书经银行核对，查无此件。")
    phone.taps("陈述和申辩")
    dialog = phone.page.get_by_role("dialog")
    dialog.get_by_label("您的陈述和申辩").fill("是在另一家银行缴的，附流水。")
    dialog.locator("input[type=file]").last.set_input_files(PROOF)
    expect(dialog.get_by_text("证明.png")).to_be_visible()
    dialog.get_by_role("button", name="陈述和申辩").click()
    phone.sees("是在另一家银行缴的，附流水。")
    expect(phone.page.get_by_role("button", name="陈述和申辩")).to_have_count(0)  # once
    desk.reload()
    card = desk.locator("section.card", has_text="先听本人怎么说")
    expect(card).to_contain_text("是在另一家银行缴的，附流水。")
    expect(card).to_contain_text("材料虚假")
