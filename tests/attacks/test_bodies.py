"""Every place of every body takes what nobody should send, and is refused or taken, never answered with a defect of ours."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.attacks.matrix import defects
from tests.support.api import Api

_DAYS = ("0001-01-01", "9999-12-31", "2026-12-15T00:00:00")
_INSTANTS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-12:00")


def days(schema: Mapping[str, Any]) -> Iterable[Any]:
    return {"date": _DAYS, "date-time": _INSTANTS}.get(str(schema.get("format")), ())


async def test_no_day_at_the_edge_of_the_calendar_makes_a_defect(api: Api) -> None:
    wrong, tried = await defects(api, days)
    assert not wrong, "\n".join(wrong)
    assert tried > 60, "bodies have no days any more?"


async def test_a_day_told_to_the_bot_that_no_calendar_reaches_makes_no_defect(api: Api) -> None:
    """Within a talk about how long a record is shown: the days are counted on, past the year 9999."""
    for day in ("9999-12-31", "9997-01-01", "2040-01-01", "0001-01-01"):
        for text in ("公示到什么时候", "披露到什么时候", "什么时候能修复"):
            talk = {"endedOn": day, "decidedOn": day, "recordClass": "general"}
            answer = await api.anyone.post("/bot/messages", json={"text": text, "place": "dalian", "dialogue": talk})
            assert answer.status_code in (200, 400), (day, text, answer.text)
