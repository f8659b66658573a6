"""A person is named for whoever wants or needs one, and a scam is warned of before anything else."""

import re
from datetime import date
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.aspects import Each
from bot.engine import Bot
from bot.leads import SOUGHT
from bot.replies import Centre
from tests.bot import talks

ON = date(2026, 11, 28)
SIGNS = Each([words for _, words in SOUGHT], are_known=False)
CENTRE = Centre("云南省信用中心", "0871-1234567", "省政务服务大厅三楼", "工作日 9:00–17:00")


def test_a_scam_is_warned_of_before_small_talk_and_without_a_form(bot: Bot) -> None:
    first = bot.answer("谢谢啊 有个中介说交八千就能修复信用", on=ON)
    assert first.text.startswith("别给钱") and not first.actions and first.flow is None
    second = bot.answer("钱已经转了", on=ON, dialogue=first.dialogue)
    assert "110" in second.text and not second.actions


def test_money_for_a_clean_record_is_a_scam_and_stays_one(bot: Bot) -> None:
    first, second, third, *more = talks.talk(
        bot,
        ON,
        None,
        "微信上有人说花三百能恢复信用",
        "是不是骗子",
        "我转了三百了",
        "打不通了",
        "现在咋办",
        "那我怎么办",
    )
    assert first.text.startswith("别给钱") and "12345" in second.text and "110" in third.text
    for reply in more:
        assert "110" in reply.text
        assert reply.flow is None


@pytest.mark.parametrize(
    "said",
    ["有人收两千帮我洗白，你们能罚公司不", "中介收了我三千说能修复，能罚他吗", "骗子要我交手续费才给修复，能不能罚他"],
)
def test_who_asks_that_a_swindler_be_fined_is_warned_first(bot: Bot, said: str) -> None:
    reply = bot.answer(said, on=ON, place="yunnan")
    assert reply.flow is None and reply.text.startswith(("别给钱", "马上报警"))


@pytest.mark.parametrize("said", ["罚款交了三千，想把记录消掉", "罚款交了三千能删记录吗", "交了500块罚款能撤下来不"])
def test_a_fine_that_was_paid_is_no_scam(bot: Bot, said: str) -> None:
    assert not bot.answer(said, on=ON).text.startswith(("别给钱", "马上报警"))


def test_a_person_is_named_as_the_centres_are_configured(bot: Bot) -> None:
    reply = bot.answer("转人工", on=ON, place="yunnan", centres={"yunnan": CENTRE})
    assert CENTRE.telephone in reply.text and CENTRE.windows in reply.text and CENTRE.hours in reply.text


def test_a_second_failure_in_a_row_and_every_decline_end_in_a_person(bot: Bot) -> None:
    first = bot.answer("嘟嘟囔囔哩哩啦啦", on=ON)
    second = bot.answer("阿巴阿巴歪比巴卜", on=ON, dialogue=first.dialogue)
    assert "12345" in first.text and "12345" in second.text
    assert "换个人帮您" in second.text
    assert "12345" in bot.answer("房贷利率多少", on=ON).text


@pytest.mark.parametrize(
    "said",
    [
        "能不能来个人给我说说",
        "跟机器掰扯不清，我要见人",
        "你们上班时间",
        "座机号发我",
        "给我个能问事的电话",
        "坐轮椅进不了大厅",
        "人呢",
    ],
)
def test_a_person_is_named_however_one_is_asked_for(bot: Bot, said: str) -> None:
    reply = bot.answer(said, on=ON, place="yunnan", centres={"yunnan": CENTRE})
    assert CENTRE.telephone in reply.text and reply.flow is None


@pytest.mark.parametrize(
    "said",
    [
        "有人打电话说我信用有污点要我加QQ处理",
        "抖音上修信用的老师要收学费",
        "短信让我点进去核实信用异常",
        "600块帮我洗掉失信",
        "他要我手机号和密码，说帮我登系统",
    ],
)
def test_who_wants_money_or_a_password_for_credit_is_warned_of(bot: Bot, said: str) -> None:
    reply = bot.answer(said, on=ON, place="dalian")
    assert (
        "12345" in reply.text and reply.dialogue.point is not None and (reply.dialogue.point or "").startswith("scam")
    )


