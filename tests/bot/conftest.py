from datetime import date

import pytest

from bot.engine import Bot

ON = date(2026, 11, 20)


@pytest.fixture(scope="session")
def bot() -> Bot:
    return Bot.load()


@pytest.fixture
def on() -> date:
    return ON
