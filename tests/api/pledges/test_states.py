"""The table of pledges, whole."""

from api.infra.actors import Role
from api.pledges.states import TABLE
from tests.support.tables import check_exhaustively


def test_only_the_recipient_and_the_centre_find_and_only_the_signer_performs() -> None:
    finders = {Role.PROVIDER, Role.OFFICER}
    found = {
        (state, f"find-{outcome}", role): outcome
        for state in ("effective", "performed")
        for outcome in ("kept", "partly", "broken")
        for role in finders
    }
    check_exhaustively(
        TABLE,
        {
            ("cooling", "withdraw", Role.RESIDENT): "withdrawn",
            ("cooling", "take-effect", Role.SYSTEM): "effective",
            ("effective", "perform", Role.RESIDENT): "performed",
            ("performed", "perform", Role.RESIDENT): "performed",
            ("effective", "release", Role.SYSTEM): "released",
            ("performed", "release", Role.SYSTEM): "released",
            **found,
        },
    )