@pytest.mark.parametrize(
    "said",
    [
        "有人冒充客服让我共享屏幕",
        "自称公安说我涉嫌洗钱 要我转到安全账户",
        "快递客服说给我退款 发了个链接",
        "接到电话让我报验证码",
    ],
)
@pytest.mark.parametrize("before", ["罚款交了 还得等多久才能消", "怎么提异议", "信用报告哪里看"])
def test_a_swindle_is_warned_of_whatever_was_spoken_of(bot: Bot, before: str, said: str) -> None:
    dialogue = bot.answer(before, on=ON, place="dalian").dialogue
    reply = bot.answer(said, on=ON, place="dalian", dialogue=dialogue)
    assert reply.text.startswith("先别点") and reply.flow is None
    paid = bot.answer("钱已经转了", on=ON, place="dalian", dialogue=reply.dialogue)
    assert paid.dialogue.point == "scam-paid" and "110" in paid.text
    back = bot.answer("异议要多久", on=ON, place="dalian", dialogue=paid.dialogue)
    assert back.dialogue.point == "objection-days"


@pytest.mark.parametrize("said", ["我要找客服", "转人工客服", "你们客服电话多少"])
def test_who_wants_our_customer_service_is_no_victim(bot: Bot, said: str) -> None:
    assert (bot.answer(said, on=ON, place="dalian").dialogue.point or "").startswith("person")


@pytest.mark.parametrize(
    "said", ["打12345投诉对修复有没有用", "打12348问过了，处罚能早点撤吗", "我打110报案了，记录能删吗"]
)
def test_the_number_of_a_hotline_is_no_sum_of_money(bot: Bot, said: str) -> None:
    assert not (bot.answer(said, on=ON, place="yunnan").dialogue.point or "").startswith("scam")


@pytest.mark.parametrize("said", ["13812345678", "110101199001011234。"])
def test_a_number_alone_is_not_wanted_and_not_kept(bot: Bot, said: str) -> None:
    asked, reply = talks.talk(bot, ON, "dalian", "我的记录写错了怎么提异议", said)
    assert asked.flow == "objection" and reply.flow is None
    assert reply.text.startswith("号码不用发给我")


@pytest.mark.parametrize(
    "said",
    [
        "交12348元能把记录消掉不",
        "收我12300帮我把处罚撤了",
        "说拿12345块给我把名字勾掉，能信不",
        "有人收三千帮我把处罚撤了能信吗",
    ],
)
def test_a_sum_that_looks_like_a_hotline_is_money_asked_for(bot: Bot, said: str) -> None:
    assert (bot.answer(said, on=ON, place="yunnan").dialogue.point or "").startswith("scam")


@pytest.mark.parametrize("number", range(len(SOUGHT)))
@given(data=st.data())
def test_whatever_a_pattern_finds_has_one_of_its_signs(number: int, data: st.DataObject) -> None:
    pattern, _ = SOUGHT[number]
    text = data.draw(st.from_regex(pattern))
    assert SIGNS.found(text) & 1 << number


@pytest.mark.parametrize(
    "said",
    [
        "今早有人打电话讲我信用有污点，帮我处理收三千",
        "对方说替我搞定名单要一万二，差点上当",
        "说交钱能删记录，我差一点就打过去了",
        "他让我汇三千去修复，我没汇",
        "短信喊我加微信，三千块保证三天消掉，稳当咯",
        "群里有人讲给钱就能把信用中国上的处罚抹了，真有这路子？",
    ],
)
def test_whoever_has_not_paid_is_warned_and_not_sent_to_the_police(bot: Bot, said: str) -> None:
    assert bot.answer(said, on=ON, place="yunnan").dialogue.point == "scam"


def test_a_fine_that_somebody_paid_for_one_is_no_scam(bot: Bot) -> None:
    reply = bot.answer("我委托别人帮我处理罚单，交了两千罚款，能修复了吗", on=ON, place="dalian")
    assert not (reply.dialogue.point or "").startswith("scam")


@pytest.mark.parametrize(
    "said",
    [
        "活不下去了",
        "我不想活了",
        "怎么自杀",
        "被列入名单以后我想死的心都有了，怎么摘",
        "想不开",
        "欠这么多还不如死了",
        "I want to kill myself",
    ],
)
@pytest.mark.parametrize("before", ["", "志愿服务公示能撤吗", "异议几天办完"])
def test_whoever_speaks_of_dying_is_told_first_whom_to_call(bot: Bot, said: str, before: str) -> None:
    first = bot.answer(before, on=ON, place="dalian") if before else None
    reply = bot.answer(said, on=ON, place="dalian", dialogue=first.dialogue if first else None)
    assert "12356" in reply.text.split("。")[0] or "12356" in reply.text.split("\n")[0]
    assert (reply.flow, reply.actions, reply.citations) == (None, (), ())


