"""Every (state, action, role) of a transition table either moves as the table says or is refused."""

from api.infra.actors import Role
from api.infra.errors import ActionNotAllowed
from api.infra.transitions import Table


def check_exhaustively(table: Table, expected: dict[tuple[str, str, Role], str]) -> None:
    """`expected` is written out by the test, so that a changed table has to be changed there too."""
    found = {}
    for state in table.states:
        for action in table.actions:
            for role in Role:
                try:
                    found[state, action, role] = table.advance(state, action, role).target
                except ActionNotAllowed:
                    continue
    assert found == expected
    for state in table.final:
        assert not any(table.allowed(state, role) for role in Role)
