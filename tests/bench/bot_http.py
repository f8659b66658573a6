"""POST /bot/messages of people who are not signed in, beside jieba cutting the same texts in one process."""

import statistics
import time
from importlib import resources
from typing import Any

import msgspec
import uvloop

from tests.bench.figures import alone, beside, in_turn
from tests.bench.load import Load, fire, request
from tests.bench.site import processor_seconds, site
from tests.bot.measuring import questions

_ASKERS = 40_000  # so many that nobody asks more than ten times a minute, at whatever rate


def run(*, quick: bool = False) -> list[dict[str, Any]]:
    return [row for processes in (1, 2) for row in uvloop.run(_run(processes, quick=quick))]


async def _run(processes: int, *, quick: bool) -> list[dict[str, Any]]:
    runs, seconds = (2, 1.0) if quick else (5, 3.0)
    texts = [question["text"] for name in ("dev.jsonl", "own.jsonl") for question in questions(name)]
    cut = _cutter()
    costs: list[float] = []
    cutting: list[float] = []
    async with site(CW_PROCESSES=str(processes)) as here:
        asked = [
            request(
                "POST",
                "/api/v1/bot/messages",
                here.port,
                msgspec.json.encode({"text": texts[number % len(texts)]}),
                (("X-Forwarded-For", f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"),),
            )
            for number in range(_ASKERS)
        ]

        async def ours() -> Load:
            before = processor_seconds(here.server.pid)
            load = (await fire(here.port, asked, seconds)).must_be(200)
            costs.append((processor_seconds(here.server.pid) - before) * 1000 / len(load.latencies))
            return load

        async def jieba_alone() -> float:
            begun, used, count = time.perf_counter(), time.process_time(), 0
            while time.perf_counter() - begun < seconds:
                cut(texts[count % len(texts)])
                count += 1
            cutting.append((time.process_time() - used) * 1000 / count)
            return count / (time.perf_counter() - begun)

        own, bare = await in_turn(runs, ours, jieba_alone)
    what = f"POST /bot/messages, not signed in, API processes: {processes}"
    return [
        beside(
            what,
            [load.rate for load in own],
            bare,
            "texts/s",
            "jieba cutting the same texts",
            at_least=0.3 if processes > 1 else 0.18,
        ),
        beside(
            f"{what}: processor time of the server a text",
            costs[1:],
            cutting[1:],
            "ms",
            "jieba cutting the same texts",
        ),
        alone(f"{what}: p99 at 32 connections", statistics.median(o.quantile(0.99) for o in own), "ms", at_most=12),
    ]


def _cutter() -> Any:
    import jieba

    whole = jieba.Tokenizer()
    with resources.files("jieba").joinpath("dict.txt").open("rb") as lines:
        whole.FREQ, whole.total = whole.gen_pfdict(lines)
    whole.initialized = True
    return whole.lcut
