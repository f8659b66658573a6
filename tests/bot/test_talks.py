"""Aspects and dialogues: the verdict first, the thread kept, nothing sent twice, no 可以 to what is forbidden.

`aspects.jsonl` and `talks.jsonl` were each written before what they then led to; docs/bot.md tells what they gave at first.
"""

import itertools
from datetime import date

import pytest

from bot.engine import Bot
from bot.replies import Dialogue
from tests.bot import talks

ON = date(2026, 11, 28)


@pytest.mark.parametrize("name", ["aspects.jsonl", "talks.jsonl"])
def test_nineteen_of_twenty_turns_hold_what_is_expected(bot: Bot, name: str) -> None:
    told = list(talks.turns(bot, talks.read(name), ON))
    wrong = [(turn, said, failed) for turn, said, _, failed in told if failed]
    assert len(wrong) <= 0.05 * len(told), wrong
    assert not [turn for turn, _, failed in wrong if "not_same_as_last" in failed]


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("asked_once.jsonl", 0.94),
        ("follow_ups.jsonl", 0.91),
        ("aspects_1129.jsonl", 0.95),
        ("talks_1129.jsonl", 0.9),
        ("talks_unseen.jsonl", 0.9),
        ("talks_half_read.jsonl", 0.85),
        ("aspects_half_read.jsonl", 0.8),
        ("talks_voices.jsonl", 0.82),
        ("aspects_voices.jsonl", 0.83),
        ("talks_hotline.jsonl", 0.95),
        ("aspects_hotline.jsonl", 0.95),
        ("talks_market.jsonl", 0.97),
        ("aspects_market.jsonl", 0.97),
        ("talks_street.jsonl", 0.94),
        ("aspects_street.jsonl", 0.97),
        ("talks_trades.jsonl", 0.89),
        ("aspects_trades.jsonl", 0.97),
        ("talks_homes.jsonl", 0.82),
        ("aspects_homes.jsonl", 0.81),
        ("talks_kin.jsonl", 0.95),
        ("aspects_kin.jsonl", 0.95),
        ("talks_shore.jsonl", 0.78),
        ("aspects_shore.jsonl", 0.79),
        ("talks_blunt.jsonl", 0.85),
        ("aspects_blunt.jsonl", 0.79),
        ("talks_bazaar.jsonl", 0.86),
        ("aspects_bazaar.jsonl", 0.87),
        ("talks_road.jsonl", 0.87),
        ("aspects_road.jsonl", 0.91),
        ("talks_family.jsonl", 0.89),
        ("aspects_family.jsonl", 0.95),
        ("talks_trade.jsonl", 0.86),
        ("aspects_trade.jsonl", 0.88),
        ("talks_debate.jsonl", 0.79),
        ("aspects_debate.jsonl", 0.84),
        ("talks_jury.jsonl", 0.78),
        ("aspects_jury.jsonl", 0.89),
        ("talks_pleas.jsonl", 0.67),
        ("aspects_pleas.jsonl", 0.82),
        ("talks_traps.jsonl", 0.75),
        ("aspects_traps.jsonl", 0.81),
        ("talks_town.jsonl", 0.87),
        ("aspects_town.jsonl", 0.92),
        ("talks_wharf.jsonl", 0.82),
        ("aspects_wharf.jsonl", 0.95),
        ("talks_ordinary.jsonl", 0.96),
        ("aspects_ordinary.jsonl", 0.91),
        ("talks_hamlet.jsonl", 0.96),
        ("aspects_hamlet.jsonl", 0.97),
        ("talks_office.jsonl", 0.96),
        ("aspects_office.jsonl", 0.97),
        ("talks_events.jsonl", 0.92),
        ("aspects_events.jsonl", 0.96),
        ("talks_mixed.jsonl", 0.87),
        ("aspects_mixed.jsonl", 0.88),
        ("talks_hall.jsonl", 0.84),
        ("aspects_hall.jsonl", 0.88),
        ("talks_township.jsonl", 0.92),
        ("aspects_township.jsonl", 0.91),
        ("talks_city.jsonl", 0.94),
        ("aspects_city.jsonl", 0.91),
        ("talks_evening.jsonl", 0.86),
        ("aspects_evening.jsonl", 0.93),
        ("talks_fields.jsonl", 0.94),
        ("aspects_fields.jsonl", 0.96),
        ("talks_polite.jsonl", 0.93),
        ("aspects_polite.jsonl", 0.93),
        ("talks_hurry.jsonl", 0.95),
        ("aspects_hurry.jsonl", 0.97),
        ("talks_leave.jsonl", 0.93),
        ("aspects_leave.jsonl", 0.93),
        ("talks_aside.jsonl", 0.83),
        ("aspects_aside.jsonl", 0.88),
        ("talks_tender.jsonl", 0.83),
        ("aspects_tender.jsonl", 0.88),
        ("talks_letterbox.jsonl", 0.9),
        ("aspects_letterbox.jsonl", 0.94),
        ("talks_dictated.jsonl", 0.92),
        ("aspects_dictated.jsonl", 0.95),
        ("siblings.jsonl", 0.97),
    ],
)
def test_of_sets_that_were_read_once_most_turns_hold_what_is_expected(bot: Bot, name: str, least: float) -> None:
    """Each was read once for what it showed, and not worked on until it held; docs/bot.md tells its first figures."""
    failed = [failed for *_, failed in talks.turns(bot, talks.read(name), ON)]
    assert sum(not names for names in failed) / len(failed) >= least
    assert not [names for names in failed if "not_same_as_last" in names]


