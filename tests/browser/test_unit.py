"""A clerk's and a lead's day at `/unit`: a file with faults, a column to decide on, the rows back, the records put right."""

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import openpyxl
import pyotp
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.api.records.test_unit_routes import cells, workbook
from tests.browser.cases import Client, put_on_the_list, signed_in
from tests.browser.people import TAO, WANG
from tests.browser.phone import left_of_the_code
from tests.support.commands import good
from tests.support.files import HEADER, commendation, penalty, person, to_csv, to_lines
from tests.support.mongo import Server
from tests.support.processes import Installation, running, works

pytestmark = [pytest.mark.browser, pytest.mark.processes]
PASSWORD = "报送数据要核对两遍再点确认"


class Unit(msgspec.Struct):
    """An installation with one unit; `secrets` are the second factors of its people."""

    place: Installation
    secrets: dict[str, str]


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory, mongo_server: Server) -> Iterator[Unit]:
    """Four clerks and a lead: each test has its own clerk."""
    with running(tmp_path_factory.mktemp("unit"), mongo_server) as place:
        own = good(
            place.environ, "provider", "add", "--name", "大连市市场监督管理局", "--jurisdiction", "dalian",
            "--code", "11210200MB0000000X",
        )  # fmt: skip
        people = (
            ("linfang", "clerk", "林芳"),
            ("zhaoqi", "lead", "赵琦"),
            ("sunyue", "clerk", "孙悦"),
            ("gaoling", "clerk", "高玲"),
            ("luoyi", "clerk", "罗一"),
        )
        works(place, "figures")
        yield Unit(place, {name: enrolled(place, own, name, role, shown) for name, role, shown in people})


def enrolled(place: Installation, unit: str, name: str, role: str, shown: str) -> str:
    """Added at the shell, and the code used; the second factor."""
    code = good(
        place.environ, "staff", "add", name, "--name", shown, "--role", role, "--provider", unit,
        "--jurisdiction", "dalian",
    )  # fmt: skip
    chosen = {"username": name, "code": code, "password": PASSWORD}
    done = httpx.post(f"{place.url}/api/v1/staff/activation", json=chosen, timeout=60).raise_for_status()
    return str(pyotp.parse_uri(done.json()["otpauth"]).secret)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A computer in an office; at the end no script has failed."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(30_000)
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    yield page
    context.close()
    assert faults == []


def sign_in(
    page: Page, place: Installation, name: str, secret: str, password: str = PASSWORD, door: str = "unit"
) -> None:
    page.goto(f"{place.url}/{door}")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_label("动态口令").fill(pyotp.TOTP(secret).at(place.now()))
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="报数据")).to_be_visible()


def test_a_clerk_hands_in_and_a_lead_puts_right(unit: Unit, page: Page, tmp_path: Path) -> None:
    place, secrets = unit.place, unit.secrets
    sign_in(page, place, "linfang", secrets["linfang"])

    bad = penalty(3, 处罚决定日期="昨天", 证件号码="2.10204E+17", 案件来源="")
    rows = [penalty(1, 案件来源="举报"), penalty(2, 案件来源=""), bad]
    (tmp_path / "处罚.csv").write_bytes(to_csv(rows, "gb18030", (*HEADER, "案件来源")))
    page.locator("#file").set_input_files(tmp_path / "处罚.csv")
    expect(page.get_by_role("heading", name="这些列请您定")).to_be_visible()
    page.get_by_label("“案件来源”对应哪一列").select_option("不报这一列")
    page.get_by_role("button", name="确认，再试跑").click()
    expect(page.get_by_role("heading", name="试跑结果")).to_be_visible()
    expect(page.get_by_text("只检查，还没有报送")).to_be_visible()
    expect(page.get_by_role("table", name="要改的行")).to_contain_text("科学计数法")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载这1行").click()
    header, row = cells(download.value.path().read_bytes())
    expect(page.locator(".unit-steps")).to_have_attribute("aria-label", "共 4 步，正在第 3 步")
    page.get_by_role("button", name="先报2条").click()
    expect(page.get_by_role("heading", name="报送结果")).to_be_visible()
    expect(page.locator(".unit-steps")).to_have_attribute("aria-label", "4 步都办完了")

    row[header.index("处罚决定日期")], row[header.index("证件号码")] = "2026-09-01", person(3)
    (tmp_path / "改好.xlsx").write_bytes(workbook([header, row]))
    page.locator("#file").set_input_files(tmp_path / "改好.xlsx")
    page.get_by_role("button", name="报送1条").click()
    expect(page.get_by_text("报送完了。")).to_be_visible()
    page.get_by_role("link", name="报送回执", exact=True).click()
    expect(page.get_by_role("table", name="报送回执")).to_contain_text("改好.xlsx")
    expect(page.get_by_role("table", name="报送回执")).to_contain_text("林芳")
    for name in ("要办的", "本单位的记录", "授权查询", "报送回执", "按期情况", "目录和格式"):
        page.locator("#side").get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
        assert left_of_the_code(page) is None, name

    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="单位登录")).to_be_visible()  # whoever leaves sooner is not out
    sign_in(page, place, "zhaoqi", secrets["zhaoqi"])
    page.get_by_role("link", name="本单位的记录").click()
    page.get_by_label("文书号，或者完整的身份证号").fill("连市监罚[2026] 1号")
    page.get_by_role("button", name="查找").click()
    assert left_of_the_code(page) is None
    page.get_by_role("table", name="找到的记录").get_by_role("link").click()
    expect(page.get_by_text("报的是什么")).to_be_visible()
    taken_in = page.locator("dl.facts div", has_text="入库")
    expect(taken_in).to_contain_text("2026")  # a record is kept for years
    page.get_by_role("button", name="更正").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("罚款金额（万元）").fill("二十万")
    dialog.get_by_label("为什么改").fill("录入有误")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_contain_text("不是金额")
    dialog.get_by_label("罚款金额（万元）").fill("3000元")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("table", name="改动")).to_contain_text("罚款金额（万元）")


