"""Whatever is permitted, is not permitted secretly, falsely, on the quiet for others, by favour or before it is due."""

import itertools
import re

import pytest

from bot.engine import Bot
from bot.fronting import parted
from bot.verdicts import norm
from tests.bot import talks
from tests.bot.test_talks import ON

EVERYWHERE = ("拿假材料{}", "编一份材料{}", "冒充别人{}", "走后门{}", "托关系{}", "伪造签名{}", "糊弄窗口{}")
OF_OTHERS = ("偷偷替朋友{}", "背着他{}", "没他签字就{}", "瞒着本人{}")
AFTERWARDS = ("{}完顺手转给合伙人", "{}完卖给中介", "{}以后发到群里", "拿着同意书{}，顺便给同行看一眼")
NOT_YET = ("罚款没交就{}", "没改正先{}", "还没满期就{}", "不签承诺{}", "只交了一半就{}")
SPOILT = {
    "查信用报告": (*OF_OTHERS, *AFTERWARDS),
    "下载信用报告": (*OF_OTHERS, *AFTERWARDS),
    "查他的信用": (*OF_OTHERS, *AFTERWARDS),
    "申请信用修复": NOT_YET,
    "提异议": (),
    "撤销表彰的公示": ("替别人{}", "瞒着本人{}"),
    "自己申报信用信息": ("没做过的好事{}",),
}


@pytest.mark.parametrize("act", SPOILT)
def test_no_yes_is_said_to_what_something_in_the_question_spoils(bot: Bot, act: str) -> None:
    wrong = []
    for way, end, place in itertools.product(
        (*EVERYWHERE, *SPOILT[act]), ("行吗", "可以不", "没事吧"), ("yunnan", "dalian", None)
    ):
        said = way.format(act) + end
        reply = bot.answer(said, on=ON, place=place)
        opens = [norm(parted(line)[1], None) for line in reply.text.split("\n")]
        if "may" in opens or reply.flow:
            wrong.append((said, place, reply.flow, reply.text))
    assert wrong == []


RESTRAINED = {
    ("查信用报告", "把信用报告打出来"): (
        "趁他出门{}",
        "他压根不晓得我就{}",
        "没跟她吱声{}",
        "先{}回头再跟他说",
        "用他的手机登进去{}",
        "帮前夫{}",
        "他只同意一回我又{}",
        "给闺蜜的男朋友{}",
        "捡到个授权码{}",
        "她发了个表情算同意{}",
        "上回的授权书复印一份再用一次{}",
    ),
    ("撤销表彰的公示", "把志愿者的公示撤下来"): ("替闺蜜{}", "婆婆不知道我就{}", "没问她先{}", "帮对手{}"),
    ("自己申报信用信息",): ("多写两笔大单子再{}", "把没干的活也写上{}", "借别人的证书{}"),
    ("申请信用修复", "办信用修复"): (
        "尾款下个月给，先{}",
        "打了欠条就{}",
        "昨天才罚的今天{}",
        "滞纳金不认只交本金{}",
        "还差十天到期就{}",
        "嘴上答应整改了{}",
        "花两百块加急{}",
    ),
    ("提异议",): ("描他的签名{}", "明知是对的也{}", "随便编个理由{}", "刻个章{}"),
}


@pytest.mark.parametrize("acts", RESTRAINED)
def test_no_yes_is_said_where_anything_in_the_question_holds_it_back(bot: Bot, acts: tuple[str, ...]) -> None:
    """Every act with every way of not being entitled to it, in wordings of many kinds: what is not foreseen depends."""
    wrong = []
    for act, way, end, place in itertools.product(
        acts, RESTRAINED[acts], ("行吗", "可以吧", "没问题吧", "得行不"), ("yunnan", "dalian")
    ):
        said = way.format(act) + end
        reply = bot.answer(said, on=ON, place=place)
        if "may" in [norm(parted(line)[1], None) for line in reply.text.split("\n")] or reply.flow:
            wrong.append((said, place, reply.flow, reply.text))
    assert wrong == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("房东偷偷查我的信用，我能投诉吗", "投诉|举报"),
        ("他拿假合同告我，我能提异议吗", "异议"),
        ("我不识字，能提异议吗", "可以"),
        ("我没手机，能查信用吗", "窗口"),
        ("不签信用承诺行不行", "不"),
    ],
)
def test_what_somebody_else_did_and_what_harms_nobody_spoils_nothing(bot: Bot, said: str, told: str) -> None:
    reply = bot.answer(said, on=ON, place="yunnan")
    assert re.search(told, reply.text) and not reply.text.startswith("要看情况"), reply.text


def test_whoever_passes_on_is_offered_no_authorisation(bot: Bot) -> None:
    for place in ("yunnan", "dalian"):
        reply = bot.answer("我拿着客户签的同意书查到他的信用，顺手转给我合伙人看一眼没事吧", on=ON, place=place)
        assert reply.text.startswith("不") and not reply.actions


