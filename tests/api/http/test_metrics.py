"""Every answer is counted once, under the template of its route and never under an address."""

import subprocess
import sys
from typing import Any

import pytest
from prometheus_client import REGISTRY

from api.http.metrics import measured
from tests.support.api import Api, resident


def counted(method: str, path: str, status: int) -> float:
    labels = {"method": method, "path": path, "status_code": str(status), "app_name": "api"}
    return REGISTRY.get_sample_value("credit_window_requests_total", labels) or 0


async def test_an_answer_is_counted_under_its_template_whoever_gave_it(api: Api) -> None:
    for method, path, template, status in (
        (
            "GET",
            "/regulations/yunnan/articles/36",
            "/api/v1/regulations/{regulation_id}/articles/{number}",
            200,
        ),
        ("GET", "/me/records/rec_secret", "/api/v1/me/records/{record_id}", 404),
        ("POST", "/rules", "none", 405),
        ("GET", "/nowhere/110105199001012337", "none", 404),
        ("BREW", "/nowhere", "none", 404),
    ):
        named = method if method != "BREW" else "other"
        before = counted(named, template, status)
        answer = await api.as_(resident(api.services)).request(method, path)
        assert answer.status_code == status, path
        assert counted(named, template, status) == before + 1, path


async def test_what_breaks_off_without_an_answer_is_a_fault() -> None:
    async def broken(*_: Any) -> None:
        raise ConnectionError

    labels = {"method": "GET", "path": "/x", "status_code": "500", "app_name": "api"}
    before = REGISTRY.get_sample_value("credit_window_requests_error_total", labels) or 0
    scope = {"type": "http", "method": "GET", "path_template": "/x"}
    app: Any = measured(broken)
    with pytest.raises(ConnectionError):
        await app(scope, None, None)
    assert REGISTRY.get_sample_value("credit_window_requests_error_total", labels) == before + 1


_AT_IMPORT = """
from prometheus_client import values
made = []
keep = values.get_value_class()
values.ValueClass = lambda kind, name, *more, **named: (made.append(name), keep(kind, name, *more, **named))[1]
import api.cli
print(*(name for name in made if name.startswith("credit_window")))
"""


def test_nothing_is_bound_before_the_server_processes_know_where_they_count() -> None:
    """The fast lane's counter and that of unpacked documents never came to the port: they were made by the parent's import."""
    done = subprocess.run([sys.executable, "-c", _AT_IMPORT], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == []
