"""What the editors say on an aspect of a topic is held against the articles that stand under it: who shall, may and must not,
what is excepted, whose rule a number is, and what the text used has lost.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import pytest

from bot import points, topics, verdicts
from bot.places import JURISDICTIONS
from bot.sentences import TEMPLATE, fill
from knowledge import articles

ON = date(2026, 11, 28)
LAW = {article.id: article.text for place in JURISDICTIONS for article in articles.regulation(place).articles}
UNDER = {topic.id: topic for topic in topics.load()}
# The words that say that a sentence rests on more than the articles under it.
ELSEWHERE = re.compile("国家|民法典|行政处罚法|志愿服务条例|服务约定|法院")
OWN_WORDS = re.compile("“[^”]*”|没有(?:单|另|专)?写[^，。；：]*")  # a quotation, and what the law is said not to say
MODALS = {"应当|必须": "(?<!不)应当", "不得|禁止": "不得|禁止", "有权": "有权|享有", "鼓励": "鼓励"}
UNLISTED = {
    f"dalian-{number}" for number in (12, 29, 31, 32, 34)
}  # what is recorded, given or done: its items are lost
NATIONAL = re.compile(f"{ELSEWHERE.pattern}|一般满")
BY_ITSELF = re.compile("发现[^，。；]{0,8}(?:应当|要)[^，。；]{0,4}(?:更正|改)")
STANDS = {
    "决定文书|出文书": "决定文书",
    "也是信用主体": "以下统称",
}  # what is said, and what an article under it says then
ACTS = {
    "(?<!问)行业主管部门": "行业主管部门",
    "各级政府": "各级人民政府",
}  # who is said to act, and the law's name of them
LOST = re.compile("缺|看得到|看不到|看不全")
DOCUMENT = re.compile("(?:认定|记|算)失信[^。；]*文书|生效[^，。；]*(?:文书|处罚|判决|裁判|仲裁)|(?<!期限)看文书(?!上)")
CONSENT = re.compile("(?:未经|没有)[^，。；、]{0,10}(?:同意|授权)[^。；]{0,30}(?:不得|不能|不行)")


class Said(NamedTuple):
    """One sentence in one place, its rules still as templates, and the articles under it."""

    point: str
    place: str
    sentence: str
    articles: tuple[str, ...]

    @property
    def law(self) -> str:
        return "".join(LAW[name] for name in self.articles)


Rule = Callable[[Said], str | None]


def _said() -> list[Said]:
    told = []
    for area in points.load().values():
        for point in area.points:
            of_topics = [UNDER[name] for name in point.topics if name in UNDER]
            for place in JURISDICTIONS:
                named = point.articles(place)
                names = named if named is not None else tuple(n for topic in of_topics for n in topic.articles(place))
                if sentence := point.says(place):
                    told.append(Said(point.id, place, sentence, names))
    told += [
        Said(f"{topic.id}.say", of, text, topic.articles(of))
        for topic in UNDER.values()
        for of, text in topic.say.items()
    ]
    return told


def _shall_may_and_must_not_are_the_articles(said: Said) -> str | None:
    if ELSEWHERE.search(said.sentence) or not said.articles:
        return None
    own = OWN_WORDS.sub("", said.sentence)
    lacking = [ours for ours, theirs in MODALS.items() if re.search(ours, own) and not re.search(theirs, said.law)]
    return f"{lacking} is in none of its articles" if lacking else None


def _a_number_of_national_rules_is_said_to_be_national(said: Said) -> str | None:
    national = any(found[2] == "national" for found in TEMPLATE.finditer(said.sentence))
    if (national or re.search("最长期|轻微", said.sentence)) and not NATIONAL.search(said.sentence):
        return "the article under it has no such number, and nobody is told whose it is"
    return None


def _no_number_is_another_places(said: Said) -> str | None:
    others = [found[0] for found in TEMPLATE.finditer(said.sentence) if found[2] not in (said.place, "national")]
    return f"{others} of another place" if others else None


def _what_cannot_be_repaired_is_barred_by_laws_too(said: Said) -> str | None:
    barred = re.search("不可修复|不能修复的", said.sentence)
    return "loses 法律、法规" if barred and "法律、法规" not in said.sentence else None


def _what_a_lost_list_may_hold_is_not_said_to_be_unwritten(said: Said) -> str | None:
    silent = re.search("没有(?:单|另|专)?写(?!这类信息不得纳入)", said.sentence)
    if silent and UNLISTED & set(said.articles) and not LOST.search(said.sentence):
        return "the items of an article under it are missing in the text used"
    return None


def _consent_that_a_law_may_spare_is_not_told_without_the_exception(said: Said) -> str | None:
    excepted = re.search("除[^。]{0,30}外", said.law)
    if excepted and CONSENT.search(said.sentence) and not re.search("另有规定|另外规定", said.sentence):
        return "loses its exception"
    return None


def _an_incentive_that_may_be_given_is_not_promised(said: Said) -> str | None:
    promised = "yunnan-25" in said.articles and re.match("会|应当|有(?!便利)", said.sentence)
    return "turns 可以采取 into a promise" if promised else None


def _a_unit_must_mend_by_itself_only_where_the_law_says_so(said: Said) -> str | None:
    promised = BY_ITSELF.search(OWN_WORDS.sub("", said.sentence))
    return "no article under it tells a unit to correct what it finds" if promised and "发现" not in said.law else None


def _that_dishonesty_needs_an_effective_document_is_yunnans_rule(said: Said) -> str | None:
    if said.place == "yunnan" or not DOCUMENT.search(said.sentence):
        return None
    return None if LOST.search(said.sentence) else "the list that might say so is missing, and nobody is told"


def _what_is_left_of_a_list_is_not_cut_so_that_it_says_more(said: Said) -> str | None:
    return "what is left reads 行生效的, the end of failing to perform one" if "“生效的司法" in said.sentence else None


def _a_limit_on_lists_lists_nobody(said: Said) -> str | None:
    if "yunnan-29" not in said.articles:
        return None
    listed = verdicts.norm(said.sentence, None) == "will" or "才在范围" in said.sentence
    return "the article bounds what a local regulation may set up" if listed else None


def _what_wants_more_than_a_document_is_told_with_it(said: Said) -> str | None:
    """云南第十条 wants a law's own words for some matters, and gravity and a determination for others."""
    enough = said.place == "yunnan" and "yunnan-10" in said.articles and re.search("欠费|狗|这类事", said.sentence)
    return "a document is not enough" if enough and not re.search("法律、法规", said.sentence) else None


