"""An elderly resident with large letters on a narrow phone: what was pressed is answered where it can be seen."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Phones
from tests.browser.people import Person
from tests.browser.phone import Phone, lines_of, settle

pytestmark = [pytest.mark.browser, pytest.mark.processes]

NARROW = (360, 640)


def with_large_letters(phones: Phones, person: Person, size: tuple[int, int] = NARROW, letters: int = 22) -> Phone:
    """On this phone alone: what is chosen by tapping follows the person to the next test's."""
    phone = phones(size)
    phone.page.add_init_script(f"""localStorage.setItem('cw.look', '{{"elder":true,"size":{letters}}}')""")
    phone.signs_in(person)
    expect(phone.page.locator("html[data-elder]")).to_have_count(1)
    phone.open("/")
    return phone


@pytest.fixture
def phone(phones: Phones, chen: Person) -> Phone:
    return with_large_letters(phones, chen)


def stands_in_sight(phone: Phone, text: str) -> None:
    """Not merely somewhere on the page: between the bar and the button below."""
    node = phone.page.get_by_text(text, exact=True)
    expect(node).to_be_visible()
    dock = phone.page.locator(".dock").bounding_box()
    box = node.bounding_box()
    assert box is not None and dock is not None
    assert box["y"] >= 0 and box["y"] + box["height"] <= dock["y"], (box, dock)


def test_with_the_largest_letters_a_drawing_does_not_squeeze_how_one_stands(phones: Phones, chen: Person) -> None:
    page = with_large_letters(phones, chen, PHONE, letters=30).page
    head = page.locator(".status-head")
    assert len(lines_of(head.locator(".state"))) == 1
    assert len(lines_of(head.get_by_role("heading"))) == 1
    room = head.locator("p").last.bounding_box()
    assert room is not None and room["width"] >= 10 * 30, "letters of 30 px in a line; 5 beside the drawing"
    button = page.locator(".status .button").bounding_box()
    assert button is not None and button["y"] + button["height"] < PHONE[1] / 2


_ARROWS_ALONE = """() => [...document.querySelectorAll("main .cell-value + .icon")].filter((arrow) => {
  const [value, own] = [arrow.previousElementSibling, arrow].map((one) => one.getBoundingClientRect());
  return own.top > value.bottom || own.left < value.right - 2 * own.width;
}).map((arrow) => arrow.parentElement.innerText)"""


def test_with_the_largest_letters_a_row_is_read_in_lines_and_not_letter_by_letter(phones: Phones, chen: Person) -> None:
    phone = with_large_letters(phones, chen, (320, 568), letters=30)
    for path in ("/", "/mine", "/affairs", "/subscriptions"):
        phone.open(path)
        labels = phone.page.locator("main .cell-label").filter(visible=True).all()
        read = [lines_of(label) for label in labels]
        assert read and not [lines for lines in read if max(map(len, lines)) < min(4, sum(map(len, lines)))], read
        phone.is_wide_enough()
        values = [lines_of(value) for value in phone.page.locator("main .cell-value").filter(visible=True).all()]
        assert all(len(lines) == 1 for lines in values), values
        alone = phone.page.evaluate(_ARROWS_ALONE)
        assert not alone, alone
    phone.opens_record("无照经营")
    assert max(map(len, lines_of(phone.page.locator(".cell-label", has_text="到那天提醒我")))) >= 6


def test_whoever_reads_large_type_begins_a_talk_anew(phone: Phone) -> None:
    phone.open("/chat")
    phone.page.get_by_label("您的问题").fill("修复要花钱吗")
    phone.taps("发送")
    words = phone.page.locator(".by-bot summary span").first
    expect(words).to_be_visible()
    assert max(map(len, lines_of(words))) >= 10
    phone.taps("重来")
    phone.sees("您可以这样问")
    expect(phone.page.locator(".by-me")).to_have_count(0)


def test_that_nothing_was_chosen_of_a_long_list_is_said_in_sight(phone: Phone) -> None:
    phone.taps("办事")
    phone.taps("自己补充信息")
    phone.sees("申报什么")
    phone.page.get_by_role("button", name="下一步").click()
    stands_in_sight(phone, "请选一项。")
    phone.open("/do/objection")
    phone.page.locator("a.cell", has_text="无照经营").click()
    phone.sees("哪里不对")
    phone.page.get_by_role("button", name="下一步").click()
    stands_in_sight(phone, "请至少选一项。")


def test_a_telephone_number_and_who_looked_are_read_in_whole_lines(phone: Phone) -> None:
    number = phone.page.locator(".cell.call .cell-label > .nowrap").first
    expect(number).to_have_text(re.compile("^[0-9]+-[0-9]+$"))
    assert len(lines_of(number)) == 1
    phone.taps("谁查过我")
    phone.title("谁查过我")
    text = phone.page.locator(".cell.strong .cell-text").first
    box = text.bounding_box()
    assert box is not None and box["width"] > 260


