"""What has happened to somebody is heard before the errand, and is kept while questions without a noun follow."""

from datetime import date

import pytest

from bot import checking, packaged
from bot.engine import Bot
from bot.replies import Dialogue, Reply
from tests.bot.test_data import SAID

ON = date(2026, 11, 29)


def _talk(bot: Bot, place: str | None, *said: str) -> list[Reply]:
    replies: list[Reply] = []
    for text in said:
        dialogue = replies[-1].dialogue if replies else Dialogue()
        replies.append(bot.answer(text, on=ON, place=place, dialogue=dialogue))
    return replies


@pytest.mark.parametrize(
    ("place", "said", "told"),
    [
        ("dalian", ("我开面馆的 消防不合格被罚了四千", "要不要挂到网上去"), "看类别"),
        ("yunnan", ("烧烤店没证被罚了两千", "我早点认了能少挂几天不"), "可以提前"),
        ("yunnan", ("我厂被拉进黑名单了 咋个整", "好久才出得来"), "最短1年"),
        ("yunnan", ("我家老人被列进严重失信名单了", "要交好多钱"), "不收费"),
        ("dalian", ("报告里多了一条 不知道哪来的", "能查出是谁报的不"), "来源"),
        ("dalian", ("系统里那条压根不是我干的", "找谁改"), "市公共信用信息工作机构"),
        ("dalian", ("舅妈让我给她打份信用报告", "她写个条子签了名的", "我要带啥"), "身份证"),
        ("dalian", ("车行要看我的信用报告才卖", "他要是再转给保险公司呢"), "第三方"),
        ("dalian", ("中介要看我的信用 叫我授权", "我不点他就不带我看房"), "捆绑"),
        ("yunnan", ("婚介要我登记有啥病", "还问我存款多少"), "书面同意"),
        ("yunnan", ("有个房东背着我查我信用", "我咋知道他查了几回"), "谁查过我"),
        ("yunnan", ("有个房东背着我查我信用", "要罚好多"), "5万"),
        ("yunnan", ("修复申请遭退回来了", "我补齐了还能再递不"), "再交"),
        ("dalian", ("法院把处罚撤销了 记录还挂着", "几天能删", "当天算不算"), "工作日"),
        ("yunnan", ("评级机构说交两万给高分", "这合法不"), "不行"),
        ("yunnan", ("办证叫我签了承诺书", "补不上会不会上失信"), "会记入"),
        ("dalian", ("区里招商答应的补贴不给了", "说是规划调整了"), "补偿"),
        ("yunnan", ("公司上了严重名单 我是股东", "我只占一点股份"), "直接责任人"),
        ("dalian", ("修复好了 企查查上还有", "他们不删呢"), "信用中国"),
    ],
)
def test_a_question_without_a_noun_is_asked_within_what_has_happened(
    bot: Bot, place: str, said: tuple[str, ...], told: str
) -> None:
    assert told in _talk(bot, place, *said)[-1].text


@pytest.mark.parametrize(
    ("place", "said", "scene"),
    [
        ("yunnan", ("办证时签了承诺，后来材料没补上",), "pledge"),
        ("dalian", ("我家娃十五岁，骑电动车被处罚了",), "minor"),
        ("dalian", ("我的信用资料被人卖了，天天接推销电话",), "spread"),
        ("yunnan", ("我妈不会用手机，叫我帮她打信用报告",), "proxy"),
        ("yunnan", ("修复申请递了半个月一点动静没有",), "waiting"),
    ],
)
def test_what_has_happened_is_kept_however_the_answer_was_found(
    bot: Bot, place: str, said: tuple[str, ...], scene: str
) -> None:
    assert _talk(bot, place, *said)[-1].dialogue.scene == scene


@pytest.mark.parametrize(
    ("place", "said", "scene"),
    [
        ("yunnan", "信用办的人把我的记录截图发群里了", "official"),
        ("dalian", "昨天才发现我在黑名单里，从来没人通知", "listed"),
        ("dalian", "行业协会把我们饭店通报批评了，说失信", "association"),
        ("dalian", "在云南被罚的，现在搬大连住了", "across"),
        ("yunnan", "公司注销了，以前的处罚还挂着", "dissolved"),
    ],
)
def test_an_answer_tells_what_has_happened(bot: Bot, place: str, said: str, scene: str) -> None:
    assert bot.answer(said, on=ON, place=place).dialogue.scene == scene


@pytest.mark.parametrize(
    ("place", "said", "told"),
    [
        ("dalian", ("我爸上个月走了，名下还有一条失信", "会算到我头上吗", "谁能去撤"), "死亡证明"),
        ("yunnan", ("修复申请递了半个月一点动静没有", "正常要几天"), "国家方案"),
        ("dalian", ("我的信用资料被人卖了，天天接推销电话", "能匿名吗"), "12345"),
        ("dalian", ("有个公司没经我同意查了我信用", "能告它不"), "截图"),
        ("yunnan", ("跟物业吵架，三年没交物业费", "影响孩子不", "谁说了算"), "依法依规认定"),
        ("dalian", ("信用评级公司给我们打了个很低的分", "几天回"), "及时"),
        ("yunnan", ("儿子才十六，打架被派出所罚了", "当兵有影响没"), "未成年人"),
    ],
)
def test_a_few_words_that_any_matter_is_asked_in_are_asked_of_what_has_happened(
    bot: Bot, place: str, said: tuple[str, ...], told: str
) -> None:
    assert told in _talk(bot, place, *said)[-1].text


