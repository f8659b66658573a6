"""How many taps the usual errands take, from where one stands to the receipt: at most six, none of them on a text field."""

import re
from collections.abc import Callable

import pytest

from tests.browser.conftest import Phones
from tests.browser.people import LI, Person
from tests.browser.phone import Phone
from tests.browser.test_flows import steps_up

pytestmark = [pytest.mark.browser, pytest.mark.processes]

MOST = 6
COUNT = """
addEventListener("pointerdown", (event) => {
  const field = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea");
  if (!field) sessionStorage.setItem("taps", Number(sessionStorage.getItem("taps") ?? 0) + 1);
}, true);
"""


def taps(phone: Phone, walk: Callable[[], None]) -> int:
    """How often the finger came down on anything but a text field during the walk."""
    phone.page.evaluate("sessionStorage.removeItem('taps')")
    walk()
    return int(phone.page.evaluate("Number(sessionStorage.getItem('taps') ?? 0)"))


@pytest.fixture
def phone(phones: Phones, tao: Person) -> Phone:
    phone = phones()
    phone.page.add_init_script(COUNT)
    phone.signs_in(tao)
    return phone


def test_a_repair_from_the_report(phone: Phone) -> None:
    def walk() -> None:
        card = phone.page.locator("article.record", has_text="未按规定公示年度报告")
        card.get_by_role("link", name="去申请").click()
        phone.next()
        phone.page.get_by_role("button", name="下一步：看一遍").click()
        phone.page.locator("label.promise").click()
        phone.taps("提交申请")
        phone.sees("修复申请已提交")

    assert 3 <= taps(phone, walk) <= MOST


def test_an_objection_from_the_report(phone: Phone) -> None:
    def walk() -> None:
        phone.page.locator("article.record", has_text="无照经营").click(position={"x": 40, "y": 30})
        phone.title("记录")
        phone.taps("这条不对？提异议")
        phone.picks("信息有错误")
        phone.next()
        phone.page.get_by_label("理由和经过").fill("登记的内容与事实不符。")
        phone.page.get_by_role("button", name=re.compile("^下一步")).click()
        phone.taps("提交异议")
        phone.sees("异议已收到")

    assert 3 <= taps(phone, walk) <= MOST


def test_a_grant_from_home_with_the_identity_shown_again(phone: Phone, tao: Person) -> None:
    phone.open("/")
    phone.sees("授权别人")

    def walk() -> None:
        phone.taps("授权别人")
        phone.page.get_by_label("对方名称").fill("李四")
        phone.page.get_by_label("对方身份证号码").fill(LI.number)
        phone.page.get_by_label("用途").fill("租房签约")
        phone.picks("失信信息")
        phone.page.get_by_role("button", name=re.compile("^下一步")).click()
        phone.picks("我书面同意")
        phone.taps("授权并取码")
        steps_up(phone, tao)
        phone.sees("授权已生效")

    assert 3 <= taps(phone, walk) <= MOST
