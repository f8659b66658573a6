"""The bot: start, answer time beside jieba cutting the same texts, and how well the labelled questions are answered."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from importlib import resources
from itertools import pairwise
from statistics import median
from typing import Any

from bot.engine import Bot
from tests.bot.measuring import DATA, Measured, questions

ON = date(2026, 11, 20)
ROUNDS = 15
FEW_ROUNDS = 5  # of thousands of messages
ABOUT_THIRTY = range(26, 35)  # characters
Message = tuple[str, str | None]  # what is said, and the place


def run() -> list[dict[str, Any]]:
    """One row a figure: name, value, unit, and what it is measured against."""
    bot = Bot.load()
    return [*_start(), *_answers(bot), *_quality(bot)]


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
        _row("bot.memory", megabytes, "MB", "at most 130"),
    ]


def _per_call(call: Callable[[Message], object], messages: list[Message], rounds_wanted: int = ROUNDS) -> float:
    """Seconds of processor time a call, the best of several rounds: what the machine can do when left alone."""
    rounds = []
    for _ in range(rounds_wanted):
        started = time.process_time()
        for message in messages:
            call(message)
        rounds.append((time.process_time() - started) / len(messages))
    return min(rounds)


def _answers(bot: Bot) -> list[dict[str, Any]]:
    """Residents' own messages as they stand, with their place; then, as in former figures, questions joined in pairs."""
    import jieba

    whole = jieba.Tokenizer()
    with resources.files("jieba").joinpath("dict.txt").open("rb") as lines:
        whole.FREQ, whole.total = whole.gen_pfdict(lines)
    whole.initialized = True
    said = _residents()
    texts = [q["text"] for name in ("dev.jsonl", "own.jsonl") for q in questions(name)]
    joined: list[Message] = [(text, None) for text in (*texts, *map("，".join, pairwise(texts)))]
    rows = []
    for name, messages, rounds, bound in (
        (
            "a message of 26 to 34 characters",
            [one for one in said if len(one[0]) in ABOUT_THIRTY],
            ROUNDS,
            "at most 3, ",
        ),
        ("a message of any length", said, FEW_ROUNDS, ""),
        ("two questions joined", [one for one in joined if len(one[0]) in ABOUT_THIRTY], ROUNDS, ""),
    ):
        pairs = [
            (
                _per_call(lambda message: whole.lcut(message[0]), messages, 1),
                _per_call(lambda message: bot.answer(message[0], on=ON, place=message[1]), messages, 1),
            )
            for _ in range(rounds)
        ]
        cutting, answering = (min(column) for column in zip(*pairs, strict=True))
        ratio = median(answered / cut for cut, answered in pairs)
        rows += [
            _row(f"jieba.cut: {name}", cutting * 1e6, "µs", f"{len(messages)} texts, each new to both"),
            _row(f"bot.answer: {name}", answering * 1e6, "µs", "the same texts"),
            _row(f"bot.answer / jieba.cut: {name}", ratio, "×", f"{bound}median of turns"),
        ]
    longest: Message = ("我想问一下信用修复需要什么条件多久能办完" * 250, None)
    answering = _per_call(lambda message: bot.answer(message[0], on=ON), [longest])
    return [*rows, _row("bot.answer.longest", answering * 1e3, "ms", "≤ 20")]


def _residents() -> list[Message]:
    """What residents wrote first, with their place where it is known, each once."""
    files = sorted((*DATA.glob("aspects*.jsonl"), *DATA.glob("talks*.jsonl")))
    said = [(row["turns"][0]["user"], row.get("place")) for file in files for row in questions(file.name)]
    labelled = ("dev.jsonl", "own.jsonl", "fresh.jsonl", "held.jsonl")
    return [*dict.fromkeys((*said, *((row["text"], None) for name in labelled for row in questions(name))))]


def _quality(bot: Bot) -> list[dict[str, Any]]:
    rows = []
    for name in ("dev.jsonl", "own.jsonl", "fresh.jsonl", "held.jsonl"):
        figures = vars(Measured(bot, questions(name), ON))
        rows += [_row(f"{name.split('.')[0]}.{figure}", value, "share") for figure, value in figures.items()]
    return rows


if __name__ == "__main__":
    json.dump(run(), sys.stdout, ensure_ascii=False, indent=1)
