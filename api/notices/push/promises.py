"""What receipts have promised: that WeChat tells the result. For each case that still owes its result, one push is kept."""

from collections import Counter
from collections.abc import Sequence

from api.infra.errands import Errands
from api.infra.mongo import Database

PROMISED_BY = "case_progress"
"""The template by which results are told."""


class PromiseStore:
    """Reads the queue, and only how many results each person still waits for."""

    def __init__(self, database: Database, errands: Errands) -> None:
        self._queue = database.collection("queue")
        self._awaited = {(name, status) for name, errand in errands.items() for status in errand.awaited}

    async def count(self, subjects: Sequence[str]) -> dict[str, int]:
        """By person, without those who wait for none."""
        if not subjects:
            return {}
        found = self._queue.find({"subject": {"$in": list(subjects)}}, {"subject": 1, "errand": 1, "status": 1})
        cases = await found.to_list(None)
        return Counter(case["subject"] for case in cases if (case["errand"], case["status"]) in self._awaited)
