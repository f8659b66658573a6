"""A yes or no in front where it is asked for, never a yes to what is forbidden; the article's number where it is asked for."""

from datetime import date

import pytest

from bot import checking, packaged
from bot.engine import Bot
from bot.replies import Dialogue
from bot.verdicts import Norm, front, norm

ON = date(2026, 11, 29)
SAY = {"improper": "不合规定：", "must": "应当："}


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("可以提异议：写清哪里不对。", "may"),
        ("都要：列入前应当告知。", "must"),
        ("云南：不得采集血型。", "not"),
        ("大连条例没有写几天。", "silent"),
        ("会记入信用记录。", "will"),
        ("看类别：一般失信公示三个月。", "depends"),
        ("由认定单位决定。", None),
    ],
)
def test_a_norm_is_read_from_how_the_sentence_opens(sentence: str, told: str | None) -> None:
    assert norm(sentence, None) == told


@pytest.mark.parametrize(
    ("asked", "sentence", "declared", "told"),
    [
        ("标准不写，行得通么", "认定标准执行法律。", "must", "不合规定："),
        ("不告知我，合规吗", "应当告知：列入前要告知。", None, "不合规定："),
        ("要告知我吗", "应当告知：列入前要告知。", None, ""),
        ("要写材料吗", "书面申请，写明理由。", "must", "应当："),
        ("能自己报不", "点下面填写。", "may", "可以自己报："),
        ("背着他报行不", "点下面填写。", "may", ""),
        ("替别人报行不", "点下面填写。", "may", ""),
        ("假的能报不", "点下面填写。", "may", ""),
        ("不合条例吧，合规吗", "不合条例：惩戒应当告知。", None, ""),
        ("怎么报", "点下面填写。", "may", ""),
    ],
)
def test_the_verdict_answers_the_form_of_the_question(
    asked: str, sentence: str, declared: Norm | None, told: str
) -> None:
    assert front(asked, sentence, declared, "可以自己报：", SAY) == told


def test_a_sentence_without_a_verdict_and_without_a_norm_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    read = packaged.toml

    def spoilt(asked: str) -> dict[str, object]:
        data = read(asked)
        if asked == "points/revoked.toml":
            data["point"][0] |= {"dalian": "由法院来办。", "norm": None}
        return data

    monkeypatch.setattr(packaged, "toml", spoilt)
    assert any("revoked-act：dalian" in line for line in checking.contradictions())


@pytest.mark.parametrize("said", ["背着他查信用行不", "替我妈申报行不", "编一条申报上去行不", "没做过的好事能申报不"])
def test_no_yes_is_put_before_what_is_not_ones_own_or_not_true(bot: Bot, said: str) -> None:
    for place in ("yunnan", "dalian", None):
        for line in bot.answer(said, on=ON, place=place).text.split("\n"):
            assert not line.removeprefix("云南：").removeprefix("大连：").startswith(("可以", "能")), (said, place)


@pytest.mark.parametrize(
    ("place", "said", "told"),
    [
        ("yunnan", "修复一分钱不许收，哪一条讲的", "第三十八条"),
        ("dalian", "期满不撤，他违的是第几条", "第三十五条"),
        ("dalian", "协会开除失信会员，写在哪条", "第三十八条"),
    ],
)
def test_the_number_is_said_beside_the_answer(bot: Bot, place: str, said: str, told: str) -> None:
    reply = bot.answer(said, on=ON, place=place)
    assert told in reply.text.split("\n")[0] and reply.flow is None
    assert len(reply.text.split("\n")) > 1


def test_after_a_person_no_article_is_invented(bot: Bot) -> None:
    first = bot.answer("转人工", on=ON, place="yunnan", dialogue=Dialogue())
    told = bot.answer("哪一条写的", on=ON, place="yunnan", dialogue=first.dialogue)
    assert "没有写" in told.text and not told.citations


@pytest.mark.parametrize(
    ("place", "said", "told"),
    [
        ("dalian", ("我被列严重失信了，都没人通知我", "这合法吗"), "没做到就不合规定："),
        ("yunnan", ("目录里没有的也采集了", "这合规吗"), "不合规定：不得"),
        ("yunnan", ("孙子十五岁，会记信用不", "我这当爷爷的能去办不"), "可以提异议"),
        ("yunnan", ("有医院能查我信用吗", "那公安局呢"), "不能随便查"),
    ],
)
def test_what_was_told_is_judged_and_kept_to(bot: Bot, place: str, said: tuple[str, ...], told: str) -> None:
    dialogue = Dialogue()
    for text in said:
        reply = bot.answer(text, on=ON, place=place, dialogue=dialogue)
        dialogue = reply.dialogue
    assert reply.text.startswith(told)


@pytest.mark.parametrize("said", ["修复申请交了二十天了没消息", "异议材料交了八百天没消息"])
def test_no_news_is_no_scam(bot: Bot, said: str) -> None:
    assert "骗" not in bot.answer(said, on=ON, place="yunnan").text


@pytest.mark.parametrize("said", ["老板让全员签个信用承诺书，签了能加绩效", "承诺书签了，工期赶不上了"])
def test_nobody_is_led_to_sign_who_only_tells_of_it(bot: Bot, said: str) -> None:
    assert bot.answer(said, on=ON, place="yunnan").flow is None
    assert bot.answer("我要签信用承诺书", on=ON, place="yunnan").flow == "pledge"