def test_a_new_clerk_sets_a_password_on_a_page_with_room_and_can_type_the_key_of_the_second_factor(
    unit: Unit, page: Page
) -> None:
    place = unit.place
    own = good(place.environ, "provider", "list").split()[0]
    code = good(
        place.environ, "staff", "add", "zhouping", "--name", "周平", "--role", "clerk", "--provider", own,
        "--jurisdiction", "dalian",
    )  # fmt: skip

    def stands_in_the_middle() -> None:
        box = page.locator("main .card").first.bounding_box()
        assert box is not None and box["width"] > 300
        assert abs(box["x"] + box["width"] / 2 - 640) < 50

    page.goto(f"{place.url}/unit")
    expect(page.locator("main .card").get_by_role("heading", name="单位登录")).to_be_visible()
    expect(page.locator("main .card").get_by_role("link", name="工作台")).to_have_attribute("href", "/desk")
    expect(page.locator("#bar").get_by_role("heading", level=1)).to_have_text("信用小窗 · 单位")
    expect(page.get_by_label("用户名")).to_be_focused()
    stands_in_the_middle()
    page.get_by_role("button", name="有开通码，第一次用").click()
    stands_in_the_middle()
    page.get_by_label("用户名").fill("zhouping")
    page.get_by_label("开通码").fill(code)
    page.get_by_label("新密码").fill(PASSWORD)
    page.get_by_role("button", name="开通", exact=True).click()
    page.get_by_text("不能扫码，手工输入").click()
    stands_in_the_middle()
    by_hand = page.locator(".otpauth")
    expect(by_hand).to_contain_text("zhouping")
    expect(by_hand).not_to_contain_text("%")
    key = by_hand.locator("code").inner_text().replace(" ", "")
    page.get_by_role("button", name="扫好了，去登录").click()
    sign_in(page, place, "zhouping", key)


def test_who_signs_in_at_the_desk_and_is_of_a_unit_stands_on_the_units_page(unit: Unit, page: Page) -> None:
    sign_in(page, unit.place, "luoyi", unit.secrets["luoyi"], door="desk")
    assert page.url.startswith(f"{unit.place.url}/unit")
    page.goto(f"{unit.place.url}/desk#/queue")
    expect(page.get_by_role("heading", name="报数据")).to_be_visible()
    over = {"code": "sign-in-needed", "title": "请先登录", "detail": "请先登录。", "nextStep": None, "instance": ""}
    for path in ("provider/records*", "session/refresh"):
        page.route(f"**/api/v1/{path}", lambda route: route.fulfill(status=401, json=over))
    page.get_by_role("link", name="本单位的记录").click()
    expect(page.get_by_role("heading", name="单位登录")).to_be_visible()
    expect(page.get_by_text("登录已过期，请重新登录")).to_be_visible()  # or one would think of a fault of one's own