def test_what_one_is_asked_to_write_to_the_bot_is_read_whole(phone: Phone) -> None:
    phone.open("/chat")
    room, words = phone.page.get_by_label("您的问题").evaluate("""(node) => {
      const look = getComputedStyle(node);
      const pen = document.createElement("canvas").getContext("2d");
      pen.font = `${look.fontWeight} ${look.fontSize} ${look.fontFamily}`;
      const room = node.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
      return [room, pen.measureText(node.placeholder).width];
    }""")
    assert 60 < words <= room  # a canvas that did not take the letters' size measures ten pixels each


@pytest.mark.parametrize(("size", "letters", "seen"), [((320, 568), 22, 10), (PHONE, 30, 9)])
def test_who_types_to_the_bot_sees_the_end_of_it(
    phones: Phones, chen: Person, size: tuple[int, int], letters: int, seen: int
) -> None:
    """4.5 letters beside both buttons on the narrowest phone, 3 with the largest letters."""
    phone = with_large_letters(phones, chen, size, letters)
    phone.open("/chat")
    phone.page.get_by_label("您的问题").fill("我有条处罚记录怎么弄掉")
    room = phone.page.get_by_label("您的问题").evaluate("""(node) => {
      const look = getComputedStyle(node);
      return (node.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight)) / parseFloat(look.fontSize);
    }""")
    assert room >= seen
    expect(phone.page.get_by_role("button", name="发送")).to_be_in_viewport()


def test_a_whole_identity_number_is_asked_for_in_words_for_a_number(phone: Phone) -> None:
    phone.open("/do/grant")
    phone.next()
    phone.page.get_by_label("对方名称").fill("赵敏")
    phone.next()
    phone.page.get_by_label("对方身份证号码").fill("53010219")
    phone.page.get_by_role("button", name="下一步").click()
    stands_in_sight(phone, "请照身份证写全，一共18位。")
    expect(phone.page.get_by_text("个字。")).to_have_count(0)


def test_what_has_to_be_written_is_not_said_again_above_what_need_not_be(phones: Phones, li: Person) -> None:
    phone = with_large_letters(phones, li)
    phone.open("/do/objection")
    phone.page.locator("a.cell", has_text="占道经营").click()
    phone.picks("信息有错误")
    phone.next()
    head = phone.page.locator(".step-head")
    expect(head).to_contain_text("要求书面写明理由")
    reasons = phone.page.get_by_label("理由和经过")
    reasons.fill("字" * 2400)
    phone.page.get_by_role("button", name="下一步").click()
    stands_in_sight(phone, "最多写2000个字，请删去400个。")
    assert len(reasons.input_value()) == 2400, "nothing was cut unheard"
    reasons.fill("登记的内容与事实不符。")
    phone.next()
    phone.sees("希望改成什么样")
    expect(head).not_to_contain_text("要求书面写明理由")


def test_without_a_network_one_goes_on_writing_and_only_sending_waits(phone: Phone) -> None:
    phone.open("/do/objection")
    phone.page.locator("a.cell", has_text="无照经营").click()
    phone.picks("信息有错误")
    phone.next()
    phone.page.context.set_offline(True)
    phone.page.get_by_label("理由和经过").fill("登记的内容与事实不符。")
    phone.next()
    phone.sees("希望改成什么样")
    phone.next()
    phone.sees("材料")
    phone.next()
    phone.sees("看一遍，再交")
    phone.back()
    phone.sees("材料")
    phone.page.context.set_offline(False)


def test_going_back_from_a_withdrawal_does_not_offer_to_withdraw_the_next(phones: Phones, tao: Person) -> None:
    phone = phones(NARROW)
    phone.signs_in(tao)
    phone.open("/affairs")
    phone.taps("不想公开，撤销公示")
    phone.page.locator("a.cell", has_text="图书捐赠").click()
    phone.sees("撤销后")
    phone.picks("我要撤销这条信息的公示")
    phone.taps("立即撤销公示")
    phone.sees("已撤销公示")
    phone.back()
    phone.sees("哪一条不想再公开？")
    expect(phone.page.get_by_role("button", name="立即撤销公示")).to_have_count(0)


def test_whoever_opens_a_screen_by_its_address_is_told_the_telephone_of_their_own_place(
    phones: Phones, chen: Person
) -> None:
    phone = phones()
    phone.signs_in(chen)
    phone.open("/report")
    numbers = phone.page.locator(".cell.call a")
    expect(numbers).to_have_count(1)
    phone.page.reload()
    phone.title("我的报告")
    settle(phone.page)
    expect(numbers).to_have_count(1)
    for path in ("/affairs", "/chat", "/helpers"):
        phone.open(path)
        phone.page.reload()
        settle(phone.page)
        expect(numbers).to_have_count(1)
    stranger = phones()
    stranger.open("/")
    expect(stranger.page.locator(".cell.call .cell-label")).to_contain_text(["大连", "云南"])
    phone.open("/footprints")
    phone.page.reload()
    phone.title("谁查过我")


def test_whoever_has_not_signed_in_reads_the_regulation_in_large_type_too(phones: Phones) -> None:
    """Its row led to the list of periods."""
    phone = phones(NARROW)
    phone.page.add_init_script("""localStorage.setItem('cw.look', '{"elder":true,"size":22}')""")
    phone.open("/")
    phone.taps("看条例")
    phone.title("法规条文")
    phone.back()
    phone.taps("查期限")
    phone.title("期限和依据")
