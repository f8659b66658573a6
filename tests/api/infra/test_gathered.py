"""Reads that wait at the same time are one question, and each caller gets the own answer."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from api.infra.errors import Unavailable
from api.infra.gathered import Gathered


class Asked:
    """Answers each key with itself twice, when it is let."""

    def __init__(self) -> None:
        self.questions: list[list[str]] = []
        self.may_answer = asyncio.Event()
        self.third = asyncio.Event()
        self.faults: dict[str, Exception] = {}

    async def __call__(self, keys: Sequence[str]) -> Mapping[str, str]:
        self.questions.append(list(keys))
        if len(self.questions) == 3:
            self.third.set()
        await self.may_answer.wait()
        for key in keys:
            if key in self.faults:
                raise self.faults[key]
        return {key: key * 2 for key in keys}

    async def of(self, *keys: str) -> list[str | BaseException]:
        gathered = Gathered(self)
        waiting = [asyncio.ensure_future(gathered.of(key)) for key in keys]
        await asyncio.sleep(0)
        self.may_answer.set()
        return await asyncio.gather(*waiting, return_exceptions=True)


async def test_who_waits_at_the_same_time_is_asked_for_together_and_gets_the_own_answer() -> None:
    asked = Asked()
    assert await asked.of("a", "b", "c", "d", "c") == ["aa", "bb", "cc", "dd", "cc"]
    assert asked.questions == [["a"], ["b"], ["c", "d"]], "two at once, and then all who wait"


async def test_what_is_wrong_with_one_is_nobody_elses_fault() -> None:
    asked = Asked()
    asked.faults["d"] = ValueError("d")
    found = await asked.of("a", "b", "c", "d", "e")
    assert found == ["aa", "bb", "cc", asked.faults["d"], "ee"]
    assert asked.questions[2:] == [["c", "d", "e"], ["c"], ["d"], ["e"]]


async def test_an_outage_is_everybodys_and_nobody_is_asked_for_again() -> None:
    asked = Asked()
    asked.faults["c"] = Unavailable()
    found = await asked.of("a", "b", "c", "d")
    assert found == ["aa", "bb", asked.faults["c"], asked.faults["c"]]
    assert asked.questions == [["a"], ["b"], ["c", "d"]]


async def test_a_question_without_an_answer_keeps_nobody_from_the_next() -> None:
    asked = Asked()
    gathered = Gathered(asked)
    waiting = [asyncio.ensure_future(gathered.of(key)) for key in "abcd"]
    async with asyncio.timeout(5):
        await asked.third.wait()
    assert asked.questions == [["a"], ["b"], ["c", "d"]], "though nothing was answered yet"
    asked.may_answer.set()
    assert await asyncio.gather(*waiting) == ["aa", "bb", "cc", "dd"]


async def test_who_gives_up_takes_nothing_from_the_others() -> None:
    asked = Asked()
    gathered = Gathered(asked)
    first, second, third = (asyncio.ensure_future(gathered.of(key)) for key in "aab")
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    asked.may_answer.set()
    assert [await second, await third] == ["aa", "bb"]
    with pytest.raises(asyncio.CancelledError):
        await first
