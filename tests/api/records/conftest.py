"""What the tests of intake stand on."""

from collections.abc import Generator

import pytest

from api.composition import Services
from api.infra.mongo import Database
from api.records.files.grid import GridRow, Sheet
from api.records.files.workbooks import Workbook
from tests.support.files import open_services
from tests.support.world import FixedClock


@pytest.fixture
async def services(database: Database, clock: FixedClock) -> Services:
    """Without a web; they know the units of `tests/support/files.py`."""
    return await open_services(database, clock)


@pytest.fixture(autouse=True)
def opened_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook is gone through twice, each time by a process. Here the second time gets what the first has brought: to start one
    takes longer than most of these tests. `tests/attacks/test_workbooks.py` starts them all.
    """
    brought: dict[bytes, list[tuple[Sheet, GridRow | None]]] = {}
    read = Workbook._read

    def once(workbook: Workbook, content: bytes) -> Generator[tuple[Sheet, GridRow | None], None, None]:
        if content not in brought:
            found = []
            for one in read(workbook, content):
                found.append(one)
                yield one
            brought[content] = found
        else:
            yield from brought[content]

    monkeypatch.setattr(Workbook, "_read", once)
