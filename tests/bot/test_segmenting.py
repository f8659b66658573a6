"""The words are those of jieba, whose dictionary they come from."""

import io
import re
from importlib import resources
from typing import Any

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.lexicon import Lexicon
from bot.segmenting import FIELD_FREQUENCY, Segmenter
from knowledge import articles
from tests.bot.measuring import questions

TEXTS = st.text(alphabet="信用修复异议失信人名单云南大连市社会条例第三十六一个月内公示abc129的了吗", max_size=60)


class Lines(io.BytesIO):
    name = "dict.txt"


@pytest.fixture(scope="module")
def words() -> list[str]:
    lexicon = Lexicon()
    return [*lexicon.concept_of, *lexicon.sounds]


@pytest.fixture(scope="module")
def ours(words: list[str]) -> Segmenter:
    return Segmenter(words)


@pytest.fixture(scope="module")
def theirs(words: list[str]) -> Any:
    """jieba's own tokenizer with the same words: those seen a hundred times, and the field's."""
    frequent = re.findall(rb"^.+ \d{3,} .*$", resources.files("jieba").joinpath("dict.txt").read_bytes(), re.MULTILINE)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(Lines(b"\n".join(frequent)))
    tokenizer.initialized = True
    for word in words:
        tokenizer.FREQ[word] = max(tokenizer.FREQ.get(word, 0), FIELD_FREQUENCY * len(word))
        for end in range(1, len(word)):
            tokenizer.FREQ.setdefault(word[:end], 0)
    return tokenizer


def test_questions_and_articles_fall_into_the_words_of_jieba(ours: Segmenter, theirs: Any) -> None:
    texts = [question["text"] for name in ("dev.jsonl", "own.jsonl") for question in questions(name)]
    texts += [article.text for place in ("yunnan", "dalian") for article in articles.regulation(place).articles]
    for text in (text.lower().replace("\r\n", "\n") for text in texts):
        assert ours.cut(text) == theirs.lcut(text, HMM=False)


@settings(max_examples=300)
@given(TEXTS)
def test_any_text_falls_into_the_words_of_jieba(ours: Segmenter, theirs: Any, text: str) -> None:
    assert ours.cut(text) == theirs.lcut(text, HMM=False)


@pytest.mark.parametrize("text", ["网上说三千块包删行政处罚记录能信吗", "行政处罚记录", "云南信用行业协会发布信息吗"])
def test_of_two_paths_that_are_as_likely_jiebas_is_taken(ours: Segmenter, theirs: Any, text: str) -> None:
    """行政处罚|记录 and 行政|处罚记录 have the same words' frequencies; how the rest rounds the sum decides."""
    assert ours.cut(text) == theirs.lcut(text, HMM=False)


@given(st.text(max_size=60))
def test_nothing_is_lost_or_added(ours: Segmenter, text: str) -> None:
    assert "".join(ours.cut(text)) == text


def test_words_of_the_field_are_known_by_their_frequency(ours: Segmenter, theirs: Any, words: list[str]) -> None:
    for word in [*words, "中国", "没有这个词"]:
        assert ours.frequency(word) == theirs.FREQ.get(word, 0)
