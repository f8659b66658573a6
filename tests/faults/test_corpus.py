"""What a fuzzer once found to reach something, is read or refused today as well."""

import pytest

from tests.bench.guided import BIGGEST
from tests.bench.guided import TARGETS as NAMES
from tests.faults.guided import TARGETS, kept


def test_each_target_has_its_corpus() -> None:
    assert sorted(TARGETS) == NAMES


@pytest.mark.parametrize("target", TARGETS)
def test_every_kept_input_is_read_or_refused(target: str) -> None:
    files = kept(target)
    assert 3 <= len(files) <= 60 and sum(file.stat().st_size for file in files) < 60_000, "kept small"
    for file in files:
        content = file.read_bytes()
        assert len(content) <= BIGGEST, file
        TARGETS[target](content)