def _repair_in_dalian_stops_disclosure(said: Said) -> str | None:
    ours = said.place == "dalian" and "dalian-44" in said.articles and not NATIONAL.search(said.sentence)
    return "停止公示 is another regulation's word" if ours and "停止公示" in said.sentence else None


def _who_does_nothing_is_told_the_places_own_period_too(said: Said) -> str | None:
    waits = said.place == "dalian" and re.search("不申请[^。；]*最长", said.sentence)
    return "loses the five years of disclosure" if waits and "{disclosure.length.dalian}" not in said.sentence else None


def _who_has_to_wait_is_told_which_class_has_not(said: Said) -> str | None:
    waits = re.search("缴清[^。]*{publicity.general.minimum.national}", said.sentence)
    return "there is no minimum for 轻微" if waits and "轻微" not in said.sentence else None


def _an_objection_wants_no_document_first(said: Said) -> str | None:
    return "neither place's article wants one" if re.search("要拿到[^。；]*才能提异议", said.sentence) else None


def _grounds_of_an_objection_that_are_lost_are_not_told(said: Said) -> str | None:
    told = "dalian-41" in said.articles and re.search("错误、遗漏|有遗漏|、遗漏", said.sentence)
    return "the list of grounds is missing, and nobody is told" if told and not LOST.search(said.sentence) else None


def _consent_to_ones_own_information_is_not_said_to_be_unwritten(said: Said) -> str | None:
    asked = said.place == "yunnan" and re.search("没有(?:单|专)?写[^。；：]*(?:先问|本人同意)", said.sentence)
    return "云南第三十四条 wants consent" if asked and "采集使用" not in said.sentence else None


def _what_is_named_stands_in_one_of_its_articles(said: Said) -> str | None:
    lacking = [ours for ours, theirs in STANDS.items() if re.search(ours, said.sentence) and theirs not in said.law]
    return f"{lacking} is in none of its articles" if lacking and said.articles else None


def _who_may_not_collect_what_somebody_owns_is_said(said: Said) -> str | None:
    if not re.search("(?:收入|存款)[^。]*书面同意|书面同意[^。]*(?:收入|存款)", said.sentence):
        return None
    bound = {"dalian-18": "市场信用信息提供主体", "yunnan-34": "信用信息"}
    lost = [word for name, word in bound.items() if name in said.articles and word not in said.sentence]
    return f"loses {lost}, and binds whoever asks for a payslip" if lost else None