def test_two_rows_of_one_document_are_told_apart_before_anything_is_stored(unit: Unit, page: Page) -> None:
    sign_in(page, unit.place, "gaoling", unit.secrets["gaoling"])
    for body, matter in ((b"", "文件读不出来"), (to_csv([]), "只有表头，没有数据行")):
        page.locator("#file").set_input_files({"name": "空.csv", "mimeType": "text/csv", "buffer": body})
        expect(page.get_by_text(matter, exact=True)).to_be_visible()  # apart from its cause
        expect(page.locator(".unit-steps [aria-current=step]")).to_have_text("选文件")
        expect(page.locator(".unit-steps .done")).to_have_count(0)
        expect(page.locator(".button", has_text="换一个文件")).to_be_visible()
    rows = [penalty(21), penalty(21), penalty(21, 违法事实="另一种写法")]
    page.locator("#file").set_input_files(
        {"name": "重复.csv", "mimeType": "text/csv", "buffer": to_csv(rows, "utf-8", HEADER)}
    )
    expect(page.get_by_text("已经有了，跳过")).to_be_visible()
    wrong = page.get_by_role("table", name="要改的行")
    expect(wrong).to_contain_text("和这个文件第2行是同一份文书")
    expect(wrong).to_contain_text("整行")
    expect(wrong.get_by_role("link")).to_have_count(0)


def test_a_decision_on_the_list_is_noted_as_served_in_one_of_the_ways_by_name(
    unit: Unit, page: Page, tmp_path: Path
) -> None:
    place, name = unit.place, "大连市城市管理局"  # one of its own: what it owes stays open
    own = good(
        place.environ, "provider", "add", "--name", name, "--jurisdiction", "dalian", "--code", "11210200MB0000001W"
    )
    secret = enrolled(place, own, "hekai", "clerk", "何凯")
    row = penalty(31, 行政相对人名称=TAO.name, 证件号码=TAO.number, 处罚机关=name)
    (tmp_path / "处罚.csv").write_bytes(to_csv([row], "utf-8", HEADER))
    good(place.environ, "import", tmp_path / "处罚.csv", "--provider", own)
    client = Client(place, {"X-API-Key": good(place.environ, "provider", "key", "issue", own)})
    record = client.post("/provider/records/search", {"actNumber": "连市监罚〔2026〕31号"})["items"][0]["id"]
    me = signed_in(place, TAO)
    listing = put_on_the_list(me, client, record)
    me.close()
    client.close()
    sign_in(page, place, "hekai", secret)
    page.goto(f"{place.url}/unit#/owed/listings/{listing}")
    page.get_by_role("button", name="登记书面送达").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("邮寄", exact=True).click()
    dialog.get_by_label("送达日期").fill("2026-11-21")
    dialog.get_by_label("送达回证或者邮件号").fill("EMS 1234567890")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("决定书已送达").first).to_be_visible()


def objected(place: Installation) -> Client:
    """The resident of the first row reads it and objects to it before the unit."""
    me = signed_in(place, WANG)
    every = [one for part in me.get("/me/report")["sections"] for one in part["records"]]
    (record,) = [one["id"] for one in every if "违法行为类型" in one["items"]]
    said = {"reasons": ["wrong"], "text": "登记的内容与事实不符。", "desired": "改成实际情况", "evidence": []}
    me.post("/me/objections", {"recordId": record, "addressee": "provider", **said})
    return me


def praised(me: Client) -> str:
    every = [one for part in me.get("/me/report")["sections"] for one in part["records"]]
    return str(next(one["id"] for one in every if "荣誉名称" in one["items"]))


def one_page_more(route: Route) -> None:
    """A first page without what is owed, and what is owed behind it: the lists of a large unit have more than one."""
    if "cursor=" in route.request.url:
        route.continue_(url=route.request.url.partition("&cursor=")[0])
    else:
        route.fulfill(json={"items": [], "nextCursor": "next"})


def drop(page: Page, name: str, body: bytes) -> None:
    """As a hand drags it out of a folder."""
    carried = page.evaluate_handle(
        """([name, body]) => {
            const bytes = Uint8Array.from(atob(body), (one) => one.charCodeAt(0));
            const carried = new DataTransfer();
            carried.items.add(new File([bytes], name));
            return carried;
        }""",
        [name, base64.b64encode(body).decode()],
    )
    for kind in ("dragover", "drop"):
        page.dispatch_event(".unit-drop", kind, {"dataTransfer": carried})


