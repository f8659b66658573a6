"""`later` lands where something happens: while people are told things, never in the night."""

from datetime import datetime

import pytest

from api.demo.__main__ import main
from api.demo.clock import morning_of, moved
from api.infra.clock import SHANGHAI


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize("hour", ["00:30", "07:59", "08:34", "21:00", "23:40"])
def test_at_night_ten_days_later_is_the_morning_of_the_tenth_day_and_says_why(hour: str) -> None:
    move = moved(at(f"2026-11-21T{hour}"), 10)
    assert move.to == at("2026-12-01T08:35")
    assert move.why


@pytest.mark.parametrize("hour", ["08:35", "12:00", "20:59"])
def test_by_day_the_hour_stays(hour: str) -> None:
    move = moved(at(f"2026-11-21T{hour}"), 10)
    assert (move.to, move.why) == (at(f"2026-12-01T{hour}"), None)


def test_a_part_of_a_day_is_taken_at_its_word() -> None:
    assert moved(at("2026-11-21T20:00"), 0.25).to == at("2026-11-22T02:00")


def test_a_booked_notice_is_out_just_after_it_is_due() -> None:
    assert morning_of(at("2026-12-01T08:30")) == at("2026-12-01T08:35")


@pytest.mark.parametrize("days", ["inf", "nan", "1e12", "soon"])
def test_days_that_no_calendar_has_are_told_in_one_line(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["later", days])
    assert ended.value.code == 2
    assert "3650" in capsys.readouterr().err
