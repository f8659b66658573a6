"""API and worker without a key: an errand done with a key module beside them, what their memory holds, and the module away."""

import asyncio
import base64
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest

from api.composition import Services
from api.infra.actors import Actor
from api.infra.asked_keys import AskedKeys
from api.infra.key_file import KeyFile
from tests.faults.conftest import stand_at_noon
from tests.faults.test_memory import regions
from tests.support.api import resident
from tests.support.fleet import Fleet
from tests.support.mongo import free_port
from tests.support.records import NAME, make_record, put_records
from tests.support.sign_in import resident_number
from tests.support.world import KEY_FILE

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only the administrator reads memory"),
]
_PATIENCE_SECONDS = 60.0
_TRIES = 100  # a fifth of a second apart
_SOON = 2.0 + 6.0  # what a silent module is waited for, and what a busy machine adds


class Apart:
    """One API and one worker over the database of others, and the key module that they ask."""

    def __init__(self, pair: Fleet, folder: Path) -> None:
        self._folder = folder
        socket = str(folder / "ring")
        shared = {name: value for name, value in pair.environ.items() if name != "CW_KEYS"}
        self.fleet = Fleet(folder, 1)
        self.fleet.environ = {**shared, "CW_KEYS_SOCKET": socket, "CW_WORKER_METRICS_PORT": str(free_port())}
        self._with_keys = {**shared, "CW_KEYS_SOCKET": socket, "CW_KEYS": KEY_FILE}
        self.keys = self.start_keys()
        self.worker = self._start(self.fleet.environ, "schedulers")

    def _start(self, environ: dict[str, str], *module: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{'-'.join(module)}.log").open("ab") as log:
            return subprocess.Popen([sys.executable, "-m", *module], env=environ, stdout=log, stderr=log)

    def start_keys(self) -> subprocess.Popen[bytes]:
        self.keys = self._start(self._with_keys, "api", "keys", "serve")
        return self.keys

    def log(self, name: str) -> str:
        return (self._folder / f"{name}.log").read_text()

    def stop(self) -> None:
        self.fleet.stop()
        for process in (self.worker, self.keys):
            process.kill()
            process.wait()


@pytest.fixture
async def apart(pair: Fleet, tmp_path: Path) -> AsyncIterator[Apart]:
    stand_at_noon(pair)
    apart = Apart(pair, tmp_path)
    try:
        apart.fleet.launch_api(0)
        await apart.fleet.wait_until_ready(0)
        yield apart
    finally:
        apart.stop()


@pytest.fixture
async def services(pair: Fleet) -> AsyncIterator[Services]:
    services = pair.services()
    yield services
    await services.close()
    await services.database.close()


def held(process: int, wanted: list[bytes]) -> list[bytes]:
    """Which of them stand in the memory of a process or in its environment."""
    environ = Path(f"/proc/{process}/environ").read_bytes()
    return [one for one in wanted if one in environ or any(one in part for part in regions(process))]


def _keys() -> tuple[list[bytes], list[bytes]]:
    """The keys as bytes, and as they are written."""
    file = msgspec.json.decode(KEY_FILE, type=KeyFile)
    written = [*file.field_keys.values(), file.index_key, file.token_key]
    return [base64.b64decode(one) for one in written], [one.encode() for one in written]


async def _told_by_the_worker(apart: Apart) -> bool:
    """Whether its metrics have what the module counts; it asks every quarter of a minute."""
    url = f"http://127.0.0.1:{apart.fleet.environ['CW_WORKER_METRICS_PORT']}/metrics"
    until = time.monotonic() + _PATIENCE_SECONDS
    async with httpx.AsyncClient() as client:
        while time.monotonic() < until:
            try:
                if 'credit_window_keys_used{what="opened"}' in (await client.get(url)).text:
                    return True
            except httpx.TransportError:
                assert apart.worker.poll() is None, apart.log("schedulers")
            await asyncio.sleep(0.2)
    return False


async def _file(client: httpx.AsyncClient, record: str, key: str) -> tuple[httpx.Response, float]:
    begun = time.monotonic()
    body = {"recordId": record, "addressee": "centre", "reasons": ["wrong"], "text": "金额写错了"}
    answer = await client.post("/me/objections", json=body, headers={"Idempotency-Key": key})
    return answer, time.monotonic() - begun


async def _filed(client: httpx.AsyncClient, record: str, key: str) -> httpx.Response:
    """As the page does it: told to come again, it comes again with the same key."""
    for _ in range(_TRIES):
        answer, _ = await _file(client, record, key)
        if answer.status_code != 503:
            break
        await asyncio.sleep(0.2)
    assert answer.status_code == 201, answer.text
    return answer


async def _says(client: httpx.AsyncClient, status: str) -> None:
    """Readiness is 503 with this word; where the machine is busy, the database's comes before it for a moment."""
    for _ in range(_TRIES):
        ready = await client.get("/health/ready")
        if ready.json()["status"] == status:
            break
        await asyncio.sleep(0.2)
    assert (ready.status_code, ready.json()["status"]) == (503, status)


def _person(services: Services) -> Actor:
    return resident(services, "acc_apart", resident_number("11010519790308271"))


async def test_an_errand_is_done_without_a_key_in_api_or_worker_and_waits_for_a_module_that_is_away(
    apart: Apart, services: Services
) -> None:
    who = _person(services)
    records = [make_record(services, who, title=f"行政处罚 {n}") for n in range(3)]
    await put_records(services, *records)
    token = services.tokens.issue(who, services.clock.now())
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=apart.fleet.url(0), timeout=30, headers=headers) as client:
        first = await _filed(client, records[0].id, "apart-first-key")
        opened = await client.get(f"/me/records/{records[0].id}")
        assert opened.status_code == 200 and "未按规定明码标价" in opened.text, opened.text
        assert await _told_by_the_worker(apart), apart.log("schedulers")
        counted = AskedKeys(Path(apart.fleet.environ["CW_KEYS_SOCKET"]))
        assert counted.used()["opened"] > 0
        counted.close()

        raw, written = _keys()
        assert set(held(apart.keys.pid, raw)) >= {raw[0], raw[-1]}, "the search finds what is there"
        for process in (*apart.fleet.processes_of(0), apart.worker.pid):
            assert await asyncio.to_thread(held, process, raw + written) == [], "a key in a process that asks"

        apart.keys.kill()  # -9
        apart.keys.wait()
        refused, _ = await _file(client, records[1].id, "apart-second-key")
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable"), refused.text
        assert int(refused.headers["retry-after"]) > 0
        await _says(client, "keys-away")
        assert (await client.get("/health/live")).status_code == 200
        apart.start_keys()
        await apart.fleet.wait_until_ready(0)
        for key, record in (("apart-first-key", records[0].id), ("apart-second-key", records[1].id)):
            again = await _filed(client, record, key)
            if key == "apart-first-key":
                assert again.json() == first.json(), "what was acknowledged is there, once"

        apart.keys.send_signal(signal.SIGSTOP)
        await asyncio.to_thread(os.waitpid, apart.keys.pid, os.WUNTRACED)  # until then one of its threads may answer
        try:
            silent, seconds = await _file(client, records[2].id, "apart-third-key")
            assert (silent.status_code, seconds < _SOON) == (503, True), (silent.text, seconds)
            await _says(client, "keys-silent")
        finally:
            apart.keys.send_signal(signal.SIGCONT)
        await apart.fleet.wait_until_ready(0)
        await _filed(client, records[2].id, "apart-third-key")
    cases = await services.database.collection("objections").count_documents({"owner": who.id})
    assert cases == 3
    said = apart.log("api-keys-serve") + apart.fleet.log(0)
    assert NAME not in said and not any(one.decode() in said for one in written)