@pytest.mark.parametrize(
    ("place", "said", "opens"),
    [
        ("yunnan", "处罚记录公示要不要我同意", "不用您同意"),
        ("dalian", "处罚挂网上要我同意吗", "不用您同意"),
        ("yunnan", "公示到头了要不要我自己去申请撤", "不用自己申请"),
        ("yunnan", "失信五年自动消除吗", "云南条例没有写五年"),
        ("dalian", "献血能加分吗", "条例没有写献血能加分"),
        ("dalian", "政府部门能采我的血型吗", "要看规定"),
        ("dalian", "可以自己申报见义勇为吗", "看是不是市场信用信息"),
        ("yunnan", "法院判错了怎么异议", "不归信用机构管"),
        ("dalian", "没收违法所得公示多久", "披露一般5年"),
        ("yunnan", "异议可以口头讲一下就算不", "要书面提"),
        ("yunnan", "我爸过世了 他那条失信几时消", "条例没有写人去世以后怎么办"),
        ("dalian", "坐牢出来还要挂五年吗", "服刑的日子不算在内"),
        ("yunnan", "罚款交了公示马上撤吗", "不会马上撤"),
        ("dalian", "酒驾拘留会公示吗", "看类别"),
        ("dalian", "刑事判决会公示吗", "看不全"),
        ("dalian", "信用报告能当无犯罪证明吗", "不能代替"),
        ("dalian", "单位因为我失信开除我合法吗", "条例没有写失信就能开除"),
        ("yunnan", "单位要我提供信用报告合法吗", "可以不授权"),
        ("yunnan", "县政府能列我进黑名单吗", "要看"),
        ("dalian", "修复申请能撤回吗", "能撤回"),
        ("dalian", "记录写错名字要交钱改吗", "条例没有写提异议要收费"),
        ("dalian", "大连披露五年和国家公示一年哪个算", "不一样，各算各的"),
        ("yunnan", "云南条例和国家规定哪个大", "看哪件事"),
        ("yunnan", "老人能不能请社区代办", "可以请人帮"),
        ("yunnan", "修复决定书能下载吗", "能下载"),
        ("dalian", "修复要不要开证明", "要有履行或者已纠正的证明"),
        ("yunnan", "被列严重失信还能投标吗", "要看"),
        ("yunnan", "我的处罚信息能不能不给单位看", "公开的谁都能看"),
        ("yunnan", "处罚还在复议期，能定失信不", "不一定，看生效没有"),
        ("yunnan", "不履行判决进名单吗", "要看认定"),
        ("dalian", "劳动仲裁输了算失信不", "看不全"),
        ("dalian", "给灾区捐了点 没吱声就登我名 行吗", "看哪种"),
        ("dalian", "税务局看我的信用 要我同意吗", "要看：信用监管等过程中可以按需共享"),
        ("yunnan", "智力残疾的人算信用主体吗", "要看有没有完全民事行为能力"),
        ("yunnan", "流水不交行不", "可以不交，只限采来记信用信息的"),
        ("yunnan", "单位该报的信用信息不报，要担责吗", "云南条例没有单写不报"),
        ("dalian", "信用中心的人把我信息卖了，要担责吗", "要担责，但要属于条例所列行为"),
        ("dalian", "卖信用信息要受什么处罚", "违法：不得非法买卖"),
        ("dalian", "改判的判决书还没拿到手，先把那条删了行吗", "不能先删；异议现在就能提"),
        ("yunnan", "法院撤销了处罚，那条会自动消失吗", "不一定，看哪里：处罚机关自己公开的"),
        ("dalian", "修复完了内部系统还看得到吗", "不该再共享"),
        ("dalian", "五年还差半年，能撤了吗", "不一定：一般披露5年，国家另有规定"),
    ],
)
def test_a_verdict_is_that_of_what_was_asked_and_not_of_something_near_it(
    bot: Bot, place: str, said: str, opens: str
) -> None:
    """Each was answered by a yes, a no or a number about another matter."""
    reply = bot.answer(said, on=ON, place=place)
    assert reply.text.startswith(opens) and reply.flow is None


@pytest.mark.parametrize(
    "said", ["别个的信用报告我拍张照丢朋友圈 要得没", "同事的信用报告我转到群里行不", "客户的报告发抖音可以吧"]
)
def test_anothers_report_is_not_ones_own_to_publish(bot: Bot, said: str) -> None:
    for place in ("yunnan", "dalian"):
        assert bot.answer(said, on=ON, place=place).text.startswith("不")
    assert bot.answer("我自己的报告发朋友圈行不", on=ON, place="yunnan").text.startswith("发不发由您自己定")


@pytest.mark.parametrize("said", ["评上最美教师那条 能不能申请不让它挂着", "得奖那条不想让它挂了 能撤不"])
def test_not_wanting_something_shown_holds_no_yes_back(bot: Bot, said: str) -> None:
    assert bot.answer(said, on=ON, place="yunnan").text.startswith(("可以撤", "可以申请撤"))
