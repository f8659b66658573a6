"""Bad networks, expired sessions, old pages, and what stays on the phone."""

import os
import re

import httpx
import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Phones
from tests.browser.people import Person
from tests.support.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_the_back_button_walks_the_steps_and_keeps_what_was_written(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    phone.open("/do/grant")
    phone.picks("单位")
    phone.page.get_by_label("对方名称").fill("某某银行")
    phone.page.get_by_label("用途").fill("贷款审查")
    phone.picks("失信信息")
    phone.next()
    phone.page.go_back()
    expect(phone.page.get_by_label("失信信息")).to_be_checked()
    expect(phone.page.get_by_label("用途")).to_have_value("贷款审查")
    expect(phone.page.get_by_label("对方名称")).to_have_value("某某银行")
    phone.page.reload()
    expect(phone.page.get_by_label("对方名称")).to_have_value("某某银行")
    phone.open("/affairs")
    phone.sees("没写完的")


def test_the_back_button_closes_a_sheet_and_nothing_else(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    phone.open("/mine")
    phone.taps("退出登录")
    expect(phone.page.get_by_role("dialog")).to_be_visible()
    phone.page.go_back()
    expect(phone.page.get_by_role("dialog")).to_have_count(0)
    phone.title("我的")


def test_an_expired_session_asks_to_sign_in_and_returns_to_the_same_place(
    phones: Phones, wang: Person, place: Installation
) -> None:
    phone = phones()
    phone.signs_in(wang)
    phone.page.evaluate("localStorage.setItem('cw.refresh', 'ses_none.1.spoiled')")
    phone.page.reload()
    phone.title("登录")
    phone.sees("登录已过期")
    phone.enters_code(wang.code)
    phone.title("我的报告")


def test_a_token_that_ran_out_is_renewed_without_asking(phones: Phones, wang: Person, place: Installation) -> None:
    phone = phones()
    phone.signs_in(wang)
    place.wait(11 * 60)
    phone.open("/footprints")
    phone.page.locator("summary", has_text="您自己看过").click()
    phone.sees("查看本人信用报告")


def test_a_look_in_the_first_hours_of_a_month_counts_in_that_month(phones: Phones, chen: Person) -> None:
    looked = {"kind": "queried", "unit": "某某银行", "records": [], "at": "2026-10-31T17:00:00Z"}
    before = looked | {"at": "2026-10-31T15:59:00Z"}
    phone = phones()
    phone.signs_in(chen)
    found = {"items": [looked, before], "nextCursor": None}
    phone.page.route(re.compile(r"/api/v1/me/footprints\?.*kind=queried"), lambda route: route.fulfill(json=found))
    phone.open("/")
    phone.sees("本月1次")


def test_others_looks_are_told_however_often_one_looked_oneself(phones: Phones, chen: Person) -> None:
    """After a hundred looks of one's own it said 没有别人查过您."""
    look = {
        "id": "fp_1",
        "kindLabel": "查询",
        "why": "贷款审批",
        "basis": "授权",
        "records": [],
        "at": "2026-11-20T02:00:00Z",
    }
    own = [look | {"kind": "queried", "unit": "本人"}] * 100
    theirs = [
        look | {"kind": "queried", "unit": "某某银行"},
        look | {"kind": "used", "kindLabel": "使用", "unit": "某某局"},
    ]

    def answers(route: Route) -> None:
        items = theirs if "own=false" in route.request.url else own
        kinds = {"queried"} if "kind=queried" in route.request.url else {"queried", "used"}
        shown = [one for one in items if one["kind"] in kinds]
        route.fulfill(json={"items": shown, "nextCursor": None if items is theirs else "more"})

    phone = phones()
    phone.signs_in(chen)
    phone.page.route("**/api/v1/me/footprints*", answers)
    phone.open("/")
    phone.sees("本月1次")
    phone.open("/footprints")
    head = phone.page.get_by_role("heading", level=1)
    expect(head).to_contain_text("别人查过1次")
    expect(head).to_contain_text("单位使用1次")
    phone.sees("某某银行")
    phone.sees("某某局")
    phone.page.locator("summary", has_text="您自己看过").click()
    phone.sees("贷款审批")


def test_a_grant_gives_no_market_information_of_a_section_that_was_unticked(phones: Phones, wang: Person) -> None:
    def with_market(route: Route) -> None:
        answer = route.fetch(headers={**route.request.headers, "if-none-match": ""})
        report = answer.json()
        (praise,) = [one for one in report["sections"] if one["section"] == "commendation"]
        praise["records"][0]["isMarket"] = True
        route.fulfill(response=answer, json=report)

    phone = phones()
    phone.signs_in(wang)
    phone.open("/mine")
    phone.page.reload()
    phone.title("我的")
    phone.page.route("**/api/v1/me/report", with_market)
    phone.open("/do/grant")
    phone.picks("单位")
    phone.page.get_by_label("对方名称").fill("某某银行")
    phone.page.get_by_label("用途").fill("贷款审查")
    phone.picks("失信信息")
    phone.picks("表彰奖励等信息")
    phone.next()
    phone.sees("市场信用信息要单独同意")
    phone.page.locator(".choice").first.click()
    phone.back()
    phone.picks("表彰奖励等信息")
    phone.next()
    phone.sees("看一遍，再交")
    expect(phone.page.locator("dl.review")).not_to_contain_text("市场信用信息")
    phone.page.route("**/api/v1/me/grants", lambda route: route.abort())
    phone.page.locator("label.promise").click()
    with phone.page.expect_request("**/api/v1/me/grants") as sent:
        phone.taps("授权并取码")
    assert sent.value.post_data_json and sent.value.post_data_json["includesMarket"] == []


@pytest.mark.parametrize("clock", ["2020-02-29T23:00", "2031-01-01T01:00"])
def test_a_phone_with_a_wrong_clock_shows_the_servers_day(phones: Phones, chen: Person, clock: str) -> None:
    phone = phones(is_new=True)
    phone.page.clock.set_fixed_time(clock)
    phone.signs_in(chen)
    expect(phone.page.locator("article.record", has_text="无照经营")).to_contain_text("再等61天")
    phone.open("/do/grant")
    phone.picks("单位")
    phone.page.get_by_label("对方名称").fill("某某公司")
    phone.page.get_by_label("用途").fill("租房")
    phone.picks("失信信息")
    phone.next()
    phone.taps("修改有效期")
    phone.sees("到2026年11月28日")
    phone.sees("自动存在这部手机上了（11月21日）")
    phone.open("/affairs")
    phone.sees("11月21日存的")


def test_a_fault_of_the_server_shows_its_incident_number(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    problem = (
        '{"title":"系统出了点问题","detail":"您的操作可能没有生效。","code":"unexpected",'
        '"instance":"inc-0123","nextStep":{"text":"请稍后再试。"}}'
    )
    phone.page.route("**/me/footprints*", lambda route: route.fulfill(status=500, body=problem))
    phone.open("/footprints")
    phone.sees("inc-0123")


def test_an_old_page_reloads_itself_once(phones: Phones, place: Installation) -> None:
    phone = phones()
    gone = {"count": 0}

    def not_there(route: Route) -> None:
        gone["count"] += 1
        route.fulfill(status=404, body="")

    phone.page.goto("/")
    phone.sees("自己的信用，自己看得清")
    phone.page.route("**/js/screens/rules.js", not_there)
    phone.open("/rules")
    phone.sees("连不上网络")
    assert gone["count"] == 2


def test_a_page_older_than_its_server_reloads_itself_once_for_each_build(phones: Phones, place: Installation) -> None:
    page = phones().page
    seen = {"opened": 0}

    def newer(route: Route) -> None:
        if route.request.is_navigation_request():
            seen["opened"] += 1
            return route.continue_()
        return route.fulfill(body='<meta name="build" content="0123456789abcdef">', content_type="text/html")

    page.route(f"{place.url}/", newer)
    page.goto("/")
    page.wait_for_function("() => performance.getEntriesByName('usable').length")
    ask = """async () => {
      const { api } = await import(document.querySelector("script[type=module]").src.replace("main.js", "api.js"));
      return api.post("/session/wechat", {}).catch((fault) => fault.status);
    }"""
    with page.expect_navigation():
        assert page.evaluate(ask) == 400
    page.wait_for_function("() => performance.getEntriesByName('usable').length")
    with page.expect_response(f"{place.url}/") as newest:
        assert page.evaluate(ask) == 400
    newest.value.finished()
    page.evaluate("new Promise((done) => setTimeout(done))")
    assert seen["opened"] == 2


def test_what_was_sent_too_soon_after_another_is_sent_again_by_itself(phones: Phones, wang: Person) -> None:
    phone = phones()
    phone.signs_in(wang)
    keys: list[str] = []

    def once_too_fast(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            return route.continue_()
        return route.fulfill(
            status=429,
            headers={"Retry-After": "1"},
            content_type="application/problem+json",
            body='{"title": "办得太快了", "status": 429, "code": "too-fast"}',
        )

    phone.page.route("**/me/letters", once_too_fast)
    ask = """async () => {
      const { api } = await import(document.querySelector("script[type=module]").src.replace("main.js", "api.js"));
      return api.post("/me/letters", { kind: "question" }).catch((fault) => fault.code);
    }"""
    assert phone.page.evaluate(ask) == "letter-unclear", "the server's own answer to what was sent again"
    assert len(keys) == 2 and len(set(keys)) == 1
    phone.page.unroute("**/me/letters")


def test_what_the_server_refuses_stands_at_its_field(phones: Phones, place: Installation) -> None:
    phone = phones()
    phone.page.goto("/#/signin")
    phone.enters_code("demo-nobody")
    phone.title("核对身份")
    phone.page.get_by_label("姓名").fill("张三")
    phone.page.get_by_label("证件号码").fill("110105199001012330")
    phone.picks("大连")
    phone.page.get_by_role("button", name="核对", exact=True).click()
    field = phone.page.locator("[data-field=documentNumber]")
    expect(field.locator(".fault")).not_to_be_empty()
    expect(field.locator("input")).to_have_attribute("aria-invalid", "true")


def test_the_first_view_is_small_and_fast_on_a_slow_phone(phones: Phones) -> None:
    # A machine that is asked for more than it has gets as much more time, and one that was held up tries again; where the crowd came
    # just now, the work of the page's own thread decides.
    for _ in range(3):
        size, usable, own = first_view(phones)
        print(
            f"first view: {size / 1024:.1f} KB, usable after {usable:.0f} ms at 4x CPU slow-down, {own:.0f} of its own"
        )
        assert size <= 120 * 1024
        crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        if usable <= 1500 * crowd or own <= 1000:
            return
    pytest.fail(f"usable only after {usable:.0f} ms")


def first_view(phones: Phones) -> tuple[int, float, float]:
    """Bytes on the wire and milliseconds until the home screen stands, with a cold cache; and those of the page's thread alone."""
    page = phones(is_new=True).page
    sizes: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto("/")
    page.wait_for_function("() => performance.getEntriesByName('usable').length")
    usable: float = page.evaluate("performance.getEntriesByName('usable')[0].startTime")
    spent = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return sum(sizes), usable, spent["TaskDuration"] * 1000


def test_every_answer_carries_the_strict_policy(place: Installation) -> None:
    policy = httpx.get(f"{place.url}/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
