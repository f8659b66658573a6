"""The tables of withdrawals, whole."""

from api.infra.actors import Role
from api.withdrawals.states import COURTESY, RIGHT
from tests.support.tables import check_exhaustively


def test_nobody_decides_about_a_withdrawal_that_is_a_right() -> None:
    check_exhaustively(RIGHT, {("withdrawn", "undo", Role.RESIDENT): "restored"})


def test_a_courtesy_is_decided_by_the_provider_and_taken_back_by_the_resident() -> None:
    check_exhaustively(
        COURTESY,
        {
            ("asked", "cancel", Role.RESIDENT): "cancelled",
            ("asked", "end_with_record", Role.SYSTEM): "record_ended",
            ("asked", "agree", Role.PROVIDER): "agreed",
            ("asked", "decline", Role.PROVIDER): "declined",
            ("asked", "pass_on", Role.OFFICER): "asked",
            ("asked", "agree", Role.OFFICER): "agreed",
            ("asked", "decline", Role.OFFICER): "declined",
            ("agreed", "undo", Role.RESIDENT): "restored",
        },
    )
