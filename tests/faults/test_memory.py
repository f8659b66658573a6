"""What was sent in confidence is not in the memory of the server process any more, once it was answered."""

import asyncio
import os
import re
import resource
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import numpy as np
import pyotp
import pytest

from api.composition import Services
from tests.faults.conftest import stand_at_noon
from tests.support.fleet import Fleet
from tests.support.sign_in import resident_number
from tests.support.staff import enrolled

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only the administrator reads memory"),
]
_REGION = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw")
_PAGE = resource.getpagesize()
_PATIENCE_SECONDS = 15.0


def regions(process: int) -> Iterator[bytes]:
    """All that the process may write to and has, as it is now: half of it, mostly of stacks, has never been touched."""
    folder = Path(f"/proc/{process}")
    with (folder / "mem").open("rb", 0) as memory, (folder / "pagemap").open("rb", 0) as pages:
        for line in (folder / "maps").read_text().splitlines():
            if (region := _REGION.match(line)) is None:
                continue
            begin, end = (int(one, 16) for one in region.groups())
            try:
                pages.seek(begin // _PAGE * 8)
                flags = np.frombuffer(pages.read((end - begin) // _PAGE * 8), "<u8") >> 62  # in memory, or swapped out
                for first, last in np.flatnonzero(np.diff(flags != 0, prepend=False, append=False)).reshape(-1, 2):
                    memory.seek(begin + int(first) * _PAGE)
                    yield memory.read(int(last - first) * _PAGE)
            except (OSError, OverflowError, ValueError):
                continue  # given back meanwhile, or the kernel's


def held(started: Fleet, *secrets: str) -> list[str]:
    """Which of them stand in the memory of the first API and all its processes."""
    wanted = [one.encode() for one in secrets]
    found = {one for process in started.processes_of(0) for part in regions(process) for one in wanted if one in part}
    return sorted(one.decode() for one in found)


async def gone(started: Fleet, *secrets: str) -> list[str]:
    """What is still there when everything under way has ended."""
    left = list(secrets)
    for _ in range(int(_PATIENCE_SECONDS)):
        if not (left := await asyncio.to_thread(held, started, *left)):
            break
        await asyncio.sleep(1)
    return left


@pytest.fixture
async def services(pair: Fleet) -> AsyncIterator[Services]:
    stand_at_noon(pair)
    services = pair.services()
    yield services
    await services.close()
    await services.database.close()


async def test_passwords_and_numbers_are_overwritten_when_they_are_no_longer_needed(
    pair: Fleet, services: Services
) -> None:
    first, second, wrong = ("-".join(f"{part}{os.urandom(4).hex()}" for part in "quv") for _ in range(3))
    member, _ = await enrolled(
        services,
        password=first,
        is_hashed_as_in_production=True,
        username="memory",
        role="officer",
        jurisdiction="dalian",
        unit="中心",
        display_name="赵",
    )

    def otp() -> str:
        return pyotp.TOTP(member.totp_secret).at(services.clock.now())

    where, number = pair.url(0), resident_number("11010519770707123")
    who = {"username": "memory", "otp": otp()}
    async with httpx.AsyncClient() as client:
        refused = await client.post(f"{where}/staff/session", json={**who, "password": wrong})
        assert refused.status_code == 401
        entered = await client.post(f"{where}/staff/session", json={**who, "password": first})
        assert entered.status_code == 201, entered.text
        token = {"Authorization": f"Bearer {entered.json()['accessToken']}"}
        change = {"currentPassword": first, "otp": "000000", "newPassword": second}
        assert (await client.post(f"{where}/staff/password", json=change, headers=token)).status_code == 401
        asked = {"name": "王小明", "documentKind": "resident_id", "documentNumber": number, "jurisdiction": "dalian"}
        assert (await client.post(f"{where}/me/identity", json=asked, headers=token)).status_code == 403
        assert any(number.encode() in part for part in regions(os.getpid())), "the search finds what is there"
    assert await gone(pair, first, second, wrong, number) == []