def mended(returned: bytes, cells: dict[str, str]) -> bytes:
    """As a clerk does it in Excel: only the red cells are typed over, nothing else is touched."""
    book = openpyxl.load_workbook(io.BytesIO(returned))
    page = book.worksheets[0]
    titles = [cell.value for cell in page[1]]
    red = {titles[cell.column - 1] for cell in page[2] if cell.fill.fgColor.rgb == "FFFDF1DC"}
    assert red == set(cells)
    for title, text in cells.items():
        assert f"【{title}】" in page.cell(2, titles.index("退回原因") + 1).value
        page.cell(2, titles.index(title) + 1).value = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_refused_rows_are_mended_in_excel_and_what_is_owed_is_answered_here(unit: Unit, page: Page) -> None:
    place, secret = unit.place, unit.secrets["sunyue"]
    sign_in(page, place, "sunyue", secret)

    right = penalty(11, 行政相对人名称=WANG.name, 证件号码=WANG.number)
    bad = penalty(13, 处罚决定日期="昨天", 证件号码="2.10204E+17", **{"罚款金额（万元）": "5000"})
    rows = [[row.get(title, "") for title in HEADER] for row in (right, bad)]
    drop(page, "十一月处罚.xlsx", workbook([list(HEADER), *rows]))
    expect(page.get_by_role("heading", name="试跑结果")).to_be_visible()
    expect(page.get_by_role("table", name="要改的行").get_by_role("row").nth(1).locator("td").first).to_have_text(
        "第3行"
    )
    page.get_by_role("button", name="先报1条").click()
    expect(page.get_by_text("报送完了。")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载这1行").click()
    typed = {"处罚决定日期": "2026-09-01", "证件号码": person(13), "罚款金额（万元）": "5000元"}
    drop(page, "要改的行.xlsx", mended(download.value.path().read_bytes(), typed))
    page.get_by_role("button", name="报送1条").click()
    expect(page.get_by_text("报送完了。")).to_be_visible()
    praise = commendation(1, name=WANG.name, documentNumber=WANG.number)
    drop(page, "表彰.jsonl", to_lines([praise]))
    expect(page.get_by_text("试跑结果")).to_be_visible()
    page.get_by_role("button", name="报送1条").click()
    expect(page.get_by_text("报送完了。")).to_be_visible()
    page.get_by_role("link", name="报送回执", exact=True).click()
    past = page.get_by_role("table", name="报送回执")
    expect(past.get_by_role("row").nth(2)).to_contain_text("要改的行.xlsx")
    expect(past.get_by_role("row").nth(3)).to_contain_text("十一月处罚.xlsx")
    expect(past.get_by_role("row").nth(3)).to_contain_text("孙悦")

    me = objected(place)
    me.post("/me/withdrawals", {"recordIds": [praised(me)], "asCourtesy": True})
    page.route("**/provider/verifications?*", one_page_more)
    page.get_by_role("link", name="要办的").click()
    expect(page.get_by_role("table", name="要办的")).to_contain_text("2026-11-27")
    page.get_by_role("table", name="要办的").get_by_role("link", name="打开").click()
    expect(page.get_by_text("登记的内容与事实不符。")).to_be_visible()
    page.get_by_role("button", name="异议不成立").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("写给当事人的理由").fill("已经对照案卷核对，登记的内容与决定书一致。")
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("本单位现在没有要办的步骤。")).to_be_visible()
    page.get_by_role("link", name="要办的").click()
    asked = page.get_by_role("table", name="要办的").get_by_role("row", name=re.compile("请求不再公开"))
    asked.get_by_role("button", name="答复").click()
    dialog.get_by_text("不同意", exact=True).click()
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_contain_text("请填写理由")
    dialog.get_by_label("理由").fill("已经在报纸上公告过。")
    dialog.locator("button[type=submit]").click()
    expect(page.get_by_text("现在没有要办的")).to_be_visible()
    assert me.get("/me/withdrawals")["items"][0]["status"] == "declined"
    assert me.get("/me/objections")["items"][0]["status"] == "rejected"
    me.close()

    changed = "报完数据去海边走一走再回来"
    page.get_by_role("button", name="改密码").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("现在的密码").fill(PASSWORD)
    new = dialog.get_by_label("新的密码")
    new.fill("aaaaaaaaaaaa")
    expect(new).to_have_attribute("type", "password")
    dialog.get_by_role("button", name="显示").nth(1).click()
    expect(new).to_have_attribute("type", "text")
    place.wait(30)
    dialog.get_by_label("动态口令").fill(pyotp.TOTP(secret).at(place.now()))
    dialog.get_by_role("button", name="改好").click()
    expect(dialog).to_contain_text("太容易被猜到")
    new.fill(changed)
    place.wait(30)
    dialog.get_by_label("动态口令").fill(pyotp.TOTP(secret).at(place.now()))
    dialog.get_by_role("button", name="改好").click()
    expect(page.get_by_role("heading", name="单位登录")).to_be_visible()
    place.wait(30)
    sign_in(page, place, "sunyue", secret, changed)
    expect(page.get_by_role("dialog", name="上次登录以来")).to_contain_text("更换工作人员密码")
