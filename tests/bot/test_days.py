"""Days that a message tells are reckoned with: when something is due, late, over, or may be applied for."""

from datetime import date

import pytest

from bot.engine import Bot
from tests.bot import talks

ON = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("星期四把异议材料交了，最迟星期几有结果", "12月3日（星期四）"),
        ("上周三交的异议，最迟礼拜几有结果", "11月25日（星期三）"),
        ("2026年9月30号收的异议材料，中间夹着国庆，哪天到期", "10月13日（星期二）"),
        ("2025年11月28号收的异议材料，哪天到期", "2025年12月5日（星期五）"),
    ],
)
def test_the_last_day_is_reckoned_from_a_weekday_or_a_date(bot: Bot, said: str, day: str) -> None:
    assert bot.answer(said, on=ON, place="yunnan").text.startswith(f"最晚{day}")


@pytest.mark.parametrize(
    ("place", "said", "told"),
    [
        ("yunnan", "异议提了八个工作日了还没人理", "超了"),
        ("dalian", "异议交了四天了没动静", "还没超"),
        ("yunnan", "10号星期二交的异议材料，最晚哪天该办完", "11月17日"),
        ("dalian", "2023年5月8日终止的失信，要挂到哪天", "2028年5月8日"),
    ],
)
def test_days_that_are_told_are_reckoned_with(bot: Bot, place: str, said: str, told: str) -> None:
    assert told in bot.answer(said, on=ON, place=place).text


def test_days_told_a_turn_ago_are_known(bot: Bot) -> None:
    first = bot.answer("修复申请交了三个礼拜了 去哪看进度", on=ON, place="dalian")
    second = bot.answer("那不就超期了吗", on=ON, place="dalian", dialogue=first.dialogue)
    assert second.text.startswith("超了")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("罚款交完了想消记录", "我是一般的", "文书是今年8月1号的"), "现在就可以申请修复"),
        (("怎么修复信用", "决定书是2026年10月8日下的", "属于严重的"), "2027年10月9日起可以申请修复"),
        (("怎么修复信用", "处罚书是10月8号开的"), "一般的2027年1月9日起"),
        (("怎么修复信用", "处罚书是10月8号开的", "是轻微的"), "轻微失信没有最短公示期"),
    ],
)
def test_the_day_of_a_document_and_its_class_give_the_first_day_of_repair(
    bot: Bot, said: tuple[str, ...], told: str
) -> None:
    assert told in talks.talk(bot, ON, "yunnan", *said)[-1].text


@pytest.mark.parametrize(
    ("place", "said", "told"),
    [
        ("yunnan", "严重失信挂了八个月，罚款交完了，能修复了吧", "还不行：按现行国家规定，严重失信最短公示1年"),
        ("dalian", "一般的才公示俩月 现在递得了修复不", "还不行：按现行国家规定，一般失信最短公示3个月"),
        ("yunnan", "严重的公示了一年多 能申请修复吗", "日子够了"),
        ("dalian", "一般失信挂了四个月 可以修复了吧", "日子够了"),
        ("yunnan", "轻微的公示了十天 能修复吗", "义务履行完就可以申请修复"),
    ],
)
def test_how_long_something_has_been_shown_is_held_against_the_shortest_time_of_its_class(
    bot: Bot, place: str, said: str, told: str
) -> None:
    reply = bot.answer(said, on=ON, place=place)
    assert reply.text.startswith(told) and reply.flow is None


def test_by_when_an_objection_is_marked_is_reckoned_where_the_regulation_says_so(bot: Bot) -> None:
    said = "周一收到的异议，周几之前要标注上"
    assert bot.answer(said, on=ON, place="yunnan").text.startswith("最晚11月24日（星期二）标注")
    assert "服务约定" in bot.answer(said, on=ON, place="dalian").text


def test_a_day_that_is_still_ahead_is_the_coming_one(bot: Bot) -> None:
    """On 28 November 11月30号 is a Monday to come, not the one of the year before."""
    said = "礼拜一也就是11月30号我去信用中心递异议，他们自己核查那步最晚哪天"
    assert bot.answer(said, on=ON, place="dalian").text.startswith("最晚12月3日（星期四）核查")


