import re
from datetime import date

import msgspec
import pytest

from bot.engine import Bot
from bot.replies import Reply
from knowledge import articles, rules


def test_a_deadline_is_the_one_in_force(bot: Bot, on: date) -> None:
    reply = bot.answer("云南异议多久处理完", on=on)
    days = rules.in_force("objection.finish", "yunnan", on).value
    assert f"{days}个工作日内处理完毕" in reply.text
    assert reply.citations[0].article_id == "yunnan-36"


def test_before_the_rule_was_in_force_no_number_is_told(bot: Bot) -> None:
    assert "个工作日" not in bot.answer("云南异议多久处理完", on=date(2020, 1, 1)).text


def test_without_a_place_both_regulations_stand_side_by_side(bot: Bot, on: date) -> None:
    reply = bot.answer("失信了有什么后果", on=on)
    assert "云南：" in reply.text
    assert "大连：" in reply.text
    assert {quoted.regulation for quoted in reply.citations} == {"yunnan", "dalian"}


@pytest.mark.parametrize("message", ["大连哪些情形可以提异议", "大连严重失信名单有哪些行为", "大连第二十五条"])
def test_a_missing_list_is_said_to_be_missing(bot: Bot, on: date, message: str) -> None:
    reply = bot.answer(message, on=on)
    assert "缺" in reply.text
    assert reply.citations[0].is_missing_list


def test_a_right_only_yunnan_gives_is_declined_in_dalian_and_shown_as_information(bot: Bot, on: date) -> None:
    reply = bot.answer("大连可以撤销我的志愿服务公示吗", on=on)
    assert not reply.answered
    assert not reply.articles
    assert "大连的条例没有给这项权利" in reply.text
    assert reply.citations[0].article_id == "yunnan-37"


@pytest.mark.parametrize(
    ("message", "article"),
    [
        ("云南处罚被法院撤销几天删记录", "dalian-43"),
        ("云南行业协会能取消失信会员的资格吗", "dalian-38"),
        ("大连闯红灯会记失信吗", "yunnan-10"),
        ("大连异议处理期间还披露吗", "yunnan-36"),
        ("大连地方补充目录征求谁的意见", "yunnan-9"),
    ],
)
def test_what_only_the_other_regulation_settles_is_declined_with_its_article(
    bot: Bot, on: date, message: str, article: str
) -> None:
    reply = bot.answer(message, on=on)
    assert not reply.answered
    assert reply.kind == "out_of_scope"
    assert reply.citations[0].article_id == article
    assert re.search("条例(?:里)?没有", reply.text)


def test_a_silence_found_under_an_errand_of_this_place_alone_is_told_with_the_other_s_article(
    bot: Bot, on: date
) -> None:
    reply = bot.answer("罚单被推翻了，挂着的那条护久得拿走", on=on, place="yunnan")
    assert "条例没有写几天" in reply.text
    assert [quoted.article_id for quoted in reply.citations] == ["dalian-43"]
    why = bot.answer("凭什么", on=on, place="yunnan", dialogue=reply.dialogue)
    assert why.citations
    assert why.text


def test_without_a_place_the_answer_says_which_regulation_is_silent(bot: Bot, on: date) -> None:
    reply = bot.answer("处罚被法院撤销后几天删信用记录", on=on)
    assert reply.answered
    assert reply.articles[0] == "dalian-43"
    assert "云南：条例没有写几天" in reply.text


def test_asked_for_a_time_the_paragraph_with_the_time_is_quoted(bot: Bot, on: date) -> None:
    reply = bot.answer("云南异议多久处理完", on=on)
    assert "5个工作日内处理完毕" in reply.citations[0].quote


def test_without_a_place_such_a_right_is_answered_with_the_warning(bot: Bot, on: date) -> None:
    reply = bot.answer("我要撤销公示", on=on)
    assert reply.flow == "withdrawal"
    assert "大连的条例没有给这项权利" in reply.text


@pytest.mark.parametrize(
    ("message", "body"),
    [
        ("征信报告在哪查", "中国人民银行征信中心"),
        ("限高怎么解除", "法院"),
        ("老赖能坐高铁吗", "12368"),
        ("深圳信用条例怎么规定", "当地"),
    ],
)
def test_other_systems_are_named_with_the_right_body(bot: Bot, on: date, message: str, body: str) -> None:
    reply = bot.answer(message, on=on)
    assert not reply.answered
    assert body in reply.text


def test_money_for_a_repair_is_answered_as_free(bot: Bot, on: date) -> None:
    reply = bot.answer("中介说交八千帮修复信用 云南", on=on)
    assert reply.articles[0] == "yunnan-38"
    assert "收费" in reply.text
    assert "费用" in reply.citations[0].quote


@pytest.mark.parametrize("place", ["云南", "大连"])
def test_whoever_is_asked_for_money_is_told_not_to_pay_and_where_to_report_it(bot: Bot, on: date, place: str) -> None:
    reply = bot.answer(f"{place} 有人让我交钱才给修复信用", on=on)
    assert reply.text.startswith("别给钱")
    assert "不收费" in reply.text
    assert "举报" in reply.text
    assert "110" in reply.text
    assert not reply.actions, "no form is handed to somebody who is being cheated"


def test_every_quote_is_printed_text_of_the_article(bot: Bot, on: date) -> None:
    for place in ("yunnan", "dalian"):
        for article in articles.regulation(place).articles:
            reply = bot.answer(f"{'云南' if place == 'yunnan' else '大连'}第{article.number}条", on=on)
            quoted = reply.citations[0]
            assert reply.articles[0] == quoted.article_id == article.id
            assert quoted.quote in article.text
            assert quoted.in_force_since == articles.regulation(place).in_force_on
            assert "{" not in reply.text


@pytest.mark.parametrize(
    ("message", "flow", "personal"),
    [
        ("我能修复了吗", "repair", "repair"),
        ("谁查过我", "footprint", "footprint"),
        ("我的异议到哪了", "status", "status"),
        ("查我的信用报告", "report", "report"),
        ("到期提醒我", "reminder", "reminder"),
        ("我要授权公司查我的信用", "authorization", None),
    ],
)
def test_an_errand_names_the_own_facts_that_would_complete_it(
    bot: Bot, on: date, message: str, flow: str, personal: str | None
) -> None:
    reply = bot.answer(message, on=on)
    assert (reply.kind, reply.flow, reply.personal) == ("flow", flow, personal)
    assert reply.actions[0].flow == flow


def test_a_reply_travels_as_json(bot: Bot, on: date) -> None:
    reply = bot.answer("怎么修复信用", on=on)
    assert msgspec.json.decode(msgspec.json.encode(reply), type=Reply) == reply


def test_the_same_data_gives_the_same_answers(bot: Bot, on: date) -> None:
    again = Bot.load()
    for message in ("异议多久处理完", "黑名单公开吗", "帮我查信用", "闯红灯算失信吗"):
        assert bot.answer(message, on=on) == again.answer(message, on=on)


def test_loading_leaves_the_shared_tokenizer_of_jieba_alone(bot: Bot) -> None:
    import jieba

    assert not jieba.dt.initialized
    assert not jieba.dt.FREQ


def test_what_is_the_same_in_both_places_is_said_once_with_what_applies_in_one(bot: Bot) -> None:
    text = bot.answer("老公是老赖，用我的名字买房行吗", on=date(2026, 11, 20)).text
    assert text.count("条例没有写会影响家人") == 1
    assert "在大连，《辽宁省社会信用条例》也适用" in text
