"""The table of grants, whole."""

from api.grants.states import TABLE
from api.infra.actors import Role
from tests.support.tables import check_exhaustively


def test_a_grant_ends_by_use_by_its_giver_or_by_its_date_and_never_begins_again() -> None:
    check_exhaustively(
        TABLE,
        {
            ("active", "redeem", Role.RESIDENT): "active",
            ("active", "redeem-last", Role.RESIDENT): "used_up",
            ("active", "redeem", Role.PROVIDER): "active",
            ("active", "redeem-last", Role.PROVIDER): "used_up",
            ("active", "revoke", Role.RESIDENT): "revoked",
            ("active", "expire", Role.SYSTEM): "expired",
        },
    )
