"""The report on paper with 40 records beside the bare Typst compile of the same sheet, in turn on warm compilers."""

import time
from itertools import count
from typing import Any

import msgspec
import uvloop

from api.composition import Services
from api.papers import setting as papers
from api.reports.assembly import assemble
from api.reports.sheets import sheet_of
from tests.bench.figures import alone, beside, in_turn
from tests.support.api import make_settings, resident
from tests.support.records import make_record


def run(*, quick: bool = False) -> list[dict[str, Any]]:
    return uvloop.run(_run(2 if quick else 5))


async def _run(runs: int) -> list[dict[str, Any]]:
    services = Services(make_settings())
    who, now = resident(services), services.clock.now()
    records = [make_record(services, who) for _ in range(40)]
    set_one, compiler = papers.Papers(), papers._compiler()
    sheet = sheet_of(assemble(records, None, now), "某市信用中心", "本人查阅").numbered(
        "BG1", now, "ABCDE", "https://example.cn"
    )
    numbers = count()
    sizes: list[int] = []

    async def ours() -> float:
        begun = time.perf_counter()
        made = sheet_of(assemble(records, None, now), "某市信用中心", "本人查阅")
        numbered = made.numbered(f"BG{next(numbers)}", now, "ABCDE", "https://example.cn")
        sizes.append(len(await set_one.set(numbered)))
        return (time.perf_counter() - begun) * 1000

    async def bare() -> float:
        """With a number of its own each time: Typst remembers what it has set before."""
        numbered = msgspec.structs.replace(sheet, number=f"BG{next(numbers)}")
        data = {"data": msgspec.json.encode(papers._data(numbered)).decode()}
        begun = time.perf_counter()
        compiler.compile(format="pdf", sys_inputs=data, timestamp=now.replace(microsecond=0), pdf_standards=["ua-1"])
        return (time.perf_counter() - begun) * 1000

    await ours()  # there are two compilers: the round that is thrown away warms the other
    own, other = await in_turn(runs, ours, bare)
    await services.close()
    return [
        beside("PDF report, 40 records", own, other, "ms", "bare Typst compile of the same sheet", at_most=1.3),
        alone("PDF report, 40 records: size", sizes[-1] / 1000, "kB", at_most=120),
    ]
