"""What a message leans on: the place told later, both places side by side, what is supposed, what was meant instead."""

from datetime import date

import pytest

from bot.engine import Bot
from tests.bot import talks

ON = date(2026, 11, 29)


def test_a_place_told_afterwards_says_whether_it_is_the_same_there(bot: Bot) -> None:
    first, second = talks.talk(bot, ON, None, "企查查上还有我的处罚", "瓦房店的")
    assert second.text.startswith("在大连也一样") and second.text != first.text
    assert second.dialogue.place == "dalian"


def test_a_record_belongs_where_it_was_made_and_not_where_somebody_lives(bot: Bot) -> None:
    first, second = talks.talk(bot, ON, None, "我在大连 罚款信息披露几年", "说错了 我户口大连 罚是在丽江挨的")
    assert first.articles[0].startswith("dalian")
    assert all(name.startswith("yunnan") for name in second.articles)
    assert "云南条例没有写几年" in second.text


@pytest.mark.parametrize("said", ["两边咋不一样呢", "大连和云南有啥区别", "云南不是可以吗"])
def test_both_places_stand_side_by_side_where_they_are_compared(bot: Bot, said: str) -> None:
    first, second = talks.talk(bot, ON, "dalian", "表彰公示能撤下来吗", said)
    assert "云南：" in second.text and "大连：" in second.text
    assert second.dialogue.place == first.dialogue.place, "the resident has not moved"


def test_our_own_place_is_the_residents(bot: Bot) -> None:
    *_, last = talks.talk(bot, ON, "dalian", "云南异议几天办完", "那我们这边呢")
    assert last.articles[0] == "dalian-42"


@pytest.mark.parametrize("said", ["要是没做到", "如果别的单位报错的呢", "万一签了反悔"])
def test_what_is_only_supposed_starts_no_errand(bot: Bot, said: str) -> None:
    for before in ("信用承诺是个啥", "异议几天办完"):
        assert talks.talk(bot, ON, "yunnan", before, said)[-1].flow is None


def test_who_did_not_mean_the_banks_report_gets_ours(bot: Bot) -> None:
    first, second = talks.talk(bot, ON, "yunnan", "征信报告在哪打", "不是征信 是信用云南那个")
    assert not first.answered
    assert second.answered and second.articles[0] == "yunnan-19"


def test_a_decline_is_left_when_something_of_ours_is_asked(bot: Bot) -> None:
    *_, last = talks.talk(bot, ON, "yunnan", "公司忘了报年报 进了经营异常", "那异议几天处理完")
    assert last.articles[0] == "yunnan-36"


@pytest.mark.parametrize("said", ["有个人喊我拿2000 说三天包消", "群里有人说交800能摆平", "贴的小广告说给钱就能删除"])
def test_somebody_who_promises_for_money_is_warned_of(bot: Bot, said: str) -> None:
    """包消 sounds like 报销; a word that is looked for is not spelt into another."""
    assert bot.answer(said, on=ON).text.startswith(("别", "假的", "马上报警"))


@pytest.mark.parametrize("said", ["罚款早交了", "钱都缴清了 网上还挂着", "都改好了 还在网上"])
def test_who_has_paid_hears_what_comes_next(bot: Bot, said: str) -> None:
    *_, last = talks.talk(bot, ON, "dalian", "处罚信息在网上怎么办", said)
    assert "修复" in last.text and "3个月" in last.text


@pytest.mark.parametrize("said", ["能给我老板看吗", "我哑巴 让邻居替我提异议行不"])
def test_a_plain_question_is_not_taken_for_an_attack(bot: Bot, said: str) -> None:
    assert not bot.answer(said, on=ON, place="dalian").text.startswith("这个我做不到")


@pytest.mark.parametrize(
    ("place", "said", "told"),
    [
        ("dalian", ("我的处罚决定被法院撤销了", "谁去说"), "原公共信用信息提供单位"),
        ("dalian", ("我的处罚决定被法院撤销了", "三天是自然日还是工作日"), "是工作日"),
        ("yunnan", ("收到个告知书 说要把我列进严重失信", "有这个规定吗"), "第三十一条"),
        ("yunnan", ("微信上有人说花三百能恢复信用", "那真要修怎么修"), "信用中国"),
        ("dalian", ("我开出租的 拒载让交通局罚了", "这个信用网上公示吗"), "公示"),
    ],
)
def test_a_follow_up_stays_with_what_it_is_about(bot: Bot, place: str, said: tuple[str, ...], told: str) -> None:
    assert told in talks.talk(bot, ON, place, *said)[-1].text


