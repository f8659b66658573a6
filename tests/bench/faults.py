"""Fifty processes killed with -9 under load over three database nodes, and ten rolling restarts: what was lost, halved, doubled or
failed. An API process, a worker and the primary are killed in turn.
"""

import asyncio
import tempfile
from pathlib import Path

from tests.faults.members import KILLED, Outcome, kill_in_turn, place
from tests.faults.restart import rolling_restart

KILLS = 50
ROUNDS = 5


async def _killed() -> Outcome:
    async with place(clients=6, records=1000, reminders=400) as here:
        return await kill_in_turn(here, KILLS)


def run() -> list[dict[str, object]]:
    outcome = asyncio.run(_killed())
    for fault in outcome.faults[:20]:
        print(fault)
    with tempfile.TemporaryDirectory(prefix="credit-window-restart-") as folder:
        restart = asyncio.run(rolling_restart(Path(folder), clients=8, records=300, rounds=ROUNDS))
    for fault in restart.faults[:20]:
        print(fault)
    notes = outcome.notes
    failed = restart.notes.given_up + sum(restart.notes.refused.values())
    return [
        {"name": f"{', '.join(KILLED)} of three nodes killed with -9 in turn", "value": KILLS, "unit": "kills"},
        {"name": "answers with 2xx meanwhile", "value": notes.answers, "unit": "answers"},
        {"name": "of them lost, halved or doubled", "value": len(outcome.faults), "unit": "faults", "target": "<= 0"},
        {"name": "requests given up", "value": notes.given_up, "unit": "requests", "target": "<= 0"},
        {"name": "reminders by end", "value": str(outcome.reminders), "unit": ""},
        {"name": "connections cut after the request was sent", "value": notes.cut, "unit": "requests"},
        {"name": "slowest answer meanwhile", "value": round(notes.slowest, 2), "unit": "s", "target": "<= 3"},
        {"name": "processes restarted with SIGTERM under load", "value": len(restart.exits), "unit": "restarts"},
        {"name": "answers with 2xx meanwhile (restarts)", "value": restart.notes.answers, "unit": "answers"},
        {"name": "requests that failed in a rolling restart", "value": failed, "unit": "requests", "target": "0"},
        {"name": "their refusals by code", "value": str(dict(restart.notes.refused)), "unit": ""},
        {"name": "connections cut by a restart and repeated", "value": restart.notes.cut, "unit": "requests"},
    ]


if __name__ == "__main__":
    for figure in run():
        print(figure)
