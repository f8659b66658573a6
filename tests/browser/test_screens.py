"""Every screen in every mode: no axe violation, nothing sticks out, and a picture of each for whoever asks."""

import os
from collections.abc import Mapping
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, SMALL_PHONE, Phones, screenshot_folder
from tests.browser.people import ZHOU, Person
from tests.browser.phone import Phone, left_of_the_code, lines_of, settle

pytestmark = [pytest.mark.browser, pytest.mark.processes]

_PICTURES = bool(os.environ.get("CW_PICTURES"))
MODES = {
    "phone": (PHONE, "light", None),
    "small-dark": (SMALL_PHONE, "dark", None),
    "elder": (PHONE, "light", '{"elder":true,"size":22}'),
    "elder-small-dark": (SMALL_PHONE, "dark", '{"elder":true,"size":30}'),
    "desktop": (DESKTOP, "light", None),
}
PLACES = (
    "/", "/report", "/chat", "/affairs", "/mine", "/identity", "/do/objection", "/do/repair", "/do/withdrawal",
    "/do/declaration", "/do/pledge", "/do/grant", "/do/omission", "/do/letter", "/do/letter?kind=company&about=company",
    "/cases/letters", "/cases/objections", "/cases/repairs", "/footprints", "/grants", "/do/helper", "/do/mandate", "/helpers",
    "/redeem", "/notices", "/subscriptions", "/consents", "/devices", "/export", "/close", "/settings",
    "/law/yunnan/37", "/rules",
)  # fmt: skip
_TOO_SMALL = """() => {
  const shown = (node) => node.checkVisibility() && node.getBoundingClientRect().width > 1;
  const words = [...document.querySelectorAll("body *")].filter((node) => shown(node) && !node.closest("svg,.sr,.skip")
    && [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim()));
  const small = words.filter((node) => parseFloat(getComputedStyle(node).fontSize) < 17.99);
  const low = [...document.querySelectorAll(".button,.cell,.tab,.choice,.bar-button,.quick,.send,.filters button,input[type=text],textarea")]
    .filter((node) => shown(node) && node.getBoundingClientRect().height < 59.5);
  return [...small.slice(0, 3).map((node) => `text under 18 px: ${node.outerHTML.slice(0, 120)}`),
    ...low.slice(0, 3).map((node) => `target under 60 px: ${node.outerHTML.slice(0, 120)}`)];
}"""
_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "reporter": "no-passes",  # what is in order is not described: half of the time
    "preload": False,  # a quarter of what is left, for the one rule about sound that starts by itself: `_SOUNDS` finds it
}
_SOUNDS = "() => Boolean(document.querySelector('audio[autoplay],video[autoplay]'))"
# In these modes the document is that of another mode, where it is asked every rule: these are the rules that look at colours,
# sizes and places.
_ANOTHERS_DOCUMENT = {"small-dark": "phone", "elder": "elder-small-dark"}
_RULES_OF_LOOKS = {
    **_RULES,
    "runOnly": ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"],
}


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page_in_mode(mode: str, phones: Phones) -> Phone:
    size, scheme, look = MODES[mode]
    phone = phones(size, color_scheme=scheme, reduced_motion="reduce")
    if look:
        phone.page.add_init_script(f"localStorage.setItem('cw.look', '{look}')")
    return phone


def test_every_screen_is_for_everybody(mode: str, page_in_mode: Phone, wang: Person) -> None:
    hand = page_in_mode
    hand.signs_in(wang)
    faults: list[str] = []
    for path in PLACES:
        hand.open(path)
        faults += look_at(hand.page, f"{mode}{path.replace('/', '_')}")
        if path == "/rules":
            assert "目录管理：" not in hand.page.inner_text("main"), "what a rule says, not that it is so"
        record = hand.page.locator("main a[href^='#/records/']")
        if path == "/report" and record.count():
            record.first.click()
            hand.title("记录")
            settle(hand.page)
            faults += look_at(hand.page, f"{mode}_record")
    assert not faults, "\n".join(faults)


_DRAW_RECEIPT = """async ([name, reply]) => {
  const js = document.querySelector("script[type=module]").src.replace("main.js", "");
  const [{ flow }, { add }, { receipt }, { learnErrands }] = await Promise.all(
    [`flows/${name}.js`, "dom.js", "receipt.js", "errands.js"].map((file) => import(js + file)),
  );
  const main = document.querySelector("#main");
  main.replaceChildren();
  await learnErrands();
  add(main, receipt({ reply, href: flow.doneLink?.(reply), ...flow.receipt(reply, {}) }));
  document.querySelector("#bar").replaceChildren();
}"""


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "desktop"])
def test_every_case_receipt_and_paper_is_for_everybody(
    mode: str, page_in_mode: Phone, cases: tuple[dict[str, str], dict[str, Any]]
) -> None:
    places, replies = cases
    hand = page_in_mode
    hand.signs_in(ZHOU)
    faults: list[str] = []
    for name, path in places.items():
        hand.open(path)
        faults += look_at(hand.page, f"{mode}_case_{name}")
    hand.open("/affairs")
    for flow, reply in replies.items():
        hand.page.evaluate(_DRAW_RECEIPT, [flow, reply])
        faults += look_at(hand.page, f"{mode}_receipt_{flow}")
    assert not faults, "\n".join(faults)