def test_a_district_that_both_places_have_is_asked_back_or_the_residents_own(bot: Bot) -> None:
    _, asked, told = talks.talk(bot, ON, None, "异议几天办完", "高新区的", "云南")
    assert asked.kind == "clarify" and set(asked.quick_replies) == {"大连", "云南"}
    assert told.articles[0] == "yunnan-36"
    *_, own = talks.talk(bot, ON, "dalian", "异议几天办完", "那开发区呢")
    assert own.text.startswith("按大连的条例") and own.articles[0] == "dalian-42"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("大连商家能让我多交保证金吗", "保证金"),
        ("志愿服务时长记错了", "提异议"),
        ("罚款不到五百也上信用网吗", "没有写罚多少钱"),
    ],
)
def test_what_looks_like_another_matter_is_told_apart(bot: Bot, said: str, told: str) -> None:
    assert told in bot.answer(said, on=ON, place="dalian").text


def test_what_only_follows_promises_nothing(bot: Bot) -> None:
    """It answers whatever is asked next on its aspect, so it must not open with a yes."""
    for point in bot.decider.points.by_id.values():
        if point.follows:
            for place in ("yunnan", "dalian"):
                assert not point.says(place).startswith(("可以，", "可以：", "能，", "行，", "可以。")), point.id


@pytest.mark.parametrize("said", ["云南能撤表彰，我把大连的也撤了可以吧", "昆明的奖撤得，甘井子的也撤了行不"])
def test_of_two_places_the_one_that_is_to_go_as_well_is_asked_for(bot: Bot, said: str) -> None:
    reply = bot.answer(said, on=ON, place="yunnan")
    assert reply.text.startswith("大连的条例没有给这项权利") and reply.flow is None and not reply.actions


@pytest.mark.parametrize(
    ("place", "said", "told"),
    [
        ("dalian", "网贷公司没跟我说就查了我", "不行"),
        ("yunnan", "信用卡中心没让我签字就采集了我的房产信息 对吗", "不合规定"),
        ("yunnan", "网贷平台让我把工资流水传上去存信用档案，给不给", "书面同意"),
    ],
)
def test_what_a_lender_collects_or_looks_up_is_ours_and_its_loans_are_not(
    bot: Bot, place: str, said: str, told: str
) -> None:
    assert told in bot.answer(said, on=ON, place=place).text
    assert bot.answer("信用卡逾期了会怎么样", on=ON, place=place).kind == "out_of_scope"


@pytest.mark.parametrize(
    ("place", "said", "told"),
    [
        ("dalian", ("老赖坐高铁被拦了 咋办", "我们收会员个人的信息，用不用先问他本人"), "同意"),
        (None, ("有人打电话说我上黑名单了要交钱", "那我到底上没上黑名单"), "都能查"),
        ("yunnan", ("政府失信会记下来吗", "记下来又能咋样"), "限期整改"),
        ("yunnan", ("公司怎么申请修复", "法定代表人出国了，员工能代办吗"), "替单位办"),
        ("yunnan", ("修复要什么条件", "日子没到 先把材料收下行不"), "还不行"),
        ("yunnan", ("单位违法采集我的信息", "往哪打电话举报"), "12345"),
        ("dalian", ("公共信用信息提供主体要保证信息真实吗", "会自动改吗"), "应当自己改"),
    ],
)
def test_a_follow_up_is_heard_for_what_it_asks(bot: Bot, place: str | None, said: tuple[str, ...], told: str) -> None:
    assert told in talks.talk(bot, ON, place, *said)[-1].text


def test_who_gave_blood_is_told_that_dalian_has_no_withdrawal(bot: Bot) -> None:
    reply = bot.answer("不想让人知道我献过血 能撤下来不", on=ON, place="dalian")
    assert reply.text.startswith("大连的条例没有给这项权利") and reply.flow is None


