"""Addresses opened in quick succession, left in between, or cut short: the page stands at the last one."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Phones
from tests.browser.people import Person
from tests.browser.phone import settle

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_a_question_stays_when_the_word_of_an_address_comes_late(phones: Phones, li: Person) -> None:
    """Of two addresses opened at once the first word draws the second screen; the second word comes when it is in use."""
    phone = phones()
    phone.signs_in(li)
    phone.open("/mine")
    phone.title("我的")
    phone.taps("退出登录")
    question = phone.page.get_by_role("dialog")
    expect(question).to_be_visible()
    phone.page.evaluate("dispatchEvent(new HashChangeEvent('hashchange'))")
    phone.page.evaluate("new Promise((done) => setTimeout(done))")
    expect(question).to_be_visible()


def test_a_screen_that_was_left_already_leads_nowhere(phones: Phones, li: Person) -> None:
    """A step of what was filed leads on to its case. Who opens another address in the moment before stays there: the page
    hears of the new address only after the step has answered."""
    phone = phones()
    phone.signs_in(li)
    phone.open("/affairs")
    phone.title("办事")
    phone.page.evaluate(
        """() => {
          sessionStorage.setItem("cw.filed:objection:", "#/cases/objections/obj_left");
          Object.defineProperty(history, "state", {
            configurable: true,
            get() {
              delete history.state;
              location.hash = "#/mine";
              return { seen: true };
            },
          });
          location.hash = "#/do/objection?step=1";
        }"""
    )
    phone.title("我的")
    settle(phone.page)
    assert phone.page.url.endswith("#/mine")


def test_an_address_opened_as_a_screen_gets_its_answer_is_shown(phones: Phones, li: Person) -> None:
    """The page hears of an address a moment after it stands; a screen whose answer comes in between does not stand in its place."""
    phone = phones()
    phone.signs_in(li)
    phone.open("/mine")
    phone.title("我的")
    phone.page.evaluate(
        """() => {
          const json = Response.prototype.json;
          Response.prototype.json = async function () {
            const reply = await json.call(this);
            if (location.hash === "#/grants") location.hash = "#/affairs";
            return reply;
          };
          location.hash = "#/grants";
        }"""
    )
    phone.title("办事")


# A module of the page, and whatever waited for it before.
_HAS_COME = """async (name) => {
  await import(document.querySelector("script[type=module]").src.replace("main.js", name));
  await new Promise((done) => setTimeout(done));
}"""


def test_a_screen_that_arrives_late_leaves_the_address_of_another_alone(phones: Phones, li: Person) -> None:
    """Using somebody's code renames its address; on a slow network the resident is elsewhere by then."""
    phone = phones()
    phone.signs_in(li)
    held: list[Route] = []
    phone.page.route("**/js/screens/redeem.js", lambda route: held.append(route))
    with phone.page.expect_request("**/js/screens/redeem.js"):
        phone.page.evaluate("location.hash = '#/redeem/AAAA-BBBB-CCCC'")
    phone.open("/mine")
    phone.title("我的")
    assert len(held) == 1
    with phone.page.expect_response("**/js/screens/redeem.js"):
        held[0].continue_()
    phone.page.evaluate(_HAS_COME, "screens/redeem.js")
    assert phone.page.url.endswith("#/mine")


def test_an_address_cut_in_the_middle_of_a_letter_opens_its_screen(phones: Phones) -> None:
    phone = phones()
    phone.page.goto("/#/verify/%E0%A4%A")
    phone.title("查验文书")
    phone.sees("查验码没输全")
