"""Whoever asks for what is another's gets what they would get for what is nobody's, and changes nothing."""

from tests.attacks.matrix import Matrix, findings
from tests.support.api import Api

_OPERATIONS, _REQUESTS, _OWN = 110, 700, 30


async def test_no_operation_answers_for_a_foreign_id(api: Api) -> None:
    wrong, counts = await findings(api)
    assert not wrong, f"{counts}\n" + "\n".join(wrong)
    assert counts["operations"] >= _OPERATIONS and counts["requests"] >= _REQUESTS, counts
    assert counts["own ids read"] >= _OWN, f"the ids of this test stand for something: {counts}"


async def test_every_parameter_that_names_something_has_its_place(api: Api) -> None:
    assert not Matrix().homeless(), "add one of it to tests/attacks/matrix.py"