def test_what_is_asked_after_a_comparison_is_asked_of_ones_own_place(bot: Bot) -> None:
    *_, last = talks.talk(bot, ON, "dalian", "志愿表彰别挂了", "云南呢", "大连凭啥不", "那咋办")
    assert last.dialogue.place == "dalian" and "在云南可以" not in last.text


@pytest.mark.parametrize("said", ["小工呢", "那会计呢", "员工呢"])
def test_who_else_is_meant_is_no_greeting(bot: Bot, said: str) -> None:
    *_, last = talks.talk(bot, ON, "dalian", "厂子要上黑名单了", "老板记不", said)
    assert last.kind == "article" and last.articles


@pytest.mark.parametrize("said", ["那干这事的人呢", "它经理个人呢"])
def test_who_asks_the_same_of_somebody_else_is_not_greeted(bot: Bot, said: str) -> None:
    *_, last = talks.talk(bot, ON, "dalian", "没经我同意就采我的信用信息 罚它多少", said)
    assert last.kind != "smalltalk" and "1万元" in last.text


def test_what_was_mended_in_one_place_stays_in_the_other(bot: Bot) -> None:
    reply = bot.answer("同一张罚单两地都挂，大连修好了云南那条自己会掉不", on=ON)
    assert "条例没有写一边修好另一边跟着撤" in reply.text


@pytest.mark.parametrize(
    ("first", "slip", "place"),
    [
        ("异议要多久", "不是云南是大连 打错了", "dalian"),
        ("失信挂几年", "打错了，是云南", "yunnan"),
        ("失信挂几年", "不是大连，弄错了，我在昆明", "yunnan"),
        ("失信公示多久", "选错地方了，应该是大连", "dalian"),
        ("失信挂几年", "错了 我昆明", "yunnan"),
        ("失信挂几年", "不对，我是曲靖的", "yunnan"),
    ],
)
def test_a_place_that_was_named_wrongly_is_corrected(bot: Bot, first: str, slip: str, place: str) -> None:
    home = next(name for name in ("dalian", "yunnan") if name != place)
    before, after = talks.talk(bot, ON, home, first, slip)
    assert after.dialogue.place == place
    assert after.dialogue.point == before.dialogue.point


def test_an_errand_that_is_told_more_of_is_not_answered_by_the_same_text(bot: Bot) -> None:
    first, second = talks.talk(bot, ON, "yunnan", "我要提个异议", "罚款写多了个零 五百写成五千")
    assert first.flow == "objection" and second.text != first.text


@pytest.mark.parametrize(
    ("home", "first", "heard", "named"),
    [
        ("yunnan", "失信记录挂几年", "听说大连是五年", "大连"),
        ("dalian", "想撤志愿公示", "听说昆明能撤啊", "云南"),
        ("dalian", "捐款的公示能撤吗", "网上说云南可以撤", "云南"),
        ("dalian", "表彰想撤", "听人说云南那边随便撤", "大连的条例没有"),
    ],
)
def test_what_is_heard_of_the_other_place_is_answered_with_its_name(
    bot: Bot, home: str, first: str, heard: str, named: str
) -> None:
    _, reply = talks.talk(bot, ON, home, first, heard)
    assert named in reply.text


@pytest.mark.parametrize(
    ("place", "before", "said", "flow"),
    [
        ("yunnan", ["罚款我交了三年了 为啥还挂着", "申请要什么材料"], "帮我申请", "repair"),
        ("dalian", ["修复收费吗"], "那你帮我办", "repair"),
        ("yunnan", ["报告上有一条不是我的", "要带身份证去吗"], "给我弄一下", "objection"),
        ("dalian", ["谁查过我"], "帮我弄", "footprint"),
        ("yunnan", ["怎么授权别人查我"], "帮我弄一下", "authorization"),
    ],
)
def test_who_wants_it_done_is_led_into_the_errand_that_was_spoken_of(
    bot: Bot, place: str, before: list[str], said: str, flow: str
) -> None:
    *_, reply = talks.talk(bot, ON, place, *before, said)
    assert flow in {reply.flow, *(action.flow for action in reply.actions)}
    assert reply.text.startswith("就点下面" if reply.dialogue.again else ("点下面", "在这里"))


