"""Ways of asking: a point that a message is clearly asked in the way of is said instead of the one that was chosen."""

import re
from collections.abc import Mapping
from itertools import chain
from typing import cast

import pytest

from bot import kept, topics, ways
from bot.engine import Bot
from bot.lexicon import Lexicon
from bot.points import Point, Points
from bot.reading import Reader
from bot.replies import Dialogue
from bot.ways import BEYOND, WITHIN, Margin, Nearest, Ways
from tests.bot import talks
from tests.bot.conftest import ON

FEW: Mapping[str, Point] = {
    name: Point(id=name, under="x", any=said)
    for name, said in (("fee", "不收费。"), ("days", "五天。"), ("free", "不收费。"), ("unasked", "看情况。"))
}
ASKED = {
    "fee": ("办这个要交多少钱", "收不收费用", "花钱吗"),
    "days": ("办这个要等几天", "多久能下来", "几号出结果"),
    "free": ("白办的吗", "有没有工本费"),
}


class _Few:
    """The points above, in two areas."""

    by_id = FEW
    areas = ("money", "time")

    @staticmethod
    def area(point: str | None, _topic: str | None) -> str:
        return "time" if point == "days" else "money"

    @staticmethod
    def beside(_area: str) -> tuple[str, ...]:
        return ()


LONG_ENOUGH = 6  # letters from which the same words are hardly written twice by chance


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(Lexicon())


@pytest.fixture
def few(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> Ways:
    monkeypatch.setattr(ways, "written", lambda: ASKED)
    monkeypatch.setattr(kept, "folders", lambda: iter(()))
    return Ways(cast(Points, _Few()), reader)


def test_a_way_leads_to_its_point_unless_that_was_chosen(few: Ways, reader: Reader) -> None:
    features = reader.read("到底要等几天").features
    found = few.nearest(features, FEW["fee"])
    assert found is not None and found.point.id == "days" and found.lead > 0
    assert few.nearest(features, FEW["days"]) is None


def test_points_with_the_same_sentence_share_their_ways(few: Ways, reader: Reader) -> None:
    features = reader.read("有没有工本费").features
    assert few.nearest(features, FEW["fee"]) is None
    found = few.nearest(features, FEW["days"])
    assert found is not None and found.point.id == "fee"


def test_in_a_talk_the_area_of_the_last_answer_is_nearer(few: Ways, reader: Reader) -> None:
    features = reader.read("到底要等几天").features
    first, later, elsewhere = (few.nearest(features, FEW["fee"], area) for area in (None, "time", "money"))
    assert first is not None and later is not None and elsewhere is not None
    assert later.lead > first.lead > elsewhere.lead


def test_a_point_for_which_nobody_wrote_ways_stands(few: Ways, reader: Reader) -> None:
    assert few.nearest(reader.read("办这个要交多少钱").features, FEW["unasked"]) is None


@pytest.mark.parametrize(
    ("score", "lead", "clear"),
    [
        (0.24, 0.2, ()),
        (0.25, 0.09, ()),
        (0.25, 0.1, (WITHIN,)),
        (0.44, 0.3, (WITHIN,)),
        (0.45, 0.19, (WITHIN,)),
        (0.45, 0.2, (WITHIN, BEYOND)),
    ],
)
def test_the_further_a_point_leads_away_the_clearer_it_must_be(
    score: float, lead: float, clear: tuple[Margin, ...]
) -> None:
    found = Nearest(FEW["fee"], score, lead)
    assert tuple(margin for margin in (WITHIN, BEYOND) if found.is_clear(margin)) == clear


def test_what_an_editor_wrote_is_mostly_answered_by_its_own_sentence(bot: Bot) -> None:
    """Every tenth way of asking; the others are led, reckoned or stopped before, or lie within two points' reach."""
    points = bot.decider.points.by_id
    asked = [(point, way) for point, said in ways.firsts().items() for way in said][::10]
    right = 0
    for point, way in asked:
        chosen = bot.decider.decide(way, ON, "yunnan", Dialogue()).point
        right += chosen is not None and chosen.spoken(None) == points[point].spoken(None)
    assert right / len(asked) >= 0.75, right / len(asked)


def test_nothing_is_learnt_from_a_set_that_measures() -> None:
    """Blind authors ask in the words of everybody: what one of them wrote is dropped from what is learnt, not kept by chance."""
    unread = {_letters(turn["user"]) for name, _ in talks.UNREAD for row in talks.read(name) for turn in row["turns"]}
    learnt = {*chain(*ways.written().values()), *chain(*(topic.phrasings for topic in topics.load()))}
    assert not [said for said in learnt if len(_letters(said)) >= LONG_ENOUGH and _letters(said) in unread]


def _letters(said: str) -> str:
    return re.sub(r"[\W_]+", "", said)


def test_what_names_nothing_stays_in_its_thread(bot: Bot) -> None:
    first = bot.answer("修复信用要什么条件", on=ON, place="yunnan")
    second = bot.answer("要钱吗", on=ON, place="yunnan", dialogue=first.dialogue)
    assert second.articles[0] == "yunnan-38" and ("不收" in second.text or "免费" in second.text)


def test_an_errand_that_is_named_outright_is_begun(bot: Bot) -> None:
    assert bot.answer("查进度", on=ON, place="dalian").flow == "status"
    assert bot.answer("有人查我的信用就给我发消息", on=ON, place="dalian").flow == "reminder"


@pytest.mark.parametrize(
    ("place", "said", "told"),
    [
        ("dalian", "信息登串了 是你们中心自己弄的 改好以后多长时间知会我", "{own_error}"),
        ("yunnan", "商会要登记我们 事先该跟我们说明些啥", "方式"),
        ("dalian", "罚款差一截 想先把修复排上", "履行|缴|交"),
        ("yunnan", "机关里的人把我的信用资料卖了 会怎么处理他", "责令|处分|刑事"),
    ],
)
def test_words_that_no_point_has_are_understood_by_their_likeness(bot: Bot, place: str, said: str, told: str) -> None:
    told = told.replace("{own_error}", "2个工作日")
    assert re.search(told, bot.answer(said, on=ON, place=place).text)
