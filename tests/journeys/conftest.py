"""Whatever a journey has written lies in the database as the structs say that it may."""

from collections.abc import AsyncIterator

import pytest

from api.composition import Services
from tests.support.api import Api
from tests.support.stored import strangers_in


@pytest.fixture
async def api(api: Api) -> AsyncIterator[Api]:
    yield api
    declared = {one.name: one for one in Services.COLLECTIONS}
    assert await strangers_in(api.services.database, declared) == set()