def test_a_few_words_that_name_another_matter_are_asked_of_that(bot: Bot) -> None:
    said = ("我妈在失信名单上 我会不会被刷", "我自己十五岁打架被罚过 这个也会显示?", "那我的志愿服务信息能撤掉不")
    assert _talk(bot, "yunnan", *said)[-1].text.startswith("可以")


def test_what_a_swindler_said_has_not_happened(bot: Bot) -> None:
    said = "电话里自称信用办的，说我上榜了叫我报身份证跟卡号"
    assert bot.answer(said, on=ON, place="dalian").dialogue.scene == "scam"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("我在早市卖海鲜 秤不准被罚三百 会不会记信用", "看类别"),
        ("网上显示我欠电费 明明还清了", "异议"),
        ("想看看合伙人的信用咋样", "授权"),
        ("我娃十五岁 被人家记了失信", "未成年"),
        ("家在大连 在大理被罚 归哪边管", "归云南"),
    ],
)
def test_what_has_happened_is_heard_in_the_first_message(bot: Bot, said: str, told: str) -> None:
    assert told in bot.answer(said, on=ON).text


def test_a_scene_is_left_for_another_matter(bot: Bot) -> None:
    *_, last = _talk(bot, "yunnan", "有个房东背着我查我信用", "另外修复要多久")
    assert "10个工作日" in last.text and last.dialogue.scene != "looked-up"


def test_telling_of_a_fine_starts_no_errand(bot: Bot) -> None:
    assert bot.answer("我开店的 上个月被罚了一千", on=ON, place="dalian").flow is None
    assert bot.answer("上个月被罚了一千 帮我消掉", on=ON, place="dalian").flow == "repair"


def test_a_paper_that_was_received_is_no_scam(bot: Bot) -> None:
    assert "骗" not in bot.answer("我收到一份信用修复告知书", on=ON).text
    assert bot.answer("网上有个大师说先打八百押金帮我清记录", on=ON).text.startswith("别")


def test_a_matter_that_is_not_named_is_asked_for(bot: Bot) -> None:
    reply = bot.answer("我那个事咋弄", on=ON)
    assert reply.kind == "clarify" and reply.quick_replies and reply.flow is None


def test_english_goes_on_about_the_matter_at_hand(bot: Bot) -> None:
    assert "Free" in _talk(bot, "dalian", "how long does an objection take", "is it free")[-1].text


@pytest.mark.parametrize(
    ("first", "then", "told"),
    [
        ("how do I fix a wrong record", "how long does it take", "10 working days"),
        ("how do I fix a wrong record", "what documents do I need", "which record is wrong"),
        ("how do I repair my credit", "how long does it take", "10 working days"),
        ("how do I repair my credit", "what documents do I need", "credit pledge"),
        ("can a 15 year old have a credit record", "why", "Minors"),
    ],
)
def test_who_reads_no_chinese_is_told_the_number_and_what_to_bring(bot: Bot, first: str, then: str, told: str) -> None:
    assert told in "\n".join(reply.text for reply in _talk(bot, "dalian", first, then))


def test_no_sentence_permits_without_saying_what() -> None:
    """A bare 可以 is false wherever the sentence is said to another question; 可以再提一次异议 is not."""
    bare = tuple(f"{yes}{stop}" for yes in ("可以", "能", "行") for stop in "，。：；！")
    assert {name: said for name, said in SAID.items() if said.startswith(bare)} == {}


def test_what_scenes_name_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    read = packaged.toml

    def spoilt(asked: str) -> dict[str, object]:
        data = read(asked)
        if asked == "scenes.toml":
            data["turn"].append({"within": "nowhere", "words": "x", "point": "no-such-point"})
        return data

    monkeypatch.setattr(packaged, "toml", spoilt)
    found = checking.contradictions()
    assert any("no-such-point" in line for line in found)
    assert any("nowhere" in line for line in found)


def test_what_is_declined_still_tells_what_has_happened(bot: Bot) -> None:
    reply = bot.answer("得了市里好人称号，邻居老来借钱", on=ON, place="dalian")
    assert reply.kind == "out_of_scope" and reply.dialogue.scene == "good"


@pytest.mark.parametrize(
    "said",
    [
        "姑娘才上初二，学校喊填信用承诺，怕她也有档案了",
        "儿子十六，想给他填个信用承诺",
        "娃十三，给他自主申报一个证书",
    ],
)
def test_nothing_is_begun_for_a_minor_however_plainly_it_is_wanted(bot: Bot, said: str) -> None:
    reply = bot.answer(said, on=ON, place="yunnan")
    assert reply.flow is None and reply.dialogue.point == "minors"


def test_a_minor_who_was_told_of_bars_later_errands_for_them_but_not_ones_own(bot: Bot) -> None:
    told = bot.answer("儿子才上初二", on=ON, place="yunnan").dialogue
    barred = bot.answer("给他签个信用承诺", on=ON, place="yunnan", dialogue=told)
    assert barred.flow is None and barred.dialogue.point == "minors"
    assert bot.answer("我要提异议", on=ON, place="yunnan", dialogue=told).flow == "objection"
