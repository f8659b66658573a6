"""What an article says in plain words says no more and no less than the article where it counts: who, must or may, what is
excepted, and what the text used has lost.
"""

import re
from datetime import date

import pytest

from bot.sentences import Sentences
from knowledge import articles
from knowledge.articles import Article

ON = date(2026, 11, 20)
SENTENCES = Sentences()
ARTICLES = [article for place in ("yunnan", "dalian") for article in articles.regulation(place).articles]

# An exception of the law, and how a plain sentence may say one. The same exception said twice in an article counts once.
EXCEPTION = re.compile(
    r"除[^。;;,,]{2,40}?外|但是|但依法|但不影响|另有规定的?,?从其规定|已有处罚规定的,?从其规定|的?除外"
)
PLAIN_EXCEPTION = re.compile(r"除[^。；，]{2,40}?外|[，。]但|另有规定的?，从其规定|按那些规定|的除外")
# What an article says shall, may, must not, is entitled to, is encouraged to; and its plain words: neither lacks what the other has.
MODALS = {
    "shall": (r"(?<!不)应当", r"应当|(?<![重主必需])要(?!求)"),
    "may": (r"可以", r"可以"),
    "must not": (r"不得|禁止", r"不得|禁止"),
    "is entitled": (r"有权|享有查询", r"有权"),
    "is encouraged": (r"鼓励", r"鼓励"),
}
# Who shall, may or must not: the law's name of them before the verb, and what a plain sentence calls them.
SUBJECTS = {
    r"国家机关和法律、法规授权的|行政机关(?:、法律法规|以及法律法规|及法律法规)": r"机关",
    r"法律、?法规授权的": r"依法授权的组织",
    r"群团组织等?(?:在|对|应)": r"群团组织",
    r"(?<!公共)市场信用信息提供[单主][位体]": r"市场信用信息提供[单主][位体]",
    r"公共信用信息提供[单主][位体]": r"提供[单主][位体]",
    r"公共信用信息(?:工作)?机构": r"(?:公共信用信息|工作|市工作)机构|对方",
    r"市场信用服务机构": r"市场信用服务机构",
    r"(?<!市场)信用服务机构": r"信用服务机构",
    r"行业主管部门": r"行业主管部门",
    r"社会信用工作主管部门|社会信用主管部门": r"主管部门",
    r"县级以上人民政府(?!及其|发展)": r"县级以上政府",
    r"各级人民政府": r"各级政府",
    r"任何单位和个人": r"任何单位和个人",
    r"任何组织和个人": r"任何组织和个人",
    r"受理单位": r"受理单位",
    r"市场主体": r"市场主体",
    r"司法机关": r"司法机关",
    r"审判机关": r"审判机关",
    r"检察机关": r"检察机关",
    r"社会公众": r"社会公众",
}
VERB = r"[^。;\n]{0,60}?(?:应当|可以|不得|有权)"
LISTS = ("缺失", "不完整", "缺了")
QUOTED = re.compile(r"“([^”]+)”")


def plain(article: Article) -> str:
    return SENTENCES.of(article.id, ON)


def law(article: Article) -> str:
    return article.text.translate(str.maketrans("，；：", ",;:"))


def _every_exception_survives(article: Article) -> None:
    excepted = {found[0] for found in EXCEPTION.finditer(law(article))}
    assert len(PLAIN_EXCEPTION.findall(plain(article))) >= len(excepted), excepted


def _what_shall_may_and_must_not_be_done_is_neither_lost_nor_added(article: Article) -> None:
    for modal, (theirs, ours) in MODALS.items():
        assert bool(re.search(theirs, law(article))) == bool(re.search(ours, plain(article))), modal


def _who_shall_or_may_is_said(article: Article) -> None:
    for theirs, ours in SUBJECTS.items():
        if re.search(f"(?:{theirs}){VERB}", law(article)):
            assert re.search(ours, plain(article)), theirs


def _nothing_is_quoted_that_is_not_in_the_text(article: Article) -> None:
    text = article.text.replace("\n", "")
    assert [quoted for quoted in QUOTED.findall(plain(article)) if quoted not in text] == []


def _what_the_text_has_lost_is_said_to_be_lost_and_not_filled_in(article: Article) -> None:
    if not article.missing:
        return
    said = plain(article)
    assert any(word in said for word in LISTS)
    visible = re.search(r"能看到的[^“]*(.*?)[。这]", said)
    if visible:
        assert QUOTED.sub("", visible[1]).strip("、等") == "", (
            "outside the quotation marks nothing is listed as visible"
        )


def _say_no_more_and_no_less(article: Article) -> None:
    _every_exception_survives(article)
    _what_shall_may_and_must_not_be_done_is_neither_lost_nor_added(article)
    _who_shall_or_may_is_said(article)
    _nothing_is_quoted_that_is_not_in_the_text(article)
    _what_the_text_has_lost_is_said_to_be_lost_and_not_filled_in(article)


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.id)
def test_plain_words_say_no_more_and_no_less_than_their_article(article: Article) -> None:
    _say_no_more_and_no_less(article)


def test_the_rules_of_these_tests_see_the_faults_they_were_made_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences that once stood here."""
    former = {
        "yunnan-29": "严重失信主体名单只限于几类：严重危害群众健康和生命安全，拒不履行国防义务。",
        "yunnan-34": "未经本人同意，不得采集使用个人信用信息。要先讲明不利后果并取得书面同意。",
        "yunnan-25": "信用良好的，可以享受绿色通道、先行受理、容缺受理。",
        "dalian-17": "采集个人信息要经本人同意并约定用途。不得强迫或者变相强迫。",
        "dalian-35": "失信信息披露期限一般为5年。到期还在名单上的，延到移出名单那天。期满要及时停止披露。",
        "dalian-12": "失信信息的完整列项在所用文本里缺失，能看到的有欠缴收费、骗取行政给付等字样。",
    }
    by_id = {article.id: article for article in ARTICLES}
    monkeypatch.setattr(SENTENCES, "of", lambda name, _: former[name])
    for name in former:
        with pytest.raises(AssertionError):
            _say_no_more_and_no_less(by_id[name])
