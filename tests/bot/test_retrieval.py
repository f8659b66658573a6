import math
from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import retrieval
from bot.text import GAPS, Plain
from knowledge import articles
from tests.bot.corpora import Corpus, measure, of_the_regulations
from tests.bot.measuring import questions

PLAIN = Plain()
A_FEW = 0.005  # two questions of four hundred
CORPUS = [
    (article.id, article.text) for place in ("yunnan", "dalian") for article in articles.regulation(place).articles
]


@pytest.fixture(scope="module")
def index() -> retrieval.Index:
    return retrieval.build(CORPUS)


def grams(text: str) -> list[str]:
    pieces = GAPS.sub(" ", PLAIN.all(text)).split()
    return [gram for piece in pieces for gram in (*piece, *(piece[i : i + 2] for i in range(len(piece) - 1)))]


class Reference:
    """BM25 over characters and pairs of characters, k1 1.5, b 0.75, written as in the textbook."""

    def __init__(self, documents: list[tuple[str, str]]) -> None:
        self.names = [name for name, _ in documents]
        counts = [Counter(grams(text)) for _, text in documents]
        mean = sum(count.total() for count in counts) / len(counts)
        seen = Counter(gram for count in counts for gram in count)
        self.adds: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, count in enumerate(counts):
            norm = 1.5 * (0.25 + 0.75 * count.total() / mean)
            for gram, times in count.items():
                rarity = math.log(1 + (len(counts) - seen[gram] + 0.5) / (seen[gram] + 0.5))
                self.adds[gram].append((number, rarity * times * 2.5 / (times + norm)))

    def search(self, text: str, k: int) -> list[str]:
        scores: defaultdict[int, float] = defaultdict(float)
        for gram in grams(text):
            for number, value in self.adds.get(gram, ()):
                scores[number] += value
        return [self.names[number] for number in sorted(scores, key=lambda number: (-scores[number], number))[:k]]


@pytest.mark.parametrize("corpus", of_the_regulations(), ids=lambda corpus: corpus.name)
def test_lay_questions_find_their_article_no_worse_than_bm25_over_characters(corpus: Corpus) -> None:
    index = retrieval.build(corpus.documents)
    ours = measure(lambda text, k: [name for name, _ in index.search(text, k)], corpus)
    theirs = measure(Reference(corpus.documents).search, corpus)
    assert ours.mrr >= theirs.mrr
    assert ours.first >= theirs.first - A_FEW
    assert ours.among_three >= theirs.among_three - A_FEW
    assert ours.mrr >= 0.64


def test_a_text_finds_itself_first(index: retrieval.Index) -> None:
    for name, text in CORPUS:
        found = index.search(text, 3)
        assert name in [hit for hit, _ in found]


@settings(max_examples=100)
@given(st.text(max_size=60), st.integers(1, 20))
def test_hits_are_distinct_ordered_and_at_most_k(index: retrieval.Index, text: str, k: int) -> None:
    hits = index.search(text, k)
    assert len(hits) <= k
    assert len({name for name, _ in hits}) == len(hits)
    assert all(first[1] >= second[1] for first, second in pairwise(hits))


def test_a_large_corpus_kept_as_lists_finds_the_same_as_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [q["text"] for q in questions("dev.jsonl")]
    table = retrieval.build(CORPUS)
    monkeypatch.setattr(retrieval, "TABLE", 0)
    monkeypatch.setattr(retrieval, "SORTED", 0)
    lists = retrieval.build(CORPUS)
    for text in asked:
        one, other = table.search(text, 8), lists.search(text, 8)
        assert [score for _, score in one] == pytest.approx([score for _, score in other], rel=1e-5)
        assert len({name for name, _ in one} ^ {name for name, _ in other}) <= 2  # two may tie for the last place


def test_of_equal_documents_the_first_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    for most in (retrieval.SORTED, 0):
        monkeypatch.setattr(retrieval, "SORTED", most)
        index = retrieval.build([(f"{number}", "信用修复") for number in range(20)])
        assert [name for name, _ in index.search("修复", 3)] == ["0", "1", "2"]


def test_how_a_question_is_put_counts_for_little_beside_its_matter() -> None:
    index = retrieval.build(
        [("form", "你们可以问我们要什么，我们就给你们什么"), ("matter", "期满停止公示"), ("other", "提出异议")]
    )
    assert index.search("你们什么可以给我们停止公示", 1)[0][0] == "matter"


def test_a_word_that_was_said_goes_before_one_that_the_law_has_for_it() -> None:
    index = retrieval.build([("law", "当事人可以请求损害"), ("said", "当事人可以请求弄坏"), ("other", "提出异议")])
    assert [name for name, _ in index.search("弄坏", 2)] == ["said", "law"]


def test_what_shares_nothing_with_the_question_is_no_hit(index: retrieval.Index) -> None:
    assert index.search("zzz", 5) == []
    assert len(retrieval.build([("a", "信用"), ("b", "天气")]).search("信用", 2)) == 1


def test_an_empty_corpus_finds_nothing() -> None:
    assert retrieval.build([]).search("失信", 5) == []
