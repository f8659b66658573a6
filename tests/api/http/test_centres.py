"""Whom to call is open to everybody, as the place is set up."""

from tests.support.api import Api


async def test_telephone_windows_and_hours_of_each_place(api: Api) -> None:
    found = (await api.anyone.get("/centres")).json()
    assert [one["jurisdiction"] for one in found] == list(api.services.settings.centres)
    for one in found:
        assert one["telephone"] and one["windows"] and one["hours"] and one["isExample"] is True