@pytest.mark.parametrize("said", ["那帮我申请", "帮我弄"])
@pytest.mark.parametrize(
    "before", ["娃十三，被同学家长写进失信名单了", "我替我妈查报告行不", "想看看他的信用", "我爸去世了 他的记录怎么办"]
)
def test_of_somebody_elses_matter_nothing_is_begun(bot: Bot, before: str, said: str) -> None:
    *_, reply = talks.talk(bot, ON, "yunnan", before, said)
    assert reply.flow is None


@pytest.mark.parametrize("said", ["我都提异议咯咋个还挂起，不是该先盖掉嘎", "都申请修复了怎么网上还有，不该撤了吗"])
def test_what_was_handed_in_already_is_not_begun_again(bot: Bot, said: str) -> None:
    assert bot.answer(said, on=ON, place="yunnan").flow is None


@pytest.mark.parametrize("said", ["法律有这样写吗", "法律有写吗", "真这么规定的吗"])
def test_of_what_is_not_written_no_article_is_said_to_be_the_ground(bot: Bot, said: str) -> None:
    _, reply = talks.talk(bot, ON, "dalian", "我儿子考公务员 我有个处罚 影响他不", said)
    assert reply.text.startswith("没有专门的一条") and "有依据" not in reply.text


@pytest.mark.parametrize("place", ["dalian", "yunnan", None])
def test_nor_where_somebody_asks_by_what_right(bot: Bot, place: str | None) -> None:
    _, reply = talks.talk(bot, ON, place, "挂科会不会影响信用", "凭啥")
    assert reply.text.startswith("没有专门的一条") and "条例没有写" in reply.text


def test_a_worry_within_a_talk_is_no_courtesy(bot: Bot) -> None:
    *_, reply = talks.talk(bot, ON, "yunnan", "罚款交了，想把那条弄掉", "弄好咯他们还限制我呢")
    assert reply.kind != "smalltalk" and "终止" in reply.text


@pytest.mark.parametrize("said", ["他们说不填就扣分", "不填就扣分合规吗"])
def test_points_that_are_taken_off_in_a_talk_of_ours_are_no_traffic(bot: Bot, said: str) -> None:
    *_, reply = talks.talk(bot, ON, "yunnan", "社区让我填宗教信仰 说要进信用", "能不填吗", said)
    assert reply.text.startswith("不行") and "12123" not in reply.text


@pytest.mark.parametrize("said", ["没记住 再讲一道", "没记清，再念一遍"])
def test_who_did_not_keep_it_in_mind_is_told_again(bot: Bot, said: str) -> None:
    _, reply = talks.talk(bot, ON, "yunnan", "异议几天出结果", said)
    assert reply.text.startswith("再说一遍") and "5个工作日" in reply.text


@pytest.mark.parametrize(
    ("place", "asked", "lost"),
    [
        ("yunnan", "守信用的人能得着啥", False),
        ("dalian", "守信用的人能得着啥", True),
        ("dalian", "哪些信息不能采", False),
    ],
)
def test_what_else_there_is_shows_the_whole_article(bot: Bot, place: str, asked: str, lost: bool) -> None:
    first, more = talks.talk(bot, ON, place, asked, "还有呢")
    (quoted,) = more.citations
    assert quoted.article_id == first.articles[0]
    assert first.citations[0].quote in quoted.quote
    assert f"{quoted.label}，整条原文在下面" in more.text
    assert ("缺了这一条的列项" in more.text) is lost


def test_what_is_asked_with_the_words_of_once_more_is_answered(bot: Bot) -> None:
    *_, last = talks.talk(bot, ON, "dalian", "查信用报告要钱不", "再讲讲 拿啥证")
    assert "身份证明" in last.text and "再说一遍" not in last.text


@pytest.mark.parametrize("said", ["顺口问句 明儿下雪吗", "对了，房贷能提前还吗"])
def test_what_is_asked_in_passing_of_something_else_is_not_taken_for_a_follow_up(bot: Bot, said: str) -> None:
    *_, last = talks.talk(bot, ON, "dalian", "我签过信用承诺，没做到会记吗", said)
    assert last.kind == "out_of_scope"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("能快点不", "加急"),
        ("谁去查", "核查"),
        ("谁说的", "第四十二条"),
    ],
)
def test_within_an_objection_few_words_are_about_it(bot: Bot, said: str, told: str) -> None:
    *_, last = talks.talk(bot, ON, "dalian", "水利上给俺记了条偷采砂 日子写早一年", "那要多久", said)
    assert told in last.text


