"""Who answered a question to the bot is counted, so that a lane nobody takes is seen."""

from api.http import fast_lane
from tests.support.api import Api

_ASKED = {"text": "异议要多久答复"}


async def test_a_plain_question_is_answered_at_once_and_any_other_by_its_route_with_the_same_words(api: Api) -> None:
    before = counted()
    plain = await api.anyone.post("/bot/messages", json=_ASKED)
    assert counted() == (before[0] + 1, before[1])
    other = await api.anyone.post("/bot/messages", json=_ASKED, headers={"Cookie": "theme=dark"})
    assert counted() == (before[0] + 1, before[1] + 1)
    assert plain.status_code == other.status_code and plain.content == other.content
    refused = await api.anyone.post("/bot/messages", json={"text": 5})
    assert refused.status_code == 400 and counted() == (before[0] + 1, before[1] + 2)


def counted() -> tuple[float, float]:
    (metric,) = fast_lane._taken.collect()
    said = {one.labels["answered"]: one.value for one in metric.samples if one.name.endswith("_total")}
    return said["at once"], said["by its route"]
