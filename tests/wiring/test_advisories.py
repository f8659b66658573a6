"""The dependency audit tells a finding from silence, and silence from a clean answer."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.support.advisories import audit
from tests.support.mongo import free_port

_FAULT = {
    "id": "PYSEC-2026-1",
    "summary": "reads what it should not",
    "modified": "2026-11-01T00:00:00Z",
    "affected": [
        {
            "package": {"name": "alpha", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.0.1"}]}],
        }
    ],
}


@contextmanager
def _source(faults: dict[str, Any], status: int = 200) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = faults.get(asked["package"]["name"])
            body = json.dumps({"vulns": [found]} if found else {}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def pinned(tmp_path: Path) -> Path:
    file = tmp_path / "constraints.txt"
    file.write_text("alpha==1.0.0\nbeta==2.0.0\n")
    return file


def test_a_dependency_with_a_known_fault_fails_the_build_and_is_named(pinned: Path) -> None:
    with _source({"alpha": _FAULT}) as url:
        status, words = audit(pinned, url)
    assert status == 1 and "alpha 1.0.0: PYSEC-2026-1, mended in 1.0.1" in words and "beta" not in words


def test_dependencies_without_faults_pass_and_are_counted(pinned: Path) -> None:
    with _source({}) as url:
        assert audit(pinned, url) == (0, f"2 dependencies, no known faults ({url}).")


@pytest.mark.parametrize("kind", ["nobody listens", "always 503"])
def test_a_source_that_does_not_answer_is_said_in_one_line_and_fails_nothing(pinned: Path, kind: str) -> None:
    if kind == "nobody listens":
        status, words = audit(pinned, f"http://127.0.0.1:{free_port()}/v1/query")
    else:
        with _source({}, status=503) as url:
            status, words = audit(pinned, url)
    assert status == 0 and words.startswith("Dependency audit skipped: ") and "\n" not in words


def test_a_file_that_pins_nothing_readable_is_a_fault_of_ours_and_not_silence(tmp_path: Path) -> None:
    (tmp_path / "constraints.txt").write_text("alpha ==== one\n")
    status, words = audit(tmp_path / "constraints.txt", f"http://127.0.0.1:{free_port()}/v1/query")
    assert status == 1 and words
