"""How fast the law answers: clocks, periods and eligibility a second, and how long it takes to load."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

from knowledge.clocks import due
from knowledge.loading import library
from knowledge.repair import RepairFacts, eligibility
from knowledge.screening import screen

# The serialisation library is what every process here starts with; it is not counted as law.
LOAD = """
import time, msgspec
start = time.process_time()
import knowledge
knowledge.load()
print(time.process_time() - start)
"""

FIRST = date(2026, 4, 2)
DAYS = [FIRST + timedelta(days=offset) for offset in range(250)]
CLOCKS = (
    ("objection.annotate", "yunnan"),
    ("objection.finish", "yunnan"),
    ("objection.verify", "dalian"),
    ("objection.result", "dalian"),
    ("repair.answer", "dalian"),
    ("remedy.litigation", "yunnan"),
)
TEXT = "这笔罚款我已于五月缴清，但平台上仍显示未履行，请核实并更正。附缴款凭证编号，没有其他个人信息。" * 4


def run() -> list[dict[str, object]]:
    library()
    return [
        {
            "name": "load all of knowledge in a fresh process",
            "value": round(fresh_load() * 1000, 1),
            "unit": "ms",
            "target": "< 150",
        },
        {"name": "clocks", "value": _rate(_all_clocks), "unit": "1/s", "target": ">= 20000"},
        {"name": "repair eligibility", "value": _rate(_all_eligibility), "unit": "1/s"},
        {"name": f"screening of {len(TEXT)} characters", "value": _rate(_all_screening), "unit": "1/s"},
    ]


def fresh_load() -> float:
    """Processor seconds, best of three: what a start pays, whatever else the machine is doing."""
    return min(
        float(subprocess.run([sys.executable, "-c", LOAD], capture_output=True, check=True, timeout=60).stdout)
        for _ in range(3)
    )


def _rate(work: Callable[[], int]) -> int:
    """Best of five short runs: the machine may be doing other things."""
    best = 0.0
    for _ in range(5):
        start = time.perf_counter()
        done = work()
        best = max(best, done / (time.perf_counter() - start))
    return round(best)


def _all_clocks() -> int:
    for clock, jurisdiction in CLOCKS:
        for day in DAYS:
            due(clock, jurisdiction, day)
    return len(CLOCKS) * len(DAYS)


def _all_eligibility() -> int:
    for day in DAYS:
        eligibility(RepairFacts("dalian", "general", day, day), day)
    return len(DAYS)


def _all_screening() -> int:
    for _ in DAYS:
        screen(TEXT, "yunnan")
    return len(DAYS)


if __name__ == "__main__":
    for figure in run():
        print(figure)
