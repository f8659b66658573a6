"""The OpenAPI document is what the application does. The whole form is in `tests/bench/schemathesis.py`."""

from pathlib import Path

import pytest

from tests.faults.contract import fuzz


@pytest.mark.processes
@pytest.mark.timeout(250)
def test_no_request_made_from_the_document_is_answered_with_a_fault_or_otherwise_than_documented(
    tmp_path: Path,
) -> None:
    result = fuzz(tmp_path, 1500, seconds=45, processes=2)
    assert not result.failures, "\n\n".join(f"{title}\n{shown}" for title, shown in result.failures.items())
    assert result.cases >= 300 and result.statuses[200] > 20 and result.phases["stateful"] > 0
