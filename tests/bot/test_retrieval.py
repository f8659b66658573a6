import math
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import retrieval
from bot.text import GAPS, Plain
from knowledge import articles
from tests.bot.measuring import Question, questions

PLAIN = Plain()
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

    def __init__(self, corpus: list[tuple[str, str]]) -> None:
        self.names = [name for name, _ in corpus]
        self.counts = [Counter(grams(text)) for _, text in corpus]
        self.lengths = [sum(count.values()) for count in self.counts]
        self.mean = sum(self.lengths) / len(self.lengths)
        self.seen = Counter(gram for count in self.counts for gram in count)

    def search(self, text: str, k: int) -> list[str]:
        scores = []
        asked = grams(text)
        for number, count in enumerate(self.counts):
            score = 0.0
            norm = 1.5 * (0.25 + 0.75 * self.lengths[number] / self.mean)
            for gram in asked:
                if gram in count:
                    seen = self.seen[gram]
                    rarity = math.log(1 + (len(self.names) - seen + 0.5) / (seen + 0.5))
                    score += rarity * count[gram] * 2.5 / (count[gram] + norm)
            scores.append((-score, number))
        return [self.names[number] for score, number in sorted(scores)[:k] if score < 0]


def reciprocal(hits: list[str], question: Question) -> float:
    return next((1 / place for place, name in enumerate(hits, 1) if name in question["articles"]), 0.0)


def test_lay_questions_find_their_article_no_worse_than_bm25_over_characters(index: retrieval.Index) -> None:
    asked = [q for name in ("dev.jsonl", "own.jsonl") for q in questions(name) if q["kind"] == "article"]
    reference = Reference(CORPUS)
    theirs = sum(reciprocal(reference.search(q["text"], 10), q) for q in asked) / len(asked)
    ours = sum(reciprocal([name for name, _ in index.search(q["text"], 10)], q) for q in asked) / len(asked)
    assert ours >= theirs


def test_a_text_finds_itself_first(index: retrieval.Index) -> None:
    for name, text in CORPUS:
        found = index.search(text, 3)
        assert name in [hit for hit, _ in found]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.integers(1, 20))
def test_hits_are_distinct_ordered_and_at_most_k(index: retrieval.Index, text: str, k: int) -> None:
    hits = index.search(text, k)
    assert len(hits) <= k
    assert len({name for name, _ in hits}) == len(hits)
    assert all(first[1] >= second[1] for first, second in pairwise(hits))


def test_a_large_corpus_is_searched_by_its_rare_terms_and_finds_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = retrieval.build(CORPUS)
    monkeypatch.setattr(retrieval, "SMALL", 10)
    asked = [q["text"] for q in questions("dev.jsonl") if q["kind"] == "article"][:60]
    same = sum(whole.search(text, 1) != [] for text in asked)
    monkeypatch.setattr(retrieval, "SMALL", 4000)
    exact = [whole.search(text, 1)[0][0] for text in asked]
    monkeypatch.setattr(retrieval, "SMALL", 10)
    quick = [found[0][0] if (found := whole.search(text, 1)) else None for text in asked]
    assert same >= 55
    assert sum(a == b for a, b in zip(exact, quick, strict=True)) >= 50


def test_an_empty_corpus_finds_nothing() -> None:
    assert retrieval.build([]).search("失信", 5) == []
