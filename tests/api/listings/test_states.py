"""The table of decisions on the list, whole."""

from api.infra.actors import Role
from api.listings.states import TABLE
from tests.support.tables import check_exhaustively


def test_what_was_answered_is_replied_to_before_anything_is_decided() -> None:
    check_exhaustively(
        TABLE,
        {
            ("noticed", "open", Role.RESIDENT): "noticed",
            ("noticed", "answer", Role.RESIDENT): "answered",
            ("answered", "answer", Role.RESIDENT): "answered",
            ("responded", "answer", Role.RESIDENT): "answered",
            ("answered", "reply", Role.PROVIDER): "responded",
            ("noticed", "list", Role.PROVIDER): "listed",
            ("responded", "list", Role.PROVIDER): "listed",
            ("noticed", "drop", Role.PROVIDER): "not_listed",
            ("answered", "drop", Role.PROVIDER): "not_listed",
            ("responded", "drop", Role.PROVIDER): "not_listed",
            ("noticed", "drop", Role.SYSTEM): "not_listed",
            ("answered", "drop", Role.SYSTEM): "not_listed",
            ("responded", "drop", Role.SYSTEM): "not_listed",
            ("listed", "open", Role.RESIDENT): "served",
            ("listed", "look", Role.RESIDENT): "listed",
            ("listed", "serve", Role.PROVIDER): "served",
            ("listed", "serve", Role.OFFICER): "served",
            ("served", "correct_service", Role.OFFICER): "served",
            ("listed", "remove", Role.PROVIDER): "removed",
            ("served", "remove", Role.PROVIDER): "removed",
            ("listed", "remove", Role.SYSTEM): "removed",
            ("served", "remove", Role.SYSTEM): "removed",
        },
    )
    assert TABLE.rows[0].law == ("dalian-33", "yunnan-31")
