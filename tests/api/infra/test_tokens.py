"""A token counts for its minutes by our clock, and not for the weeks by which another clock was ahead."""

from datetime import UTC, datetime, timedelta

import pytest

from api.infra.errors import Unauthenticated
from api.infra.tokens import Tokens
from tests.support.api import officer
from tests.support.world import KEYS

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)


@pytest.mark.parametrize("ahead", [timedelta(minutes=15), timedelta(days=21)])
def test_a_token_from_the_future_is_refused(ahead: timedelta) -> None:
    tokens = Tokens(KEYS)
    with pytest.raises(Unauthenticated):
        tokens.read(tokens.issue(officer(), NOW + ahead), NOW)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(seconds=90), -timedelta(minutes=9)])
def test_clocks_that_differ_by_a_minute_agree(ahead: timedelta) -> None:
    tokens = Tokens(KEYS)
    assert tokens.read(tokens.issue(officer(), NOW + ahead), NOW)[0] == officer()
