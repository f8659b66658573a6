"""What the server refuses stands at its field, in every errand; and a fault of the server shows its number."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Route, expect

from tests.browser.conftest import Phones
from tests.browser.people import PNG, PROOF, Person
from tests.browser.phone import Phone, settle

pytestmark = [pytest.mark.browser, pytest.mark.processes]

# The errand, the address it is sent to, what was filled in, and each field on the wire with the one on the page.
ERRANDS: dict[str, tuple[str, dict[str, Any], dict[str, str]]] = {
    "objection": (
        "objections",
        {"reasons": ["wrong"], "text": "写错了", "addressee": "centre"},
        {"reasons": "reasons", "text": "text", "desired": "desired", "addressee": "addressee", "evidence": "files"},
    ),
    "repair": (
        "repairs",
        {"performance": "罚款已缴", "addressee": "unit", "pledged": True},
        {"performance": "performance", "dutyPerformedOn": "dutyPerformedOn", "evidence": "files",
         "addressee": "addressee", "pledgeVersion": "pledged"},
    ),
    "declaration": (
        "declarations",
        {"jurisdiction": "dalian", "kind": "x", "text": "按时还清货款", "truth": True},
        {"jurisdiction": "jurisdiction", "kind": "kind", "text": "text", "statementVersion": "truth"},
    ),
    "pledge": (
        "pledges",
        {"jurisdiction": "dalian", "kind": "voluntary", "recipient": "centre", "content": "年底前补齐", "dueOn": "2027-01-15", "accepted": True},
        {"kind": "kind", "recipient": "recipient", "content": "content", "dueOn": "dueOn", "textVersion": "accepted"},
    ),
    "grant": (
        "grants",
        {"kind": "unit", "name": "某某银行", "purpose": "贷款审查", "sections": ["dishonesty"], "days": 7, "uses": 1,
         "agreed": True},
        {"grantee.name": "name", "purpose": "purpose", "sections": "sections", "expiresOn": "days", "uses": "uses",
         "consentVersion": "agreed"},
    ),
    "helper": (
        "helpers",
        {"kind": "family", "name": "李四", "items": ["report"], "days": 7, "agreed": True},
        {"helper.name": "name", "items": "items", "untilOn": "days", "consentVersion": "agreed"},
    ),
    "mandate": (
        "mandates",
        {"kind": "organisation", "name": "某某有限公司", "documentNumber": "91530100MA6K000013", "items": ["report"],
         "days": 7, "jurisdiction": "dalian"},
        {"kind": "kind", "name": "name", "documentNumber": "documentNumber", "items": "items", "untilOn": "days",
         "jurisdiction": "jurisdiction", "evidence": "files"},
    ),
}  # fmt: skip

_KEEP_DRAFT = """async ([flow, about, query, values]) => {
  const js = document.querySelector("script[type=module]").src.replace("main.js", "");
  const { keep } = await import(`${js}keep.js`);
  const draft = { flow, about, title: "草稿", query, values, key: crypto.randomUUID(), at: new Date().toISOString() };
  await keep.put(`draft:${flow}:${about}`, draft);
}"""


def record_with(phone: Phone, conduct: str) -> str:
    href = phone.page.locator("article.record", has_text=conduct).locator("h3 a").get_attribute("href")
    assert href is not None
    return href.rsplit("/", 1)[1]


@pytest.mark.parametrize("flow", ["objection", "repair"])
def test_an_errand_about_a_record_leads_back_to_the_field_that_was_refused(
    phones: Phones, chen: Person, flow: str
) -> None:
    phone = phones()
    phone.signs_in(chen)
    leads_back(phone, flow, record_with(phone, {"objection": "占道经营", "repair": "未按规定公示年度报告"}[flow]))


# By a person of their own: each field reads the report, and an account may read it sixty times in a minute.
@pytest.mark.parametrize("flow", sorted(ERRANDS.keys() - {"objection", "repair"}))
def test_every_other_errand_leads_back_to_the_field_that_was_refused(phones: Phones, sun: Person, flow: str) -> None:
    phone = phones()
    phone.signs_in(sun)
    leads_back(phone, flow)


def leads_back(phone: Phone, flow: str, about: str = "") -> None:
    address, values, fields = ERRANDS[flow]
    refused = {"field": ""}

    def refuse(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        if not refused["field"]:
            fault = {
                "title": "系统出了点问题",
                "detail": "您的操作可能没有生效。",
                "code": "unexpected",
                "instance": "inc-0777",
            }
            return route.fulfill(status=500, body=json.dumps(fault))
        error = {"field": refused["field"], "message": f"请改正{refused['field']}。"}
        problem = {
            "title": "提交的内容有误",
            "detail": "请看各项。",
            "code": "invalid",
            "instance": "inc-1",
            "errors": [error],
        }
        return route.fulfill(status=400, body=json.dumps(problem))

    query = {"record": about} if about else {}
    phone.page.evaluate(_KEEP_DRAFT, [flow, about, query, values])
    phone.page.route(f"**/api/v1/me/{address}", refuse)
    last = f"/do/{flow}?{f'record={about}&' if about else ''}step=99"
    for wire, name in fields.items():
        refused["field"] = wire
        phone.open(last)
        submit(phone)
        field = phone.page.locator(f"[data-field={name}]")
        expect(field.locator(".fault")).to_have_text(f"请改正{wire}。")
        expect(field.locator("input,textarea").first).to_have_attribute("aria-invalid", "true")
    refused["field"] = ""
    phone.open(last)
    submit(phone)
    phone.sees("inc-0777")
    phone.sees("再试一次")


def submit(phone: Phone) -> None:
    settle(phone.page)
    phone.sees("看一遍，再交")
    phone.page.locator(".dock > .button").click()


def test_short_forms_say_it_at_their_field_too(phones: Phones, sun: Person) -> None:
    phone = phones()
    phone.signs_in(sun)
    phone.open("/redeem")
    phone.page.get_by_label("授权码").fill("AAAAA-BBBBB-CCCCC-DDDDD")
    phone.taps("查看授权内容")
    expect(phone.page.locator("[data-field=code] .fault")).to_have_text("没有这个授权码，请核对后重新输入。")
    phone.open("/report")
    phone.taps("下载报告（PDF）")
    dialog = phone.page.get_by_role("dialog")
    dialog.get_by_label("证件号码").fill("210203199001012336")
    dialog.get_by_role("button", name="继续").click()
    expect(dialog.locator("[data-field=documentNumber] .fault")).to_have_text(re.compile("不一致"))


Fill = Callable[[Locator], Any]


def _text(label: str) -> Fill:
    return lambda dialog: dialog.get_by_label(label).fill("情况如附件所示。")


def _tick(dialog: Locator) -> None:
    dialog.locator(".choice input").last.check()


def _file(dialog: Locator) -> None:
    dialog.locator("input[type=file]").last.set_input_files(PROOF)
    expect(dialog.get_by_text("证明.png")).to_be_visible()


# A sheet of the page: whose case, the button that opens it, what is filled in, the button that sends it, where it is sent
# to, and each field on the wire with the one on the page.
SHEETS: dict[str, tuple[str, str, list[Fill], str, str, dict[str, str]]] = {
    "an answer to a notice": (
        "listing_noticed", "陈述、申辩或者提出异议", [_text("您的意见")], "提交", "listings/*/answer",
        {"text": "text", "evidence": "files"},
    ),
    "material asked for": (
        "repair_material", "补交材料", [_text("补充说明")], "补交材料", "repairs/*/material",
        {"answer": "answer", "evidence": "files"},
    ),
    "a review": (
        "objection_rejected", "申请复核", [_text("为什么请求复核")], "申请复核", "objections/*/review", {"text": "text"},
    ),
    "a file more": ("objection", "补充材料", [_file], "上传", "objections/*/evidence", {"file": "files", "evidence": "files"}),
    "still wrong": (
        "objection", "还是错的", [_text("看到了什么")], "要求重新处理", "objections/*/report-still-wrong",
        {"text": "text", "evidence": "files"},
    ),
    "a new wording": (
        "declaration", "修改", [_tick], "保存修改", "declarations/*/edit",
        {"text": "text", "statementVersion": "agreed", "statementAccepted": "agreed"},
    ),
    "a fresh consent": (
        "withdrawal", "重新公开", [_tick], "恢复公示", "withdrawals/*/undo", {"consentVersion": "agreed"},
    ),
    "one's own words": ("objection_rejected", "在旁边写几句说明", [_text("本人说明")], "保存", "records/*/statement", {"text": "text"}),
}  # fmt: skip


def _upheld(route: Route) -> None:
    """The running objection as it would be when it was upheld and a system said that it had followed."""
    case = route.fetch().json()
    copy = {
        "system": "某某系统",
        "toldAt": case["filedAt"],
        "acknowledgedAt": case["filedAt"],
        "due": None,
        "isLate": False,
    }
    actions = [*case["actions"], {"action": "report-still-wrong", "label": "更正后仍显示错误内容", "law": []}]
    route.fulfill(json={**case, "actions": actions, "followThrough": [copy]})


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_says_at_its_field_what_was_refused(
    phones: Phones, zhou: Person, cases: tuple[dict[str, str], dict[str, Any]], sheet: str
) -> None:
    case, opens, filled, sends, address, fields = SHEETS[sheet]
    phone = phones()
    phone.signs_in(zhou)
    at = cases[0][case]
    if sheet == "still wrong":
        phone.page.route(f"**/api/v1/me/objections/{at.rsplit('/', 1)[1]}", _upheld)
    refused = {"field": ""}

    def refuse(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        error = {"field": refused["field"], "message": f"请改正{refused['field']}。"}
        problem = {"title": "提交的内容有误", "detail": "请看各项。", "code": "invalid", "instance": "inc-1"}
        return route.fulfill(status=400, body=json.dumps({**problem, "errors": [error]}))

    phone.page.route(f"**/api/v1/me/{address}", refuse)
    phone.open(at)
    if sheet == "one's own words":
        phone.taps("看这条记录")
    phone.taps(opens, exact=opens == "修改")
    dialog = phone.page.get_by_role("dialog")
    for fill in filled:
        fill(dialog)
    for wire, name in fields.items():
        refused["field"] = wire
        dialog.get_by_role("button", name=sends, exact=True).click()
        field = dialog.locator(f"[data-field={name}]")
        expect(field.locator(".fault")).to_have_text(f"请改正{wire}。")
        expect(field.locator("input,textarea").first).to_have_attribute("aria-invalid", "true")
        expect(dialog.get_by_text("请看各项。")).to_have_count(0)


NOT_TAKEN: list[tuple[FilePayload, str]] = [
    ({"name": "说明.txt", "mimeType": "text/plain", "buffer": b"hello"}, "“说明.txt”不是照片（JPG、PNG）也不是 PDF，没有加上。"),
    ({"name": "证明.jpg", "mimeType": "image/jpeg", "buffer": b"no picture at all"}, "“证明.jpg”不是照片"),
    ({"name": "半张.png", "mimeType": "image/png", "buffer": PNG[:40]}, "“半张.png”这张照片打不开"),
    ({"name": "空.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n"}, "“空.pdf”里面没有内容"),
    ({"name": "无.pdf", "mimeType": "application/pdf", "buffer": b""}, "“无.pdf”是空的"),
    ({"name": "大.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4" + bytes(8_000_001)}, "“大.pdf”超过8 MB"),
]  # fmt: skip


def test_a_file_that_cannot_be_taken_is_named_where_it_was_chosen_and_not_listed(phones: Phones, sun: Person) -> None:
    phone = phones()
    phone.signs_in(sun)
    phone.opens_record("占道经营")
    phone.taps("这条不对？提异议")
    phone.picks("信息有错误")
    phone.next()
    field = phone.page.locator("[data-field=files]")
    for payload, words in NOT_TAKEN:
        field.locator("input[type=file]").last.set_input_files([payload, PROOF])
        expect(field.locator(".fault")).to_contain_text(words)
        expect(field.locator(".thumb")).to_have_text([re.compile("证明.png")])
        phone.taps("删除 证明.png")
        expect(field.locator(".thumb")).to_have_count(0)


def test_a_day_that_cannot_be_is_refused_at_its_step(phones: Phones, chen: Person) -> None:
    phone = phones()
    phone.signs_in(chen)
    phone.page.locator("article.record", has_text="未按规定公示年度报告").get_by_role("link", name="去申请").click()
    phone.page.get_by_label("履行完的日期").fill("2030-01-01")
    phone.page.get_by_role("button", name=re.compile("^下一步")).click()
    expect(phone.page.locator("[data-field=dutyPerformedOn] .fault")).to_have_text(re.compile("最晚2026年11月21日"))
