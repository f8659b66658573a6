"""The nights of `make bench` leave nothing out."""

from tests.bench.__main__ import names, tonight


def test_each_measurement_is_in_every_night_or_in_one_of_them() -> None:
    nights = [tonight(night) for night in (1, 2, 3)]
    times = {name: sum(name in night for night in nights) for name in names()}
    assert set(times.values()) == {1, 3}, times
    assert times["members"] == times["morning"] == times["faults"] == 1, "too long to stand in one night together"
    assert times["report"] == times["filing"] == 3