def test_the_way_in_is_for_everybody(phones: Phones) -> None:
    faults: list[str] = []
    for mode, (size, scheme, look) in MODES.items():
        page = phones(size, color_scheme=scheme).page
        if look:
            page.add_init_script(f"localStorage.setItem('cw.look', '{look}')")
        for path in ("/", "/signin", "/mine", "/chat"):
            page.goto(f"/#{path}")
            settle(page)
            faults += look_at(page, f"{mode}_out{path.replace('/', '_')}")
            if path == "/":
                assert lines_of(page.get_by_role("heading", level=1))[-1] in ("自己看得清", "自己的信用，自己看得清")
    assert not faults, "\n".join(faults)


_STILL = """() => Promise.all(document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
  .map((one) => one.finished.catch(() => {})))"""


_CROWDED = """() => {
  const within = [...document.querySelectorAll('dialog[open]')].pop() ?? document.body;
  const faults = [], say = (one) => (one.innerText || one.getAttribute('aria-label') || one.tagName).trim().slice(0, 20);
  const seen = (selector) => [...within.querySelectorAll(selector)].filter((one) => one.checkVisibility() && !one.closest('.sr'));
  const lines = (one) => {
    const tops = [], walker = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      for (const box of range.getClientRects()) if (!tops.some((top) => Math.abs(top - box.top) < box.height / 2)) tops.push(box.top);
    }
    return tops.length;
  };
  for (const one of seen('button, a.button, select, input, textarea, summary, .badge')) {
    const box = one.getBoundingClientRect();
    if (!one.closest('.scroll') && box.width && (box.left < -1 || box.right > innerWidth + 1)) faults.push(`${say(one)} is cut at the side`);
  }
  for (const one of seen('button, a.button, .desk-bar nav a, .desk-tabs a, .badge, thead th')) {
    if (one.matches('.deeds *, .cell, .cell *')) continue;
    if (lines(one) > 1) faults.push(`${say(one)} wraps`);
    if (one.scrollWidth > one.clientWidth + 1 && one.clientWidth) faults.push(`${say(one)} is cut`);
  }
  for (const row of seen('.desk-filters, .desk-tabs')) {
    const bottoms = [...row.children].map((one) => one.getBoundingClientRect().bottom);
    if (Math.max(...bottoms) - Math.min(...bottoms) > 12) faults.push(`${row.className} stands on several lines`);
  }
  return faults;
}"""


def _crowded_at_any_width(page: Page, name: str) -> list[str]:
    """On the smallest screen that a desk has, and on the usual one: no control wraps, is cut or sticks out."""
    size, faults = page.viewport_size, list[str]()
    assert size is not None
    for width in (1280, 1024):
        page.set_viewport_size({"width": width, "height": size["height"]})
        page.evaluate("() => new Promise(requestAnimationFrame)")
        faults += [f"{name} at {width}: {fault}" for fault in page.evaluate(_CROWDED)]
        if width != size["width"]:
            picture(page, f"{name}_{width}", wanted=bool(faults))
    page.set_viewport_size(size)
    return faults


def look_at(page: Page, name: str) -> list[str]:
    page.evaluate(_STILL)  # half faded in, a colour is another
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(Axe().axe_script)
    rules = _RULES_OF_LOOKS if name.partition("_")[0] in _ANOTHERS_DOCUMENT else _RULES
    found = page.evaluate("(rules) => axe.run(document, rules)", rules)["violations"]
    faults = [
        f"{name}: {violation['id']}: {' '.join(node['html'].split())[:160]} {_why(node)!r}"
        for violation in found
        for node in violation["nodes"][:3]
    ]
    if page.evaluate(_SOUNDS):
        faults.append(f"{name}: something plays by itself")
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        faults.append(f"{name}: sticks out to the side")
    if left := left_of_the_code(page):
        faults.append(f"{name}: says {left}")
    if name.startswith("desk"):
        faults += _crowded_at_any_width(page, name)
    if name.startswith("elder"):
        faults += [f"{name}: {fault}" for fault in page.evaluate(_TOO_SMALL)]
    if page.locator(".failure h2", has_text="页面出了点问题").count():
        faults.append(f"{name}: the screen itself failed")
    picture(page, name, wanted=bool(faults))
    return faults


def _why(node: Mapping[str, Any]) -> str:
    return "; ".join(check["message"] for kind in ("all", "any", "none") for check in node[kind])[:200]


def picture(page: Page, name: str, *, wanted: bool) -> None:
    """Of a screen with faults always, of every one where that is asked for: they cost as much as a fifth of the looking."""
    if wanted or _PICTURES:
        file = screenshot_folder() / f"{name}.jpg"
        page.screenshot(path=file, full_page=True, type="jpeg", quality=80)  # half of a PNG's work