def _in_dalian_performance_is_recorded_and_not_the_pledge(said: Said) -> str | None:
    both = "dalian-9" in said.articles and re.search("承诺和(?:履行|履约|做没做)", said.sentence)
    return "the pledge itself is 云南's" if both else None


def _a_look_is_due_in_weighty_matters_only_where_the_article_says_so(said: Said) -> str | None:
    if "yunnan-22" in said.articles and "重大" in said.sentence:
        return "云南's has no such condition"
    due = "dalian-48" in said.articles and "查询公共信用信息" in said.sentence
    return "loses 涉及重大资金、资源、项目" if due and "重大" not in said.sentence else None


def _who_lives_on_own_wages_is_told_apart_from_a_minor(said: Said) -> str | None:
    told = re.search("{capacity.adult.national|未成年人没有信用报告", said.sentence)
    lost = told and "{capacity.own_income.national" not in said.sentence
    return "loses who is sixteen and lives on own wages (民法典第十八条)" if lost else None


def _who_needs_consent_to_collect_is_said(said: Said) -> str | None:
    needs = "dalian-17" in said.articles and re.search("采集[^。；]*本人同意", said.sentence)
    return "loses 市场信用信息提供主体" if needs and "市场信用信息" not in said.sentence else None


def _who_acts_stands_in_one_of_its_articles(said: Said) -> str | None:
    if NATIONAL.search(said.sentence) or not said.articles:
        return None
    lacking = [ours for ours, theirs in ACTS.items() if re.search(ours, said.sentence) and theirs not in said.law]
    return f"{lacking} is in none of its articles" if lacking else None


def _an_offence_of_a_lost_list_is_not_promised_a_penalty(said: Said) -> str | None:
    promised = "dalian-58" in said.articles and re.match("会受罚|要担责", said.sentence)
    return "its list is missing" if promised and not re.search(f"{LOST.pattern}|所列", said.sentence) else None


def _what_bounds_a_list_permits_no_measure(said: Said) -> str | None:
    permitted = "yunnan-28" in said.articles and re.search("可以(?:列为|增加)", said.sentence)
    return "a measure has to stand on a published list" if permitted and "清单" not in said.sentence else None


def _what_is_made_good_is_the_loss_by_a_changed_promise(said: Said) -> str | None:
    changed = re.search("公共利益[^。]*补偿", said.sentence)
    return "loses whose, and of what" if changed and "政策承诺" not in said.sentence else None


RULES = (
    _shall_may_and_must_not_are_the_articles,
    _a_number_of_national_rules_is_said_to_be_national,
    _no_number_is_another_places,
    _what_cannot_be_repaired_is_barred_by_laws_too,
    _what_a_lost_list_may_hold_is_not_said_to_be_unwritten,
    _consent_that_a_law_may_spare_is_not_told_without_the_exception,
    _an_incentive_that_may_be_given_is_not_promised,
    _a_unit_must_mend_by_itself_only_where_the_law_says_so,
    _that_dishonesty_needs_an_effective_document_is_yunnans_rule,
    _what_is_left_of_a_list_is_not_cut_so_that_it_says_more,
    _a_limit_on_lists_lists_nobody,
    _what_wants_more_than_a_document_is_told_with_it,
    _repair_in_dalian_stops_disclosure,
    _who_does_nothing_is_told_the_places_own_period_too,
    _who_has_to_wait_is_told_which_class_has_not,
    _an_objection_wants_no_document_first,
    _grounds_of_an_objection_that_are_lost_are_not_told,
    _consent_to_ones_own_information_is_not_said_to_be_unwritten,
    _what_is_named_stands_in_one_of_its_articles,
    _who_may_not_collect_what_somebody_owns_is_said,
    _in_dalian_performance_is_recorded_and_not_the_pledge,
    _a_look_is_due_in_weighty_matters_only_where_the_article_says_so,
    _who_lives_on_own_wages_is_told_apart_from_a_minor,
    _who_acts_stands_in_one_of_its_articles,
    _an_offence_of_a_lost_list_is_not_promised_a_penalty,
    _what_bounds_a_list_permits_no_measure,
    _what_is_made_good_is_the_loss_by_a_changed_promise,
    _who_needs_consent_to_collect_is_said,
)


@pytest.mark.parametrize("rule", RULES, ids=[rule.__name__.strip("_") for rule in RULES])
def test_each_sentence_says_what_its_articles_say(rule: Rule) -> None:
    faults = {(said.point, said.place): fill(said.sentence, ON) for said in _said() if rule(said)}
    assert faults == {}