def test_it_is_told_as_often_as_it_is_said_and_never_as_told_before(bot: Bot) -> None:
    dialogue, texts = None, []
    for said in ("活不下去了", "我说真的 不想活了", "想死", "不想活"):
        reply = bot.answer(said, on=ON, place="yunnan", dialogue=dialogue)
        dialogue = reply.dialogue
        texts.append(reply.text)
    assert all("12356" in text and "答过" not in text and "刚才" not in text for text in texts)
    assert all(one != two for one, two in pairwise(texts))


@pytest.mark.parametrize(
    "said", ["欠钱的人跳楼了，他的失信记录还在吗", "他死了 记录能删吗", "急死我了，异议几天办完", "笑死，这也算失信"]
)
def test_a_death_that_is_only_told_is_answered_as_it_is_asked(bot: Bot, said: str) -> None:
    assert "12356" not in bot.answer(said, on=ON, place="dalian").text


@pytest.mark.parametrize("before", ["", "异议几天办完"])
def test_a_curse_is_no_follow_up(bot: Bot, before: str) -> None:
    first = bot.answer(before, on=ON, place="dalian") if before else None
    reply = bot.answer("我想骂人，你个傻X", on=ON, place="dalian", dialogue=first.dialogue if first else None)
    assert reply.text.startswith("让您着急了")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("我老公打我", "110"),
        ("有人拿刀要砍我", "110"),
        ("我妈走丢了", "110"),
        ("家里着火了", "119"),
        ("菌子中毒了，头晕得很", "120"),
        ("心口疼得厉害", "120"),
        ("我要去你们大厅闹", "消消气"),
        ("我想报复举报我的人", "消消气"),
    ],
)
def test_danger_and_threats_are_answered_before_anything_of_ours(bot: Bot, said: str, told: str) -> None:
    reply = bot.answer(said, on=ON, place="dalian")
    assert told in reply.text and reply.flow is None and not reply.citations


@pytest.mark.parametrize(
    "said",
    [
        "饭店食物中毒被罚了，要挂多久",
        "他拿着我的处罚记录威胁我家人要钱",
        "他举报我是打击报复，记录能撤吗",
        "我哪里失信了，急死我了",
    ],
)
def test_danger_in_a_matter_of_ours_is_answered_as_that_matter(bot: Bot, said: str) -> None:
    reply = bot.answer(said, on=ON, place="dalian")
    assert not reply.text.startswith(("先顾人", "您消消气", "急病"))


@pytest.mark.parametrize("mood", ["唉", "烦死了", "那我完了", "我害怕", "哈哈", "急死我了"])
def test_a_mood_leaves_the_matter_where_it_was(bot: Bot, mood: str) -> None:
    first, felt, last = talks.talk(bot, ON, "dalian", "异议几天办完", mood, "要钱不")
    assert felt.kind == "smalltalk" and "再见" not in felt.text
    assert last.dialogue.area == first.dialogue.area == "objection"


def test_moods_are_not_comforted_twice_in_the_same_words(bot: Bot) -> None:
    texts = [reply.text for reply in talks.talk(bot, ON, "dalian", "唉", "烦死了", "好难", "想哭", "愁死人")]
    assert all(one != two for one, two in pairwise(texts))


@pytest.mark.parametrize("said", ["我不信", "骗人的吧", "你说的不对吧"])
def test_whoever_does_not_believe_an_answer_is_shown_its_article(bot: Bot, said: str) -> None:
    *_, last = talks.talk(bot, ON, "dalian", "异议几天办完", said)
    assert last.text.startswith("有依据，是《大连市社会信用条例》第四十二条")


@pytest.mark.parametrize(
    "said",
    [
        "微信加个人 说一千八 三天把失信给我抹喽",
        "窗口的人说修一条两百 叫我扫他个人的码",
        "抖音上刷到个 讲花六百能把处罚弄没得",
        "有个自称信用办的 让扫私人码交修复费",
        "群里有个人说八百块三天洗白",
    ],
)
def test_a_sum_for_what_is_to_vanish_is_a_scam_however_it_is_told(bot: Bot, said: str) -> None:
    reply = bot.answer(said, on=ON, place="dalian")
    assert (reply.dialogue.point or "").startswith("scam") and reply.flow is None


