"""What an officer does at the desk without a case of the queue: a record looked up, a listing served on paper, a request passed
on on paper, a lost WeChat released."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.cases import Client, put_on_the_list, signed_in
from tests.browser.conftest import Phones
from tests.browser.people import Person
from tests.browser.phone import settle
from tests.browser.test_screens import look_at
from tests.support.commands import good
from tests.support.files import commendation, penalty, to_csv, to_lines
from tests.support.processes import Installation
from tests.support.sign_in import resident_number

pytestmark = [pytest.mark.browser, pytest.mark.processes]


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
    number = me.get(f"/me/listings/{put_on_the_list(me, unit, record)}")["number"]
    me.close()

    desk.goto("/desk#/queue?errand=listings")
    settle(desk)
    desk.get_by_role("link", name=number).click()  # one of many: the one that is due stands alone
    expect(desk.locator("section.card")).to_have_count(1)
    expect(desk.locator("section.card")).to_contain_text(number)
    settle(desk)
    desk.get_by_role("link", name="全部名单决定").click()
    settle(desk)
    assert desk.url.endswith("/desk#/listings")
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


def test_a_request_to_a_unit_without_an_account_is_passed_on_and_answered_on_paper(
    place: Installation, desk: Page, tmp_path: Path
) -> None:
    unit = good(
        place.environ,
        "provider",
        "add",
        "--name",
        "大连市文明办",
        "--jurisdiction",
        "dalian",
        "--code",
        "11210200MB0000001W",
    )
    hua = Person("demo-hua", "华清", resident_number("21020319830303111"), "dalian")
    (tmp_path / "表彰.jsonl").write_bytes(to_lines([commendation(91, name=hua.name, documentNumber=hua.number)]))
    good(place.environ, "import", tmp_path / "表彰.jsonl", "--provider", unit)
    me = signed_in(place, hua)
    every = [one for part in me.get("/me/report")["sections"] for one in part["records"]]
    record = next(one["id"] for one in every if "荣誉名称" in one["items"])
    case = me.post("/me/withdrawals", {"recordIds": [record], "asCourtesy": True})["withdrawals"][0]
    desk.goto(f"/desk#/case/withdrawals/{case['id']}")
    settle(desk)
    expect(desk.locator("main")).to_contain_text("等提供单位答复")
    dialog = desk.get_by_role("dialog")
    for step, label, words in (
        ("书面转给提供单位", "转给单位的日子", "2026-11-21"),
        ("说明理由后不同意", "写给当事人的理由", "表彰依规须公开一年。"),
    ):
        desk.locator(".desk-case-right").get_by_role("button", name=step).click()
        dialog.get_by_label("办理理由").fill("挂号信 XA123。")
        dialog.get_by_label(label).fill(words)
        dialog.locator("button[type=submit]").click()
        expect(dialog).to_have_count(0)
        settle(desk)
    expect(desk.locator("main")).to_contain_text("没有可以办的步骤。")
    mine = me.get(f"/me/withdrawals/{case['id']}")
    assert mine["status"] == "declined" and mine["history"][-1]["note"] == "表彰依规须公开一年。"
    me.close()


def test_records_of_a_company_and_of_a_passport_are_found_by_their_numbers(
    place: Installation, desk: Page, tmp_path: Path
) -> None:
    """Every number was taken for a resident's identity card's."""
    act = {
        "code": "admin-penalty",
        "documentType": "penalty",
        "recordClass": "general",
        "decidedOn": "2026-10-20",
        "endedOn": "2026-10-01",
    }
    rows = [
        act | {"name": "大连某某商贸有限公司", "documentKind": "unified_code", "documentNumber": "91210200MA0000001M",
               "actNumber": "大市监罚〔2026〕901号", "items": {"违法行为类型": "价格违法"}},
        act | {"name": "SMITH JOHN", "documentKind": "passport", "documentNumber": "EA1234567", "bornOn": "1980-02-03",
               "actNumber": "大市监罚〔2026〕902号", "items": {"违法行为类型": "计量违法"}},
    ]  # fmt: skip
    (tmp_path / "处罚.jsonl").write_bytes(to_lines(rows))
    good(place.environ, "import", tmp_path / "处罚.jsonl", "--provider", "prv_market")
    desk.get_by_role("link", name="查记录").click()
    desk.locator(".choice", has_text="信用代码").click()
    desk.locator(".choice", has_text="监督检查").click()
    desk.get_by_label("号码", exact=True).fill("91210200ma0000001m ")
    desk.get_by_role("button", name="查询").click()
    expect(desk.get_by_text("价格违法").first).to_be_visible()
    desk.get_by_label("号码", exact=True).fill("EA1234567")
    desk.locator("summary", has_text="护照").click()
    desk.locator(".choice", has_text="护照").click()
    desk.get_by_role("button", name="查询").click()
    expect(desk.get_by_text("计量违法").first).to_be_visible()
