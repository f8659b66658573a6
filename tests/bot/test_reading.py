import re
import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot import lookups, several
from bot.engine import Bot
from bot.passages import TIME_ASKED, Passages
from bot.spelling import Replacing
from bot.text import GAPS, LONGEST, NOISE, SIMPLE, Plain, mask
from knowledge import articles

PLAIN = Plain()
ANYTHING = st.text(max_size=80) | st.text(
    alphabet="云南大连第条三十信用异议修复失信零百章0123456789 ,，。？abc<>", max_size=40
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("謝謝您，我要申請信用修復", "谢谢您,我要申请信用修复"),
        ("ＡＢＣ　１２３", "abc 123"),
        ("失\u200b信\x00", "失信"),
    ],
)
def test_width_case_traditional_and_hidden_characters_are_made_plain(typed: str, read: str) -> None:
    assert PLAIN(typed) == read


LETTERS = st.text("信用证", min_size=1, max_size=4)


@example(meant={"信": "信信", "用信信": "信"}, text="用信")  # it begins in what could have been another
@given(meant=st.dictionaries(LETTERS, LETTERS, min_size=1, max_size=6), text=st.text("信用证 ", max_size=24))
def test_of_words_that_begin_at_one_place_the_longest_is_replaced(meant: dict[str, str], text: str) -> None:
    longest_first = re.compile("|".join(sorted(meant, key=len, reverse=True)))
    assert Replacing(meant)(text) == longest_first.sub(lambda found: meant[found[0]], text)


@given(text=st.text("要不没能有吗 好", max_size=12))
def test_a_character_on_both_sides_of_a_no_asks(text: str) -> None:
    asks = re.search("([\u4e00-\u9fff])[不没]\\1|吗|不$|没$|好多|有没有|不得|能不能|要不要", text)
    assert bool(asks) == bool(several.ASKING.search(text))


@pytest.mark.parametrize(
    "number",
    ["210283199001011234", "21028319900101123X", "13912345678", "6222021234567890123", "91210200MA0TT1234X"],
)
def test_numbers_that_identify_are_masked(number: str) -> None:
    assert number not in mask(f"我的号码是{number}，帮我查")
    assert number.lower() not in PLAIN(f"我的号码是{number}，帮我查")


def test_years_and_amounts_are_not_masked() -> None:
    assert mask("2019年被罚5000元") == "2019年被罚5000元"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("xinyong xiufuu要钱吗", "信用 修复要钱吗"),
        ("可以caiji我的shouru吗", "可以采集我的收入吗"),
        ("shei查过我", "谁查过我"),
        ("我要申请异义", "我要申请异议"),
        ("我想办信用俢复", "我想办信用修复"),
        ("守心激励有哪些", "守信激励有哪些"),
        ("严重失信主体名但", "严重失信主体名单"),
        ("我要撒销公示", "我要撤销公示"),
        ("设个提星", "设个提醒"),
        ("要写些哪样", "要写些哪样"),
        ("条例里有没有说", "条例里有没有说"),
        ("我得先干啥", "我得先干啥"),
        ("我是新来的出纳", "我是新来的出纳"),
    ],
)
def test_pinyin_and_homophones_of_the_field_are_corrected(bot: Bot, typed: str, read: str) -> None:
    assert bot.decider.reader.read(typed).text == read


@pytest.mark.parametrize(
    "right", ["申请更正信用信息", "未满十八岁能自己查吗", "想学车多少钱", "hello world", "教育意义"]
)
def test_what_is_written_right_is_left_alone(bot: Bot, right: str) -> None:
    assert bot.decider.reader.read(right).text == right


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("曲靖的公司", "yunnan"),
        ("瓦房店怎么办", "dalian"),
        ("雲南條例", "yunnan"),
        ("dalian信用查询", "dalian"),
        ("信用修复", None),
        ("大连和云南有什么不同", None),
    ],
)
def test_places_lead_to_a_jurisdiction(bot: Bot, typed: str, place: str | None) -> None:
    assert bot.decider.reader.read(typed).place == place


