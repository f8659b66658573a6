"""Who answered a question to the bot is counted, so that a lane nobody takes is seen; and those who come together go in step."""

import asyncio

from api.http import fast_lane
from tests.support.api import Api

_ASKED = {"text": "异议要多久答复"}


async def test_a_plain_question_is_answered_at_once_and_any_other_by_its_route_with_the_same_words(api: Api) -> None:
    before = await counted()
    plain = await api.anyone.post("/bot/messages", json=_ASKED)
    assert await counted() == (before[0] + 1, before[1])
    other = await api.anyone.post("/bot/messages", json=_ASKED, headers={"Cookie": "theme=dark"})
    assert await counted() == (before[0] + 1, before[1] + 1)
    assert plain.status_code == other.status_code and plain.content == other.content
    refused = await api.anyone.post("/bot/messages", json={"text": 5})
    assert refused.status_code == 400 and await counted() == (before[0] + 1, before[1] + 2)


async def test_of_those_who_come_together_each_gets_the_own_answer_and_is_counted_once(api: Api) -> None:
    texts = [
        f"{ask}{how}"
        for ask in ("异议", "信用修复", "失信信息", "查询授权")
        for how in ("要多久", "怎么办理", "收费吗")
    ]
    alone = [(await api.anyone.post("/bot/messages", json={"text": text})).json() for text in texts]
    before = await counted()
    together = await asyncio.gather(
        *(api.anyone.post("/bot/messages", json=asked) for text in texts for asked in ({"text": text}, {"text": 5}))
    )
    assert [one.json() for one in together[::2]] == alone
    assert {one.status_code for one in together[1::2]} == {400}
    assert await counted() == (before[0] + len(texts), before[1] + len(texts))


async def counted() -> tuple[float, float]:
    await asyncio.sleep(0)  # counted soon after the answer, all in one go
    (metric,) = fast_lane._taken.collect()
    said = {one.labels["answered"]: one.value for one in metric.samples if one.name.endswith("_total")}
    return said["at once"], said["by its route"]
