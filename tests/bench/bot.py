"""The bot beside the tools it stands next to, in the same run on the same texts.

Answer time beside jieba cutting the same text; the search engine beside bm25s and tantivy (words by jieba) on
the articles of both regulations, asked with the lay questions of the tests.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from importlib import resources
from statistics import median
from typing import Any, Protocol

from bot import retrieval
from bot.engine import Bot
from bot.text import GAPS, Plain
from knowledge import articles
from tests.bot.measuring import Measured, Question, questions

ON = date(2026, 11, 20)
ROUNDS = 15


class Search(Protocol):
    """A search engine over the corpus, as the comparison calls it."""

    def __call__(self, text: str, k: int) -> list[str]: ...


def run() -> list[dict[str, Any]]:
    """One row a figure: name, value, unit, and what it is measured against."""
    bot = Bot.load()
    return [*_start(), *_answers(bot), *_quality(bot), *_engines()]


def _row(name: str, value: float, unit: str, beside: str = "") -> dict[str, Any]:
    return {"name": name, "value": round(value, 4), "unit": unit, "beside": beside}


def _start() -> list[dict[str, Any]]:
    """Processor time, time and peak memory of a process that only loads the bot; the best of three."""
    code = (
        "import resource,time;t=time.perf_counter();from bot.engine import Bot;Bot.load();"
        "u=resource.getrusage(resource.RUSAGE_SELF);"
        "print(u.ru_utime+u.ru_stime,time.perf_counter()-t,u.ru_maxrss/1024)"
    )
    runs = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
        runs.append([float(figure) for figure in done.stdout.split()])
    processor, waited, megabytes = (min(column) for column in zip(*runs, strict=True))
    return [
        _row("bot.ready: processor time", processor, "s", "with the interpreter's own start"),
        _row("bot.ready: time", waited, "s", "at most 2.5, aim 1.5"),
        _row("bot.memory", megabytes, "MB", "at most 160"),
    ]


def _per_call(call: Callable[[str], object], texts: list[str], rounds_wanted: int = ROUNDS) -> float:
    """Seconds a call, the best of several rounds: what the machine can do when left alone."""
    rounds = []
    for _ in range(rounds_wanted):
        started = time.perf_counter()
        for text in texts:
            call(text)
        rounds.append((time.perf_counter() - started) / len(texts))
    return min(rounds)


def _answers(bot: Bot) -> list[dict[str, Any]]:
    import jieba

    whole = jieba.Tokenizer()
    with resources.files("jieba").joinpath("dict.txt").open("rb") as lines:
        whole.FREQ, whole.total = whole.gen_pfdict(lines)
    whole.initialized = True
    texts = [q["text"] for name in ("dev.jsonl", "own.jsonl") for q in questions(name)]
    thirty = [text for text in texts if 26 <= len(text) <= 34]
    pairs = [
        (_per_call(whole.lcut, thirty, 1), _per_call(lambda text: bot.answer(text, on=ON), thirty, 1))
        for _ in range(ROUNDS)
    ]
    cutting, answering = (min(column) for column in zip(*pairs, strict=True))
    ratio = median(answered / cut for cut, answered in pairs)
    longest = "我想问一下信用修复需要什么条件多久能办完" * 250
    return [
        _row("jieba.cut", cutting * 1e6, "µs", "texts of about 30 characters"),
        _row("bot.answer", answering * 1e6, "µs", "the same texts"),
        _row("bot.answer / jieba.cut", ratio, "×", "median of turns; at most 6, aim 3"),
        _row(
            "bot.answer.longest",
            _per_call(lambda text: bot.answer(text, on=ON), [longest]) * 1e3,
            "ms",
            "≤ 20",
        ),
    ]


def _quality(bot: Bot) -> list[dict[str, Any]]:
    rows = []
    for name in ("dev.jsonl", "own.jsonl"):
        figures = vars(Measured(bot, questions(name), ON))
        rows += [_row(f"{name.split('.')[0]}.{figure}", value, "share") for figure, value in figures.items()]
    return rows


def _engines() -> list[dict[str, Any]]:
    corpus = [
        (article.id, article.text) for place in ("yunnan", "dalian") for article in articles.regulation(place).articles
    ]
    asked = [q for name in ("dev.jsonl", "own.jsonl") for q in questions(name) if q["kind"] == "article"]
    rows = []
    for name, search in (
        ("bot.retrieval", _ours(corpus)),
        ("bm25s characters and pairs", _bm25s(corpus)),
        ("tantivy with jieba", _tantivy(corpus)),
    ):
        hits = [(search(q["text"], 10), q) for q in asked]
        rows.append(_row(f"{name}: MRR@10", sum(_reciprocal(*pair) for pair in hits) / len(hits), "share"))
        rows.append(_row(f"{name}: top-3", sum(_among(*pair, 3) for pair in hits) / len(hits), "share"))
        seconds = _per_call(partial(search, k=10), [q["text"] for q in asked[:200]])
        rows.append(_row(f"{name}: speed", 1 / seconds, "queries/s"))
    return rows


def _reciprocal(hits: list[str], question: Question) -> float:
    return next((1 / place for place, name in enumerate(hits, 1) if name in question["articles"]), 0.0)


def _among(hits: list[str], question: Question, k: int) -> bool:
    return bool(set(hits[:k]) & set(question["articles"]))


def _ours(corpus: list[tuple[str, str]]) -> Search:
    index = retrieval.build(corpus)
    return lambda text, k: [name for name, _ in index.search(text, k)]


def _bm25s(corpus: list[tuple[str, str]]) -> Search:
    import bm25s

    plain = Plain()

    def grams(text: str) -> list[str]:
        pieces = GAPS.sub(" ", plain.all(text)).split()
        return [g for piece in pieces for g in (*piece, *(piece[i : i + 2] for i in range(len(piece) - 1)))]

    engine = bm25s.BM25()
    engine.index([grams(text) for _, text in corpus], show_progress=False)

    def search(text: str, k: int) -> list[str]:
        known = [gram for gram in grams(text) if gram in engine.vocab_dict]
        if not known:
            return []
        found, _ = engine.retrieve([known], k=k, show_progress=False)
        return [corpus[number][0] for number in found[0]]

    return search


def _tantivy(corpus: list[tuple[str, str]]) -> Search:
    import tantivy

    from bot.segmenting import Segmenter

    segmenter, plain = Segmenter(()), Plain()

    def words(text: str) -> list[str]:
        return segmenter.cut(GAPS.sub(" ", plain.all(text)))

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("name", stored=True, tokenizer_name="raw")
    builder.add_text_field("body", stored=False, tokenizer_name="whitespace")
    index = tantivy.Index(builder.build())
    writer = index.writer(15_000_000, 1)
    for name, text in corpus:
        writer.add_document(tantivy.Document(name=[name], body=[" ".join(words(text))]))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(text: str, k: int) -> list[str]:
        query, _ = index.parse_query_lenient(" ".join(word for word in words(text) if word.strip()), ["body"])
        return [searcher.doc(address)["name"][0] for _, address in searcher.search(query, k).hits]

    return search


if __name__ == "__main__":
    json.dump(run(), sys.stdout, ensure_ascii=False, indent=1)
