"""Twenty thousand requests made up from the OpenAPI document: server faults, undocumented answers, breaches of a schema.

`python -m tests.bench.schemathesis` runs all; in pieces with `--cases`, each with a `--start` of its own, from which its seeds follow.
"""

import argparse
import tempfile
from pathlib import Path

from tests.faults.contract import fuzz

CASES = 20_000
_SECONDS = 1200
_PROCESSES = 2  # one does everything, one chains


def run(*, seconds: float = _SECONDS, cases: int = CASES, start: int = 1000) -> list[dict[str, object]]:
    """All of them, or as many as fit into the time."""
    with tempfile.TemporaryDirectory(prefix="credit-window-contract-") as folder:
        result = fuzz(Path(folder), cases, seconds=seconds, start=start, processes=_PROCESSES)
    for title, shown in result.failures.items():
        print(title, shown, sep="\n")
    by_class = {kind: sum(n for status, n in result.statuses.items() if status // 100 == kind) for kind in (2, 3, 4, 5)}
    return [
        {
            "name": "requests made from the OpenAPI document",
            "value": result.cases,
            "unit": "cases",
            "target": ">= 20000",
        },
        {"name": "of them in chains", "value": result.phases["stateful"], "unit": "cases", "target": ">= 5000"},
        {"name": "of them along a link of the document", "value": result.links, "unit": "cases"},
        {"name": "operations covered", "value": result.operations, "unit": "operations"},
        {
            "name": "answered with 2xx / 3xx / 4xx",
            "value": f"{by_class[2]} / {by_class[3]} / {by_class[4]}",
            "unit": "cases",
        },
        {"name": "answered with 5xx", "value": by_class[5], "unit": "cases", "target": "0"},
        {"name": "operations that break the document", "value": len(result.failures), "unit": "kinds", "target": "0"},
        {"name": "rate", "value": round(result.cases / result.seconds), "unit": "cases/s"},
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench.schemathesis", description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--seconds", type=float, default=_SECONDS)
    parser.add_argument("--start", type=int, default=1000)
    chosen = parser.parse_args()
    for figure in run(seconds=chosen.seconds, cases=chosen.cases, start=chosen.start):
        print(figure)
