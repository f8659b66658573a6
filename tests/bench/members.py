"""Sixty faults of a replica set of three, network included, under two API processes and two workers: what each of them cost."""

import asyncio
import sys

from tests.faults.members import FAULTS, NEEDS_CABLE, Outcome, endure, place
from tests.support.replicas import Cable

TIMES = {"SIGSTOP": 6, "in turn": 4, "two lost": 6, "one secondary": 6, "cut off": 8, "step down": 20, "-9": 10}
"""Sixty together; the words are those of the faults' names."""


def run(*, quick: bool = False) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for name, fault in FAULTS.items():
        network = fault in NEEDS_CABLE
        if network and not Cable.can_be_laid():
            print("  the network is not cut: that needs root and network namespaces", file=sys.stderr, flush=True)
            continue
        times = 1 if quick else next(count for words, count in TIMES.items() if words in name)
        print(f"  {name}, {times} times", file=sys.stderr, flush=True)
        rows += _rows(asyncio.run(_endure(name, times, network=network)))
    return rows


async def _endure(name: str, times: int, *, network: bool) -> Outcome:
    async with place(clients=8, records=800, reminders=100, network=network) as here:
        return await endure(here, name, times=times, calm=4)


def _rows(outcome: Outcome) -> list[dict[str, object]]:
    for said in [*outcome.faults[:20], *outcome.notes.slow[:20]]:
        print(said, file=sys.stderr)
    [harm], notes = outcome.harms, outcome.notes
    head = f"{harm.name}, {harm.times} times"
    rows: list[dict[str, object]] = [
        {
            "name": f"{head}: of {notes.answers} acknowledged, lost, halved or doubled",
            "value": len(outcome.faults),
            "unit": "faults",
            "target": "<= 0",
        },
        {"name": f"{head}: longest time without an answer to a write", "value": round(harm.gap, 1), "unit": "s"},
        {"name": f"{head}: slowest answer", "value": round(harm.slowest, 1), "unit": "s", "target": "<= 3",
         "of": harm.slowest_path},
        {"name": f"{head}: slowest answer to a unit's file", "value": round(harm.slowest_file, 1), "unit": "s"},
        {"name": f"{head}: refusals by code", "value": str(dict(notes.refused)), "unit": ""},
        {"name": f"{head}: reminders by end", "value": str(outcome.reminders), "unit": ""},
    ]  # fmt: skip
    if harm.after_primary is not None:
        rows.append(
            {
                "name": f"{head}: a write is taken again after a new primary",
                "value": round(harm.after_primary, 1),
                "unit": "s",
                "target": "<= 2",
            }
        )
    return rows


if __name__ == "__main__":
    for figure in run(quick="--quick" in sys.argv):
        print(figure)