def test_whoever_is_only_warned_of_a_listing_is_told_so(bot: Bot) -> None:
    first, where = talks.talk(bot, ON, "dalian", "公司收到个函 说准备把我们列成严重失信", "列上了挂哪")
    assert first.text.startswith("一般还没有") and "信用中国" in where.text


@pytest.mark.parametrize(
    ("before", "said", "area"),
    [
        ("罚款交完一年了 网上还有", "那我能办了吧", "repair"),
        ("我家老头的罚款能不能消", "要他本人来不", "repair"),
        ("我签了承诺没做到", "补了还记不", "pledging"),
        ("老伴上个月走了 收拾柜子翻出他一张失信的通知 我还用管不", "会记到我头上不", "severe"),
        ("单位说我学历造假上了失信", "我没造假", "severe"),
    ],
)
def test_few_words_about_what_has_happened_stay_with_it(bot: Bot, before: str, said: str, area: str) -> None:
    _, last = talks.talk(bot, ON, "yunnan", before, said)
    assert last.dialogue.area == area and not last.text.startswith(("要看情况：自己的事", "能撤回"))


def test_who_is_sorry_for_a_wrong_place_objects_to_nothing(bot: Bot) -> None:
    _, last = talks.talk(bot, ON, "dalian", "不好的记录一般公开几年", "抱歉我说错了，我那条是云南的，也是五年吗")
    assert last.flow is None and last.articles[0].startswith("yunnan")


@pytest.mark.parametrize("said", ["妥了 谢谢老妹儿", "妥了 谢谢姐", "妥嘞 谢谢师傅"])
def test_thanks_in_the_northeast_are_no_question(bot: Bot, said: str) -> None:
    *_, last = talks.talk(bot, ON, "dalian", "怎么修复信用", "修复得花多少", said)
    assert last.kind == "smalltalk"


@pytest.mark.parametrize(
    "said",
    [
        "我直接向罚我的那个局提出写错了 几个工作日要给我答复",
        "每次有人查我的信用，云南条例有没有规定必须主动发个通知给我",
        "我被罚过，那件事是2022年9月3日了结的，挂到哪一天",
    ],
)
def test_who_asks_what_the_law_says_begins_nothing(bot: Bot, said: str) -> None:
    assert bot.answer(said, on=ON, place="dalian").flow is None


@pytest.mark.parametrize("trade", ["快递驿站", "彩票站", "火锅店", "外卖店"])
def test_whose_trade_is_a_word_of_everyday_life_is_answered(bot: Bot, trade: str) -> None:
    said = f"我的{trade}被罚过，罚款早交清了，那件事是2022年9月3日彻底了结的，想问问照一般的算法大概挂到哪一天"
    assert "2027年9月3日" in bot.answer(said, on=ON, place="dalian").text


def test_what_a_relative_got_elsewhere_does_not_move_the_resident(bot: Bot) -> None:
    *_, heard, last = talks.talk(bot, ON, "dalian", "社区评我好人挂网上 我想撤", "我弟在昆明就撤成了", "那我没招了?")
    assert "云南：" in heard.text and "大连：" in heard.text
    assert last.dialogue.place != "yunnan" and "在云南可以" not in last.text


def test_where_it_is_quicker_is_a_question_of_days(bot: Bot) -> None:
    reply = bot.answer("提异议 大连跟云南哪边给的日子短", on=ON)
    assert "云南：5个工作日" in reply.text and "大连：" in reply.text


@pytest.mark.parametrize(
    ("place", "said", "flow"),
    [
        ("yunnan", "照条例说的，帮我撤销志愿服务公示", "withdrawal"),
        ("yunnan", "按条例写的，帮我提交异议", "objection"),
        ("dalian", "照条例写的给我设置修复提醒", "reminder"),
    ],
)
def test_who_names_the_law_and_wants_it_done_is_led_there(bot: Bot, place: str, said: str, flow: str) -> None:
    assert bot.answer(said, on=ON, place=place).flow == flow
