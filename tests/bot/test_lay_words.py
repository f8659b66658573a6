"""What people say stands for the law's own words, in the search engine."""

from itertools import pairwise
from typing import Any

import pytest

from bot import checking, packaged, retrieval
from bot.lay_words import LayWords
from bot.text import Plain

STATUTES = [
    ("劳动合同法第三十条", "用人单位应当按照劳动合同约定和国家规定，向劳动者及时足额支付劳动报酬。"),
    ("民法典第七百二十条", "在租赁期限内因占有、使用租赁物获得的收益，归承租人所有，但是当事人另有约定的除外。"),
    ("民法典第一千二百四十五条", "饲养的动物造成他人损害的，动物饲养人或者管理人应当承担侵权责任。"),
    (
        "道路交通安全法第九十九条",
        "未取得机动车驾驶证、机动车驾驶证被吊销期间驾驶机动车的，处二百元以上二千元以下罚款。",
    ),
    ("民法典第一千零六十七条", "父母不履行抚养义务的，未成年子女有要求父母给付抚养费的权利。"),
]


def grams(text: str) -> list[str]:
    return list(dict.fromkeys([*text, *map("".join, pairwise(text))]))


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("老板欠薪", "劳动合同法第三十条"),
        ("房东能不能赶我走", "民法典第七百二十条"),
        ("被狗咬了找谁", "民法典第一千二百四十五条"),
        ("没驾照能上路吗", "道路交通安全法第九十九条"),
        ("爸爸不给奶粉钱", "民法典第一千零六十七条"),
    ],
)
def test_a_question_without_a_word_of_the_article_finds_it(question: str, first: str) -> None:
    assert retrieval.build(STATUTES).search(question, 1)[0][0] == first


def test_what_is_asked_in_the_laws_own_word_is_not_counted_twice() -> None:
    words = LayWords(Plain())
    assert "用人单位" in words.meant("老板欠薪", grams("老板欠薪"))
    assert "用人单位" not in words.meant("老板就是用人单位", grams("老板就是用人单位"))


def test_an_article_is_found_by_its_number_and_by_no_part_of_it() -> None:
    index = retrieval.build([("甲法第三十六条", "甲"), ("甲法第六条", "乙"), ("甲法第三十条", "丙")])
    assert [name for name, _ in index.search("第三十六条", 3)] == ["甲法第三十六条"]
    assert index.search("三十六", 3) == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"用人单位": "老板 老板"}, "写了两次"),
        ({"用人单位": "用人单位"}, "就是法律用语"),
        ({"用人单位": "ＨＲ"}, "不是规范写法"),
        ({"用人单位": ""}, "没有说法"),
    ],
)
def test_a_mistake_in_the_words_is_told(monkeypatch: pytest.MonkeyPatch, said: dict[str, str], told: str) -> None:
    read = packaged.toml

    def spoilt(name: str) -> dict[str, Any]:
        return {"said": said} if name == "lay_words.toml" else read(name)

    monkeypatch.setattr(packaged, "toml", spoilt)
    assert any("lay_words.toml" in line and told in line for line in checking.contradictions())