@pytest.mark.parametrize(("name", "least"), talks.UNREAD)
def test_of_sets_that_nothing_is_learnt_from_as_many_turns_hold_as_is_told(bot: Bot, name: str, least: float) -> None:
    """Leave them so: they are the measure that docs/bot.md gives. Wanted are .85 of the questions and .80 of the dialogues."""
    failed = [failed for *_, failed in talks.turns(bot, talks.read(name), ON)]
    assert sum(not names for names in failed) / len(failed) >= least


@pytest.mark.parametrize("name", ["aspects.jsonl", "talks.jsonl"])
def test_a_reply_is_short_enough_to_be_read_aloud(bot: Bot, name: str) -> None:
    sizes = sorted(len(reply.text.split("\n")[0]) for _, _, reply, _ in talks.turns(bot, talks.read(name), ON))
    assert sizes[len(sizes) // 2] <= 60
    assert sizes[len(sizes) * 9 // 10] <= 90


@pytest.mark.parametrize(
    "said",
    [
        "偷偷查我老公的信用行吗",
        "罚款没交能修复吗",
        "公示才一个月能申请修复吗",
        "不签承诺书能修复吗",
        "拿假材料办修复行吗",
    ],
)
def test_what_is_forbidden_or_too_early_opens_with_no(bot: Bot, said: str) -> None:
    reply = bot.answer(said, on=ON, place="yunnan")
    assert reply.text.startswith(("不行", "还不行", "不会"))
    assert reply.flow is None


_WAYS = ("托人打听", "托熟人", "找人打听", "找熟人", "托关系", "托朋友", "走个关系", "替别人", "替朋友", "帮朋友打听")


@pytest.mark.parametrize(
    "said",
    [
        "没公开的那部分，我{}就给查行不",
        "没公开的信息{}查一查可以吗",
        "不公开的部分{}查行吗",
        "{}查信用行不行",
        "{}查查他的记录可以吗",
    ],
)
def test_what_others_have_not_published_is_not_anybodys_to_look_up(bot: Bot, said: str) -> None:
    """Through an acquaintance or on somebody's behalf: consent is needed, however near the right to one's own is."""
    for way, place in itertools.product(_WAYS, ("yunnan", "dalian", None)):
        reply = bot.answer(said.format(way), on=ON, place=place)
        first = reply.text.removeprefix("云南：").removeprefix("大连：")
        assert first.startswith(("不", "要有")), (way, place)
        assert "同意" in reply.text or "授权" in reply.text, (way, place)
        assert reply.flow is None, (way, place)


@pytest.mark.parametrize(
    "said",
    [
        "昆明的朋友能撤志愿者公示，我甘井子的也行？",
        "云南能撤志愿公示，我们这儿行不",
        "人家昆明的志愿信息都能撤，我也能吗",
        "昆明能撤表彰，甘井子能撤不",
        "听说云南的义工记录能自己撤，大连的咋不行",
        "云南的规定能撤表彰，我想照云南的撤",
    ],
)
def test_what_another_place_permits_is_not_permitted_to_the_resident(bot: Bot, said: str) -> None:
    """In 大连 there is no such right: 可以 is never said, nothing is begun, and 凭什么 names whose regulation has it."""
    reply = bot.answer(said, on=ON, place="dalian")
    assert reply.text.startswith("大连的条例没有给这项权利") and reply.flow is None and not reply.actions
    why = bot.answer("凭什么", on=ON, place="dalian", dialogue=reply.dialogue)
    assert why.text.startswith("大连的条例里没有这样的规定") and "第三十七条" in why.text and why.flow is None


def test_what_another_place_lacks_is_still_the_residents_right(bot: Bot) -> None:
    reply = bot.answer("大连的朋友不能撤，我能撤表彰吗", on=ON, place="yunnan")
    assert reply.text.startswith("可以申请撤销公示") and reply.articles[0] == "yunnan-37"


def test_a_report_of_ones_own_is_seen_on_the_phone_and_a_husbands_is_not(bot: Bot) -> None:
    assert bot.answer("我自己的信用报告，手机上瞧得着吗", on=ON, place="dalian").text.startswith("能在手机上查")
    assert bot.answer("老公的信用报告手机上看得到吗", on=ON, place="dalian").text.startswith("不能直接看")


@pytest.mark.parametrize(
    ("said", "opens"),
    [
        ("宿舍兄弟说信用一年只许查两回 真假", "条例没有写次数限制"),
        ("听说交了罚款记录自己就没了 是不是真的", "不会自动消"),
        ("听说查别人信用随便查 真的吗", "不行"),
        ("听说进了严重失信一辈子出不来", "不是一辈子"),
    ],
)
def test_whether_something_heard_is_true_is_a_question_and_begins_nothing(bot: Bot, said: str, opens: str) -> None:
    reply = bot.answer(said, on=ON, place="yunnan")
    assert reply.text.startswith(opens) and reply.flow is None


def test_whose_report_is_demanded_is_told_that_it_is_theirs_to_give(bot: Bot) -> None:
    first = bot.answer("厂里非要看我信用报告才转正", on=ON, place="dalian")
    assert first.text.startswith("要您同意才能查") and first.flow is None
    assert [action.flow for action in first.actions] == ["authorization"]
    reply = bot.answer("不给会咋样", on=ON, place="dalian", dialogue=first.dialogue)
    assert reply.text.startswith("可以不授权")
    reply = bot.answer("给了还收得回来吗", on=ON, place="dalian", dialogue=reply.dialogue)
    assert reply.text.startswith("可以随时收回")


def test_why_after_a_no_names_the_article_of_what_was_answered(bot: Bot) -> None:
    first = bot.answer("罚款没交能修复吗", on=ON, place="dalian")
    why = bot.answer("凭什么", on=ON, place="dalian", dialogue=first.dialogue)
    assert why.text.startswith("有依据，是《大连市社会信用条例》第四十四条：不行")


def test_how_long_after_asking_how_far_it_is_stays_with_what_was_named(bot: Bot) -> None:
    for named, days in (("异议", "5个工作日"), ("修复", "10个工作日")):
        first = bot.answer(f"看看我的{named}走到哪一步了", on=ON, place="yunnan")
        assert first.flow == "status"
        assert days in bot.answer("它该几天完", on=ON, place="yunnan", dialogue=first.dialogue).text


@pytest.mark.parametrize("said", ["政府自己说话不算数 老百姓能举报吗", "政府自己不守信 可以投诉吗"])
def test_a_government_that_breaks_its_word_is_complained_of_and_nothing_declared(bot: Bot, said: str) -> None:
    reply = bot.answer(said, on=ON)
    assert reply.flow is None and "12345" in reply.text
    assert {"yunnan-53", "dalian-52"} <= set(reply.articles[:4])


def test_ones_own_report_is_an_errand_and_a_mothers_is_not(bot: Bot) -> None:
    assert bot.answer("给我查一下信用报告", on=ON, place="dalian").flow == "report"
    reply = bot.answer("替我妈查一下信用可以吗", on=ON, place="dalian")
    assert reply.text.startswith("要有") and reply.flow is None


def test_the_last_answer_can_be_had_once_more_shorter_and_with_its_article(bot: Bot) -> None:
    first = bot.answer("异议多久办完", on=ON, place="yunnan")
    shorter = bot.answer("说简单点", on=ON, place="yunnan", dialogue=first.dialogue)
    assert "5个工作日" in shorter.text and len(shorter.text) < len(first.text)
    assert "第三十六条" in bot.answer("第几条", on=ON, place="yunnan", dialogue=shorter.dialogue).text
    assert bot.answer("再说一遍", on=ON, place="yunnan", dialogue=first.dialogue).text.startswith("再说一遍")


def test_a_correction_of_the_place_keeps_the_matter(bot: Bot) -> None:
    first = bot.answer("云南异议多久", on=ON)
    second = bot.answer("不是云南，是大连", on=ON, dialogue=first.dialogue)
    assert second.articles[0] == "dalian-42"


def test_two_questions_are_answered_one_after_the_other(bot: Bot) -> None:
    text = bot.answer("异议要几天，修复要几天", on=ON, place="yunnan").text
    assert "5个工作日" in text and "10个工作日" in text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("is credit repair free", "Free of charge"),
        ("my record is wrong, what should I do", "objection"),
        ("xin yong xiu fu yao qian ma", "免费"),
        ("誰查過我的信用", "谁"),
    ],
)
def test_english_pinyin_and_traditional_characters_are_answered(bot: Bot, said: str, told: str) -> None:
    reply = bot.answer(said, on=ON)
    assert reply.answered
    assert told in reply.text


