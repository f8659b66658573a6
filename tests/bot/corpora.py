"""Corpora with lay questions and the documents that answer them: both regulations and each alone, by articles, by
paragraphs and by sentences. What stands in several pieces is found when the first of its article's pieces is.
"""

import re
from collections.abc import Callable, Sequence
from itertools import chain

from msgspec import Struct

from knowledge import articles
from knowledge.articles import Article
from tests.bot.measuring import questions

Search = Callable[[str, int], Sequence[str]]
_SENTENCE = re.compile(r"[。；\n]")
_PIECES = 3  # times as many pieces are asked for as articles are looked at


class Corpus(Struct, frozen=True):
    """`documents` by name, `whole_of` names what a document is a piece of, `asked` has questions with their answers."""

    name: str
    documents: list[tuple[str, str]]
    whole_of: dict[str, str]
    asked: list[tuple[str, frozenset[str]]]


class Found(Struct, frozen=True):
    """Shares of the questions; `mrr` is the mean reciprocal rank among the first ten. The recalls are the shares of what
    answers a question that are found first, and among the first ten.
    """

    mrr: float
    first: float
    among_three: float
    recall_one: float
    recall_ten: float


def of_the_regulations() -> list[Corpus]:
    """Nine, each question only where an article answers it."""
    asked = [q for name in ("dev.jsonl", "own.jsonl") for q in questions(name) if q["kind"] == "article"]
    found = []
    for label, places in (("both", ("yunnan", "dalian")), ("yunnan", ("yunnan",)), ("dalian", ("dalian",))):
        known = list(chain.from_iterable(articles.regulation(place).articles for place in places))
        answered = [(q["text"], frozenset(n for n in q["articles"] if n.startswith(places))) for q in asked]
        for way, cut in (("articles", _whole), ("paragraphs", _paragraphs), ("sentences", _sentences)):
            pieces = [(f"{one.id}.{number}", one.id, text) for one in known for number, text in enumerate(cut(one))]
            found.append(
                Corpus(
                    f"{label}, {way}",
                    [(name, text) for name, _, text in pieces],
                    {name: whole for name, whole, _ in pieces},
                    [(text, right) for text, right in answered if right],
                )
            )
    return found


def _whole(article: Article) -> list[str]:
    return [article.text]


def _paragraphs(article: Article) -> list[str]:
    return ["\n".join((part.text, *part.items)) for part in article.paragraphs]


def _sentences(article: Article) -> list[str]:
    return [piece for piece in _SENTENCE.split(article.text) if piece.strip()]


def measure(search: Search, corpus: Corpus) -> Found:
    ranks, ones, tens = [], 0.0, 0.0
    for text, right in corpus.asked:
        pieces = search(text, 10 * _PIECES)
        wholes = list(dict.fromkeys(corpus.whole_of[name] for name in pieces))[:10]
        ranks.append(next((place for place, name in enumerate(wholes, 1) if name in right), None))
        ones += len(right.intersection(wholes[:1])) / len(right)
        tens += len(right.intersection(wholes)) / len(right)
    count = len(ranks)
    return Found(
        mrr=sum(1 / rank for rank in ranks if rank) / count,
        first=sum(rank == 1 for rank in ranks) / count,
        among_three=sum(rank is not None and rank <= 3 for rank in ranks) / count,
        recall_one=ones / count,
        recall_ten=tens / count,
    )
