"""What a process holds is not written to a file when it dies, nor read by others of its user."""

import subprocess
import sys

import pytest

from api.infra.memory import is_overwritten

_ASK = """
import ctypes, resource
from api.infra.memory import keep_from_dumps
from unittest.mock import patch
import api.cli, schedulers.cli, os
def of_now():
    return ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE)[0]
seen = []
def read(environ):
    seen.append(of_now())
    raise SystemExit
before = of_now()[0]
for module, start in ((api.cli, api.cli.build), (schedulers.cli, lambda: schedulers.cli.main([]))):
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
    with patch.object(module, "read_settings", read):
        try:
            start()
        except SystemExit:
            pass
print(before, seen)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has this")
def test_server_and_worker_are_closed_to_dumps_before_they_read_a_key() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _ASK], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.strip() == "1 [(0, 0), (0, 0)]"


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, True),
        ({"CW_MODE": "production"}, True),
        ({"CW_MODE": "production", "CW_OVERWRITE_MEMORY": "off"}, False),
        ({"CW_MODE": "development"}, False),
        ({"CW_MODE": "development", "CW_OVERWRITE_MEMORY": "on"}, True),
    ],
)
def test_memory_is_overwritten_where_other_peoples_secrets_are(environ: dict[str, str], wanted: bool) -> None:
    assert is_overwritten(environ) is wanted
