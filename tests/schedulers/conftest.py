"""One stand-in for WeChat's servers for all tests of the clock, and services that speak to it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from api.composition import Services
from api.infra.mongo import Database
from tests.support.api import make_settings
from tests.support.wechat import StandIn, start_stand_in
from tests.support.world import KEYS, FixedClock


@pytest.fixture(scope="package")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with start_stand_in(tmp_path_factory.mktemp("wechat")) as running:
        yield running


@pytest.fixture
def stand_in(started: StandIn) -> StandIn:
    """Without faults, whatever the test before has told it."""
    started.call("faults")
    return started


@pytest.fixture
async def services(database: Database, clock: FixedClock, stand_in: StandIn) -> AsyncIterator[Services]:
    services = Services(make_settings(CW_WECHAT_URL=stand_in.url), clock=clock, database=database)
    services.keys = KEYS
    await services.prepare()
    yield services
    await services.close()