@pytest.mark.parametrize(
    ("rule", "place", "sentence", "under"),
    [
        (RULES[0], "yunnan", "应当：有条例写的违法行为，就要责令改正。", ("yunnan-59", "yunnan-60")),
        (RULES[0], "dalian", "不得承诺评价等级揽业务。", ("dalian-59",)),
        (RULES[0], "yunnan", "有权提：都能提异议。", ("yunnan-36",)),
        (RULES[1], "yunnan", "满{publicity.general.minimum.national}就能递。", ("yunnan-38",)),
        (RULES[2], "dalian", "{objection.finish.yunnan}内办完。", ("dalian-42",)),
        (RULES[3], "dalian", "可以申请，国家规定不可修复的除外。", ("dalian-44",)),
        (RULES[4], "dalian", "条例没有写不能坐飞机、高铁。", ("dalian-34", "dalian-31")),
        (RULES[5], "yunnan", "违法：没有书面授权，任何单位和个人不得查没公开的市场信用信息。", ("yunnan-19",)),
        (RULES[6], "yunnan", "会少：降低抽查比例和频次。", ("yunnan-25",)),
        (RULES[7], "yunnan", "不强制：不提的，单位发现有错也要更正。", ("yunnan-36", "yunnan-12")),
        (RULES[8], "dalian", "不能自己报：认定失信要有生效的判决、仲裁或者处罚等文书。", ("dalian-12",)),
        (RULES[9], "dalian", "算：所用文本能看到“生效的司法裁判文书和仲裁文书”，其余列项缺失。", ("dalian-12",)),
        (RULES[10], "yunnan", "够：严重危害人民群众身体健康和生命安全的，在严重失信名单的范围内。", ("yunnan-29",)),
        (
            RULES[11],
            "yunnan",
            "条例没有点名写狗咬人：有写着您的生效处罚、判决才谈得上失信。",
            ("yunnan-10", "yunnan-26"),
        ),
        (RULES[12], "dalian", "修复完成就停止公示、终止惩戒，处罚决定本身不因此撤销。", ("dalian-44",)),
        (RULES[13], "dalian", "不申请也行，那就挂到国家规定的最长公示期满。", ("dalian-44",)),
        (
            RULES[14],
            "yunnan",
            "缴清、改正后满最短公示期（国家规定{publicity.general.minimum.national}）。",
            ("yunnan-38",),
        ),
        (RULES[15], "dalian", "还不行：要拿到改判、撤销的文书才能提异议要求更正。", ("dalian-41",)),
        (RULES[16], "dalian", "有权提：您认为信息有错误、遗漏或者侵犯权益的，都能提异议。", ("dalian-41",)),
        (RULES[17], "yunnan", "可以撤：条例没有写公示表彰、志愿、捐赠要先问您。", ("yunnan-37",)),
        (RULES[18], "yunnan", "可以由单位撤：法人和非法人组织也是信用主体。", ("yunnan-37", "yunnan-63")),
        (RULES[19], "dalian", "不够：收入、存款、房产这些要先讲明不利后果，并取得书面同意。", ("dalian-18",)),
        (RULES[20], "dalian", "条例没有写留多久：承诺和履行情况都要记入信用记录。", ("dalian-9",)),
        (RULES[21], "yunnan", "部门办重大的招投标、审批、资质会看。", ("yunnan-22",)),
        (RULES[22], "yunnan", "不行：未成年人没有信用报告，一般满{capacity.adult.national:岁}。", ("yunnan-3",)),
        (RULES[23], "dalian", "违法采集归社会信用主管部门（发改部门）或者行业主管部门管。", ("dalian-18", "dalian-59")),
        (RULES[24], "dalian", "要担责：由有权机关责令改正，对直接责任人员依法处分。", ("dalian-58",)),
        (RULES[25], "yunnan", "要看部门：失信的可以列为重点、增加检查频次。", ("yunnan-22", "yunnan-28")),
        (RULES[26], "yunnan", "要补偿：因国家、公共利益需要改变的，依法补偿损失。", ("yunnan-49",)),
        (RULES[22], "dalian", "不行：未成年人没有信用报告；记了的可以由监护人提异议。", ("dalian-3",)),
        (RULES[27], "dalian", "不行：采集要经本人同意并约定用途。", ("dalian-17",)),
    ],
)
def test_the_rules_see_the_faults_they_were_made_for(
    rule: Rule, place: str, sentence: str, under: tuple[str, ...]
) -> None:
    """Each once stood among the points."""
    assert rule(Said("x", place, sentence, under))