def test_a_foreign_or_spoilt_dialogue_does_no_harm(bot: Bot) -> None:
    spoilt = Dialogue(topic="x", point="y", articles=("z-1",), options=("a",), said=("b",), refer="c", turns=1)
    for said in ("第几条", "再说一遍", "要多久", "第一个", "那大连呢"):
        assert bot.answer(said, on=ON, dialogue=spoilt).text


def test_the_first_message_after_the_start_is_answered_as_any_later_one() -> None:
    """Words that a text is searched for are known before the first text comes."""
    asked = [row["turns"][0]["user"] for row in talks.read("aspects.jsonl")[:40]]
    fresh = Bot.load()
    first = [fresh.answer(said, on=ON).text for said in asked]
    assert [fresh.answer(said, on=ON).text for said in asked] == first


def test_in_a_talk_an_errand_is_offered_with_ones_own_facts_and_begun_where_it_is_asked_for(bot: Bot) -> None:
    _, asked, wanted = talks.talk(bot, ON, "yunnan", "异议要多久处理完", "我的承诺到哪了", "帮我提交异议")
    assert asked.flow is None and asked.personal == "status" and "status" in [action.flow for action in asked.actions]
    assert wanted.flow == "objection"


@pytest.mark.parametrize(
    ("place", "said", "told"),
    [
        ("yunnan", ("我被举报说失信了", "光举报能算数吗"), "光凭口头说法、举报不行"),
        ("dalian", ("大连把我拉进严重失信了", "提前没人跟我说"), "告知"),
        ("dalian", ("失信记录挂几年", "坐过牢的呢"), "刑罚执行完毕"),
        ("yunnan", ("有单位没经我同意查我信用", "罚它不"), "5万元"),
    ],
)
def test_a_follow_up_without_a_noun_stays_with_the_matter(
    bot: Bot, place: str, said: tuple[str, ...], told: str
) -> None:
    assert told in talks.talk(bot, ON, place, *said)[-1].text