def test_a_day_on_which_something_was_handed_in_is_the_last_one(bot: Bot) -> None:
    """On 28 November 12月3号交的 was a Wednesday, that of the year before; to come is a Thursday."""
    assert "12月3日（星期三）" in bot.answer("12月3号交的异议，最晚哪天办完", on=ON, place="yunnan").text
    assert "12月3日（星期四）" in bot.answer("12月3号去交异议，最晚哪天办完", on=ON, place="yunnan").text


def test_a_mistake_in_a_record_does_not_keep_its_days_from_being_reckoned(bot: Bot) -> None:
    said = "2022年6月5日终止的失信，名字写错了，披露到哪天"
    assert "2027年6月5日" in bot.answer(said, on=ON, place="dalian").text


def test_a_year_may_be_told_by_its_last_two_digits(bot: Bot) -> None:
    assert "2027年11月20日" in bot.answer("22年11月20号事情才了 大连这条该挂到哪年", on=ON, place="dalian").text


def test_a_day_told_wrongly_is_put_right_within_its_year(bot: Bot) -> None:
    *_, last = talks.talk(bot, ON, "dalian", "2022年6月5日失信终止的，披露到哪天", "不对 不是6月 是10月8号")
    assert "2027年10月8日" in last.text and last.dialogue.ended_on == date(2022, 10, 8)


def test_a_day_that_the_resident_mistook_is_no_fault_in_a_record(bot: Bot) -> None:
    asked = "2022年3月5日终止的失信信息还会公示到哪天"
    *_, last = talks.talk(bot, ON, "dalian", asked, "我记错了，是2021年3月5日终止的")
    assert last.flow is None and "2026年3月5日" in last.text


def test_fifteen_days_without_a_word_are_too_many_and_days_of_an_examination_are_not_counted(bot: Bot) -> None:
    late = "异议交上去整整十五个工作日了还没个动静，算不算超了，该找谁"
    assert bot.answer(late, on=ON, place="dalian").text.startswith("超了：大约15个工作日")
    counted = bot.answer("送鉴定那十天算不算在异议时间里", on=ON, place="yunnan")
    assert counted.text.startswith("不算")


def test_what_ended_for_another_owner_is_not_when_a_record_ends(bot: Bot) -> None:
    reply = bot.answer("俺那小公司2019年就盘给人家了 这笔账咋还挂在俺名下", on=ON, place="dalian")
    assert "5年" not in reply.text and "异议" in reply.text


def test_days_that_a_sample_is_away_are_not_counted_as_too_late(bot: Bot) -> None:
    reply = bot.answer("东西送检花了二十天，五个工作日怎么算", on=ON, place="yunnan")
    assert reply.text.startswith("不")


@pytest.mark.parametrize("said", ["五个工作日过了还没得结果，找哪个", "异议交上去，五个工作日都过了没人理"])
def test_working_days_that_have_gone_by_are_over_the_limit(bot: Bot, said: str) -> None:
    assert bot.answer(said, on=ON, place="yunnan").text.startswith("超了")


@pytest.mark.parametrize("said", ["异议交了12两天了没动静", "异议交了3十天了没动静", "那条记录挂了1二年，能修了不"])
def test_figures_beside_words_for_numbers_are_no_number_and_are_answered(bot: Bot, said: str) -> None:
    assert bot.answer(said, on=ON, place="dalian").text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("他们让我再等一个月，我答应了，异议还能催吗", "条例没有写您答应等，期限就延长"),
        ("钱都还清了收据齐全，一般那类过了半年，能申请修复了吧", "最短公示"),
    ],
)
def test_what_is_still_to_come_or_was_shown_is_not_reckoned_as_waited(bot: Bot, said: str, told: str) -> None:
    text = bot.answer(said, on=ON, place="dalian").text
    assert told in text and "超了" not in text


@pytest.mark.parametrize("slip", ["不是5月 是9月停的", "说错了，9月改好的", "应该是9月"])
def test_a_month_that_was_told_wrongly_is_put_right(bot: Bot, slip: str) -> None:
    *_, last = talks.talk(bot, ON, "dalian", "2022年5月停的，披露到哪年", slip)
    assert "2027年9月30日" in last.text


@pytest.mark.parametrize("said", ["异议过了五天没人答 我那条就自动删了 对吧", "异议提了八天没回 就自动删了吧"])
def test_who_asks_whether_it_goes_by_itself_is_told_no_count_of_days(bot: Bot, on: date, said: str) -> None:
    assert bot.answer(said, on=on, place="yunnan").text.startswith("不会自动")
