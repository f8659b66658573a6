"""Asking by voice and being read to. The browser's own speech is played here; the page's part is its own."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Phones
from tests.browser.people import Person
from tests.browser.phone import Phone

pytestmark = [pytest.mark.browser, pytest.mark.processes]

# A browser that hears what the test says, and speaks when the test lets it.
SPEECH = """
window.heard = [];
class Recognition {
  constructor() { window.heard.push(this); }
  start() { this.isOn = true; }
  stop() { this.isOn = false; this.onend?.(); }
}
LOCAL
window.SpeechRecognition = Recognition;
window.webkitSpeechRecognition = Recognition;
window.spoken = [];
class Utterance { constructor(text) { this.text = text; } }
window.SpeechSynthesisUtterance = Utterance;
const voice = { speak: (piece) => window.spoken.push(piece), cancel: () => { window.spoken.length = 0; } };
Object.defineProperty(window, "speechSynthesis", { value: voice, configurable: true });
"""
ON_THE_PHONE = SPEECH.replace("LOCAL", "Recognition.prototype.processLocally = false;")
ELSEWHERE = SPEECH.replace("LOCAL", "")


def speaks(phones: Phones, person: Person, script: str, **options: Any) -> Phone:
    phone = phones(**options)
    phone.page.add_init_script(script)
    phone.signs_in(person)
    phone.open("/chat")
    return phone


def says(phone: Phone, words: str) -> None:
    phone.page.evaluate(
        """words => {
          const on = window.heard.at(-1);
          on.onresult({ results: [[{ transcript: words }]] });
          on.stop();
        }""",
        words,
    )


def test_a_question_is_spoken_and_asked_as_if_it_were_typed(phones: Phones, chen: Person) -> None:
    phone = speaks(phones, chen, ON_THE_PHONE)
    phone.taps("说话提问")
    expect(phone.page.get_by_role("button", name="说话提问")).to_have_attribute("aria-pressed", "true")
    assert phone.page.evaluate("window.heard.at(-1).processLocally") is True, "on the phone itself where it can be"
    assert phone.page.evaluate("window.heard.at(-1).lang") == "zh-CN"
    says(phone, "修复要花钱吗")
    expect(phone.page.locator(".by-me")).to_contain_text("修复要花钱吗")
    expect(phone.page.locator(".by-bot summary").first).to_contain_text("条例")


def test_whoever_turns_voice_into_words_is_named_before_the_first_word(phones: Phones, chen: Person) -> None:
    phone = speaks(phones, chen, ELSEWHERE)
    phone.taps("说话提问")
    phone.sees("您的声音会由浏览器的厂商变成文字")
    assert phone.page.evaluate("window.heard.some((one) => one.isOn)") is False
    phone.page.get_by_role("dialog").get_by_role("button", name="可以").click()
    phone.page.wait_for_function("() => window.heard.at(-1).isOn")
    phone.page.evaluate("window.heard.at(-1).onerror({ error: 'no-speech' })")
    phone.sees("没有听清")
    phone.taps("说话提问")
    phone.page.wait_for_function("() => window.heard.at(-1).isOn")  # said once, not each time


def test_where_nothing_understands_speech_there_is_no_button(phones: Phones, chen: Person) -> None:
    phone = speaks(phones, chen, "delete window.SpeechRecognition; delete window.webkitSpeechRecognition;")
    phone.title("小窗")
    expect(phone.page.get_by_role("button", name="发送")).to_be_visible()
    expect(phone.page.get_by_role("button", name="说话提问")).to_have_count(0)


def test_an_answer_is_read_aloud_with_the_word_marked_that_is_being_said(phones: Phones, chen: Person) -> None:
    phone = speaks(phones, chen, ON_THE_PHONE)
    phone.page.get_by_label("您的问题").fill("修复要花钱吗")
    phone.taps("发送")
    answer = phone.page.locator(".by-bot").last
    expect(answer.locator("summary").first).to_contain_text("条例")
    answer.get_by_role("button", name="读", exact=True).click()
    phone.page.wait_for_function("() => window.spoken.length > 0")
    first = phone.page.evaluate("window.spoken[0].text")
    assert first.strip() and first in answer.inner_text()
    phone.page.evaluate("window.spoken[0].onstart()")
    expect(answer.locator(".reading")).to_have_count(1)
    phone.page.evaluate("window.spoken[0].onboundary({ charIndex: 1, charLength: 2 })")
    marked = "[...CSS.highlights.get('spoken')].map((range) => range.toString()).join()"
    assert phone.page.evaluate(marked) == first[1:3]
    phone.page.evaluate("window.spoken[0].onend()")
    expect(answer.locator(".reading")).to_have_count(0)
    answer.get_by_role("button", name="停").click()
    assert phone.page.evaluate("window.spoken.length") == 0


def test_with_large_type_every_screen_can_be_read_aloud_and_falls_silent_when_left(
    phones: Phones, chen: Person
) -> None:
    phone = speaks(phones, chen, ON_THE_PHONE)
    phone.open("/")
    phone.taps("大字")
    phone.open("/report")
    phone.title("我的报告")
    phone.taps("读给我听")
    phone.page.wait_for_function("() => window.spoken.length > 3")
    phone.open("/mine")
    phone.title("我的")
    assert phone.page.evaluate("window.spoken.length") == 0
    phone.open("/")
    phone.taps("换回普通字")
