"""Heads that are kept elsewhere, by the operator's command."""

import argparse
from pathlib import Path

import pytest

from api.commands.audit import head
from api.commands.terminal import Fault
from api.infra.actors import SYSTEM
from tests.support.api import Api
from tests.support.world import FixedClock


async def test_a_day_that_is_gone_is_refused_as_one_that_went_backwards_is(
    api: Api, clock: FixedClock, tmp_path: Path
) -> None:
    """A day deleted whole, head and all, was passed over with exit status 0."""
    chosen = argparse.Namespace(keep=tmp_path / "heads", since=None)
    for _ in range(2):
        await api.services.audits.write(None, SYSTEM, "accounts.settings", "acc_1", clock.now())
        clock.advance(days=1)
    assert await head(api.services, chosen) == 0
    await api.services.database.collection("audits").delete_many({"day": "2026-11-21"})
    await api.services.database.collection("audit_heads").delete_many({"_id": "2026-11-21"})
    with pytest.raises(Fault, match="2026-11-21"):
        await head(api.services, chosen)
    await api.services.audits.forget_before(clock.today(), clock.now())
    assert await head(api.services, chosen) == 0, "days whose time of keeping is over are not missed"