@pytest.mark.parametrize("said", ["转过去五百了", "我转了五百给他", "他让我转三百"])
@pytest.mark.parametrize("before", ["修复信用怎么弄", "异议几天办完"])
def test_money_that_went_to_somebody_is_a_scam_in_any_talk(bot: Bot, before: str, said: str) -> None:
    *_, last = talks.talk(bot, ON, "dalian", before, said)
    assert (last.dialogue.point or "").startswith("scam")
    assert "110" in last.text or "12345" in last.text


@pytest.mark.parametrize(
    "said",
    [
        "罚款两千我交了 能抹掉不",
        "我转了五百块罚款过去 咋还没更新",
        "我转给他五千他不还 能报失信吗",
        "网上一百多条记录咋清",
        "人家说2000年的记录早撤了",
        "村里打了五千块工程款给我",
    ],
)
def test_a_fine_a_debt_and_a_number_are_no_scam(bot: Bot, said: str) -> None:
    assert not (bot.answer(said, on=ON, place="dalian").dialogue.point or "").startswith("scam")


@pytest.mark.parametrize("said", ["我家老头不识字", "我不识字", "我认不得字", "我老了 不会弄这个", "我不会打字"])
def test_whoever_only_tells_what_he_cannot_do_is_shown_a_way(bot: Bot, said: str) -> None:
    reply = bot.answer(said, on=ON, place="yunnan")
    assert reply.answered and reply.flow is None and "窗口" in reply.text


@pytest.mark.parametrize(
    ("before", "said", "told"),
    [
        ("志愿服务公示能撤吗", "那咋办啊", "商量"),
        ("异议几天办完", "没人管咋办", "催办"),
        ("异议几天办完", "哎 再说一遍", "再说一遍"),
        ("异议几天办完", "哎 要钱不", "收费"),
        ("异议几天办完", "哈哈 第几条", "第四十二条"),
        ("我上了严重失信名单", "家里跟着倒霉不", "家人"),
    ],
)
def test_a_question_with_a_sigh_is_answered_as_the_question(bot: Bot, before: str, said: str, told: str) -> None:
    *_, last = talks.talk(bot, ON, "dalian", before, said)
    assert told in last.text


@pytest.mark.parametrize(
    "said", ["煤气费没交会咋样", "老板失踪了 欠我工资", "交了罚款就一了百了吗", "催收拼命打电话咋办"]
)
def test_a_hard_word_in_a_plain_question_is_no_emergency(bot: Bot, said: str) -> None:
    assert not bot.answer(said, on=ON, place="dalian").text.startswith(("先顾人", "您消消气", "您先别急"))


def test_a_long_sigh_is_read_in_no_time(bot: Bot) -> None:
    begun = process_time()
    bot.answer("烦死" * 200 + "吗", on=ON, place="dalian")
    assert process_time() - begun < 1


@pytest.mark.parametrize("said", ["银行熟人说能消 先收一半 靠谱吧", "人家说可以删掉 先要定金", "中介说包撤 先收三成"])
def test_who_wants_a_part_before_removing_a_record_is_a_swindler(bot: Bot, on: date, said: str) -> None:
    reply = bot.answer(said, on=on)
    assert "12345" in reply.text and reply.flow is None and re.search("别|不", reply.text[:12])


def test_a_fine_of_which_a_part_is_paid_first_is_no_swindle(bot: Bot, on: date) -> None:
    assert "举报" not in bot.answer("罚款先交一半能修复吗", on=on, place="yunnan").text


@pytest.mark.parametrize("said", ["区里说话不算数 我能投诉不", "答应的事不认账 我们能不能举报"])
def test_whoever_wants_to_complain_needs_no_conditions(bot: Bot, on: date, said: str) -> None:
    """不算数 is what the government did: it holds back no remedy."""
    assert "要看情况" not in bot.answer(said, on=on, place="dalian").text


def test_after_a_swindle_one_may_ask_what_can_be_done_here(bot: Bot) -> None:
    *_, last = talks.talk(bot, ON, None, "征信黑了 你给消一下嘛", "银行熟人说能消 先收一半 靠谱吧", "那你这儿能办啥")
    assert last.kind == "smalltalk" and "查报告" in last.text


@pytest.mark.parametrize("said", ["智能手机用不来，请问想看自己的信用到哪里去办", "手机不大会用 咋查我的信用"])
def test_who_gets_on_with_no_phone_is_not_sent_to_one(bot: Bot, on: date, said: str) -> None:
    text = bot.answer(said, on=on, place="dalian").text
    assert "窗口" in text and not text.startswith("能在手机上查")
