"""The officers' desk: what the bot could not answer, the answer that one writes and another approves."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, Phones, renews, sign_in
from tests.browser.test_screens import look_at
from tests.support.processes import Installation

pytestmark = [pytest.mark.browser, pytest.mark.processes]

ASKED = "滨海新村的信用食堂饭卡怎么充值"
SAID = "不归条例管：饭卡请问食堂；信用修复不收任何费用。"


def test_what_the_bot_could_not_answer_is_answered_by_an_officer_and_approved_by_another(
    phones: Phones, desk: Page, otp_secrets: dict[str, str], place: Installation
) -> None:
    for _ in range(2):
        assert not ask(desk)["answered"]
    desk.get_by_role("link", name="问答").click()
    expect(desk.get_by_role("heading", name="要看的问题", exact=True)).to_be_visible()
    alike = desk.locator("section.card", has_text=ASKED).first
    until = time.monotonic() + 30  # what was not answered is written together, in a moment
    while not alike.filter(has_text="没答上 2 次").count() and time.monotonic() < until:
        renews(desk)
    expect(alike).to_contain_text("没答上 2 次")
    faults = look_at(desk, "desk_answers")
    alike.get_by_role("button", name="写答案").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_label("这样问时用这个答案")).to_have_value(ASKED)
    dialog.get_by_label("依据的条文").fill("")
    dialog.get_by_label("答案", exact=True).fill(SAID)
    dialog.get_by_role("button", name="交给另一人审核").click()
    expect(dialog.locator("[data-field=articles] .fault")).to_contain_text("请填写依据的条文")
    dialog.get_by_label("依据的条文").fill("44")
    faults += look_at(desk, "desk_answer_written")
    dialog.get_by_role("button", name="交给另一人审核").click()
    expect(dialog).to_have_count(0)
    own = desk.locator("section.card", has_text=SAID)
    expect(own).to_contain_text("等另一位经办人员审核")
    expect(own.get_by_role("button", name="审核通过")).to_have_count(0)
    assert ask(desk)["text"] != SAID

    second = phones(DESKTOP).page
    sign_in(second, "officer2", otp_secrets, place)
    expect(second.get_by_role("heading", name="待办", exact=True)).to_be_visible()
    second.get_by_role("link", name="问答").click()
    second.locator("section.card", has_text=SAID).get_by_role("button", name="审核通过").click()
    faults += look_at(second, "desk_answer_approved")
    second.get_by_role("dialog").get_by_role("button", name="审核通过").click()
    expect(second.locator("section.card", has_text=SAID)).to_contain_text("使用中")
    assert ask(second)["text"] == SAID
    assert not faults, "\n".join(faults)


def ask(page: Page) -> dict[str, object]:
    """As anybody asks who is not signed in."""
    reply = page.request.post(
        "/api/v1/bot/messages",
        data={"text": ASKED, "place": "dalian"},
        headers={"Idempotency-Key": page.evaluate("crypto.randomUUID()")},
    )
    assert reply.ok, reply.text()
    return dict(reply.json())