def test_taking_effect_is_asked_of_what_was_just_spoken_of(bot: Bot) -> None:
    first = bot.answer("能把我的表彰撤下来吗", on=ON, place="yunnan")
    told = bot.answer("多久生效", on=ON, place="yunnan", dialogue=first.dialogue)
    assert told.text.startswith("立即")
    assert "2023年1月1日" in bot.answer("云南这个条例哪天生效的", on=ON, place="yunnan").text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("捐款的公示我喊撤了，他们还往外给人看，行不", "不能"),
        ("公示撤完了单位还对外发，可以吗", "不能"),
        ("窗口的人把我的报告拍下来发到工作群里 这样行吗", "不|违法|要担责"),
        ("同事把我的信用报告发朋友圈，合法不", "不|违法|要担责"),
        ("自己往平台报业绩，注水一点行不", "要保证|不"),
    ],
)
def test_what_others_do_with_what_is_ones_own_is_no_errand(bot: Bot, said: str, told: str) -> None:
    for place in ("yunnan", "dalian") if "撤" not in said else ("yunnan",):
        reply = bot.answer(said, on=ON, place=place)
        assert re.match(told, reply.text) and not reply.flow, (place, reply.flow, reply.text)


@pytest.mark.parametrize(
    "said",
    [
        "我自己的信用报告发到家族群里行吗",
        "我把我的信用报告发朋友圈 违法不",
        "自己的报告晒到网上有没有事",
        "我想把自己的信用报告发群里给大家看看",
    ],
)
def test_ones_own_report_is_ones_own_to_show(bot: Bot, said: str) -> None:
    for place in ("yunnan", "dalian"):
        reply = bot.answer(said, on=ON, place=place)
        assert reply.text.startswith("发不发由您自己定") and not reply.flow, reply.text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("公示期还剩几天，材料先递上去占个号，日子到了自动生效", "还不行"),
        ("先把限制给我松了，罚款我以后再补，行不", "不行"),
        ("科室要把病人得过的病报成信用资料", "不得采集"),
        ("拿着我老婆签的授权来查我的，算数不", "条例没有写能不能代签"),
        ("客户赖账，我自己把他登成失信人行不", "不能自己报"),
        ("评上最好一档，来检查我把门一关行不", "条例没有写可以不让查"),
        ("当时答应的承诺黄了，这也给我写档案里去？", "会记"),
    ],
)
def test_what_tries_feared_or_forbidden_begins_no_errand(bot: Bot, said: str, told: str) -> None:
    reply = bot.answer(said, on=ON, place="yunnan")
    assert reply.flow is None and reply.text.startswith(told), reply.text


@pytest.mark.parametrize("said", ["那张烟草罚单搭着一起下", "坏记录一块儿下"])
def test_a_penalty_is_never_withdrawn_beside_a_commendation(bot: Bot, said: str) -> None:
    *_, last = talks.talk(bot, ON, "yunnan", "我的表彰能撤下来吗", said)
    assert last.flow is None and last.text.startswith("不行，处罚、欠税、失信不能撤销公示")


@pytest.mark.parametrize(
    "said",
    [
        "发票上写的是我表哥，修复认这个吧",
        "他人在外地，授权我先点上，没问题吧",
        "验收的人还没来过，修复先报上得不得",
        "奖状是整个车间的，我拿去撤了呗",
        "我替俺家那口子把报告打出来瞅瞅，他跑船呢",
        "老板说第九天才改好的，修复现在能申请不",  # what was late, or is still to be done
        "尾号那笔年底才还得完，现在申请修复行不",
    ],
)
def test_who_wants_a_blessing_for_how_or_when_it_would_be_done_is_led_into_no_errand(bot: Bot, said: str) -> None:
    reply = bot.answer(said, on=ON, place="yunnan")
    assert reply.flow is None and not reply.text.startswith(("可以", "点下面", "符合")), reply.text


@pytest.mark.parametrize(
    ("said", "flow"),
    [("孙女不在家，你给我整一份报告呗", "report"), ("眼睛花了，帮俺把授权给儿子弄一下呗", "authorization")],
)
def test_who_asks_for_an_errand_with_a_reason_gets_it(bot: Bot, said: str, flow: str) -> None:
    assert bot.answer(said, on=ON, place="dalian").flow == flow


@pytest.mark.parametrize(
    "said",
    [
        "我的捐赠公示一定能撤下来吗",
        "授权我肯定能收回来吧",
        "年底再去撤销公示可以吗",
        "我捐了款，不想让人看见，撤下来行吧",
    ],
)
def test_a_right_of_ones_own_is_not_doubted(bot: Bot, said: str) -> None:
    assert bot.answer(said, on=ON, place="yunnan").text.startswith("可以")


@pytest.mark.parametrize(
    ("place", "said", "opens"),
    [
        ("dalian", "手机旧，字看不清，能调大点不", "能放大"),
        ("yunnan", "没得文化，名字会写，能去窗口查自己的不", "可以查自己的"),
        ("yunnan", "优秀教师的公示想撤下来，马上退休了，可以吧", "可以撤"),
    ],
)
def test_what_bears_nothing_on_the_matter_holds_no_yes_back(bot: Bot, place: str, said: str, opens: str) -> None:
    assert bot.answer(said, on=ON, place=place).text.startswith(opens)


@pytest.mark.parametrize(
    "said", ["交通局给我记的处罚日期写早了一年，信用报告上能改吗", "记录上的日期写晚了两年，能改不"]
)
def test_a_date_that_was_recorded_wrongly_is_no_false_date_of_ones_own(bot: Bot, said: str) -> None:
    """Nor does 早了一年 tell how long somebody has waited."""
    assert bot.answer(said, on=ON, place="dalian").flow == "objection"
