"""What the tests of intake stand on."""

import pytest

from api.composition import Services
from api.infra.mongo import Database
from tests.support.files import open_services
from tests.support.world import FixedClock


@pytest.fixture
async def services(database: Database, clock: FixedClock) -> Services:
    """Without a web; they know the units of `tests/support/files.py`."""
    return await open_services(database, clock)
