"""What the watch over every page of these tests hears."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.phone import Watched
from tests.support.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def bare(browser: Browser) -> Page:
    """Without a policy that would keep its requests back."""
    return browser.new_context().new_page()


@pytest.mark.parametrize("to", ["https://cdn.example/a.js", "http://192.0.2.7/a.png", "http://[2001:db8::7]/a.png"])
@pytest.mark.parametrize("how", ["new Image().src = to", "fetch(to).catch(() => {})", "navigator.sendBeacon(to)"])
def test_a_request_to_anybody_else_is_heard_of_and_reaches_nobody(bare: Page, how: str, to: str) -> None:
    watched = Watched()
    watched.watch(bare)
    with bare.expect_event("requestfailed"):
        bare.evaluate(f"(to) => {{ {how}; }}", to)
    bare.context.close()
    assert watched.unexpected == [f"a request was to leave the services: {to}"]


def test_a_page_that_is_led_elsewhere_is_heard_of(bare: Page) -> None:
    watched = Watched()
    watched.watch(bare)
    with bare.expect_event("requestfailed"):
        bare.evaluate("() => { location.href = 'https://elsewhere.example/'; }")
    bare.context.close()
    assert watched.unexpected == ["a request was to leave the services: https://elsewhere.example/"]


def test_what_a_page_is_refused_is_told_and_no_fault(bare: Page, place: Installation) -> None:
    watched = Watched()
    watched.watch(bare)
    with bare.expect_console_message():
        bare.goto(f"{place.url}/static/none/none.js")
    bare.context.close()
    assert watched.unexpected == [] and "/static/none/none.js" in watched.refused[0] and "404" in watched.refused[0]