def test_a_follow_up_that_nothing_is_found_for_gets_ways_of_going_on_and_a_person(bot: Bot) -> None:
    *_, ahead, last = talks.talk(bot, ON, "yunnan", "签信用承诺", "然后呢", "然后呢")
    assert ahead.kind == "article" and "履行情况" in ahead.text, "after an errand there is something to tell"
    assert last.flow is None and "12345" in last.text
    assert last.kind == "clarify" and "转人工" in last.quick_replies


@pytest.mark.parametrize(
    ("place", "errand", "then", "point"),
    [
        ("dalian", "我要看信用报告", "下一步呢", "report-next"),
        ("dalian", "我要看信用报告", "必须本人吗", "query-proxy"),
        ("dalian", "我要看信用报告", "要写理由吗", "query-purpose-written"),
        ("dalian", "我要看信用报告", "不给办怎么办", "query-not-served"),
        ("yunnan", "我要提异议", "下一步呢", "objection-next"),
        ("yunnan", "我要提异议", "填错了怎么改", "objection-slip-of-pen"),
        ("yunnan", "我要提异议", "能打印吗", "objection-printed"),
        ("yunnan", "我要提异议", "谁能看到", "objection-seen-by"),
        ("dalian", "我要申请信用修复", "接下来呢", "repair-next"),
        ("dalian", "我要申请信用修复", "填错了怎么改", "repair-slip-of-pen"),
        ("dalian", "我要申请信用修复", "谁能看到", "repair-seen-by"),
        ("dalian", "我要申请信用修复", "要写理由吗", "repair-reason"),
        ("yunnan", "我想把表彰公示撤下来", "下一步呢", "withdrawal-next"),
        ("yunnan", "我想把表彰公示撤下来", "不给办怎么办", "withdrawal-refused-next"),
        ("dalian", "我要签信用承诺", "必须本人吗", "pledging-in-person"),
        ("yunnan", "我要自主申报信用信息", "不给办怎么办", "pledging-not-taken"),
        ("dalian", "我要授权公司查我的信用", "下一步呢", "authorization-next"),
        ("yunnan", "看看谁查过我", "下一步呢", "footprint-next"),
        ("dalian", "我要设提醒", "填错了怎么改", "reminder-changed"),
        ("dalian", "我要设提醒", "谁能看到", "reminder-seen-by"),
        ("yunnan", "我要提异议", "周末能办吗", "person-hours"),
        ("yunnan", "我要提异议", "要带什么", "objection-bring"),
    ],
)
def test_what_is_asked_next_after_an_errand_is_asked_of_that_errand(
    bot: Bot, place: str, errand: str, then: str, point: str
) -> None:
    dialogue = bot.answer(errand, on=ON, place=place).dialogue
    said = bot.decider.decide(then, ON, place, dialogue).point
    assert said is not None and said.spoken(place) == bot.decider.points.by_id[point].spoken(place)