def test_a_place_name_does_not_swallow_the_next_word(bot: Bot) -> None:
    assert bot.decider.reader.read("云南市场信用信息").bare == " 市场信用信息"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("云南38条", (38,)),
        ("第三十六条和第四十条", (36, 40)),
        ("大连条例四十一条讲什么", (41,)),
        ("一条处罚", ()),
        ("那条失信", ()),
        ("网上有三条记录", ()),
        ("第一百零二条", (102,)),
    ],
)
def test_article_numbers_are_read_in_digits_and_characters(text: str, numbers: tuple[int, ...]) -> None:
    assert lookups.articles(text.replace("云南", " ").replace("大连", " "), True) == numbers


@given(st.integers(1, 999))
def test_a_chinese_numeral_means_its_number(number: int) -> None:
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    written = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        written += f"{digits[tens]}十"
    elif hundreds and ones:
        written += "零"
    written += digits[ones] if ones else ""
    assert lookups.number(written) == number
    assert lookups.number(str(number)) == number


@given(ANYTHING)
def test_plain_text_is_stable_and_bounded(text: str) -> None:
    once = PLAIN(text)
    assert len(once) <= LONGEST
    assert PLAIN(once) == once or "证件号" in PLAIN(once)
    assert not any(ord(char) < 9 for char in once)


@settings(max_examples=300)
@given(ANYTHING)
def test_any_message_gets_a_reply_without_markup_in_bounded_time(bot: Bot, text: str) -> None:
    from tests.bot.conftest import ON

    started = time.process_time()
    reply = bot.answer(text, on=ON)
    assert time.process_time() - started < 0.2
    assert reply.text
    assert "<" not in reply.text
    assert reply.answered == (reply.kind != "out_of_scope")
    assert len(reply.articles) == len(set(reply.articles))
    of_no_article = (reply.dialogue.point or "").startswith(("person", "complain", "app", "account"))
    if reply.kind in ("article", "flow") and not of_no_article:
        assert reply.articles
        assert reply.citations


@given(ANYTHING)
def test_a_gap_is_never_a_letter(text: str) -> None:
    assert not GAPS.search(GAPS.sub("", text.lower()))


@given(
    st.lists(
        st.sampled_from(["云南", "罚单", "公司", "异议", "修复", "公示", "多久", "要钱吗", "着罚", "采记", "归哪管"]),
        min_size=2,
    ),
    st.sampled_from([",", "?", " "]),
)
def test_a_part_of_a_message_is_read_as_it_would_be_alone(bot: Bot, words: list[str], gap: str) -> None:
    reader = bot.decider.reader
    whole = reader.read(gap.join("".join(words[at : at + 3]) for at in range(0, len(words), 3)))
    for part in (*whole.bare.replace(gap, " ").split(), *several.questions(whole.bare)):
        alone = replace(reader.read_plain(part), is_plain=False)
        assert replace(reader.read_part(part, whole), is_plain=False) == alone


@given(ANYTHING)
def test_what_needs_no_normalisation_is_what_normalisation_leaves(text: str) -> None:
    if SIMPLE.fullmatch(text):
        assert unicodedata.normalize("NFKC", text).lower() == text
        assert NOISE.sub("", text) == text


def test_a_passage_is_the_same_however_the_question_is_parted(bot: Bot) -> None:
    reader = bot.decider.reader
    said, asked = reader.phrasing("收到异议之日起几个工作日内处理完毕"), reader.phrasing("多久能修复，要交什么材料")
    for place, number in (("yunnan", 36), ("yunnan", 38), ("dalian", 35), ("dalian", 42), ("dalian", 44)):
        passages = Passages(articles.article(place, number), None, reader)
        for time_asked in (said, said | {"#how_long"}):
            parted = passages.nearest(
                asked - time_asked, passages.shares(time_asked), asks_time=bool(time_asked & TIME_ASKED)
            )
            assert parted == passages.nearest(asked | time_asked)
            assert parted == passages.nearest(
                asked, passages.shares(time_asked), time_asked, asks_time=bool(time_asked & TIME_ASKED)
            )
