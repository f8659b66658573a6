"""What may be done once or so many times is not done more often by whoever asks several times at the same moment."""

import asyncio
from datetime import date
from typing import Any

import httpx

from tests.support.api import Api, officer, resident
from tests.support.cases import done, employed, penalty, signed_in, stored
from tests.support.pdfs import plain
from tests.support.world import FixedClock

FILE = {"file": ("a.pdf", plain(), "application/pdf")}


async def at_once(client: httpx.AsyncClient, times: int, path: str, **sent: Any) -> list[int]:
    answers = await asyncio.gather(*(client.post(path, **sent) for _ in range(times)))
    return sorted(answer.status_code for answer in answers)


async def case_of(api: Api, clock: FixedClock, addressee: str) -> str:
    clock.move_to(date(2026, 11, 23))
    me = resident(api.services)
    record = await stored(api.services, penalty(me))
    filing = {"recordId": record.id, "addressee": addressee, "reasons": ["wrong"], "text": "金额写错了。"}
    return str(done(await signed_in(api, me).post("/me/objections", json=filing), 201)["id"])


async def test_one_reminder_a_day(api: Api, clock: FixedClock) -> None:
    path = f"/staff/cases/objections/{await case_of(api, clock, 'provider')}/reminders"
    desk = signed_in(api, officer("dalian"))
    assert await at_once(desk, 4, path, json={"way": "phone"}) == [201, 409, 409, 409]


async def test_one_absence_of_those_that_clash(api: Api, clock: FixedClock) -> None:
    clock.move_to(date(2026, 11, 23))
    for name in ("stf_a", "stf_b"):
        await employed(api, name, username=name.replace("_", "-"))
    days = {"officer": "stf_a", "substitute": "stf_b", "fromOn": "2026-11-23", "untilOn": "2026-11-30"}
    desk = signed_in(api, officer("dalian", "stf_a"))
    assert await at_once(desk, 3, "/staff/absences", json=days) == [201, 409, 409]
    assert len(done(await desk.get("/staff/absences"))["items"]) == 1


async def test_ten_files_that_no_case_has_yet_and_ten_of_a_case(api: Api, clock: FixedClock) -> None:
    case = await case_of(api, clock, "centre")
    me, desk = signed_in(api, resident(api.services)), signed_in(api, officer("dalian"))
    for client, path in ((me, "/me/evidence"), (desk, f"/staff/objections/{case}/evidence")):
        for _ in range(8):
            assert (await client.post(path, files=FILE)).status_code in (200, 201)
        codes = await at_once(client, 4, path, files=FILE)
        assert [code >= 400 for code in codes] == [False, False, True, True], (path, codes)
    assert await api.services.database.collection("evidence").count_documents({"case": case}) == 10