def test_what_is_taken_back_without_more_is_asked_for(bot: Bot) -> None:
    first, second, third = talks.talk(bot, ON, None, "罚多少钱", "不是这个", "不是这个")
    assert second.kind == "clarify" and second.quick_replies
    assert len({first.text, second.text, third.text}) == 3


def test_of_three_questions_two_are_answered_and_the_third_is_named(bot: Bot) -> None:
    reply = bot.answer("修复多久，要钱不，去哪办", on=ON, place="yunnan")
    assert "10个工作日" in reply.text and ("免费" in reply.text or "不收费" in reply.text)
    assert "您还问了“去哪办”" in reply.text and "去哪办" in reply.quick_replies


def test_of_a_long_story_it_is_said_what_was_understood(bot: Bot) -> None:
    story = (
        "我想问一下就是那个我去年在工地上干活的时候被街道罚了五千块钱然后我上个月已经全交上去了"
        "现在信用中国上面还挂着那一条处罚我想把它弄下来修复要几天能办好"
    )
    reply = bot.answer(story, on=ON, place="dalian")
    assert "10个工作日" in reply.text.split("\n")[0]
    assert "我听到您问的是" in reply.text.split("\n")[-1]


@pytest.mark.parametrize("said", ["异议要多久处理完", "修复信用要钱吗", "失信记录挂几年", "不签承诺书行吗"])
def test_the_same_question_gets_no_other_matter(bot: Bot, said: str) -> None:
    first, second, third = talks.talk(bot, ON, "dalian", said, said, said)
    assert first.articles[0] == second.articles[0] == third.articles[0]
    assert len({first.text, second.text, third.text}) == 3


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("朋友借钱不还能上失信吗", "12348"),
        ("学信网查不到学历", "教育部门"),
        ("罚款能分期吗", "作出处罚的机关"),
        ("捐款能抵税吗", "12366"),
        ("开无犯罪证明", "派出所"),
        ("决定书丢了咋办", "作出决定的机关"),
    ],
)
def test_what_lies_outside_is_sent_to_the_right_body(bot: Bot, said: str, told: str) -> None:
    reply = bot.answer(said, on=ON)
    assert not reply.answered and reply.flow is None
    assert told in reply.text


def test_what_another_place_has_too_is_the_same_point_there(bot: Bot) -> None:
    here = bot.answer("处罚被法院撤了，网上的记录几天删", on=ON, place="dalian")
    there = bot.answer("云南也是三天吗", on=ON, place="dalian", dialogue=here.dialogue)
    assert (there.dialogue.point, there.dialogue.place) == (here.dialogue.point, "yunnan")


def test_a_correction_may_name_first_what_was_meant(bot: Bot) -> None:
    first = bot.answer("银行贷款要信用证明", on=ON, place="dalian")
    reply = bot.answer("是你们这儿的不是征信", on=ON, place="dalian", dialogue=first.dialogue)
    assert reply.answered and "征信" not in reply.text


def test_where_it_is_written_asks_for_no_place(bot: Bot) -> None:
    reply = bot.answer("修复不要钱写在哪条", on=ON, place="dalian")
    assert "第四十四条" in reply.text and "不收费" in reply.text


def test_of_two_questions_each_gets_its_own_number(bot: Bot) -> None:
    reply = bot.answer("异议几个工作日内打标注，几个工作日内办完", on=ON, place="yunnan")
    assert "1个工作日" in reply.text and "5个工作日" in reply.text


@pytest.mark.parametrize("said", ["公司的信用事，会计能替法人跑吗", "我爸说不了话，我是监护人，能替他提异议吗"])
def test_who_acts_for_others_hears_which_proof_is_asked_for(bot: Bot, said: str) -> None:
    reply = bot.answer(said, on=ON, place="yunnan")
    assert "条例没有写" in reply.text and ("执照" in reply.text or "指定书" in reply.text) and reply.flow is None
